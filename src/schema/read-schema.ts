import { isObject, type Json, type JsonObject } from '../model/json.ts';
import type { Schema } from './schema.ts';

/** What the value of a keyword has to be, where it is read; undefined for what it cannot be. */
type Reader = (value: Json) => unknown;

const text: Reader = (value) => (typeof value === 'string' ? value : undefined);
const number: Reader = (value) => (typeof value === 'number' ? value : undefined);
const flag: Reader = (value) => (typeof value === 'boolean' ? value : undefined);
const list: Reader = (value) => (Array.isArray(value) ? value : undefined);
const texts: Reader = (value) => (Array.isArray(value) ? value.filter((one) => typeof one === 'string') : undefined);
const schema: Reader = (value) => (isObject(value) ? readSchema(value) : undefined);
const schemas: Reader = (value) => (Array.isArray(value) ? value.map(orEmpty) : undefined);
const properties: Reader = (value) =>
  isObject(value) ? Object.fromEntries(Object.entries(value).map(([name, one]) => [name, orEmpty(one)])) : undefined;

/** `null` in the place of a schema is one that says nothing. */
function orEmpty(value: Json | undefined): Schema {
  return isObject(value) ? readSchema(value) : {};
}

const readers: ReadonlyMap<string, Reader> = new Map(
  Object.entries<Reader>({
    description: text,
    type: text,
    format: text,
    nullable: flag,
    properties,
    additionalProperties: (value) => flag(value) ?? schema(value),
    items: schema,
    required: texts,
    enum: list,
    default: (value) => value,
    pattern: text,
    minimum: number,
    maximum: number,
    exclusiveMinimum: flag,
    exclusiveMaximum: flag,
    multipleOf: number,
    minLength: number,
    maxLength: number,
    minItems: number,
    maxItems: number,
    uniqueItems: flag,
    minProperties: number,
    maxProperties: number,
    allOf: schemas,
    anyOf: schemas,
    oneOf: schemas,
    not: schema,
    'x-kubernetes-int-or-string': flag,
    'x-kubernetes-preserve-unknown-fields': flag,
    'x-kubernetes-embedded-resource': flag,
    'x-kubernetes-list-type': text,
    'x-kubernetes-list-map-keys': texts,
    'x-kubernetes-map-type': text,
  }),
);

/**
 * The structural schema in `written`, which an author wrote: keywords that are `null`, or of another type than theirs, say nothing
 * here. That they are wrong is told of the CustomResourceDefinition. Rules in CEL are read elsewhere.
 */
export function readSchema(written: JsonObject): Schema {
  const read = Object.entries(written).map(([key, value]) => [key, isSaid(value) ? readers.get(key)?.(value) : undefined] as const);
  return Object.fromEntries(read.filter(([, value]) => value !== undefined)) as Schema;
}

function isSaid(value: Json | undefined): value is Json {
  return value !== undefined && value !== null;
}
