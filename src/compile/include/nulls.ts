import { isObject, type Json } from '../../model/json.ts';
import type { Manifest } from '../../model/manifest.ts';
import { groupOf } from '../../model/ref.ts';
import { scopeIn } from '../../schema/builtin.ts';
import { builtinKind } from '../../schema/kinds.ts';
import { type Form, type Node, prepare } from '../../schema/node.ts';
import { isDefinition } from '../served.ts';

/** What tells how objects are read. */
interface Reading {
  readonly nodeOf: (manifest: Manifest) => Node | undefined;
  readonly minor: number;
}

/**
 * A manifest without what templates leave empty (`annotations:`), as the API server reads it: in Kubernetes' own kinds, and in all metadata,
 * null stands for an absent field, and in a map for the zero value of its values: a label without a value is there, and empty. In a custom
 * resource, and in the schema of one, null is a value.
 */
export function withoutNulls(manifest: Manifest, { nodeOf, minor }: Reading): Manifest {
  if (!hasNull(manifest as unknown as Json)) return manifest;
  const { apiVersion, kind, metadata } = manifest;
  const isOwn = builtinKind({ group: groupOf(apiVersion), kind }) !== undefined && !isDefinition(manifest);
  if (isOwn) return pruned(manifest as unknown as Json, nodeOf(manifest)) as unknown as Manifest;
  const node = prepare({ $ref: 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta' }, scopeIn(minor));
  return { ...manifest, metadata: pruned(metadata as unknown as Json, node) as unknown as Manifest['metadata'] };
}

/** Most objects have none. */
function hasNull(value: Json): boolean {
  if (value === null) return true;
  return typeof value === 'object' && Object.values(value).some((inner) => inner !== undefined && hasNull(inner));
}

/** The zero values of Go's types, of which maps are made. */
const zeros: Readonly<Partial<Record<Form, Json>>> = { string: '', quantity: '0' };

function pruned(value: Json, node: Node | undefined): Json {
  if (node?.form === 'any') return value;
  if (Array.isArray(value)) return value.map((item: Json) => pruned(item, node?.rest?.()));
  if (!isObject(value)) return value;
  const rest = node?.form === 'map' ? node.rest?.() : undefined;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]): readonly (readonly [string, Json])[] => {
      if (inner === undefined) return [];
      if (inner !== null) return [[key, pruned(inner, node?.field(key) ?? rest)]];
      // What is no field of anything known stays, where a map may hold it.
      return node?.form === 'map' ? [[key, rest === undefined ? null : (zeros[rest.form] ?? null)]] : [];
    }),
  );
}
