import { randomUUID } from 'node:crypto';
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, realpathSync, renameSync, symlinkSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { isObject } from '../model/json.ts';

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
}

/** The locks of package managers. */
const locks = ['package-lock.json', 'npm-shrinkwrap.json', 'pnpm-lock.yaml', 'yarn.lock', 'bun.lock'] as const;

/** What in a package.json says which packages are wanted. */
const wanting = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies', 'overrides', 'resolutions', 'workspaces'];

/** The folders that packages are looked for in, from the project to the root of its tree, relative to that. */
function levelsOf(prefix: string): readonly string[] {
  const steps = prefix.split('/').filter((step) => step !== '');
  return [...steps.map((_, i) => steps.slice(0, steps.length - i).join('/')), ''];
}

/** The lock that says which packages a project has: its own, or that of a folder above it. Undefined when there is none. */
function lockOf({ top, prefix }: ProjectTree): { readonly level: string; readonly name: (typeof locks)[number] } | undefined {
  for (const level of levelsOf(prefix)) {
    const name = locks.find((one) => existsSync(join(top, level, one)));
    if (name !== undefined) return { level, name };
  }
  return undefined;
}

/** Whether both projects have the same packages: by their locks, and by what their manifests want. Without a lock nothing is known of packages. */
export function havePackagesInCommon(tree: ProjectTree, other: ProjectTree): boolean {
  const lock = lockOf(tree);
  if (lock === undefined) return true;
  const same = lockOf(other);
  if (same?.name !== lock.name || same.level !== lock.level) return false;
  if (textOf(join(tree.top, lock.level, lock.name)) !== textOf(join(other.top, lock.level, lock.name))) return false;
  const levels = levelsOf(tree.prefix).filter((level) => level.length >= lock.level.length);
  return levels.every((level) => wantedIn(join(tree.top, level)) === wantedIn(join(other.top, level)));
}

/** How the packages of a project are installed, and in which folder; undefined when no lock says which they are. */
export function installerOf(tree: ProjectTree): (Installer & { readonly folder: string }) | undefined {
  const lock = lockOf(tree);
  if (lock === undefined) return undefined;
  const folder = join(tree.top, lock.level);
  const installer = (command: string, ...args: readonly string[]) => ({ command, args, folder });
  switch (lock.name) {
    case 'pnpm-lock.yaml':
      return installer('pnpm', 'install', '--frozen-lockfile', '--ignore-scripts', '--prod=false');
    case 'bun.lock':
      return installer('bun', 'install', '--frozen-lockfile', '--ignore-scripts');
    case 'yarn.lock':
      // The one that came after version 1 says so in its lock.
      return /^__metadata:/m.test(textOf(join(folder, lock.name)) ?? '')
        ? installer('yarn', 'install', '--immutable', '--mode=skip-build')
        : installer('yarn', 'install', '--frozen-lockfile', '--ignore-scripts', '--production=false');
    default:
      return installer('npm', 'ci', '--ignore-scripts', '--include=dev', '--no-audit', '--no-fund');
  }
}

/**
 * Lets a tree have the packages that are installed for another one, by links. What is a package there and stands in that tree itself, as
 * members of a workspace do, is the one of this tree.
 */
export function linkPackages(tree: ProjectTree, from: ProjectTree): void {
  for (const level of levelsOf(tree.prefix)) {
    const installed = join(from.top, level, 'node_modules');
    const place = join(tree.top, level, 'node_modules');
    if (!existsSync(installed) || isThere(place)) continue;
    mkdirSync(dirname(place), { recursive: true });
    const members = membersIn(installed, from.top);
    if (members.size === 0) link(installed, place);
    else linkEach(tree, { installed, place, members });
  }
}

/** Links what runs as the package of that name where a project is that package itself, and its build is no part of its tree. */
export function linkSelf(tree: ProjectTree, self: { readonly name: string; readonly build: string }): void {
  const project = join(tree.top, tree.prefix);
  if (manifestOf(project)?.['name'] !== self.name) return;
  const place = join(project, 'build');
  if (!isThere(place)) link(self.build, place);
}

/** The packages below `node_modules` that are links to folders of the tree itself, by their path there: `@shop/charts`. */
function membersIn(installed: string, top: string): ReadonlyMap<string, string> {
  const members = new Map<string, string>();
  const root = realpathSync(top);
  const visit = (below: string): void => {
    for (const entry of readdirSync(join(installed, below), { withFileTypes: true })) {
      const name = join(below, entry.name);
      if (entry.name.startsWith('@') && entry.isDirectory()) visit(name);
      else if (entry.isSymbolicLink() && existsSync(join(installed, name))) {
        const path = relative(root, realpathSync(join(installed, name)));
        if (!path.startsWith('..') && !path.split(sep).includes('node_modules')) members.set(name, path);
      }
    }
  };
  visit('');
  return members;
}

/** A folder of links to packages, one for each: it is there whole or not at all. */
function linkEach(
  { top }: ProjectTree,
  { installed, place, members }: { readonly installed: string; readonly place: string; readonly members: ReadonlyMap<string, string> },
): void {
  const unfinished = `${place}.${randomUUID()}`;
  mkdirSync(unfinished);
  const visit = (below: string): void => {
    for (const name of readdirSync(join(installed, below))) {
      const path = join(below, name);
      if (name.startsWith('@')) {
        mkdirSync(join(unfinished, path));
        visit(path);
      } else {
        const member = members.get(path);
        link(member === undefined ? join(installed, path) : join(top, member), join(unfinished, path));
      }
    }
  };
  visit('');
  renameSync(unfinished, place);
}

/** A link to a folder. Somebody else may have made it meanwhile. */
function link(target: string, path: string): void {
  try {
    symlinkSync(target, path, 'junction');
  } catch (cause) {
    if (!isThere(path)) throw cause;
  }
}

function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
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

function textOf(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}
