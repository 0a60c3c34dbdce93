import type { Answer } from '../../model/apierror.ts';
import { isObject, stringAt } from '../../model/json.ts';
import type { LiveObject, Manifest } from '../../model/manifest.ts';
import type { ObjectRef } from '../../model/ref.ts';
import type { Applied, ApplyOptions, Cluster, ListOptions, PatchOperation, Resource, WriteOptions } from '../../ports.ts';
import { type Discovery, openDiscovery } from './discovery.ts';
import { invalid, missing, outage, refusal, type Subject } from './errors.ts';
import { sendingAs } from './impersonation.ts';
import { listObjects } from './listing.ts';
import { dryRunObject, liveObject } from './live.ts';
import { objectPath, withQuery } from './paths.ts';
import type { SessionOptions } from './session.ts';
import { openTransport, type Reply, type Transport } from './transport.ts';
import { watchObjects } from './watch.ts';

/** A Kubernetes API server behind the port `Cluster`. Nothing is sent before the first call. */
export function openCluster(options: SessionOptions): Cluster {
  const { clock } = options;
  const transport = openTransport(options);
  const discovery = openDiscovery(transport, clock);
  const closed = new AbortController();
  const clusterThrough = (sender: Server['transport'], close: Cluster['close']): Cluster => ({
    ...callsOn({ transport: sender, discovery }),
    get requests() {
      return transport.requests;
    },
    resource: (apiVersion, kind, signal) => discovery.find(apiVersion, kind, signal),
    watch: (watching, signal) => watchObjects({ transport, clock }, watching, AbortSignal.any([signal, closed.signal])),
    as: (user) => clusterThrough(sendingAs(transport, user), async () => {}),
    close,
  });
  return clusterThrough(transport, () => {
    closed.abort();
    return transport.close();
  });
}

interface Server {
  readonly transport: Pick<Transport, 'send'>;
  readonly discovery: Discovery;
}

/** What is asked for in somebody's name. */
function callsOn(server: Server): Pick<Cluster, 'get' | 'apply' | 'remove' | 'patch' | 'list'> {
  return {
    get: (apiVersion, ref, signal) => getObject(server, { apiVersion, ref, signal }),
    apply: (manifest, applying) => applyObject(server, manifest, applying),
    remove: (apiVersion, ref, precondition, signal) => removeObject(server, { apiVersion, ref, signal }, precondition),
    patch: (apiVersion, ref, operations, patching) =>
      patchObject(server, { apiVersion, ref, signal: patching.signal }, { operations, ...patching }),
    list: (listing, signal) => listAll(server, listing, signal),
  };
}

/** Which object a request is about. */
interface Target {
  readonly apiVersion: string;
  readonly ref: ObjectRef;
  readonly signal: AbortSignal | undefined;
}

async function getObject({ transport, discovery }: Server, target: Target): Promise<Answer<LiveObject | undefined>> {
  const { apiVersion, ref, signal } = target;
  const found = await discovery.findAny(apiVersion, ref.kind, signal);
  if (!found.ok) return found;
  if (found.value === undefined) return { ok: true, value: undefined };
  const answer = await transport.send({ method: 'GET', path: objectPath(found.value, ref), signal });
  if (!answer.ok) return answer;
  if (answer.value.status === 200) return understood(liveObject(answer.value.body, found.value));
  if (isAbsent(answer.value)) return { ok: true, value: undefined };
  return unsure(discovery, answer.value, target);
}

async function applyObject({ transport, discovery }: Server, manifest: Manifest, options: ApplyOptions): Promise<Answer<Applied>> {
  const { apiVersion, kind, metadata } = manifest;
  const found = await discovery.find(apiVersion, kind, options.signal);
  if (!found.ok) return found;
  if (found.value === undefined) return { ok: false, error: missing(`no kind \`${kind}\` is served in \`${apiVersion}\``) };
  if (found.value.namespaced && !metadata.namespace) return { ok: false, error: invalid(`a \`${kind}\` needs a namespace`) };
  if (options.subresource === 'status' && !found.value.status)
    return { ok: false, error: invalid(`a \`${kind}\` has no status of its own`) };
  const answer = await transport.send({
    method: 'PATCH',
    path: applyPath(found.value, manifest, options),
    // JSON is YAML.
    headers: { 'content-type': 'application/apply-patch+yaml' },
    body: JSON.stringify(manifest),
    signal: options.signal,
  });
  if (!answer.ok) return answer;
  const { status, body } = answer.value;
  if (status !== 200 && status !== 201) return refused(discovery, answer.value, { apiVersion, sent: manifest });
  const object = understood(options.dryRun ? dryRunObject(body, found.value) : liveObject(body, found.value));
  return object.ok ? { ok: true, value: { object: object.value, created: status === 201 } } : object;
}

function applyPath(resource: Resource, { metadata }: Manifest, options: ApplyOptions): string {
  const path = objectPath(resource, { namespace: metadata.namespace ?? '', name: metadata.name });
  return withQuery(options.subresource === undefined ? path : `${path}/${options.subresource}`, { ...writing(options), force: 'true' });
}

