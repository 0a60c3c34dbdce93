import type { Json } from '../model/json.ts';
import { base64, dateTime, duration, type Format, quantity } from './scalars.ts';
import type { Schema } from './schema.ts';

/** What a value must be made of. */
export type Form =
  | 'any'
  | 'object'
  | 'map'
  | 'list'
  | 'string'
  | 'integer'
  | 'number'
  | 'boolean'
  | 'quantity'
  | 'int-or-string'
  | 'object-or-boolean'
  | 'object-or-list';

/** A schema prepared for walking: references are followed, and what is below is prepared when a value goes there. */
export interface Node {
  readonly form: Form;
  readonly schema: Schema;
  /**
   * Whether it is of a CustomResourceDefinition: then an object without fields takes none, null is only taken where that is
   * said, and what has a default may be missing. Kubernetes' own take null as absent.
   */
  readonly structural: boolean;
  /** The name of the definition, for Kubernetes' own. */
  readonly definition?: string;
  /** The node of a field; undefined for a field that there is not. */
  readonly field: (name: string) => Node | undefined;
  /** The node of the values of a map, or of the items of a list; of unknown fields where these are kept. */
  readonly rest?: () => Node;
  /** Whether the API server drops unknown fields in it without a word, where it else refuses them. */
  readonly isDropping?: boolean;
  /** The form of a text. */
  readonly format?: Format;
  /** The JavaScript type of values about which nothing more is said. */
  readonly free?: 'string' | 'boolean';
  /** The keys that tell the items of a list apart, each with its default; empty for a set. */
  readonly keys?: readonly ListKey[];
}

/** A key of a list of maps. */
export interface ListKey {
  readonly name: string;
  readonly default?: Json;
}

/** Where schemas come from, and what is prepared of them already. */
export interface Scope {
  /** The scope of what `$ref` names: its own, or that of Kubernetes' own schemas. */
  readonly named: (name: string) => { readonly schema: Schema; readonly scope: Scope };
  readonly structural: boolean;
  readonly prepared: Map<Schema, Node>;
}

/** The scope of Kubernetes' own schemas, which refer to one another by the names of their definitions. */
export function builtinScope(definition: (name: string) => Schema | undefined): Scope {
  const scope: Scope = {
    named: (name) => ({ schema: definition(name) ?? {}, scope }),
    structural: false,
    prepared: new Map(),
  };
  return scope;
}

/** The scope of the schemas of CustomResourceDefinitions: of Kubernetes' own, in `builtin`, they only have the metadata. */
export function structuralScope(builtin: Scope): Scope {
  return { named: builtin.named, structural: true, prepared: new Map() };
}

const meta = 'io.k8s.apimachinery.pkg.apis.meta.v1';
const extensions = 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1';

/** Definitions whose Go types read JSON in a way of their own, which their schemas cannot say. */
const special: Readonly<Record<string, Pick<Node, 'form' | 'format'>>> = {
  'io.k8s.apimachinery.pkg.api.resource.Quantity': { form: 'quantity', format: quantity },
  'io.k8s.apimachinery.pkg.util.intstr.IntOrString': { form: 'int-or-string' },
  [`${meta}.Time`]: { form: 'string', format: dateTime },
  [`${meta}.MicroTime`]: { form: 'string', format: dateTime },
  [`${meta}.Duration`]: { form: 'string', format: duration },
  'io.k8s.apimachinery.pkg.runtime.RawExtension': { form: 'any' },
};

/** Types of apiextensions that are a schema, or something else. */
const schemaOr: Readonly<Record<string, Form>> = {
  [`${extensions}.JSONSchemaPropsOrBool`]: 'object-or-boolean',
  [`${extensions}.JSONSchemaPropsOrArray`]: 'object-or-list',
  [`${extensions}.JSONSchemaPropsOrStringArray`]: 'object-or-list',
};

