import { isObject, type JsonObject, parseJson } from '../model/json.ts';

/** The object on a line that a process of this program wrote; undefined where modules of the project have printed something else beside it. */
export function objectOn(line: string): JsonObject | undefined {
  const read = parseJson(line);
  return isObject(read) ? read : undefined;
}
