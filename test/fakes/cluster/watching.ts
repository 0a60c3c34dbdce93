import type { WatchEvent, WatchOptions } from '../../../src/ports.ts';
import { type Feed, feed } from './feed.ts';
import { isSelected, shown } from './selection.ts';
import { matchesFields } from './selector.ts';
import type { Store, StoreEvent } from './store.ts';

/** The watches of the fake. */
export interface Watching {
  /** Tells all watches that see it of a change. */
  tell(event: StoreEvent): void;
  /** Lists, then follows, until `signal` aborts. */
  follow(options: WatchOptions, signal: AbortSignal): AsyncGenerator<WatchEvent, void>;
  /** Makes all watches start anew. */
  interrupt(message: string): void;
}

/** Watches on `store`, which is asked for only when one begins. */
export function openWatching(store: () => Store): Watching {
  const watchers = new Set<{ readonly options: WatchOptions; readonly feed: Feed }>();
  const list = (options: WatchOptions): readonly WatchEvent[] => {
    const present = store().all.flatMap(({ live }) => eventFor(options, { type: 'present', object: live, before: undefined }) ?? []);
    return [{ type: 'listing' }, ...present, { type: 'listed' }];
  };
  return {
    tell(event) {
      for (const watcher of watchers) {
        const told = eventFor(watcher.options, event);
        if (told !== undefined) watcher.feed.push(told);
      }
    },
    async *follow(options, signal) {
      const watcher = { options, feed: feed() };
      for (const event of list(options)) watcher.feed.push(event);
      watchers.add(watcher);
      try {
        yield* watcher.feed.read(signal);
      } finally {
        watchers.delete(watcher);
      }
    },
    interrupt(message) {
      for (const watcher of watchers)
        for (const event of [{ type: 'lost', message } as const, ...list(watcher.options)]) watcher.feed.push(event);
    },
  };
}

/** What a watch is told of a change: one that leaves the selection is an absence, as if it had been deleted. */
function eventFor(options: WatchOptions, { type, object, before }: StoreEvent): WatchEvent | undefined {
  if (!matchesFields(options.fields ?? '', object)) return undefined;
  if (isSelected(options, object)) return { type, object: shown(options, object) };
  return before !== undefined && isSelected(options, before) ? { type: 'absent', object: shown(options, object) } : undefined;
}