/** What every write says in its query. */
function writing({ manager, dryRun }: WriteOptions): Readonly<Record<string, string | undefined>> {
  return { fieldManager: manager, fieldValidation: 'Strict', dryRun: dryRun ? 'All' : undefined };
}

interface Patch extends WriteOptions {
  readonly operations: readonly PatchOperation[];
}

/** An object whose version was dropped can be patched too: what is patched is mostly metadata, which all versions share. */
async function patchObject({ transport, discovery }: Server, target: Target, patch: Patch): Promise<Answer<LiveObject>> {
  const { apiVersion, ref, signal } = target;
  const found = await discovery.findAny(apiVersion, ref.kind, signal);
  if (!found.ok) return found;
  if (found.value === undefined) return { ok: false, error: missing(`no kind \`${ref.kind}\` is served in \`${apiVersion}\``) };
  const answer = await transport.send({
    method: 'PATCH',
    path: withQuery(objectPath(found.value, ref), writing(patch)),
    headers: { 'content-type': 'application/json-patch+json' },
    body: JSON.stringify(patch.operations),
    signal,
  });
  if (!answer.ok) return answer;
  if (answer.value.status === 200) return understood(liveObject(answer.value.body, found.value));
  return unsure(discovery, answer.value, target);
}

async function listAll(
  { transport, discovery }: Server,
  options: ListOptions,
  signal?: AbortSignal,
): Promise<Answer<readonly LiveObject[]>> {
  const { apiVersion, kind, ...selected } = options;
  const found = await discovery.findAny(apiVersion, kind, signal);
  if (!found.ok) return found;
  if (found.value === undefined) return { ok: true, value: [] };
  const listing = listObjects(transport, { ...selected, resource: found.value, pool: 'calls' }, signal);
  const objects: LiveObject[] = [];
  let next = await listing.next();
  for (; !next.done; next = await listing.next()) {
    objects.push(next.value);
    if (objects.length === options.most) return { ok: true, value: objects };
  }
  const end = next.value;
  if (end.ok) return { ok: true, value: objects };
  if (end.error.status !== 404) return end;
  // A namespace without objects is an empty list, so this is a path that is not served (any more).
  discovery.forget(apiVersion);
  return { ok: false, error: outage(end.error.message, 404) };
}

interface Preconditions {
  readonly uid: string;
  readonly resourceVersion: string;
}

async function removeObject(
  { transport, discovery }: Server,
  target: Target,
  preconditions: Preconditions,
): Promise<Answer<'gone' | 'deleting'>> {
  const { apiVersion, ref, signal } = target;
  const found = await discovery.findAny(apiVersion, ref.kind, signal);
  if (!found.ok) return found;
  if (found.value === undefined) return { ok: true, value: 'gone' };
  const { uid, resourceVersion } = preconditions;
  const answer = await transport.send({
    method: 'DELETE',
    path: objectPath(found.value, ref),
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      propagationPolicy: 'Background',
      preconditions: { uid, resourceVersion },
    }),
    signal,
  });
  if (!answer.ok) return answer;
  const { status } = answer.value;
  if (status === 200 || status === 202) return { ok: true, value: isDeleting(answer.value) ? 'deleting' : 'gone' };
  if (isAbsent(answer.value)) return { ok: true, value: 'gone' };
  return unsure(discovery, answer.value, target);
}

/** A deletion answers a Status, or the object as it was; one that something still holds has the time of its deletion. */
function isDeleting({ body }: Reply): boolean {
  return isObject(body) && body['kind'] !== 'Status' && stringAt(body, 'metadata', 'deletionTimestamp') !== undefined;
}

/** Whether the server says that there is no such object, or no such namespace: it names what is not there. */
function isAbsent({ status, body }: Reply): boolean {
  return status === 404 && stringAt(body, 'details', 'name') !== undefined;
}

/** The refusal `reply`. A 404 that names no object means a path that is not served: its kind is looked for anew the next time. */
function refused<T>(discovery: Discovery, reply: Reply, about: Subject & { readonly apiVersion: string }): Answer<T> {
  if (reply.status === 404 && !isAbsent(reply)) discovery.forget(about.apiVersion);
  return { ok: false, error: refusal(reply, about) };
}

/** The same for an object that is known: a 404 that names no object must not pass for the absence of one. */
function unsure<T>(discovery: Discovery, reply: Reply, { apiVersion, ref }: Target): Answer<T> {
  const answer = refused<T>(discovery, reply, { apiVersion, kind: ref.kind });
  return answer.ok || reply.status !== 404 || isAbsent(reply) ? answer : { ok: false, error: outage(answer.error.message, 404) };
}

function understood(object: LiveObject | undefined): Answer<LiveObject> {
  return object === undefined ? { ok: false, error: outage('the answer is no object') } : { ok: true, value: object };
}
