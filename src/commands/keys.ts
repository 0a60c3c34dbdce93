import type { Environment } from '../authoring/environment.ts';
import type { KeyFiles } from '../compile/given.ts';
import { keyFilesOf, placeOfRendered } from '../compile/resolve.ts';
import { judgeSignersFile } from '../compile/signers-file.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import { Failure } from '../model/failure.ts';
import type { Files } from '../ports.ts';

/** Reads the files with keys that an environment names, in the folder `root` that it was loaded from. What cannot be read is no key. */
export async function readKeys(files: Pick<Files, 'read'>, environment: Environment, root: string): Promise<KeyFiles> {
  const read = keyFilesOf(environment).map(async (path) => [path, await textOf(files, `${root}/${path}`)] as const);
  return new Map(await Promise.all(read));
}

/** What is wrong with the file that an environment names of those who may sign: that of the project, whatever commit it is rendered from. */
export async function judgeSigners(files: Pick<Files, 'read'>, environment: Environment): Promise<readonly Diagnostic[]> {
  const { signedBy: path } = placeOfRendered(environment);
  // What is no path is told where it is judged.
  if (typeof path !== 'string' || path === '') return [];
  return judgeSignersFile({ environment: environment.name, path, text: await textOf(files, path) });
}

/** A folder, or a file that one may not read, is what an author named wrongly, and no outage: that is told where it is named. */
async function textOf(files: Pick<Files, 'read'>, path: string): Promise<string | undefined> {
  try {
    return await files.read(path);
  } catch (thrown) {
    if (thrown instanceof Failure && thrown.code === 'file-unreadable') return undefined;
    throw thrown;
  }
}
