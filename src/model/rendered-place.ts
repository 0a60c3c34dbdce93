import type { ForgeWords } from './forge.ts';

/** Where the rendered branches of an environment are, as far as it says so. */
export interface RenderedPlace {
  /** The name of a remote of the project's repository, or a URL. */
  readonly remote?: string | undefined;
  /** The branch that holds a folder for this environment and for others; undefined where it has a branch of its own. */
  readonly branch?: string | undefined;
  /** What it is hosted on; what is not told is known by the remote, or not at all. */
  readonly forge: ForgeWords;
  /** Who reviews what belongs to a slice, as the forge names them: by slice. */
  readonly owners: ReadonlyMap<string, readonly string[]>;
  /** The file, from the root of the project, with those who may sign it; undefined where nobody has to. */
  readonly signedBy?: string | undefined;
}
