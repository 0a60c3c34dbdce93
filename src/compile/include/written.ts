import type { Json } from '../../model/json.ts';
import type { Problem } from '../../model/problem.ts';
import { foreignProblems } from '../object.ts';

/** A value as YAML would hold it, without what is undefined; or what in it YAML cannot hold. */
export type Written = { readonly ok: true; readonly value: Json } | { readonly ok: false; readonly problems: readonly Problem[] };

/** What somebody's code gave, as it would be written. */
export function written(value: unknown): Written {
  if (isCircular(value))
    return { ok: false, problems: [{ code: 'value-not-json', message: 'a value holds itself, which YAML cannot hold', path: [] }] };
  const problems = foreignProblems(value);
  if (problems.length > 0) return { ok: false, problems };
  const text = JSON.stringify(value);
  return { ok: true, value: text === undefined ? null : (JSON.parse(text) as Json) };
}

function isCircular(value: unknown, above: ReadonlySet<unknown> = new Set()): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (above.has(value)) return true;
  const here = new Set(above).add(value);
  return Object.values(value).some((inner) => isCircular(inner, here));
}
