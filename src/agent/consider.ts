import type { ObjectProblem, SyncEvent } from '../model/event.ts';
import type { Inventory } from '../model/inventory.ts';
import type { Plan, Refusal } from '../model/plan.ts';
import { formatRef, keyOf, type ObjectRef } from '../model/ref.ts';
import type { DesiredTree } from '../reconcile/desired.ts';
import { guard } from '../reconcile/guard.ts';
import { settle, writeAhead } from '../reconcile/inventory.ts';
import { makePlan } from '../reconcile/plan.ts';
import { type Agent, type Known, type Refused, revisionRetry, type Signals } from './agent.ts';
import { execute } from './execute.ts';
import { scopesOf } from './observe.ts';
import { isGroundwork, preflight, type Write } from './preflight.ts';

/**
 * Plan, guard, preflight: all of `candidate` is accepted, its write-ahead done, or nothing of it. A refused commit changes
 * nothing, and is looked at again later, since the cluster may have changed its mind.
 */
export async function* consider(
  agent: Agent,
  { known, candidate }: { readonly known: Known; readonly candidate: DesiredTree | Refused },
  { signal }: Signals,
): AsyncGenerator<SyncEvent, Known> {
  if ('refusal' in candidate) return yield* refuse(agent, known, candidate);
  const { commit, index } = candidate;
  await agent.observer.cover(scopesOf(candidate, known.inventory));
  const plan = makePlan(candidate, known.inventory, agent.observer.live);
  // A commit that is looked at again is no news.
  if (known.refused?.commit !== commit) yield planned(plan);
  const refusal = guard(plan, known.inventory.entries.size, index.approvals);
  if (refusal !== undefined) return yield* refuse(agent, known, { commit, refusal, problems: [] });

  const { inventory, problems, outages } = yield* checkStaged(agent, { inventory: known.inventory, candidate, plan }, signal);
  if (problems.length > 0) return yield* refuse(agent, { ...known, inventory }, { commit, refusal: invalid(problems), problems });
  if (outages.length > 0) {
    yield { type: 'outage', code: 'preflight-unanswered', message: summary(outages), retryIn: agent.retries.failed(revisionRetry(commit)) };
    return { ...known, inventory };
  }
  const owned = { ...writeAhead(inventory, plan.changes, true), revision: commit };
  await agent.source.keep(agent.environment, commit);
  await agent.store.save(owned, signal);
  agent.retries.succeeded(revisionRetry(commit));
  yield { type: 'accepted', revision: commit };
  return { ...known, inventory: owned, accepted: candidate, refused: undefined, troubles: new Map() };
}

/** What came of the two stages of a preflight. The inventory holds what the first stage made. */
interface Staged {
  readonly inventory: Inventory;
  readonly problems: readonly ObjectProblem[];
  readonly outages: readonly ObjectProblem[];
}

/**
 * The preflight in two stages: what the check of others needs (namespaces, CRDs, roles) is checked and made first, which
 * only adds and is recorded; then everything else is asked for, and all errors are collected.
 */
async function* checkStaged(
  agent: Agent,
  { inventory, candidate, plan }: { readonly inventory: Inventory; readonly candidate: DesiredTree; readonly plan: Plan },
  signal: AbortSignal,
): AsyncGenerator<SyncEvent, Staged> {
  const writes = plan.changes.filter((change) => change.op !== 'prune');
  const groundwork = writes.filter(isGroundwork);
  const first = await preflight(groundwork, { ...agent, signal });
  if (first.problems.length > 0 || first.outages.length > 0) return { inventory, ...first };

  const made = yield* make(agent, { inventory, plan: { ...plan, changes: groundwork } }, signal);
  if (made.problems.length > 0 || made.outages.length > 0) return made;
  if (groundwork.length > 0) {
    await served(agent, writes, signal);
    await agent.observer.cover(scopesOf(candidate, made.inventory));
  }
  const second = await preflight(
    writes.filter((change) => !isGroundwork(change) && !isOfChangingDefinition(change, plan)),
    { ...agent, signal },
  );
  for (const { ref, for: what } of second.pending) yield { type: 'waiting', ref, for: what };
  return { inventory: made.inventory, ...second };
}

