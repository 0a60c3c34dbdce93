import { isObject, parseJson, stringAt } from '../model/json.ts';
import type { LiveObject } from '../model/manifest.ts';
import type { Hold, Suspended } from '../model/plan.ts';
import { formatSlice } from '../model/slice.ts';
import { isHeld, readHold } from './hold.ts';

/** The key of a ConfigMap under which suspensions stand: JSON with `owner`, `reason` and `until` for each slice. */
const dataKey = 'slices';

/** Which slices are suspended, and what is wrong with those that somebody wants to suspend in a way that does not count. */
export interface Suspensions {
  readonly suspended: Suspended;
  readonly problems: readonly string[];
}

/** The suspensions that `object` says, as far as they count at `now`. Nothing is suspended where there is no such object. */
export function suspensionsIn(object: LiveObject | undefined, now: Date): Suspensions {
  const text = object && stringAt(object, 'data', dataKey);
  if (text === undefined) return { suspended: new Map(), problems: [] };
  const all = parseJson(text);
  if (!isObject(all)) return { suspended: new Map(), problems: [`nothing is suspended: \`${dataKey}\` is no JSON object`] };
  const suspended = new Map<string, Hold>();
  const problems: string[] = [];
  for (const [slice, value] of Object.entries(all)) {
    const read = readHold(value, now);
    if ('problem' in read) problems.push(`${formatSlice(slice)} is not suspended: what is said of it ${read.problem}`);
    else if (isHeld(read, now)) suspended.set(slice, read);
  }
  return { suspended, problems };
}

/** What stands in the ConfigMap for `suspended`. */
export function suspensionData(suspended: Suspended): { readonly [key: string]: string } {
  return { [dataKey]: JSON.stringify(Object.fromEntries(suspended)) };
}

/** Why something of one of `slices` is left as it is, for people; undefined when none of them is suspended. */
export function suspendedBecause(suspended: Suspended, ...slices: readonly (string | undefined)[]): string | undefined {
  const slice = slices.find((one) => one !== undefined && suspended.has(one));
  const hold = slice === undefined ? undefined : suspended.get(slice);
  return slice === undefined || hold === undefined ? undefined : suspensionInWords({ slice, ...hold });
}

/** Which slice is suspended by whom, until when, and why. */
export function suspensionInWords({ slice, owner, reason, until }: Hold & { readonly slice: string }): string {
  return `${formatSlice(slice)} is suspended by ${owner} until ${until}: ${reason}`;
}
