import type { Inventory, InventoryEntry } from '../model/inventory.ts';
import {
  type Change,
  type DesiredObject,
  type Held,
  isWrite,
  type Live,
  type Plan,
  refOfChange,
  type Suspended,
  type Write,
} from '../model/plan.ts';
import { compareText, keyOf, type ObjectKey } from '../model/ref.ts';
import { runsOnFailure } from '../model/rendered.ts';
import type { DesiredTree } from './desired.ts';
import { sameFingerprint } from './fingerprint.ts';
import { heldBecause, isHeld } from './hold.ts';
import { sharingOf } from './inventory.ts';
import { suspendedBecause } from './suspended.ts';

/** What is seen of the cluster: an object that is not in it is not there. */
export type Observed = ReadonlyMap<ObjectKey, Live>;

/** What a plan is made of. */
export interface PlanInput {
  readonly desired: DesiredTree;
  readonly inventory: Inventory;
  readonly observed: Observed;
  readonly suspended: Suspended;
  readonly now: Date;
}

/**
 * Everything that has to be done so that the cluster equals `desired`: what the branch changed, what the cluster changed,
 * and what the branch holds no longer. Only what the inventory recorded is ever pruned. What the commit has in a slice that
 * does not take it is left alone, and so is all that was or is to be of a slice that is suspended. Sorted by wave, then by key.
 */
export function makePlan({ desired, inventory, observed, suspended, now }: PlanInput): Plan {
  const changes: Change[] = [];
  const held: Held[] = [];
  let unchanged = 0;
  for (const [key, object] of desired.objects) {
    const live = observed.get(key);
    const entry = inventory.entries.get(key);
    const change = changeOf(object, { entry, live, now });
    const because = suspendedBecause(suspended, entry?.slice, object.slice) ?? holdOn(live, now);
    if (change === undefined) unchanged += 1;
    else if (because === undefined) changes.push(change);
    else held.push({ ref: object.ref, path: object.path, because });
  }
  const left: (readonly [ObjectKey, InventoryEntry])[] = [];
  for (const [key, entry] of inventory.entries) if (!desired.objects.has(key)) left.push([key, entry]);
  const leaving = leavingOf(desired);
  const indexed = left.length === 0 ? undefined : new Set(desired.index.objects.map(({ ref }) => keyOf(ref)));
  for (const [key, entry] of left) {
    if (indexed?.has(key)) {
      unchanged += 1;
      continue;
    }
    const change = leaving(key, entry, observed.get(key));
    const because = suspendedBecause(suspended, entry.slice) ?? holdOn(change.live, now) ?? unsettled(change);
    if (because === undefined) changes.push(change);
    else held.push({ ref: entry.ref, path: entry.path, because });
  }
  return { revision: desired.commit, changes: changes.sort(byWave), held, unchanged };
}

/** What is known of one object. */
interface Known {
  readonly entry: InventoryEntry | undefined;
  readonly live: Live | undefined;
  readonly now: Date;
}

function changeOf(desired: DesiredObject, { entry, live, now }: Known): Change | undefined {
  const isOver = entry?.finished !== undefined && entry.blob === desired.blob;
  if (isOver && (live === undefined || entry.finished === 'earlier')) return undefined;
  // Whether it runs is decided by writing it into the inventory.
  if (live === undefined && entry === undefined && runsOnFailure(desired.rules)) return undefined;
  if (live === undefined) return { op: 'create', desired, because: entry?.seen === undefined ? 'new' : 'vanished' };
  // It must be gone before it can be made anew; the watch tells when.
  if (live.deleting) return undefined;
  if (entry === undefined || entry.seen === undefined || entry.blob !== desired.blob) return { op: 'update', desired, live };
  if (entry.apiVersion !== desired.apiVersion || entry.sharing !== sharingOf(desired.rules)) return { op: 'update', desired, live };
  // A hold that is over is taken off, with what was held.
  const isFree = live.hold !== undefined && !isHeld(live.hold, now);
  return sameFingerprint(entry.seen, live.fingerprint) && !isFree ? undefined : { op: 'repair', desired, live };
}

type Leaving = Exclude<Change, Write>;

/** How an object leaves the environment: it is deleted, or let go where somebody said so. */
function leavingOf({ index }: DesiredTree): (key: ObjectKey, entry: InventoryEntry, live: Live | undefined) => Leaving {
  const receivers = new Map(index.handOver.map(({ ref, to }) => [keyOf(ref), to]));
  const approvals = new Set(index.approvals.map(({ ref }) => keyOf(ref)));
  const isApproved = (key: ObjectKey): boolean => index.removed !== undefined || approvals.has(key);
  return (key, entry, live) => {
    const to = receivers.get(key);
    if (to !== undefined) return { op: 'release', entry, live, because: `it is handed over to \`${to}\`` };
    if (entry.keep) return { op: 'release', entry, live, because: 'its rule keeps it in the cluster' };
    if (index.removed === 'keep') return { op: 'release', entry, live, because: 'the environment lets go of what it owned' };
    return entry.unsure !== undefined && isApproved(key) ? { op: 'prune', entry, live, approved: true } : { op: 'prune', entry, live };
  };
}

function holdOn(live: Live | undefined, now: Date): string | undefined {
  return live?.hold !== undefined && isHeld(live.hold, now) ? heldBecause(live.hold) : undefined;
}

/** Why nobody deletes an object without a person's word, where there is none. One that is gone needs no word. */
function unsettled(change: Change): string | undefined {
  if (change.op !== 'prune' || change.entry.unsure === undefined || change.live === undefined || change.approved) return undefined;
  return `${change.entry.unsure}: approve its deletion (\`approvals\`), or take its label away`;
}

function byWave(a: Change, b: Change): number {
  return waveOf(a) - waveOf(b) || compareText(keyOf(refOfChange(a)), keyOf(refOfChange(b)));
}

function waveOf(change: Change): number {
  return isWrite(change) ? change.desired.wave : change.entry.wave;
}
