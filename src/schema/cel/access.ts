import { keyOf } from './equality.ts';
import { CelError, type CelMap, type List, NotEvaluated, none, noOverload, type Optional, some, tagOf, type Value } from './values.ts';

/** The value under `key`, or undefined. Throws `NotEvaluated` where it cannot be told. */
export function lookup(map: CelMap, key: Value): Value | undefined {
  const known = keyOf(key);
  if (known === undefined) throw noOverload();
  const value = map.entries.get(known);
  const unsure = value === undefined ? map.unsure?.(known) : undefined;
  if (unsure !== undefined) throw new NotEvaluated(unsure);
  return value;
}

/** What `of.key` and `of[key]` are: a missing one is an error; of an optional value, it is an optional one. */
export function element(of: Value, key: Value): Value {
  if (isOptional(of)) return optionalElement(of, key);
  const value = find(of, key);
  if (value !== undefined) return value;
  throw new CelError(isMap(of) ? `no such key: ${String(key)}` : `index out of bounds: ${String(key)}`);
}

/** What `of.?key` and `of[?key]` are. */
export function optionalElement(of: Value, key: Value): Optional {
  const inner = isOptional(of) ? of.value : of;
  const value = inner === undefined ? undefined : find(inner, key);
  return value === undefined ? none : some(value);
}

/** Whether `of` has the field. */
export function hasField(of: Value, field: string): boolean {
  const inner = isOptional(of) ? of.value : of;
  if (inner === undefined) return false;
  if (!isMap(inner)) throw noOverload();
  return lookup(inner, field) !== undefined;
}

function find(of: Value, key: Value): Value | undefined {
  if (isMap(of)) return lookup(of, key);
  const index = keyOf(key);
  if (!isList(of) || typeof index !== 'bigint') throw noOverload();
  return index < 0n ? undefined : of.items[Number(index)];
}

/** Whether `value` is a map. */
export function isMap(value: Value): value is CelMap {
  return tagOf(value) === 'map';
}

/** Whether `value` is a list. */
export function isList(value: Value): value is List {
  return tagOf(value) === 'list';
}

/** Whether `value` is an optional one. */
export function isOptional(value: Value): value is Optional {
  return tagOf(value) === 'optional';
}
