import { refOf } from '../model/manifest.ts';
import { keyOf, type ObjectKey } from '../model/ref.ts';
import type { WatchEvent } from '../ports.ts';

/**
 * Watch events on their way to one reader, who may be slow. What was not read yet is kept once for each object, as it is newest, and of
 * listings that follow each other only the last one: it does not grow beyond what there is.
 */
export interface WatchQueue {
  push(event: WatchEvent): void;
  /** Forgets what was not read; reading ends, or throws the error. */
  end(thrown?: { readonly error: unknown }): void;
  /** What was pushed, in order, as it comes. For one reader. */
  read(): AsyncGenerator<WatchEvent, void>;
}

/** What begins a segment, under a key that no object has. */
const beginning = '';

/** A `listing`, a `listed` or a `lost`, and what was told of objects until the next one. */
type Segment = Map<ObjectKey | typeof beginning, WatchEvent>;

/** An empty queue. */
export function openWatchQueue(): WatchQueue {
  let segments: Segment[] = [new Map()];
  let ended: { readonly error?: unknown } | undefined;
  let wake = (): void => {};

  const take = (): WatchEvent | undefined => {
    while (segments.length > 1 && segments[0]?.size === 0) segments.shift();
    const [first] = segments[0] ?? [];
    if (first !== undefined) segments[0]?.delete(first[0]);
    return first?.[1];
  };
  return {
    push(event) {
      if (ended !== undefined) return;
      // Only within its segment: an object that a listing named has to be named there still.
      if ('object' in event) segments.at(-1)?.set(keyOf(refOf(event.object)), event);
      else segments = [...segmentsBefore(event, segments), new Map([[beginning, event]])];
      wake();
    },
    end(thrown = undefined) {
      ended ??= thrown ?? {};
      segments = [];
      wake();
    },
    async *read() {
      for (;;) {
        const event = take();
        if (event !== undefined) yield event;
        else if (ended !== undefined) {
          if ('error' in ended) throw ended.error;
          return;
        } else {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      }
    },
  };
}

/** What of `segments` still has to be read before `event`: not a listing that another one replaces, nor the loss that came before a loss. */
function segmentsBefore({ type }: WatchEvent, segments: readonly Segment[]): readonly Segment[] {
  const unread = segments.findIndex((segment) => segment.get(beginning)?.type === type);
  return unread === -1 || type === 'listed' ? segments : segments.slice(0, unread);
}
