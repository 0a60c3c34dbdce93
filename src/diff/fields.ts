import { isObject, type Json, type JsonObject, type Path, sameJson } from '../model/json.ts';
import { compareText } from '../model/ref.ts';
import type { Node } from '../schema/node.ts';
import { type Pairing, pairItems } from './lists.ts';

/** A step to a field, for people: the key of an object, the place in a list, or what tells an item of a list apart. */
export type Step = string | number | { readonly by: readonly string[] };

/**
 * One difference of two objects, so exact that carrying out all of them, in their order, makes the one into the other. `path` is where it
 * is carried out: by then, all that stands before it in the order is done. `was` is where the value stood in the object before.
 */
export type FieldChange =
  | { readonly op: 'add'; readonly path: Path; readonly steps: readonly Step[]; readonly after: Json }
  | { readonly op: 'remove'; readonly path: Path; readonly was: Path; readonly steps: readonly Step[]; readonly before: Json }
  | {
      readonly op: 'replace';
      readonly path: Path;
      readonly was: Path;
      readonly steps: readonly Step[];
      readonly before: Json;
      readonly after: Json;
    }
  /** Items of a list that stay, in another order: at each place the item that stood at that one of those that stay. */
  | { readonly op: 'order'; readonly path: Path; readonly was: Path; readonly steps: readonly Step[]; readonly order: readonly number[] };

/** What differs in `after`; `node` is the schema of both, by which items of lists are told apart. */
export function compareFields(before: JsonObject, after: JsonObject, node: Node | undefined): readonly FieldChange[] {
  const changes: FieldChange[] = [];
  compareObjects(before, after, { was: [], path: [], steps: [], node, changes });
  return changes;
}

/** Where two values stand, and what was found so far. */
interface Here {
  readonly was: Path;
  readonly path: Path;
  readonly steps: readonly Step[];
  readonly node: Node | undefined;
  readonly changes: FieldChange[];
}

function compareValues(before: Json, after: Json, here: Here): void {
  if (before === after) return;
  const { was, path, steps, changes } = here;
  if (isObject(before) && isObject(after)) compareObjects(before, after, here);
  else if (isListOfMore(before) && isListOfMore(after)) compareLists(before, after, here);
  else if (!sameJson(before, after)) changes.push({ op: 'replace', path, was, steps, before, after });
}

/** Lists of scalars are one value: in what is written there, order may mean anything, and no schema tells their items apart. */
function isListOfMore(value: Json): value is readonly Json[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'object' && item !== null);
}

function compareObjects(before: JsonObject, after: JsonObject, here: Here): void {
  if (before === after) return;
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort(compareText);
  for (const key of keys) {
    const was = Object.hasOwn(before, key) ? before[key] : undefined;
    const now = Object.hasOwn(after, key) ? after[key] : undefined;
    const below: Here = {
      was: [...here.was, key],
      path: [...here.path, key],
      steps: [...here.steps, key],
      node: here.node?.field(key) ?? here.node?.rest?.(),
      changes: here.changes,
    };
    const { path, steps } = below;
    if (was === undefined && now !== undefined) here.changes.push({ op: 'add', path, steps, after: now });
    else if (was !== undefined && now === undefined) here.changes.push({ op: 'remove', path, was: below.was, steps, before: was });
    else if (was !== undefined && now !== undefined) compareValues(was, now, below);
  }
}

function compareLists(before: readonly Json[], after: readonly Json[], { was, path, steps, node, changes }: Here): void {
  const pairing = pairItems(before, after, node);
  const stepOf = (item: Json, i: number): Step => pairing.nameOf(item) ?? i;
  for (const i of unpaired(before, pairing.pairs, 0).toReversed()) {
    const item = before[i] as Json;
    changes.push({ op: 'remove', path: [...path, i], was: [...was, i], steps: [...steps, stepOf(item, i)], before: item });
  }
  const order = orderOf(pairing.pairs);
  if (order.some((from, i) => from !== i)) changes.push({ op: 'order', path, was, steps, order });
  for (const i of unpaired(after, pairing.pairs, 1)) {
    const item = after[i] as Json;
    changes.push({ op: 'add', path: [...path, i], steps: [...steps, stepOf(item, i)], after: item });
  }
  for (const [i, j] of pairing.pairs.toSorted((a, b) => a[1] - b[1])) {
    const item = after[j] as Json;
    const below = { was: [...was, i], path: [...path, j], steps: [...steps, stepOf(item, j)], node: node?.rest?.(), changes };
    compareValues(before[i] as Json, item, below);
  }
}

function unpaired(items: readonly Json[], pairs: Pairing['pairs'], side: 0 | 1): readonly number[] {
  const paired = new Set(pairs.map((pair) => pair[side]));
  return items.flatMap((_, i) => (paired.has(i) ? [] : [i]));
}

/** Of the items that stay, as they come in the list after: at which place each stood among them before. */
function orderOf(pairs: Pairing['pairs']): readonly number[] {
  const rank = new Map(pairs.toSorted((a, b) => a[0] - b[0]).map(([i], place) => [i, place]));
  return pairs.toSorted((a, b) => a[1] - b[1]).map(([i]) => rank.get(i) ?? 0);
}
