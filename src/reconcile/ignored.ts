import { at, isObject, type Json, keysOfPointer } from '../model/json.ts';
import type { Manifest } from '../model/manifest.ts';
import { type FieldPath, type FieldSet, locate } from './fields.ts';

/**
 * Whether `path` leads to a field that `ignore` names, or into one. `root` is the object that the path is of. An item of a
 * list is named by its index, or by its `name`.
 */
export function isIgnored(path: FieldPath, root: Json, ignore: readonly string[]): boolean {
  const found = ignore.length === 0 ? undefined : locate(root, path);
  return found !== undefined && ignore.some((pointer) => leadsThrough(keysOfPointer(pointer), found.keys, root));
}

/** The fields of `fields` that `ignore` names. */
export function ignoredFields(fields: FieldSet, root: Json, ignore: readonly string[]): readonly FieldPath[] {
  return [...fields.values()].filter((path) => isIgnored(path, root, ignore));
}

/** `manifest` without the fields that `ignore` names. */
export function withoutIgnored(manifest: Manifest, ignore: readonly string[]): Manifest {
  return rest(manifest, ignore.map(keysOfPointer)) as Manifest;
}

/** The steps of a JSON pointer. */
type Steps = readonly string[];

function leadsThrough(steps: Steps, keys: readonly (string | number)[], root: Json): boolean {
  return (
    steps.length <= keys.length && steps.every((step, i) => isNamed(step, { key: keys[i] ?? '', child: at(root, ...keys.slice(0, i + 1)) }))
  );
}

/** What stands under a key, or at an index. */
interface Place {
  readonly key: string | number;
  readonly child: Json | undefined;
}

function isNamed(step: string, { key, child }: Place): boolean {
  return String(key) === step || (typeof key === 'number' && isObject(child) && child['name'] === step);
}

function rest(value: Json, ignored: readonly Steps[]): Json {
  if (ignored.length === 0) return value;
  if (Array.isArray(value)) return value.flatMap((child: Json, key) => left({ key, child }, ignored));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).flatMap(([key, child]) => left({ key, child }, ignored).map((json) => [key, json])));
}

/** What is left of a child: nothing, or one value. */
function left({ key, child }: Place, ignored: readonly Steps[]): readonly Json[] {
  const within = ignored.filter(([step = '']) => isNamed(step, { key, child })).map(([, ...further]) => further);
  return child === undefined || within.some((further) => further.length === 0) ? [] : [rest(child, within)];
}
