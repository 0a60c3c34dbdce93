import type { JsonPatch } from 'cdk8s';
import { isObject, type Json, keyOfStep, stringAt } from '../model/json.ts';

/** A patch (RFC 6902) that names something which is not there: `remove` and its like then do nothing, or something else. */
export interface MissedPatch {
  readonly op: string;
  /** The JSON pointer that leads nowhere, and its last key. */
  readonly path: string;
  readonly key: string;
  /** The keys beside which it was looked for. */
  readonly known: readonly string[];
}

/** An object with its patches applied, and those of them that missed. */
export interface Patched {
  readonly json: unknown;
  readonly missed: readonly MissedPatch[];
}

/**
 * Applies `patches` to `json`, as cdk8s does, one by one. Throws where cdk8s does, without the object in the message: it may hold
 * what is secret.
 */
export function patched(json: unknown, patches: readonly JsonPatch[]): Patched {
  const missed: MissedPatch[] = [];
  const result = patches.reduce<unknown>((document, patch) => {
    const operation = operationOf(patch);
    missed.push(...misses(operation, document));
    try {
      return (patch.constructor as typeof JsonPatch).apply(document, patch);
    } catch {
      throw new Error(refusal(operation));
    }
  }, json);
  return { json: result, missed };
}

function operationOf(patch: JsonPatch): Json {
  return (patch as unknown as { _toJson(): Json })._toJson();
}

function refusal(operation: Json): string {
  const op = stringAt(operation, 'op') ?? '';
  const path = stringAt(operation, needed[op] ?? 'path') ?? '';
  if (op === 'test') return `its patch tests \`${path}\`, and the value there is another one`;
  return `its patch \`${op} ${path}\` leads nowhere`;
}

/** What each operation needs to be there: RFC 6902 makes an error of what is not, and cdk8s does not look. */
const needed: Readonly<Record<string, 'path' | 'from'>> = { remove: 'path', replace: 'path', move: 'from', copy: 'from' };

function misses(operation: Json, document: unknown): readonly MissedPatch[] {
  const op = stringAt(operation, 'op') ?? '';
  const pointer = Object.hasOwn(needed, op) ? stringAt(operation, needed[op] ?? 'path') : undefined;
  const keys = pointer?.split('/').slice(1) ?? [];
  let here = document;
  for (const [i, escaped] of keys.entries()) {
    const key = keyOfStep(escaped);
    const isHolder = isObject(here) || Array.isArray(here);
    if (!isHolder || !Object.hasOwn(here as object, key)) {
      // What lies below is missing only because this is.
      return [{ op, path: `/${keys.slice(0, i + 1).join('/')}`, key, known: isObject(here) ? Object.keys(here) : [] }];
    }
    here = (here as Readonly<Record<string, unknown>>)[key];
  }
  return [];
}
