import type { IgnoredPath } from '../../ports/git.ts';
import { type Git, runGit } from './run.ts';

/** Those of `paths`, told from the project, that git would leave out of a commit. What it holds already it ignores no more. */
export async function readIgnored(git: Git, paths: readonly string[]): Promise<readonly IgnoredPath[]> {
  if (paths.length === 0) return [];
  // It answers 1 where there is none.
  const { stdout } = await runGit(git, ['check-ignore', '--verbose', '-z', '--stdin'], {
    stdin: paths.map((path) => `${path}\0`).join(''),
    answers: [0, 1],
  });
  const fields = stdout.toString('utf8').split('\0').slice(0, -1);
  return Array.from({ length: fields.length / 4 }, (_, i) => entryOf(fields.slice(4 * i))).filter(
    ({ pattern }) => !pattern.startsWith('!'),
  );
}

/** Where the pattern stands, its line, the pattern, and the path that it fits (git-check-ignore(1)). */
function entryOf([file = '', line = '', pattern = '', path = '']: readonly string[]): IgnoredPath {
  return { path, pattern, file, line: Number(line) };
}
