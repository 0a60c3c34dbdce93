import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { credentials } from './credentials.ts';
import { listen } from './listen.ts';
import { type Access, makeSigningKey } from './signing.ts';
import { type Proof, wishOf } from './token-request.ts';

/** How a request for a token goes: a good token, one that the registry takes for expired, or none for anybody. */
export type TokenAnswer = 'good' | 'expired' | 'refused';

/** A request for a token, as it came. */
export interface TokenRequest {
  readonly method: string;
  /** The scopes that were asked for: `repository:shop/web:pull`. */
  readonly scopes: readonly string[];
  /** How it said who it is; `wrong` when that is not so. */
  readonly by: Proof;
  readonly answer: TokenAnswer;
}

/** Gives tokens for a registry. Whoever does not say who it is may pull what is below `public/`, and gets a token that says no more. */
export interface TokenServer {
  /** What a registry calls the realm. */
  readonly realm: string;
  readonly service: string;
  readonly issuer: string;
  /** A JSON Web Key Set for the registry. */
  readonly keySet: string;
  /** The user's refresh token, which `docker login` keeps as `identitytoken`. */
  readonly refreshToken: string;
  readonly requests: readonly TokenRequest[];
  /** How many tokens it gave, expired ones included. */
  readonly given: number;
  /** The next requests are answered so, one after the other, and all later ones as the last. */
  answerWith(...answers: readonly [TokenAnswer, ...TokenAnswer[]]): void;
  /** A token that may do everything in `repository`, without a request. */
  tokenFor(repository: string): string;
  close(): Promise<void>;
}

const service = 'registry.test';
const issuer = 'token-server.test';

/** Starts a token server by the specifications "Token Authentication" (GET) and "OAuth2" (POST) of the Distribution registry. */
export async function startTokenServer(tls?: { readonly certificate: string; readonly key: string }): Promise<TokenServer> {
  const key = makeSigningKey();
  const refreshToken = randomUUID();
  const requests: TokenRequest[] = [];
  let given = 0;
  let coming: readonly TokenAnswer[] = ['good'];

  const tokenOf = (subject: string, access: readonly Access[], answer: TokenAnswer = 'good'): string => {
    const now = Math.floor(Date.now() / 1000);
    // The registry allows clocks a minute's difference.
    const issuedAt = answer === 'expired' ? now - 2 * lifetime - 60 : now;
    return key.sign({ issuer, audience: service, subject, access, issuedAt, expiresAt: issuedAt + lifetime });
  };
  const give = async (asked: IncomingMessage, response: ServerResponse): Promise<void> => {
    const wish = await wishOf(asked, refreshToken);
    if (wish === undefined) return tell(response, 404, { message: 'no such page' });
    const [answer = 'good', ...later] = coming;
    if (later.length > 0) coming = later;
    requests.push({ method: asked.method ?? '', scopes: wish.scopes, by: wish.by, answer });
    if (wish.by === 'wrong' || answer === 'refused') return tell(response, 401, refusal);
    if (wish.service !== service) return tell(response, 400, { message: 'another service' });
    given++;
    const access = wish.scopes.map(accessOf).map((one) => (wish.by === 'nobody' ? inPublic(one) : one));
    const token = tokenOf(wish.by === 'nobody' ? '' : credentials.username, access, answer);
    const offline = wish.offline ? { refresh_token: refreshToken } : {};
    return tell(response, 200, {
      ...(asked.method === 'POST' ? { scope: access.map(scopeOf).join(' ') } : { token }),
      ...offline,
      access_token: token,
      expires_in: lifetime,
    });
  };
  const server = await listen((asked, response) => void give(asked, response).catch(() => response.destroy()), tls);
  return {
    realm: `${server.url}/token`,
    service,
    issuer,
    keySet: key.keySet,
    refreshToken,
    requests,
    get given() {
      return given;
    },
    answerWith(...answers) {
      coming = answers;
    },
    tokenFor: (repository) => tokenOf('test', [{ type: 'repository', name: repository, actions: ['pull', 'push', 'delete'] }]),
    close: () => server.close(),
  };
}

/** Seconds; the specification knows nothing shorter. */
const lifetime = 60;

const refusal = {
  errors: [{ code: 'UNAUTHORIZED', message: 'authentication required', detail: null }],
  details: 'incorrect username or password',
};

/** `type:name:action,action`; a name may have a port, and with it a colon. */
function accessOf(scope: string): Access {
  const parts = scope.split(':');
  return { type: parts[0] ?? '', name: parts.slice(1, -1).join(':'), actions: parts.at(-1)?.split(',') ?? [] };
}

function scopeOf({ type, name, actions }: Access): string {
  return `${type}:${name}:${actions.join(',')}`;
}

function inPublic(access: Access): Access {
  const isPublic = access.name.startsWith('public/');
  return { ...access, actions: isPublic ? access.actions.filter((action) => action === 'pull') : [] };
}

function tell(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}
