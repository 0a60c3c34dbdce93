import type { ApiError } from '../../../src/model/apierror.ts';
import type { LiveObject, Manifest } from '../../../src/model/manifest.ts';
import type { Resource } from '../../../src/ports.ts';
import { misfit } from './kinds.ts';

/** What an apply meets: the object that stands there, and its namespace. */
export interface Ground {
  readonly resource: Resource;
  readonly before: LiveObject | undefined;
  readonly namespace: LiveObject | undefined;
}

/** Why `manifest` cannot be applied, in the words and with the status of the API server; undefined when it can. */
export function applyRefusal(manifest: Manifest, ground: Ground): ApiError | undefined {
  const { metadata, apiVersion, kind } = manifest;
  const { namespaced } = ground.resource;
  if (namespaced && !metadata.namespace) return refuse(400, 'invalid', `a \`${kind}\` needs a namespace`);
  const unfit = misfit(manifest);
  const object = `${metadata.namespace ?? ''}/${metadata.name}; ${apiVersion}, Kind=${kind}`;
  if (unfit !== undefined) return refuse(500, 'invalid', `failed to create typed patch object (${object}): ${unfit}`);
  if (namespaced && ground.namespace === undefined) return refuse(404, 'missing', `namespaces "${metadata.namespace}" not found`);
  return ground.before === undefined ? creationRefusal(manifest, ground) : changeRefusal(manifest, ground.before);
}

/** A resourceVersion alone does not keep an object from being made; a uid does. */
function creationRefusal({ metadata }: Manifest, { namespace }: Ground): ApiError | undefined {
  const { uid } = metadata;
  if (uid !== undefined)
    return refuse(409, 'conflict', `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`);
  if (namespace?.metadata.deletionTimestamp === undefined) return undefined;
  return refuse(403, 'unavailable', `unable to create new content in namespace ${metadata.namespace} because it is being terminated`);
}

function changeRefusal({ metadata }: Manifest, before: LiveObject): ApiError | undefined {
  const { uid, resourceVersion } = metadata;
  if (resourceVersion !== undefined && resourceVersion !== before.metadata.resourceVersion) {
    return refuse(409, 'conflict', 'the object has been modified; please apply your changes to the latest version and try again');
  }
  if (uid === undefined || uid === before.metadata.uid) return undefined;
  return refuse(422, 'conflict', `metadata.uid: Invalid value: "${uid}": field is immutable`);
}

/** Why `live` cannot be deleted under `precondition`; undefined when it can. */
export function removeRefusal(
  live: LiveObject,
  precondition: { readonly uid: string; readonly resourceVersion: string },
): ApiError | undefined {
  const { uid, resourceVersion } = live.metadata;
  if (uid !== precondition.uid)
    return refuse(409, 'conflict', `the UID in the precondition (${precondition.uid}) does not match the UID in record (${uid})`);
  if (resourceVersion === precondition.resourceVersion) return undefined;
  return refuse(
    409,
    'conflict',
    `the ResourceVersion in the precondition (${precondition.resourceVersion}) does not match (${resourceVersion})`,
  );
}

/** The refusal of a kind that is not served. */
export function unserved(apiVersion: string, kind: string): ApiError {
  return refuse(404, 'missing', `no kind \`${kind}\` is served in \`${apiVersion}\``);
}

function refuse(status: number, reason: ApiError['reason'], message: string): ApiError {
  return { status, reason, message };
}
