import { isObject, stringAt } from '../../../model/json.ts';
import { labelValue, qualifiedName } from '../../../schema/formats.ts';
import { filled, formatted, formattedIfAny, invalid, keyed, missing, required, without } from './checks.ts';
import { all, each, eachValue, fields, fine, isFilled, object, type Rule } from './rule.ts';

/** Labels: their keys and their values (metav1 validation, ValidateLabels). */
export const labels: Rule = all(keyed(qualifiedName), eachValue(formatted(labelValue)));

const operators = ['In', 'NotIn', 'Exists', 'DoesNotExist'];

const requirement: Rule = all(
  required('key', 'operator'),
  fields({ key: formattedIfAny(qualifiedName), values: each(formatted(labelValue)) }),
  object((value, path) => {
    const operator = stringAt(value, 'operator');
    if (operator === undefined || operator === '') return fine;
    if (!operators.includes(operator)) return [invalid([...path, 'operator'], operator, `it is one of \`${operators.join('`, `')}\``)];
    if (operator.endsWith('In'))
      return isFilled(value['values']) ? fine : [missing([...path, 'values'], `\`${operator}\` needs at least one`)];
    return isFilled(value['values']) ? without(['values'], `\`${operator}\` takes none`)(value, path) : fine;
  }),
);

/** A `metav1.LabelSelector` (metav1 validation, ValidateLabelSelector). One without anything in it selects everything. */
export const labelSelector: Rule = fields({ matchLabels: labels, matchExpressions: each(requirement) });

/** A `metav1.LabelSelector` that has to select by something. */
export const filledSelector: Rule = all(labelSelector, (value, path) => {
  const isEmpty = isObject(value) && !isFilled(value['matchLabels']) && !isFilled(value['matchExpressions']);
  return isEmpty ? filled({}, path) : fine;
});
