import type { Answer, ApiError } from '../../src/model/apierror.ts';
import { type JsonObject, numberAt, objectAt } from '../../src/model/json.ts';
import { type LiveObject, type Manifest, refOf } from '../../src/model/manifest.ts';
import { keyOf, type ObjectRef } from '../../src/model/ref.ts';
import type { Applied, ApplyOptions, Cluster } from '../../src/ports.ts';
import { applied, type Content, updated, type Writer } from './cluster/ownership.ts';
import { applyRefusal, removeRefusal, unserved } from './cluster/refusals.ts';
import { apiVersionOf, contentOf, openStore, type Store } from './cluster/store.ts';
import { openWatching } from './cluster/watching.ts';

/** A request to the fake, as a fault sees it before anything is done. */
export interface FakeRequest {
  readonly verb: 'discover' | 'get' | 'dry-run' | 'apply' | 'remove' | 'watch';
  readonly apiVersion: string;
  /** For discovery there is only a kind, for watches no name. */
  readonly ref: ObjectRef;
}

/** Answers a request with an error instead of doing it, or lets it through; may take its time. */
export type Fault = (request: FakeRequest) => ApiError | undefined | Promise<ApiError | undefined>;

/** An API server in memory: honest about identity, ownership, preconditions, finalizers, namespaces and kinds. */
export interface FakeCluster extends Cluster {
  /** Consulted before each request, until another is set. */
  setFault(fault: Fault | undefined): void;
  /** Breaks all watches: they tell so, and list again. */
  breakWatches(message: string): void;
  /** The live object; throws when there is none. */
  live(ref: ObjectRef): LiveObject;
  /** All objects, sorted by key. */
  readonly objects: readonly LiveObject[];
  readonly others: Others;
}

/** Writers that are not us, and that know no preconditions. `manager` is what managedFields call them. */
export interface Others {
  /** `kubectl edit`: replaces the object; status and identity stay as they are. */
  edit(ref: ObjectRef, change: (object: LiveObject) => JsonObject, manager?: string): LiveObject;
  /** `kubectl scale`. */
  scale(ref: ObjectRef, replicas: number, manager?: string): LiveObject;
  /** A controller writes status. */
  status(ref: ObjectRef, status: JsonObject, manager?: string): LiveObject;
  /** `kubectl delete`. */
  remove(ref: ObjectRef): void;
}

/** An empty cluster with the namespaces `default` and `kube-system`. */
export function fakeCluster(): FakeCluster {
  const store: Store = openStore((event) => watching.tell(event));
  const watching = openWatching(() => store);
  let fault: Fault | undefined;
  let requests = 0;
  const ask = async (request: FakeRequest): Promise<ApiError | undefined> => {
    requests++;
    return fault?.(request);
  };
  for (const name of ['default', 'kube-system']) makeNamespace(store, name);

  return {
    get requests() {
      return requests;
    },
    get objects() {
      return store.all.map(({ live }) => live);
    },
    live: (ref) => find(store, ref).live,
    setFault(next) {
      fault = next;
    },
    breakWatches: (message) => watching.interrupt(message),
    others: othersOf(store),

    async resource(apiVersion, kind) {
      const error = await ask({ verb: 'discover', apiVersion, ref: { group: '', kind, namespace: '', name: '' } });
      return error === undefined ? { ok: true, value: store.resources.get(`${apiVersion}/${kind}`) } : { ok: false, error };
    },
    async get(apiVersion, ref) {
      const error = await ask({ verb: 'get', apiVersion, ref });
      return error === undefined ? { ok: true, value: store.get(ref)?.live } : { ok: false, error };
    },
    async apply(manifest, options) {
      const error = await ask({ verb: options.dryRun ? 'dry-run' : 'apply', apiVersion: manifest.apiVersion, ref: refOf(manifest) });
      return error === undefined ? apply(store, manifest, options) : { ok: false, error };
    },
    async remove(apiVersion, ref, precondition) {
      const stored = await ask({ verb: 'remove', apiVersion, ref });
      if (stored !== undefined) return { ok: false, error: stored };
      const live = store.get(ref)?.live;
      const error = live === undefined ? undefined : removeRefusal(live, precondition);
      return error === undefined ? { ok: true, value: store.remove(ref) } : { ok: false, error };
    },
    async *watch(options, signal) {
      const { resource, namespace } = options;
      const ref = { group: resource.group, kind: resource.kind, namespace, name: '' };
      const error = await ask({ verb: 'watch', apiVersion: apiVersionOf(resource), ref });
      if (error !== undefined) yield { type: 'lost', message: error.message };
      yield* watching.follow(options, signal);
    },
    close: async () => undefined,
  };
}

