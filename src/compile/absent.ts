import type { Absent } from '../model/absent.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { Looked } from '../model/looked.ts';

/**
 * What was looked for in a commit and is not in it: what is rendered would be made of a pointer in the place of a file, or of a folder that
 * is empty. Without an environment it was looked for by some module of that commit, and it is a warning, since nobody knows for which
 * environment. So is a folder that is only listed: who does may want nothing of it.
 */
export function judgeAbsent(
  { files, opened }: Pick<Looked, 'files' | 'opened'>,
  absent: readonly Absent[],
  environment?: string,
): readonly Diagnostic[] {
  const looked = new Set(files);
  const read = new Set(opened);
  return absent.flatMap(({ path, name, is }): readonly Diagnostic[] => {
    const isIn = is === 'submodule' && files.some((file) => file.startsWith(`${path}/`));
    if (!isIn && !(looked.has(path) && read.has(path))) return [];
    const isSure = environment !== undefined && (isIn || is === 'pointer');
    return [{ code: 'source-absent', severity: isSure ? 'error' : 'warning', ...wordsOf({ name, is, isIn }, environment) }];
  });
}

function wordsOf(
  { name, is, isIn }: Pick<Absent, 'name' | 'is'> & { readonly isIn: boolean },
  environment: string | undefined,
): Pick<Diagnostic, 'message' | 'at' | 'help'> {
  const at = { file: name, ...(environment === undefined ? {} : { environment }) };
  if (is === 'pointer')
    return {
      message: `\`${name}\` is kept by Git LFS, and a pointer is read in its place`,
      at,
      help: `install git-lfs, and let \`lockstep fetch${environment === undefined ? '' : ` ${environment}`}\` bring it`,
    };
  const what = isIn ? 'something in it is looked for' : 'its folder is listed';
  return {
    message: `\`${name}\` is a submodule, of which the commit holds nothing, and ${what}`,
    at,
    help: 'keep what is rendered in the repository itself',
  };
}
