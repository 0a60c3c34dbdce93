import { isObject, type Json, stringAt } from '../../model/json.ts';
import type { LiveMetadata, LiveObject } from '../../model/manifest.ts';
import type { Resource } from '../../ports.ts';

/**
 * `value` as an object of the API server, or undefined when it is none. Nothing in it is changed or left out, except
 * that it gets the apiVersion and kind of `resource`: items of a list have none, and metadata alone has others.
 */
export function liveObject(value: Json | undefined, { group, version, kind }: Resource): LiveObject | undefined {
  if (!isObject(value) || !isObject(value['metadata']) || !isLive(value['metadata'])) return undefined;
  return { ...value, apiVersion: group === '' ? version : `${group}/${version}`, kind, metadata: value['metadata'] };
}

/** A dry run of a creation answers without a resourceVersion, since nothing was stored; everything else has one. */
export function dryRunObject(value: Json, resource: Resource): LiveObject | undefined {
  if (!isObject(value) || !isObject(value['metadata'])) return undefined;
  return liveObject({ ...value, metadata: { resourceVersion: '', ...value['metadata'] } }, resource);
}

function isLive(metadata: Json): metadata is LiveMetadata {
  return [stringAt(metadata, 'name'), stringAt(metadata, 'uid'), stringAt(metadata, 'resourceVersion')].every(
    (value) => value !== undefined,
  );
}
