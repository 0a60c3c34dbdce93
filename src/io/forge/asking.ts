import type { ForgePlace } from '../../model/forge.ts';
import type { Json } from '../../model/json.ts';
import type { Clock } from '../../ports.ts';
import { maxTries, passing, pauseAfter } from '../registry/again.ts';
import { type Answer, exchange, type Manner, NoAnswer, type Question } from '../registry/exchange.ts';
import { nextQuery } from '../registry/link.ts';
import { isLasting } from '../registry/refusals.ts';
import { busy, damaged, interrupted, refused, sentAway, unreachable } from './refusals.ts';
import type { Token } from './token.ts';

/** A talk with a forge about one repository. */
export interface Talk {
  readonly place: ForgePlace;
  readonly token: Token;
  /** What every request says, who asks among it. */
  readonly headers: Readonly<Record<string, string>>;
  readonly clock: Clock;
  readonly manner: Manner;
}

/** One thing that a forge is asked. */
export interface Request {
  /** For people, after `cannot`: `open a pull request`. */
  readonly act: string;
  readonly method?: Question['method'];
  /** Below the URL of the interface, encoded: `/repos/acme/web/pulls`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: Json;
  /** Which answers beside those of success say something, and are no refusals. */
  readonly also?: (answer: { readonly status: number; readonly text: string }) => boolean;
  /** Whether to do it twice is worse than not to do it: it is not asked again when nobody knows what became of it. */
  readonly once?: boolean;
}

/** What a forge answered. */
export interface Reply {
  readonly status: number;
  /** A value of JSON; undefined where it says nothing, or was no success. */
  readonly value: unknown;
  /** The query of the next page, if there is one. */
  readonly next: string | undefined;
}

/** Bytes of an answer. Gitea tells all comments at once. */
const limit = 32 * 1024 * 1024;

/** Nobody waits longer before asking again. GitHub wants a minute after too many changes. */
const longestPause = 90_000;

/** Asks a forge, again where that may go better. Throws `Failure`. */
export async function ask(talk: Talk, request: Request): Promise<Reply> {
  return askAt(talk, request, new URL(`${talk.place.api}${request.path}${queryOf(request.query)}`));
}

/** All that a forge lists, page by page; `listed` finds the list in an answer that is more. */
export async function askAll(
  talk: Talk,
  request: Request,
  listed: (value: unknown) => unknown = (value) => value,
): Promise<readonly unknown[]> {
  const { found, isWhole } = await readPages(talk, request, { listed, most: maxPages });
  if (!isWhole) throw damaged(talk, request.act, `the list has more than ${maxPages} pages`);
  return found;
}

/** The first pages of what a forge lists; one unless told. */
export async function askFirst(talk: Talk, request: Request, most = 1): Promise<readonly unknown[]> {
  return (await readPages(talk, request, { listed: (value) => value, most })).found;
}

async function readPages(
  talk: Talk,
  request: Request,
  { listed, most }: { readonly listed: (value: unknown) => unknown; readonly most: number },
): Promise<{ readonly found: readonly unknown[]; readonly isWhole: boolean }> {
  const found: unknown[] = [];
  let url = new URL(`${talk.place.api}${request.path}${queryOf(request.query)}`);
  for (let pages = 0; pages < most; pages++) {
    const { value, next } = await askAt(talk, request, url);
    const list = listed(value);
    if (!Array.isArray(list)) throw damaged(talk, request.act, 'the answer is no list');
    found.push(...list);
    if (next === undefined) return { found, isWhole: true };
    url = new URL(next, url);
  }
  return { found, isWhole: false };
}

/** More is no list that people made. */
const maxPages = 200;

function queryOf(query: Request['query']): string {
  return query === undefined ? '' : `?${new URLSearchParams(query)}`;
}

async function askAt(talk: Talk, request: Request, url: URL): Promise<Reply> {
  const { clock, manner } = talk;
  for (let tries = 1; ; tries++) {
    const answer = await attempt(talk, request, url);
    if (answer instanceof NoAnswer) {
      if (tries === maxTries || isLasting(answer) || request.once === true) throw unreachable(talk, request.act, answer);
      await clock.sleep(pauseAfter(undefined, tries), manner.signal);
      continue;
    }
    const { status } = answer;
    if (isSuccess(status)) return replyOf(talk, request, answer);
    if (request.also?.({ status, text: answer.body.toString('utf8') }) === true) return { status, value: undefined, next: undefined };
    const pause = pauseOf(answer, { tries, now: clock.now() });
    if (pause === undefined || (request.once === true && !isRefusedUnseen(status))) throw refused(talk, request.act, answer);
    if (tries === maxTries || pause > longestPause) throw busy(talk, request.act, answer, pause);
    await clock.sleep(pause, manner.signal);
  }
}

export function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

/** Whether a status says that nothing was done. */
function isRefusedUnseen(status: number): boolean {
  return status === 403 || status === 429 || status === 503;
}

/**
 * Milliseconds until a forge may do better; undefined where it will not. GitHub says 403, too, to who asks too often: with when to ask
 * again, or that nothing is left until a time, or, after too many changes at once, in words alone.
 */
function pauseOf({ status, headers, body }: Answer, { tries, now }: { readonly tries: number; readonly now: Date }): number | undefined {
  const after = headers.get('retry-after');
  if (status !== 403 && status !== 429) return passing.has(status) ? pauseAfter(after, tries) : undefined;
  if (after !== undefined) return pauseAfter(after, tries);
  const reset = Number(headers.get('x-ratelimit-reset') ?? Number.NaN);
  if (headers.get('x-ratelimit-remaining') === '0' && Number.isFinite(reset)) return Math.max(reset * 1000 - now.getTime(), 0) + 1000;
  if (/secondary rate limit/i.test(body.toString('utf8'))) return 60_000;
  return status === 429 ? pauseAfter(undefined, tries) : undefined;
}

async function attempt(talk: Talk, request: Request, url: URL): Promise<Answer | NoAnswer> {
  try {
    return await followed(talk, request, url);
  } catch (thrown) {
    if (talk.manner.signal.aborted) throw interrupted(talk, request.act);
    if (thrown instanceof NoAnswer) return thrown;
    throw thrown;
  }
}

const redirects: ReadonlySet<number> = new Set([301, 302, 307, 308]);
const maxRedirects = 3;

/** Asks where a repository has moved to at the same forge. Nobody else is asked: who one is there is no matter of others. */
async function followed(talk: Talk, request: Request, url: URL, left = maxRedirects): Promise<Answer> {
  const { method, body } = request;
  const text = body === undefined ? undefined : JSON.stringify(body);
  const headers = { ...talk.headers, ...(text === undefined ? {} : { 'content-type': 'application/json' }) };
  const answer = await exchange({ url, method, headers, body: text, limit, manner: talk.manner });
  const location = answer.headers.get('location') ?? '';
  if (!redirects.has(answer.status) || !URL.canParse(location, url.href)) return answer;
  const next = new URL(location, url);
  if (next.origin !== url.origin || left === 0) throw sentAway(talk, request.act, next);
  return followed(talk, request, next, left - 1);
}

function replyOf(talk: Talk, { act }: Request, { status, headers, body }: Answer): Reply {
  const next = nextQuery(headers.get('link') ?? '');
  if (body.length === 0) return { status, value: undefined, next };
  try {
    return { status, value: JSON.parse(body.toString('utf8')), next };
  } catch {
    throw damaged(talk, act, 'the answer is no JSON');
  }
}
