import { isObject, type JsonObject, type Path } from '../model/json.ts';
import { type Form, type ListKey, type Node, prepare, type Scope } from './node.ts';
import type { Format } from './scalars.ts';
import type { Schema } from './schema.ts';

/** What does not fit a schema, and where. */
export type Finding = { readonly path: Path } & (
  | { readonly type: 'unknown'; readonly definition?: string; readonly known: readonly string[] }
  | { readonly type: 'mistyped'; readonly value: unknown; readonly expected: string }
  | { readonly type: 'missing' }
  | { readonly type: 'unlisted'; readonly value: unknown; readonly allowed: readonly unknown[] }
  | { readonly type: 'malformed'; readonly value: unknown; readonly format: Pick<Format, 'expected'> }
  | { readonly type: 'duplicate'; readonly keys: JsonObject | undefined; readonly value: unknown }
  | { readonly type: 'unkeyed'; readonly keys: readonly string[] }
);

/** What a walk looks for. */
export interface WalkOptions {
  /** Only whether fields are there and have their types: for what the API server reads and then throws away. */
  readonly lenient?: boolean;
  /** Fields that a schema calls required while the API server takes objects without them. */
  readonly isOptional?: (definition: string | undefined, field: string) => boolean;
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
  const walker: Walker = { options, path: [], found: [] };
  visit(walker, prepare(schema, scope), value);
  return walker.found;
}

/** The path is that of the value at hand; it is copied when something is found there. */
interface Walker {
  readonly options: WalkOptions;
  readonly path: (string | number)[];
  readonly found: Finding[];
}

function visit(walker: Walker, node: Node, value: unknown): void {
  if (value === null || value === undefined) {
    if (node.structural && node.schema.nullable !== true && node.form !== 'any' && node.schema.default === undefined) {
      report(walker, { type: 'mistyped', value, expected: expectedOf[node.form] });
    }
    return;
  }
  if (!fits(node.form, value)) {
    report(walker, { type: 'mistyped', value, expected: expectedOf[node.form] });
    return;
  }
  if (isObject(value)) visitObject(walker, node, value);
  else if (Array.isArray(value)) visitList(walker, node, value);
  else visitScalar(walker, node, value);
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
  }
}

function report(walker: Walker, finding: Unplaced, ...below: Path): void {
  walker.found.push({ ...finding, path: [...walker.path, ...below] } as Finding);
}

type Unplaced = Finding extends infer F ? (F extends Finding ? Omit<F, 'path'> : never) : never;

function visitObject(walker: Walker, node: Node, value: JsonObject): void {
  if (node.form === 'any' && node.schema.properties === undefined) return;
  for (const key of Object.keys(value)) {
    const inner = value[key];
    if (inner === undefined) continue;
    const child = node.field(key) ?? node.rest?.();
    if (child !== undefined) {
      walker.path.push(key);
      visit(walker, child, inner);
      walker.path.pop();
    } else if (!takesUnknown(node)) {
      const known = Object.keys(node.schema.properties ?? {});
      report(walker, { type: 'unknown', known, ...(node.definition === undefined ? {} : { definition: node.definition }) }, key);
    }
  }
  if (walker.options.lenient !== true) visitRequired(walker, node, value);
}

function takesUnknown({ form, schema }: Node): boolean {
  return form === 'map' || schema['x-kubernetes-preserve-unknown-fields'] === true || schema.additionalProperties === true;
}

function visitRequired(walker: Walker, node: Node, value: JsonObject): void {
  for (const field of node.schema.required ?? []) {
    if (value[field] !== undefined && value[field] !== null) continue;
    const hasDefault = node.structural && node.field(field)?.schema.default !== undefined;
    if (!hasDefault && walker.options.isOptional?.(node.definition, field) !== true) report(walker, { type: 'missing' }, field);
  }
}

function visitList(walker: Walker, node: Node, value: readonly unknown[]): void {
  const item = node.rest?.();
  if (item === undefined) return;
  const seen = node.keys === undefined ? undefined : new Set<string>();
  for (const [i, inner] of value.entries()) {
    walker.path.push(i);
    if (seen !== undefined && node.keys !== undefined) visitKeys(walker, { keys: node.keys, value: inner, seen });
    visit(walker, item, inner);
    walker.path.pop();
  }
}

/** Items are told apart as structured-merge-diff does it: by the keys that they have, or have a default for. */
function visitKeys(
  walker: Walker,
  { keys, value, seen }: { readonly keys: readonly ListKey[]; readonly value: unknown; readonly seen: Set<string> },
): void {
  const isSet = keys.length === 0;
  if (!isSet && !isObject(value)) {
    if (value === null) report(walker, { type: 'mistyped', value, expected: 'an object' });
    return;
  }
  const found = isObject(value)
    ? Object.fromEntries(keys.map(({ name, default: otherwise }) => [name, value[name] ?? otherwise]))
    : undefined;
  if (found !== undefined && Object.values(found).every((part) => part === undefined)) {
    report(walker, { type: 'unkeyed', keys: keys.map(({ name }) => name) });
    return;
  }
  const identity = JSON.stringify(found ?? value);
  if (seen.has(identity)) report(walker, { type: 'duplicate', keys: found as JsonObject | undefined, value });
  seen.add(identity);
}

function visitScalar(walker: Walker, node: Node, value: unknown): void {
  const { schema, format, form } = node;
  if (walker.options.lenient === true) return;
  if (format !== undefined && typeof value === 'string' && !format.test(value)) report(walker, { type: 'malformed', value, format });
  if (schema.enum !== undefined && !schema.enum.includes(value as never) && !isUnset(node, value)) {
    report(walker, { type: 'unlisted', value, allowed: schema.enum });
  }
  if (typeof value === 'number' && (form === 'integer' || form === 'int-or-string')) {
    const isShort = schema.format === 'int32' || (form === 'int-or-string' && !node.structural);
    const bits = isShort ? 31 : 63;
    if (value >= 2 ** bits || value < -(2 ** bits))
      report(walker, { type: 'malformed', value, format: { expected: `a number of ${bits + 1} bits` } });
  }
}

/** An empty text is no text to Go: it stands for the default. */
function isUnset(node: Node, value: unknown): boolean {
  return value === '' && node.definition === undefined && node.schema.default !== undefined;
}
