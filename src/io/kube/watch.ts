import type { Answer, ApiError } from '../../model/apierror.ts';
import { messageOf } from '../../model/failure.ts';
import { isObject, type Json, numberAt, stringAt } from '../../model/json.ts';
import type { Clock, WatchEvent, WatchOptions } from '../../ports.ts';
import { inTime } from '../deadline.ts';
import { outage, refusal } from './errors.ts';
import { linesOf } from './lines.ts';
import { acceptOf, listObjects, selection } from './listing.ts';
import { liveObject } from './live.ts';
import { collectionPath, withQuery } from './paths.ts';
import type { Stream, Transport } from './transport.ts';

/** What a watch is made with. */
export interface Reflector {
  readonly transport: Transport;
  readonly clock: Clock;
}

/** An event is one object; etcd holds none of more than about 1.5 MB. */
const longestLine = 16 * 1024 * 1024;
/** How long after the end that was asked for a server may stay silent before the connection counts as dead. Milliseconds. */
const grace = 30_000;
/** A watch that brings nothing and ends sooner than this counts as failed. Milliseconds. */
const shortest = 1_000;
/** The first and the longest pause after failures. Milliseconds. */
const pauses = { first: 1_000, longest: 30_000 };

/** What became of listing once and watching from there. */
interface Round {
  /** Whether anything came of the watch: then the next failure is a first one again. */
  readonly progress: boolean;
  readonly error: ApiError;
}

/**
 * Lists and watches until `signal` aborts (the reflector of client-go). A watch that ends is resumed where it ended; one
 * that cannot be is listed anew: at once when its resourceVersion is too old, else after a pause that grows.
 */
export async function* watchObjects(reflector: Reflector, options: WatchOptions, signal: AbortSignal): AsyncGenerator<WatchEvent, void> {
  let failures = 0;
  let expired = false;
  while (!signal.aborted) {
    const { progress, error } = yield* watchOnce(reflector, options, signal);
    if (signal.aborted) return;
    if (progress) [failures, expired] = [0, false];
    if (error.status === 410 && !expired) {
      expired = true;
      continue;
    }
    yield { type: 'lost', message: error.message, ...(error.reason === 'forbidden' ? { isForbidden: true } : {}) };
    await reflector.clock.sleep(pauseAfter(failures++, error, reflector.clock.random()), signal);
  }
}

/** Doubles from a second to half a minute, and is spread, so that watches which broke together do not come back together. */
function pauseAfter(failures: number, { retryAfter = 0 }: ApiError, random: number): number {
  const pause = Math.min(pauses.first * 2 ** failures, pauses.longest) * (0.5 + random / 2);
  return Math.max(pause, Math.min(retryAfter, pauses.longest));
}

async function* watchOnce(reflector: Reflector, options: WatchOptions, signal: AbortSignal): AsyncGenerator<WatchEvent, Round> {
  const listed = yield* list(reflector, options, signal);
  if (!listed.ok) return { progress: false, error: listed.error };
  let resourceVersion = listed.value;
  let progress = false;
  while (!signal.aborted) {
    const began = reflector.clock.now().getTime();
    const end = yield* follow(reflector, { ...options, resourceVersion }, signal);
    const moved = end.resourceVersion !== resourceVersion;
    resourceVersion = end.resourceVersion;
    progress ||= moved;
    // One that stayed open for its time did its work, although nothing happened.
    const worked = moved || (end.error === undefined && reflector.clock.now().getTime() - began >= shortest);
    if (!worked || end.final) return { progress, error: end.error ?? outage('the watch ends as soon as it begins') };
    progress = true;
  }
  return { progress, error: outage('interrupted') };
}

/** Tells what there is, and returns the resourceVersion to watch from. */
async function* list({ transport }: Reflector, options: WatchOptions, signal: AbortSignal): AsyncGenerator<WatchEvent, Answer<string>> {
  yield { type: 'listing' };
  const objects = listObjects(transport, { ...options, pool: 'watches' }, signal);
  let next = await objects.next();
  for (; !next.done; next = await objects.next()) yield { type: 'present', object: next.value };
  if (next.value.ok) yield { type: 'listed' };
  return next.value;
}

