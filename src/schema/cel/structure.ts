import { at, isObject, type Json, listAt, objectAt, stringAt } from '../../model/json.ts';
import { escapedName, isReserved } from './escape.ts';
import { dyn, listType, mapType, type Type } from './types.ts';

/** A structural schema as rules in CEL see it: read from a CustomResourceDefinition, whatever is in it. */
export interface Structure {
  readonly type: string;
  readonly format: string;
  readonly isNullable: boolean;
  readonly isIntOrString: boolean;
  readonly isEmbedded: boolean;
  readonly properties?: ReadonlyMap<string, Structure>;
  /** What stands under every key that is no property. */
  readonly additional?: Structure;
  readonly items?: Structure;
  /** How the elements of a list are told apart, when their order does not matter. */
  readonly by?: 'set' | readonly string[];
  readonly default?: Json;
  readonly rules: readonly Json[];
  /** Whether it or anything below it has rules. */
  readonly hasRules: boolean;
  /** Whether it or anything below it has a default. */
  readonly hasDefaults: boolean;
}

const types: readonly string[] = ['array', 'boolean', 'integer', 'number', 'object', 'string'];

/** The formats of which expressions see a value of another type. */
const formats: readonly string[] = ['byte', 'date', 'date-time', 'duration'];

/** Reads the schema of a version of a CustomResourceDefinition. */
export function structureOf(schema: Json | undefined): Structure {
  const properties = isObject(at(schema, 'properties'))
    ? new Map(Object.entries(objectAt(schema, 'properties')).map(([name, property]) => [name, structureOf(property)]))
    : undefined;
  const additional = isObject(at(schema, 'additionalProperties')) ? structureOf(at(schema, 'additionalProperties')) : undefined;
  const items = isObject(at(schema, 'items')) ? structureOf(at(schema, 'items')) : undefined;
  const by = identityOf(schema);
  const rules = listAt(schema, 'x-kubernetes-validations');
  const below = [
    ...(properties?.values() ?? []),
    ...(additional === undefined ? [] : [additional]),
    ...(items === undefined ? [] : [items]),
  ];
  const standard = at(schema, 'default');
  return {
    type: types.find((type) => type === stringAt(schema, 'type')) ?? '',
    format: formats.find((format) => format === stringAt(schema, 'format')) ?? '',
    isNullable: at(schema, 'nullable') === true,
    isIntOrString: at(schema, 'x-kubernetes-int-or-string') === true,
    isEmbedded: at(schema, 'x-kubernetes-embedded-resource') === true,
    ...(properties === undefined ? {} : { properties }),
    ...(additional === undefined ? {} : { additional }),
    ...(items === undefined ? {} : { items }),
    ...(by === undefined ? {} : { by }),
    ...(standard === undefined ? {} : { default: standard }),
    rules,
    hasRules: rules.length > 0 || below.some(({ hasRules }) => hasRules),
    hasDefaults: standard !== undefined || below.some(({ hasDefaults }) => hasDefaults),
  };
}

function identityOf(schema: Json | undefined): Structure['by'] | undefined {
  const type = stringAt(schema, 'x-kubernetes-list-type');
  if (type === 'set') return 'set';
  if (type !== 'map') return undefined;
  const keys = listAt(schema, 'x-kubernetes-list-map-keys').filter((key) => typeof key === 'string');
  return keys.map((key) => escapedName(key) ?? key);
}

const text: Structure = {
  type: 'string',
  format: '',
  isNullable: false,
  isIntOrString: false,
  isEmbedded: false,
  rules: [],
  hasRules: false,
  hasDefaults: false,
};
function metadataOf(given: Structure | undefined): Structure {
  const names = ['name', 'generateName'].map((name) => [name, { ...text, ...rulesOf(given?.properties?.get(name)) }] as const);
  return { ...text, type: 'object', properties: new Map(names), ...rulesOf(given) };
}

/** The root of a resource, where `apiVersion`, `kind` and the names in `metadata` are known, and nothing else of `metadata`. */
export function rootOf(structure: Structure): Structure {
  const known = ['apiVersion', 'kind'].map((name) => [name, { ...text, ...rulesOf(structure.properties?.get(name)) }] as const);
  const properties = new Map([...(structure.properties ?? []), ...known]);
  return {
    ...structure,
    type: 'object',
    properties: properties.set('metadata', metadataOf(structure.properties?.get('metadata'))),
  };
}

function rulesOf(structure: Structure | undefined): Partial<Structure> {
  return structure === undefined ? {} : { rules: structure.rules, hasRules: structure.hasRules };
}

/** The structure as it is seen: an embedded resource is a root, too. */
export function seen(structure: Structure): Structure {
  return structure.isEmbedded ? rootOf(structure) : structure;
}

const scalars: Readonly<Record<string, Type>> = {
  boolean: { kind: 'bool' },
  number: { kind: 'double' },
  integer: { kind: 'int' },
  string: { kind: 'string' },
  'string/byte': { kind: 'bytes' },
  'string/duration': { kind: 'duration' },
  'string/date': { kind: 'timestamp' },
  'string/date-time': { kind: 'timestamp' },
};

/** The type that expressions see, or undefined for what they do not see: data without a schema. */
export function typeOf(structure: Structure): Type | undefined {
  if (structure.isIntOrString) return dyn;
  const { type, format, items, additional, properties } = seen(structure);
  if (type === 'array') return items === undefined ? undefined : mapped(typeOf(items), listType);
  if (type !== 'object') return scalars[`${type}/${format}`] ?? scalars[type];
  if (additional !== undefined) return mapped(typeOf(additional), mapType);
  const fields = [...(properties ?? [])].flatMap(([name, property]) => {
    const escaped = escapedName(name);
    const field = typeOf(property);
    if (escaped === undefined || field === undefined) return [];
    return (isReserved(name) ? [escaped, name] : [escaped]).map((one) => [one, field] as const);
  });
  return { kind: 'object', fields: new Map(fields) };
}

function mapped(type: Type | undefined, to: (type: Type) => Type): Type | undefined {
  return type === undefined ? undefined : to(type);
}
