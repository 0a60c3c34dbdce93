import type { Json, JsonObject } from '../../../src/model/json.ts';
import type { Manifest } from '../../../src/model/manifest.ts';
import { bagSchema } from './bag.ts';

/** The group of all that the comparison makes. */
export const group = 'celjob.example.com';

/** A CustomResourceDefinition whose `spec` has a bag for each of `rules`, with that rule, under `c0`, `c1`, … */
export function definitionOf(name: string, rules: readonly JsonObject[]): Manifest {
  const bags = rules.map((rule, i) => [`c${i}`, { ...bagSchema, 'x-kubernetes-validations': [rule] }] as const);
  const schema = { type: 'object', properties: { spec: { type: 'object', properties: Object.fromEntries(bags) } } };
  const kind = `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`;
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${name}s.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: { kind, plural: `${name}s`, singular: name, listKind: `${kind}List` },
      versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: schema as Json as JsonObject } }],
    },
  };
}
