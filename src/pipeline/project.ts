import type { ForgeWords } from '../model/forge.ts';

/** The systems that pipelines are written for. `hook` is the one on the machine of whoever commits. */
export const pipelineSystems = ['github', 'gitlab', 'jenkins', 'tekton', 'hook'] as const;

/** One of `pipelineSystems`. */
export type PipelineSystem = (typeof pipelineSystems)[number];

/** What pipelines are written of. */
export interface PipelineProject {
  /** The names of all environments, sorted. */
  readonly environments: readonly string[];
  /** The branch that the source is merged into. */
  readonly branch: string;
  /** The image that jobs run in, with its digest; undefined where the system has none. */
  readonly image: string | undefined;
  /** The environment whose lock previews of pull requests have; undefined where there are no previews. */
  readonly preview: string | undefined;
  /** The forge, where the system does not tell it and the host of the remote does not either. */
  readonly forge: ForgeWords;
  /** The file that names the version of Node.js; undefined where there is none. */
  readonly nodeFile: string | undefined;
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
