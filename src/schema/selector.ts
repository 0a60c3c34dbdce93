import { type Json, type JsonObject, listAt, objectAt, stringAt } from '../model/json.ts';

/** Whether a `metav1.LabelSelector` selects what has `given` as its labels. */
export function selects(selector: Json, given: JsonObject): boolean {
  const byLabel = Object.entries(objectAt(selector, 'matchLabels')).every(([key, value]) => given[key] === value);
  return byLabel && listAt(selector, 'matchExpressions').every((expression) => meets(given, expression));
}

function meets(given: JsonObject, expression: Json): boolean {
  const holds = labelOperators.get(stringAt(expression, 'operator') ?? '');
  return holds?.(given[stringAt(expression, 'key') ?? ''], listAt(expression, 'values')) ?? true;
}

/** What each operator of a label selector asks of a label, undefined where there is none (apimachinery, pkg/labels). */
export const labelOperators: ReadonlyMap<string, (found: Json | undefined, values: readonly Json[]) => boolean> = new Map(
  Object.entries({
    In: (found: Json | undefined, values: readonly Json[]) => found !== undefined && values.includes(found),
    NotIn: (found: Json | undefined, values: readonly Json[]) => found === undefined || !values.includes(found),
    Exists: (found: Json | undefined) => found !== undefined,
    DoesNotExist: (found: Json | undefined) => found === undefined,
  }),
);
