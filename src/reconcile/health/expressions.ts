import type { Health, HealthByKind } from '../../model/health.ts';
import { formatGroupKind } from '../../model/ref.ts';
import { expressionOf, type Outcome } from '../../schema/cel/expression.ts';
import { healthInput, healthSetting } from '../../schema/cel/health.ts';
import { current, failed, firstLine, inProgress, type Rule } from './rule.ts';

/**
 * The rules that the expressions of `kinds` are, by group and kind. Whoever loads this module loads all of CEL: it is asked for only where
 * there are expressions.
 */
export function rulesByExpressions(kinds: readonly HealthByKind[]): ReadonlyMap<string, Rule> {
  return new Map(kinds.map((one) => [formatGroupKind(one), ruleBy(one)]));
}

/** What an expression says of an object: whether it is true, or why that cannot be told. */
type Verdict = boolean | { readonly because: string };

/** The expressions that decide, in their order, with what is so where one is true. */
const deciding = [
  ['failed', failed],
  ['inProgress', inProgress],
  ['current', current],
] as const;

/** Failed is looked at first: what time alone does not mend is not waited for. What cannot be told is never Current. */
function ruleBy(written: HealthByKind): Rule {
  const setting = healthSetting();
  const read = (source: string | undefined) => (source === undefined ? undefined : expressionOf(source, setting));
  const steps = deciding.flatMap(([name, health]) => {
    const expression = read(written[name]);
    return expression === undefined ? [] : [{ name, expression, health }];
  });
  const message = read(written.message);
  return (object) => {
    const input = healthInput(object);
    const told = message === undefined ? '' : textOf(message.evaluate(input));
    for (const { name, expression, health } of steps) {
      const verdict = verdictOf(name, expression.evaluate(input));
      if (typeof verdict !== 'boolean') return unknown(verdict.because);
      if (verdict) return health(told || `\`${name}\` is true`);
    }
    return inProgress(told || '`current` is not true yet');
  };
}

function unknown(because: string): Health {
  return { status: 'Unknown', message: because };
}

/** That a field or an entry is not there: a controller may not have written it yet. */
const absence = /^(?:no such key|index out of bounds)/;

function verdictOf(name: string, outcome: Outcome): Verdict {
  if ('unknown' in outcome) return { because: `\`${name}\` cannot be told: ${outcome.unknown}` };
  if ('error' in outcome) return absence.test(outcome.error) ? false : { because: `\`${name}\` is wrong: ${outcome.error}` };
  return typeof outcome.value === 'boolean' ? outcome.value : { because: `\`${name}\` is neither true nor false` };
}

function textOf(outcome: Outcome): string {
  return 'value' in outcome && typeof outcome.value === 'string' ? firstLine(outcome.value) : '';
}
