import { isObject, type Json, type JsonObject, objectAt, type Path, stringAt } from '../../../model/json.ts';
import type { Problem } from '../../../model/problem.ts';
import { forbidden, invalid, missing } from './checks.ts';
import { defaultProblems } from './defaults.ts';
import { says, unsupportedIn } from './keywords.ts';
import { lists } from './listschema.ts';
import { completeness, nestedSchema } from './nestedschema.ts';
import { pattern } from './pattern.ts';
import { all, fields, fine, isFilled, isSet, object, type Rule } from './rule.ts';
import { schemaExpressions } from './schemaexpressions.ts';

/** Where a schema stands in its structural schema. */
interface Place {
  /** What is between it and the root, as far as rules differ. */
  readonly level: 'root' | 'inner';
  /** Why there may be no default, when there may be none. */
  readonly noDefault?: string;
  /** Whether it is below the values of a map, whose defaults nobody looks at. */
  readonly isInMap?: boolean;
  /** Whether it describes the metadata of an object. */
  readonly isMeta: boolean;
}

const types = ['string', 'number', 'integer', 'boolean', 'array', 'object'];

/** What the root of a schema may have when there is a status (validation, allowedFieldsAtRootSchema). */
const atRoot = [
  'description',
  'type',
  'format',
  'title',
  'maximum',
  'exclusiveMaximum',
  'minimum',
  'exclusiveMinimum',
  'maxLength',
  'minLength',
  'pattern',
  'maxItems',
  'minItems',
  'uniqueItems',
  'multipleOf',
  'required',
  'items',
  'properties',
  'externalDocs',
  'example',
  'x-kubernetes-preserve-unknown-fields',
  'x-kubernetes-validations',
];

/** Whether something is said that Go tells from nothing: an empty list or object is, an empty text or `false` is not. */
function isTold(value: Json | undefined): boolean {
  return isSet(value) && value !== '' && value !== false;
}

/** The schema of a version (apiextensions-apiserver: apiserver/schema, and apis/apiextensions/validation). */
export function rootSchema(hasStatus: boolean): Rule {
  return all(
    schemaAt({ level: 'root', isMeta: false }),
    completeness,
    object((schema, path) => [
      ...(schema['nullable'] === true ? [forbidden([...path, 'nullable'], 'an object is never `null`')] : fine),
      ...(hasStatus
        ? Object.keys(schema)
            .filter((key) => isTold(schema[key]) && !atRoot.includes(key))
            .map((key) => forbidden([...path, key], 'the root of a schema has none where there is the subresource `status`'))
        : fine),
    ]),
  );
}

function schemaAt(place: Place): Rule {
  return object((schema, path) => [
    ...ownProblems(schema, path, place),
    ...lists(schema, path),
    ...nestedSchema(schema, path),
    ...schemaExpressions(schema, path),
    ...children(schema, path, place),
  ]);
}

/** The schemas inside of one, each with its place. */
function children(schema: JsonObject, path: Path, place: Place): readonly Problem[] {
  const inner: Place = { ...place, level: 'inner' };
  const isObjectRoot = place.level === 'root' || schema['x-kubernetes-embedded-resource'] === true;
  const properties = Object.entries(objectAt(schema, 'properties')).flatMap(([name, child]) => {
    const isOwn = isObjectRoot && ['metadata', 'kind', 'apiVersion'].includes(name);
    const noDefault = isOwn && place.level === 'root' ? { noDefault: `\`${name}\` is the same in all objects` } : {};
    return schemaAt(isOwn ? { ...inner, isMeta: true, ...noDefault } : inner)(child ?? {}, [...path, 'properties', name]);
  });
  const values: Place = { ...inner, isInMap: true, ...(place.isMeta ? { noDefault: 'it is inside of metadata' } : {}) };
  return [
    ...properties,
    ...schemaAt(inner)(schema['items'] ?? null, [...path, 'items']),
    ...schemaAt(values)(schema['additionalProperties'] ?? null, [...path, 'additionalProperties']),
  ];
}

function ownProblems(schema: JsonObject, path: Path, place: Place): readonly Problem[] {
  return [
    ...unsupportedIn(schema).map((key) => forbidden([...path, key], 'structural schemas have none')),
    ...typeProblems(schema, path, place),
    ...extensions(schema, path, place),
    ...additional(schema, path, place),
    ...ofObject(schema, path, place),
    ...(schema['uniqueItems'] === true ? [forbidden([...path, 'uniqueItems'], 'use `x-kubernetes-list-type: set`')] : fine),
    ...(place.noDefault === undefined
      ? place.isInMap
        ? fine
        : defaultProblems(place.level === 'root' ? { ...schema, 'x-kubernetes-embedded-resource': true } : schema, path)
      : isSet(schema['default'])
        ? [forbidden([...path, 'default'], place.noDefault)]
        : fine),
    ...fields({ pattern })(schema, path),
  ];
}

