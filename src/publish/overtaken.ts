import type { RenderedRepository } from '../ports.ts';
import { type Tips, tipOf } from './branches.ts';
import { sourceOf, sourceOfSlice, usualRemote } from './latest.ts';
import type { RenderedCommit } from './tree.ts';

/**
 * The tip that a commit of `source` would be made on, where that is rendered from a later source: then another publish was quicker, and to
 * write would take away what it published. Undefined where it is not, or where nobody here knows. Of one slice, its own source is asked; of all,
 * that of each.
 */
export async function overtakenBy(repository: RenderedRepository, tips: Tips, source: string): Promise<RenderedCommit | undefined> {
  const tip = tipOf(tips);
  if (tip === undefined) return undefined;
  const { slice, remote } = tips.destination;
  const there = await sourceOf(repository, tip, remote);
  const asked = slice === undefined ? [there.source, ...(there.slices?.values() ?? [])] : [sourceOfSlice(there, slice)];
  for (const one of new Set(asked)) {
    if (one === undefined || one === source || !(await bringHere(repository, one))) continue;
    if (await repository.isAncestor(source, one)) return tip;
  }
  return undefined;
}

/** Whether a commit of the source is here, or came when the branches that people merge into were fetched. */
async function bringHere(repository: RenderedRepository, commit: string): Promise<boolean> {
  if ((await repository.describe(commit)) !== undefined) return true;
  const remotes = await repository.remotes();
  const remote = remotes.find((one) => one === usualRemote) ?? remotes[0];
  if (remote === undefined) return false;
  for (const branch of await repository.reviewedBranches(remote)) await repository.branch(branch, remote);
  return (await repository.describe(commit)) !== undefined;
}
