import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readlinkSync, realpathSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';

/** A tree that gets links, and the one that they lead to: both by their roots, absolute and without links. */
interface Trees {
  readonly top: string;
  readonly from: string;
  /** A folder of the same file system as `top`, that nobody looks into. */
  readonly aside: string;
}

/**
 * The folders of a tree that have packages of their own, from its root: `folders`, and all members of a workspace that these use, since a
 * package manager gives a member what it cannot share with the others.
 */
export function foldersWithPackages(top: string, folders: readonly string[]): readonly string[] {
  const found = new Set(folders);
  // What is added meanwhile is visited, too.
  for (const folder of found) for (const member of membersIn(join(top, folder, 'node_modules'), top).values()) found.add(member);
  return [...found];
}

/**
 * Lets a folder of a tree have the packages that are installed for the same folder of another one, by links. What is a package there and
 * stands in that tree itself, as members of a workspace do, is the one of this tree. Links of before are made equal to that one by one, so
 * that whoever does the same at the same time is in nobody's way.
 */
export function linkPackagesOf(folder: string, { top, from, aside }: Trees): void {
  const installed = join(from, folder, 'node_modules');
  const place = join(top, folder, 'node_modules');
  if (!existsSync(installed) || !existsSync(dirname(place))) return;
  const members = membersIn(installed, from);
  const names = namesIn(installed);
  const wanted = new Set(names);
  mkdirSync(place, { recursive: true });
  for (const name of namesIn(place)) if (!wanted.has(name)) rmSync(join(place, name), { recursive: true, force: true });
  for (const name of names) {
    const member = members.get(name);
    mkdirSync(dirname(join(place, name)), { recursive: true });
    link(member === undefined ? join(installed, name) : join(top, member), join(place, name), aside);
  }
}

/** Makes `path` a link to a folder, unless something else than a link is there. `aside` is a folder of the same file system. */
export function linkWhereNothingIs(target: string, path: string, aside: string): void {
  if (linkedFrom(path) !== undefined || !existsSync(path)) link(target, path, aside);
}

/** Makes `path` a link to a folder, whatever was there. */
function link(target: string, path: string, aside: string): void {
  if (linkedFrom(path) === target) return;
  const made = join(aside, randomUUID());
  symlinkSync(target, made, 'junction');
  try {
    renameSync(made, path);
  } catch {
    // Nothing but a link gives way to a link.
    rmSync(path, { recursive: true, force: true });
    renameSync(made, path);
  }
}

/** The packages below a `node_modules` that are links to folders of the tree itself, by their names there: `@shop/charts`. */
function membersIn(installed: string, top: string): ReadonlyMap<string, string> {
  const members = new Map<string, string>();
  for (const name of existsSync(installed) ? namesIn(installed) : []) {
    const path = join(installed, name);
    if (linkedFrom(path) === undefined || !existsSync(path)) continue;
    const steps = relative(top, realpathSync(path)).split(sep);
    if (steps[0] !== '..' && !steps.includes('node_modules')) members.set(name, steps.join('/'));
  }
  return members;
}

/** What is in a `node_modules`: `zod`, `@shop/charts`, `.bin`. */
function namesIn(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const isScope = entry.name.startsWith('@') && entry.isDirectory();
    return isScope ? readdirSync(join(folder, entry.name)).map((name) => `${entry.name}/${name}`) : [entry.name];
  });
}

function linkedFrom(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}
