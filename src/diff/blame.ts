import { isObject, type Json, type Path, sameJson } from '../model/json.ts';
import type { Node } from '../schema/node.ts';
import { pairItems } from './lists.ts';

/** Who made a value what it is, and who each value in it, by its key or its place. */
export interface Blame {
  /** The version in which it came to be: of an object or a list, in which it came to be at all. */
  readonly by: string;
  readonly inner: ReadonlyMap<string, Blame>;
}

/** All of `value` is of one version. */
export function blameAll(value: Json, by: string): Blame {
  const inner = Array.isArray(value) ? value.map((item, i) => [String(i), item] as const) : isObject(value) ? Object.entries(value) : [];
  return { by, inner: new Map(inner.map(([key, one]) => [key, blameAll(one ?? null, by)])) };
}

/** A value in the version before, with its blame, and in the next one. */
export interface Succession {
  readonly before: Json;
  readonly after: Json;
  readonly blame: Blame;
  /** The version that `after` is of. */
  readonly by: string;
  /** The schema of both, by which items of lists are told apart. */
  readonly node: Node | undefined;
}

/** The blame of what comes after: what is as it was stays with whoever made it, wherever in its list it stands by now. */
export function succeed({ before, after, blame, by, node }: Succession): Blame {
  if (before === after) return blame;
  const below = (key: string | number, old: string | number, [was, is]: readonly [Json, Json], inner: Node | undefined): Entry => [
    String(key),
    succeed({ before: was, after: is, blame: blame.inner.get(String(old)) ?? blameAll(was, blame.by), by, node: inner }),
  ];
  if (isObject(before) && isObject(after)) {
    const entries = Object.entries(after).map(([key, is = null]): Entry => {
      const was = Object.hasOwn(before, key) ? before[key] : undefined;
      return was === undefined ? [key, blameAll(is, by)] : below(key, key, [was, is], node?.field(key) ?? node?.rest?.());
    });
    return { by: blame.by, inner: new Map(entries) };
  }
  if (Array.isArray(before) && Array.isArray(after)) {
    const places = placesBefore(before, after, node);
    const entries = after.map((is: Json, i): Entry => {
      const old = places.get(i);
      return old === undefined ? [String(i), blameAll(is, by)] : below(i, old, [before[old] ?? null, is], node?.rest?.());
    });
    return { by: blame.by, inner: new Map(entries) };
  }
  return sameJson(before, after) ? blame : blameAll(after, by);
}

type Entry = readonly [key: string, blame: Blame];

/** Where each item of `after` stood, by its place. What no key tells apart is the same when it is equal, in whatever order. */
function placesBefore(before: readonly Json[], after: readonly Json[], node: Node | undefined): ReadonlyMap<number, number> {
  const { pairs, nameOf } = pairItems(before, after, node);
  const isNamed = after.some((item) => nameOf(item) !== undefined);
  if (isNamed) return new Map(pairs.map(([i, j]) => [j, i]));
  const places = new Map(pairs.flatMap(([i, j]) => (sameJson(before[i], after[j]) ? [[j, i] as const] : [])));
  const taken = new Set(places.values());
  const free = new Map<string, number[]>();
  for (const [i, item] of before.entries()) {
    if (!taken.has(i)) free.set(JSON.stringify(item), [...(free.get(JSON.stringify(item)) ?? []), i]);
  }
  for (const [j, item] of after.entries()) {
    const moved = places.has(j) ? undefined : free.get(JSON.stringify(item))?.shift();
    if (moved === undefined) continue;
    places.set(j, moved);
    taken.add(moved);
  }
  for (const [i, j] of pairs) if (!places.has(j) && !taken.has(i)) places.set(j, i);
  return places;
}

/** The blame of the value at `path`, or of the innermost value on the way to it that has one. */
export function blameAt(blame: Blame, path: Path): Blame {
  let here = blame;
  for (const key of path) {
    const next = here.inner.get(String(key));
    if (next === undefined) return here;
    here = next;
  }
  return here;
}

/** The versions that anything of a value is of. */
export function versionsIn({ by, inner }: Blame): ReadonlySet<string> {
  return new Set([by, ...[...inner.values()].flatMap((one) => [...versionsIn(one)])]);
}