/** Prepares `schema`, once. */
export function prepare(schema: Schema, scope: Scope): Node {
  const before = scope.prepared.get(schema);
  if (before !== undefined) return before;
  const node = isReference(schema) ? refer(schema.$ref, scope) : build(schema, scope);
  scope.prepared.set(schema, node);
  return node;
}

/** JSONSchemaProps has a *property* of that name, which is an object. */
function isReference(schema: Schema): schema is Schema & { readonly $ref: string } {
  return typeof schema.$ref === 'string';
}

function refer(name: string, from: Scope): Node {
  const { schema, scope } = from.named(name);
  const known = special[name];
  if (known !== undefined) return { ...known, schema, structural: false, field: none };
  const form = schemaOr[name];
  if (form !== undefined) return { ...refer(`${extensions}.JSONSchemaProps`, scope), form, isDropping: true };
  return { ...prepare(schema, scope), definition: name };
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

function none(): undefined {
  return undefined;
}

function build(written: Schema, scope: Scope): Node {
  const schema = written['x-kubernetes-embedded-resource'] === true ? embeddedResource(written) : written;
  const { properties, additionalProperties, items } = schema;
  const form = formOf(schema, scope);
  const fields = new Map<string, Node | undefined>();
  const field = (name: string): Node | undefined => {
    const known = fields.get(name);
    if (known !== undefined || fields.has(name)) return known;
    const found = properties !== undefined && Object.hasOwn(properties, name) ? properties[name] : undefined;
    const node = found === undefined ? undefined : prepare(found, scope);
    fields.set(name, node);
    return node;
  };
  const below = form === 'list' ? items : typeof additionalProperties === 'object' ? additionalProperties : undefined;
  return {
    form,
    schema,
    structural: scope.structural,
    field: properties === undefined ? none : field,
    ...(below === undefined ? {} : { rest: once(() => prepare(below, scope)) }),
    ...(schema.format === 'byte' ? { format: base64 } : {}),
    ...freeIn(schema, form, scope),
    ...(form === 'list' ? keysOf(schema, scope) : {}),
  };
}

/** A whole object inside another: what every object has is not said by the schema (KEP-1028), nor by that of a whole resource. */
function embeddedResource(schema: Schema): Schema {
  const identity = { apiVersion: { type: 'string' }, kind: { type: 'string' }, metadata: { $ref: `${meta}.ObjectMeta` } };
  return { ...schema, properties: { ...schema.properties, ...identity }, required: [...(schema.required ?? []), 'apiVersion', 'kind'] };
}

function formOf(schema: Schema, { structural }: Scope): Form {
  const { type, properties, additionalProperties } = schema;
  if (schema['x-kubernetes-int-or-string'] === true) return 'int-or-string';
  if (type === 'array') return 'list';
  if (type === 'string' || type === 'integer' || type === 'number' || type === 'boolean') return type;
  if (properties !== undefined) return 'object';
  if (type === 'object' && additionalProperties !== undefined) return 'map';
  if (type === undefined) return 'any';
  return structural ? 'object' : 'map';
}

/** Kubernetes' own schemas say little of most texts: they need not be looked at. */
function freeIn(schema: Schema, form: Form, { structural }: Scope): Pick<Node, 'free'> {
  const isFree = !structural && schema.enum === undefined && schema.format !== 'byte';
  return isFree && (form === 'string' || form === 'boolean') ? { free: form } : {};
}

function keysOf(schema: Schema, scope: Scope): Pick<Node, 'keys'> {
  switch (schema['x-kubernetes-list-type']) {
    case 'set':
      return { keys: [] };
    case 'map': {
      const item = schema.items === undefined ? undefined : prepare(schema.items, scope).schema;
      const names = schema['x-kubernetes-list-map-keys'] ?? [];
      return { keys: names.map((name) => ({ name, ...defaultOf(item?.properties?.[name]) })) };
    }
    default:
      return {};
  }
}

function defaultOf(schema: Schema | undefined): Pick<ListKey, 'default'> {
  return schema?.default === undefined ? {} : { default: schema.default };
}
