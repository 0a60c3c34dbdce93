import { type KeyObject, verify } from 'node:crypto';
import { listen } from '../registry/listen.ts';

/** What was asked of the API. */
export interface TokenRequest {
  readonly path: string;
  readonly body: string;
  /** What the app says of itself, undefined where its signature is not by the key. */
  readonly claims: { readonly iat: number; readonly exp: number; readonly iss: string } | undefined;
}

/** What gives tokens to an app of GitHub, on loopback. */
export interface TokenApi {
  readonly url: string;
  readonly requests: readonly TokenRequest[];
  close(): Promise<void>;
}

/**
 * Gives tokens, `token-1` and on, to whoever signs as the holder of `key` does, as the installation `456` of the app `123`. They end
 * after an hour by the clock `now`; `instead` answers in its place.
 */
export async function startTokenApi(
  key: KeyObject,
  {
    now = () => new Date(),
    instead,
    tls,
  }: {
    readonly now?: () => Date;
    readonly instead?: { readonly status: number; readonly body: string };
    readonly tls?: { readonly certificate: string; readonly key: string };
  } = {},
): Promise<TokenApi> {
  const requests: TokenRequest[] = [];
  const server = await listen(async (asked, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of asked) chunks.push(chunk as Buffer);
    const claims = claimsOf(asked.headers.authorization ?? '', key);
    requests.push({ path: `${asked.method} ${asked.url}`, body: Buffer.concat(chunks).toString(), claims });
    const tell = (status: number, body: string): void => void response.writeHead(status, { 'content-type': 'application/json' }).end(body);
    if (instead !== undefined) return tell(instead.status, instead.body);
    if (claims?.iss !== '123') return tell(401, '{"message":"A JSON web token could not be decoded"}');
    if (asked.url !== '/app/installations/456/access_tokens') return tell(404, '{"message":"Not Found"}');
    const expires = new Date(now().getTime() + 3_600_000).toISOString();
    tell(201, JSON.stringify({ token: `token-${requests.length}`, expires_at: expires, permissions: { contents: 'read' } }));
  }, tls);
  return { url: server.url, requests, close: () => server.close() };
}

/** The claims of a JSON Web Token that is signed with RS256 by the key. */
function claimsOf(authorization: string, key: KeyObject): TokenRequest['claims'] {
  const [head = '', body = '', signature = ''] = authorization.replace(/^Bearer /, '').split('.');
  if (!verify('RSA-SHA256', Buffer.from(`${head}.${body}`), key, Buffer.from(signature, 'base64url'))) return undefined;
  const { alg } = JSON.parse(Buffer.from(head, 'base64url').toString());
  return alg === 'RS256' ? JSON.parse(Buffer.from(body, 'base64url').toString()) : undefined;
}
