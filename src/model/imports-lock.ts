/** What was imported, and which files were made of it: `imports/imports.lock.yaml`. */
export interface ImportsLock {
  /** By name: the path of a file or a folder, an URL, the name of an environment, or `kubernetes@1.35`. */
  readonly sources: Readonly<Record<string, LockedSource>>;
  /** The sha256 of each file that was made, in hexadecimal, by its path from the lock. */
  readonly files: Readonly<Record<string, string>>;
}

/** What was found in a source. */
export interface LockedSource {
  /** Of what was read, in hexadecimal. */
  readonly sha256: string;
  /** What tells a version of a kind apart from what it was before, by `cert-manager.io/v1/Certificate`. */
  readonly kinds: Readonly<Record<string, string>>;
}

/** The lock of a project that has imported nothing. */
export const emptyImportsLock: ImportsLock = { sources: {}, files: {} };

/** The folder of generated files unless told. */
export const importsFolder = 'imports';

/** The name of the lock in the folder of generated files. */
export const importsLockName = 'imports.lock.yaml';
