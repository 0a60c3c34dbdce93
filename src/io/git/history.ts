import type { HistoryEntry } from '../../ports.ts';
import { requireId } from './names.ts';
import { treesOf } from './objects.ts';
import { type Git, gitText } from './run.ts';
import { within } from './walk.ts';

/** `commit` and its ancestors along first parents, newest first: those that changed a folder, with its trees, where one is named. */
export async function readHistory(
  git: Git,
  commit: string,
  { limit, folder = '' }: { readonly limit: number; readonly folder?: string },
): Promise<readonly HistoryEntry[]> {
  const format = '--format=%H%x00%T%x00%cI%x00%s';
  const args = ['log', '--first-parent', '--no-show-signature', `--max-count=${limit}`, format, requireId(commit), ...within(folder)];
  const text = await gitText(git, args);
  const entries = (text === '' ? [] : text.split('\n')).map((line) => {
    const [id = '', tree = '', date = '', subject = ''] = line.split('\0');
    return { commit: id, tree, date, subject };
  });
  if (folder === '') return entries;
  const ids = entries.map((entry) => entry.commit);
  const trees = await treesOf(git, ids, folder);
  return entries.map((entry, i) => ({ ...entry, tree: trees[i] ?? '' }));
}
