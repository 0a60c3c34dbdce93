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

/** The value that a JSON text holds; undefined where it is none: whoever wrote it may be anybody. */
export function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** The child of `value` under `keys`, or undefined where the way ends early. */
export function at(value: Json | undefined, ...keys: Path): Json | undefined {
  return below(value, keys);
}

function below(value: Json | undefined, keys: Path): Json | undefined {
  let here: Json | undefined = value;
  for (let i = 0; i < keys.length; i++) {
    if (typeof here !== 'object' || here === null) return undefined;
    here = (here as JsonObject)[keys[i] as string];
  }
  return here;
}

/** The string under `keys`, or undefined when there is none or it is no string. */
export function stringAt(value: Json | undefined, ...keys: Path): string | undefined {
  const found = below(value, keys);
  return typeof found === 'string' ? found : undefined;
}

/** The number under `keys`, or undefined when there is none or it is no number. */
export function numberAt(value: Json | undefined, ...keys: Path): number | undefined {
  const found = below(value, keys);
  return typeof found === 'number' ? found : undefined;
}

/** The list under `keys`; an absent or other value is an empty list. */
export function listAt(value: Json | undefined, ...keys: Path): readonly Json[] {
  const found = below(value, keys);
  return Array.isArray(found) ? found : [];
}

/** The object under `keys`; an absent or other value is an empty object. */
export function objectAt(value: Json | undefined, ...keys: Path): JsonObject {
  const found = below(value, keys);
  return isObject(found) ? found : {};
}

/** A JSON pointer (RFC 6901) to the value under `keys`. */
export function pointer(keys: Path): string {
  return keys.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** The keys of a JSON pointer (RFC 6901), each as text. */
export function keysOfPointer(text: string): readonly string[] {
  return text.split('/').slice(1).map(keyOfStep);
}

/** The key that a step of a JSON pointer stands for. */
export function keyOfStep(step: string): string {
  return step.replaceAll('~1', '/').replaceAll('~0', '~');
}

/** Whether two values are the same JSON, whatever the order of their keys. */
export function sameJson(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, i) => sameJson(item, b[i]));
  if (!isObject(a) || !isObject(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => sameJson(a[key], b[key]));
}
