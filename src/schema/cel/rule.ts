import { at, type Json, type Path, stringAt } from '../../model/json.ts';
import { type Expression, expressionOf, type Outcome } from './expression.ts';
import type { Type } from './types.ts';
import { isCertain } from './types.ts';
import type { Value } from './values.ts';

/** A rule of a structural schema, ready to be evaluated. */
export interface Rule {
  /** As it is written. */
  readonly source: string;
  /** Why the API server does not take the rule, and where in it; told only where that is certain. */
  readonly problem?: { readonly path: Path; readonly message: string };
  /** Why it cannot be evaluated here. */
  readonly unknown?: string;
  readonly judge: (self: Value) => Verdict;
}

/** What a rule says of a value. A broken one has the API server's message, and where below the value it points. */
export type Verdict = 'kept' | { readonly broken: string; readonly path: Path } | { readonly unknown: string };

/**
 * Reads a rule under a schema whose type is `self`. What compares with the state of before is not evaluated: nobody knows here
 * whether the object is there already. A rule without text says nothing.
 */
export function ruleOf(json: Json, { self, minor }: { readonly self: Type; readonly minor: number }): Rule | undefined {
  const source = stringAt(json, 'rule')?.trim() ?? '';
  if (source === '') return undefined;
  const old: Type = at(json, 'optionalOldSelf') === true ? { kind: 'optional', of: self } : self;
  const variables = new Map([
    ['self', self],
    ['oldSelf', old],
  ]);
  const rule = expressionOf(source, { variables, minor });
  const told = stringAt(json, 'messageExpression') ?? '';
  const message = told === '' ? undefined : expressionOf(told, { variables, minor });
  const problem =
    problemOf(rule, 'bool', 'rule') ??
    (message === undefined ? undefined : problemOf(message, 'string', 'messageExpression')) ??
    strayOption(json, rule);
  return {
    source,
    ...(problem === undefined ? {} : { problem }),
    ...(rule.unknown === undefined ? {} : { unknown: rule.unknown }),
    judge: (value) => (rule.names.has('oldSelf') ? 'kept' : verdict(json, source, { rule, message, value })),
  };
}

function problemOf({ problem, type, unknown }: Expression, wanted: 'bool' | 'string', field: string): Rule['problem'] {
  if (problem !== undefined) return { path: [field], message: problem };
  const isOther = type !== undefined && unknown === undefined && isCertain(type) && type.kind !== wanted;
  return isOther ? { path: [field], message: `its type is \`${type.kind}\`, and not \`${wanted}\`` } : undefined;
}

/** Whether there was a state of before matters to those rules alone that compare with it (Kubernetes 1.29). */
function strayOption(json: Json, { names, unknown }: Expression): Rule['problem'] {
  const isSet = typeof at(json, 'optionalOldSelf') === 'boolean';
  if (!isSet || unknown !== undefined || names.has('oldSelf')) return undefined;
  return { path: ['optionalOldSelf'], message: 'it may not be set: the rule does not use `oldSelf`' };
}

interface Judged {
  readonly rule: Expression;
  readonly message: Expression | undefined;
  readonly value: Value;
}

function verdict(json: Json, source: string, { rule, message, value }: Judged): Verdict {
  const self = (): Value => value;
  const outcome = rule.evaluate(self);
  if ('unknown' in outcome) return outcome;
  if ('value' in outcome && outcome.value === true) return 'kept';
  const own = stringAt(json, 'message')?.trim() ?? '';
  if ('error' in outcome) return { broken: errorText(outcome.error, own === '' ? source : own), path: [] };
  const usual = own === '' ? `failed rule: ${source}` : own;
  return { broken: (message && messageText(message.evaluate(self))) ?? usual, path: fieldPath(stringAt(json, 'fieldPath') ?? '') };
}

function errorText(error: string, rule: string): string {
  return error.startsWith('no such overload')
    ? `'${error}': call arguments did not match a supported operator, function or macro signature for rule: ${rule}`
    : `${error} evaluating rule: ${rule}`;
}

const longestMessage = 5 * 1024;

/** The message that an expression gives, when it is one line, not empty and not too long. */
function messageText(outcome: Outcome): string | undefined {
  const value = 'value' in outcome && typeof outcome.value === 'string' ? outcome.value.trim() : '';
  return value === '' || value.includes('\n') || value.length > longestMessage ? undefined : value;
}

/** The keys in a path such as `.spec['x-y'].z`; none for one that is not of this form. */
function fieldPath(path: string): Path {
  if (!/^(?:\.[^.[\]]+|\['(?:\\.|[^'\\])*'\])*$/.test(path)) return [];
  return [...path.matchAll(/\.([^.[\]]+)|\['((?:\\.|[^'\\])*)'\]/g)].map(
    ([, name, quoted]) => name ?? (quoted ?? '').replace(/\\(.)/g, '$1'),
  );
}
