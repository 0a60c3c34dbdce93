import { isObject, type Json, type JsonObject } from '../../model/json.ts';
import type { Structure } from './structure.ts';

/**
 * `json` with the defaults of its schema (apiextensions-apiserver, schema/defaulting): for a property that is absent, or null
 * where null may not stand. Defaults have defaults inside of them.
 */
export function objectWithDefaults(json: JsonObject, { properties, additional, hasDefaults }: Structure): JsonObject {
  if (!hasDefaults) return json;
  const result: { [key: string]: Json | undefined } = { ...json };
  for (const [name, property] of properties ?? []) {
    const isAbsent = result[name] === undefined || (result[name] === null && !property.isNullable);
    if (isAbsent && property.default !== undefined) result[name] = property.default;
  }
  for (const [name, value] of Object.entries(result)) {
    const structure = properties?.get(name) ?? additional;
    if (value !== undefined && structure !== undefined) result[name] = withDefaults(value, structure);
  }
  return result;
}

function withDefaults(json: Json, structure: Structure): Json {
  if (Array.isArray(json)) {
    const { items } = structure;
    return items === undefined ? json : json.map((item: Json) => withDefaults(item, items));
  }
  return isObject(json) ? objectWithDefaults(json, structure) : json;
}