/** Makes the groundwork, recorded before and after. */
async function* make(
  agent: Agent,
  { inventory, plan }: { readonly inventory: Inventory; readonly plan: Plan },
  signal: AbortSignal,
): AsyncGenerator<SyncEvent, Staged> {
  if (plan.changes.length === 0) return { inventory, problems: [], outages: [] };
  let owned = writeAhead(inventory, plan.changes, false);
  await agent.store.save(owned, signal);
  const outages: ObjectProblem[] = [];
  for await (const { event, record } of execute(plan, { ...agent, signal }, signal)) {
    yield event;
    if (event.type === 'failed') outages.push(event.problem);
    owned = settle(owned, [record.op === 'set' ? { op: 'set', entry: { ...record.entry, accepted: false } } : record]);
  }
  await agent.store.save(owned, signal);
  return { inventory: owned, problems: [], outages };
}

/** How long a definition that was just made may take until its kind is served, and between two looks, in milliseconds. */
const establishing = { atMost: 15_000, pause: 250 } as const;

/** Waits until the kinds that `writes` define are served, so that their resources can be checked like all others. */
async function served({ cluster, clock }: Agent, writes: readonly Write[], signal: AbortSignal): Promise<void> {
  const groups = new Set(
    writes.filter(isGroundwork).flatMap(({ desired: { ref } }) => (isDefinition(ref) ? [ref.name.slice(ref.name.indexOf('.') + 1)] : [])),
  );
  const resources = new Map(
    writes
      .filter(({ desired: { ref } }) => groups.has(ref.group))
      .map(({ desired }) => [`${desired.apiVersion} ${desired.ref.kind}`, desired]),
  );
  const deadline = clock.now().getTime() + establishing.atMost;
  for (const { apiVersion, ref } of resources.values()) {
    while (!signal.aborted && clock.now().getTime() < deadline) {
      const answer = await cluster.resource(apiVersion, ref.kind, signal);
      if (answer.ok && answer.value !== undefined) break;
      await clock.sleep(establishing.pause, signal);
    }
  }
}

function isDefinition({ group, kind }: ObjectRef): boolean {
  return group === 'apiextensions.k8s.io' && kind === 'CustomResourceDefinition';
}

/** Whether `change` is a custom resource whose definition changes in the same plan: it can be checked only after that. */
function isOfChangingDefinition(change: Write, plan: Plan): boolean {
  const changing = plan.changes.flatMap((other) =>
    other.op === 'update' && isDefinition(other.desired.ref) ? [keyOf(other.desired.ref)] : [],
  );
  return change.desired.dependsOn.some((ref) => changing.includes(keyOf(ref)));
}

async function* refuse(agent: Agent, known: Known, refused: Refused): AsyncGenerator<SyncEvent, Known> {
  const { commit, refusal, problems } = refused;
  agent.retries.failed(revisionRetry(commit));
  const again = known.refused?.commit === commit && known.refused.refusal.message === refusal.message;
  if (!again) yield { type: 'refused', revision: commit, refusal, problems };
  return { ...known, refused };
}

function planned({ revision, changes, unchanged }: Plan): SyncEvent {
  const count = (op: string): number => changes.filter((change) => change.op === op).length;
  return {
    type: 'planned',
    revision,
    creates: count('create'),
    updates: count('update'),
    repairs: count('repair'),
    prunes: count('prune'),
    unchanged,
  };
}

function invalid(problems: readonly ObjectProblem[]): Refusal {
  return {
    code: 'preflight-failed',
    message: `the API server would refuse ${problems.length === 1 ? '1 object' : `${problems.length} objects`}: ${summary(problems)}`,
    help: 'nothing was changed; mend the source and publish again, or revert the commit',
  };
}

/** For a sentence: the first object with what is wrong with it, and how many more there are. */
function summary(problems: readonly ObjectProblem[]): string {
  const [first, ...rest] = problems;
  if (first === undefined) return 'nothing';
  const more = rest.length === 0 ? '' : ` (and ${rest.length} more)`;
  return `\`${formatRef(first.ref)}\` in \`${first.path}\`: ${first.message}${more}`;
}
