import { isDeepStrictEqual } from 'node:util';
import type { ObjectProblem } from '../model/event.ts';
import type { LiveObject } from '../model/manifest.ts';
import { type Change, isWrite, type Plan, type Refusal } from '../model/plan.ts';
import { keyOf } from '../model/ref.ts';
import { isRefusal } from '../reconcile/desired.ts';
import { guardAll } from '../reconcile/guard.ts';
import { hooksAhead } from '../reconcile/hooks.ts';
import { withoutIgnored } from '../reconcile/ignored.ts';
import { recover } from '../reconcile/inventory.ts';
import { makePlan } from '../reconcile/plan.ts';
import { failedBefore } from '../reconcile/rollout.ts';
import { closedBecause } from '../reconcile/windows.ts';
import type { Agent } from './agent.ts';
import { readDesired, toApply } from './manifests.ts';
import { verify } from './newest.ts';
import { scopesOf, unwatchable } from './observe.ts';
import { isGroundwork, preflight } from './preflight.ts';
import { changingDefinitions, standsOn } from './staged.ts';
import { suspendedNow } from './suspensions.ts';

/** What an agent would do with a commit, and what stands against it. Nothing was written. */
export interface Preview {
  readonly commit: string;
  /** The commit that the cluster is kept equal to. */
  readonly revision: string | undefined;
  readonly plan: Plan | undefined;
  readonly refusal: Refusal | undefined;
  /** Why it would wait, where it is outside of its sync windows. */
  readonly postponed: string | undefined;
  readonly problems: readonly ObjectProblem[];
  /** The API server could not answer for these. */
  readonly outages: readonly ObjectProblem[];
  /** Objects that can be checked only after others were made. */
  readonly unchecked: number;
}

/** Plans `commit` against the cluster as it is now and asks the API server about it, by dry run only. */
export async function preview(agent: Agent, commit: string, signal: AbortSignal): Promise<Preview> {
  if (!(await agent.source.has(commit))) await agent.source.fetch(agent.branch, commit, signal);
  const { inventory: recorded } = await agent.store.load(signal);
  const tree = await verify(agent, { inventory: recorded }, { commit, signal });
  const { revision } = recorded;
  if (isRefusal(tree))
    return { commit, revision, plan: undefined, refusal: tree, postponed: undefined, problems: [], outages: [], unchecked: 0 };
  await agent.observer.cover(scopesOf(tree, recorded));
  const { live: observed } = agent.observer;
  const inventory = recover(recorded, tree, observed) ?? recorded;
  const { suspended } = await suspendedNow(agent, signal);
  const whole = makePlan({ desired: tree, inventory, observed, suspended, now: agent.clock.now() });
  const plan = await withoutSuspicions(whole, { ...agent, signal });
  const accepted = recorded.revision === commit ? tree : undefined;
  const hooks = hooksAhead(tree, { accepted, inventory, observed, suspended });
  const writes = [...plan.changes.filter(isWrite), ...hooks];
  // A binding needs its role, and a resource its definition as it will be, before the API server can say anything about it.
  const needed = new Set([...writes.filter(isGroundwork).map(({ desired }) => keyOf(desired.ref)), ...changingDefinitions(plan)]);
  const checkable = writes.filter((change) => !standsOn(change, needed));
  const blind = [...plan.changes, ...hooks].flatMap((change) => unwatchable(agent.observer, change));
  const { problems, outages, pending } = await preflight(checkable, { ...agent, inventory, signal });
  const [guarded] = guardAll(whole, { desired: tree, inventory, observed, suspended }).values();
  const refusal = failedBefore(inventory, commit)?.refusal ?? guarded;
  return {
    commit,
    revision,
    plan,
    refusal,
    postponed: closedBecause(tree.index.syncWindows, agent.clock.now()),
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
  const wanted = toApply(withoutIgnored(manifest.value, desired.rules.ignore), setId, { uid: live.fingerprint.uid });
  const after = await cluster.apply(wanted, { manager, dryRun: true, signal });
  return !after.ok || !isDeepStrictEqual(content(before.value), content(after.value.object));
}

/** What a person would see of an object: without the server's book-keeping. */
function content({ metadata, ...rest }: LiveObject): unknown {
  const { managedFields, resourceVersion, generation, ...shown } = metadata;
  return { ...rest, metadata: shown };
}
