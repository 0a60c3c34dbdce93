import { familyOf, isFunction } from './functions.ts';
import { bindingOf, type Macro, macroOf, presenceOf } from './macros.ts';
import type { Overload } from './signature.ts';
import { dottedName, type Expr } from './syntax.ts';
import { type Bindings, dyn, formatType, isAssignable, isCertain, joined, listType, substituted, type Type } from './types.ts';
import { type Tag, tagOf, typeNames } from './values.ts';

/** The variables of an expression, by their names, which may be dotted: `variables.limit`. */
export type Variables = ReadonlyMap<string, Type>;

/** Where an expression stands. */
export interface Setting {
  readonly variables: Variables;
  /** The minor of Kubernetes 1 that it is for. */
  readonly minor: number;
  /** Whether there is `cel.bind`, as only selectors of devices have it. What uses it is checked, and not evaluated. */
  readonly hasBind?: boolean;
}

/** What is known of an expression before it is evaluated. */
export interface Checked {
  readonly type: Type;
  /** Why the API server does not take it. Told only where that is certain, whatever its version. */
  readonly problem?: string;
  /** Why it cannot be evaluated here. */
  readonly unknown?: string;
  /** The types of calls. */
  readonly types: ReadonlyMap<Expr, Type>;
  /** The variables that it uses. */
  readonly names: ReadonlySet<string>;
  /** The first field that it names and that its schema does not have. */
  readonly missing?: string;
}

/** Finds the type of an expression and what is wrong with it, after cel-go's checker. */
export function check(expr: Expr, { variables, minor, hasBind = false }: Setting): Checked {
  const checker = new Checker(minor, hasBind);
  const type = checker.typeOf(expr, variables);
  const { problem, unknown, missing, types, names } = checker;
  return {
    type,
    types,
    names,
    ...(problem === undefined ? {} : { problem }),
    ...(unknown === undefined ? {} : { unknown }),
    ...(missing === undefined ? {} : { missing }),
  };
}

const typeByName: ReadonlyMap<string, Tag> = new Map(Object.entries(typeNames).map(([tag, name]) => [name, tag as Tag]));

/** The type that a name in an expression stands for. */
export function typeNamed(name: string): Tag | undefined {
  return typeByName.get(name);
}

/** The variable that a chain of names begins with: the longest that there is. */
export function variableOf(expr: Expr, has: (name: string) => boolean): string | undefined {
  const name = dottedName(expr);
  return name !== undefined && has(name) ? name : undefined;
}

type Call = Expr & { readonly op: 'call' };

class Checker {
  problem: string | undefined;
  unknown: string | undefined;
  missing: string | undefined;
  readonly types = new Map<Expr, Type>();
  readonly names = new Set<string>();
  readonly #minor: number;
  readonly #hasBind: boolean;
  #isFormatting = false;

  constructor(minor: number, hasBind: boolean) {
    this.#minor = minor;
    this.#hasBind = hasBind;
  }

  typeOf(expr: Expr, scope: Variables): Type {
    const variable = variableOf(expr, (name) => scope.has(name));
    if (variable !== undefined) {
      this.names.add(variable);
      return scope.get(variable) ?? dyn;
    }
    const dotted = dottedName(expr);
    if (dotted !== undefined && typeNamed(dotted) !== undefined) return { kind: 'type', of: dyn };
    switch (expr.op) {
      case 'literal':
        return { kind: tagOf(expr.value) as 'string' };
      case 'name':
        return this.#wrong(`\`${expr.name}\` is no variable`);
      case 'select':
        return this.#field(expr, scope);
      case 'index':
        return this.#element(expr, scope);
      case 'list':
        return listType(this.#common(expr.items.map(({ value, isOptional }) => unwrapped(this.typeOf(value, scope), isOptional))));
      case 'map':
        return this.#mapOf(expr, scope);
      case 'message':
        return this.#wrong(`\`${expr.type}\` is no type of which a value can be made`);
      case 'call':
        return this.#call(expr, scope);
    }
  }

  #wrong(problem: string): Type {
    this.problem ??= problem;
    return dyn;
  }

