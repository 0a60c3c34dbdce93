import { isObject, type Json, type JsonObject, type Path, pointer, sameJson } from '../../model/json.ts';
import type { ListKey, Node } from '../../schema/node.ts';
import { quotedList } from '../wording.ts';

/** An object with a part of it merged in, and what of the part does not fit. */
export interface Merged<T extends Json = Json> {
  readonly value: T;
  readonly problems: readonly MergeProblem[];
}

/** What is wrong with a part that is merged, at a place in the object. */
export interface MergeProblem {
  readonly code: 'patch-unmatched' | 'patch-invalid';
  readonly message: string;
  readonly path: Path;
}

/**
 * Merges `part` into `value` as server-side apply merges what one manager says (KEP-555): objects field by field, lists by the keys
 * that the schema has for their items, sets by their values; all else is replaced. Null removes, and then something must be there.
 */
export function merged(value: Json | undefined, part: Json, node: Node | undefined, path: Path = []): Merged {
  if (isObject(part)) return mergedObject(isObject(value) ? value : {}, part, node, path);
  const keys = node?.keys;
  if (!Array.isArray(part) || !Array.isArray(value) || keys === undefined) return { value: part, problems: [] };
  const items: readonly Json[] = value;
  if (keys.length > 0) return mergedList(items, part, { keys, node: node?.rest?.(), path });
  return { value: [...items, ...part.filter((item: Json) => !items.some((other) => sameJson(other, item)))], problems: [] };
}

function mergedObject(value: JsonObject, part: JsonObject, node: Node | undefined, path: Path): Merged {
  const result: Record<string, Json> = {};
  const problems: MergeProblem[] = [];
  for (const [key, inner] of Object.entries(value)) if (inner !== undefined && part[key] !== null) result[key] = inner;
  for (const [key, inner] of Object.entries(part)) {
    const here = [...path, key];
    if (inner === null && !Object.hasOwn(value, key)) {
      problems.push({ code: 'patch-unmatched', message: `\`${pointer(here)}\` is to be removed, and is not there`, path: here });
    } else if (inner !== null && inner !== undefined) {
      const below = merged(Object.hasOwn(value, key) ? value[key] : undefined, inner, node?.field(key) ?? node?.rest?.(), here);
      result[key] = below.value;
      problems.push(...below.problems);
    }
  }
  return { value: result, problems };
}

interface ListPlace {
  readonly keys: readonly ListKey[];
  readonly node: Node | undefined;
  readonly path: Path;
}

/** Items of the same keys are merged where they stand; others are added at the end. */
function mergedList(items: readonly Json[], parts: readonly Json[], { keys, node, path }: ListPlace): Merged {
  const result = [...items];
  const problems: MergeProblem[] = [];
  for (const part of parts) {
    const wanted = identity(part, keys);
    if (wanted === undefined) {
      const names = quotedList(keys.filter((key) => defaultOf(key) === undefined).map(({ name }) => name));
      problems.push({
        code: 'patch-invalid',
        message: `an item of \`${pointer(path)}\` lacks ${names}, by which items are told apart`,
        path,
      });
      continue;
    }
    const index = result.findIndex((item) => sameJson(identity(item, keys) ?? null, wanted));
    const at = index < 0 ? result.length : index;
    const below = merged(index < 0 ? undefined : result[index], part, node, [...path, at]);
    result[at] = below.value;
    problems.push(...below.problems);
  }
  return { value: result, problems };
}

/** What tells an item apart; undefined where it lacks a part of it. */
function identity(item: Json, keys: readonly ListKey[]): readonly Json[] | undefined {
  if (!isObject(item)) return undefined;
  const values = keys.map((key) => item[key.name] ?? defaultOf(key));
  return values.every((value) => value !== undefined) ? (values as readonly Json[]) : undefined;
}

/** Schemas made of Go types call '' the default of what has none. */
function defaultOf({ default: otherwise }: ListKey): Json | undefined {
  return otherwise === '' ? undefined : otherwise;
}
