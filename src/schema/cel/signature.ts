import { dyn, type Type } from './types.ts';
import type { Value } from './values.ts';

/** What a function is told of its call, beside its arguments. */
export interface CallInfo {
  /** The type of the result, as far as it is known before the evaluation. */
  readonly result: Type;
}

/** What a function does. Throws `CelError` and `NotEvaluated`. */
// biome-ignore lint/suspicious/noExplicitAny: the signature beside it is what tells the types of its arguments
export type Implementation = (args: any, call: CallInfo) => Value;

/**
 * A function of a library: `name(string, list<A>): bool`, or `string->name(int): bool` for a method. Capitals stand for any
 * type, the same everywhere in the signature.
 */
export type Row = readonly [signature: string, does: Implementation];

/** One of the functions of a name. The receiver of a method is its first parameter. */
export interface Overload {
  readonly name: string;
  readonly isMethod: boolean;
  readonly params: readonly Type[];
  readonly result: Type;
  readonly does: Implementation;
  /** The first minor of Kubernetes 1 that has it. */
  readonly since: number;
}

/** Functions that came together. */
export interface Library {
  /** The first minor of Kubernetes 1 that has them. */
  readonly since: number;
  readonly rows: readonly Row[];
}

/** Reads the rows of a library. */
export function overloadsOf({ rows, since }: Library): readonly Overload[] {
  return rows.map(([signature, does]) => {
    const [, receiver, name = '', params = '', result = ''] = /^(?:(.+)->)?([^(]+)\((.*)\): (.+)$/.exec(signature) ?? [];
    const types = params === '' ? [] : splitTop(params).map(typeOf);
    const isMethod = receiver !== undefined;
    return { name, isMethod, params: isMethod ? [typeOf(receiver), ...types] : types, result: typeOf(result), does, since };
  });
}

function typeOf(text: string): Type {
  const generic = /^(\w+)<(.+)>$/.exec(text);
  if (generic !== null) {
    const [first = dyn, second] = splitTop(generic[2] ?? '').map(typeOf);
    return second === undefined ? { kind: generic[1] as 'list', of: first } : { kind: 'map', key: first, of: second };
  }
  return /^[A-Z]$/.test(text) ? { kind: 'param', name: text } : { kind: text as 'dyn' };
}

/** Splits at the commas that are not inside of `<…>`. */
function splitTop(text: string): readonly string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (const { index, 0: mark } of text.matchAll(/[<>]|, /g)) {
    if (mark === '<') depth++;
    else if (mark === '>') depth--;
    else if (depth === 0) {
      parts.push(text.slice(from, index));
      from = index + 2;
    }
  }
  return [...parts, text.slice(from)];
}
