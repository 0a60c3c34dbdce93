import { type Json, type JsonObject, listAt, objectAt, stringAt } from '../model/json.ts';

/** Whether a `metav1.LabelSelector` selects what has `given` as its labels. */
export function selects(selector: Json, given: JsonObject): boolean {
  const byLabel = Object.entries(objectAt(selector, 'matchLabels')).every(([key, value]) => given[key] === value);
  return byLabel && listAt(selector, 'matchExpressions').every((expression) => meets(given, expression));
}

function meets(given: JsonObject, expression: Json): boolean {
  const value = given[stringAt(expression, 'key') ?? ''];
  switch (stringAt(expression, 'operator')) {
    case 'In':
      return value !== undefined && listAt(expression, 'values').includes(value);
    case 'NotIn':
      return value === undefined || !listAt(expression, 'values').includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    default:
      return true;
  }
}
