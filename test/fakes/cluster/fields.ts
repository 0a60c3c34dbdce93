import { isObject, type Json, type JsonObject } from '../../../src/model/json.ts';
import { compareText } from '../../../src/model/ref.ts';

/**
 * Paths of fields, as managedFields write them (structured-merge-diff): `f:` and a field, `k:` and the keys of an item
 * of a list, `v:` and a value of a set; `.` is an item itself.
 */
export type FieldSet = ReadonlySet<string>;

/** Lists that are maps in truth, and what tells their items apart. Other lists are one value. */
const listKeys: Readonly<Record<string, readonly (readonly string[])[]>> = {
  containers: [['name']],
  initContainers: [['name']],
  env: [['name']],
  volumes: [['name']],
  volumeMounts: [['mountPath']],
  imagePullSecrets: [['name']],
  ports: [
    ['containerPort', 'protocol'],
    ['port', 'protocol'],
  ],
  conditions: [['type']],
  ownerReferences: [['uid']],
};
/** Objects that are one value. */
const atomic = new Set(['selector', 'nodeSelector', 'secretKeyRef', 'configMapKeyRef', 'fieldRef', 'roleRef']);
/** Lists that are sets of their values. */
const sets = new Set(['finalizers']);

const separator = '\u0000';

/** The step to an item of the list `field`, or undefined where the list is one value. */
function itemStep(field: string, item: Json): string | undefined {
  if (sets.has(field)) return `v:${JSON.stringify(item)}`;
  const keys = listKeys[field]?.find(([first = '']) => isObject(item) && item[first] !== undefined);
  if (keys === undefined || !isObject(item)) return undefined;
  const named = keys.map((key) => [key, item[key] ?? (key === 'protocol' ? 'TCP' : null)] as const).sort(([a], [b]) => compareText(a, b));
  return `k:${JSON.stringify(Object.fromEntries(named))}`;
}

function isListOfItems(field: string, value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value) && value.length > 0 && value.every((item) => itemStep(field, item) !== undefined);
}

/** Fields of an object that nobody owns: its identity, and what the server keeps. */
const unowned = ['apiVersion', 'kind'];
const unownedMetadata = [
  'name',
  'namespace',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'managedFields',
];

/** `object` without what nobody owns. */
export function owned(object: JsonObject): JsonObject {
  const { metadata, ...rest } = without(object, unowned);
  const kept = isObject(metadata) ? without(metadata, unownedMetadata) : {};
  return Object.keys(kept).length === 0 ? rest : { ...rest, metadata: kept };
}

function without(object: JsonObject, fields: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([key, value]) => !fields.includes(key) && value !== undefined));
}

/** The first list of `object` with two items that are one by their keys, in the words of the API server; undefined when all differ. */
export function duplicateIn(object: JsonObject): string | undefined {
  const visit = (value: Json | undefined, path: string, field: string): string | undefined => {
    if (isListOfItems(field, value)) {
      const steps = value.map((item) => itemStep(field, item) ?? '');
      const twice = steps.find((step, i) => steps.indexOf(step) < i);
      if (twice !== undefined) return `${path}: duplicate entries for key ${shownKey(twice)}`;
      return firstOf(value, (item) => visitFields(item, `${path}${shownKey(itemStep(field, item) ?? '')}`));
    }
    return visitFields(value, path);
  };
  const visitFields = (value: Json | undefined, path: string): string | undefined =>
    isObject(value) ? firstOf(Object.entries(value), ([key, child]) => visit(child, `${path}.${key}`, key)) : undefined;
  return visitFields(object, '');
}

/** `[name="web"]`, and `["a"]` for an item of a set. */
function shownKey(step: string): string {
  const keys: Json = JSON.parse(step.slice(2));
  if (!isObject(keys)) return `[${JSON.stringify(keys)}]`;
  return `[${Object.entries(keys)
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .join(',')}]`;
}

