import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync, realpathSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { Failure, messageOf } from '../model/failure.ts';
import { isObject, type Json } from '../model/json.ts';
import type { AbsentPath } from './git/absent.ts';
import { isPackage, type ProjectTree } from './packages.ts';
import { compareTree, type IsApart, protect, stateOf, type TreeState } from './tree-state.ts';
import { keepWhole } from './whole.ts';

/** The folder of a commit: its tree is in it whole. */
export interface Home {
  readonly folder: string;
  readonly tree: ProjectTree;
  /** Whether the packages of the commit were installed in it; otherwise they are links. */
  readonly isInstalled: boolean;
  /** The paths of all folders of packages that the commit holds itself. */
  readonly held: readonly string[];
  /** What the commit names and does not hold. */
  readonly absent: readonly AbsentPath[];
}

/** The name of this package: a project that is this very package gets a link to its build. */
export const self = 'lockstep';

/** What a folder holds: the tree, what the tree is, and what it was like when it was whole. */
const [treeName, aboutName, stateName] = ['tree', 'about.json', 'state.json'];

/** Where the tree is in the folder of a commit. */
export function treeIn(folder: string): string {
  return join(folder, treeName);
}

/** A name for an unfinished folder beside the one of a commit. */
export function besides(folder: string): string {
  return `${folder}.${randomUUID()}`;
}

/** Notes that the tree in an unfinished folder is whole, and what it is like, and protects its files. */
export function finish(unfinished: string, about: Pick<Home, 'isInstalled' | 'absent'> & { readonly prefix: string }): void {
  const top = treeIn(unfinished);
  // What was installed belongs to the package manager; before that, all there is is of the commit.
  const isApart: IsApart = (path) => about.isInstalled && isPackages(path);
  protect(top, isApart);
  const state = stateOf(top, isApart);
  const held = state.map(([path]) => path).filter(isPackages);
  writeFileSync(join(unfinished, stateName), JSON.stringify(state));
  writeFileSync(join(unfinished, aboutName), JSON.stringify({ ...about, held }));
}

/** What is in the folder of a commit; undefined when it is not there, or not whole. */
export function readHome(folder: string): Home | undefined {
  const about = readJson(join(folder, aboutName));
  // What an older version has left is not known for what it is.
  if (!isObject(about) || typeof about['prefix'] !== 'string' || !Array.isArray(about['absent'])) return undefined;
  const { prefix, ...rest } = about as unknown as Pick<Home, 'isInstalled' | 'held' | 'absent'> & { readonly prefix: string };
  return { folder, tree: { top: treeIn(realpathSync(folder)), prefix }, ...rest };
}

/** Whether the tree of a commit is as it was when it was whole: nobody has edited a file of it, or added one. */
export function isAsItWas({ folder, tree }: Home): boolean {
  const path = join(folder, stateName);
  const before = readJson(path);
  if (!Array.isArray(before)) return false;
  try {
    const build = isPackage(tree, self) ? `${tree.prefix}build` : undefined;
    const now = compareTree(tree.top, before as unknown as TreeState, (one) => isPackages(one) || one === build);
    // Who has copied it all, as CI does between jobs, has changed nothing.
    if (now.is === 'touched') keepWhole(path, JSON.stringify(now.state));
    return now.is !== 'changed';
  } catch {
    // Somebody has taken a file away meanwhile, or the right to read it.
    return false;
  }
}

/** As many times something that others have placed meanwhile is moved away. */
const turns = 10;

/**
 * Gives an unfinished folder the name of its commit, at once. When somebody else was quicker, and theirs is as good, theirs stays; what
 * else has the name goes.
 */
export function place(unfinished: string, folder: string, isGood: (there: Home) => boolean): Home {
  try {
    const mine = readHome(unfinished);
    for (let left = turns; mine !== undefined; left--) {
      const there = readHome(folder);
      if (there !== undefined && isGood(there)) {
        rmSync(unfinished, { recursive: true, force: true });
        return there;
      }
      removeUnless(folder, isGood);
      try {
        renameSync(unfinished, folder);
        // It may have gone again: then it is told by whoever looks into it.
        return { ...mine, folder, tree: { ...mine.tree, top: treeIn(join(dirname(dirname(mine.tree.top)), basename(folder))) } };
      } catch (cause) {
        if (left === 0) throw cause;
      }
    }
  } catch (cause) {
    rmSync(unfinished, { recursive: true, force: true });
    throw new Failure('file-unwritable', `\`${folder}\` cannot be written: ${messageOf(cause)}`, { cause });
  }
  throw new Failure('file-unwritable', `\`${unfinished}\` was removed meanwhile`, { help: 'run it again' });
}

const day = 86_400_000;
/** Milliseconds after which a tree that nobody used is removed, and one that was never finished. */
const keptFor = { whole: 14 * day, unfinished: day };

/** A folder that is used is as good as new; more than once a day that need not be noted. */
export function keepLonger(folder: string): void {
  try {
    if (Date.now() - statSync(folder).mtimeMs >= day / 2) utimesSync(folder, new Date(), new Date());
  } catch {
    // Then it is brought out again, some day.
  }
}

/** Removes from a cache what nobody has used for long, and what a process left unfinished. Others may do the same at the same time. */
export function removeOld(cache: string): void {
  for (const name of namesIn(cache)) {
    try {
      const path = join(cache, name);
      const isUnfinished = name.includes('.');
      if (Date.now() - statSync(path).mtimeMs < (isUnfinished ? keptFor.unfinished : keptFor.whole)) continue;
      if (isUnfinished) rmSync(path, { recursive: true, force: true });
      else removeUnless(path, () => false);
    } catch {
      // It is gone, or it stays: that is nothing to the commit that is wanted.
    }
  }
}

/** Removes the folder of a commit, unless somebody has placed a good one in between, which gets its name back. */
function removeUnless(folder: string, isGood: (there: Home) => boolean): void {
  const doomed = besides(folder);
  // What is half removed must not be taken for whole.
  if (!isMoved(folder, doomed)) return;
  const moved = readHome(doomed);
  if (moved !== undefined && isGood(moved) && isMoved(doomed, folder)) return;
  rmSync(doomed, { recursive: true, force: true });
}

/** Moves a folder, and tells whether that could be: it may be gone, or somebody has placed another one where it goes. */
function isMoved(from: string, to: string): boolean {
  try {
    renameSync(from, to);
    return true;
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && ['ENOENT', 'ENOTEMPTY', 'EEXIST'].includes(String(cause.code))) return false;
    throw cause;
  }
}

/** Whether a path is that of a folder of packages. */
function isPackages(path: string): boolean {
  return /(?:^|\/)node_modules$/.test(path);
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function readJson(path: string): Json | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Json;
  } catch {
    return undefined;
  }
}
