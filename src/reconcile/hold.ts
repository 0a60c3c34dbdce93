import { isObject, type Json, type JsonObject, parseJson } from '../model/json.ts';
import type { LiveObject } from '../model/manifest.ts';
import type { Hold } from '../model/plan.ts';
import { isDay } from '../model/time.ts';
import { firstLine } from './health/rule.ts';

/** The annotation on a live object by which a person keeps it as it is: JSON with `owner`, `reason` and `until`. */
export const holdAnnotation = 'lockstep.dev/hold';

/** The most characters of an owner and of a reason: both stand in the status. */
const longestText = 200;

/** The days that a hold may reach ahead: an edit that is to last longer belongs into the source. */
const longestDays = 7;
const longest = longestDays * 24 * 3_600_000;

const time = 'a time as `until`, such as `2026-05-01T18:00:00Z`';

/** The hold that stands on `object` at `now`, or why what stands there is none. */
export function holdIn(object: LiveObject, now: Date): Hold | { readonly problem: string } | undefined {
  const text = object.metadata.annotations?.[holdAnnotation];
  if (text === undefined) return undefined;
  const read = readHold(parseJson(text), now);
  return 'problem' in read ? { problem: `the annotation \`${holdAnnotation}\` ${read.problem}` } : read;
}

/** The hold that `value` says, or what is wrong with it at `now`: the end of a sentence that begins with where it stands. */
export function readHold(value: Json | undefined, now: Date): Hold | { readonly problem: string } {
  if (!isObject(value)) return { problem: 'is no JSON object with `owner`, `reason` and `until`' };
  const wrong = textProblem(value, 'owner') ?? textProblem(value, 'reason');
  if (wrong !== undefined) return { problem: wrong };
  const { owner, reason, until } = value;
  if (typeof until !== 'string') return { problem: `needs ${time}` };
  if (timeOf(until) === undefined) return { problem: `has "${firstLine(until)}" where it needs ${time}` };
  const hold: Hold = { owner: String(owner).trim(), reason: String(reason).trim(), until };
  return isTooLong(hold, now) ? { problem: `lasts until ${until}, which is more than ${longestDays} days ahead` } : hold;
}

/** Whether `hold` counts at `now`: its time is not over, and no more than a week ahead. */
export function isHeld(hold: Hold, now: Date): boolean {
  const until = timeOf(hold.until);
  return until !== undefined && now.getTime() < until && !isTooLong(hold, now);
}

/** Why an object is left as it is, for people: who holds it, until when, and why. */
export function heldBecause({ owner, reason, until }: Hold): string {
  return `held by ${owner} until ${until}: ${reason}`;
}

/** Whether two holds say the same. */
export function sameHold(a: Hold | undefined, b: Hold | undefined): boolean {
  return a?.owner === b?.owner && a?.reason === b?.reason && a?.until === b?.until;
}

function isTooLong({ until }: Hold, now: Date): boolean {
  return (timeOf(until) ?? 0) - now.getTime() > longest;
}

/** Who and why have to be told, in one line. */
function textProblem(value: JsonObject, key: 'owner' | 'reason'): string | undefined {
  const text = value[key];
  if (typeof text !== 'string' || text.trim() === '') return `needs a text as \`${key}\``;
  if ([...text].length > longestText) return `has more than ${longestText} characters as \`${key}\``;
  return /\p{Cc}/u.test(text.trim()) ? `has control characters in its \`${key}\`` : undefined;
}

/** Milliseconds since 1970 of an RFC 3339 time, or undefined for other texts and for days that no calendar has. */
function timeOf(text: string): number | undefined {
  const found = /^(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/i.exec(text);
  const milliseconds = Date.parse(text.toUpperCase());
  if (found === null || Number.isNaN(milliseconds)) return undefined;
  const [, day = ''] = found;
  return isDay(day) ? milliseconds : undefined;
}
