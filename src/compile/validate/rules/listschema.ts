import { type JsonObject, listAt, objectAt, type Path, stringAt } from '../../../model/json.ts';
import type { Problem } from '../../../model/problem.ts';
import { forbidden, invalid, missing } from './checks.ts';
import { fine, isSet } from './rule.ts';

const listType = 'x-kubernetes-list-type';
const mapType = 'x-kubernetes-map-type';
const keysOf = 'x-kubernetes-list-map-keys';

/** What a schema says of how lists and maps are merged (apis/apiextensions/validation, validateMapListKeysMapSet and around it). */
export function lists(schema: JsonObject, path: Path): readonly Problem[] {
  return [
    ...kindOf(schema, path, mapType),
    ...kindOf(schema, path, listType),
    ...set(schema, path),
    ...map(schema, path),
    ...strayKeys(schema, path),
  ];
}

/** Which values each has, and which type it goes with. */
const kinds: Readonly<Record<string, { readonly type: string; readonly values: readonly string[] }>> = {
  [mapType]: { type: 'object', values: ['atomic', 'granular'] },
  [listType]: { type: 'array', values: ['atomic', 'set', 'map'] },
};

function kindOf(schema: JsonObject, path: Path, key: string): readonly Problem[] {
  const given = stringAt(schema, key);
  const known = kinds[key];
  if (given === undefined || known === undefined) return fine;
  return [
    ...(known.values.includes(given) ? fine : [invalid([...path, key], given, `it is one of \`${known.values.join('`, `')}\``)]),
    ...(schema['type'] === known.type
      ? fine
      : [invalid([...path, 'type'], schema['type'] ?? '', `with \`${key}\` it is \`${known.type}\``)]),
  ];
}

/** The entries of a set are compared as wholes. */
function set(schema: JsonObject, path: Path): readonly Problem[] {
  if (schema[listType] !== 'set') return fine;
  const items = objectAt(schema, 'items');
  const isWhole =
    items['type'] === 'array'
      ? [undefined, null, 'atomic'].includes(items[listType] as string)
      : items['type'] !== 'object' || items[mapType] === 'atomic';
  const here = [...path, 'items', items['type'] === 'array' ? listType : mapType];
  return [...(isWhole ? fine : [missing(here, 'an entry of a set is `atomic`')]), ...notNullable(items, [...path, 'items'])];
}

function notNullable(schema: JsonObject, path: Path): readonly Problem[] {
  return schema['nullable'] === true ? [forbidden([...path, 'nullable'], 'what entries are compared by is never `null`')] : fine;
}

/** The entries of a map are objects, with scalars as keys that are always there. */
function map(schema: JsonObject, path: Path): readonly Problem[] {
  if (schema[listType] !== 'map') return fine;
  const items = objectAt(schema, 'items');
  const keys = listAt(schema, keysOf).flatMap((key) => (key === null ? [''] : typeof key === 'string' ? [key] : []));
  const here = [...path, 'items'];
  return [
    ...(keys.length > 0 ? fine : [missing([...path, keysOf], `\`${listType}\` is \`map\``)]),
    ...(items['type'] === 'object'
      ? keys.flatMap((key) => keyProblems(items, key, path))
      : [invalid([...here, 'type'], items['type'] ?? '', 'an entry of a map is an `object`')]),
    ...(new Set(keys).size < keys.length ? [invalid([...path, keysOf], keys, 'each key is there once')] : fine),
    ...notNullable(items, here),
  ];
}

function keyProblems(items: JsonObject, key: string, path: Path): readonly Problem[] {
  const property = objectAt(items, 'properties')[key];
  const here = [...path, 'items', 'properties', key];
  if (!isSet(property)) return [invalid([...path, keysOf], key, 'it is a property of the entries')];
  const type = stringAt(property, 'type');
  const isAlways = listAt(items, 'required').includes(key) || isSet(objectAt(property)['default']);
  return [
    ...(type === 'array' || type === 'object' ? [invalid([...here, 'type'], type, 'a key is a scalar')] : fine),
    ...(isAlways ? fine : [missing([...here, 'default'], 'a key of entries is `required`, or has a default')]),
    ...notNullable(objectAt(property), here),
  ];
}

function strayKeys(schema: JsonObject, path: Path): readonly Problem[] {
  if (listAt(schema, keysOf).length === 0 || schema[listType] === 'map') return fine;
  return [forbidden([...path, keysOf], `\`${listType}\` is not \`map\``)];
}
