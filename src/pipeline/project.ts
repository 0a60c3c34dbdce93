import type { ForgeWords } from '../model/forge.ts';
import type { PackageLock, PackageManager } from '../model/package-manager.ts';
import { sha256Of } from '../model/sha256.ts';

/** The systems that pipelines are written for. `hook` is the one on the machine of whoever commits. */
export const pipelineSystems = ['github', 'gitlab', 'jenkins', 'tekton', 'hook'] as const;

/** One of `pipelineSystems`. */
export type PipelineSystem = (typeof pipelineSystems)[number];

/** What pipelines are written of. */
export interface PipelineProject {
  /** From the root of the repository to the project, without a slash at either end; '' when they are the same. */
  readonly folder: string;
  /** The folder outside of which nothing changes what is rendered, from there; undefined where that is the whole repository. */
  readonly watched: string | undefined;
  /** The names of all environments, sorted. */
  readonly environments: readonly string[];
  /** The rendered branches that several environments share, by the environment: others have branches of their own. */
  readonly shared: ReadonlyMap<string, string>;
  /** The branch that the source is merged into. */
  readonly branch: string;
  /** The image that jobs run in, with its digest; undefined where the system has none. */
  readonly image: string | undefined;
  /** The environment whose lock previews of pull requests have; undefined where there are no previews. */
  readonly preview: string | undefined;
  /** The forge, where the system does not tell it and the host of the remote does not either. */
  readonly forge: ForgeWords;
  /** The file that names the version of Node.js, from the root of the repository; undefined where there is none. */
  readonly nodeFile: string | undefined;
  readonly packages: ProjectPackages;
}

/** How a project gets its packages. */
export interface ProjectPackages {
  readonly manager: PackageManager;
  /** The one that is brought; undefined for npm, which comes with Node.js. */
  readonly version: string | undefined;
  readonly lock: PackageLock;
  /** The folder that the lock is in, from the root of the repository, without a slash at either end: the project's, or one above it. */
  readonly folder: string;
}

/** The version of Node.js where the project names none. */
export const usualNode = '24';

/** The image of jobs unless told: the whole one, which has git. */
export const usualImage = `node:${usualNode}-bookworm`;

/** As many environments are checked by one job; more of them share the work. */
const environmentsOfShard = 25;

/** More jobs than this wait for one another on most plans. */
const mostShards = 16;

/** How many jobs share the check of environments. */
export function shardsOf({ environments }: PipelineProject): number {
  return Math.min(mostShards, Math.max(1, Math.ceil(environments.length / environmentsOfShard)));
}

/**
 * What tells the pipelines of one project of a repository from those of the others, in all names: `apps--shop`; '' at the root. No two folders
 * have the same one.
 */
export function slugOf({ folder }: Pick<PipelineProject, 'folder'>): string {
  const isPlain = folder.split('/').every((part) => /^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(part));
  const slug = folder
    .toLowerCase()
    .replaceAll('/', '--')
    .replaceAll(/[^a-z0-9-]/g, '-');
  return isPlain || folder === '' ? slug : `${slug.replaceAll(/^-+|-+$/g, '')}--${sha256Of(folder).slice(0, 6)}`;
}

/** A name that no pipeline of another project of the repository has: `lockstep-check`, `lockstep-apps--shop-check`. */
export function named(project: Pick<PipelineProject, 'folder'>, name: string): string {
  return ['lockstep', slugOf(project), name].filter((part) => part !== '').join('-');
}

/** The same where all names begin with what they are of: `check`, `check-apps--shop`. */
export function tagged(project: Pick<PipelineProject, 'folder'>, name: string): string {
  return [name, slugOf(project)].filter((part) => part !== '').join('-');
}

/** The rendered branches of a project, those in force, as patterns of them. */
export function renderedBranches({ environments, shared }: PipelineProject): readonly string[] {
  const own = environments.some((name) => !shared.has(name)) || environments.length === 0 ? ['environments/*'] : [];
  return [...own, ...new Set([...shared.values()].sort())];
}

/** Where and how what is made differs from system to system; a file of a pipeline, and its text without its head. */
export interface PipelineFile {
  /** From the root of the repository. */
  readonly path: string;
  /** What begins a line of comment. */
  readonly mark: '#' | '//';
  /** The line that has to be first, if any. */
  readonly first?: string;
  readonly text: string;
}
