import type { Expression, Outcome } from '../../../../schema/cel/expression.ts';
import { CelError, NotEvaluated, type Value } from '../../../../schema/cel/values.ts';
import type { Policy, Validation } from './policy.ts';

/** The variables that are there before those of a policy. Those that are not known throw `NotEvaluated`. */
export type Inputs = (name: string) => Value;

/** What a policy says of an object: why it denies it, and what could not be told. */
export interface Decision {
  readonly denials: readonly { readonly validation?: Validation; readonly message: string }[];
  readonly unknown: readonly { readonly source: string; readonly because: string }[];
}

const nothing: Decision = { denials: [], unknown: [] };

/** Evaluates a policy on an object (apiserver/pkg/admission/plugin/policy/validating). */
export function decide(policy: Policy, inputs: Inputs): Decision {
  const input = withVariables(policy, inputs);
  const conditions = policy.conditions.map((condition) => ({ ...condition, outcome: judged(condition.expression, input) }));
  if (conditions.some(({ outcome }) => 'value' in outcome && outcome.value === false)) return nothing;
  const undecided = conditions.find(({ outcome }) => !('value' in outcome));
  if (undecided !== undefined) {
    const { outcome, source } = undecided;
    if ('unknown' in outcome) return { denials: [], unknown: [{ source, because: outcome.unknown }] };
    return policy.isStrict && 'error' in outcome ? { denials: [{ message: failed(source, outcome.error) }], unknown: [] } : nothing;
  }
  const decisions = policy.validations.map((validation) => decisionOf(policy, validation, input));
  return { denials: decisions.flatMap(({ denials }) => denials), unknown: decisions.flatMap(({ unknown }) => unknown) };
}

function decisionOf({ isStrict }: Policy, validation: Validation, input: Inputs): Decision {
  const { source } = validation;
  const outcome = judged(validation.expression, input);
  if ('unknown' in outcome) return { denials: [], unknown: [{ source, because: outcome.unknown }] };
  if ('error' in outcome) return isStrict ? { denials: [{ validation, message: failed(source, outcome.error) }], unknown: [] } : nothing;
  return outcome.value === true ? nothing : { denials: [{ validation, message: messageOf(validation, input) }], unknown: [] };
}

/** What no function takes may be a value that the API server would have written otherwise: a quantity, or a number as text. */
function judged(expression: Expression, input: Inputs): Outcome {
  const outcome = expression.evaluate(input);
  return 'error' in outcome && outcome.error.startsWith('no such overload')
    ? { unknown: 'a value has a type that no function there takes, and the API server may give it another' }
    : outcome;
}

function failed(source: string, error: string): string {
  return `expression '${source}' resulted in error: ${error}`;
}

const longestMessage = 5 * 1024;

function messageOf({ told, message, source }: Validation, input: Inputs): string {
  const outcome = told?.expression.evaluate(input);
  const made = outcome !== undefined && 'value' in outcome && typeof outcome.value === 'string' ? outcome.value.trim() : '';
  if (made !== '' && !made.includes('\n') && made.length <= longestMessage) return made;
  return message === '' ? `failed expression: ${source}` : message;
}

/** The variables of a policy are evaluated when they are needed, and once. */
function withVariables({ variables }: Policy, inputs: Inputs): Inputs {
  const byName = new Map(variables.map(({ name, expression }) => [`variables.${name}`, expression]));
  const outcomes = new Map<string, Outcome>();
  const input: Inputs = (name) => {
    const expression = byName.get(name);
    if (expression === undefined) return inputs(name);
    const outcome = outcomes.get(name) ?? expression.evaluate(input);
    outcomes.set(name, outcome);
    if ('value' in outcome) return outcome.value;
    if ('unknown' in outcome) throw new NotEvaluated(outcome.unknown);
    throw new CelError(`composited variable "${name.replace('variables.', '')}" fails to evaluate: ${outcome.error}`);
  };
  return input;
}
