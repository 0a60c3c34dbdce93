import { objectAt } from '../../../model/json.ts';
import { dnsLabel } from '../../../schema/formats.ts';
import { formatted } from './checks.ts';
import { once } from './once.ts';
import { amounts, containerResourceProblem } from './resources.ts';
import { all, fields, type Rule } from './rule.ts';
import { labels } from './selectors.ts';
import { tolerations } from './tolerations.ts';

/** A RuntimeClass (node validation, ValidateRuntimeClass). */
export const runtimeClass: Rule = fields({
  handler: formatted(dnsLabel),
  overhead: fields({ podFixed: amounts(containerResourceProblem) }),
  scheduling: fields({
    nodeSelector: labels,
    tolerations: all(
      tolerations,
      once('tolerations', (entry) => {
        const { key = '', operator = '', value = '', effect = '' } = objectAt(entry);
        return [key, operator, value, effect];
      }),
    ),
  }),
});
