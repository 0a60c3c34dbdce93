import { compareText } from '../model/ref.ts';
import type { Branches } from '../model/rendered.ts';
import type { RenderedRepository } from '../ports.ts';
import { type Changes, changesBetween, type Held, holdsSame, lostEdits, type RenderedCommit, readRendered } from './tree.ts';

/** Where a commit goes. */
export interface Destination {
  /** The one slice that is written of; undefined for the whole environment. */
  readonly slice?: string | undefined;
  /** Write the active branch itself; otherwise the commit is a proposal, on `environments/<name>-next` or `proposals/<name>/<slice>`. */
  readonly direct?: boolean | undefined;
  /** The name or URL of the remote whose branches are read and written; the project's own repository unless told. */
  readonly remote?: string | undefined;
  /**
   * Make the active branch where there is none, with nothing in it: forges take proposals for branches that exist, and that have a commit in
   * common with the proposal.
   */
  readonly begins?: boolean | undefined;
}

/** What came of publishing or of rolling back. */
export interface PublishResult {
  /**
   * Whether a commit was written. Where one that holds this was there before, its note has moved on to the present source commit; where the
   * branch is rendered from a later one already, nothing was written at all.
   */
  readonly op: 'unchanged' | 'committed' | 'overtaken';
  /** The branch that holds the result, and its commit. */
  readonly branch: string;
  readonly commit: string;
  /** The tip of the active branch as it was; null where there was none. */
  readonly active: string | null;
  /** What differs from the active branch as it was: for a proposal, what merging it changes. */
  readonly changed: Changes;
  /** Whether there is something to review and merge: the proposal differs from the active branch. */
  readonly pending: boolean;
  /** Whether a branch of the remote was moved. */
  readonly pushed: boolean;
  /** Files with changes made by hand in the branch, which this undoes. */
  readonly edited: readonly string[];
}

/** The tips of an environment's branches, as they are before anything is written. */
export interface Tips {
  readonly environment: string;
  readonly destination: Destination;
  readonly branches: Branches;
  readonly active: RenderedCommit | undefined;
  /** The proposal; undefined when there is none, or when nobody asks since the commit goes to the active branch. */
  readonly next: RenderedCommit | undefined;
  /** Whether the proposal stands on the active branch: nothing has been merged or rolled back since. */
  readonly stacked: boolean;
}

/** The commit that a new one is made on: the proposal while it stands on the active branch, otherwise the active tip. */
export function tipOf({ active, next, stacked }: Pick<Tips, 'active' | 'next' | 'stacked'>): RenderedCommit | undefined {
  return stacked ? next : active;
}

/** Reads the tips that matter to `destination`. Refuses, with a `Failure`, branches that Lockstep did not write. */
export async function readTips(repository: RenderedRepository, environment: string, destination: Destination): Promise<Tips> {
  const read = async (branch: string): Promise<RenderedCommit | undefined> => {
    const commit = await repository.branch(branch, destination.remote);
    return commit === undefined ? undefined : readRendered(repository, commit, { environment, branch });
  };
  const branches = repository.branchesOf(environment, destination.slice);
  const active = await read(branches.active);
  const next = destination.direct ? undefined : await read(branches.next);
  const stacked = next !== undefined && (active === undefined || (await repository.standsOn(active.commit, next.commit)));
  return { environment, destination, branches, active, next, stacked };
}

/** The commit that holds the same already, where it would go: then none needs to be made. */
export function holderOf({ active, next, stacked }: Tips, held: Held): string | undefined {
  if (active !== undefined && holdsSame(active, held)) return active.commit;
  return stacked && next !== undefined && holdsSame(next, held) ? next.commit : undefined;
}

/**
 * What was changed by hand in the branches and is not in what is to be there. A proposal that was merged is not asked again. Where one slice is
 * written, what others have is in force already.
 */
export async function editsIn(
  repository: RenderedRepository,
  { active, next, destination: { slice } }: Tips,
  wanted: Held & Pick<RenderedCommit, 'index'>,
): Promise<readonly string[]> {
  const merged = active !== undefined && next !== undefined && (await repository.isAncestor(next.commit, active.commit));
  const tips = [active, merged ? undefined : next].filter((tip) => tip !== undefined);
  const edits = await Promise.all(tips.map((tip) => lostEdits(repository, tip, wanted)));
  const objects = [...tips, wanted].flatMap(({ index }) => index?.objects ?? []);
  const others = new Set(slice === undefined ? [] : objects.flatMap((one) => (one.slice === slice ? [] : [one.path])));
  return [...new Set(edits.flat())].filter((path) => !others.has(path)).sort(compareText);
}

/**
 * Moves the branch that the commit goes to. A proposal that is what the active branch holds is no proposal: its branch, if
 * there is one, goes back to the active tip. Tells what came of it.
 */
export async function land(
  repository: RenderedRepository,
  tips: Tips,
  { commit, ...held }: Held & { readonly commit: string },
): Promise<Omit<PublishResult, 'op' | 'edited'>> {
  const { active, next, destination, branches } = tips;
  const from = (destination.direct ? active : next)?.commit;
  const target = destination.direct || (from === undefined && commit === active?.commit) ? branches.active : branches.next;
  const stays = commit === (target === branches.active ? active?.commit : from);
  const now = stays ? commit : await repository.move(target, { from, to: commit }, destination.remote);
  // A proposal that goes back to the active tip is none any more.
  const branch = commit === active?.commit ? branches.active : target;
  return { ...standing(tips, { ...held, branch, commit: now }), pushed: !stays && destination.remote !== undefined };
}

/** What is told of a tip that stays as it is, since it is rendered from a later source. */
export function overtaken(tips: Tips, tip: RenderedCommit): PublishResult {
  const { active, next } = tips.branches;
  return { op: 'overtaken', ...standing(tips, { branch: tip === tips.next ? next : active, ...tip }), pushed: false, edited: [] };
}

/** What a tip holds, beside what was in force. */
export function standing(
  { active, branches }: Tips,
  { branch, commit, ...held }: Held & Pick<PublishResult, 'branch' | 'commit'>,
): Pick<PublishResult, 'active' | 'branch' | 'changed' | 'commit' | 'pending'> {
  return {
    branch,
    commit,
    active: active?.commit ?? null,
    changed: changesBetween(active?.content ?? new Map(), held.content),
    pending: branch === branches.next && !(active !== undefined && holdsSame(active, held)),
  };
}
