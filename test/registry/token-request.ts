import type { IncomingMessage } from 'node:http';
import { basic, credentials } from './credentials.ts';

/** How somebody says who it is, and `wrong` where it is not so. */
export type Proof = 'nobody' | 'basic' | 'password' | 'refresh_token' | 'wrong';

/** What somebody asks a token server for. */
export interface Wish {
  /** Which service the token is for. */
  readonly service: string | null;
  /** `repository:shop/web:pull`, one by one. */
  readonly scopes: readonly string[];
  readonly by: Proof;
  /** Whether a refresh token is wanted, too. */
  readonly offline: boolean;
}

/** Reads a request by GET, or by POST with a form; undefined when it is no request for a token. */
export async function wishOf(asked: IncomingMessage, refreshToken: string): Promise<Wish | undefined> {
  const { pathname, searchParams } = new URL(asked.url ?? '/', 'http://localhost');
  if (pathname !== '/token') return undefined;
  if (asked.method === 'GET') {
    const offline = searchParams.get('offline_token') === 'true';
    return { service: searchParams.get('service'), scopes: scopesIn(searchParams), by: basicProof(asked.headers.authorization), offline };
  }
  if (asked.method !== 'POST') return undefined;
  const form = new URLSearchParams(Buffer.concat((await asked.toArray()) as Buffer[]).toString());
  const offline = form.get('access_type') === 'offline' || form.get('grant_type') === 'refresh_token';
  return { service: form.get('service'), scopes: scopesIn(form), by: grantProof(form, refreshToken), offline };
}

/** A scope may be said several times, and several may stand in one, with spaces between. */
function scopesIn(said: URLSearchParams): readonly string[] {
  return said.getAll('scope').flatMap((scope) => scope.split(' ').filter((one) => one !== ''));
}

function basicProof(authorization: string | undefined): Proof {
  if (authorization === undefined) return 'nobody';
  return authorization === basic(credentials) ? 'basic' : 'wrong';
}

function grantProof(form: URLSearchParams, refreshToken: string): Proof {
  const grant = form.get('grant_type');
  if (grant === 'refresh_token') return form.get('refresh_token') === refreshToken ? grant : 'wrong';
  const isUser = form.get('username') === credentials.username && form.get('password') === credentials.password;
  return grant === 'password' && isUser ? grant : 'wrong';
}
