import { at, isObject, type Json, type JsonObject } from '../../model/json.ts';
import type { Setting } from './check.ts';
import { plainValue } from './plain.ts';
import { dyn, listType, mapType, type Type } from './types.ts';
import { CelError, type Value } from './values.ts';

/** What expressions of health see of an object beside the whole of it, `self`. */
const parts = ['apiVersion', 'kind', 'metadata', 'spec', 'status', 'data'] as const;

/** Those of the parts that are seen as empty where they are not there, so that `has(status.phase)` is false, and no error. */
const seenEmpty: ReadonlySet<string> = new Set(['metadata', 'spec', 'status', 'data']);

/** The last minor of Kubernetes 1 whose libraries are known: agents evaluate expressions themselves, whatever their cluster has. */
const minor = 35;

/** Where expressions of health stand: over objects of any kind, or, with the schema of one (OpenAPI), over its. */
export function healthSetting(schema?: Json): Setting {
  const type = schema === undefined ? dyn : typeUnder(schema, true);
  const fields = 'fields' in type ? type.fields : undefined;
  return { minor, variables: new Map<string, Type>([['self', type], ...parts.map((part) => [part, fields?.get(part) ?? dyn] as const)]) };
}

/** The values that they see of `object`. */
export function healthInput(object: JsonObject): (name: string) => Value {
  const seen = new Map<string, Value>();
  return (name) => {
    const value = seen.get(name) ?? partOf(object, name);
    seen.set(name, value);
    return value;
  };
}

function partOf(object: JsonObject, name: string): Value {
  const part = name === 'self' ? object : object[name];
  if (part !== undefined) return plainValue(part);
  if (seenEmpty.has(name)) return { type: 'map', entries: new Map() };
  throw new CelError(`no such key: ${name}`);
}

/** Of a schema only which fields there are: a value without one has the type that its text has, which need not be that of the schema. */
function typeUnder(schema: Json | undefined, isRoot = false): Type {
  if (isAnything(schema)) return dyn;
  const [items, additional, properties] = ['items', 'additionalProperties', 'properties'].map((key) => at(schema, key));
  if (isObject(items)) return listType(typeUnder(items));
  if (isObject(additional)) return mapType(typeUnder(additional));
  if (!isObject(properties)) return dyn;
  const known = isRoot ? ['apiVersion', 'kind', 'metadata'].map((name) => [name, dyn] as const) : [];
  const fields = Object.entries(properties).map(([name, property]) => [name, typeUnder(property)] as const);
  return { kind: 'object', fields: new Map<string, Type>([...fields, ...known]) };
}

function isAnything(schema: Json | undefined): boolean {
  return ['preserve-unknown-fields', 'embedded-resource', 'int-or-string'].some((key) => at(schema, `x-kubernetes-${key}`) === true);
}
