import { randomUUID } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { exitCodes, Failure, messageOf } from '../model/failure.ts';
import type { Commits, FetchedCommit, Snapshot } from '../ports.ts';
import { openFiles } from './files.ts';
import { type CheckoutOptions, checkOut, fetchCommit, isHere, prefixOfProject } from './git/checkout.ts';
import { install } from './install.ts';
import { havePackagesInCommon, installerOf, linkPackages, linkSelf, type ProjectTree } from './packages.ts';

/** Where trees of commits are kept, and what they are linked to. */
export interface CommitsOptions extends CheckoutOptions {
  /** The folder that they are kept in; it may be emptied at any time. */
  readonly cache: string;
  /** Names the project among those whose commits are kept there. */
  readonly name: string;
  /** The folder with the build of the running program: a project that is this very package imports itself. */
  readonly build: string;
}

/** The project at commits of its repository, each in a folder of its own below the user's cache. */
export function openCommits(given: CommitsOptions): Commits {
  const options = { ...given, folder: realpathSync(given.folder) };
  const homeOf = (commit: string): string => join(options.cache, `${options.name}-${commit}`);
  const kept = new Set<string>();
  const whole = async (commit: string): Promise<Home> => readHome(homeOf(commit)) ?? (await bringOut(options, commit, homeOf(commit)));
  return {
    async open(commit) {
      const home = await whole(commit);
      // Once will do: what follows what is looked at must see nothing else.
      if (!kept.has(commit)) keepLonger(home.folder);
      kept.add(commit);
      await equip(home, options, commit);
      return snapshotOf(home);
    },
    async fetch(commit, remote): Promise<FetchedCommit> {
      const isFetched = readHome(homeOf(commit)) === undefined && !(await isHere(options, commit));
      if (isFetched) await fetchCommit(options, commit, remote);
      const home = await whole(commit);
      if (home.isInstalled) return { isFetched, packages: 'kept' };
      const installer = installerOf(home.tree);
      if (installer === undefined || havePackagesInCommon(home.tree, projectTree(options, home))) return { isFetched, packages: 'shared' };
      await installAnew(options, commit, home.folder);
      return { isFetched, packages: 'installed' };
    },
  };
}

/** The folder of a commit: its tree is in it whole. */
interface Home {
  readonly folder: string;
  readonly tree: ProjectTree;
  /** Whether the packages of the commit were installed in it; otherwise they are links. */
  readonly isInstalled: boolean;
}

/** What a folder holds beside the tree: the file that says where the project is in it, and the mark of installed packages. */
const [treeName, aboutName, installedName] = ['tree', 'about.json', 'installed'];

function readHome(folder: string): Home | undefined {
  const about = join(folder, aboutName);
  if (!existsSync(about)) return undefined;
  const { prefix } = JSON.parse(readFileSync(about, 'utf8')) as { readonly prefix: string };
  return { folder, tree: { top: join(realpathSync(folder), treeName), prefix }, isInstalled: existsSync(join(folder, installedName)) };
}

function snapshotOf({ tree }: Home): Snapshot {
  const folder = join(tree.top, tree.prefix);
  return { folder, files: openFiles(folder) };
}

/** The project's own tree, as it lies around its folder. */
function projectTree({ folder }: CommitsOptions, { tree: { prefix } }: Home): ProjectTree {
  // The folder is as deep in its tree as it is in the commit's.
  const steps = prefix.split('/').filter((step) => step !== '');
  return { top: steps.reduce((path) => dirname(path), folder), prefix };
}

/** Brings a tree out of git into an unfinished folder, which then gets its name: it is there whole, or not at all. */
async function bringOut(options: CommitsOptions, commit: string, folder: string): Promise<Home> {
  if (!(await isHere(options, commit))) throw isMissing(commit);
  const unfinished = await makeUnfinished(options, commit, folder);
  return place(unfinished, folder);
}

