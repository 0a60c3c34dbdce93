import type { ObjectProblem, SyncEvent } from '../model/event.ts';
import type { Inventory } from '../model/inventory.ts';
import { type Plan, refOfChange } from '../model/plan.ts';
import { keyOf, type ObjectKey, type ObjectRef } from '../model/ref.ts';
import type { DesiredTree } from '../reconcile/desired.ts';
import { settle, writeAhead } from '../reconcile/inventory.ts';
import type { Agent } from './agent.ts';
import { execute } from './execute.ts';
import { scopesOf } from './observe.ts';
import { isGroundwork, preflight, type Write } from './preflight.ts';

/** What came of the two stages of a preflight. The inventory holds what the first stage made. */
interface Staged {
  readonly inventory: Inventory;
  readonly problems: readonly ObjectProblem[];
  readonly outages: readonly ObjectProblem[];
  /** The objects that the API server has nothing against. */
  readonly checked?: ReadonlySet<ObjectKey>;
  /** Milliseconds that the server asked to wait. */
  readonly retryAfter?: number | undefined;
}

/**
 * The preflight in two stages: what the check of others needs (namespaces, CRDs, roles) is checked and made first, which
 * only adds and is recorded; then everything else is asked for, and all errors are collected.
 */
export async function* checkStaged(
  agent: Agent,
  { inventory, candidate, plan }: { readonly inventory: Inventory; readonly candidate: DesiredTree; readonly plan: Plan },
  signal: AbortSignal,
): AsyncGenerator<SyncEvent, Staged> {
  const writes = plan.changes.filter((change) => change.op !== 'prune');
  const groundwork = writes.filter(isGroundwork);
  const first = await preflight(groundwork, { ...agent, inventory, signal });
  if (first.problems.length > 0 || first.outages.length > 0) return { inventory, ...first };

  const made = yield* make(agent, { inventory, plan: { ...plan, changes: groundwork } }, signal);
  if (made.outages.length > 0) return made;
  if (groundwork.length > 0) {
    await served(agent, writes, signal);
    await agent.observer.cover(scopesOf(candidate, made.inventory));
  }
  const changing = changingDefinitions(plan);
  const asked = writes.filter((change) => !isGroundwork(change) && !needsOneOf(change, changing));
  const second = await preflight(asked, { ...agent, inventory: made.inventory, signal });
  const pending = new Set(second.pending.map(({ ref }) => keyOf(ref)));
  const checked = asked.map(({ desired }) => keyOf(desired.ref)).filter((key) => !pending.has(key));
  return { inventory: made.inventory, ...second, checked: new Set(checked) };
}

/** Makes the groundwork, recorded before and after. */
async function* make(
  agent: Agent,
  { inventory, plan }: { readonly inventory: Inventory; readonly plan: Plan },
  signal: AbortSignal,
): AsyncGenerator<SyncEvent, Staged> {
  if (plan.changes.length === 0) return { inventory, problems: [], outages: [] };
  let owned = writeAhead(inventory, plan.changes);
  await agent.store.save(owned, signal);
  const outages: ObjectProblem[] = [];
  const wasAccepted = (ref: ObjectRef): boolean => inventory.entries.get(keyOf(ref))?.accepted ?? false;
  for await (const { event, record } of execute(
    plan,
    { ...agent, inventory, checked: new Set(plan.changes.map((change) => keyOf(refOfChange(change)))), signal },
    signal,
  )) {
    yield event;
    if (event.type === 'failed') outages.push(event.problem);
    owned = settle(owned, [
      record.op === 'set' ? { op: 'set', entry: { ...record.entry, accepted: wasAccepted(record.entry.ref) } } : record,
    ]);
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

/** The definitions that `plan` changes: their resources can be checked only after that. */
export function changingDefinitions(plan: Plan): ReadonlySet<ObjectKey> {
  const changing = plan.changes.filter((change) => change.op === 'update' && isDefinition(change.desired.ref));
  return new Set(changing.map((change) => keyOf(refOfChange(change))));
}

/** Whether `change` needs one of `keys`. */
export function needsOneOf({ desired }: Write, keys: ReadonlySet<ObjectKey>): boolean {
  return desired.dependsOn.some((ref) => keys.has(keyOf(ref)));
}
