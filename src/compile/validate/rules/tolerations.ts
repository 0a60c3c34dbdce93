import { labelValue, qualifiedName } from '../../../schema/formats.ts';
import { formatted, formattedIfAny, invalid, text } from './checks.ts';
import { textOr } from './ports.ts';
import { all, each, fields, fine, isFilled, isSet, object, type Rule, when } from './rule.ts';

const toleration: Rule = all(
  fields({
    key: formattedIfAny(qualifiedName),
    operator: text((value) =>
      value === 'Lt' || value === 'Gt' ? 'it needs the feature TaintTolerationComparisonOperators, which is off' : undefined,
    ),
  }),
  when(({ operator }) => ['', 'Equal'].includes(textOr(operator, '')), fields({ value: formatted(labelValue) })),
  object((value, path) => {
    const operator = textOr(value['operator'], '');
    return [
      ...(isFilled(value['key']) || operator === 'Exists'
        ? fine
        : [invalid([...path, 'operator'], operator, 'without a `key` it is `Exists`')]),
      ...(isSet(value['tolerationSeconds']) && value['effect'] !== 'NoExecute'
        ? [invalid([...path, 'effect'], value['effect'] ?? '', 'with `tolerationSeconds` it is `NoExecute`')]
        : fine),
      ...(operator === 'Exists' && isFilled(value['value'])
        ? [invalid([...path, 'value'], value['value'] ?? '', '`Exists` takes none')]
        : fine),
    ];
  }),
);

/** Tolerations of taints (core validation, ValidateTolerations). */
export const tolerations: Rule = each(toleration);
