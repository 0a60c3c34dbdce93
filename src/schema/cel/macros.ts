import type { Expr } from './syntax.ts';

/** What a macro makes of the elements that it goes through. */
export type Gathering = 'all' | 'exists' | 'existsOne' | 'list' | 'map' | 'entries' | 'sortBy' | 'optional' | 'flat optional';

/** A call that goes through a list, a map or an optional value, with a variable or two for what it is at. */
export interface Macro {
  readonly gathering: Gathering;
  readonly range: Expr;
  readonly variables: readonly string[];
  /** Only what fulfils it is taken. */
  readonly filter?: Expr;
  /** What is gathered; without it, the element itself. */
  readonly body?: Expr;
}

type Form = readonly [gathering: Gathering, variables: 1 | 2, parts: readonly ('filter' | 'body')[]];

/** The macros by their names and the number of their arguments. */
const forms: Readonly<Record<string, Form>> = {
  'all/2': ['all', 1, ['body']],
  'all/3': ['all', 2, ['body']],
  'exists/2': ['exists', 1, ['body']],
  'exists/3': ['exists', 2, ['body']],
  'exists_one/2': ['existsOne', 1, ['body']],
  'exists_one/3': ['existsOne', 2, ['body']],
  'existsOne/3': ['existsOne', 2, ['body']],
  'map/2': ['list', 1, ['body']],
  'map/3': ['list', 1, ['filter', 'body']],
  'filter/2': ['list', 1, ['filter']],
  'transformList/3': ['list', 2, ['body']],
  'transformList/4': ['list', 2, ['filter', 'body']],
  'transformMap/3': ['map', 2, ['body']],
  'transformMap/4': ['map', 2, ['filter', 'body']],
  'transformMapEntry/3': ['entries', 2, ['body']],
  'transformMapEntry/4': ['entries', 2, ['filter', 'body']],
  'sortBy/2': ['sortBy', 1, ['body']],
  'optMap/2': ['optional', 1, ['body']],
  'optFlatMap/2': ['flat optional', 1, ['body']],
};

/** The macro that a call is, or undefined when it is none; then it is a function's. */
export function macroOf(call: Expr & { readonly op: 'call' }): Macro | undefined {
  const form = call.target === undefined ? undefined : forms[`${call.name}/${call.args.length}`];
  if (form === undefined || call.target === undefined) return undefined;
  const [gathering, count, parts] = form;
  const variables = call.args.slice(0, count).map((arg) => (arg.op === 'name' ? arg.name : undefined));
  if (!variables.every((name) => name !== undefined)) return undefined;
  const bodies = Object.fromEntries(parts.map((part, i) => [part, call.args[count + i]]));
  return { gathering, range: call.target, variables, ...bodies };
}

/** The parts of `cel.bind(variable, value, body)`. */
export interface Binding {
  readonly variable: string;
  readonly value: Expr;
  readonly body: Expr;
}

/** What a call binds, or undefined for other calls. */
export function bindingOf({ name, target, args: [variable, value, body, ...more] }: Expr & { readonly op: 'call' }): Binding | undefined {
  if (name !== 'bind' || target?.op !== 'name' || target.name !== 'cel' || more.length > 0) return undefined;
  return variable?.op === 'name' && value !== undefined && body !== undefined ? { variable: variable.name, value, body } : undefined;
}

/** What `has(…)` asks for, or undefined for other calls. */
export function presenceOf(call: Expr & { readonly op: 'call' }): (Expr & { readonly op: 'select' }) | undefined {
  const [field] = call.args;
  return call.name === 'has' && call.target === undefined && call.args.length === 1 && field?.op === 'select' ? field : undefined;
}
