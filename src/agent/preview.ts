import type { ObjectProblem } from '../model/event.ts';
import type { Plan, Refusal } from '../model/plan.ts';
import { isRefusal } from '../reconcile/desired.ts';
import { guard } from '../reconcile/guard.ts';
import { makePlan } from '../reconcile/plan.ts';
import type { Agent } from './agent.ts';
import { readTree } from './manifests.ts';
import { scopesOf } from './observe.ts';
import { isGroundwork, preflight } from './preflight.ts';

/** What an agent would do with a commit, and what stands against it. Nothing was written. */
export interface Preview {
  readonly commit: string;
  readonly plan: Plan | undefined;
  readonly refusal: Refusal | undefined;
  readonly problems: readonly ObjectProblem[];
  /** Objects that can be checked only after others were made. */
  readonly unchecked: number;
}

/** Plans `commit` against the cluster as it is now and asks the API server about it, by dry run only. */
export async function preview(agent: Agent, commit: string, signal: AbortSignal): Promise<Preview> {
  if (!(await agent.source.has(commit))) await agent.source.fetch(agent.branch, commit, signal);
  const tree = await readTree(agent.source, commit);
  if (isRefusal(tree)) return { commit, plan: undefined, refusal: tree, problems: [], unchecked: 0 };
  const inventory = await agent.store.load(signal);
  await agent.observer.cover(scopesOf(tree, inventory));
  const plan = makePlan(tree, inventory, agent.observer.live);
  const writes = plan.changes.filter((change) => change.op !== 'prune');
  const made = new Set(writes.filter(isGroundwork).map((change) => change.desired.ref.name));
  const checkable = writes.filter((change) => !made.has(change.desired.ref.namespace));
  const { problems, outages, pending } = await preflight(checkable, { ...agent, signal });
  return {
    commit,
    plan,
    refusal: guard(plan, inventory.entries.size, tree.index.approvals),
    problems: [...problems, ...outages],
    unchecked: writes.length - checkable.length + pending.length,
  };
}
