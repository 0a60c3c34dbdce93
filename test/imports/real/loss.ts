import { isObject, type Json } from '../../../src/model/json.ts';

/** How many values there are in `value` that are no lists and objects. */
export function leavesIn(value: Json | undefined): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, one) => sum + leavesIn(one), 0);
  return isObject(value) ? Object.values(value).reduce<number>((sum, one) => sum + leavesIn(one), 0) : 1;
}

/** The paths of what is in `sent` and not in `came`. */
export function lost(sent: Json | undefined, came: Json | undefined, path = ''): readonly string[] {
  if (Array.isArray(sent)) return sent.flatMap((one, i) => lost(one, Array.isArray(came) ? came[i] : undefined, `${path}/${i}`));
  if (isObject(sent)) {
    if (!isObject(came)) return [path];
    return Object.entries(sent).flatMap(([key, one]) => lost(one, came[key], `${path}/${key}`));
  }
  return sent === came ? [] : [path];
}
