import { Failure, messageOf } from '../../model/failure.ts';
import type { ImageHome } from '../../model/image.ts';
import type { Clock } from '../../ports.ts';
import { authorize } from './authorization.ts';
import { readChallenges } from './challenge.ts';
import { credentialsFor, type DockerConfig } from './credentials.ts';
import type { Endpoint } from './endpoint.ts';
import { type Answer, AnswerLate, AnswerTooLarge, exchange, type Manner, type Question } from './exchange.ts';
import { damaged, denied, errorCode, failedWith, isLasting, unauthorized, unreachable } from './refusals.ts';

/** A talk with a registry about one repository. */
export interface Talk {
  readonly home: ImageHome;
  readonly endpoint: Pick<Endpoint, 'root' | 'plainRoot'>;
  readonly docker: DockerConfig;
  /** Whether what is said may be read on the way. */
  readonly isOpen: boolean;
  /** Values of `Authorization`, by repository: one is authorized once. */
  readonly authorizations: Map<string, string>;
  readonly clock: Pick<Clock, 'sleep'>;
  readonly manner: Manner;
}

/** What is fetched of a repository. */
export interface Piece {
  /** Below the repository: `manifests/1.27`. */
  readonly below: string;
  /** Media types. */
  readonly accept: readonly string[];
  /** Bytes that are read at most. */
  readonly limit: number;
}

/** Fetches a piece: 200 with all of it, or 404. Asks again where that may go better. Throws `Failure`. */
export async function fetchPiece(talk: Talk, piece: Piece): Promise<Answer> {
  const { home, clock, manner } = talk;
  for (let tries = 1; ; tries++) {
    const outcome = await attempt(talk, piece);
    if ('status' in outcome && (outcome.status === 200 || outcome.status === 404)) return outcome;
    const mayPass = !('status' in outcome) || passing.has(outcome.status);
    if (!mayPass || tries === maxTries)
      throw 'status' in outcome ? refusal(talk, outcome.status) : unreachable(home.registry, outcome.thrown);
    await clock.sleep(pauseAfter(outcome, tries), manner.signal);
  }
}

const maxTries = 4;

/** What a server says that may do better soon (RFC 9110, section 15; RFC 6585 and RFC 8470). */
const passing: ReadonlySet<number> = new Set([408, 425, 429, 500, 502, 503, 504]);

/** Milliseconds: what the server asks for, as far as anybody would wait, or twice as long each time. */
function pauseAfter(outcome: Answer | Broken, tries: number): number {
  const asked = 'status' in outcome ? outcome.headers.get('retry-after') : undefined;
  return asked !== undefined && /^\d{1,6}$/.test(asked) ? Math.min(Number(asked) * 1000, 30_000) : 250 * 2 ** tries;
}

/** That there was no answer, for a reason that may pass. */
interface Broken {
  readonly thrown: unknown;
}

async function attempt(talk: Talk, piece: Piece): Promise<Answer | Broken> {
  try {
    return await askAuthorized(talk, piece);
  } catch (thrown) {
    if (thrown instanceof Failure || talk.manner.signal.aborted) throw thrown;
    if (thrown instanceof AnswerTooLarge) throw damaged(talk.home.registry, messageOf(thrown));
    if (thrown instanceof AnswerLate || isLasting(thrown)) throw unreachable(talk.home.registry, thrown);
    return { thrown };
  }
}

function refusal({ home }: Talk, status: number): Failure {
  return status === 401 || status === 403 ? denied(home.registry, home.path) : failedWith(home.registry, status);
}

/** Asks with what is known of who one is; where the registry asks for more, once again with that. */
async function askAuthorized(talk: Talk, piece: Piece): Promise<Answer> {
  const { home, authorizations } = talk;
  const key = `${home.registry}/${home.path}`;
  const answer = await askRegistry(talk, piece, authorizations.get(key));
  if (answer.status !== 401) return answer;
  const credentials = await credentialsFor(home.registry, talk.docker);
  const authorization = await authorize(readChallenges(answer.headers.get('www-authenticate') ?? ''), {
    ...home,
    credentials,
    isOpen: talk.isOpen,
    ask: (question) => exchange({ ...question, manner: talk.manner }),
  });
  if (authorization === undefined) throw unauthorized(home.registry, credentials);
  const second = await askRegistry(talk, piece, authorization);
  if (second.status === 401) throw unauthorized(home.registry, credentials);
  authorizations.set(key, authorization);
  return second;
}

/** Asks over TLS; a registry that does not speak it, and need not, without. */
async function askRegistry(talk: Talk, piece: Piece, authorization: string | undefined): Promise<Answer> {
  const { root, plainRoot } = talk.endpoint;
  const headers = { accept: piece.accept.join(', '), ...(authorization === undefined ? {} : { authorization }) };
  const at = (url: URL): Promise<Answer> =>
    followed(talk, { url: new URL(`${talk.home.path}/${piece.below}`, url), headers, limit: piece.limit });
  try {
    return await at(root);
  } catch (thrown) {
    if (plainRoot === undefined || !speaksNoTls(thrown)) throw thrown;
    return at(plainRoot);
  }
}

/** Whether a server answered something that is no TLS. */
function speaksNoTls(thrown: unknown): boolean {
  const code = errorCode(thrown);
  return code === 'EPROTO' || code.startsWith('ERR_SSL_');
}

const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const maxRedirects = 5;

/** Follows a registry to where it keeps things: who one is at the registry is no matter of others. */
async function followed(
  talk: Talk,
  { url, headers = {}, limit }: Pick<Question, 'url' | 'headers' | 'limit'>,
  left = maxRedirects,
): Promise<Answer> {
  const answer = await exchange({ url, headers, limit, manner: talk.manner });
  const location = answer.headers.get('location') ?? '';
  if (!redirects.has(answer.status) || !URL.canParse(location, url.href) || left === 0) return answer;
  const next = new URL(location, url);
  if (next.protocol !== url.protocol && next.protocol !== 'https:')
    throw damaged(talk.home.registry, `it sends to \`${next.origin}\`, which is not encrypted`);
  const { authorization, ...others } = headers;
  const isSame = next.origin === url.origin && authorization !== undefined;
  return followed(talk, { url: next, headers: isSame ? { ...others, authorization } : others, limit }, left - 1);
}
