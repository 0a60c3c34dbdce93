import type { LiveObject } from '../../../src/model/manifest.ts';
import { groupOf } from '../../../src/model/ref.ts';
import type { WatchOptions } from '../../../src/ports.ts';
import { matches } from './selector.ts';
import { apiVersionOf } from './store.ts';

/** Whether lists and watches with these options are about `object`, as it is labelled. */
export function isSelected({ resource, namespace, selector }: WatchOptions, { apiVersion, kind, metadata }: LiveObject): boolean {
  const isOfKind = kind === resource.kind && groupOf(apiVersion) === resource.group;
  return isOfKind && (namespace === '' || metadata.namespace === namespace) && matches(selector, metadata.labels ?? {});
}

/** `object` as it is told: in the version that was asked for, and perhaps only its metadata. */
export function shown({ resource, metadataOnly }: Pick<WatchOptions, 'resource' | 'metadataOnly'>, object: LiveObject): LiveObject {
  const apiVersion = apiVersionOf(resource);
  return metadataOnly ? { apiVersion, kind: object.kind, metadata: object.metadata } : { ...object, apiVersion };
}
