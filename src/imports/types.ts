import type { Json } from '../model/json.ts';
import type { Node } from '../schema/node.ts';
import type { Schema } from '../schema/schema.ts';
import { literal } from './names.ts';

/** One interface of a generated module. */
export interface Declaration {
  readonly name: string;
  readonly fields: readonly Field[];
  /** Whether it takes any other fields. */
  readonly isOpen: boolean;
}

/** A field of an interface. */
export interface Field {
  readonly name: string;
  /** As it is written in TypeScript. */
  readonly type: string;
  readonly isRequired: boolean;
  readonly description?: string | undefined;
  readonly default?: Json | undefined;
}

/** The name of the type of an object with fields, which is declared elsewhere. `path` leads to it from the whole object. */
export type NameOf = (node: Node, path: readonly string[]) => string;

/** An object that anything may be in. Interfaces, too, are assignable to it. */
const anyObject = 'object';

/**
 * The type of what `node` takes, in TypeScript. It takes all that the API server takes: where a schema says what no type can say, the type
 * is wider.
 */
export function typeOf(node: Node, path: readonly string[], nameOf: NameOf): string {
  const type = literalsOf(node) ?? formOf(node, path, nameOf);
  return node.schema.nullable === true && type !== 'unknown' ? `${type} | null` : type;
}

/** Whether `node` is an object with fields, which has an interface of its own. */
function hasFields({ form, schema }: Node): boolean {
  return form === 'object' && Object.keys(schema.properties ?? {}).length > 0;
}

/** Whether an object takes fields that its schema does not name. */
export function isOpen({ schema }: Node): boolean {
  return schema['x-kubernetes-preserve-unknown-fields'] === true || (schema.additionalProperties ?? false) !== false;
}

function formOf(node: Node, path: readonly string[], nameOf: NameOf): string {
  const inner = (): string => {
    const rest = node.rest?.();
    return rest === undefined ? 'unknown' : typeOf(rest, path, nameOf);
  };
  switch (node.form) {
    case 'any':
      return 'unknown';
    case 'object':
      if (hasFields(node)) return nameOf(node, path);
      return isOpen(node) ? anyObject : '{ readonly [field: string]: never }';
    case 'map':
      return node.rest === undefined ? anyObject : `{ readonly [key: string]: ${inner()} }`;
    case 'list':
      return listOf(inner());
    case 'integer':
    case 'number':
      return 'number';
    case 'quantity':
    case 'int-or-string':
      return 'number | string';
    case 'object-or-boolean':
      return `${nameOf(node, path)} | boolean`;
    case 'object-or-list':
      return `${nameOf(node, path)} | readonly (${nameOf(node, path)} | string)[]`;
    case 'string':
    case 'boolean':
      return node.form;
  }
}

function listOf(item: string): string {
  const isSimple = /^[\w.]+$/.test(item) || /^\{[^{}]*\}$/.test(item);
  return `readonly ${isSimple ? item : `(${item})`}[]`;
}

/** The values that `node` takes, where they can be listed. */
function literalsOf({ schema }: Node): string | undefined {
  const values = listed(schema);
  if (values === undefined || values.length === 0 || !values.every(isScalar)) return undefined;
  return [...new Set(values.map((value) => (typeof value === 'string' ? literal(value) : String(value))))].join(' | ');
}

/** All of `allOf` and the schema itself must hold, and one of `anyOf` or `oneOf`: whichever lists values says what there may be. */
function listed(schema: Schema): readonly Json[] | undefined {
  const { enum: own, allOf = [], anyOf = [], oneOf = [] } = schema;
  if (own !== undefined) return own;
  const inAll = allOf.map(listed).find((values) => values !== undefined);
  return inAll ?? inAny(anyOf) ?? inAny(oneOf);
}

function inAny(schemas: readonly Schema[]): readonly Json[] | undefined {
  const lists = schemas.map(listed);
  const values = lists.flatMap((list) => list ?? []);
  return lists.length > 0 && lists.every((list) => list !== undefined) ? values : undefined;
}

function isScalar(value: Json): boolean {
  return typeof value !== 'object' || value === null;
}
