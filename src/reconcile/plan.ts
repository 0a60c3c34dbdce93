import type { Inventory, InventoryEntry } from '../model/inventory.ts';
import { type Change, type DesiredObject, type Live, type Plan, refOfChange } from '../model/plan.ts';
import { compareText, keyOf, type ObjectKey } from '../model/ref.ts';
import type { DesiredTree } from './desired.ts';
import { sameFingerprint } from './fingerprint.ts';

/** What is seen of the cluster: an object that is not in it is not there. */
export type Observed = ReadonlyMap<ObjectKey, Live>;

/**
 * Everything that has to be done so that the cluster equals `desired`: what the branch changed, what the cluster changed,
 * and what the branch holds no longer. Only what the inventory recorded is ever pruned. Sorted by wave, then by key.
 */
export function makePlan(desired: DesiredTree, inventory: Inventory, observed: Observed): Plan {
  const changes: Change[] = [];
  let unchanged = 0;
  for (const [key, object] of desired.objects) {
    const change = changeOf(object, inventory.entries.get(key), observed.get(key));
    if (change === undefined) unchanged += 1;
    else changes.push(change);
  }
  for (const [key, entry] of inventory.entries) {
    if (!desired.objects.has(key)) changes.push({ op: 'prune', entry, live: observed.get(key) });
  }
  return { revision: desired.commit, changes: changes.sort(byWave), unchanged };
}

function changeOf(desired: DesiredObject, entry: InventoryEntry | undefined, live: Live | undefined): Change | undefined {
  if (live === undefined && entry?.finished && entry.blob === desired.blob) return undefined;
  if (live === undefined) return { op: 'create', desired, because: entry?.seen === undefined ? 'new' : 'vanished' };
  // It must be gone before it can be made anew; the watch tells when.
  if (live.deleting) return undefined;
  if (entry === undefined || entry.seen === undefined || entry.blob !== desired.blob) return { op: 'update', desired, live };
  if (entry.apiVersion !== desired.apiVersion) return { op: 'update', desired, live };
  return sameFingerprint(entry.seen, live.fingerprint) ? undefined : { op: 'repair', desired, live };
}

function byWave(a: Change, b: Change): number {
  return waveOf(a) - waveOf(b) || compareText(keyOf(refOfChange(a)), keyOf(refOfChange(b)));
}

function waveOf(change: Change): number {
  return change.op === 'prune' ? change.entry.wave : change.desired.wave;
}
