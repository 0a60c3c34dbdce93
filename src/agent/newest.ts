import type { SyncEvent } from '../model/event.ts';
import { Failure } from '../model/failure.ts';
import type { Refusal } from '../model/plan.ts';
import { type DesiredTree, isRefusal } from '../reconcile/desired.ts';
import { failedBefore } from '../reconcile/rollout.ts';
import { type Agent, type Known, type Refused, revisionRetry, type Signals } from './agent.ts';
import { readTree } from './manifests.ts';

/**
 * The tree of the newest commit, or why it must not be taken; undefined when there is nothing new to consider. When the
 * branch cannot be read, that is told and nothing is considered: what was accepted is kept and repaired all the same.
 */
export async function* newest(
  agent: Agent,
  known: Known,
  { signal }: Signals,
): AsyncGenerator<SyncEvent, DesiredTree | Refused | undefined> {
  const { latest, accepted, postponed } = known;
  // A commit that some slices did not take is considered again for them, unless that is what somebody wants.
  const isTaken = latest === accepted?.commit && [...known.inventory.behind.keys()].every((slice) => known.suspended.has(slice));
  if (!isTaken && postponed !== undefined && postponed.commit === latest) return postponed.tree;
  if (latest === undefined || isTaken || !agent.retries.due(revisionRetry(latest))) return undefined;
  try {
    if (!(await agent.source.has(latest))) await agent.source.fetch(agent.branch, latest, signal);
    const verdict = await verify(agent, known, { commit: latest, signal });
    return isRefusal(verdict) ? { commit: latest, refusal: verdict, problems: [], slices: [] } : verdict;
  } catch (thrown) {
    if (!(thrown instanceof Failure)) throw thrown;
    yield { type: 'outage', code: thrown.code, message: thrown.message, retryIn: agent.retries.failed(revisionRetry(latest)) };
    return undefined;
  }
}

/** The tree of `commit`, when it follows what was applied, is by somebody who may sign it, and is what Lockstep rendered for this environment. */
export async function verify(
  { source, environment, trust }: Agent,
  { inventory }: Pick<Known, 'inventory'>,
  { commit, signal }: { readonly commit: string; readonly signal: AbortSignal },
): Promise<DesiredTree | Refusal> {
  const failed = failedBefore(inventory, commit);
  // It was gone back from as a whole: what slices went back from is taken for the others.
  if (failed !== undefined && failed.slices.length === 0) return failed.refusal;
  const before = inventory.revision;
  if (before !== undefined && !((await source.has(before)) && (await source.isAncestor(before, commit)))) return rewritten(before);
  const untrusted = await trust.refusalOf(commit, signal);
  // Of a branch that was begun with nothing in it, there is something better to say.
  if (untrusted !== undefined && (await source.files(commit)).length > 0) return untrusted;
  const tree = await readTree(source, commit);
  if (isRefusal(tree) || tree.index.environment === environment) return tree;
  return {
    code: 'branch-of-other-environment',
    message: `the commit is rendered for \`${tree.index.environment}\`, and this agent keeps \`${environment}\``,
    help: 'publish each environment to its own branch, or to the folder of its name',
  };
}

function rewritten(before: string): Refusal {
  return {
    code: 'branch-rewritten',
    message: `the commit does not follow \`${before.slice(0, 12)}\`, which was applied last: the branch's history was rewritten`,
    help: 'push the old history back, and go back by a commit: `lockstep rollback <environment>`',
  };
}
