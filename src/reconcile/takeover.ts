import { type JsonObject, objectAt } from '../model/json.ts';
import type { LiveObject, ManagedFieldsEntry, Manifest } from '../model/manifest.ts';
import {
  appliedEntry,
  aroundOf,
  type FieldPath,
  type FieldSet,
  fieldAlone,
  fieldsOf,
  holdsField,
  locate,
  outerOf,
  unitedFields,
  without,
  withoutField,
} from './fields.ts';
import { isIgnored } from './ignored.ts';
import { coOwnersOf, type Judged, writersOf } from './managers.ts';

/**
 * The managedFields of `live` after `manager` holds alone what it is about to drop, since `manifest` has it no longer: a field
 * goes only with its last owner (KEP-555). What is left to others by `rules` stays theirs. Undefined when nobody else holds
 * any of it.
 */
export function heldAlone(live: LiveObject, manifest: Manifest, { manager, rules }: Judged): readonly ManagedFieldsEntry[] | undefined {
  const dropped = droppedFields(live, manifest, { manager, rules });
  const others = new Set(coOwnersOf(live, manager));
  const held = fieldsOf(...others);
  const shared = [...dropped].flatMap(([key, path]) => (held.has(key) ? [path] : []));
  if (shared.length === 0) return undefined;
  return (live.metadata.managedFields ?? []).flatMap((entry) => (others.has(entry) ? lessened(entry, shared, withoutSelf) : [entry]));
}

/** What `manager` holds in `live` and `manifest` does not, but for what is left to others. */
function droppedFields(live: LiveObject, manifest: Manifest, { manager, rules }: Judged): FieldSet {
  const own = fieldsOf(appliedEntry(live, manager));
  return new Map([...own].filter(([, path]) => !holdsField(manifest, path) && !isTie(path) && !isIgnored(path, live, rules.ignore)));
}

/** An entry without the fields at `paths`; none when it has no others. */
function lessened(
  entry: ManagedFieldsEntry,
  paths: readonly FieldPath[],
  less: (fields: JsonObject, path: FieldPath) => JsonObject,
): readonly ManagedFieldsEntry[] {
  const fieldsV1 = paths.reduce(less, entry.fieldsV1 ?? {});
  return Object.keys(fieldsV1).length === 0 ? [] : [{ ...entry, fieldsV1 }];
}

/** The fields that an entry holds without the one at `path`. An item of a list goes with all that is in it. */
function withoutSelf(fields: JsonObject, path: FieldPath): JsonObject {
  const isAround = Object.keys(objectAt(fields, ...path)).some((step) => step !== '.');
  return withoutField(fields, isAround && !isItem(path) ? [...path, '.'] : path);
}

/**
 * The managedFields of `live` after `manager` has taken over everything that people and tools own in it, as
 * client-go's csaupgrade does for kubectl's: what a manifest does not hold then goes with the next apply. Controllers of
 * the cluster keep what is theirs. Fields are named in the version that they were written in, so that each version is taken
 * over by itself: first `apiVersion`, then others, each with an apply in between. Undefined when there is nothing left.
 */
export function takenOver(
  live: LiveObject,
  { manager, apiVersion }: { readonly manager: string; readonly apiVersion: string },
): readonly ManagedFieldsEntry[] | undefined {
  const writers = writersOf(live, manager).filter((entry) => !isOfTies(entry));
  const version = writers.some((entry) => entry.apiVersion === apiVersion) ? apiVersion : writers[0]?.apiVersion;
  const taken = writers.filter((entry) => entry.apiVersion === version);
  if (taken.length === 0) return undefined;
  const own = appliedEntry(live, manager);
  const others = (live.metadata.managedFields ?? []).filter((entry) => entry !== own && !taken.includes(entry));
  const tied = taken.flatMap((entry) => {
    const kept = tiesOf(entry.fieldsV1);
    return kept === undefined ? [] : [{ ...entry, fieldsV1: kept }];
  });
  // In another version its own would be read wrongly; what it wants of them comes back with the next apply.
  const owned = own?.apiVersion === version ? own : undefined;
  const fields = [owned?.fieldsV1, ...taken.map((entry) => withoutTies(entry.fieldsV1))];
  const fieldsV1 = fields.reduce<JsonObject>((all, one) => unitedFields(all, one ?? {}), {});
  const times = [owned, ...taken].map((entry) => entry?.time ?? '').sort();
  const time = times.at(-1) ?? '';
  const entry: ManagedFieldsEntry = {
    manager,
    operation: 'Apply',
    ...(version === undefined ? {} : { apiVersion: version }),
    ...(time === '' ? {} : { time }),
    fieldsType: 'FieldsV1',
    fieldsV1,
  };
  return [...others, ...tied, entry];
}

