import { isObject, type Json, type JsonObject } from '../../model/json.ts';
import { escapedName, isReserved } from './escape.ts';
import { parseDuration, parseTimestamp, timestampOf } from './libraries/time.ts';
import { type Structure, seen } from './structure.ts';
import type { Key, Value } from './values.ts';

/** Data that is not what its schema says. The API server tells that first, and looks at no rule. */
export class Misfit extends Error {}

/** The value that expressions see of data under a schema (apiserver/pkg/cel/common), or undefined when they see none. Throws `Misfit`. */
export function valueUnder(json: Json, structure: Structure): Value | undefined {
  if (json === null) {
    if (structure.isNullable) return null;
    throw new Misfit();
  }
  if (structure.isIntOrString) return typeof json === 'string' ? json : wholeNumber(json);
  if (structure.type === 'object') return isObject(json) ? objectUnder(json, seen(structure)) : misfit();
  if (structure.type === 'array') return Array.isArray(json) ? listUnder(json, structure) : misfit();
  return scalars[structure.type]?.(json, structure.format);
}

function misfit(): never {
  throw new Misfit();
}

function wholeNumber(json: Json): bigint {
  return typeof json === 'number' && Number.isInteger(json) ? BigInt(json) : misfit();
}

const scalars: Readonly<Record<string, (json: Json, format: string) => Value>> = {
  boolean: (json) => (typeof json === 'boolean' ? json : misfit()),
  number: (json) => (typeof json === 'number' ? json : misfit()),
  integer: wholeNumber,
  string: (json, format) => (typeof json === 'string' ? (formats[format]?.(json) ?? json) : misfit()),
};

const formats: Readonly<Record<string, (text: string) => Value>> = {
  duration: (text) => ({ type: 'duration', nanos: parseDuration(text) ?? misfit() }),
  date: (text) => timestampOf(parseTimestamp(`${text}T00:00:00Z`) ?? misfit()),
  'date-time': (text) => timestampOf(parseTimestamp(text) ?? parseTimestamp(`${text}Z`) ?? misfit()),
  byte: (text) => (/^[A-Za-z0-9_-]*={0,2}$/.test(text) && text.length % 4 === 0 ? bytesOf(text) : misfit()),
};

/** The URL's alphabet of base64: what has a `+` or a `/` is no such value to the API server. */
function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (one) => one.charCodeAt(0));
}

/**
 * Of an object, expressions see the properties that they can name and that are not null; of a map, every value. A property
 * whose name is a reserved word has that name, too: behind a dot it is understood.
 */
function objectUnder(json: JsonObject, { properties, additional }: Structure): Value {
  const entries = new Map<Key, Value>();
  for (const [key, field] of Object.entries(json)) {
    if (field === undefined || (properties !== undefined && field === null)) continue;
    const structure = properties === undefined ? additional : properties.get(key);
    const name = properties === undefined ? key : escapedName(key);
    const value = structure === undefined || name === undefined ? undefined : valueUnder(field, structure);
    if (value === undefined || name === undefined) continue;
    entries.set(name, value);
    if (properties !== undefined && isReserved(key)) entries.set(key, value);
  }
  return { type: 'map', entries };
}

function listUnder(json: readonly Json[], { items, by }: Structure): Value | undefined {
  if (items === undefined) return undefined;
  const values = json.map((item) => valueUnder(item, items));
  if (!values.every((value) => value !== undefined)) return undefined;
  return { type: 'list', items: values, ...(by === undefined ? {} : { by }) };
}
