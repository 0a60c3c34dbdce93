import { isObject, type JsonObject } from '../../model/json.ts';

/** The object that a text of somebody else is in JSON; undefined when it is none. Nothing of the text is told: it may hold a secret. */
export function objectIn(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
