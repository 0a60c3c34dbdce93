import type { LiveObject } from '../model/manifest.ts';
import { appliedEntry, aroundOf, type FieldPath, type FieldSet, fieldsOf, leavesOf, locate, outerOf, without } from './fields.ts';
import { isIgnored } from './ignored.ts';
import { coOwnersOf, isMark, type Judged, writersOf } from './managers.ts';
import { securityFields } from './security.ts';

/** A field that stands in an object and has to go: the keys that lead to it. */
export type Surplus = readonly (string | number)[];

/** What others added to `live` where an environment does not share: everywhere with `strict`, else where it matters for security. */
export function foreignFields(live: LiveObject, { manager, rules }: Judged): readonly Surplus[] {
  if (rules.ownership === 'shared') return [];
  const ours = fieldsOf(appliedEntry(live, manager));
  const added = without(fieldsOf(...writersOf(live, manager)), ours);
  const isStrict = rules.ownership === 'strict' ? isContent : securityFields(live);
  const unwanted = [...added].filter(([, path]) => isStrict(path) && !isIgnored(path, live, rules.ignore) && !isMark(path));
  return surplusOf(live, new Map(unwanted));
}

/** Whether more than one manager holds a field that `manager` applied to `live`: it would survive its removal. */
export function isCoOwned(live: LiveObject, manager: string): boolean {
  const others = coOwnersOf(live, manager);
  if (others.length === 0) return false;
  const held = fieldsOf(...others);
  return [...fieldsOf(appliedEntry(live, manager)).keys()].some((key) => held.has(key));
}

/**
 * Where `unwanted` stands in `live`. An object in which nothing stays goes as a whole, since what is left of it may well be
 * refused: a probe without its port. Nothing goes that is around what stays.
 */
function surplusOf(live: LiveObject, unwanted: FieldSet): readonly Surplus[] {
  if (unwanted.size === 0) return [];
  const entries = live.metadata.managedFields ?? [];
  const staying = new Map(entries.flatMap((entry) => [...without(leavesOf(fieldsOf(entry)), unwanted)]));
  const needed = new Map([...staying, ...aroundOf(staying)]);
  const places = [...unwanted].flatMap(([key, path]) => {
    if (needed.has(key) && isNamed(path)) return [];
    const found = locate(live, wholeOf(path, needed));
    return found === undefined ? [] : [found.keys];
  });
  return inOrder(places);
}

/** The outermost object around the field at `path` that is not `needed`, or the field itself. Lists and maps are not left by it. */
function wholeOf(path: FieldPath, needed: FieldSet): FieldPath {
  let whole = path;
  for (const [key, outer] of outerOf(path)) {
    if (!isStruct(outer) || !isNamed(whole) || needed.has(key)) break;
    whole = outer;
  }
  return whole;
}

/** Whether what stands at `path` has fields of its own, each with a meaning: it stands neither at the top nor in a list. */
function isStruct(path: FieldPath): boolean {
  return path.length > 1 && isNamed(path) && !maps.has(path.at(-1) ?? '');
}

function isNamed(path: FieldPath): boolean {
  return path.at(-1)?.startsWith('f:') ?? false;
}

/** Objects that hold whatever anybody puts there: nobody can tell to whom the rest of them matters. */
const maps: ReadonlySet<string> = new Set(['f:labels', 'f:annotations', 'f:data', 'f:binaryData']);

/** `fields` without those that go with another one, in an order in which they can be removed one by one. */
export function inOrder(fields: readonly Surplus[]): readonly Surplus[] {
  const places = new Map(fields.map((keys) => [keys.join('\u0000'), keys]));
  const outer = [...places.values()].filter((keys) => !keys.some((_, i) => i > 0 && places.has(keys.slice(0, i).join('\u0000'))));
  return outer.sort(lastFirst);
}

/** A later item first: removing it moves no other. */
function lastFirst(a: Surplus, b: Surplus): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const [left = '', right = ''] = [a[i], b[i]];
    if (left === right) continue;
    return typeof left === 'number' && typeof right === 'number' ? right - left : left < right ? 1 : -1;
  }
  return b.length - a.length;
}

/** What an object says, in contrast to what is written on it for others, and to what is told of it. */
function isContent([first, second = '']: FieldPath): boolean {
  if (first === 'f:metadata') return second === 'f:labels' || second === 'f:annotations';
  // Not every kind has its status apart.
  return first !== 'f:status';
}
