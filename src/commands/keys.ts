import type { Environment } from '../authoring/environment.ts';
import type { KeyFiles } from '../compile/given.ts';
import { keyFilesOf } from '../compile/resolve.ts';
import type { Files } from '../ports.ts';

/** Reads the files with keys that an environment names, in the folder `root` that it was loaded from. */
export async function readKeys(files: Pick<Files, 'read'>, environment: Environment, root: string): Promise<KeyFiles> {
  const read = keyFilesOf(environment).map(async (path) => [path, await files.read(`${root}/${path}`)] as const);
  return new Map(await Promise.all(read));
}
