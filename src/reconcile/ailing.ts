import type { Inventory, InventoryEntry } from '../model/inventory.ts';
import type { ObjectKey } from '../model/ref.ts';
import { runsOnFailure } from '../model/rendered.ts';
import type { DesiredTree } from './desired.ts';
import { healthAt, isWritten, type RolloutInput } from './rollout.ts';

/** A commit that is taken, and by which slices: those that were at it before have it already. */
interface Taken extends Pick<RolloutInput, 'inventory' | 'live' | 'now'> {
  readonly tree: DesiredTree;
  readonly isTaking: (slice: string) => boolean;
}

/**
 * The inventory with what is Failed already when a commit is taken, and is not changed by it: a commit that mends such an object by other
 * means has not failed. Where nothing asks for failures, nothing is noted.
 */
export function withAiling({ tree, isTaking, inventory, live, now }: Taken): Inventory {
  const { index, objects } = tree;
  const isAsked = index.onFailure === 'return' || [...objects.values()].some(({ rules }) => runsOnFailure(rules));
  if (!isAsked) return inventory;
  const entries = new Map(inventory.entries);
  for (const [key, object] of objects) {
    const entry = entries.get(key);
    if (entry === undefined || !isTaking(object.slice)) continue;
    const { status } = healthAt(object, { inventory, live, now, key });
    const isAiling = isWritten(object, entry) && (status === 'Failed' || (entry.ailing === true && status !== 'Current'));
    if (isAiling !== (entry.ailing === true)) entries.set(key, marked(entry, isAiling));
  }
  return { ...inventory, entries };
}

/** The inventory without the marks of what has become Current; undefined when there are none. */
export function withoutMended(input: RolloutInput): Inventory | undefined {
  const { accepted, inventory } = input;
  const mended: (readonly [ObjectKey, InventoryEntry])[] = [];
  for (const [key, entry] of inventory.entries) {
    const object = entry.ailing ? accepted.objects.get(key) : undefined;
    if (object !== undefined && healthAt(object, { ...input, key }).status === 'Current') mended.push([key, marked(entry, false)]);
  }
  return mended.length === 0 ? undefined : { ...inventory, entries: new Map([...inventory.entries, ...mended]) };
}

function marked({ ailing: _, ...entry }: InventoryEntry, isAiling: boolean): InventoryEntry {
  return isAiling ? { ...entry, ailing: true } : entry;
}
