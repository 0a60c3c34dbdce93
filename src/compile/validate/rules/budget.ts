import { percent } from '../../../schema/formats.ts';
import { atLeast, atMostOne, formatted, text } from './checks.ts';
import { all, fields, type Rule } from './rule.ts';
import { labelSelector } from './selectors.ts';

/** A number of pods, or a share of them of at most all. */
const count: Rule = (value, path) =>
  typeof value === 'number'
    ? atLeast(0)(value, path)
    : all(
        formatted(percent),
        text((share) => (/^[0-9]+%$/.test(share) && Number.parseInt(share, 10) > 100 ? 'it is at most `100%`' : undefined)),
      )(value, path);

/** A PodDisruptionBudget (policy validation, ValidatePodDisruptionBudgetSpec). */
export const disruptionBudget: Rule = fields({
  spec: all(atMostOne('minAvailable', 'maxUnavailable'), fields({ minAvailable: count, maxUnavailable: count, selector: labelSelector })),
});
