import type { Answer } from '../../../src/model/apierror.ts';
import { at, isObject, type Json, type JsonObject, listAt, numberAt, objectAt, stringAt } from '../../../src/model/json.ts';
import { type LiveObject, type Manifest, refOf } from '../../../src/model/manifest.ts';
import type { ObjectRef } from '../../../src/model/ref.ts';
import type { Applied, ApplyOptions, PatchOperation, WriteOptions } from '../../../src/ports.ts';
import { contentRefusal } from './immutable.ts';
import { patched } from './jsonpatch.ts';
import { applied, type Content, isSameContent, ownersIn, updated, type Writer } from './ownership.ts';
import { applyRefusal, notFound, replaceRefusal, statusless, unfitPatch, unserved } from './refusals.ts';
import { shown } from './selection.ts';
import { contentOf, type Store, type Stored } from './store.ts';

/** Server-side apply. */
export function applyTo(store: Store, manifest: Manifest, { manager, dryRun, subresource }: ApplyOptions): Answer<Applied> {
  const { apiVersion, kind, metadata } = manifest;
  const resource = store.resources.get(`${apiVersion}/${kind}`);
  if (resource === undefined) return { ok: false, error: unserved(apiVersion, kind) };
  const namespace = resource.namespaced ? (metadata.namespace ?? '') : '';
  const before = store.get({ ...refOf(manifest), namespace });
  const home = store.get({ group: '', kind: 'Namespace', namespace: '', name: namespace });
  if (subresource === 'status' && !resource.status) return { ok: false, error: statusless(kind) };
  if (subresource === 'status' && before === undefined) return { ok: false, error: notFound(resource, metadata.name) };
  const error = applyRefusal(manifest, { resource, before: before?.live, namespace: home?.live });
  if (error !== undefined) return { ok: false, error };
  const { status, ...rest } = contentOf(manifest);
  const said = subresource === undefined ? rest : { apiVersion, kind, ...(status === undefined ? {} : { status }) };
  const place = subresource === undefined ? {} : { subresource };
  const writer: Writer = { manager, operation: 'Apply', ...place, apiVersion, time: store.time() };
  const content = withDefaults(store, before?.content, applied(before?.content, said, writer));
  const unfit = contentRefusal(before?.content.object, content.object);
  if (unfit !== undefined) return { ok: false, error: unfit };
  const isSame = before !== undefined && isSameContent(before.content, content);
  const object = isSame ? before.live : dryRun ? store.preview(resource, content) : store.put(resource, content);
  return { ok: true, value: { object: shown({ resource, metadataOnly: false }, object), created: before === undefined } };
}

/** Which object a patch is about, and in which version it is written. */
export interface PatchTarget {
  readonly apiVersion: string;
  readonly ref: ObjectRef;
}

/** A JSON patch of all of an object but its status. */
export function patchIn(
  store: Store,
  { apiVersion, ref }: PatchTarget,
  patch: WriteOptions & { readonly operations: readonly PatchOperation[] },
): Answer<LiveObject> {
  const resource = store.served(apiVersion, ref.kind);
  if (resource === undefined) return { ok: false, error: unserved(apiVersion, ref.kind) };
  const stored = store.get(ref);
  if (stored === undefined) return { ok: false, error: notFound(resource, ref.name) };
  const before = shown({ resource, metadataOnly: false }, stored.live);
  const next = patched(before, patch.operations);
  return isObject(next) ? replaceIn(store, stored, { ...patch, object: next }) : { ok: false, error: unfitPatch() };
}

/** All of an object, and who writes it. */
export interface Replacement {
  readonly object: JsonObject;
  readonly manager: string;
  readonly dryRun?: boolean;
}

/** Writes all of an object but its status, with the managedFields that it has, if it has some. */
export function replaceIn(store: Store, stored: Stored, { object, manager, dryRun }: Replacement): Answer<LiveObject> {
  const { live, content } = stored;
  const apiVersion = stringAt(object, 'apiVersion') ?? live.apiVersion;
  const resource = store.served(apiVersion, live.kind) ?? stored.resource;
  const error = replaceRefusal(object, live);
  if (error !== undefined) return { ok: false, error };
  const { status, ...said } = contentOf(object);
  const kept = resource.status ? live.status : status;
  const owned: Content = { ...content, owners: ownersIn(at(object, 'metadata', 'managedFields'), content.owners) };
  const writer: Writer = { manager, operation: 'Update', apiVersion, time: store.time() };
  const next = withDefaults(store, content, updated(owned, { ...said, ...(kept === undefined ? {} : { status: kept }) }, writer));
  const unfit = contentRefusal(content.object, next.object);
  if (unfit !== undefined) return { ok: false, error: unfit };
  const written = isSameContent(content, next) ? live : dryRun ? store.preview(resource, next) : store.put(resource, next);
  return { ok: true, value: shown({ resource, metadataOnly: false }, written) };
}

/** The few values that the server fills in and that matter here. */
function withDefaults(store: Store, before: Content | undefined, content: Content): Content {
  const { object } = content;
  const spec = objectAt(object, 'spec');
  switch (object['kind']) {
    case 'Deployment':
    case 'StatefulSet':
      return numberAt(spec, 'replicas') === undefined ? withSpec(content, { ...spec, replicas: 1 }) : content;
    case 'Service': {
      if (spec['type'] === 'ExternalName') return content;
      const clusterIP = stringAt(spec, 'clusterIP') ?? stringAt(before?.object, 'spec', 'clusterIP') ?? freeAddress(store);
      return spec['clusterIP'] === clusterIP && listAt(spec, 'clusterIPs')[0] === clusterIP
        ? content
        : withSpec(content, { ...spec, clusterIP, clusterIPs: [clusterIP] });
    }
    default:
      return content;
  }
}

function withSpec(content: Content, spec: JsonObject): Content {
  return { ...content, object: { ...content.object, spec } };
}

/** The first address that no Service has. */
function freeAddress(store: Store): string {
  const taken = new Set<Json | undefined>(store.all.map(({ live }) => at(live, 'spec', 'clusterIP')));
  for (let last = 1; ; last++) if (!taken.has(`10.0.0.${last}`)) return `10.0.0.${last}`;
}
