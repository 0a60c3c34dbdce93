import { exitCodes, Failure } from '../model/failure.ts';
import { compareText } from '../model/ref.ts';
import { indexPath } from '../model/rendered.ts';
import type { HistoryEntry, RenderedRepository } from '../ports.ts';
import { type Tips, tipOf } from './branches.ts';
import { sourceOf } from './latest.ts';
import { sourcesPath } from './slice-sources.ts';
import { type Content, contentIn, listed } from './tree.ts';

/** How far back it is looked for what a branch went back to. */
const historyLimit = 1_000;

/** A rollback that the source has not followed yet, and what of it a publish would undo. */
interface Undone {
  /** The commit that went back, and when. */
  readonly commit: string;
  readonly date: string;
  /** The files that would be again as they were before the rollback, sorted. */
  readonly paths: readonly string[];
}

/**
 * What `content` would bring back that a rollback took away: by `lockstep rollback`, or by a revert of the rendered branch, in force or
 * proposed. A branch that holds again, with its provenance, what it held before has gone back; as soon as the source renders to the same,
 * the note of the commit moves on, and the rollback is over. It is not over where one slice was published since: the others are still as it
 * left them. Undefined where nothing is brought back.
 */
export async function undoneBy(repository: RenderedRepository, tips: Tips, content: Content): Promise<Undone | undefined> {
  const tip = tipOf(tips);
  if (tip === undefined) return undefined;
  const history = await repository.history(tip.commit, historyLimit);
  for (const [i, here] of history.entries()) {
    const [before, ...earlier] = history.slice(i + 1);
    if (before === undefined) return undefined;
    const files = i === 0 ? tip.files : await repository.files(here.commit);
    const isBack =
      here.tree !== before.tree && earlier.some(({ tree }) => tree === here.tree) && !(await isPublished(repository, here.commit));
    const isPart = files.some(({ path }) => path === sourcesPath);
    if (!isBack && !isPart) return undefined;
    if ((await sourceOf(repository, { commit: here.commit, files }, tips.destination.remote)).isMoved) return undefined;
    if (isBack)
      return takenBy(here, { taken: contentIn(await repository.files(before.commit)), left: contentIn(files) }, [tip.content, content]);
  }
  return undefined;
}

/** What of a rollback `after` undoes, where `now` is still as it was left. */
function takenBy(
  { commit, date }: HistoryEntry,
  { taken, left }: { readonly taken: Content; readonly left: Content },
  [now, after]: readonly [Content, Content],
): Undone | undefined {
  const all = [...new Set([...taken.keys(), ...left.keys()])].filter((path) => taken.get(path) !== left.get(path));
  const objects = all.filter((path) => path !== indexPath);
  const isUndone = (path: string): boolean => now.get(path) === left.get(path) && after.get(path) === taken.get(path);
  const paths = (objects.length > 0 ? objects : all).filter(isUndone).sort(compareText);
  return paths.length === 0 ? undefined : { commit, date, paths };
}

/** Whether a commit says that it was rendered, and not that it goes back: one source may have been rendered to this twice. */
async function isPublished(repository: RenderedRepository, commit: string): Promise<boolean> {
  const body = (await repository.describe(commit))?.body ?? '';
  return /^Rendered-by: /m.test(body) && !/^Rendered-rollback-to: /m.test(body);
}

/** The refusal to publish what a rollback took away. */
export function wouldUndo(environment: string, { commit, date, paths }: Undone): Failure {
  const message = `\`${environment}\` was rolled back on ${date.slice(0, 10)} (\`${commit.slice(0, 7)}\`), and the source still renders what was taken away: ${listed(paths)}`;
  return new Failure('rollback-undone', message, {
    help: 'revert the change in the source, or mend it; if it is to come back as it was, say `--undo-rollback`',
    exit: exitCodes.refused,
  });
}
