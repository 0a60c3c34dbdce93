import { execFileSync } from 'node:child_process';
import type { RenderedFile } from '../../../src/model/rendered.ts';
import { type GitEnvironment, runGitIn } from '../../support/repository.ts';

/** A commit that is about to be the tip of a branch. */
export interface Prepared {
  readonly branch: string;
  readonly files: readonly RenderedFile[];
  /** Whether the branch is there: the commit follows its tip. */
  readonly isNext: boolean;
}

/** Writes commits of many branches of a repository at once. */
export interface Branches {
  /** Writes the commits, whom nobody sees yet, and returns their ids by branch. */
  prepare(all: readonly Prepared[]): ReadonlyMap<string, string>;
  /** Moves all branches in one go. */
  move(commits: ReadonlyMap<string, string>): void;
}

const preparedRefs = 'refs/prepared/';

/** The branches of the bare repository `folder`. */
export function branchesIn(folder: string, env: GitEnvironment): Branches {
  const feed = (args: readonly string[], input: string): void =>
    void execFileSync('git', ['-C', folder, ...args], { env, input, stdio: ['pipe', 'ignore', 'pipe'] });
  return {
    prepare(all) {
      feed(['fast-import', '--quiet', '--force'], importText(all));
      const lines = runGitIn(folder, env, 'for-each-ref', '--format=%(objectname) %(refname)', preparedRefs).split('\n');
      return new Map(lines.map((line) => [line.slice(line.indexOf(' ') + 1 + preparedRefs.length), line.slice(0, line.indexOf(' '))]));
    },
    move(commits) {
      feed(['update-ref', '--stdin'], [...commits].map(([branch, commit]) => `update refs/heads/${branch} ${commit}\n`).join(''));
    },
  };
}

/** What `git fast-import` reads. */
export function importText(all: readonly Prepared[]): string {
  const commit = ({ branch, files, isNext }: Prepared): string =>
    [
      `commit ${preparedRefs}${branch}`,
      'committer Ada Lovelace <ada@example.com> 1767225600 +0000',
      data('Render\n'),
      ...(isNext ? [`from refs/heads/${branch}^0`] : []),
      'deleteall',
      ...files.flatMap(({ path, text }) => [`M 100644 inline ${path}`, data(text)]),
      '',
    ].join('\n');
  return all.map(commit).join('');
}

function data(text: string): string {
  return `data ${Buffer.byteLength(text)}\n${text}`;
}
