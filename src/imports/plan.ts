import type { ImportsLock } from '../model/imports-lock.ts';
import { compareText } from '../model/ref.ts';
import type { RenderedFile } from '../model/rendered.ts';
import { sha256Of } from '../model/sha256.ts';
import { nameOfKind } from './kind.ts';
import type { ReadSource } from './made.ts';
import { kubernetesOf } from './sources.ts';

/** What is to become of the files. */
export interface ImportPlan {
  readonly files: readonly FileChange[];
  readonly sources: readonly SourceChange[];
  readonly lock: ImportsLock;
}

/** What is to become of a file, by its path from the lock. `edited` is one that is not as it was made: it stays. */
export type FileChange =
  | { readonly path: string; readonly status: 'new' | 'changed'; readonly text: string }
  | { readonly path: string; readonly status: 'same' | 'removed' | 'edited' };

/** How a source differs from what it was, by the names of versions of kinds. */
export interface SourceChange {
  readonly name: string;
  readonly isNew: boolean;
  /** Whether its sha256 is another one. */
  readonly isChanged: boolean;
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
}

/**
 * What is to become of the files and of the lock, when `read` is imported. `made` are the files of all that was read, and `present` says
 * what stands there now. Files of other sources stay as they are.
 */
export function planImport(
  read: readonly ReadSource[],
  {
    lock,
    made,
    present,
  }: { readonly lock: ImportsLock; readonly made: readonly RenderedFile[]; readonly present: ReadonlyMap<string, string | undefined> },
): ImportPlan {
  const stale = staleFiles(read, { lock, made });
  const files = [
    ...made.map((file) => changeOf(file, { before: lock.files[file.path], now: present.get(file.path) })),
    ...stale.flatMap((path): readonly FileChange[] => {
      const now = present.get(path);
      if (now === undefined) return [];
      return [{ path, status: sha256Of(now) === lock.files[path] ? 'removed' : 'edited' }];
    }),
  ].toSorted((a, b) => compareText(a.path, b.path));
  const hashes = { ...lock.files, ...Object.fromEntries(made.map(({ path, text }) => [path, sha256Of(text)])) };
  const sources = Object.fromEntries(
    read.map(({ name, sha256: hash, kinds }) => [
      name,
      { sha256: hash, kinds: Object.fromEntries(kinds.map((kind) => [nameOfKind(kind), kind.digest])) },
    ]),
  );
  return {
    files,
    sources: read.map((source) => sourceChange(source, lock)),
    lock: {
      sources: { ...lock.sources, ...sources },
      files: Object.fromEntries(Object.entries(hashes).filter(([path]) => !stale.includes(path))),
    },
  };
}

/** Files that were made of what was read now, or of what nobody imports any more, and that are not made again. */
export function staleFiles(
  read: readonly ReadSource[],
  { lock, made }: { readonly lock: ImportsLock; readonly made: readonly RenderedFile[] },
): readonly string[] {
  const names = new Set(read.map(({ name }) => name));
  const kept = Object.entries(lock.sources).filter(([name]) => !names.has(name));
  const isKept = (path: string): boolean =>
    kept.some(([name, { kinds }]) => {
      const kubernetes = kubernetesOf(name);
      if (kubernetes !== undefined) return path.startsWith(`kubernetes-${kubernetes}/`);
      return Object.keys(kinds).some((kind) => path === `${groupOfName(kind)}.ts`);
    });
  const again = new Set(made.map(({ path }) => path));
  return Object.keys(lock.files).filter((path) => !again.has(path) && !isKept(path));
}

/** Sources of the lock that are not among `read`, and have kinds in the same files. */
export function sharingFiles(read: readonly ReadSource[], lock: ImportsLock): readonly string[] {
  const custom = read.filter(({ name }) => kubernetesOf(name) === undefined);
  const groups = new Set([
    ...custom.flatMap(({ kinds }) => kinds.map(({ group }) => group)),
    ...custom.flatMap(({ name }) => Object.keys(lock.sources[name]?.kinds ?? {}).map(groupOfName)),
  ]);
  return Object.entries(lock.sources)
    .filter(([name]) => kubernetesOf(name) === undefined && !read.some((one) => one.name === name))
    .filter(([, { kinds }]) => Object.keys(kinds).some((kind) => groups.has(groupOfName(kind))))
    .map(([name]) => name);
}

/** `cert-manager.io` of `cert-manager.io/v1/Certificate`. */
function groupOfName(name: string): string {
  return name.split('/').slice(0, -2).join('/');
}

function changeOf(
  { path, text }: RenderedFile,
  { before, now }: { readonly before: string | undefined; readonly now: string | undefined },
): FileChange {
  if (now === text) return { path, status: 'same' };
  if (now === undefined) return { path, status: 'new', text };
  return sha256Of(now) === before ? { path, status: 'changed', text } : { path, status: 'edited' };
}

function sourceChange({ name, sha256: hash, kinds }: ReadSource, lock: ImportsLock): SourceChange {
  const before = lock.sources[name];
  const digests = new Map(kinds.map((kind) => [nameOfKind(kind), kind.digest]));
  const known = before?.kinds ?? {};
  return {
    name,
    isNew: before === undefined,
    isChanged: before !== undefined && before.sha256 !== hash,
    added: [...digests.keys()].filter((kind) => known[kind] === undefined).sort(),
    changed: [...digests].flatMap(([kind, digest]) => (known[kind] === undefined || known[kind] === digest ? [] : [kind])).sort(),
    removed: Object.keys(known).filter((kind) => !digests.has(kind)),
  };
}
