import type { ApiError } from '../../../src/model/apierror.ts';
import { type JsonObject, objectAt } from '../../../src/model/json.ts';
import type { LiveObject, Manifest } from '../../../src/model/manifest.ts';
import type { Resource } from '../../../src/ports.ts';
import { duplicateIn } from './fields.ts';
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
  const unfit = misfit(manifest) ?? duplicateIn(manifest);
  const object = `${metadata.namespace ?? ''}/${metadata.name}; ${apiVersion}, Kind=${kind}`;
  if (unfit !== undefined) return refuse(500, 'invalid', `failed to create typed patch object (${object}): ${unfit}`);
  if (namespaced && ground.namespace === undefined) return refuse(404, 'missing', `namespaces "${metadata.namespace}" not found`);
  return ground.before === undefined ? creationRefusal(manifest, ground) : identityRefusal(metadata, ground.before);
}

/** A resourceVersion alone does not keep an object from being made; a uid does. */
function creationRefusal({ metadata }: Manifest, { namespace }: Ground): ApiError | undefined {
  const { uid } = metadata;
  if (uid !== undefined)
    return refuse(409, 'conflict', `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`);
  if (namespace?.metadata.deletionTimestamp === undefined) return undefined;
  return refuse(403, 'unavailable', `unable to create new content in namespace ${metadata.namespace} because it is being terminated`);
}

/** Why what is about `metadata` cannot be written to the object that is there; undefined when it is about this one. */
function identityRefusal({ uid, resourceVersion }: JsonObject, before: LiveObject): ApiError | undefined {
  if (resourceVersion !== undefined && resourceVersion !== before.metadata.resourceVersion) {
    return refuse(409, 'conflict', 'the object has been modified; please apply your changes to the latest version and try again');
  }
  if (uid === undefined || uid === before.metadata.uid) return undefined;
  return refuse(422, 'conflict', `metadata.uid: Invalid value: "${uid}": field is immutable`);
}

/** Why `next`, all of an object, cannot be written over `before`; undefined when it can. */
export function replaceRefusal(next: JsonObject, before: LiveObject): ApiError | undefined {
  const metadata = objectAt(next, 'metadata');
  if (metadata['name'] !== before.metadata.name) {
    const names = `(${metadata['name']}) does not match the name on the URL (${before.metadata.name})`;
    return refuse(400, 'invalid', `the name of the object ${names}`);
  }
  const unfit = misfit(next);
  if (unfit !== undefined) return refuse(422, 'invalid', `${before.kind} "${before.metadata.name}" is invalid: ${unfit}`);
  return identityRefusal(metadata, before);
}

/** The refusal of a JSON patch that does not fit the object. */
export function unfitPatch(): ApiError {
  return refuse(422, 'conflict', 'the object is not as the patch expects it');
}

/** The refusal of a write to an object that is not there. */
export function notFound({ plural }: Resource, name: string): ApiError {
  return refuse(404, 'missing', `${plural} "${name}" not found`);
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

/** The refusal of a status for a kind whose objects have none of their own. */
export function statusless(kind: string): ApiError {
  return refuse(400, 'invalid', `a \`${kind}\` has no status of its own`);
}

/** The refusal of a kind that is not served. */
export function unserved(apiVersion: string, kind: string): ApiError {
  return refuse(404, 'missing', `no kind \`${kind}\` is served in \`${apiVersion}\``);
}

function refuse(status: number, reason: ApiError['reason'], message: string): ApiError {
  return { status, reason, message };
}
