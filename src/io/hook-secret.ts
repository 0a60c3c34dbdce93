import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/**
 * Whether a hook comes from somebody who knows `secret`: by the signature that GitHub, Gitea and Forgejo make of the body, or by the
 * token that GitLab sends.
 */
export function isSignedBy(secret: string, { headers, body }: { readonly headers: IncomingHttpHeaders; readonly body: Buffer }): boolean {
  const signature = headers['x-hub-signature-256'];
  if (typeof signature === 'string') return isSame(signature, `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`);
  const token = headers['x-gitlab-token'];
  return typeof token === 'string' && isSame(token, secret);
}

/** Takes equally long wherever two texts differ, and however long they are. */
function isSame(given: string, expected: string): boolean {
  return timingSafeEqual(digestOf(given), digestOf(expected));
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
