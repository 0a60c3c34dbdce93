import { isObject, type Json, type JsonObject } from '../../model/json.ts';
import type { Manifest } from '../../model/manifest.ts';
import { groupOf } from '../../model/ref.ts';
import { builtinKind } from '../../schema/kinds.ts';
import { isDefinition } from '../served.ts';

/**
 * A manifest without what templates leave empty (`annotations:`), wherever Kubernetes takes null for absent: in its own kinds, and in all
 * metadata. In a custom resource, and in the schema of one, null is a value.
 */
export function withoutNulls(manifest: Manifest): Manifest {
  const { apiVersion, kind, metadata } = manifest;
  const isOwn = builtinKind({ group: groupOf(apiVersion), kind }) !== undefined && !isDefinition(manifest);
  return (isOwn ? pruned(manifest) : { ...manifest, metadata: pruned(metadata) }) as Manifest;
}

function pruned(value: Json): Json {
  if (Array.isArray(value)) return value.map((item: Json) => pruned(item));
  if (!isObject(value)) return value;
  const kept = Object.entries(value).filter((entry): entry is [string, Json] => entry[1] !== null && entry[1] !== undefined);
  return Object.fromEntries(kept.map(([key, inner]) => [key, pruned(inner)])) satisfies JsonObject;
}
