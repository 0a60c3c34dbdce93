import { listAt, stringAt } from '../../../model/json.ts';
import { dnsSubdomain, labelValue, qualifiedName } from '../../../schema/formats.ts';
import { filled, formatted, invalid, missing, without } from './checks.ts';
import { all, each, fields, fine, isFilled, object, type Rule } from './rule.ts';

const expression: Rule = all(
  fields({ key: formatted(qualifiedName) }),
  object((value, path) => {
    const operator = stringAt(value, 'operator') ?? '';
    const count = listAt(value, 'values').length;
    if (operator === 'In' || operator === 'NotIn')
      return count > 0 ? fine : [missing([...path, 'values'], `\`${operator}\` needs at least one`)];
    if (operator === 'Gt' || operator === 'Lt')
      return count === 1 ? fine : [invalid([...path, 'values'], listAt(value, 'values') as never, `\`${operator}\` takes just one`)];
    return isFilled(value['values']) ? without(['values'], `\`${operator}\` takes none`)(value, path) : fine;
  }),
);

const field: Rule = object((value, path) => {
  const { key, operator } = value;
  const count = listAt(value, 'values').length;
  return [
    ...(key === 'metadata.name' || typeof key !== 'string'
      ? fine
      : [invalid([...path, 'key'], key, 'the only field of a node is `metadata.name`')]),
    ...(operator === 'In' || operator === 'NotIn' || typeof operator !== 'string'
      ? fine
      : [invalid([...path, 'operator'], operator, 'for a field it is `In` or `NotIn`')]),
    ...(count === 1
      ? each(formatted(dnsSubdomain))(value['values'] ?? [], [...path, 'values'])
      : [missing([...path, 'values'], 'a field has just one')]),
  ];
});

/** Nodes that are only preferred: the values of their labels are not looked at. */
export const preferredNodes: Rule = fields({ matchExpressions: each(expression), matchFields: each(field) });

const validValues: Rule = fields({ matchExpressions: each(fields({ values: each(formatted(labelValue)) })) });

/** A NodeSelector that has to hold (core validation, ValidateNodeSelector). */
export const nodeSelector: Rule = fields({ nodeSelectorTerms: all(filled, each(all(preferredNodes, validValues))) });
