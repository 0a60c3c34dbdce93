import { exitCodes, Failure } from '../model/failure.ts';
import { compareText } from '../model/ref.ts';
import { indexPath } from '../model/rendered.ts';
import type { RenderedRepository } from '../ports.ts';
import { type Tips, tipOf } from './branches.ts';
import { sourceOf } from './latest.ts';
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
 * the note of the commit moves on, and the rollback is over. Undefined where nothing is brought back.
 */
export async function undoneBy(repository: RenderedRepository, tips: Tips, content: Content): Promise<Undone | undefined> {
  const tip = tipOf(tips);
  if (tip === undefined) return undefined;
  const [here, before, ...earlier] = await repository.history(tip.commit, historyLimit);
  if (here === undefined || before === undefined || here.tree === before.tree) return undefined;
  if (!earlier.some(({ tree }) => tree === here.tree) || (await isPublished(repository, here.commit))) return undefined;
  if ((await sourceOf(repository, tip, tips.destination.remote)).isMoved) return undefined;
  const taken = contentIn(await repository.files(before.commit));
  const all = [...new Set([...taken.keys(), ...tip.content.keys()])].filter((path) => taken.get(path) !== tip.content.get(path));
  const objects = all.filter((path) => path !== indexPath);
  const paths = (objects.length > 0 ? objects : all).filter((path) => content.get(path) === taken.get(path)).sort(compareText);
  return paths.length === 0 ? undefined : { commit: here.commit, date: here.date, paths };
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