  #unknown(because: string): Type {
    this.unknown ??= because;
    return dyn;
  }

  #field(expr: Expr & { readonly op: 'select' }, scope: Variables): Type {
    const outer = this.typeOf(expr.of, scope);
    const of = unwrapped(outer, true);
    const isOptional = expr.isOptional || outer.kind === 'optional';
    return wrapped(this.#fieldIn(of, expr.field), isOptional);
  }

  #fieldIn(of: Type, field: string): Type {
    if (of.kind === 'dyn') return of;
    if (of.kind === 'param') return dyn;
    if ('key' in of) return of.of;
    if ('fields' in of) return of.fields.get(field) ?? this.#absent(field);
    return this.#wrong(`a ${formatType(of)} has no field \`${field}\``);
  }

  #absent(field: string): Type {
    this.missing ??= field;
    return this.#wrong(`\`${field}\` is no field of the schema`);
  }

  #element(expr: Expr & { readonly op: 'index' }, scope: Variables): Type {
    const outer = this.typeOf(expr.of, scope);
    const key = this.typeOf(expr.key, scope);
    const of = unwrapped(outer, true);
    return wrapped(this.#elementIn(of, key), expr.isOptional || outer.kind === 'optional');
  }

  #elementIn(of: Type, key: Type): Type {
    if (of.kind === 'dyn') return of;
    if (of.kind === 'param') return dyn;
    const wanted: Type | undefined = 'key' in of ? of.key : of.kind === 'list' ? { kind: 'int' } : undefined;
    const isTaken = wanted !== undefined && isAssignable(wanted, key, new Map());
    return isTaken && 'of' in of ? of.of : this.#mismatch('[]', [of, key]);
  }

  #mapOf({ entries }: Expr & { readonly op: 'map' }, scope: Variables): Type {
    const keys = entries.map(([key]) => this.typeOf(key, scope));
    const values = entries.map(([, { value, isOptional }]) => unwrapped(this.typeOf(value, scope), isOptional));
    return { kind: 'map', key: this.#common(keys), of: this.#common(values) };
  }

  /** The type of all elements of a literal. They may not differ, but in what is to be formatted. */
  #common(types: readonly Type[]): Type {
    const [first = dyn, ...others] = types;
    const other = others.find((type) => isCertain(first) && isCertain(type) && !isAssignable(first, type, new Map()));
    if (other !== undefined && !this.#isFormatting) this.#wrong(`a \`${formatType(other)}\` stands beside a \`${formatType(first)}\``);
    return others.reduce(joined, first);
  }

  #call(call: Call, scope: Variables): Type {
    const presence = presenceOf(call);
    if (presence !== undefined) {
      if (variableOf(presence, (name) => scope.has(name)) === undefined) this.#field(presence, scope);
      return { kind: 'bool' };
    }
    const binding = this.#hasBind ? bindingOf(call) : undefined;
    if (binding !== undefined) {
      const inner = new Map([...scope, [binding.variable, this.typeOf(binding.value, scope)]]);
      return this.typeOf(binding.body, inner);
    }
    const macro = macroOf(call);
    const type = macro === undefined ? this.#function(call, scope) : this.#macro(macro, scope);
    this.types.set(call, type);
    return type;
  }

  #macro({ gathering, range, variables, filter, body }: Macro, scope: Variables): Type {
    const over = this.typeOf(range, scope);
    if (isCertain(over) && !['list', 'map', 'optional'].includes(over.kind))
      this.#wrong(`there are no elements in a \`${formatType(over)}\``);
    const inner = new Map(scope);
    const elements = elementTypes(over, variables.length);
    for (const [i, name] of variables.entries()) inner.set(name, elements[i] ?? dyn);
    const condition = filter === undefined ? undefined : this.typeOf(filter, inner);
    const result = body === undefined ? (elements[0] ?? dyn) : this.typeOf(body, inner);
    const isTested = gathering === 'all' || gathering === 'exists' || gathering === 'existsOne';
    for (const type of [condition, isTested ? result : undefined]) if (type !== undefined) this.#expectBool(type);
    return gathered[gathering](over, result);
  }

  #expectBool(type: Type): void {
    if (isCertain(type) && type.kind !== 'bool') this.#wrong(`a condition is a ${formatType(type)}, and not a bool`);
  }

  #function(call: Call, scope: Variables): Type {
    const namespace = call.target === undefined ? undefined : dottedName(call.target);
    const qualified = namespace === undefined ? undefined : `${namespace}.${call.name}`;
    const isFormatting = this.#isFormatting;
    this.#isFormatting ||= call.name === 'format';
    const args = call.args.map((arg) => this.typeOf(arg, scope));
    this.#isFormatting = isFormatting;
    if (qualified !== undefined && isFunction(qualified)) return this.#overload(qualified, args, false);
    const all = call.target === undefined ? args : [this.typeOf(call.target, scope), ...args];
    if (call.name === '?:') return this.#choice(args);
    if (call.name === '&&' || call.name === '||') {
      for (const type of args) this.#expectBool(type);
      return { kind: 'bool' };
    }
    return this.#overload(call.name, all, call.target !== undefined);
  }

  #choice([condition = dyn, yes = dyn, no = dyn]: readonly Type[]): Type {
    this.#expectBool(condition);
    if (isCertain(yes) && isCertain(no) && !isAssignable(yes, no, new Map())) return this.#mismatch('?:', [condition, yes, no]);
    return joined(yes, no);
  }

  #overload(name: string, args: readonly Type[], isMethod: boolean): Type {
    const family = familyOf(name, isMethod, args.length);
    if (family === undefined) return this.#unknown(`the function \`${name}\` is not known here`);
    const served = family.overloads.filter(({ since }) => since <= this.#minor);
    if (served.length === 0) return this.#unknown(`Kubernetes has the function \`${name}\` since 1.${family.overloads[0]?.since}`);
    const results = served.map((overload) => resultOf(overload, args)).filter((type) => type !== undefined);
    const [first, ...others] = results;
    if (first === undefined) return this.#mismatch(name, args);
    return others.every((other) => isAssignable(first, other, new Map()) && isCertain(first)) ? first : dyn;
  }

  /** A later version may have functions that take these types, but its operators will be the same. */
  #mismatch(name: string, args: readonly Type[]): Type {
    const shown = args.map((type) => `\`${formatType(type)}\``).join(', ');
    if (/\w/.test(name) && name !== 'in' && name !== 'negate')
      return this.#unknown(`no function \`${name}\` that is known here takes ${shown}`);
    if (!args.every(isCertain)) return this.#unknown(`\`${name}\` is not known to take ${shown}`);
    return this.#wrong(`\`${name}\` does not take ${shown}`);
  }
}

