import type { Lockfile } from '../model/lockfile.ts';

/** What a compilation is given beside the environment: all that it sees of the world. */
export interface Given {
  readonly lock: Lockfile;
  /** Whether charts are built in the reverse of their usual order: what comes of them has to be the same. */
  readonly isBackward?: boolean;
  /** The day that exceptions are judged at: `2027-01-31`. */
  readonly today: string;
  /** The project's folder, absolute. It only shortens the files that diagnostics name. */
  readonly root: string;
  /** The environment's module, relative to the project. */
  readonly file: string;
  /** The files that `keyFilesOf` names; undefined where they were not looked at, and are no matter. */
  readonly keys?: KeyFiles;
}

/** Texts of files with keys, by their paths as authors write them; undefined where there is none. */
export type KeyFiles = ReadonlyMap<string, string | undefined>;

/** The lockfile of an environment, relative to the project. */
export function lockPathOf(environment: string): string {
  return `environments/${environment}.lock.yaml`;
}
