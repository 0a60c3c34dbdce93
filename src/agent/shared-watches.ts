import { partOfLabel } from '../model/applyset.ts';
import type { Cluster, WatchEvent, WatchOptions } from '../ports.ts';
import { type Membership, openSharedWatch, type SharedWatch, type SharedWatchPorts } from './shared-watch.ts';

/**
 * Watches for many environments of one cluster. Of a kind in a namespace there is one, however many ApplySets are watched by
 * `applyset.kubernetes.io/part-of=<id>`; it ends with the last of them, or when `signal` aborts. What is selected otherwise is watched
 * by itself.
 */
export function shareWatches(ports: SharedWatchPorts, signal: AbortSignal): Cluster['watch'] {
  const watches = new Map<string, SharedWatch>();
  const watchFor = (options: WatchOptions): SharedWatch => {
    const name = nameOf(options);
    const known = watches.get(name);
    if (known !== undefined) return known;
    const onEnd = (): void => {
      if (watches.get(name) === begun) watches.delete(name);
    };
    const begun = openSharedWatch(ports, options, { signal, onEnd });
    watches.set(name, begun);
    return begun;
  };
  return (options, ended) => {
    const id = setIn(options);
    return id === undefined ? ports.cluster.watch(options, ended) : follow(() => watchFor(options).join(id), ended);
  };
}

async function* follow(join: () => Membership, signal: AbortSignal): AsyncGenerator<WatchEvent, void> {
  if (signal.aborted) return;
  const { queue, leave } = join();
  // Not only where it is read on: a reader that waits for something else keeps no watch open.
  signal.addEventListener('abort', leave, { once: true });
  try {
    yield* queue.read();
  } finally {
    signal.removeEventListener('abort', leave);
    leave();
  }
}

/** The ApplySet whose objects are selected, and nothing else; undefined where the selector says otherwise. */
function setIn({ selector, fields }: WatchOptions): string | undefined {
  if (fields !== undefined) return undefined;
  const [label, id = '', ...rest] = selector.split('=');
  return label === partOfLabel && rest.length === 0 && /^[\w.-]+$/.test(id) ? id : undefined;
}

/** Watches of one name tell the same of an object. */
function nameOf({ resource, namespace, metadataOnly }: WatchOptions): string {
  return [resource.group, resource.version, resource.plural, namespace, metadataOnly ? 'metadata' : ''].join('/');
}