function resultOf({ params, result }: Overload, args: readonly Type[]): Type | undefined {
  const bindings: Bindings = new Map();
  return params.every((param, i) => isAssignable(param, args[i] ?? dyn, bindings)) ? substituted(result, bindings) : undefined;
}

function unwrapped(type: Type, isOptional: boolean): Type {
  return isOptional && type.kind === 'optional' && 'of' in type ? type.of : type;
}

function wrapped(type: Type, isOptional: boolean): Type {
  return isOptional ? { kind: 'optional', of: type } : type;
}

/** The types of the variables of a macro: elements of lists and keys of maps; with two, indices and elements, keys and values. */
function elementTypes(range: Type, count: number): readonly Type[] {
  if ('key' in range) return count === 1 ? [range.key] : [range.key, range.of];
  if (range.kind === 'list' && 'of' in range) return count === 1 ? [range.of] : [{ kind: 'int' }, range.of];
  return range.kind === 'optional' && 'of' in range ? [range.of] : [];
}

const bool: Type = { kind: 'bool' };

/** The types of what macros give. */
const gathered: Readonly<Record<Macro['gathering'], (range: Type, body: Type) => Type>> = {
  all: () => bool,
  exists: () => bool,
  existsOne: () => bool,
  list: (_, body) => listType(body),
  map: (range, body) => ({ kind: 'map', key: 'key' in range ? range.key : range.kind === 'list' ? { kind: 'int' } : dyn, of: body }),
  entries: (_, body) => body,
  sortBy: (range) => range,
  optional: (_, body) => ({ kind: 'optional', of: body }),
  'flat optional': (_, body) => body,
};
