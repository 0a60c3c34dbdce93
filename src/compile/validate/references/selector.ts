import { isObject, type Json, listAt, objectAt, stringAt } from '../../../model/json.ts';
import { labelOperators } from '../../../schema/selector.ts';

/** One thing that a selector asks of labels. An absent label fits `NotIn` and `DoesNotExist` (apimachinery, pkg/labels). */
export interface Requirement {
  readonly key: string;
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
  readonly values: readonly string[];
}

/** The requirements of a label selector; undefined when there are none, since it selects everything, or when it is no selector. */
export function requirementsOf(selector: Json | undefined): readonly Requirement[] | undefined {
  const found = [
    ...equalities(objectAt(selector, 'matchLabels')),
    ...listAt(selector, 'matchExpressions').flatMap((expression): readonly Requirement[] => {
      const key = stringAt(expression, 'key');
      const operator = operators.find((one) => one === stringAt(expression, 'operator'));
      const values = listAt(expression, 'values').filter((value) => typeof value === 'string');
      return key === undefined || operator === undefined ? [] : [{ key, operator, values }];
    }),
  ];
  return found.length === 0 ? undefined : found;
}

/** The requirements of a selector that is a map of labels, as a Service has it. */
export function requirementsOfMap(selector: Json | undefined): readonly Requirement[] | undefined {
  const found = isObject(selector) ? equalities(selector) : [];
  return found.length === 0 ? undefined : found;
}

const operators = ['In', 'NotIn', 'Exists', 'DoesNotExist'] as const;

function equalities(labels: Readonly<Record<string, Json | undefined>>): readonly Requirement[] {
  return Object.entries(labels).flatMap(([key, value]): readonly Requirement[] =>
    typeof value === 'string' ? [{ key, operator: 'In', values: [value] }] : [],
  );
}

/** Whether labels meet a requirement. */
export function meets(labels: ReadonlyMap<string, string>, { key, operator, values }: Requirement): boolean {
  return labelOperators.get(operator)?.(labels.get(key), values) === true;
}

/** For people: `app: web` of an equality, `app in (web, api)` of others. */
export function formatRequirements(requirements: readonly Requirement[]): string {
  return requirements.map((one) => `\`${formatRequirement(one)}\``).join(', ');
}

function formatRequirement({ key, operator, values }: Requirement): string {
  switch (operator) {
    case 'In':
      return values.length === 1 ? `${key}: ${values[0] ?? ''}` : `${key} in (${values.join(', ')})`;
    case 'NotIn':
      return `${key} not in (${values.join(', ')})`;
    case 'Exists':
      return key;
    case 'DoesNotExist':
      return `no ${key}`;
  }
}
