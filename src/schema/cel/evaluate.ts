import { element, hasField, isOptional, optionalElement } from './access.ts';
import { typeNamed, variableOf } from './check.ts';
import { keyOf } from './equality.ts';
import { familyOf, isFunction } from './functions.ts';
import { runOfMacro } from './iterate.ts';
import { macroOf, presenceOf } from './macros.ts';
import { dottedName, type Expr, type Item } from './syntax.ts';
import { dyn, type Type } from './types.ts';
import { CelError, type Key, listOf, NotEvaluated, noOverload, type Optional, typeNames, type Value } from './values.ts';

/** The values of an evaluation. */
export interface Frame {
  readonly input: (name: string) => Value;
  /** The variables of macros, by their slots. */
  readonly slots: Value[];
  /** How many elements macros may still go through. */
  steps: number;
}

/** An expression, ready to be evaluated. Throws `CelError` and `NotEvaluated`. */
export type Run = (frame: Frame) => Value;

/** What the names in an expression mean. */
export interface Scope {
  readonly isInput: (name: string) => boolean;
  /** The slots of the variables of macros around, and how many there are. */
  readonly slots: ReadonlyMap<string, number>;
  readonly depth: number;
  readonly types: ReadonlyMap<Expr, Type>;
}

/** Makes an expression ready to be evaluated often. */
export function runOf(expr: Expr, scope: Scope): Run {
  const input = variableOf(expr, scope.isInput);
  const slot = expr.op === 'name' ? scope.slots.get(expr.name) : undefined;
  if (slot !== undefined) return ({ slots }) => slots[slot] as Value;
  if (input !== undefined && !isShadowed(expr, scope)) return (frame) => frame.input(input);
  const type = typeNamed(dottedName(expr) ?? '');
  if (type !== undefined) return () => ({ type: 'type', name: typeNames[type] });
  switch (expr.op) {
    case 'literal':
      return () => expr.value;
    case 'name':
      return fails(`\`${expr.name}\` is no variable`);
    case 'select':
      return accessRun(expr, () => expr.field, scope);
    case 'index':
      return accessRun(expr, runOf(expr.key, scope), scope);
    case 'list':
      return listRun(expr.items, scope);
    case 'map':
      return mapRun(expr.entries, scope);
    case 'message':
      return fails(`\`${expr.type}\` cannot be made here`);
    case 'call':
      return callRun(expr, scope);
  }
}

function isShadowed(expr: Expr, { slots }: Scope): boolean {
  const [first = ''] = (dottedName(expr) ?? '').split('.');
  return slots.has(first);
}

function fails(because: string): Run {
  return () => {
    throw new NotEvaluated(because);
  };
}

function accessRun(expr: Expr & { readonly op: 'select' | 'index' }, key: Run, scope: Scope): Run {
  const of = runOf(expr.of, scope);
  const access = expr.isOptional ? optionalElement : element;
  return (frame) => access(of(frame), key(frame));
}

/** The values of `items`; of optional ones, those that there are. */
function itemRun({ value, isOptional: isMaybe }: Item, scope: Scope): (frame: Frame) => Value | undefined {
  const run = runOf(value, scope);
  if (!isMaybe) return run;
  return (frame) => {
    const optional = run(frame);
    if (!isOptional(optional)) throw noOverload();
    return optional.value;
  };
}

function listRun(items: readonly Item[], scope: Scope): Run {
  const runs = items.map((item) => itemRun(item, scope));
  return (frame) => listOf(runs.map((run) => run(frame)).filter((value) => value !== undefined));
}

function mapRun(entries: readonly (readonly [Expr, Item])[], scope: Scope): Run {
  const runs = entries.map(([key, item]) => [runOf(key, scope), itemRun(item, scope)] as const);
  return (frame) => {
    const made = new Map<Key, Value>();
    for (const [keyRun, valueRun] of runs) {
      const key = keyOf(keyRun(frame));
      const value = valueRun(frame);
      if (key === undefined) throw noOverload();
      if (made.has(key)) throw new CelError(`Failed with repeated key`);
      if (value !== undefined) made.set(key, value);
    }
    return { type: 'map', entries: made };
  };
}

