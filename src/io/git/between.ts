import type { Between } from '../../ports.ts';
import { requireId } from './names.ts';
import { hasCommit, isAncestor, isShallow } from './objects.ts';
import { type Git, gitText } from './run.ts';

/** How the commit `to` stands to the commit `from`, with the commits that lie between them, newest first, at most `limit`. */
export async function readBetween(git: Git, from: string, to: string, limit: number): Promise<Between> {
  if (from === to) return { relation: 'same', commits: [], count: 0 };
  if (!(await hasCommit(git, from)) || !(await hasCommit(git, to))) return { relation: 'unknown', commits: [], count: 0 };
  if (await isAncestor(git, from, to)) return { relation: 'ahead', ...(await commitsIn(git, [from, to], limit)) };
  if (await isAncestor(git, to, from)) return { relation: 'behind', ...(await commitsIn(git, [to, from], limit)) };
  // Without the history nobody can tell.
  if (await isShallow(git)) return { relation: 'unknown', commits: [], count: 0 };
  return { relation: 'diverged', ...(await commitsIn(git, [from, to], limit)) };
}

/** The commits that the second one has in its history and the first one has not. */
async function commitsIn(git: Git, [without, of]: readonly [string, string], limit: number): Promise<Pick<Between, 'commits' | 'count'>> {
  const range = `${requireId(without)}..${requireId(of)}`;
  const [text, count] = await Promise.all([
    gitText(git, ['log', '--no-show-signature', `--max-count=${limit}`, '--format=%H%x00%s', range]),
    gitText(git, ['rev-list', '--count', range]),
  ]);
  const commits = text.split('\n').flatMap((line) => {
    const [commit = '', subject = ''] = line.split('\0');
    return commit === '' ? [] : [{ commit, subject }];
  });
  return { commits, count: Number(count) };
}
