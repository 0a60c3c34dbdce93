import type { ObjectProblem, SyncEvent } from '../model/event.ts';
import type { Inventory } from '../model/inventory.ts';
import { isWrite, type Plan, refOfChange, type Write } from '../model/plan.ts';
import { keyOf, namespaceRef, type ObjectKey, type ObjectRef } from '../model/ref.ts';
import type { PreflightMode } from '../model/rendered.ts';
import type { DesiredTree } from '../reconcile/desired.ts';
import { settle, writeAhead } from '../reconcile/inventory.ts';
import type { Agent } from './agent.ts';
import { execute } from './execute.ts';
import { scopesOf } from './observe.ts';
import { groundwork, isGroundwork, leavingHome, preflight } from './preflight.ts';

/** What came of the two stages of a preflight. */
export interface Staged {
  /** With what the first stage made. */
  readonly inventory: Inventory;
  readonly problems: readonly ObjectProblem[];
  /** The API server could not answer for these. */
  readonly outages: readonly ObjectProblem[];
  /** Milliseconds that the server asked to wait. */
  readonly retryAfter: number;
}

/**
 * The preflight in stages: what the check of others needs (namespaces and CRDs, then roles) is checked and made first,
 * which only adds and is recorded; then everything else is asked for, and all errors are collected. What a slice is refused
 * for keeps the others from nothing.
 */
export async function* checkStaged(
  agent: Agent,
  { inventory, candidate, plan }: { readonly inventory: Inventory; readonly candidate: DesiredTree; readonly plan: Plan },
  signal: AbortSignal,
): AsyncGenerator<SyncEvent, Staged> {
  const asks = plan.changes.filter(isWrite).filter(({ op }) => isAskedFor(op, candidate.index.preflight));
  const writes = asks.filter(({ desired }) => leavingHome(desired, agent.observer) === undefined);
  let ground: Ground = { inventory, problems: [], outages: [], retryAfter: 0, missing: changingDefinitions(plan), bad: new Set() };
  for (const layer of groundwork(writes)) {
    ground = yield* lay(agent, { ground, layer, writes, candidate }, signal);
    if (ground.outages.length > 0) return ground;
  }
  const asked = writes.filter((change) => !isGroundwork(change) && mayBeAsked(change, ground));
  const found = await preflight(asked, { ...agent, inventory: ground.inventory, signal });
  return { ...found, problems: [...ground.problems, ...found.problems], inventory: ground.inventory };
}

/** What the commit does not change was asked for before: putting it right is no matter of this one. */
function isAskedFor(op: Write['op'], mode: PreflightMode): boolean {
  if (op === 'repair' || mode === 'none') return false;
  return op === 'update' || mode === 'all';
}

/** What was laid for the rest to stand on. */
interface Ground extends Staged {
  /** What is not there, or not as it will be: nothing that stands on it can be asked for. */
  readonly missing: ReadonlySet<ObjectKey>;
  /** The slices that are refused already. */
  readonly bad: ReadonlySet<string>;
}

function mayBeAsked(change: Write, { bad, missing }: Ground): boolean {
  return !bad.has(change.desired.slice) && !standsOn(change, missing);
}

/** One layer of the groundwork, with all that is written and wanted. */
interface Laying {
  readonly ground: Ground;
  readonly layer: readonly Write[];
  readonly writes: readonly Write[];
  readonly candidate: DesiredTree;
}

/** Checks and makes one layer, as far as it is sound and stands on something. */
async function* lay(agent: Agent, { ground, layer, writes, candidate }: Laying, signal: AbortSignal): AsyncGenerator<SyncEvent, Ground> {
  if (layer.length === 0) return ground;
  const asked = layer.filter((change) => mayBeAsked(change, ground));
  const found = await preflight(asked, { ...agent, inventory: ground.inventory, signal });
  if (found.outages.length > 0) return { ...ground, outages: found.outages, retryAfter: found.retryAfter };
  const refused = found.problems.flatMap(({ ref }) => candidate.objects.get(keyOf(ref))?.slice ?? []);
  const bad = new Set([...ground.bad, ...refused]);
  const late = new Set(found.pending.map(({ ref }) => keyOf(ref)));
  const sound = asked.filter(({ desired }) => !bad.has(desired.slice) && !late.has(keyOf(desired.ref)));
  const made = yield* make(agent, { inventory: ground.inventory, changes: sound }, signal);
  if (sound.length > 0) {
    await served(agent, sound, { writes, signal });
    await agent.observer.cover(scopesOf(candidate, made.inventory));
  }
  const absent = layer.map(({ desired }) => keyOf(desired.ref)).filter((key) => !made.done.has(key));
  const missing = new Set([...ground.missing, ...absent]);
  return { ...ground, inventory: made.inventory, problems: [...ground.problems, ...found.problems], missing, bad };
}

/** Makes the groundwork, recorded before and after. What could not be made now is tried again like everything else. */
async function* make(
  agent: Agent,
  { inventory, changes }: { readonly inventory: Inventory; readonly changes: readonly Write[] },
  signal: AbortSignal,
): AsyncGenerator<SyncEvent, { readonly inventory: Inventory; readonly done: ReadonlySet<ObjectKey> }> {
  const done = new Set<ObjectKey>();
  if (changes.length === 0) return { inventory, done };
  let owned = writeAhead(inventory, changes);
  await agent.store.save(owned, signal);
  const ahead = owned.entries;
  const plan: Plan = { revision: '', changes, held: [], unchanged: 0 };
  for await (const { event, record } of execute(plan, { ...agent, inventory, signal }, signal)) {
    yield event;
    if (record.op !== 'set') continue;
    done.add(keyOf(record.entry.ref));
    const { accepted = false, unsure } = ahead.get(keyOf(record.entry.ref)) ?? {};
    owned = settle(owned, [{ op: 'set', entry: { ...record.entry, accepted, unsure } }]);
  }
  await agent.store.save(owned, signal);
  return { inventory: owned, done };
}

/** How long a definition that was just made may take until its kind is served, and between two looks, in milliseconds. */
const establishing = { atMost: 15_000, pause: 250 } as const;

/** Waits until the kinds that `laid` defines are served, so that their resources can be checked like all others. */
async function served(
  { cluster, clock }: Agent,
  laid: readonly Write[],
  { writes, signal }: { readonly writes: readonly Write[]; readonly signal: AbortSignal },
): Promise<void> {
  const groups = new Set(laid.flatMap(({ desired: { ref } }) => (isDefinition(ref) ? [ref.name.slice(ref.name.indexOf('.') + 1)] : [])));
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

/** Whether one of `keys` is the namespace of `change`, or something that it depends on. */
export function standsOn({ desired }: Write, keys: ReadonlySet<ObjectKey>): boolean {
  return keys.has(keyOf(namespaceRef(desired.ref.namespace))) || desired.dependsOn.some((ref) => keys.has(keyOf(ref)));
}
