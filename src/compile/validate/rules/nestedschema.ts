import { isObject, type Json, type JsonObject, listAt, objectAt, type Path } from '../../../model/json.ts';
import type { Problem } from '../../../model/problem.ts';
import { forbidden, missing } from './checks.ts';
import { says, unsupportedIn } from './keywords.ts';
import { pattern } from './pattern.ts';
import { fields, fine, isFilled, isSet, object, type Rule } from './rule.ts';

const junctors = ['allOf', 'anyOf', 'oneOf'] as const;

/** What only the schema around may say, since it is what an object is stored by (KEP-1979, structural schemas). */
const notInside = [
  'type',
  'default',
  'title',
  'description',
  'nullable',
  'additionalProperties',
  'x-kubernetes-preserve-unknown-fields',
  'x-kubernetes-embedded-resource',
  'x-kubernetes-int-or-string',
  'x-kubernetes-list-map-keys',
  'x-kubernetes-list-type',
  'x-kubernetes-map-type',
  'x-kubernetes-validations',
];

/** Of these, what counts even when it is empty. */
const orEmpty = ['default', 'additionalProperties'];

/** What is wrong with the schemas inside of `allOf`, `anyOf`, `oneOf` and `not`, which may only narrow. */
export function nestedSchema(schema: JsonObject, path: Path): readonly Problem[] {
  return parts(schema, path).flatMap((part) => (isIntOrString(schema, part) ? unknownIn : inside)(part.schema, part.path));
}

interface Part {
  readonly schema: JsonObject;
  readonly path: Path;
}

/** The schemas that narrow `schema`. */
function parts(schema: JsonObject, path: Path): readonly Part[] {
  const several = junctors.flatMap((key) => listAt(schema, key).map((part, i) => ({ schema: part, path: [...path, key, i] })));
  const all: readonly { readonly schema: Json; readonly path: Path }[] = isSet(schema['not'])
    ? [...several, { schema: schema['not'], path: [...path, 'not'] }]
    : several;
  return all.flatMap((part) => (isObject(part.schema) ? [{ schema: part.schema, path: part.path }] : []));
}

/** `anyOf: [{type: integer}, {type: string}]`, alone or first in `allOf`, is how `x-kubernetes-int-or-string` may be told. */
function isIntOrString(schema: JsonObject, { path }: Part): boolean {
  const key = path.at(-2);
  if (key === 'anyOf') return saysIntOrString(schema['anyOf']);
  return key === 'allOf' && path.at(-1) === 0 && saysIntOrString(objectAt(listAt(schema, 'allOf')[0])['anyOf']);
}

function saysIntOrString(value: Json | undefined): boolean {
  const said = listAt(value).map((part) => Object.fromEntries(Object.entries(objectAt(part)).filter(([key, one]) => says(key, one))));
  return JSON.stringify(said) === '[{"type":"integer"},{"type":"string"}]';
}

function unknownIn(schema: JsonObject, path: Path): readonly Problem[] {
  const unknown = [...unsupportedIn(schema), ...(schema['uniqueItems'] === true ? ['uniqueItems'] : [])];
  return unknown.map((key) => forbidden([...path, key], 'structural schemas have none'));
}

function inside(schema: JsonObject, path: Path): readonly Problem[] {
  const properties = objectAt(schema, 'properties');
  return [
    ...unknownIn(schema, path),
    ...notInside
      .filter((key) => (isFilled(schema[key]) || (orEmpty.includes(key) && isSet(schema[key]))) && schema[key] !== false)
      .map((key) => forbidden([...path, key], 'a schema inside of `allOf`, `anyOf`, `oneOf` or `not` only narrows the one around it')),
    ...(isSet(properties['metadata']) ? [forbidden([...path, 'properties', 'metadata'], 'metadata is the same in all objects')] : fine),
    ...fields({ pattern })(schema, path),
    ...parts(schema, path).flatMap((part) => inside(part.schema, part.path)),
    ...Object.entries(properties).flatMap(([name, child]) => (isObject(child) ? inside(child, [...path, 'properties', name]) : fine)),
    ...(isObject(schema['items']) ? inside(schema['items'], [...path, 'items']) : fine),
  ];
}

/**
 * That everything which is narrowed at the root is told of there (apiserver/schema, validateStructuralCompleteness). Further
 * inside, the API server does not look.
 */
export const completeness: Rule = object((schema, path) => parts(schema, path).flatMap((part) => told(part, schema, path)));

function told(part: Part, around: JsonObject, path: Path): readonly Problem[] {
  const known = objectAt(around, 'properties');
  const inProperties = Object.entries(objectAt(part.schema, 'properties')).flatMap(([name, child]) => {
    const here = [...path, 'properties', name];
    if (!isSet(known[name])) return [missing(here, 'what is narrowed is told of first')];
    return isObject(child) ? told({ schema: child, path: [...part.path, 'properties', name] }, objectAt(known, name), here) : fine;
  });
  const items = part.schema['items'];
  const inItems = isObject(items)
    ? isObject(around['items'])
      ? told({ schema: items, path: [...part.path, 'items'] }, around['items'], [...path, 'items'])
      : [missing([...path, 'items'], 'what is narrowed is told of first')]
    : fine;
  return [...inProperties, ...inItems, ...parts(part.schema, part.path).flatMap((inner) => told(inner, around, path))];
}
