import { type FSWatcher, readdirSync, statSync, watch } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import type { Changes } from '../ports.ts';

/** Milliseconds in which several changes count as one: an editor writes more than once, and a checkout many files. */
const pause = 40;

/** Changes of files in the project in `folder`: of what is below `roots`, and of all that is followed later. */
export function watchChanges(folder: string, roots: readonly string[], signal: AbortSignal): Changes {
  const watchers = new Map<string, { readonly watcher: FSWatcher; readonly folder: string }>();
  const files = new Set<string>();
  let changed: string | undefined;
  let waiting: (() => void) | undefined;
  let timer: NodeJS.Timeout | undefined;

  const tell = (path: string): void => {
    changed ??= relative(folder, path).split(sep).join('/');
    clearTimeout(timer);
    timer = setTimeout(() => waiting?.(), pause);
  };
  const isMeant = (path: string): boolean =>
    roots.some((root) => isAt(path, join(folder, root))) || [...files].some((file) => isAt(file, path));
  const look = (at: string): void => {
    try {
      const found = identityOf(at);
      const known = watchers.get(at);
      if (known !== undefined && known.folder === found) return;
      // Another folder has taken its place: the watcher is still with the one that is gone.
      forget(at);
      const watcher = watch(at, (_, name) => {
        const path = join(at, name ?? '');
        if (!isMeant(path) && !isSource(path)) return;
        lookAll();
        tell(path);
      });
      // The folder is gone: what is above it tells.
      watcher.on('error', () => forget(at));
      watchers.set(at, { watcher, folder: found });
    } catch {
      // There is no such folder (yet, or any more): what is above it tells.
      forget(at);
    }
  };
  const forget = (at: string): void => {
    watchers.get(at)?.watcher.close();
    watchers.delete(at);
  };
  const lookAll = (): void => {
    for (const at of watchers.keys()) look(at);
    for (const root of roots) for (const at of foldersBelow(join(folder, root))) look(at);
    for (const file of files) look(dirname(file));
  };
  const close = (): void => {
    clearTimeout(timer);
    for (const at of watchers.keys()) forget(at);
    waiting?.();
  };

  look(folder);
  lookAll();
  signal.addEventListener('abort', close, { once: true });
  return {
    follow(paths, since) {
      for (const path of paths.map((one) => resolve(folder, one))) {
        const isNew = !files.has(path) && !watchers.has(dirname(path));
        files.add(path);
        look(dirname(path));
        if (isNew && changedAt(path) > since) tell(path);
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

/** Whether `path` is `folder`, or below it. */
function isAt(path: string, folder: string): boolean {
  return `${path}${sep}`.startsWith(folder + sep);
}

/** What tells a folder from another one that takes its place; throws when there is none. */
function identityOf(path: string): string {
  // A number that is free is given away again.
  const stats = statSync(path);
  return `${stats.ino} ${stats.birthtimeMs}`;
}

/** When a file was changed last, in milliseconds since 1970. */
function changedAt(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
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