function firstOf<T>(items: readonly T[], look: (item: T) => string | undefined): string | undefined {
  for (const item of items) {
    const found = look(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The values of all fields in `object`, by path. */
export function leavesOf(object: JsonObject): ReadonlyMap<string, Json> {
  const leaves = new Map<string, Json>();
  const visit = (value: Json, path: readonly string[], field: string): void => {
    if (isListOfItems(field, value)) {
      for (const item of value) {
        const step = [...path, itemStep(field, item) ?? ''];
        leaves.set((isObject(item) ? [...step, '.'] : step).join(separator), null);
        if (isObject(item)) visitFields(item, step);
      }
    } else if (isObject(value) && !atomic.has(field) && Object.keys(value).length > 0) visitFields(value, path);
    else leaves.set(path.join(separator), value);
  };
  const visitFields = (value: JsonObject, path: readonly string[]): void => {
    for (const [key, child] of Object.entries(value)) if (child !== undefined && child !== null) visit(child, [...path, `f:${key}`], key);
  };
  visitFields(owned(object), []);
  return leaves;
}

/** `live` with what `patch` says: fields of objects and items of lists are merged, all else is replaced. */
export function merged(live: Json | undefined, patch: Json, field = ''): Json {
  if (isListOfItems(field, patch)) return mergedItems(Array.isArray(live) ? live : [], patch, field);
  if (!isObject(patch) || !isObject(live) || atomic.has(field)) return patch;
  const entries = Object.entries(patch).flatMap(([key, child]) =>
    child === undefined || child === null ? [] : [[key, merged(live[key], child, key)] as const],
  );
  return { ...live, ...Object.fromEntries(entries) };
}

/** The order of the patch wins where it differs; what only lives stays at the end. */
function mergedItems(live: readonly Json[], patch: readonly Json[], field: string): readonly Json[] {
  const lives = new Map(live.map((item) => [itemStep(field, item), item]));
  const patched = patch.map((item) => merged(lives.get(itemStep(field, item)), item));
  const steps = new Set(patch.map((item) => itemStep(field, item)));
  return [...patched, ...live.filter((item) => !steps.has(itemStep(field, item)))];
}

/** `object` without the fields in `paths`; what becomes empty by it goes too. */
export function removed(object: JsonObject, paths: FieldSet): JsonObject {
  const remove = (value: Json, path: readonly string[], field: string): Json | undefined => {
    if (paths.has(path.join(separator)) || paths.has([...path, '.'].join(separator))) return undefined;
    if (isListOfItems(field, value)) {
      const items = value.flatMap((item) => remove(item, [...path, itemStep(field, item) ?? ''], '') ?? []);
      return items.length === 0 ? undefined : items;
    }
    if (!isObject(value) || atomic.has(field) || Object.keys(value).length === 0) return value;
    const entries = Object.entries(value).flatMap(([key, child]) => {
      const kept = child === undefined ? undefined : remove(child, [...path, `f:${key}`], key);
      return kept === undefined ? [] : [[key, kept] as const];
    });
    return entries.length === 0 && path.length > 0 ? undefined : Object.fromEntries(entries);
  };
  const result = remove(object, [], '');
  return isObject(result) ? result : {};
}

/** The form of managedFields' fieldsV1. */
export function fieldsV1(set: FieldSet): JsonObject {
  const root: { [step: string]: Json } = {};
  for (const path of [...set].sort(compareText)) {
    let here = root;
    for (const step of path.split(separator)) {
      const next = here[step];
      const child: { [step: string]: Json } = isObject(next) ? (next as { [step: string]: Json }) : {};
      here[step] = child;
      here = child;
    }
  }
  return root;
}

/** What `fieldsV1` means: its innermost steps. */
export function fieldsIn(fieldsV1: JsonObject): FieldSet {
  const paths = (fields: JsonObject, path: readonly string[]): readonly string[] =>
    Object.entries(fields).flatMap(([step, inner]) => {
      const here = [...path, step];
      return isObject(inner) && Object.keys(inner).length > 0 ? paths(inner, here) : [here.join(separator)];
    });
  return new Set(paths(fieldsV1, []));
}

/** All that is there when there is something at `paths`: these, and whatever they lie in. */
export function waysTo(paths: Iterable<string>): FieldSet {
  const ways = new Set<string>();
  for (const path of paths) {
    const steps = path.split(separator);
    for (let length = steps.length; length > 0; length--) ways.add(steps.slice(0, length).join(separator));
  }
  return ways;
}

/** Whether `path` is an item of a list, or something in an item, that `set` still has something of. */
export function hasWithin(set: FieldSet, path: string): boolean {
  const item = path.endsWith(`${separator}.`) ? path.slice(0, -1) : `${path}${separator}`;
  return [...set].some((other) => other === path || other.startsWith(item));
}
