/** A JSON value, as it stands in a manifest or in an answer of the API server. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;

/** A JSON object. */
export interface JsonObject {
  readonly [key: string]: Json | undefined;
}

/** The keys that lead to a value. */
export type Path = readonly (string | number)[];

/** Whether `value` is a JSON object: not null, not a list, not a scalar. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The child of `value` under `keys`, or undefined where the way ends early. */
export function at(value: Json | undefined, ...keys: readonly (string | number)[]): Json | undefined {
  let here: Json | undefined = value;
  for (const key of keys) {
    if (Array.isArray(here)) here = here[key as number];
    else if (isObject(here)) here = here[key];
    else return undefined;
  }
  return here;
}

/** The string under `keys`, or undefined when there is none or it is no string. */
export function stringAt(value: Json | undefined, ...keys: readonly (string | number)[]): string | undefined {
  const found = at(value, ...keys);
  return typeof found === 'string' ? found : undefined;
}

/** The number under `keys`, or undefined when there is none or it is no number. */
export function numberAt(value: Json | undefined, ...keys: readonly (string | number)[]): number | undefined {
  const found = at(value, ...keys);
  return typeof found === 'number' ? found : undefined;
}

/** The list under `keys`; an absent or other value is an empty list. */
export function listAt(value: Json | undefined, ...keys: readonly (string | number)[]): readonly Json[] {
  const found = at(value, ...keys);
  return Array.isArray(found) ? found : [];
}

/** The object under `keys`; an absent or other value is an empty object. */
export function objectAt(value: Json | undefined, ...keys: readonly (string | number)[]): JsonObject {
  const found = at(value, ...keys);
  return isObject(found) ? found : {};
}

/** A JSON pointer (RFC 6901) to the value under `keys`. */
export function pointer(keys: Path): string {
  return keys.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** Whether two values are the same JSON, whatever the order of their keys. */
export function sameJson(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, i) => sameJson(item, b[i]));
  if (!isObject(a) || !isObject(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => sameJson(a[key], b[key]));
}
