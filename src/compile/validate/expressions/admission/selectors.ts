import { type Json, listAt, objectAt, stringAt } from '../../../../model/json.ts';
import { labelOperators } from '../../../../schema/selector.ts';

/** Labels, as far as they are known. */
export interface Labels {
  readonly known: Readonly<Record<string, string>>;
  /** Whether there are no others. */
  readonly isComplete: boolean;
}

/** Whether `selector` (a LabelSelector) takes something with `labels`; undefined when that depends on labels that are not known. */
export function selects(selector: Json | undefined, labels: Labels): boolean | undefined {
  const equal = Object.entries(objectAt(selector, 'matchLabels')).map(([key, value]) => judged(key, labels, (found) => found === value));
  const expressions = listAt(selector, 'matchExpressions').map((expression) => {
    const holds = labelOperators.get(stringAt(expression, 'operator') ?? '');
    return holds && judged(stringAt(expression, 'key') ?? '', labels, (found) => holds(found, listAt(expression, 'values')));
  });
  const all = [...equal, ...expressions];
  return all.includes(false) ? false : all.includes(undefined) ? undefined : true;
}

/** Whether `selector` takes everything. */
export function isEmptySelector(selector: Json | undefined): boolean {
  return Object.keys(objectAt(selector, 'matchLabels')).length === 0 && listAt(selector, 'matchExpressions').length === 0;
}

function judged(key: string, { known, isComplete }: Labels, holds: (found: string | undefined) => boolean): boolean | undefined {
  const found = Object.hasOwn(known, key) ? known[key] : undefined;
  return found === undefined && !isComplete ? undefined : holds(found);
}
