import { isObject, type Json, type JsonObject, parseJson, sameJson } from '../model/json.ts';
import type { LiveObject, ManagedFieldsEntry } from '../model/manifest.ts';

/**
 * The way to a field as managedFields write it (structured-merge-diff, FieldsV1): `f:` and a name, `k:` and the keys of an
 * item of a list, `v:` and a value of a set, `i:` and an index.
 */
export type FieldPath = readonly string[];

/** Fields by their path as one text. */
export type FieldSet = ReadonlyMap<string, FieldPath>;

const separator = '\u0000';

/** The fields that `entries` name, item by item: an item of a list is a field of its own, and so is what is in it. */
export function fieldsOf(...entries: readonly (ManagedFieldsEntry | undefined)[]): FieldSet {
  const fields = new Map<string, FieldPath>();
  const visit = (node: JsonObject, path: FieldPath): void => {
    const steps = Object.keys(node);
    if (path.length > 0 && (steps.length === 0 || steps.includes('.'))) fields.set(path.join(separator), path);
    for (const step of steps) {
      const child = node[step];
      if (step !== '.' && isObject(child)) visit(child, [...path, step]);
    }
  };
  for (const entry of entries) if (entry?.fieldsV1 !== undefined) visit(entry.fieldsV1, []);
  return fields;
}

/** What `manager` applied to `live`, or undefined when it applied nothing. */
export function appliedEntry({ metadata }: Pick<LiveObject, 'metadata'>, manager: string): ManagedFieldsEntry | undefined {
  return metadata.managedFields?.find((entry) => entry.manager === manager && entry.operation === 'Apply' && !entry.subresource);
}

/** The fields in `a` that are not in `b`. */
export function without(a: FieldSet, b: FieldSet): FieldSet {
  return new Map([...a].filter(([key]) => !b.has(key)));
}

/** The fields that something of `fields` is in. */
export function aroundOf(fields: FieldSet): FieldSet {
  const around = new Map<string, FieldPath>();
  for (const path of fields.values()) {
    for (const [key, outer] of outerOf(path)) {
      if (around.has(key)) break;
      around.set(key, outer);
    }
  }
  return around;
}

/** The fields that the one at `path` is in, by their path as one text, from within. */
export function outerOf(path: FieldPath): readonly (readonly [string, FieldPath])[] {
  const outer = path.slice(1).map((_, i) => path.slice(0, path.length - 1 - i));
  return outer.map((one) => [one.join(separator), one]);
}

/** The fields of `fields` that nothing else of them is in. */
export function leavesOf(fields: FieldSet): FieldSet {
  return without(fields, aroundOf(fields));
}

/** The keys that lead to the field at `path` in `value`, list indexes among them, and what stands there; undefined where there is no such field. */
export function locate(value: Json, path: FieldPath): { readonly keys: readonly (string | number)[]; readonly value: Json } | undefined {
  const keys: (string | number)[] = [];
  let here: Json | undefined = value;
  for (const step of path) {
    const key = keyIn(here, step);
    if (key === undefined) return undefined;
    here = typeof key === 'number' ? (here as readonly Json[])[key] : (here as JsonObject)[key];
    if (here === undefined) return undefined;
    keys.push(key);
  }
  return { keys, value: here };
}

/** Whether a manifest says something at `path`. Of the keys of an item it need not tell those that have a default. */
export function holdsField(value: Json | undefined, [step, ...rest]: FieldPath): boolean {
  if (step === undefined || value === undefined) return value !== undefined;
  const what = step.slice(2);
  if (step.startsWith('f:')) return isObject(value) && Object.hasOwn(value, what) && holdsField(value[what], rest);
  if (!Array.isArray(value)) return false;
  if (step.startsWith('i:')) return holdsField(value[Number(what)], rest);
  const wanted = parseJson(what);
  const isIt = (item: Json): boolean => (step.startsWith('v:') ? sameJson(item, wanted) : mayHaveKeys(item, wanted));
  return value.some((item) => isIt(item) && holdsField(item, rest));
}

