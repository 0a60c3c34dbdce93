import type { Failure } from '../../model/failure.ts';
import type { ImageHome } from '../../model/image.ts';
import type { Clock } from '../../ports.ts';
import { maxTries, passing, pauseAfter } from './again.ts';
import { authorize } from './authorization.ts';
import { readChallenges } from './challenge.ts';
import type { Credentials } from './credentials.ts';
import type { Endpoint } from './endpoint.ts';
import { type Answer, exchange, type Manner, NoAnswer, type Question } from './exchange.ts';
import { damaged, denied, failedWith, isLasting, isTls, sentAway, unauthorized, unreachable } from './refusals.ts';

/** A talk with a registry about one repository. */
export interface Talk {
  readonly home: ImageHome;
  readonly endpoint: Pick<Endpoint, 'root' | 'plainRoot'>;
  /** Who one is at the registry. */
  readonly credentials: () => Promise<Credentials | undefined>;
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
  /** HEAD asks for its headers alone. */
  readonly method?: 'GET' | 'HEAD' | undefined;
  /** Answers beside 200 and 404 that say something of the piece, and nothing of the registry. */
  readonly also?: readonly number[];
}

/** Fetches a piece: 200 with all of it, 404, or what else is an answer. Asks again where that may go better. Throws `Failure`. */
export async function fetchPiece(talk: Talk, piece: Piece): Promise<Answer> {
  const { home, clock, manner } = talk;
  for (let tries = 1; ; tries++) {
    const outcome = await attempt(talk, piece);
    if (outcome instanceof NoAnswer) {
      if (tries === maxTries || isLasting(outcome)) throw unreachable(home.registry, outcome);
      await clock.sleep(pauseAfter(undefined, tries), manner.signal);
      continue;
    }
    if (outcome.status === 200 || outcome.status === 404 || piece.also?.includes(outcome.status) === true) return outcome;
    const pause = pauseAfter(outcome.headers.get('retry-after'), tries);
    // Nobody waits for hours: who asks for that is told to be busy.
    if (tries === maxTries || !passing.has(outcome.status) || pause > longestPause) throw await refusal(talk, outcome);
    await clock.sleep(pause, manner.signal);
  }
}

const longestPause = 30_000;

async function attempt(talk: Talk, piece: Piece): Promise<Answer | NoAnswer> {
  try {
    return await askAuthorized(talk, piece);
  } catch (thrown) {
    if (thrown instanceof NoAnswer && !talk.manner.signal.aborted) return thrown;
    throw thrown;
  }
}

async function refusal({ home, credentials }: Talk, answer: Answer): Promise<Failure> {
  return answer.status === 403 ? denied(home.registry, home.path, await credentials()) : failedWith(home.registry, answer);
}

/** Asks with what is known of who one is; where the registry asks for more, once again with that. */
async function askAuthorized(talk: Talk, piece: Piece): Promise<Answer> {
  const { registry, path } = talk.home;
  const known = talk.authorizations.get(`${registry}/${path}`);
  const first = await askRegistry(talk, piece, known);
  if (first.status !== 401) return known === undefined && isHiding(talk, first) ? askLoggedIn(talk, piece, first) : first;
  // Who one is at a registry is told to nobody that it sends to.
  if (!isOfRegistry(talk, first)) throw sentAway(registry, first.url);
  const credentials = await talk.credentials();
  const authorization = await authorizationFor(talk, first, credentials);
  // The server that gives tokens is busy: as if the registry were.
  if (typeof authorization === 'object') return authorization;
  if (authorization === undefined) throw unauthorized(registry, credentials);
  const second = await askRegistry(talk, piece, authorization);
  if (second.status === 401)
    throw authorization.startsWith('Bearer ') ? denied(registry, path, credentials) : unauthorized(registry, credentials);
  talk.authorizations.set(`${registry}/${path}`, authorization);
  return second;
}

/** Whether a registry may answer so because nobody has said who one is: many hide from strangers what there is. */
function isHiding(talk: Talk, answer: Answer): boolean {
  return (answer.status === 403 || answer.status === 404) && isOfRegistry(talk, answer);
}

