import { mkdirSync, realpathSync, rmSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { exitCodes, Failure, messageOf } from '../model/failure.ts';
import type { Commits, FetchedCommit, Snapshot } from '../ports.ts';
import { aside } from './aside.ts';
import { openFiles } from './files.ts';
import { type CheckoutOptions, checkOut, fetchCommit, isHere, prefixOfProject } from './git/checkout.ts';
import { besides, finish, type Home, isAsItWas, keepLonger, place, readHome, removeOld, self, treeIn } from './homes.ts';
import { install } from './install.ts';
import { linkPackagesOf, linkWhereNothingIs } from './package-links.ts';
import { installerOf, isPackage, mayShareWith, type ProjectTree, packageFoldersOf } from './packages.ts';

/** Where trees of commits are kept, and what they are linked to. */
export interface CommitsOptions extends CheckoutOptions {
  /** The folder that they are kept in; it may be emptied at any time. */
  readonly cache: string;
  /** Names the project among those whose commits are kept there. */
  readonly name: string;
  /** The folder with the build of the running program: a project that is this very package imports itself. */
  readonly build: string;
  /** The path of the node program, which runs an earlier version. */
  readonly node: string;
}

/** The project at commits of its repository, each in a folder of its own below the user's cache. */
export function openCommits(given: CommitsOptions): Commits {
  const options = { ...given, folder: realpathSync(given.folder) };
  const homeOf = (commit: string): string => join(options.cache, `${options.name}-${commit}`);
  const known = (commit: string): Home | undefined => {
    const home = readHome(homeOf(commit));
    return home !== undefined && isAsItWas(home) ? home : undefined;
  };
  const equipped = async (commit: string): Promise<Home> => {
    // What a commit holds is always the same, however it comes here.
    const home = await aside(async () => {
      const found = known(commit) ?? (await bringOut(options, { commit, folder: homeOf(commit), isOnline: false }));
      keepLonger(found.folder);
      return found;
    });
    const project = projectTree(options, home);
    if (!home.isInstalled && !mayShareWith(project, home.tree)) throw hasOtherPackages(commit);
    aside(() => equip(home, options, project));
    return home;
  };
  return {
    open: async (commit) => snapshotOf(await equipped(commit)),
    async fetch(commit, remote): Promise<FetchedCommit> {
      const found = known(commit);
      // Rendering takes no file of Git LFS from elsewhere.
      const before = found?.absent.some(({ is }) => is === 'pointer') ? undefined : found;
      const isFetched = before === undefined && !(await isHere(options, commit));
      if (isFetched) await fetchCommit(options, commit, remote);
      const home = before ?? (await bringOut(options, { commit, folder: homeOf(commit), isOnline: true }));
      const isShared = mayShareWith(projectTree(options, home), home.tree);
      return { isFetched, packages: home.isInstalled ? 'kept' : isShared ? 'shared' : 'lacking' };
    },
    async install(commit) {
      await bringOut(options, { commit, folder: homeOf(commit), isOnline: true, isInstalled: true });
    },
    async renderBy(version, { commit, environment }) {
      const { installedIn, renderElsewhere } = await import('./earlier.ts');
      const { tree } = await equipped(commit);
      const installed = installedIn(tree);
      return installed?.version === version ? renderElsewhere(options, { commit, environment, installed, tree }) : undefined;
    },
  };
}

function snapshotOf({ tree, absent }: Home): Snapshot {
  const folder = join(tree.top, tree.prefix);
  const slashed = (path: string): string => path.split(sep).join('/');
  return {
    folder,
    files: openFiles(folder),
    absent: absent.map(({ path, is }) => {
      const place = join(tree.top, path);
      return { path: slashed(place), name: slashed(relative(folder, place)), is };
    }),
  };
}

/** The project's own tree, as it lies around its folder. */
function projectTree({ folder }: CommitsOptions, { tree: { prefix } }: Home): ProjectTree {
  // The folder is as deep in its tree as it is in the commit's.
  const steps = prefix.split('/').filter((step) => step !== '');
  return { top: steps.reduce((path) => dirname(path), folder), prefix };
}

/** What is to be brought out of git. */
interface Wanted {
  readonly commit: string;
  /** The folder that it gets. */
  readonly folder: string;
  /** Whether what is not in the repository may be fetched. */
  readonly isOnline: boolean;
  /** Whether with packages of its own. */
  readonly isInstalled?: boolean;
}

/** Brings a tree out of git into an unfinished folder, which then gets its name: it is there whole, or not at all. */
async function bringOut(options: CommitsOptions, { commit, folder, isOnline, isInstalled = false }: Wanted): Promise<Home> {
  if (!(await isHere(options, commit))) throw isMissing(commit);
  const prefix = await prefixOfProject(options);
  removeOld(options.cache);
  const unfinished = besides(folder);
  const top = treeIn(unfinished);
  try {
    const absent = await checkOut(options, commit, { into: top, isOnline });
    // The project may have been elsewhere by then: what it lacks is told by whoever loads it.
    mkdirSync(join(top, prefix), { recursive: true });
    const installer = isInstalled ? installerOf({ top, prefix }) : undefined;
    if (installer !== undefined) await install(installer, options);
    finish(unfinished, { prefix, isInstalled, absent });
    return place(unfinished, folder, isAsGood({ isInstalled, absent }));
  } catch (thrown) {
    rmSync(unfinished, { recursive: true, force: true });
    throw thrown instanceof Failure ? thrown : isUnwritable(unfinished, thrown);
  }
}

/** Tells whether a home has all that another one has, and its tree is as it was. */
function isAsGood({ isInstalled, absent }: Pick<Home, 'isInstalled' | 'absent'>): (there: Home) => boolean {
  return (there) => (there.isInstalled || !isInstalled) && there.absent.length <= absent.length && isAsItWas(there);
}

/** Gives a tree the packages of the project, unless it has its own, and to this very package its build. */
function equip({ folder, tree, isInstalled, held }: Home, options: CommitsOptions, project: ProjectTree): void {
  try {
    if (isPackage(tree, self)) linkWhereNothingIs(options.build, join(tree.top, tree.prefix, 'build'), folder);
    if (isInstalled) return;
    const folders = packageFoldersOf(project).filter((one) => !held.includes(join(one, 'node_modules')));
    for (const one of folders) linkPackagesOf(one, { top: tree.top, from: project.top, aside: folder });
  } catch (cause) {
    throw isUnwritable(tree.top, cause);
  }
}

function isUnwritable(path: string, cause: unknown): Failure {
  return new Failure('file-unwritable', `\`${path}\` cannot be written: ${messageOf(cause)}`, { cause });
}

function isMissing(commit: string): Failure {
  return new Failure('source-missing', `the commit \`${commit.slice(0, 7)}\` is not in this repository`, { exit: exitCodes.input });
}

function hasOtherPackages(commit: string): Failure {
  const message = `the commit \`${commit.slice(0, 7)}\` needs other packages than the project has now`;
  return new Failure('source-packages', message, { exit: exitCodes.input });
}
