import { partOfLabel } from '../model/applyset.ts';
import type { Health } from '../model/health.ts';
import type { Inventory, InventoryEntry, JobEnd } from '../model/inventory.ts';
import { at } from '../model/json.ts';
import { type LiveObject, refOf } from '../model/manifest.ts';
import { type Change, type DesiredObject, isWrite, type Live } from '../model/plan.ts';
import { compareText, keyOf, type ObjectKey, type ObjectRef, refOfKey } from '../model/ref.ts';
import { type ObjectRules, runsOnFailure } from '../model/rendered.ts';
import type { DesiredTree } from './desired.ts';

/** What the inventory says of one object after a change: the same as before, this, or nothing any more. */
export type InventoryChange =
  | { readonly op: 'keep' }
  | { readonly op: 'set'; readonly entry: InventoryEntry }
  | { readonly op: 'drop'; readonly ref: ObjectRef };

/** The inventory's entry for an object that is about to be written for the first time. */
export function entryAhead({ ref, apiVersion, path, blob, wave, slice, rules }: DesiredObject, accepted: boolean): InventoryEntry {
  const { keep } = rules;
  const sharing = sharingOf(rules);
  const unknown = { finished: undefined, unsure: undefined, rewritten: [], seen: undefined };
  return { ref, apiVersion, path, blob, wave, slice, accepted, keep, ...(sharing === undefined ? {} : { sharing }), ...unknown };
}

/** What of `rules` makes an apply another one although the manifest is the same, as one text. Undefined for what is usual. */
export function sharingOf({ ignore, ownership }: ObjectRules): string | undefined {
  return ignore.length === 0 && ownership === undefined ? undefined : [ownership ?? '', ...ignore.toSorted(compareText)].join(' ');
}

/** Why an object is not deleted without a person's word that a commit began to take over and that no accepted one has. */
const onlyTaken = 'somebody else may have made it, and the commit that was to take it over was not accepted';

/**
 * The inventory to write before the first of `changes` is carried out: never own less than was touched. Objects that it
 * knows keep their entries, so that their uids stay known.
 */
export function writeAhead(inventory: Inventory, changes: readonly Change[]): Inventory {
  const entries = new Map(inventory.entries);
  for (const change of changes) {
    if (!isWrite(change)) continue;
    const key = keyOf(change.desired.ref);
    // What somebody else made is not ours to delete when the commit that takes it over comes to nothing.
    const unsure = change.desired.adopt ? onlyTaken : undefined;
    if (!entries.has(key)) entries.set(key, { ...entryAhead(change.desired, false), unsure });
  }
  return { ...inventory, entries };
}

/**
 * The inventory with `tree` accepted, but for the slices in `behind`: what it wants is from now on deleted only with an
 * approval, where one is due. An object that only moved to another file, slice or wave is handed over by this alone.
 */
export function accept(inventory: Inventory, tree: DesiredTree, behind: Inventory['behind']): Inventory {
  const entries = [...inventory.entries].map(([key, entry]) => {
    const desired = tree.objects.get(key);
    if (desired === undefined) return [key, entry] as const;
    const { path, wave, slice, rules } = desired;
    return [key, { ...entry, wave, slice, path, keep: rules.keep, unsure: undefined, accepted: true }] as const;
  });
  return { ...inventory, revision: tree.commit, behind, entries: new Map(entries) };
}

/** The slices that stay behind when `refused` ones do not take a commit, with the commit that each is kept equal to. */
export function leftBehindBy({ behind, revision }: Inventory, refused: Iterable<string>): Inventory['behind'] {
  return new Map([...refused].map((slice) => [slice, behind.get(slice) ?? revision ?? '']));
}

/** How Jobs ended, where the inventory does not know it yet. `ended` tells by object, with the uid of the Job that ended. */
export function finishedJobs(
  inventory: Inventory,
  ended: ReadonlyMap<ObjectKey, { readonly uid: string; readonly end: JobEnd | 'deleted' }>,
): readonly InventoryChange[] {
  return [...ended].flatMap(([key, { uid, end }]): readonly InventoryChange[] => {
    const entry = inventory.entries.get(key);
    return entry !== undefined && end !== 'deleted' && entry.finished === undefined && entry.seen?.uid === uid
      ? [{ op: 'set', entry: { ...entry, finished: end } }]
      : [];
  });
}

/** An object that carries the environment's label and that its manager has applied. */
interface Labelled extends Live {
  readonly apiVersion: string;
}

/** Why an object that was found by its label alone is not deleted without a person's word. */
const notRecorded = 'it carries the label of this environment, and no inventory says that the environment made it';

