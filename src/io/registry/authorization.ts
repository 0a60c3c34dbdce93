import { Failure } from '../../model/failure.ts';
import { stringAt } from '../../model/json.ts';
import { isLoopback } from '../../model/url.ts';
import type { Challenge } from './challenge.ts';
import type { Credentials } from './credentials.ts';
import type { Answer, Question } from './exchange.ts';
import { objectIn } from './json.ts';
import { damaged, unauthorized } from './refusals.ts';

/** What an authorization is made for. */
export interface Wanted {
  readonly registry: string;
  /** The repository that is to be read. */
  readonly path: string;
  readonly credentials: Credentials | undefined;
  /** Whether what is said may be read on the way: then so may the token. */
  readonly isOpen: boolean;
  /** Asks another server. */
  readonly ask: (question: Pick<Question, 'url' | 'method' | 'headers' | 'body' | 'limit'>) => Promise<Answer>;
}

/** Bytes of the answer of a token server. */
const tokenLimit = 256 * 1024;

/**
 * The value of `Authorization` that meets one of `challenges`: a token of the server that a bearer's challenge names, or a password
 * where that is asked for (distribution, docs/spec/auth). Undefined where nothing would: nobody is logged in. The answer of a server
 * that is too busy to give a token is given back. Throws `Failure`.
 */
export async function authorize(challenges: readonly Challenge[], wanted: Wanted): Promise<string | Answer | undefined> {
  const { credentials } = wanted;
  const bearer = challenges.find(({ scheme }) => scheme === 'bearer');
  if (bearer !== undefined) {
    const token = credentials?.by === 'token' ? credentials.token : await tokenOf(bearer, wanted);
    return typeof token === 'string' ? `Bearer ${token}` : token;
  }
  const isBasic = challenges.some(({ scheme }) => scheme === 'basic');
  return isBasic && credentials?.by === 'password' ? basic(credentials) : undefined;
}

function basic({ username, password }: Extract<Credentials, { readonly by: 'password' }>): string {
  return `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`;
}

async function tokenOf({ parameters }: Challenge, wanted: Wanted): Promise<string | Answer> {
  const { registry, path, credentials, ask } = wanted;
  const url = realmOf(parameters.get('realm') ?? '', wanted);
  const scope = parameters.get('scope') ?? `repository:${path}:pull`;
  const service = parameters.get('service');
  const asked = { ...(service === undefined ? {} : { service }), scope };
  const answer = await ask(credentials?.by === 'identity' ? exchanged(url, asked, credentials.token) : fetched(url, asked, credentials));
  if (answer.status === 401 || answer.status === 403) throw unauthorized(registry, credentials);
  const token = answer.status === 200 ? tokenIn(answer.body) : undefined;
  if (token !== undefined) return token;
  if (answer.status === 429 || answer.status >= 500) return answer;
  throw new Failure('registry-failed', `\`${url.host}\`, which gives tokens for \`${registry}\`, answers ${answer.status} without one`);
}

type Asked = Readonly<Record<string, string>>;

/** A token for whoever has the password, or for anybody. */
function fetched(url: URL, asked: Asked, credentials: Credentials | undefined): Parameters<Wanted['ask']>[0] {
  const full = new URL(url);
  for (const [name, value] of Object.entries(asked)) full.searchParams.set(name, value);
  const headers = credentials?.by === 'password' ? { authorization: basic(credentials) } : {};
  return { url: full, headers, limit: tokenLimit };
}

/** A token for a token (distribution, docs/spec/auth/oauth.md). */
function exchanged(url: URL, asked: Asked, token: string): Parameters<Wanted['ask']>[0] {
  const form = new URLSearchParams({ grant_type: 'refresh_token', client_id: 'lockstep', ...asked, refresh_token: token });
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  return { url, method: 'POST', headers, body: form.toString(), limit: tokenLimit };
}

/** Passwords are told to nobody who could be overheard. */
function realmOf(text: string, { registry, isOpen }: Wanted): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && (isOpen || isLoopback(url.hostname)))) return url;
  if (url === undefined) throw damaged(registry, 'it asks for a token, and does not say where there are any');
  throw new Failure('registry-insecure', `\`${registry}\` sends for a token to \`${url.origin}\`, which is not encrypted`, {
    help: 'if that is meant, name it with `--insecure-registry`',
  });
}

function tokenIn(body: Buffer): string | undefined {
  const answer = objectIn(body.toString('utf8'));
  const token = stringAt(answer, 'token') ?? stringAt(answer, 'access_token');
  return token === undefined || !/^[\x21-\x7e]+$/.test(token) ? undefined : token;
}