async function makeUnfinished(options: CommitsOptions, commit: string, folder: string): Promise<string> {
  const prefix = await prefixOfProject(options);
  const unfinished = `${folder}.${randomUUID()}`;
  try {
    removeOld(options.cache);
    mkdirSync(unfinished, { recursive: true, mode: 0o700 });
    await checkOut(options, commit, join(unfinished, treeName));
    // The project may have been elsewhere by then: what it lacks is told by whoever loads it.
    mkdirSync(join(unfinished, treeName, prefix), { recursive: true });
    writeFileSync(join(unfinished, aboutName), JSON.stringify({ commit, prefix }));
    return unfinished;
  } catch (thrown) {
    rmSync(unfinished, { recursive: true, force: true });
    if (thrown instanceof Failure) throw thrown;
    throw new Failure('file-unwritable', `\`${unfinished}\` cannot be written: ${messageOf(thrown)}`, { cause: thrown });
  }
}

/** Gives a folder its name. When somebody else was quicker, theirs is as good. */
function place(unfinished: string, folder: string): Home {
  try {
    renameSync(unfinished, folder);
  } catch (cause) {
    rmSync(unfinished, { recursive: true, force: true });
    if (readHome(folder) === undefined)
      throw new Failure('file-unwritable', `\`${folder}\` cannot be written: ${messageOf(cause)}`, { cause });
  }
  const home = readHome(folder);
  if (home === undefined) throw new Failure('file-unwritable', `\`${folder}\` was removed meanwhile`, { help: 'run it again' });
  return home;
}

/** Sees to it that a tree has the packages of its own lock: those of the project, where they are the same. */
async function equip(home: Home, options: CommitsOptions, commit: string): Promise<void> {
  linkSelf(home.tree, { name: 'lockstep', build: options.build });
  if (home.isInstalled) return;
  const project = projectTree(options, home);
  if (!havePackagesInCommon(home.tree, project)) throw hasOtherPackages(commit);
  linkPackages(home.tree, project);
}

/** Installs packages into a tree that nobody uses yet, and puts it in the place of the one without them. */
async function installAnew(options: CommitsOptions, commit: string, folder: string): Promise<void> {
  const unfinished = await makeUnfinished(options, commit, folder);
  try {
    const home = readHome(unfinished);
    const installer = home && installerOf(home.tree);
    if (installer !== undefined) await install(installer, options);
    writeFileSync(join(unfinished, installedName), '');
    const before = `${folder}.${randomUUID()}`;
    if (existsSync(folder)) renameSync(folder, before);
    rmSync(before, { recursive: true, force: true });
  } catch (thrown) {
    rmSync(unfinished, { recursive: true, force: true });
    throw thrown;
  }
  place(unfinished, folder);
}

const day = 86_400_000;
/** Milliseconds after which a tree that nobody used is removed, and one that was never finished. */
const keptFor = { whole: 14 * day, unfinished: day };

/** A folder that is used is as good as new; more than once a day that need not be noted. */
function keepLonger(folder: string): void {
  if (Date.now() - statSync(folder).mtimeMs < day / 2) return;
  try {
    utimesSync(folder, new Date(), new Date());
  } catch {
    // Then it is brought out again, some day.
  }
}

function removeOld(cache: string): void {
  for (const name of existsSync(cache) ? readdirSync(cache) : []) {
    const path = join(cache, name);
    const isUnfinished = name.includes('.');
    const age = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (age < (isUnfinished ? keptFor.unfinished : keptFor.whole)) continue;
    // What is half removed must not be taken for whole.
    const doomed = isUnfinished ? path : join(cache, `${basename(path)}.${randomUUID()}`);
    if (!isUnfinished) renameSync(path, doomed);
    rmSync(doomed, { recursive: true, force: true });
  }
}

function isMissing(commit: string): Failure {
  return new Failure('source-missing', `the commit \`${commit.slice(0, 7)}\` is not in this repository`, { exit: exitCodes.input });
}

function hasOtherPackages(commit: string): Failure {
  const message = `the commit \`${commit.slice(0, 7)}\` needs other packages than the project has now`;
  return new Failure('source-packages', message, { exit: exitCodes.input });
}
