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

/** Operations that put something below what is there. */
const adding: readonly string[] = ['add', 'move', 'copy'];

function misses(operation: Json, document: unknown): readonly MissedPatch[] {
  const op = stringAt(operation, 'op') ?? '';
  const stepsAt = (name: 'path' | 'from'): readonly string[] => stringAt(operation, name)?.split('/').slice(1) ?? [];
  const missed = (steps: readonly string[]): readonly MissedPatch[] => {
    const { found, here } = walked(document, steps);
    if (found === steps.length) return [];
    // What lies below is missing only because this is.
    const [path, key] = [`/${steps.slice(0, found + 1).join('/')}`, keyOfStep(steps[found] ?? '')];
    return [{ op, path, key, known: isObject(here) ? Object.keys(here) : [] }];
  };
  const name = Object.hasOwn(needed, op) ? needed[op] : undefined;
  const found = name === undefined ? [] : missed(stepsAt(name));
  if (found.length > 0 || !adding.includes(op)) return found;
  const [above, last] = [stepsAt('path').slice(0, -1), stepsAt('path').at(-1)];
  const unheld = missed(above);
  if (unheld.length > 0 || last === undefined) return unheld;
  const { here } = walked(document, above);
  return isPlaceIn(here, last) ? [] : [{ op, path: `/${stepsAt('path').join('/')}`, key: keyOfStep(last), known: [] }];
}

/** How many of `steps` lead on from `document`, and what stands there. */
function walked(document: unknown, steps: readonly string[]): { readonly found: number; readonly here: unknown } {
  let here = document;
  for (const [found, step] of steps.entries()) {
    const key = keyOfStep(step);
    const isHolder = isObject(here) || Array.isArray(here);
    if (!isHolder || !Object.hasOwn(here as object, key)) return { found, here };
    here = (here as Readonly<Record<string, unknown>>)[key];
  }
  return { found: steps.length, here };
}

/** Whether something can be put there: an object takes any key, a list the places that it has and the one behind (RFC 6902, section 4.1). */
function isPlaceIn(holder: unknown, step: string): boolean {
  if (!Array.isArray(holder)) return isObject(holder);
  return step === '-' || (/^(?:0|[1-9]\d*)$/.test(step) && Number(step) <= holder.length);
}
