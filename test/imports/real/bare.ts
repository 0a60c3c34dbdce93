import { isObject, type Json, type JsonObject, listAt, objectAt, stringAt } from '../../../src/model/json.ts';
import type { Manifest } from '../../../src/model/manifest.ts';

/** Keywords that say what a value is made of. All others say which of these values are taken. */
const kept: readonly string[] = [
  'type',
  'items',
  'required',
  'nullable',
  'enum',
  'default',
  'x-kubernetes-int-or-string',
  'x-kubernetes-preserve-unknown-fields',
  'x-kubernetes-embedded-resource',
  'x-kubernetes-list-type',
  'x-kubernetes-list-map-keys',
  'x-kubernetes-map-type',
];

/**
 * A definition with all the fields and types of `definition`, and without its constraints: then one object can have every field, which
 * rules against one another, patterns and bounds would not let it have. It is stored in the version `stored`, since without the webhooks that
 * convert objects the API server keeps of all others only what that one has.
 */
export function withoutConstraints(definition: Manifest, stored: string): Manifest {
  const spec = objectAt(definition, 'spec');
  const versions = listAt(spec, 'versions').map((version) => {
    const { name, served, subresources, schema } = objectAt(version);
    const status = isObject(subresources) && isObject(subresources['status']) ? { subresources: { status: {} } } : {};
    return {
      name,
      served,
      storage: name === stored,
      ...status,
      schema: { openAPIV3Schema: bareSchema(objectAt(schema, 'openAPIV3Schema')) },
    };
  });
  const { group, names, scope } = spec;
  return {
    apiVersion: definition.apiVersion,
    kind: definition.kind,
    metadata: { name: definition.metadata.name, ...approval(definition) },
    spec: { group, names, scope, versions },
  } as unknown as Manifest;
}

/** Groups of Kubernetes itself need one (KEP-1111). */
function approval(definition: Manifest) {
  const key = 'api-approved.kubernetes.io';
  const value = stringAt(definition, 'metadata', 'annotations', key);
  return value === undefined ? {} : { annotations: { [key]: value } };
}

function bareSchema(schema: JsonObject): JsonObject {
  const { properties, additionalProperties } = schema;
  const own = kept.filter((key) => schema[key] !== undefined && schema[key] !== null).map((key) => [key, bareBelow(key, schema[key])]);
  return {
    ...Object.fromEntries(own),
    ...(isObject(properties)
      ? { properties: Object.fromEntries(Object.entries(properties).map(([name, one]) => [name, bareSchema(objectAt(one))])) }
      : {}),
    ...(isObject(additionalProperties) ? { additionalProperties: bareSchema(additionalProperties) } : {}),
  };
}

function bareBelow(key: string, value: Json | undefined): Json | undefined {
  return key === 'items' ? bareSchema(objectAt(value)) : value;
}
