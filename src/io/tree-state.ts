import { chmodSync, lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { sha256Of } from '../model/sha256.ts';

/**
 * What is at a path of a tree: its path from the root, how it looks from outside (`lstat`), and what it holds. What looks the same holds the
 * same.
 */
export type TreeEntry = readonly [path: string, look: string, content: string];

/** All that is in a tree. */
export type TreeState = readonly TreeEntry[];

/** How a tree is now, beside what it was: as it was; touched, when it looks otherwise and holds the same; or changed. */
export type TreeNow = { readonly is: 'same' } | { readonly is: 'touched'; readonly state: TreeState } | { readonly is: 'changed' };

/** What in a tree is no part of it, by path: what is put there for it by others. */
export type IsApart = (path: string) => boolean;

/** The state of the tree in `top`. */
export function stateOf(top: string, isApart: IsApart): TreeState {
  return [...walk(top, isApart)].map(([path, look]) => [path, look, contentOf(join(top, path))]);
}

/** Looks whether the tree in `top` is what it was. Only what looks otherwise is read. */
export function compareTree(top: string, before: TreeState, isApart: IsApart): TreeNow {
  const known = new Map(before.map((entry) => [entry[0], entry]));
  const now: TreeEntry[] = [];
  let isTouched = false;
  for (const [path, look] of walk(top, (one) => !known.has(one) && isApart(one))) {
    const entry = known.get(path);
    if (entry === undefined) return { is: 'changed' };
    if (entry[1] !== look) {
      if (kindOf(entry[1]) !== kindOf(look) || entry[2] !== contentOf(join(top, path))) return { is: 'changed' };
      isTouched = true;
    }
    now.push([path, look, entry[2]]);
  }
  if (now.length !== before.length) return { is: 'changed' };
  return isTouched ? { is: 'touched', state: now } : { is: 'same' };
}

/** Takes from everybody the right to write the files of a tree: whoever opens one in an editor is told. */
export function protect(top: string, isApart: IsApart): void {
  for (const [path, look] of walk(top, isApart)) {
    const place = join(top, path);
    if (/^(?:file|program) /.test(look)) chmodSync(place, lstatSync(place).mode & 0o555);
  }
}

/**
 * How something looks: what it is, as far as git keeps it, and what the system notes of it. A file whose time was set back still has another
 * time of that (`ctime`); one that took the place of another is another one (`ino`).
 */
function lookOf(path: string): string | undefined {
  const stats = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  if (stats === undefined) return undefined;
  if (stats.isDirectory()) return 'folder';
  const isProgram = (Number(stats.mode) & 0o100) !== 0;
  const kind = stats.isSymbolicLink() ? 'link' : stats.isFile() ? (isProgram ? 'program' : 'file') : 'other';
  return `${kind} ${stats.size} ${stats.mtimeNs} ${stats.ctimeNs} ${stats.ino}`;
}

function kindOf(look: string): string {
  return look.split(' ')[0] ?? '';
}

function* walk(top: string, isApart: IsApart, below = ''): Generator<readonly [path: string, look: string]> {
  // In an order of its own, whatever the file system has.
  for (const name of readdirSync(join(top, below)).sort()) {
    const path = below === '' ? name : `${below}/${name}`;
    if (isApart(path)) continue;
    const look = lookOf(join(top, path));
    if (look === undefined) continue;
    yield [path, look];
    if (look === 'folder') yield* walk(top, isApart, path);
  }
}

function contentOf(path: string): string {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats?.isSymbolicLink()) return `to ${readlinkSync(path)}`;
  return stats?.isFile() ? sha256Of(readFileSync(path)) : '';
}
