import { pointer } from '../model/json.ts';
import type { LiveObject } from '../model/manifest.ts';
import { formatRef, type ObjectRef } from '../model/ref.ts';
import { appliedEntry, fieldsOf, leavesOf, locate, without } from './fields.ts';
import { ignoredManager } from './managers.ts';

/** What an object had to be repaired from. */
export interface Repair {
  /** JSON pointers of what was put right; none where nobody looked, or where no field tells. */
  readonly fields: readonly string[];
  /** Who had changed it, where that shows. */
  readonly rival: string | undefined;
  /** Whether it had been deleted. */
  readonly isMissing: boolean;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** An object that is repaired again and again. */
export interface Contest extends Omit<Repair, 'fields'> {
  /** How many repairs came one soon after the other. */
  readonly repairs: number;
  /** What was put right at any of them. */
  readonly seen: readonly string[];
  /** What was put right more than once. */
  readonly fields: readonly string[];
}

/** This many repairs of one object, one soon after the other, are a fight. */
const enough = 5;

/** From this many on the object is read before it is repaired, so that it is known which fields are fought over. */
const suspicious = 3;

/** A repair that comes later than this after the one before, and after the pause, has nothing to do with it. Milliseconds. */
const memory = 60_000;

/** The first pause, which doubles with each repair, and the longest. Milliseconds. */
const pauses = { first: 5_000, longest: 300_000 } as const;

/** The most fields that are remembered of one object, and that a message names. */
const most = { remembered: 20, named: 5 } as const;

/** The contest over an object after one more repair. Somebody who changes another field each time does not fight. */
export function withRepair(before: Contest | undefined, { fields, rival, isMissing, at }: Repair): Contest {
  const remembered = fields.slice(0, most.remembered);
  if (before === undefined || isOver(before, at)) return { repairs: 1, seen: remembered, fields: [], rival, isMissing, at };
  const again = remembered.filter((field) => before.seen.includes(field));
  const isOther = fields.length > 0 && before.seen.length > 0 && again.length === 0;
  return {
    repairs: isOther ? before.repairs : before.repairs + 1,
    seen: united(before.seen, remembered),
    fields: united(before.fields, again),
    rival: rival ?? before.rival,
    isMissing,
    at,
  };
}

/** How long nobody repairs the object after the last repair, in milliseconds: a single one is never waited for. */
export function pauseIn({ repairs }: Contest): number {
  return repairs < enough ? 0 : Math.min(pauses.longest, pauses.first * 2 ** Math.min(repairs - enough, 10));
}

/** Whether somebody fights over the object. */
export function isContended(contest: Contest, now: number): boolean {
  return contest.repairs >= enough && !isOver(contest, now);
}

/** Whether it has to be found out which fields are changed. */
export function isSuspicious({ repairs }: Contest): boolean {
  return repairs >= suspicious;
}

/** When nothing more is to be expected, in milliseconds since 1970. */
export function endOf(contest: Contest): number {
  return contest.at + pauseIn(contest) + memory;
}

/** Whether the other one has given up, or never was one. */
export function isOver(contest: Contest, now: number): boolean {
  return now > endOf(contest);
}

/** Who fights over an object, about what, and what mends it: the end of a sentence that the object begins. */
export function contestInWords({ fields, rival, isMissing }: Contest): string {
  const who = rival === undefined ? 'by somebody who leaves no name' : `by \`${rival}\``;
  if (isMissing) return `is deleted again and again ${who}: stop the other one, or drop it from the branch`;
  const names = fields.slice(0, most.named).map((field) => `\`${field}\``);
  const rest = fields.length - names.length;
  const what = names.length === 0 ? 'is changed' : `${names.join(', ')}${rest > 0 ? ` and ${rest} more` : ''} is set`;
  return `${what} again and again ${who}: declare it in \`ignore\`, or stop the other one`;
}

/** What stands in the status of a contest over `ref`. */
export function contestOver(ref: ObjectRef, contest: Contest): string {
  return `\`${formatRef(ref)}\`${contest.fields.length === 0 || contest.isMissing ? ' ' : ': '}${contestInWords(contest)}`;
}

/** The fields that `manager` did not hold in an object `before` a repair and holds `after` it, with who held them last instead. */
export function retaken(before: LiveObject, after: LiveObject, manager: string): Pick<Repair, 'fields' | 'rival'> {
  const taken = leavesOf(without(fieldsOf(appliedEntry(after, manager)), fieldsOf(appliedEntry(before, manager))));
  const pointers = [...taken.values()].flatMap((path) => {
    const found = locate(after, path);
    return found === undefined ? [] : [pointer(found.keys)];
  });
  const holders = rivalsIn(before, manager).filter((entry) => {
    const held = fieldsOf(entry);
    return [...taken.keys()].some((key) => held.has(key));
  });
  const [last] = holders.toSorted((a, b) => Date.parse(b.time ?? '') - Date.parse(a.time ?? ''));
  return { fields: [...new Set(pointers)].sort(), rival: last?.manager };
}

function rivalsIn(live: LiveObject, manager: string) {
  return (live.metadata.managedFields ?? []).filter(
    (entry) => entry.manager !== ignoredManager(manager) && !(entry.manager === manager && entry.operation === 'Apply'),
  );
}

function united(a: readonly string[], b: readonly string[]): readonly string[] {
  return [...new Set([...a, ...b])].sort().slice(0, most.remembered);
}
