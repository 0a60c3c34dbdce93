import { z } from 'zod';
import { isObject, type Path } from '../model/json.ts';

type Schema = z.core.$ZodType;

/** A key that the schema at its place does not have. */
export interface UnknownKey {
  readonly path: Path;
  /** The keys that would have been known there. */
  readonly known: readonly string[];
}

/**
 * `above` on top of `below`, two inputs of `schema` before defaults are filled in. Objects and records merge by key, undefined
 * is not given; everything else (lists, unions, scalars) is replaced whole, as the types of `extends` say.
 */
export function mergeInput(schema: Schema | undefined, below: unknown, above: unknown): unknown {
  if (above === undefined) return below;
  const fields = schema === undefined ? undefined : fieldsOf(schema);
  if (fields === undefined || !isObject(below) || !isObject(above)) return above;
  const keys = [...new Set([...Object.keys(below), ...Object.keys(above)])];
  return Object.fromEntries(keys.map((key) => [key, mergeInput(fields(key), ownOf(below, key), ownOf(above, key))]));
}

/** Whether inputs of `schema` merge by key. */
export function isMergeable(schema: Schema): boolean {
  return fieldsOf(schema) !== undefined;
}

/** The keys at any depth of `input` that `schema` would drop or refuse. A loose object (a catch-all) knows every key. */
export function unknownKeys(schema: Schema, input: unknown): readonly UnknownKey[] {
  const { def } = known(schema)._zod;
  switch (def.type) {
    case 'object':
      return isObject(input) ? unknownFields(def, input) : [];
    case 'record':
      return isObject(input) ? entriesOf(input).flatMap(([key, value]) => below(key, unknownKeys(def.valueType, value))) : [];
    case 'array':
      return Array.isArray(input) ? input.flatMap((item, i) => below(i, unknownKeys(def.element, item))) : [];
    case 'tuple':
      return Array.isArray(input) ? input.flatMap((item, i) => below(i, inTuple(def, item, i))) : [];
    case 'union':
      return fewest(def.options.filter((option) => accepts(option, input)).map((option) => unknownKeys(option, input)));
    case 'intersection':
      return unknownToBoth(unknownKeys(def.left, input), unknownKeys(def.right, input));
    case 'nullable':
      return unknownKeys(def.innerType, input);
    default: {
      const inner = unwrap(def);
      return inner === undefined ? [] : unknownKeys(inner, input);
    }
  }
}

/** How the keys of an input are found in a schema whose inputs merge by key. */
type Fields = (key: string) => Schema | undefined;

function fieldsOf(schema: Schema): Fields | undefined {
  const { def } = known(schema)._zod;
  switch (def.type) {
    case 'object':
      return (key) => (Object.hasOwn(def.shape, key) ? def.shape[key] : def.catchall);
    case 'record':
      return () => def.valueType;
    case 'intersection': {
      const [left, right] = [fieldsOf(def.left), fieldsOf(def.right)];
      return left === undefined || right === undefined ? undefined : (key) => left(key) ?? right(key);
    }
    default: {
      const inner = unwrap(def);
      return inner === undefined ? undefined : fieldsOf(inner);
    }
  }
}

/** The schema that a wrapper's input is given to. `nullable` is none of them: it is a union, which is replaced whole. */
function unwrap(def: z.core.$ZodTypes['_zod']['def']): Schema | undefined {
  switch (def.type) {
    case 'optional':
    case 'default':
    case 'prefault':
    case 'nonoptional':
    case 'readonly':
    case 'catch':
      return def.innerType;
    case 'lazy':
      return def.getter();
    case 'pipe':
      return def.in;
    default:
      return undefined;
  }
}

function unknownFields(def: z.core.$ZodObjectDef, input: object): readonly UnknownKey[] {
  const catchall = def.catchall === undefined || known(def.catchall)._zod.def.type === 'never' ? undefined : def.catchall;
  return entriesOf(input).flatMap(([key, value]) => {
    const field = Object.hasOwn(def.shape, key) ? def.shape[key] : catchall;
    return field === undefined ? [{ path: [key], known: Object.keys(def.shape) }] : below(key, unknownKeys(field, value));
  });
}

function inTuple(def: z.core.$ZodTupleDef, item: unknown, i: number): readonly UnknownKey[] {
  const schema = def.items[i] ?? def.rest;
  return schema === null ? [] : unknownKeys(schema, item);
}

/** Every key that one side of an intersection does not know and the other neither: there, or somewhere above. */
function unknownToBoth(left: readonly UnknownKey[], right: readonly UnknownKey[]): readonly UnknownKey[] {
  const isUnder = (one: UnknownKey, others: readonly UnknownKey[]): UnknownKey | undefined =>
    others.find((other) => other.path.every((key, i) => one.path[i] === key));
  const both = [...left.filter((one) => isUnder(one, right)), ...right.filter((one) => isUnder(one, left))];
  return both
    .filter((one, i) => both.findIndex((other) => samePath(one.path, other.path)) === i)
    .map(({ path }) => ({ path, known: [...left, ...right].filter((one) => samePath(one.path, path)).flatMap((one) => one.known) }));
}

function samePath(a: Path, b: Path): boolean {
  return a.length === b.length && a.every((key, i) => key === b[i]);
}

/** Of the forms of a union that accept an input, the one that loses least of it speaks. None: the parse says why. */
function fewest(found: readonly (readonly UnknownKey[])[]): readonly UnknownKey[] {
  return found.reduce<readonly UnknownKey[]>((best, one, i) => (i === 0 || one.length < best.length ? one : best), []);
}

function accepts(schema: Schema, input: unknown): boolean {
  try {
    return z.safeParse(schema, input).success;
  } catch {
    // A schema that throws is told about when the whole input is parsed.
    return false;
  }
}

function below(key: string | number, found: readonly UnknownKey[]): readonly UnknownKey[] {
  return found.map((one) => ({ ...one, path: [key, ...one.path] }));
}

function entriesOf(input: object): readonly (readonly [string, unknown])[] {
  return Object.entries(input).filter(([, value]) => value !== undefined);
}

function ownOf(input: object, key: string): unknown {
  return Object.hasOwn(input, key) ? (input as Readonly<Record<string, unknown>>)[key] : undefined;
}

/** The schema with its definition told apart by `def.type`, as zod's own documentation does it. */
function known(schema: Schema): z.core.$ZodTypes {
  return schema as z.core.$ZodTypes;
}
