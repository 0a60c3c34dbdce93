import { closeSync, lstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { Absent } from '../../model/absent.ts';
import { type Git, type RunOptions, runGit } from './run.ts';

/** Something that a commit names and does not hold, by its path from the root of the tree. */
export type AbsentPath = Pick<Absent, 'path' | 'is'>;

/** What the tree in `top` lacks of the commit that is its index: what is in submodules, and files of Git LFS, in whose place pointers stand. */
export async function absentIn(git: Git, top: string, given: RunOptions): Promise<readonly AbsentPath[]> {
  const { stdout } = await runGit(git, ['ls-files', '--stage', '-z'], given);
  const entries = stdout.toString('utf8').split('\0').slice(0, -1);
  const submodules = entries.filter((entry) => entry.startsWith('160000 ')).map(pathOf);
  const files = entries.filter((entry) => entry.startsWith('100')).map(pathOf);
  const pointers = await keptByLfs(
    git,
    files.filter((path) => isPointer(join(top, path))),
    given,
  );
  const absent = (is: Absent['is']) => (path: string) => ({ path, is });
  return [...submodules.map(absent('submodule')), ...pointers.map(absent('pointer'))];
}

/** `<mode> <id> <stage>\t<path>` */
function pathOf(entry: string): string {
  return entry.slice(entry.indexOf('\t') + 1);
}

/** Those of `paths` that the attributes of the commit give to Git LFS: others may well hold such a text. */
async function keptByLfs(git: Git, paths: readonly string[], given: RunOptions): Promise<readonly string[]> {
  if (paths.length === 0) return [];
  const { stdout } = await runGit(git, ['check-attr', '--cached', '--stdin', '-z', 'filter'], { ...given, stdin: `${paths.join('\0')}\0` });
  const said = stdout.toString('utf8').split('\0');
  return paths.filter((path, i) => said[3 * i] === path && said[3 * i + 2] === 'lfs');
}

/** How a pointer begins, and how many bytes it has at most (the specification of Git LFS). */
const [beginning, most] = ['version https://git-lfs.github.com/spec/v1\n', 1024];

function isPointer(path: string): boolean {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined || !stats.isFile() || stats.size > most || stats.size < beginning.length) return false;
  const file = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(beginning.length);
    readSync(file, bytes);
    return bytes.toString('latin1') === beginning;
  } finally {
    closeSync(file);
  }
}