function keyIn(value: Json | undefined, step: string): string | number | undefined {
  const what = step.slice(2);
  if (step.startsWith('f:')) return isObject(value) && Object.hasOwn(value, what) ? what : undefined;
  if (!Array.isArray(value)) return undefined;
  if (step.startsWith('i:')) return Number(what) < value.length ? Number(what) : undefined;
  const wanted = parseJson(what);
  const index = value.findIndex((item) => (step.startsWith('v:') ? sameJson(item, wanted) : hasKeys(item, wanted)));
  return index < 0 ? undefined : index;
}

function hasKeys(item: Json, keys: Json | undefined): boolean {
  return isObject(item) && isObject(keys) && Object.entries(keys).every(([key, value]) => sameJson(item[key], value));
}

function mayHaveKeys(item: Json, keys: Json | undefined): boolean {
  return isObject(item) && isObject(keys) && Object.entries(keys).every(([key, value]) => (item[key] ?? value) === value);
}

/** Both trees of fields in one. */
export function unitedFields(a: JsonObject, b: JsonObject): JsonObject {
  const all = { ...a };
  for (const [step, child] of Object.entries(b)) {
    const known = all[step];
    all[step] = isObject(known) && isObject(child) ? unitedWithSelf(known, child) : child;
  }
  return all;
}

/** The tree of the one field at `path`. */
export function fieldAlone(path: FieldPath): JsonObject {
  return path.reduceRight<JsonObject>((tree, step) => ({ [step]: tree }), {});
}

/** A tree of fields without what is at `path`. What is empty then goes too: it would stand for a field itself. */
export function withoutField(fields: JsonObject, [step = '', ...rest]: FieldPath): JsonObject {
  const { [step]: child, ...others } = fields;
  if (!isObject(child)) return fields;
  const left = rest.length === 0 ? {} : withoutField(child, rest);
  if (left === child) return fields;
  return Object.keys(left).length === 0 ? others : { ...others, [step]: left };
}

/** `{}` is a field itself; beside fields within it, that has to be said by a dot. */
function unitedWithSelf(a: JsonObject, b: JsonObject): JsonObject {
  const isSelf = [a, b].some((node) => Object.keys(node).length === 0 || node['.'] !== undefined);
  const united = unitedFields(a, b);
  return isSelf && Object.keys(united).length > 0 ? { ...united, '.': {} } : united;
}

/**
 * The fields of `paths`, each with what is needed to apply it alone: the objects around it, and the keys of the items that
 * it stands in. Values are those in `live`. Of a field that holds others of them, nothing more is taken than those.
 */
export function partOf(live: Json, paths: readonly FieldPath[]): JsonObject {
  let part: Json = {};
  for (const path of leavesOf(new Map(paths.map((path) => [path.join(separator), path]))).values()) {
    const found = locate(live, path);
    if (found !== undefined) part = joined(part, alone(path, found.value));
  }
  return isObject(part) ? part : {};
}

function alone(path: FieldPath, value: Json): Json {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (step.startsWith('f:')) return { [step.slice(2)]: alone(rest, value) };
  const item = parseJson(step.slice(2)) ?? null;
  if (step.startsWith('v:')) return [item];
  const inner = alone(rest, rest.length === 0 ? item : value);
  return [isObject(item) && isObject(inner) ? { ...item, ...inner } : inner];
}

function joined(a: Json | undefined, b: Json): Json {
  if (Array.isArray(a) && Array.isArray(b)) {
    const items: Json[] = [...a];
    for (const item of b) {
      const same = items.findIndex((other) => isSameItem(other, item));
      if (same < 0) items.push(item);
      else items[same] = joined(items[same], item);
    }
    return items;
  }
  if (!isObject(a) || !isObject(b)) return b;
  const entries = Object.entries(b).flatMap(([key, value]) => (value === undefined ? [] : [[key, joined(a[key], value)] as const]));
  return { ...a, ...Object.fromEntries(entries) };
}

/** Two parts of one item carry the same keys, which are scalars. */
function isSameItem(a: Json, b: Json): boolean {
  if (!isObject(a) || !isObject(b)) return sameJson(a, b);
  const shared = Object.keys(a).filter((key) => b[key] !== undefined && !isObject(a[key]) && !Array.isArray(a[key]));
  return shared.length > 0 && shared.every((key) => a[key] === b[key]);
}
