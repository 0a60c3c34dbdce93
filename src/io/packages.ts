import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isObject } from '../model/json.ts';
import { installing, managerOfLock, type PackageLock, packageLocks } from '../model/package-manager.ts';
import { mayHoldCopies } from './local-copies.ts';
import { foldersWithPackages } from './package-links.ts';

/** A tree of files that holds a project. */
export interface ProjectTree {
  /** Its root, absolute, without links. */
  readonly top: string;
  /** From there to the project, with a slash at its end; '' when they are the same. */
  readonly prefix: string;
}

/** How packages are installed by a lock: exactly as it says, without running what is in them. */
export interface Installer {
  readonly command: string;
  readonly args: readonly string[];
  /** Where it runs. */
  readonly folder: string;
  /** That folder and those above it, to the root of the tree: settings may stand in each. */
  readonly folders: readonly string[];
}

/** What in a package.json says which packages are wanted. */
const wanting = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies', 'overrides', 'resolutions', 'workspaces'];

/** The folders that packages are looked for in, from the project to the root of its tree, relative to that. */
function levelsOf(prefix: string): readonly string[] {
  const steps = prefix.split('/').filter((step) => step !== '');
  return [...steps.map((_, i) => steps.slice(0, steps.length - i).join('/')), ''];
}

/** The lock that says which packages a project has: its own, or that of a folder above it. Undefined when there is none. */
function lockOf({ top, prefix }: ProjectTree): { readonly level: string; readonly name: PackageLock } | undefined {
  for (const level of levelsOf(prefix)) {
    const name = packageLocks.find((one) => existsSync(join(top, level, one)));
    if (name !== undefined) return { level, name };
  }
  return undefined;
}

/**
 * The folders of a tree that its packages are in, from its root: those that the project looks into, and those of the members of its
 * workspace.
 */
export function packageFoldersOf({ top, prefix }: ProjectTree): readonly string[] {
  return foldersWithPackages(top, levelsOf(prefix));
}

/**
 * Whether a tree may have the packages that are installed for another one: by their locks, and by what their manifests want, those of the
 * members of a workspace, too. Not where packages may be copies of what is in the other tree. Without a lock nothing is known of packages.
 */
export function mayShareWith(installed: ProjectTree, tree: ProjectTree): boolean {
  const lock = lockOf(tree);
  if (lock === undefined) return true;
  const same = lockOf(installed);
  if (same?.name !== lock.name || same.level !== lock.level) return false;
  const text = textOf(join(tree.top, lock.level, lock.name)) ?? '';
  if (text !== textOf(join(installed.top, lock.level, lock.name)) || mayHoldCopies(lock.name, text)) return false;
  const isBelow = (folder: string): boolean => lock.level === '' || folder === lock.level || folder.startsWith(`${lock.level}/`);
  return packageFoldersOf(installed)
    .filter(isBelow)
    .every((folder) => wantedIn(join(tree.top, folder)) === wantedIn(join(installed.top, folder)));
}

/** How the packages of a project are installed; undefined when no lock says which they are. */
export function installerOf(tree: ProjectTree): Installer | undefined {
  const lock = lockOf(tree);
  if (lock === undefined) return undefined;
  const folder = join(tree.top, lock.level);
  const folders = levelsOf(lock.level).map((level) => join(tree.top, level));
  const [command, ...args] = installing[managerOfLock(lock.name, textOf(join(folder, lock.name)) ?? '')];
  return { command, args, folder, folders };
}

/** Whether a project is the package of this name itself. */
export function isPackage({ top, prefix }: ProjectTree, name: string): boolean {
  return manifestOf(join(top, prefix))?.['name'] === name;
}

function wantedIn(folder: string): string {
  const manifest = manifestOf(folder);
  return JSON.stringify(wanting.map((name) => manifest?.[name] ?? null));
}

function manifestOf(folder: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const read: unknown = JSON.parse(textOf(join(folder, 'package.json')) ?? '');
    return isObject(read) ? read : undefined;
  } catch {
    // What is wrong with it is told by whoever loads it.
    return undefined;
  }
}

/** The bytes of a file, as text: that of `bun.lockb` is none. */
function textOf(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, 'latin1') : undefined;
}