type Call = Expr & { readonly op: 'call' };

function callRun(call: Call, scope: Scope): Run {
  const presence = presenceOf(call);
  if (presence !== undefined) return presenceRun(presence, scope);
  const macro = macroOf(call);
  if (macro !== undefined) return runOfMacro(macro, scope);
  const lazy = lazyRuns[call.name];
  const all = call.target === undefined ? call.args : [call.target, ...call.args];
  if (lazy !== undefined && lazy.count === all.length) return lazy.run(all.map((arg) => runOf(arg, scope)));
  return functionRun(call, scope);
}

function presenceRun(field: Expr & { readonly op: 'select' }, scope: Scope): Run {
  if (variableOf(field, scope.isInput) !== undefined && !isShadowed(field, scope)) return () => true;
  const of = runOf(field.of, scope);
  return (frame) => hasField(of(frame), field.field);
}

function functionRun(call: Call, scope: Scope): Run {
  const namespace = call.target === undefined ? undefined : dottedName(call.target);
  const qualified = `${namespace}.${call.name}`;
  const isQualified = namespace !== undefined && isFunction(qualified);
  const isMethod = call.target !== undefined && !isQualified;
  const args = isMethod && call.target !== undefined ? [call.target, ...call.args] : call.args;
  const family = familyOf(isQualified ? qualified : call.name, isMethod, args.length);
  if (family === undefined) return fails(`the function \`${call.name}\` is not known here`);
  const runs = args.map((arg) => runOf(arg, scope));
  const info = { result: scope.types.get(call) ?? dyn };
  return (frame) => {
    const values = runs.map((run) => run(frame));
    const overload = family.find(values);
    if (overload === undefined) throw noOverload();
    return overload.does(values, info);
  };
}

type Runs = readonly Run[];

/** Calls that do not look at all their arguments. */
const lazyRuns: Readonly<Record<string, { readonly count: number; readonly run: (args: Runs) => Run }>> = {
  '?:': {
    count: 3,
    run:
      ([condition = never, yes = never, no = never]) =>
      (frame) =>
        isTrue(condition(frame)) ? yes(frame) : no(frame),
  },
  '&&': { count: 2, run: (args) => logical(args, false) },
  '||': { count: 2, run: (args) => logical(args, true) },
  or: { count: 2, run: (args) => alternative(args, (optional) => optional) },
  orValue: { count: 2, run: (args) => alternative(args, ({ value = null }) => value) },
};

function never(): Value {
  throw noOverload();
}

/** A condition's value. Throws when it is none. */
export function isTrue(value: Value): boolean {
  if (typeof value !== 'boolean') throw noOverload();
  return value;
}

/** `&&` and `||`: one side that decides is enough, whatever is wrong with the other. */
function logical([left = never, right = never]: Runs, deciding: boolean): Run {
  return (frame) => {
    let wrong: unknown;
    try {
      if (isTrue(left(frame)) === deciding) return deciding;
    } catch (thrown) {
      wrong = thrown;
    }
    if (wrong === undefined) return isTrue(right(frame));
    try {
      if (isTrue(right(frame)) === deciding) return deciding;
    } catch (thrown) {
      wrong = moreTelling(wrong, thrown);
    }
    throw wrong;
  };
}

/** What is not known hides whether there is an error. */
export function moreTelling(first: unknown, second: unknown): unknown {
  return first instanceof NotEvaluated ? first : second instanceof NotEvaluated ? second : first;
}

/** `or` and `orValue` of optional values: the other side is looked at only where there is no value. */
function alternative([left = never, right = never]: Runs, taken: (optional: Optional) => Value): Run {
  return (frame) => {
    const optional = left(frame);
    if (!isOptional(optional)) throw noOverload();
    return optional.value === undefined ? right(frame) : taken(optional);
  };
}
