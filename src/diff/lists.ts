import { isObject, type Json } from '../model/json.ts';
import type { ListKey, Node } from '../schema/node.ts';

/** Which items of two lists are the same, by their places, and what they are called. */
export interface Pairing {
  readonly pairs: readonly (readonly [before: number, after: number])[];
  /** What tells an item apart; undefined where its place does. */
  readonly nameOf: (item: Json) => { readonly by: readonly string[] } | undefined;
}

/** Pairs the items of two lists: by the keys of their schema; by `name`, where there is no schema; else by their content and place. */
export function pairItems(before: readonly Json[], after: readonly Json[], node: Node | undefined): Pairing {
  const keys = node === undefined ? byName : (node.keys ?? []);
  const places = keys.length === 0 ? undefined : placesOf(after, keys);
  if (places === undefined || placesOf(before, keys) === undefined) return { pairs: alignedPairs(before, after), nameOf: () => undefined };
  const pairs = before.flatMap((item, i) => {
    const j = places.get(identityOf(item, keys) ?? '');
    return j === undefined ? [] : [[i, j] as const];
  });
  return { pairs, nameOf: (item) => ({ by: keys.map(({ name }) => textOf(isObject(item) ? item[name] : undefined)).filter(isText) }) };
}

const byName: readonly ListKey[] = [{ name: 'name' }];

function isText(text: string): boolean {
  return text !== '';
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value);
}

/** The place of each item by what tells it apart; undefined where an item has no key, or two have the same. */
function placesOf(items: readonly Json[], keys: readonly ListKey[]): ReadonlyMap<string, number> | undefined {
  const places = new Map<string, number>();
  for (const [i, item] of items.entries()) {
    const identity = identityOf(item, keys);
    if (identity === undefined || places.has(identity)) return undefined;
    places.set(identity, i);
  }
  return places;
}

/** What tells an item of a list apart from others, as text; undefined where it lacks a key. */
export function identityOf(item: Json, keys: readonly ListKey[]): string | undefined {
  if (!isObject(item)) return undefined;
  const values = keys.map(({ name, default: otherwise }) => item[name] ?? otherwise);
  return values.some((value) => value === undefined) ? undefined : JSON.stringify(values);
}

/** How many comparisons a list is worth: what is longer between its equal ends is compared place by place. */
const mostComparisons = 250_000;

/** Pairs equal items in their order, as many as there can be, and between them, where as many went as came, one by one. */
function alignedPairs(before: readonly Json[], after: readonly Json[]): Pairing['pairs'] {
  const [a, b] = [before, after].map((items) => items.map((item) => JSON.stringify(item))) as [string[], string[]];
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  const head = Array.from({ length: start }, (_, i) => [i, i] as const);
  const tail = Array.from({ length: end }, (_, i) => [a.length - end + i, b.length - end + i] as const);
  const middle = common(a.slice(start, a.length - end), b.slice(start, b.length - end)).map(([i, j]) => [i + start, j + start] as const);
  const anchors = [...head, ...middle, ...tail, [a.length, b.length] as const];
  const pairs: (readonly [number, number])[] = [];
  let [i, j] = [0, 0];
  for (const [nextI, nextJ] of anchors) {
    if (nextI - i === nextJ - j) while (i < nextI) pairs.push([i++, j++]);
    if (nextI < a.length) pairs.push([nextI, nextJ]);
    [i, j] = [nextI + 1, nextJ + 1];
  }
  return pairs;
}

/** The places of a longest common subsequence. */
function common(a: readonly string[], b: readonly string[]): readonly (readonly [number, number])[] {
  if (a.length * b.length > mostComparisons) return [];
  const lengths = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0));
  const at = (i: number, j: number): number => lengths[i]?.[j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--) {
    const row = lengths[i] as number[];
    for (let j = b.length - 1; j >= 0; j--) row[j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  }
  const found: (readonly [number, number])[] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    if (a[i] === b[j]) found.push([i++, j++]);
    else if (at(i + 1, j) >= at(i, j + 1)) i++;
    else j++;
  }
  return found;
}
