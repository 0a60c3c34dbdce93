import { type JsonObject, listAt, objectAt, stringAt } from '../../../../model/json.ts';
import { dnsLabel, qualifiedName } from '../../../../schema/formats.ts';
import { atLeast, between, filled, forbidden, formatted, invalid, named } from '../checks.ts';
import { nodeSelector, preferredNodes } from '../nodeselector.ts';
import { all, each, fields, fine, isFilled, isSet, object, type Rule } from '../rule.ts';
import { labelSelector } from '../selectors.ts';

/** Keys of labels that are compared with those of the pod itself (core validation, ValidateMatchLabelKeysAndMismatchLabelKeys). */
const labelKeys: Rule = all(
  fields({ matchLabelKeys: each(formatted(qualifiedName)), mismatchLabelKeys: each(formatted(qualifiedName)) }),
  object((term, path) => {
    const lists = ['matchLabelKeys', 'mismatchLabelKeys'].filter((list) => isFilled(term[list]));
    if (!isSet(term['labelSelector'])) return lists.map((list) => forbidden([...path, list], 'there is no `labelSelector` beside it'));
    const twice = keysTwice(objectAt(term, 'labelSelector'));
    return listAt(term, 'matchLabelKeys').flatMap((key, i) => {
      const at = [...path, 'matchLabelKeys', i];
      if (listAt(term, 'mismatchLabelKeys').includes(key)) return [invalid(at, key, '`mismatchLabelKeys` has it, too')];
      return typeof key === 'string' && twice.includes(key) ? [invalid(at, key, 'the `labelSelector` asks for it already')] : fine;
    });
  }),
);

/** Keys that the expressions of a selector ask for, and something before them in the selector, too. */
function keysTwice(selector: JsonObject): readonly string[] {
  const seen = new Set(Object.keys(objectAt(selector, 'matchLabels')));
  return listAt(selector, 'matchExpressions').flatMap((expression) => {
    const key = stringAt(expression, 'key') ?? '';
    const isSecond = seen.has(key);
    seen.add(key);
    return isSecond ? [key] : [];
  });
}

const podTerm: Rule = all(
  fields({
    labelSelector,
    namespaceSelector: labelSelector,
    namespaces: each(formatted(dnsLabel)),
    topologyKey: named(qualifiedName),
  }),
  labelKeys,
);

const weight: Rule = between(1, 100);

const podTerms: Rule = fields({
  requiredDuringSchedulingIgnoredDuringExecution: each(podTerm),
  preferredDuringSchedulingIgnoredDuringExecution: each(fields({ weight, podAffinityTerm: podTerm })),
});

/** Where a pod wants to be, and beside what (core validation, validateAffinity). */
export const affinity: Rule = fields({
  nodeAffinity: fields({
    requiredDuringSchedulingIgnoredDuringExecution: nodeSelector,
    preferredDuringSchedulingIgnoredDuringExecution: each(fields({ weight, preference: preferredNodes })),
  }),
  podAffinity: podTerms,
  podAntiAffinity: podTerms,
});

/** How pods are spread (core validation, validateTopologySpreadConstraints). */
export const spread: Rule = each(
  all(
    fields({ maxSkew: atLeast(1), minDomains: atLeast(1), topologyKey: filled, labelSelector }),
    labelKeys,
    object((constraint, path) => {
      const { minDomains, whenUnsatisfiable } = constraint;
      const isLoose = isSet(minDomains) && typeof whenUnsatisfiable === 'string' && whenUnsatisfiable !== 'DoNotSchedule';
      return isLoose ? [forbidden([...path, 'minDomains'], '`whenUnsatisfiable` is not `DoNotSchedule`')] : fine;
    }),
  ),
);
