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

/** Failed is looked at first: what time alone does not mend is not waited for. What cannot be told is never Current. */
function ruleBy(written: HealthByKind): Rule {
  const setting = healthSetting();
  const [failure, progress, success, message] = [written.failed, written.inProgress, written.current, written.message].map((source) =>
    source === undefined ? undefined : expressionOf(source, setting),
  );
  return (object) => {
    const input = healthInput(object);
    const ask = (name: string, expression: typeof failure): Verdict =>
      expression === undefined ? false : verdictOf(name, expression.evaluate(input));
    const told = message === undefined ? '' : textOf(message.evaluate(input));
    const say = (usual: string): string => (told === '' ? usual : told);
    for (const [name, expression, health] of [
      ['failed', failure, failed],
      ['inProgress', progress, inProgress],
      ['current', success, current],
    ] as const) {
      const verdict = ask(name, expression);
      if (typeof verdict !== 'boolean') return unknown(verdict.because);
      if (verdict) return health(say(`\`${name}\` is true`));
    }
    return inProgress(say('`current` is not true yet'));
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