/** Whether others than `manager` wrote to `live` in another version than `apiVersion`. */
export function isWrittenInOther(
  live: LiveObject,
  { manager, apiVersion }: { readonly manager: string; readonly apiVersion: string },
): boolean {
  return writersOf(live, manager).some((entry) => entry.apiVersion !== apiVersion && !isOfTies(entry));
}

/**
 * The managedFields of `live` after `manager` has taken over what may be why an apply of `manifest` is refused. Undefined
 * when there is nothing of the kind:
 * - items of others in lists in which it holds fewer than it wants: most likely one of its own under another key, as a port
 *   with another number. Beside the one that comes back it is one too many, of the same name;
 * - what others have in an object that it drops as a whole: what would be left is a probe that probes nothing.
 */
export function inTheWay(live: LiveObject, manifest: Manifest, judged: Judged): readonly ManagedFieldsEntry[] | undefined {
  const { manager, rules } = judged;
  const own = appliedEntry(live, manager);
  const writers = new Set(writersOf(live, manager).filter((entry) => entry.apiVersion === manifest.apiVersion));
  const added = without(fieldsOf(...writers), fieldsOf(own));
  const dropped = droppedFields(live, manifest, judged);
  const around = new Map([...dropped, ...aroundOf(dropped)]);
  const isWhole = ([key, path]: readonly [string, FieldPath]): boolean => around.has(key) && !holdsField(manifest, path);
  const taken = [...added].flatMap(([key, path]) => {
    if (isIgnored(path, live, rules.ignore)) return [];
    const isDisplaced = isItem(path) && lacks(own, manifest, path.slice(0, -1));
    return isDisplaced || [[key, path] as const, ...outerOf(path)].some(isWhole) ? [path] : [];
  });
  if (taken.length === 0) return undefined;
  const rest = (live.metadata.managedFields ?? []).filter((entry) => entry !== own);
  const others = rest.flatMap((entry) => (writers.has(entry) ? lessened(entry, taken, withoutField) : [entry]));
  const fieldsV1 = taken.map(fieldAlone).reduce(unitedFields, own?.fieldsV1 ?? {});
  return [...others, { apiVersion: manifest.apiVersion, ...own, manager, operation: 'Apply', fieldsType: 'FieldsV1', fieldsV1 }];
}

function isItem(path: FieldPath): boolean {
  return path.at(-1)?.startsWith('k:') ?? false;
}

/** Whether `own` holds fewer items of the list at `path` than `manifest` has there. */
function lacks(own: ManagedFieldsEntry | undefined, manifest: Manifest, path: FieldPath): boolean {
  const wanted = locate(manifest, path)?.value;
  const held = Object.keys(objectAt(own?.fieldsV1, ...path)).filter((step) => isItem([step]));
  return Array.isArray(wanted) && held.length < wanted.length;
}

/** What ties an object to others is never taken over: who put it there has to take it away again. */
const ties: ReadonlySet<string> = new Set(['f:finalizers', 'f:ownerReferences']);

function isTie([first, second = '']: FieldPath): boolean {
  return first === 'f:metadata' && ties.has(second);
}

/** Whether an entry is of ties alone. */
function isOfTies({ fieldsV1 }: ManagedFieldsEntry): boolean {
  return Object.keys(withoutTies(fieldsV1) ?? {}).length === 0;
}

function tiesOf(fields: JsonObject | undefined): JsonObject | undefined {
  const found = Object.entries(objectAt(fields, 'f:metadata')).filter(([name]) => ties.has(name));
  return found.length === 0 ? undefined : { 'f:metadata': Object.fromEntries(found) };
}

function withoutTies(fields: JsonObject | undefined): JsonObject | undefined {
  if (fields === undefined || tiesOf(fields) === undefined) return fields;
  const { 'f:metadata': metadata, ...others } = fields;
  const rest = Object.entries(objectAt(metadata)).filter(([name]) => !ties.has(name));
  // An empty one would stand for all of metadata.
  return rest.length === 0 ? others : { ...others, 'f:metadata': Object.fromEntries(rest) };
}
