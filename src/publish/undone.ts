import { exitCodes, Failure } from '../model/failure.ts';
import { compareText } from '../model/ref.ts';
import { indexPath } from '../model/rendered.ts';
import type { HistoryEntry, RenderedRepository } from '../ports.ts';
import { type Tips, tipOf } from './branches.ts';
import { drySourceOf, sourceOf } from './latest.ts';
import { sourcesPath } from './slice-sources.ts';
import { type Content, contentIn, listed } from './tree.ts';

/** How far back it is looked for what a branch went back to. */
const historyLimit = 1_000;

/** A rollback that the source has not followed yet, and what of it a publish would undo. */
interface Undone {
  /** The commit that went back last, and when. */
  readonly commit: string;
  readonly date: string;
  /** Whether it is in force, and not only proposed. */
  readonly isInForce: boolean;
  /** The files that would be again as they were before the rollback, sorted. */
  readonly paths: readonly string[];
}

/**
 * What `content` would bring back that rollbacks took away: by `lockstep rollback`, or by a revert of the rendered branch, in force or
 * proposed. A branch that holds again, with its provenance, what it held before has gone back; as soon as the source renders to the same,
 * the note of the commit moves on, and the rollback is over. Who goes back twice brings nothing back of what the first time took away, and it is
 * not over where one slice was published since: the others are still as it left them. Undefined where nothing is brought back.
 */
export async function undoneBy(repository: RenderedRepository, tips: Tips, content: Content): Promise<Undone | undefined> {
  const tip = tipOf(tips);
  if (tip === undefined) return undefined;
  const back = await backIn(repository, await repository.history(tip.commit, historyLimit), tips.destination.remote);
  const [last] = back;
  if (last === undefined) return undefined;
  const found = new Set<string>();
  for (const { before } of back) {
    const taken = contentIn(await repository.files(before.commit));
    const all = [...new Set([...taken.keys(), ...tip.content.keys()])].filter((path) => taken.get(path) !== tip.content.get(path));
    const objects = all.filter((path) => path !== indexPath);
    for (const path of objects.length > 0 ? objects : all) if (content.get(path) === taken.get(path)) found.add(path);
  }
  if (found.size === 0) return undefined;
  const { commit, date } = last.here;
  return { commit, date, isInForce: tip === tips.active, paths: [...found].sort(compareText) };
}

/** A commit that went back, and the one whose content it took away. */
interface Back {
  readonly here: HistoryEntry;
  readonly before: HistoryEntry;
}

/** The rollbacks that a history, newest first, ends with, and that the source has not followed. */
async function backIn(
  repository: RenderedRepository,
  history: readonly HistoryEntry[],
  remote: string | undefined,
): Promise<readonly Back[]> {
  const found: Back[] = [];
  for (const [i, here] of history.entries()) {
    const before = history[i + 1];
    if (before === undefined) break;
    const isSame = here.tree === before.tree;
    const isBack = !isSame && history.slice(i + 2).some(({ tree }) => tree === here.tree) && !(await isPublished(repository, here, before));
    const isKept = isSame || isBack || (await isPart(repository, here));
    if (!isKept || (await isFollowed(repository, { here, before }, remote))) break;
    if (isBack) found.push({ here, before });
  }
  return found;
}

/**
 * Whether a commit says that it was rendered, and not that it goes back: one source may have been rendered to this twice. A merge says what
 * the proposal says that it took whole; what says neither was rendered when its source comes after that of before.
 */
async function isPublished(repository: RenderedRepository, here: HistoryEntry, before: HistoryEntry): Promise<boolean> {
  const merged = await repository.resolve(`${here.commit}^2`);
  const isWhole = merged !== undefined && (await repository.treeOf(merged)) === here.tree;
  const body = (await repository.describe(isWhole ? merged : here.commit))?.body ?? '';
  if (/^Rendered-rollback-to: /m.test(body)) return false;
  if (/^Rendered-by: /m.test(body)) return true;
  const [is, was] = [await ownSource(repository, here), await ownSource(repository, before)];
  if (is === undefined || was === undefined || is === was) return false;
  const areHere = (await repository.describe(is)) !== undefined && (await repository.describe(was)) !== undefined;
  return areHere && (await repository.isAncestor(was, is));
}

/** Whether one slice was published alone. */
async function isPart(repository: RenderedRepository, { commit }: HistoryEntry): Promise<boolean> {
  return (await repository.files(commit)).some(({ path }) => path === sourcesPath);
}

async function ownSource(repository: RenderedRepository, { commit }: HistoryEntry): Promise<string | undefined> {
  return drySourceOf(repository, { files: await repository.files(commit) });
}

/**
 * Whether the source has come to render what a commit holds: its note has moved on. Where notes are those of trees, it may have done so when the
 * tree stood there for the first time: that was before what the rollback took away.
 */
async function isFollowed(
  repository: RenderedRepository,
  { here: { commit }, before }: Back,
  remote: string | undefined,
): Promise<boolean> {
  const { source, isMoved } = await sourceOf(repository, { commit, files: await repository.files(commit) }, remote);
  if (!isMoved) return false;
  const was = await ownSource(repository, before);
  return source === undefined || was === undefined || source === was || !(await repository.isAncestor(source, was));
}

/** The refusal to publish what a rollback took away. */
export function wouldUndo(environment: string, { commit, date, isInForce, paths }: Undone): Failure {
  const what = isInForce ? `\`${environment}\` was rolled back on` : `a rollback of \`${environment}\` is proposed since`;
  const message = `${what} ${date.slice(0, 10)} (\`${commit.slice(0, 7)}\`), and the source still renders what ${isInForce ? 'was taken away' : 'that takes away'}: ${listed(paths)}`;
  return new Failure('rollback-undone', message, {
    help: 'revert the change in the source, or mend it; if it is to come back as it was, say `--undo-rollback`',
    exit: exitCodes.refused,
  });
}
