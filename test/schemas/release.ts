import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Lifecycle } from '../../src/schema/embedded.ts';
import type { Schema } from '../../src/schema/schema.ts';

/** What the sources of one Kubernetes release say about its API. */
export interface Release {
  readonly kinds: readonly ReleasedKind[];
  /** All that the kinds are made of, by the names that `$ref` uses. */
  readonly definitions: ReadonlyMap<string, Schema>;
  /** By `group/version/Kind`; also of versions that are served no longer. */
  readonly lifecycles: ReadonlyMap<string, Lifecycle>;
}

/** A version of a kind that can be applied. */
export interface ReleasedKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: boolean;
  readonly status: boolean;
  /** The name of its definition. */
  readonly definition: string;
}

/** What the Go program `facts` prints. */
export interface Facts {
  readonly enums: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
  readonly lifecycles: Readonly<Record<string, Lifecycle>>;
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly 'x-kubernetes-group-version-kind'?: GroupVersionKind }>>>>;
  readonly components?: { readonly schemas?: Readonly<Record<string, RawSchema>> };
}

interface GroupVersionKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

type RawSchema = Schema & { readonly 'x-kubernetes-group-version-kind'?: readonly GroupVersionKind[] };

/** Reads the folder of the Go module `k8s.io/kubernetes` of a release. */
export function readRelease(folder: string, facts: Facts): Release {
  const files = join(folder, 'api/openapi-spec/v3');
  const documents = readdirSync(files).map((name) => JSON.parse(readFileSync(join(files, name), 'utf8')) as Document);
  const raw = new Map(documents.flatMap(({ components }) => Object.entries(components?.schemas ?? {})));
  const definitionOf = new Map(
    [...raw].flatMap(([name, schema]) => (schema['x-kubernetes-group-version-kind'] ?? []).map((one) => [keyOf(one), name])),
  );
  const kinds = documents.flatMap(({ paths }) => kindsIn(paths, definitionOf));
  const plain = new Map([...raw].map(([name, schema]) => [name, withEnums(name, plainSchema(schema), facts.enums)]));
  return {
    kinds,
    definitions: reachable(
      kinds.map(({ definition }) => definition),
      plain,
    ),
    lifecycles: new Map(Object.entries(facts.lifecycles).filter(([, { deprecated, removed }]) => (deprecated ?? removed) !== undefined)),
  };
}

function keyOf({ group, version, kind }: GroupVersionKind): string {
  return `${group}/${version}/${kind}`;
}

/** The kinds whose objects can be patched by name, as an apply does; what is only asked (a TokenReview) is none of them. */
function kindsIn(paths: Document['paths'], definitionOf: ReadonlyMap<string, string>): readonly ReleasedKind[] {
  return Object.entries(paths).flatMap(([path, operations]) => {
    const plural = /\/([^/{}]+)\/\{name\}$/.exec(path)?.[1];
    const found = operations['patch']?.['x-kubernetes-group-version-kind'];
    const definition = found === undefined ? undefined : definitionOf.get(keyOf(found));
    if (plural === undefined || found === undefined || definition === undefined) return [];
    return [{ ...found, plural, namespaced: path.includes('/{namespace}/'), status: paths[`${path}/status`] !== undefined, definition }];
  });
}

const kept: readonly (keyof Schema)[] = ['type', 'format', 'required', 'default', 'x-kubernetes-list-type', 'x-kubernetes-list-map-keys'];

/** The part of a schema that a value can be judged by: no words for people, and a `$ref` where the files wrap it to describe it. */
function plainSchema(raw: Schema): Schema {
  const only = raw.allOf?.length === 1 ? raw.allOf[0]?.$ref : raw.$ref;
  if (typeof only === 'string') return { $ref: only.replace('#/components/schemas/', ''), ...scalarDefault(raw) };
  const { properties, items, additionalProperties } = raw;
  return {
    ...Object.fromEntries(kept.flatMap((key) => (raw[key] === undefined ? [] : [[key, raw[key]]]))),
    ...scalarDefault(raw),
    ...(properties === undefined ? {} : { properties: mapValues(properties, plainSchema) }),
    ...(items === undefined ? {} : { items: plainSchema(items) }),
    ...(typeof additionalProperties === 'object' ? { additionalProperties: plainSchema(additionalProperties) } : {}),
  };
}

/** An empty object as a default only says that the field is no pointer. */
function scalarDefault({ default: value }: Schema): Pick<Schema, 'default'> {
  return value === undefined || typeof value === 'object' ? {} : { default: value };
}

function mapValues<T, U>(record: Readonly<Record<string, T>>, change: (value: T) => U): Readonly<Record<string, U>> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}

/** `schema` with the enums that its source has and its OpenAPI files lack. */
function withEnums(name: string, schema: Schema, enums: Facts['enums']): Schema {
  const found = enums[name.split('.').slice(-3).join('_')] ?? {};
  return Object.entries(found).reduce((here, [path, values]) => withEnum(here, path.split('/'), values), schema);
}

function withEnum(schema: Schema, [step, ...rest]: readonly string[], values: readonly string[]): Schema {
  if (step === undefined) return { ...schema, enum: values };
  if (step === 'items' && schema.items !== undefined) return { ...schema, items: withEnum(schema.items, rest, values) };
  const { additionalProperties, properties } = schema;
  if (step === 'additionalProperties' && typeof additionalProperties === 'object') {
    return { ...schema, additionalProperties: withEnum(additionalProperties, rest, values) };
  }
  const property = properties?.[step];
  if (property === undefined) throw new Error(`an enum is for \`${step}\`, which the schema does not have`);
  return { ...schema, properties: { ...properties, [step]: withEnum(property, rest, values) } };
}

/** The definitions that `roots` are made of. */
function reachable(roots: readonly string[], all: ReadonlyMap<string, Schema>): ReadonlyMap<string, Schema> {
  const found = new Map<string, Schema>();
  const visit = (name: string): void => {
    const schema = all.get(name);
    if (schema === undefined) throw new Error(`no definition is called \`${name}\``);
    if (found.has(name)) return;
    found.set(name, schema);
    for (const used of refsIn(schema)) visit(used);
  };
  for (const root of roots) visit(root);
  return found;
}

function refsIn(schema: Schema): readonly string[] {
  const { $ref, properties, items, additionalProperties } = schema;
  const inner = [...Object.values(properties ?? {}), items, additionalProperties].filter((one) => typeof one === 'object');
  return [...($ref === undefined ? [] : [$ref]), ...inner.flatMap(refsIn)];
}
