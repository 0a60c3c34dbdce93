import { partOfLabel } from '../model/applyset.ts';
import type { Health } from '../model/health.ts';
import type { Inventory, InventoryEntry } from '../model/inventory.ts';
import { type LiveObject, refOf } from '../model/manifest.ts';
import type { Change, DesiredObject } from '../model/plan.ts';
import { keyOf, type ObjectKey, type ObjectRef } from '../model/ref.ts';
import type { DesiredTree } from './desired.ts';

/** What the inventory says of one object after a change: the same as before, this, or nothing any more. */
export type InventoryChange =
  | { readonly op: 'keep' }
  | { readonly op: 'set'; readonly entry: InventoryEntry }
  | { readonly op: 'drop'; readonly ref: ObjectRef };

/** The inventory's entry for an object that is about to be written for the first time. */
export function entryAhead({ ref, apiVersion, path, blob, wave }: DesiredObject, accepted: boolean): InventoryEntry {
  return { ref, apiVersion, path, blob, wave, accepted, finished: false, seen: undefined };
}

/**
 * The inventory to write before the first of `changes` is carried out: never own less than was touched. Objects that it
 * knows keep their entries, so that their uids stay known.
 */
export function writeAhead(inventory: Inventory, changes: readonly Change[]): Inventory {
  const entries = new Map(inventory.entries);
  for (const change of changes) {
    if (change.op === 'prune') continue;
    const key = keyOf(change.desired.ref);
    if (!entries.has(key)) entries.set(key, entryAhead(change.desired, false));
  }
  return { ...inventory, entries };
}

/** The inventory with `tree` accepted: what it wants is from now on deleted only with an approval, where one is due. */
export function accept(inventory: Inventory, tree: DesiredTree): Inventory {
  const entries = [...inventory.entries].map(
    ([key, entry]) => [key, tree.objects.has(key) ? { ...entry, accepted: true } : entry] as const,
  );
  return { revision: tree.commit, entries: new Map(entries) };
}

/** The Jobs that ran to their end, where the inventory does not know it yet. `isCurrent` tells of a live object. */
export function finishedJobs(inventory: Inventory, isCurrent: (key: ObjectKey) => boolean): readonly InventoryChange[] {
  return [...inventory.entries].flatMap(([key, entry]) => {
    const isJob = entry.ref.group === 'batch' && entry.ref.kind === 'Job';
    return isJob && !entry.finished && entry.seen !== undefined && isCurrent(key)
      ? [{ op: 'set', entry: { ...entry, finished: true } }]
      : [];
  });
}

/** Whether an object is the environment's: it carries its label, or it is the very object that the inventory recorded. */
export function isOwn(live: LiveObject, { setId, inventory }: { readonly setId: string; readonly inventory: Inventory }): boolean {
  return live.metadata.labels?.[partOfLabel] === setId || inventory.entries.get(keyOf(refOf(live)))?.seen?.uid === live.metadata.uid;
}

/** How an object does that is not there. */
export function healthOfAbsent(entry: InventoryEntry | undefined): Health {
  return entry?.finished
    ? { status: 'Current', message: 'it ran to its end, and its TTL removed it' }
    : { status: 'NotFound', message: 'not there' };
}

/** The inventory after `records`. */
export function settle(inventory: Inventory, records: Iterable<InventoryChange>): Inventory {
  const entries = new Map<ObjectKey, InventoryEntry>(inventory.entries);
  for (const record of records) {
    if (record.op === 'set') entries.set(keyOf(record.entry.ref), record.entry);
    else if (record.op === 'drop') entries.delete(keyOf(record.ref));
  }
  return { ...inventory, entries };
}
