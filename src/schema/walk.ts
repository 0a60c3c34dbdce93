import { at, isObject, type Json, type JsonObject, type Path, sameJson } from '../model/json.ts';
import { breachesOf } from './constraints.ts';
import { identityBreaches } from './identity.ts';
import { type Form, type ListKey, type Node, prepare, type Scope } from './node.ts';
import type { Format } from './scalars.ts';
import type { Schema } from './schema.ts';

/** What does not fit a schema, and where. */
export type Finding = { readonly path: Path } & (
  | {
      readonly type: 'unknown';
      readonly definition?: string;
      readonly known: readonly string[];
      readonly below: readonly string[];
      readonly isDropped: boolean;
    }
  | { readonly type: 'mistyped'; readonly value: unknown; readonly expected: string }
  | { readonly type: 'missing' }
  | { readonly type: 'unlisted'; readonly value: unknown; readonly allowed: readonly unknown[] }
  | { readonly type: 'malformed'; readonly value: unknown; readonly format: Pick<Format, 'expected'> }
  | { readonly type: 'duplicate'; readonly keys: JsonObject | undefined; readonly value: unknown }
  | { readonly type: 'breach'; readonly value: unknown; readonly expected: string }
  | { readonly type: 'unkeyed'; readonly keys: readonly string[] }
);

/** What a walk looks for. */
export interface WalkOptions {
  /** Only whether fields are there and have their types: for what the API server reads and then throws away. */
  readonly lenient?: boolean;
  /** Fields that a schema calls required while the API server takes objects without them. */
  readonly isOptional?: (definition: string | undefined, field: string, path: Path) => boolean;
  /** Fields with an enum in which the API server takes a text that is none of it. */
  readonly takesText?: (definition: string | undefined, field: string, text: string) => boolean;
  /** Whether nothing is missing that has a default. The API server looks at a default of a schema as it is written. */
  readonly hasNoDefaults?: boolean;
  /** Told of every whole object inside of the value: what all objects have is judged elsewhere. */
  readonly onEmbedded?: (object: JsonObject, path: Path) => void;
}

/**
 * All that does not fit `schema` in `value`, as the API server judges an apply: unknown fields, types, required fields, enums,
 * formats, and what is twice in a list whose items have keys. Values of the wrong type are not looked into.
 */
export function walk(
  value: unknown,
  { schema, scope }: { readonly schema: Schema; readonly scope: Scope },
  options: WalkOptions = {},
): readonly Finding[] {
  const isRead = options.lenient !== true || !scope.structural;
  const walker: Walker = { isDropping: false, isRead, options, path: [], found: [] };
  visit(walker, prepare(schema, scope), value);
  return walker.found;
}

/** The path is that of the value at hand; it is copied when something is found there. */
interface Walker {
  /** Whether the value at hand is below one whose unknown fields the API server drops without a word. */
  isDropping: boolean;
  /** Whether texts are read into Go's types: what is thrown away of a custom resource is not. */
  readonly isRead: boolean;
  readonly options: WalkOptions;
  readonly path: (string | number)[];
  readonly found: Finding[];
}

function visit(walker: Walker, node: Node, value: unknown): void {
  if (value === null || value === undefined) {
    const isReplaced = node.schema.default !== undefined && walker.options.hasNoDefaults !== true;
    if (node.structural && node.schema.nullable !== true && node.form !== 'any' && !isReplaced) {
      report(walker, { type: 'mistyped', value, expected: expectedOf[node.form] });
    }
    return;
  }
  if (!fits(node.form, value)) {
    report(walker, { type: 'mistyped', value, expected: expectedOf[node.form] });
    return;
  }
  if (node.structural && walker.options.lenient !== true) {
    visitConstraints(walker, node, value);
    visitIdentity(walker, node, value);
  }
  const before = walker.isDropping;
  walker.isDropping ||= node.isDropping === true;
  if (isObject(value)) visitObject(walker, node, value);
  else if (Array.isArray(value)) visitList(walker, node, value);
  else visitScalar(walker, node, value);
  walker.isDropping = before;
}

const expectedOf: Readonly<Record<Form, string>> = {
  any: 'a value',
  object: 'an object',
  map: 'an object',
  list: 'a list',
  string: 'a text',
  integer: 'a whole number',
  number: 'a number',
  boolean: '`true` or `false`',
  quantity: 'a quantity: a text or a number',
  'int-or-string': 'a whole number or a text',
  'object-or-boolean': 'an object, `true` or `false`',
  'object-or-list': 'an object or a list',
};

function fits(form: Form, value: unknown): boolean {
  switch (form) {
    case 'any':
      return true;
    case 'object':
    case 'map':
      return isObject(value);
    case 'list':
      return Array.isArray(value);
    case 'string':
    case 'boolean':
    case 'number':
      return typeof value === form;
    case 'integer':
      return Number.isInteger(value);
    case 'quantity':
      return typeof value === 'string' || typeof value === 'number';
    case 'int-or-string':
      return typeof value === 'string' || Number.isInteger(value);
    case 'object-or-boolean':
      return isObject(value) || typeof value === 'boolean';
    case 'object-or-list':
      // Go takes what is neither for nothing.
      return true;
  }
}

function report(walker: Walker, finding: Unplaced, ...below: Path): void {
  walker.found.push({ ...finding, path: [...walker.path, ...below] } as Finding);
}

type Unplaced = Finding extends infer F ? (F extends Finding ? Omit<F, 'path'> : never) : never;

