import { object, type Rule } from './rule.ts';

/** A rule for the `spec` of an object; where there is none, for an empty one, which it stands for. */
export function specOf(rule: Rule): Rule {
  return object((value, path) => rule(value['spec'] ?? {}, [...path, 'spec']));
}
