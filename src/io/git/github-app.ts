import { sign } from 'node:crypto';
import { exitCodes, Failure, messageOf } from '../../model/failure.ts';
import type { Clock } from '../../ports.ts';
import { type Answer, exchange, NoAnswer } from '../registry/exchange.ts';
import { proxyFor } from '../registry/proxy.ts';
import { trusted } from '../registry/trust.ts';
import type { GitHubApp } from './credentials.ts';
import type { Environment } from './environment.ts';
import { cleanText } from './failures.ts';

/** Who asks for a token, and how. */
export interface TokenRequest {
  readonly app: GitHubApp;
  /** In PEM, of the authorities of the API, in addition to what is trusted anyhow. */
  readonly ca: string | undefined;
  /** Whatever else the app may do: what the token is for (`contents`: `read`). */
  readonly permissions: Readonly<Record<string, 'read' | 'write'>>;
  readonly signal: AbortSignal;
}

/** Tokens of apps, each used until shortly before its end. */
export interface Tokens {
  tokenFor(request: TokenRequest): Promise<string>;
  /** The token that is kept was refused: the next one is asked for. */
  forget(): void;
}

interface Kept {
  readonly of: string;
  readonly token: string;
  /** In milliseconds since 1970. */
  readonly until: number;
}

const minute = 60_000;
const answerLimit = 64 * 1024;

/** How long an answer is waited for, in milliseconds. */
const usualPatience = 30_000;

/** Keeps one token. Those who ask at the same time get the same one. Throws the `Failure`s `git-auth` and `git-unreachable`. */
export function appTokens({
  clock,
  env,
  patience = usualPatience,
}: {
  readonly clock: Clock;
  readonly env: Environment;
  readonly patience?: number;
}): Tokens {
  let kept: Kept | undefined;
  let last: Promise<unknown> = Promise.resolve();

  const tokenFor = async (request: TokenRequest): Promise<string> => {
    const { app, ca, permissions } = request;
    const of = JSON.stringify([app, ca, permissions]);
    if (kept?.of === of && clock.now().getTime() < kept.until) return kept.token;
    const { token, expires } = await askForToken(request, { clock, env, patience });
    kept = { of, token, until: expires - 5 * minute };
    return token;
  };
  return {
    tokenFor(request) {
      const mine = last.then(() => tokenFor(request));
      last = mine.catch(() => {});
      return mine;
    },
    forget() {
      kept = undefined;
    },
  };
}

/**
 * A JSON Web Token by which an app says who it is. It begins a minute ago and ends before the ten minutes that GitHub takes at most, since
 * clocks differ.
 */
function appJwt({ appId, privateKey }: GitHubApp, now: Date): string {
  const seconds = Math.floor(now.getTime() / 1000);
  const claims = { iat: seconds - 60, exp: seconds + 9 * 60, iss: appId };
  const text = [{ alg: 'RS256', typ: 'JWT' }, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  return `${text}.${sign('RSA-SHA256', Buffer.from(text), privateKey).toString('base64url')}`;
}

async function askForToken(
  { app, ca, permissions, signal }: TokenRequest,
  asking: {
    readonly clock: Clock;
    readonly env: Environment;
    readonly patience: number;
  },
): Promise<{ readonly token: string; readonly expires: number }> {
  const { clock, env, patience } = asking;
  const url = new URL(`${app.api}/app/installations/${app.installationId}/access_tokens`);
  const jwt = appJwt(app, clock.now());
  const answer = await exchange({
    url,
    method: 'POST',
    headers: { accept: 'application/vnd.github+json', 'content-type': 'application/json', authorization: `Bearer ${jwt}` },
    body: JSON.stringify({ permissions }),
    limit: answerLimit,
    manner: { trusted: trusted(ca === undefined ? [] : [ca], env), proxyFor: (one) => proxyFor(one, env), patience, signal },
  }).catch((thrown: unknown) => {
    throw unanswered(url, thrown, signal);
  });
  if (answer.status !== 201) throw refused({ app, permissions }, answer, jwt);
  return tokenIn(answer);
}

function tokenIn({ url, body }: Answer): { readonly token: string; readonly expires: number } {
  const { token, expires_at: end } = fieldsOf(body);
  const expires = typeof end === 'string' ? Date.parse(end) : Number.NaN;
  if (typeof token === 'string' && /^[\x21-\x7e]{1,8192}$/.test(token) && !Number.isNaN(expires)) return { token, expires };
  throw new Failure('git-unreachable', `\`${url.host}\` answers with something that is no token`, { help: 'check `githubAppBaseURL`' });
}

function fieldsOf(body: Buffer): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

function refused({ app, permissions }: Pick<TokenRequest, 'app' | 'permissions'>, { url, status, body }: Answer, jwt: string): Failure {
  const { appId, installationId } = app;
  const { message } = fieldsOf(body);
  const words = typeof message === 'string' ? `: ${cleanText(message, [jwt]).replaceAll('\n', ' ').slice(0, 200)}` : '';
  const fail = (what: string, help: string): Failure =>
    new Failure('git-auth', `\`${url.host}\` gives the GitHub App \`${appId}\` no token: ${what} (${status}${words})`, { help });
  switch (status) {
    case 401:
      return fail(
        'it does not take the key',
        'check that `githubAppPrivateKey` is a key of the app `githubAppID`, and that the clock here is right',
      );
    case 403:
      return fail(
        `its installation \`${installationId}\` may not do so`,
        'look whether the installation is suspended, or was asked for too often',
      );
    case 404:
      return fail(
        `it has no installation \`${installationId}\``,
        'check `githubAppInstallationID` and `githubAppBaseURL`, and that the app is installed for the repository',
      );
    case 422:
      return fail(
        `it may not have what is asked for, ${Object.entries(permissions).map(([name, how]) => `\`${name}: ${how}\``)}`,
        'give the app that permission, and have the installation accept it',
      );
    default:
      return new Failure('git-unreachable', `\`${url.host}\` gives the GitHub App \`${appId}\` no token: it answers ${status}${words}`);
  }
}

function unanswered(url: URL, thrown: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) return new Failure('interrupted', `\`${url.host}\` was not asked for a token`, { exit: exitCodes.interrupted });
  if (!(thrown instanceof NoAnswer)) return thrown;
  const through = thrown.proxy === undefined ? '' : ` through the proxy \`${thrown.proxy}\``;
  return new Failure(
    'git-unreachable',
    `\`${url.host}\` cannot be asked for a token of a GitHub App${through}: ${messageOf(thrown) || thrown.code || 'there is no answer'}`,
    { cause: thrown, help: 'check `githubAppBaseURL`, and from where the command runs the network, the proxy and `ca.crt`' },
  );
}