function typeProblems(schema: JsonObject, path: Path, place: Place): readonly Problem[] {
  const type = stringAt(schema, 'type') ?? '';
  const here = [...path, 'type'];
  if (type === '') {
    const needsNone = schema['x-kubernetes-int-or-string'] === true || schema['x-kubernetes-preserve-unknown-fields'] === true;
    const isEmbedded = schema['x-kubernetes-embedded-resource'] === true;
    return needsNone && !isEmbedded
      ? fine
      : isSet(schema['type']) && type !== schema['type']
        ? fine
        : [missing(here, 'structural schemas tell the type of everything')];
  }
  if (!types.includes(type)) return [invalid(here, type, `it is one of \`${types.join('`, `')}\``)];
  if (place.level === 'root' && type !== 'object') return [invalid(here, type, 'at the root it is `object`')];
  if (schema['x-kubernetes-embedded-resource'] === true && type !== 'object')
    return [invalid(here, type, 'an embedded object is an `object`')];
  return type === 'array' && (Array.isArray(schema['items']) ? schema['items'].length === 0 : !isObject(schema['items']))
    ? [missing([...path, 'items'], '`type` is `array`')]
    : fine;
}

function extensions(schema: JsonObject, path: Path, { isMeta }: Place): readonly Problem[] {
  const is = (key: string): boolean => schema[`x-kubernetes-${key}`] === true;
  const at = (key: string): Path => [...path, `x-kubernetes-${key}`];
  return [
    ...(schema['x-kubernetes-preserve-unknown-fields'] === false
      ? [invalid(at('preserve-unknown-fields'), false, 'it is `true`, or not set')]
      : fine),
    ...['preserve-unknown-fields', 'embedded-resource']
      .filter((key) => is('int-or-string') && is(key))
      .map((key) => forbidden(at(key), '`x-kubernetes-int-or-string` is `true`')),
    ...(isMeta && is('embedded-resource') ? [forbidden(at('embedded-resource'), 'metadata is no object')] : fine),
    ...(is('embedded-resource') && !is('preserve-unknown-fields') && !isFilled(schema['properties'])
      ? [missing([...path, 'properties'], 'an embedded object has some, or keeps what is unknown')]
      : fine),
  ];
}

function additional(schema: JsonObject, path: Path, place: Place): readonly Problem[] {
  const given = schema['additionalProperties'];
  const here = [...path, 'additionalProperties'];
  if (!isSet(given)) return fine;
  if (place.level === 'root') return [forbidden(here, 'the root of a schema has `properties`')];
  if (schema['x-kubernetes-embedded-resource'] === true) return [forbidden(here, 'an embedded object has `properties`')];
  return isFilled(schema['properties']) && given !== true ? [forbidden(here, '`properties` are, too')] : fine;
}

/** What a schema says of the metadata of an object, which is known. */
function ofObject(schema: JsonObject, path: Path, { level }: Place): readonly Problem[] {
  if (level !== 'root' && schema['x-kubernetes-embedded-resource'] !== true) return fine;
  const properties = objectAt(schema, 'properties');
  const at = (name: string): Path => [...path, 'properties', name];
  const wrongTypes = Object.entries({ kind: 'string', apiVersion: 'string', metadata: 'object' }).flatMap(([name, type]) => {
    const given = properties[name];
    return isObject(given) && stringAt(given, 'type') !== type
      ? [invalid([...at(name), 'type'], given['type'] ?? '', `it is \`${type}\``)]
      : fine;
  });
  const metadata = objectAt(properties, 'metadata');
  const names = Object.keys(objectAt(metadata, 'properties'));
  const others = Object.keys(metadata).filter((key) => says(key, metadata[key]) && !['type', 'default', 'properties'].includes(key));
  const isKnown = names.every((name) => name === 'name' || name === 'generateName');
  if (level !== 'root' || (others.length === 0 && isKnown)) return wrongTypes;
  return [
    ...wrongTypes,
    forbidden([...at('metadata'), others[0] ?? 'properties'], 'of metadata a schema may describe `name` and `generateName` only'),
  ];
}
