import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { IncomingHttpHeaders } from 'node:http';

/**
 * What a hook has to know now: the text of the file that `LOCKSTEP_HOOK_SECRET_FILE` names, read anew each time, so that a Secret that
 * is mounted counts as soon as there is one; where there is no such file, `LOCKSTEP_HOOK_SECRET`. Undefined when nothing is to be known.
 */
export async function hookSecretIn(env: Readonly<Record<string, string | undefined>>): Promise<string | undefined> {
  const file = env['LOCKSTEP_HOOK_SECRET_FILE'];
  const text = file ? await textOf(file) : undefined;
  // Programs that write a line write its end, too.
  return text?.replace(/\r?\n$/, '') ?? (env['LOCKSTEP_HOOK_SECRET'] || undefined);
}

async function textOf(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return undefined;
    throw thrown;
  }
}

/**
 * Whether a hook comes from somebody who knows `secret`: by the signature that GitHub, Gitea and Forgejo make of the body, or by the
 * token that GitLab sends.
 */
export function isSignedBy(secret: string, { headers, body }: { readonly headers: IncomingHttpHeaders; readonly body: Buffer }): boolean {
  // Anybody knows what is empty.
  if (secret === '') return false;
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