/** Asks again as whoever is logged in, by what the root of the registry's API asks for; `first` is what it said to a stranger. */
async function askLoggedIn(talk: Talk, piece: Piece, first: Answer): Promise<Answer> {
  const { registry, path } = talk.home;
  const { root, plainRoot } = talk.endpoint;
  const base = plainRoot?.origin === first.url.origin ? plainRoot : root;
  const challenge = await exchange({ url: base, limit: rootLimit, manner: talk.manner }).catch(pageOf);
  // Who one is matters only where somebody asks for it: to find out may fail.
  if (challenge?.status !== 401) return first;
  const credentials = await talk.credentials();
  if (credentials === undefined) return first;
  const authorization = await authorizationFor(talk, challenge, credentials);
  if (typeof authorization !== 'string') return authorization ?? first;
  const second = await askRegistry(talk, piece, authorization);
  if (second.status === 401) return first;
  talk.authorizations.set(`${registry}/${path}`, authorization);
  return second;
}

/** A root that is a page for people challenges nobody. */
function pageOf(thrown: unknown): undefined {
  if (!(thrown instanceof NoAnswer && thrown.type === 'large')) throw thrown;
}

/** Bytes of what a registry says at the root of its API, which is next to nothing. */
const rootLimit = 64 * 1024;

function isOfRegistry({ endpoint: { root, plainRoot } }: Talk, { url }: Answer): boolean {
  return [root, plainRoot].some((one) => one?.origin === url.origin);
}

function authorizationFor(talk: Talk, { headers }: Answer, credentials: Credentials | undefined): Promise<string | Answer | undefined> {
  const ask = (question: Omit<Question, 'manner'>): Promise<Answer> => exchange({ ...question, manner: talk.manner });
  const challenges = readChallenges(headers.get('www-authenticate') ?? '');
  return authorize(challenges, { ...talk.home, credentials, isOpen: talk.isOpen, ask });
}

/** Asks over TLS; a registry that does not speak it, and need not, without. */
async function askRegistry(talk: Talk, piece: Piece, authorization: string | undefined): Promise<Answer> {
  const { root, plainRoot } = talk.endpoint;
  const headers = { accept: piece.accept.join(', '), ...(authorization === undefined ? {} : { authorization }) };
  const at = (url: URL): Promise<Answer> =>
    followed(talk, { url: new URL(`${talk.home.path}/${piece.below}`, url), method: piece.method, headers, limit: piece.limit });
  try {
    return await at(root);
  } catch (thrown) {
    if (plainRoot === undefined || !(thrown instanceof NoAnswer) || !speaksNoTls(thrown)) throw thrown;
    return at(plainRoot);
  }
}

/** Whether nobody speaks TLS there: something else answered, nothing listens where that is spoken, or whoever does breaks off. */
function speaksNoTls({ code, proxy }: NoAnswer): boolean {
  if (proxy !== undefined) return /^PROXY_5/.test(code);
  return isTls(code) || code === 'ECONNREFUSED' || code === 'ECONNRESET';
}

const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const maxRedirects = 5;

/** Follows a registry to where it keeps things: who one is at the registry is no matter of others. */
async function followed(
  talk: Talk,
  { url, method, headers = {}, limit }: Pick<Question, 'url' | 'method' | 'headers' | 'limit'>,
  left = maxRedirects,
): Promise<Answer> {
  const answer = await exchange({ url, method, headers, limit, manner: talk.manner });
  const location = answer.headers.get('location') ?? '';
  if (!redirects.has(answer.status) || !URL.canParse(location, url.href) || left === 0) return answer;
  const next = new URL(location, url);
  if (next.protocol !== url.protocol && next.protocol !== 'https:')
    throw damaged(talk.home.registry, `it sends to \`${next.origin}\`, which is not encrypted`);
  const { authorization, ...others } = headers;
  const isSame = next.origin === url.origin && authorization !== undefined;
  return followed(talk, { url: next, method, headers: isSame ? { ...others, authorization } : others, limit }, left - 1);
}
