import { missing } from './checks.ts';
import { isSet, object, type Rule } from './rule.ts';

/** A rule for the `spec` of an object; where there is none, for an empty one, which it stands for. */
export function specOf(rule: Rule): Rule {
  return object((value, path) => rule(value['spec'] ?? {}, [...path, 'spec']));
}

/** A rule for the `spec` of an object, which has to be there although the schema does not say so. */
export function neededSpec(rule: Rule): Rule {
  return object(({ spec }, path) => (isSet(spec) ? rule(spec, [...path, 'spec']) : [missing([...path, 'spec'])]));
}
