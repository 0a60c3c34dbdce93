import { isObject, type Json } from '../../model/json.ts';
import type { Key, Value } from './values.ts';

/** The value that expressions see of data without a schema. Whole numbers are ints. */
export function plainValue(json: Json): Value {
  if (Array.isArray(json)) return { type: 'list', items: json.map(plainValue) };
  if (!isObject(json)) return plainScalar(json);
  const entries = new Map<Key, Value>();
  for (const [key, value] of Object.entries(json)) if (value !== undefined) entries.set(key, plainValue(value));
  return { type: 'map', entries };
}

/** The value that expressions see of a text, a number, a boolean or null without a schema. */
export function plainScalar(json: Json): Value {
  return typeof json === 'number' && Number.isInteger(json) ? BigInt(json) : (json as Value);
}