/** How one watch request ended. `final` ends must not be resumed from. */
interface End {
  readonly resourceVersion: string;
  readonly error?: ApiError;
  readonly final: boolean;
}

type Position = WatchOptions & { readonly resourceVersion: string };

/** Watches from a resourceVersion until the server or the network ends it. */
async function* follow(reflector: Reflector, options: Position, signal: AbortSignal): AsyncGenerator<WatchEvent, End> {
  const { transport, clock } = reflector;
  let { resourceVersion } = options;
  const seconds = 300 + Math.floor(300 * clock.random());
  const path = withQuery(collectionPath(options.resource, options.namespace), {
    ...selection(options),
    fieldSelector: options.fields,
    watch: 1,
    resourceVersion,
    allowWatchBookmarks: 'true',
    timeoutSeconds: seconds,
  });
  const opened = await transport.stream({
    method: 'GET',
    path,
    headers: { accept: acceptOf(options, 'PartialObjectMetadata') },
    pool: 'watches',
    signal,
  });
  if (!opened.ok) return { resourceVersion, error: opened.error, final: true };
  try {
    for await (const line of linesOf(chunksOf(opened.value, clock, seconds * 1000 + grace), longestLine)) {
      const news = newsIn(line, options);
      if (news.type === 'error') return { resourceVersion, error: news.error, final: true };
      resourceVersion = news.resourceVersion;
      if (news.type === 'event') yield news.event;
    }
    return { resourceVersion, final: false };
  } catch (thrown) {
    return { resourceVersion, error: outage(messageOf(thrown)), final: false };
  } finally {
    opened.value.close();
  }
}

/** Fresh objects come from a connection that brought something within `silence` milliseconds; else it is dead. Waiting readers do not count. */
async function* chunksOf({ chunks }: Stream, clock: Clock, silence: number): AsyncGenerator<Buffer, void> {
  const incoming = chunks[Symbol.asyncIterator]();
  while (true) {
    const heard = new AbortController();
    const silent = clock.sleep(silence, heard.signal).then(() => undefined);
    const next = await Promise.race([incoming.next(), silent]).finally(() => heard.abort(inTime));
    if (next === undefined) throw new Error(`the watch was silent for ${Math.round(silence / 1000)} s`);
    if (next.done) return;
    yield next.value;
  }
}

/** What one line of a watch says. */
type News =
  | { readonly type: 'event'; readonly event: WatchEvent; readonly resourceVersion: string }
  | { readonly type: 'bookmark'; readonly resourceVersion: string }
  | { readonly type: 'error'; readonly error: ApiError };

function newsIn(line: string, { resource }: WatchOptions): News {
  const said = parseLine(line);
  const type = stringAt(said, 'type');
  const about = isObject(said) ? (said['object'] ?? null) : null;
  if (type === 'ERROR') return { type: 'error', error: refusal({ status: numberAt(about, 'code') ?? 500, headers: {}, body: about }) };
  const resourceVersion = stringAt(about, 'metadata', 'resourceVersion');
  if (type === 'BOOKMARK' && resourceVersion !== undefined) return { type: 'bookmark', resourceVersion };
  const object = liveObject(about, resource);
  if (object === undefined || resourceVersion === undefined)
    return { type: 'error', error: outage('the watch said something that is no event') };
  if (type === 'ADDED' || type === 'MODIFIED') return { type: 'event', event: { type: 'present', object }, resourceVersion };
  if (type === 'DELETED') return { type: 'event', event: { type: 'absent', object }, resourceVersion };
  return { type: 'error', error: outage(`the watch said \`${type}\`, which is not known`) };
}

function parseLine(line: string): Json {
  try {
    return JSON.parse(line) as Json;
  } catch {
    return null;
  }
}