/**
 * The inventory with what it lost: objects that carry the environment's label and were applied by its manager. What `tree`
 * wants is known from there; what nobody wants any more is deleted only when a person agrees. Then Jobs that are gone may
 * have run: they do not run again. Undefined when nothing is missing.
 */
export function recover(
  inventory: Inventory,
  tree: DesiredTree | undefined,
  labelled: ReadonlyMap<ObjectKey, Labelled>,
): Inventory | undefined {
  const lost: (readonly [ObjectKey, Labelled])[] = [];
  for (const [key, live] of labelled) {
    if (!inventory.entries.has(key) && live.fingerprint.fields !== '') lost.push([key, live]);
  }
  if (lost.length === 0) return undefined;
  const entries = new Map(inventory.entries);
  for (const [key, { apiVersion }] of lost) {
    const desired = tree?.objects.get(key);
    const unnamed = { ref: refOfKey(key), apiVersion, path: '', blob: '', wave: lastWave, slice: '', accepted: true, keep: false };
    const unknown = { finished: undefined, rewritten: [], seen: undefined };
    entries.set(key, desired === undefined ? { ...unnamed, ...unknown, unsure: notRecorded } : entryAhead(desired, true));
  }
  for (const [key, desired] of tree?.objects ?? []) {
    // One that runs only when something failed is in the inventory as soon as that is decided.
    if (isJob(desired.ref) && !runsOnFailure(desired.rules) && !entries.has(key))
      entries.set(key, { ...entryAhead(desired, true), finished: 'unseen' });
  }
  return { ...inventory, entries };
}

/** Namespaces and definitions are never deleted with the rest, so nothing stands on what was lost. */
const lastWave = 0;

/** Whether `ref` is a Job: it runs once, and is gone some time after. */
export function isJob({ group, kind }: ObjectRef): boolean {
  return group === 'batch' && kind === 'Job';
}

/** Whether an object is the environment's: it carries its label, or it is the very object that the inventory recorded. */
export function isOwn(live: LiveObject, { setId, inventory }: { readonly setId: string; readonly inventory: Inventory }): boolean {
  return live.metadata.labels?.[partOfLabel] === setId || inventory.entries.get(keyOf(refOf(live)))?.seen?.uid === live.metadata.uid;
}

/**
 * The other Lockstep environment that an object is part of now, in words, or undefined. Its label alone proves nothing, since
 * anybody can write that: the environment's manager must have applied it.
 */
export function otherEnvironment(live: LiveObject, manager: string): string | undefined {
  const label = live.metadata.labels?.[partOfLabel] ?? '';
  if (!/^applyset-[\w-]{43}-v1$/.test(label)) return undefined;
  const other = live.metadata.managedFields?.find(
    (entry) =>
      entry.manager !== manager &&
      entry.operation === 'Apply' &&
      entry.manager?.startsWith('lockstep-') &&
      at(entry.fieldsV1, 'f:metadata', 'f:labels', `f:${partOfLabel}`) !== undefined,
  );
  return other && `the environment \`${other.manager?.slice('lockstep-'.length)}\``;
}

/** How an object does that is not there. */
export function healthOfAbsent(entry: InventoryEntry | undefined): Health {
  switch (entry?.finished) {
    case 'succeeded':
      return { status: 'Current', message: 'it ran to its end, and its TTL removed it' };
    case 'failed':
      return { status: 'Failed', message: 'it failed, and its TTL removed it' };
    case 'unseen':
      return { status: 'Unknown', message: 'it is gone, and nobody saw whether it succeeded: it runs again when its content changes' };
    case 'earlier':
      return { status: 'Current', message: 'it ran to its end before the commit that was gone back from' };
    case 'unneeded':
      return { status: 'Current', message: 'nothing failed, and so it does not run' };
    case undefined:
      return { status: 'NotFound', message: 'not there' };
  }
}

/** How a wanted object does, by what the cluster shows. What stands in the place of a Job that ran before says nothing of that one. */
export function healthShown(entry: InventoryEntry | undefined, live: { readonly health: Health } | undefined): Health {
  return live === undefined || entry?.finished === 'earlier' ? healthOfAbsent(entry) : live.health;
}

/** The inventory after `records`. */
export function settle(inventory: Inventory, records: readonly InventoryChange[]): Inventory {
  if (records.every(({ op }) => op === 'keep')) return inventory;
  const entries = new Map<ObjectKey, InventoryEntry>(inventory.entries);
  for (const record of records) {
    if (record.op === 'set') entries.set(keyOf(record.entry.ref), record.entry);
    else if (record.op === 'drop') entries.delete(keyOf(record.ref));
  }
  return { ...inventory, entries };
}
