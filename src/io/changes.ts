import { type FSWatcher, readdirSync, watch } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import type { Changes } from '../ports.ts';

/** Milliseconds in which several changes count as one: an editor writes more than once, and a checkout many files. */
const pause = 40;

/** Changes of files in the project in `folder`: of what is below `roots`, and of all that is followed later. */
export function watchChanges(folder: string, roots: readonly string[], signal: AbortSignal): Changes {
  const watchers = new Map<string, FSWatcher>();
  const files = new Set<string>();
  let changed: string | undefined;
  let waiting: (() => void) | undefined;
  let timer: NodeJS.Timeout | undefined;

  const tell = (path: string): void => {
    changed ??= relative(folder, path).split(sep).join('/');
    clearTimeout(timer);
    timer = setTimeout(() => waiting?.(), pause);
  };
  const isMeant = (path: string): boolean => files.has(path) || roots.some((root) => `${path}${sep}`.startsWith(join(folder, root) + sep));
  const look = (at: string): void => {
    if (watchers.has(at)) return;
    try {
      const watcher = watch(at, (_, name) => {
        const path = join(at, name ?? '');
        if (!isMeant(path) && !isSource(path)) return;
        lookBelow();
        tell(path);
      });
      // The folder is gone: what is above it tells.
      watcher.on('error', () => forget(at));
      watchers.set(at, watcher);
    } catch {
      // There is no such folder (yet): what is above it tells.
    }
  };
  const forget = (at: string): void => {
    watchers.get(at)?.close();
    watchers.delete(at);
  };
  const lookBelow = (): void => roots.flatMap((root) => foldersBelow(join(folder, root))).forEach(look);
  const close = (): void => {
    clearTimeout(timer);
    for (const at of watchers.keys()) forget(at);
    waiting?.();
  };

  look(folder);
  lookBelow();
  signal.addEventListener('abort', close, { once: true });
  return {
    follow(paths) {
      for (const path of paths.map((one) => resolve(folder, one))) {
        files.add(path);
        look(dirname(path));
      }
    },
    async next() {
      if (changed === undefined && !signal.aborted) {
        await new Promise<void>((resolve) => {
          waiting = resolve;
        });
        waiting = undefined;
      }
      const first = changed;
      changed = undefined;
      return signal.aborted ? undefined : first;
    },
    close,
  };
}

/** A file that is new may be the one that is imported the next time. */
function isSource(path: string): boolean {
  return /\.(?:[cm]?[jt]sx?|json)$/.test(path);
}

function foldersBelow(folder: string): readonly string[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true, recursive: true });
    return [folder, ...entries.filter((entry) => entry.isDirectory()).map((entry) => join(entry.parentPath, entry.name))];
  } catch {
    return [];
  }
}
