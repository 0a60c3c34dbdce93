import type { Tag } from './values.ts';

/** The type of an expression, as far as it is known before it is evaluated. `dyn` is any type. */
export type Type =
  | { readonly kind: Exclude<Tag, 'list' | 'map' | 'optional' | 'type'> | 'dyn' }
  | { readonly kind: 'list' | 'optional' | 'type'; readonly of: Type }
  | { readonly kind: 'map'; readonly key: Type; readonly of: Type }
  | ObjectType
  | { readonly kind: 'param'; readonly name: string };

/** An object under a schema: it has these fields, by their escaped names, and no others. Two are equal when they are the same. */
export interface ObjectType {
  readonly kind: 'object';
  readonly fields: ReadonlyMap<string, Type>;
}

/** Any type: what is not known here, though the API server may know it. */
export const dyn: Type = { kind: 'dyn' };

/** Any type, to the API server, too: that of an object without a schema, and of its fields. */
export const open: Type = { kind: 'dyn' };

/** A list of `of`. */
export function listType(of: Type): Type {
  return { kind: 'list', of };
}

/** A map of strings to `of`. */
export function mapType(of: Type): Type {
  return { kind: 'map', key: { kind: 'string' }, of };
}

/** What type parameters stand for. */
export type Bindings = Map<string, Type>;

/**
 * Whether a value of type `actual` may stand where `expected` is, after cel-go's checker: `dyn` may stand anywhere, and null
 * where an object, a time or a type of Kubernetes' own is. Binds the parameters on either side.
 */
export function isAssignable(expected: Type, actual: Type, bindings: Bindings): boolean {
  const [left, right] = [resolved(expected, bindings), resolved(actual, bindings)];
  if (left === right) return true;
  if (left.kind === 'param') return bind(left.name, right, bindings);
  if (right.kind === 'param') return bind(right.name, left, bindings);
  if (left.kind === 'dyn' || right.kind === 'dyn') return true;
  if (left.kind === 'null' || right.kind === 'null') return left.kind === right.kind || isNullable(left) || isNullable(right);
  if (left.kind !== right.kind) return false;
  // An object's type is that of one schema; a type is one, whatever it is the type of.
  if ('fields' in left) return false;
  if (left.kind === 'type') return true;
  if ('key' in left && 'key' in right && !isAssignable(left.key, right.key, bindings)) return false;
  return 'of' in left && 'of' in right ? isAssignable(left.of, right.of, bindings) : true;
}

const nullable: ReadonlySet<string> = new Set([
  'object',
  'timestamp',
  'duration',
  'optional',
  'quantity',
  'ip',
  'cidr',
  'semver',
  'url',
  'format',
]);

function isNullable({ kind }: Type): boolean {
  return nullable.has(kind);
}

function bind(name: string, type: Type, bindings: Bindings): boolean {
  if (type.kind !== 'param' || type.name !== name) bindings.set(name, type);
  return true;
}

function resolved(type: Type, bindings: Bindings): Type {
  let here = type;
  while (here.kind === 'param') {
    const next = bindings.get(here.name);
    if (next === undefined) return here;
    here = next;
  }
  return here;
}

/** `type` with what its parameters stand for; one that stands for nothing is any type. */
export function substituted(type: Type, bindings: Bindings): Type {
  const here = resolved(type, bindings);
  if (here.kind === 'param') return dyn;
  if ('key' in here) return { kind: 'map', key: substituted(here.key, bindings), of: substituted(here.of, bindings) };
  if (here.kind === 'dyn') return dyn;
  return 'of' in here ? { kind: here.kind, of: substituted(here.of, bindings) } : here;
}

/** Whether nothing in `type` is left open. */
export function isCertain(type: Type): boolean {
  if (type.kind === 'dyn' || type.kind === 'param') return false;
  if ('key' in type && !isCertain(type.key)) return false;
  return 'of' in type ? isCertain(type.of) : true;
}

/** The type of both branches of a choice, or of two elements: any, where they differ. */
export function joined(a: Type, b: Type): Type {
  const bindings: Bindings = new Map();
  return isAssignable(a, b, bindings)
    ? a.kind === 'dyn' || b.kind === 'dyn'
      ? dyn
      : substituted(a.kind === 'null' ? b : a, bindings)
    : dyn;
}

/** A type as messages name it. */
export function formatType(type: Type): string {
  if (type.kind === 'param') return type.name;
  if ('key' in type) return `map(${formatType(type.key)}, ${formatType(type.of)})`;
  return 'of' in type ? `${type.kind}(${formatType(type.of)})` : type.kind;
}
