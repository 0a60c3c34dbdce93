import { type Json, type JsonObject, objectAt, stringAt } from '../../../src/model/json.ts';
import type { ManagedFieldsEntry } from '../../../src/model/manifest.ts';
import { type FieldSet, fieldsIn, fieldsV1, hasWithin, leavesOf, merged, owned, removed, waysTo } from './fields.ts';

/** What one manager owns of an object, by one way of writing. */
export interface Owner {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  readonly subresource?: string;
  readonly apiVersion: string;
  /** RFC 3339, whole seconds. */
  readonly time: string;
  readonly fields: FieldSet;
}

/** An object without what the server keeps of it, and who owns what of it. */
export interface Content {
  readonly object: JsonObject;
  readonly owners: readonly Owner[];
}

/** Who writes, how, and when. */
export type Writer = Omit<Owner, 'fields'>;

/** What becomes of `before` when `writer` applies `manifest` with force (KEP-555): the same content when nothing changes. */
export function applied(before: Content | undefined, manifest: JsonObject, writer: Writer): Content {
  const live = before === undefined ? { object: {}, owners: [] } : withFirstOwner(before, writer);
  const said = leavesOf(manifest);
  const wanted = waysTo(said.keys());
  const mine = live.owners.find((owner) => isSame(owner, writer));
  const others = live.owners.filter((owner) => owner !== mine);
  const dropped = [...(mine?.fields ?? [])].filter((path) => !wanted.has(path) && !others.some((owner) => hasWithin(owner.fields, path)));
  // What became empty by the removal is empty because the manifest says so, or gone.
  const object = merged(removed(merged(live.object, manifest) as JsonObject, new Set(dropped)), manifest) as JsonObject;
  const now = leavesOf(object);
  const was = leavesOf(live.object);
  const taken = [...said.keys()].filter((path) => was.has(path) && !isEqual(was.get(path), now.get(path)));
  const next = { object, owners: [...lose(others, taken, now), { ...writer, fields: new Set(said.keys()) }] };
  return before !== undefined && isSameContent(before, next) ? before : next;
}

/** Where nobody is known to own anything, the first to apply finds an owner of all that was there before. */
function withFirstOwner(before: Content, { apiVersion, time }: Writer): Content {
  const { status, ...object } = before.object;
  const fields = new Set(leavesOf(object).keys());
  if (before.owners.length > 0 || fields.size === 0) return before;
  return { ...before, owners: [{ manager: 'before-first-apply', operation: 'Update', apiVersion, time, fields }] };
}

/** What becomes of `before` when `writer` replaces it by `object`: who changes a field owns it alone. */
export function updated(before: Content, object: JsonObject, writer: Writer): Content {
  const was = leavesOf(before.object);
  const now = leavesOf(object);
  const changed = [...now.keys()].filter((path) => !was.has(path) || !isEqual(was.get(path), now.get(path)));
  if (isEqual(owned(before.object), owned(object))) return before;
  const mine = before.owners.find((owner) => isSame(owner, writer));
  if (changed.length === 0) return { object, owners: lose(before.owners, [], now) };
  const kept = lose(
    before.owners.filter((owner) => owner !== mine),
    changed,
    now,
  );
  const there = waysTo(now.keys());
  const fields = new Set([...[...(mine?.fields ?? [])].filter((path) => there.has(path)), ...changed]);
  return { object, owners: [...kept, { ...writer, fields }] };
}

/**
 * The owners that a writer says there are (managedFields in a PUT or a patch). An empty list, or one empty entry, is none;
 * what says nothing, or cannot be read, leaves those of before.
 */
export function ownersIn(said: Json | undefined, before: readonly Owner[]): readonly Owner[] {
  if (!Array.isArray(said)) return before;
  if (said.length === 0 || isEqual(said, [{}])) return [];
  const owners = said.map(ownerIn);
  return owners.every((owner) => owner !== undefined) ? owners : before;
}

function ownerIn(entry: Json): Owner | undefined {
  const operation = stringAt(entry, 'operation');
  if (operation !== 'Apply' && operation !== 'Update') return undefined;
  const subresource = stringAt(entry, 'subresource');
  return {
    manager: stringAt(entry, 'manager') ?? '',
    operation,
    ...(subresource === undefined ? {} : { subresource }),
    apiVersion: stringAt(entry, 'apiVersion') ?? '',
    time: stringAt(entry, 'time') ?? '',
    fields: fieldsIn(objectAt(entry, 'fieldsV1')),
  };
}

/** The form that the API server shows owners in. */
export function managedFields(owners: readonly Owner[]): readonly ManagedFieldsEntry[] {
  return owners
    .filter((owner) => owner.fields.size > 0)
    .map(({ manager, operation, apiVersion, time, subresource, fields }) => ({
      manager,
      operation,
      apiVersion,
      time,
      fieldsType: 'FieldsV1',
      fieldsV1: fieldsV1(fields),
      ...(subresource === undefined ? {} : { subresource }),
    }));
}

/** Who applies is one owner at whatever version; who updates is another one at each. */
function isSame(a: Writer, b: Writer): boolean {
  const sameVersion = a.operation === 'Apply' || a.apiVersion === b.apiVersion;
  return sameVersion && a.manager === b.manager && a.operation === b.operation && a.subresource === b.subresource;
}

/** `owners` without `taken`, and without what is there no longer. */
function lose(owners: readonly Owner[], taken: readonly string[], now: ReadonlyMap<string, unknown>): readonly Owner[] {
  const lost = new Set(taken);
  const there = waysTo(now.keys());
  return owners
    .map((owner) => ({ ...owner, fields: new Set([...owner.fields].filter((path) => !lost.has(path) && there.has(path))) }))
    .filter((owner) => owner.fields.size > 0);
}

/** Whether two contents look the same and are owned alike, whenever it was written. */
export function isSameContent(a: Content, b: Content): boolean {
  const fields = ({ owners }: Content): readonly string[] =>
    owners.map((owner) => JSON.stringify([owner.manager, owner.operation, owner.subresource, [...owner.fields].sort()])).sort();
  return isEqual(a.object, b.object) && isEqual(fields(a), fields(b));
}

/** Equality of JSON, whatever the order of keys. */
export function isEqual(a: unknown, b: unknown): boolean {
  return JSON.stringify(a, sortKeys) === JSON.stringify(b, sortKeys);
}

function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
