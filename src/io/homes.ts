import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync, realpathSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure, messageOf } from '../model/failure.ts';
import { isObject, type Json } from '../model/json.ts';
import type { AbsentPath } from './git/absent.ts';
import { isPackage, type ProjectTree } from './packages.ts';
import { compareTree, type IsApart, protect, stateOf, type TreeState } from './tree-state.ts';

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
    if (now.is === 'touched') writeWhole(path, JSON.stringify(now.state));
    return now.is !== 'changed';
  } catch {
    // Somebody has taken a file away meanwhile, or the right to read it.
    return false;
  }
}

/** As many times something that others have placed meanwhile is moved away. */
const turns = 5;

/**
 * Gives an unfinished folder the name of its commit, at once. When somebody else was quicker, and theirs is as good, theirs stays; what
 * else has the name goes.
 */
export function place(unfinished: string, folder: string, isGood: (there: Home) => boolean): Home {
  try {
    for (let left = turns; ; left--) {
      const there = readHome(folder);
      if (there !== undefined && isGood(there)) {
        rmSync(unfinished, { recursive: true, force: true });
        return there;
      }
      remove(folder);
      try {
        renameSync(unfinished, folder);
        break;
      } catch (cause) {
        if (left === 0) throw cause;
      }
    }
  } catch (cause) {
    rmSync(unfinished, { recursive: true, force: true });
    throw new Failure('file-unwritable', `\`${folder}\` cannot be written: ${messageOf(cause)}`, { cause });
  }
  const home = readHome(folder);
  if (home === undefined) throw new Failure('file-unwritable', `\`${folder}\` was removed meanwhile`, { help: 'run it again' });
  return home;
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
      else remove(path);
    } catch {
      // It is gone, or it stays: that is nothing to the commit that is wanted.
    }
  }
}

/** Takes a folder its name at once, since what is half removed must not be taken for whole, and then removes it. */
function remove(folder: string): void {
  const doomed = besides(folder);
  try {
    renameSync(folder, doomed);
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return;
    throw cause;
  }
  rmSync(doomed, { recursive: true, force: true });
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

/** Writes a file at once or not at all, and goes on without. */
function writeWhole(path: string, text: string): void {
  const unfinished = `${path}.${randomUUID()}`;
  try {
    writeFileSync(unfinished, text);
    renameSync(unfinished, path);
  } catch {
    rmSync(unfinished, { force: true });
  }
}