function find(store: Store, ref: ObjectRef): NonNullable<ReturnType<Store['get']>> {
  const stored = store.get(ref);
  if (stored === undefined) throw new Error(`the fake cluster has no ${keyOf(ref)}`);
  return stored;
}

function makeNamespace(store: Store, name: string): void {
  const resource = store.resources.get('v1/Namespace');
  if (resource === undefined) return;
  store.put(resource, { object: { apiVersion: 'v1', kind: 'Namespace', metadata: { name } }, owners: [] });
}

function apply(store: Store, manifest: Manifest, { manager, dryRun }: ApplyOptions): Answer<Applied> {
  const { apiVersion, kind, metadata } = manifest;
  const resource = store.resources.get(`${apiVersion}/${kind}`);
  if (resource === undefined) return { ok: false, error: unserved(apiVersion, kind) };
  const namespace = resource.namespaced ? (metadata.namespace ?? '') : '';
  const before = store.get({ ...refOf(manifest), namespace });
  const home = store.get({ group: '', kind: 'Namespace', namespace: '', name: namespace });
  const error = applyRefusal(manifest, { resource, before: before?.live, namespace: home?.live });
  if (error !== undefined) return { ok: false, error };
  const { status, ...said } = contentOf(manifest);
  const writer: Writer = { manager, operation: 'Apply', apiVersion, time: store.time() };
  const content = withDefaults(applied(before?.content, said, writer));
  if (before !== undefined && content === before.content) return { ok: true, value: { object: before.live, created: false } };
  const object = dryRun ? store.preview(resource, content) : store.put(resource, content);
  return { ok: true, value: { object, created: before === undefined } };
}

/** The few values that the server fills in and that matter here. */
function withDefaults(content: Content): Content {
  const { object } = content;
  const scales = object['kind'] === 'Deployment' || object['kind'] === 'StatefulSet';
  if (!scales || numberAt(object, 'spec', 'replicas') !== undefined) return content;
  return { ...content, object: { ...object, spec: { ...objectAt(object, 'spec'), replicas: 1 } } };
}

function othersOf(store: Store): Others {
  const write = (
    ref: ObjectRef,
    change: (object: JsonObject) => JsonObject,
    writer: Pick<Writer, 'manager' | 'subresource'>,
  ): LiveObject => {
    const { resource, content, live } = find(store, ref);
    const as: Writer = { ...writer, operation: 'Update', apiVersion: live.apiVersion, time: store.time() };
    const next = updated(content, change(content.object), as);
    return next === content ? live : store.put(resource, next);
  };
  return {
    edit: (ref, change, manager = 'kubectl-edit') => {
      const { live } = find(store, ref);
      const { status, ...edited } = contentOf(change(live));
      return write(ref, () => ({ ...edited, ...(live.status === undefined ? {} : { status: live.status }) }), { manager });
    },
    scale: (ref, replicas, manager = 'kubectl') =>
      write(ref, (object) => ({ ...object, spec: { ...objectAt(object, 'spec'), replicas } }), { manager, subresource: 'scale' }),
    status: (ref, status, manager = 'kube-controller-manager') =>
      write(ref, (object) => ({ ...object, status }), { manager, subresource: 'status' }),
    remove: (ref) => void store.remove(ref),
  };
}