function visitObject(walker: Walker, node: Node, value: JsonObject): void {
  if (node.form === 'any' && node.schema.properties === undefined) return;
  for (const key in value) {
    const inner = value[key];
    if (inner === undefined) continue;
    const child = node.field(key) ?? node.rest?.();
    if (child !== undefined) {
      if (typeof inner === child.free) continue;
      const isTaken =
        child.schema.enum !== undefined && typeof inner === 'string' && walker.options.takesText?.(node.definition, key, inner);
      if (isTaken === true) continue;
      walker.path.push(key);
      visit(walker, child, inner);
      walker.path.pop();
    } else if (!takesUnknown(node)) {
      const known = Object.keys(node.schema.properties ?? {});
      const below = known.filter((name) => hasField(node.field(name), key));
      report(
        walker,
        {
          type: 'unknown',
          known,
          below,
          isDropped: walker.isDropping,
          ...(node.definition === undefined ? {} : { definition: node.definition }),
        },
        key,
      );
    }
  }
  if (walker.options.lenient !== true) visitRequired(walker, node, value);
}

/** Whether what stands in a field, or the items of the list in it, have a field `name`: authors often miss a level. */
function hasField(node: Node | undefined, name: string): boolean {
  return node?.field(name) !== undefined || (node?.form === 'list' && node.rest?.().field(name) !== undefined);
}

function takesUnknown({ form, schema }: Node): boolean {
  return form === 'map' || schema['x-kubernetes-preserve-unknown-fields'] === true || schema.additionalProperties === true;
}

function visitRequired(walker: Walker, node: Node, value: JsonObject): void {
  const { required } = node.schema;
  if (required === undefined) return;
  for (const field of required) {
    if (value[field] !== undefined && value[field] !== null) continue;
    const hasDefault = node.structural && walker.options.hasNoDefaults !== true && node.field(field)?.schema.default !== undefined;
    if (!hasDefault && walker.options.isOptional?.(node.definition, field, walker.path) !== true)
      report(walker, { type: 'missing' }, field);
  }
}

function visitList(walker: Walker, node: Node, value: readonly unknown[]): void {
  const item = node.rest?.();
  if (item === undefined) return;
  // What is dropped is kept by no keys.
  const seen = node.keys === undefined || walker.isDropping ? undefined : new Set<string>();
  for (let i = 0; i < value.length; i++) {
    const inner = value[i];
    walker.path.push(i);
    if (seen !== undefined && node.keys !== undefined) visitKeys(walker, { keys: node.keys, value: inner, seen });
    visit(walker, item, inner === null && seen === undefined ? zeroOf(item) : inner);
    walker.path.pop();
  }
}

/** What the API server takes `null` for in a list of Kubernetes' own: the zero value of the item's type, as far as that can be wrong. */
function zeroOf({ structural, form, schema }: Node): Json {
  if (structural) return null;
  if (form === 'object') return {};
  return schema.enum === undefined ? null : '';
}

/** Items are told apart as structured-merge-diff does it: by the keys that they have, or have a default for. */
function visitKeys(
  walker: Walker,
  { keys, value, seen }: { readonly keys: readonly ListKey[]; readonly value: unknown; readonly seen: Set<string> },
): void {
  if (value === null) report(walker, { type: 'mistyped', value, expected: keys.length === 0 ? 'a value' : 'an object' });
  // What is no object in a list of objects is told by its type.
  if (value === null || (keys.length > 0 && !isObject(value))) return;
  const found = isObject(value) ? keysIn(value, keys) : undefined;
  if (found !== undefined && Object.keys(found).length === 0) {
    report(walker, { type: 'unkeyed', keys: keys.map(({ name }) => name) });
    return;
  }
  const identity = JSON.stringify(found ?? value);
  if (seen.has(identity)) report(walker, { type: 'duplicate', keys: found, value });
  seen.add(identity);
}

function keysIn(item: JsonObject, keys: readonly ListKey[]): JsonObject {
  const found: Record<string, Json> = {};
  for (const { name, default: otherwise } of keys) {
    const value = item[name] === undefined ? otherwise : item[name];
    if (value !== undefined) found[name] = value;
  }
  return found;
}

function visitConstraints(walker: Walker, { schema }: Node, value: unknown): void {
  const { enum: allowed = [] } = schema;
  if (typeof value === 'object' && allowed.length > 0 && !allowed.some((one) => sameJson(one, value as Json)))
    report(walker, { type: 'unlisted', value, allowed });
  for (const { path, expected } of breachesOf(schema, value))
    report(walker, { type: 'breach', value: at(value as Json, ...path), expected }, ...path);
}

/** What is inside of another object is called as objects are; of a whole object, its names are judged where it is. */
function visitIdentity(walker: Walker, { schema }: Node, value: unknown): void {
  if (schema['x-kubernetes-embedded-resource'] !== true || walker.path.length === 0 || !isObject(value)) return;
  walker.options.onEmbedded?.(value, [...walker.path]);
  for (const { path, expected } of identityBreaches(value))
    report(walker, { type: 'breach', value: at(value, ...path), expected }, ...path);
}

function visitScalar(walker: Walker, node: Node, value: unknown): void {
  const { schema, format, form } = node;
  if (format !== undefined && walker.isRead && typeof value === 'string' && !format.test(value))
    report(walker, { type: 'malformed', value, format });
  if (walker.options.lenient === true) return;
  if (schema.enum !== undefined && schema.enum.length > 0 && !schema.enum.includes(value as never)) {
    report(walker, { type: 'unlisted', value, allowed: schema.enum });
  }
  if (typeof value === 'number' && (form === 'integer' || form === 'int-or-string')) {
    const isShort = schema.format === 'int32' || (form === 'int-or-string' && !node.structural);
    const bits = isShort ? 31 : 63;
    if (value >= 2 ** bits || value < -(2 ** bits))
      report(walker, { type: 'malformed', value, format: { expected: `a number of ${bits + 1} bits` } });
  }
}
