import type { Json, JsonObject } from '../../../model/json.ts';
import { isFilled, isSet } from './rule.ts';

/** What JSON schemas have, and structural schemas do not. */
const unsupported = ['id', '$schema', '$ref', 'additionalItems', 'dependencies'];

/** The same where an empty one counts for none. */
const unsupportedUnlessEmpty = ['patternProperties', 'definitions'];

/** The keywords in `schema` that no structural schema has, wherever it stands (apis/apiextensions/validation, specStandardValidatorV3). */
export function unsupportedIn(schema: JsonObject): readonly string[] {
  return [...unsupported.filter((key) => isSet(schema[key])), ...unsupportedUnlessEmpty.filter((key) => isFilled(schema[key]))];
}

/** Keywords that are no part of a structural schema: they say nothing, whatever they hold. */
const unheard = ['example', 'externalDocs'];

/** Keywords of which Go tells an empty list or object from none. */
const heardEmpty = [
  'properties',
  'required',
  'not',
  'items',
  'additionalProperties',
  'default',
  'x-kubernetes-list-map-keys',
  'x-kubernetes-validations',
];

/** Whether `value` under a keyword makes a structural schema another one. */
export function says(keyword: string, value: Json | undefined): boolean {
  if (unheard.includes(keyword) || value === false) return false;
  return heardEmpty.includes(keyword) ? isSet(value) : isFilled(value);
}
