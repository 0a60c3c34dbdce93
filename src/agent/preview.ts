import { isDeepStrictEqual } from 'node:util';
import type { ObjectProblem } from '../model/event.ts';
import type { LiveObject } from '../model/manifest.ts';
import type { Change, Plan, Refusal } from '../model/plan.ts';
import { keyOf } from '../model/ref.ts';
import { isRefusal } from '../reconcile/desired.ts';
import { guard } from '../reconcile/guard.ts';
import { makePlan } from '../reconcile/plan.ts';
import type { Agent } from './agent.ts';
import { readDesired, toApply } from './manifests.ts';
import { verify } from './newest.ts';
import { scopesOf, unwatchable } from './observe.ts';
import { isGroundwork, preflight } from './preflight.ts';
import { changingDefinitions, needsOneOf } from './staged.ts';

/** What an agent would do with a commit, and what stands against it. Nothing was written. */
export interface Preview {
  readonly commit: string;
  readonly plan: Plan | undefined;
  readonly refusal: Refusal | undefined;
  readonly problems: readonly ObjectProblem[];
  /** The API server could not answer for these. */
  readonly outages: readonly ObjectProblem[];
  /** Objects that can be checked only after others were made. */
  readonly unchecked: number;
}

/** Plans `commit` against the cluster as it is now and asks the API server about it, by dry run only. */
export async function preview(agent: Agent, commit: string, signal: AbortSignal): Promise<Preview> {
  if (!(await agent.source.has(commit))) await agent.source.fetch(agent.branch, commit, signal);
  const inventory = await agent.store.load(signal);
  const tree = await verify(agent, { inventory }, commit);
  if (isRefusal(tree)) return { commit, plan: undefined, refusal: tree, problems: [], outages: [], unchecked: 0 };
  await agent.observer.cover(scopesOf(tree, inventory));
  const plan = await withoutSuspicions(makePlan(tree, inventory, agent.observer.live), { ...agent, signal });
  const writes = plan.changes.filter((change) => change.op !== 'prune');
  const groundwork = writes.filter(isGroundwork);
  const namespaces = new Set(groundwork.flatMap(({ desired: { ref } }) => (ref.kind === 'Namespace' ? [ref.name] : [])));
  // A binding needs its role, and a resource its definition as it will be, before the API server can say anything about it.
  const needed = new Set([...groundwork.map(({ desired }) => keyOf(desired.ref)), ...changingDefinitions(plan)]);
  const checkable = writes.filter((change) => !namespaces.has(change.desired.ref.namespace) && !needsOneOf(change, needed));
  const blind = plan.changes.flatMap((change) => unwatchable(agent.observer, change));
  const { problems, outages, pending } = await preflight(checkable, { ...agent, inventory, signal });
  return {
    commit,
    plan,
    refusal: guard(plan, inventory.entries.size, tree.index.approvals),
    problems: [...blind, ...problems],
    outages,
    unchecked: writes.length - checkable.length + pending.length,
  };
}

type DryRun = Pick<Agent, 'source' | 'cluster' | 'manager' | 'setId'> & { readonly signal: AbortSignal };

/** Leaves out the repairs that would change nothing: a difference of fingerprints is only a suspicion. */
async function withoutSuspicions(plan: Plan, context: DryRun): Promise<Plan> {
  const changes: Change[] = [];
  for (const change of plan.changes) if (change.op !== 'repair' || (await isDrift(change, context))) changes.push(change);
  return { ...plan, changes, unchanged: plan.unchanged + plan.changes.length - changes.length };
}

/** Whether applying `change` would make a difference. What cannot be told is one. */
async function isDrift(
  { desired, live }: Extract<Change, { readonly op: 'repair' }>,
  { source, cluster, manager, setId, signal }: DryRun,
): Promise<boolean> {
  const manifest = await readDesired(source, desired);
  const before = await cluster.get(desired.apiVersion, desired.ref, signal);
  if (!manifest.ok || !before.ok || before.value === undefined) return true;
  const after = await cluster.apply(toApply(manifest.value, setId, { fingerprint: live.fingerprint }), { manager, dryRun: true, signal });
  return !after.ok || !isDeepStrictEqual(content(before.value), content(after.value.object));
}

/** What a person would see of an object: without the server's book-keeping. */
function content({ metadata, ...rest }: LiveObject): unknown {
  const { managedFields, resourceVersion, generation, ...shown } = metadata;
  return { ...rest, metadata: shown };
}
