import { check, type Setting } from './check.ts';
import { runOf } from './evaluate.ts';
import { parse } from './parse.ts';
import type { Type } from './types.ts';
import { CelError, NotEvaluated, type Value } from './values.ts';

/** What an evaluation gives: a value, an error of the expression (in cel-go's words), or nothing, with the reason. */
export type Outcome = { readonly value: Value } | { readonly error: string } | { readonly unknown: string };

/** An expression that was read and checked. */
export interface Expression {
  /** The type of its value, as far as it is known. */
  readonly type?: Type;
  /** Why the API server does not take it; told only where that is certain. */
  readonly problem?: string;
  /** Why it cannot be evaluated here. */
  readonly unknown?: string;
  /** The first field that it names and that its schema does not have. */
  readonly missing?: string;
  /** The variables that it uses. */
  readonly names: ReadonlySet<string>;
  /** Evaluates it. `input` gives the value of a variable, and may throw `CelError` and `NotEvaluated`. */
  readonly evaluate: (input: (name: string) => Value) => Outcome;
}

/** The API server gives up at a cost of a million, and an element costs one at least (apiserver/pkg/apis/cel/config.go). */
const mostSteps = 1_000_000;

/** Reads and checks an expression of CEL as Kubernetes has it. It is made once and evaluated often. */
export function expressionOf(source: string, setting: Setting): Expression {
  try {
    return readExpression(source, setting);
  } catch (thrown) {
    if (!(thrown instanceof RangeError)) throw thrown;
    // The stack is full: of chains, only the nesting is bounded.
    return { unknown: tooDeep, names: new Set(), evaluate: () => ({ unknown: tooDeep }) };
  }
}

const tooDeep = 'it is too long a chain';

function readExpression(source: string, setting: Setting): Expression {
  const { variables } = setting;
  const parsed = parse(source);
  if ('problem' in parsed) return { problem: parsed.problem, names: new Set(), evaluate: () => ({ unknown: parsed.problem }) };
  const { type, types, ...found } = check(parsed.expr, setting);
  const reason = found.problem ?? found.unknown;
  if (reason !== undefined) return { type, ...found, evaluate: () => ({ unknown: reason }) };
  const run = runOf(parsed.expr, { isInput: (name) => variables.has(name), slots: new Map(), depth: 0, types });
  return {
    type,
    names: found.names,
    evaluate: (input) => {
      try {
        return { value: run({ input, slots: [], steps: mostSteps }) };
      } catch (thrown) {
        if (thrown instanceof NotEvaluated) return { unknown: thrown.message };
        if (thrown instanceof CelError) return { error: thrown.message };
        if (thrown instanceof RangeError) return { unknown: 'it takes more than there is' };
        throw thrown;
      }
    },
  };
}
