import type { ApiError } from '../../src/model/apierror.ts';
import { type JsonObject, objectAt } from '../../src/model/json.ts';
import { type LiveObject, refOf } from '../../src/model/manifest.ts';
import { groupOf, keyOf, type ObjectRef } from '../../src/model/ref.ts';
import type { Cluster, ListOptions, WatchOptions } from '../../src/ports.ts';
import { updated, type Writer } from './cluster/ownership.ts';
import { removeRefusal } from './cluster/refusals.ts';
import { type Attempt, type Caller, rightsRefusal } from './cluster/rights.ts';
import { isSelected, shown } from './cluster/selection.ts';
import { matchesFields } from './cluster/selector.ts';
import { apiVersionOf, openStore, type Store } from './cluster/store.ts';
import { openWatching } from './cluster/watching.ts';
import { applyTo, patchIn, replaceIn } from './cluster/writing.ts';

/** A request to the fake, as a fault sees it before anything is done. */
export interface FakeRequest {
  readonly verb: 'discover' | 'get' | 'list' | 'dry-run' | 'apply' | 'patch' | 'remove' | 'watch';
  readonly apiVersion: string;
  /** For discovery there is only a kind, for lists and watches no name. */
  readonly ref: ObjectRef;
  readonly subresource?: 'status' | undefined;
  /** Whom it is done in the name of. */
  readonly as: string | undefined;
}

/** Answers a request with an error instead of doing it, or lets it through; may take its time. */
export type Fault = (request: FakeRequest) => ApiError | undefined | Promise<ApiError | undefined>;

/** What the API server answers to a write that an admission webhook guards which does not answer. */
export const silentWebhook: ApiError = {
  reason: 'webhook',
  status: 500,
  message:
    'Internal error occurred: failed calling webhook "guard.example.com": failed to call webhook: Post "https://guard.shop.svc:443/?timeout=10s": context deadline exceeded',
};

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
  /** The same cluster for a user who is no administrator: RBAC says what it may do, but for watches. */
  signedIn(user: string): Cluster;
}

/** Writers that are not us, and that know no preconditions. `manager` is what managedFields call them. */
export interface Others {
  /** `kubectl edit`: replaces the object; status, identity and owners stay as they are. */
  edit(ref: ObjectRef, change: (object: LiveObject) => JsonObject, manager?: string): LiveObject;
  /** `kubectl replace`: the same, with managedFields as `change` leaves them. */
  put(ref: ObjectRef, change: (object: LiveObject) => JsonObject, manager?: string): LiveObject;
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
  const ask = async (caller: Caller, request: Omit<FakeRequest, 'as'>): Promise<ApiError | undefined> => {
    requests++;
    return (await fault?.({ ...request, as: caller.as })) ?? refusalOf(store, caller, request);
  };
  for (const name of ['default', 'kube-system']) makeNamespace(store, name);

  const clusterFor = (caller: Caller): Cluster => ({
    get requests() {
      return requests;
    },
    async resource(apiVersion, kind) {
      const error = await ask(
        { ...caller, as: undefined },
        { verb: 'discover', apiVersion, ref: { group: '', kind, namespace: '', name: '' } },
      );
      return error === undefined ? { ok: true, value: store.resources.get(`${apiVersion}/${kind}`) } : { ok: false, error };
    },
    async get(apiVersion, ref) {
      const error = await ask(caller, { verb: 'get', apiVersion, ref });
      return error === undefined ? { ok: true, value: look(store, apiVersion, ref) } : { ok: false, error };
    },
    async list({ apiVersion, kind, ...options }) {
      const ref = { group: groupOf(apiVersion), kind, namespace: options.namespace, name: '' };
      const error = await ask(caller, { verb: 'list', apiVersion, ref });
      if (error !== undefined) return { ok: false, error };
      const resource = store.served(apiVersion, kind);
      return { ok: true, value: resource === undefined ? [] : list(store, { ...options, resource }).slice(0, options.most) };
    },
    async apply(manifest, options) {
      const verb = options.dryRun ? 'dry-run' : 'apply';
      const { subresource } = options;
      const error = await ask(caller, { verb, apiVersion: manifest.apiVersion, ref: refOf(manifest), subresource });
      return error === undefined ? applyTo(store, manifest, options) : { ok: false, error };
    },
    async patch(apiVersion, ref, operations, options) {
      const error = await ask(caller, { verb: 'patch', apiVersion, ref });
      return error === undefined ? patchIn(store, { apiVersion, ref }, { ...options, operations }) : { ok: false, error };
    },
    async remove(apiVersion, ref, precondition) {
      const stored = await ask(caller, { verb: 'remove', apiVersion, ref });
      if (stored !== undefined) return { ok: false, error: stored };
      const live = store.get(ref)?.live;
      const error = live === undefined ? undefined : removeRefusal(live, precondition);
      return error === undefined ? { ok: true, value: store.remove(ref) } : { ok: false, error };
    },
    async *watch(options, signal) {
      const { resource, namespace } = options;
      const ref = { group: resource.group, kind: resource.kind, namespace, name: '' };
      const error = await ask({ ...caller, as: undefined }, { verb: 'watch', apiVersion: apiVersionOf(resource), ref });
      if (error !== undefined) yield { type: 'lost', message: error.message };
      yield* watching.follow(options, signal);
    },
    as: (user) => clusterFor({ ...caller, as: user }),
    close: async () => undefined,
  });

  return {
    ...clusterFor({ own: undefined, as: undefined }),
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
    signedIn: (user) => clusterFor({ own: user, as: undefined }),
  };
}

/** Why RBAC does not let `caller` do this; which kinds there are, and what changes, is told to everybody here. */
function refusalOf(store: Store, caller: Caller, { verb, apiVersion, ref, subresource }: Omit<FakeRequest, 'as'>): ApiError | undefined {
  const resource = store.served(apiVersion, ref.kind);
  if (resource === undefined) return undefined;
  const { name, namespace } = ref;
  const without = (right: Attempt['verb']): ApiError | undefined =>
    rightsRefusal(store, caller, { verb: right, resource, subresource, namespace, name });
  switch (verb) {
    case 'discover':
    case 'watch':
      return undefined;
    case 'apply':
    case 'dry-run':
      return without('patch') ?? (store.get(ref) === undefined ? without('create') : undefined);
    case 'remove':
      return without('delete');
    case 'get':
    case 'list':
    case 'patch':
      return without(verb);
  }
}

function look(store: Store, apiVersion: string, ref: ObjectRef): LiveObject | undefined {
  const resource = store.served(apiVersion, ref.kind);
  const live = store.get(ref)?.live;
  return resource === undefined || live === undefined ? undefined : shown({ resource, metadataOnly: false }, live);
}

function list(store: Store, { fields = '', ...options }: WatchOptions & Pick<ListOptions, 'fields'>): readonly LiveObject[] {
  const found = store.all.filter(({ live }) => isSelected(options, live) && matchesFields(fields, live));
  return found.map(({ live }) => shown(options, live));
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

function othersOf(store: Store): Others {
  const replace = (ref: ObjectRef, manager: string, change: (object: LiveObject) => JsonObject): LiveObject => {
    const stored = find(store, ref);
    const answer = replaceIn(store, stored, { object: change(stored.live), manager });
    if (!answer.ok) throw new Error(`the fake cluster does not let others write: ${answer.error.message}`);
    return answer.value;
  };
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
    edit: (ref, change, manager = 'kubectl-edit') => replace(ref, manager, (object) => withoutManagers(change(object))),
    put: (ref, change, manager = 'kubectl-replace') => replace(ref, manager, change),
    scale: (ref, replicas, manager = 'kubectl') =>
      write(ref, (object) => ({ ...object, spec: { ...objectAt(object, 'spec'), replicas } }), { manager, subresource: 'scale' }),
    status: (ref, status, manager = 'kube-controller-manager') =>
      write(ref, (object) => ({ ...object, status }), { manager, subresource: 'status' }),
    remove: (ref) => void store.remove(ref),
  };
}

function withoutManagers(object: JsonObject): JsonObject {
  const { managedFields, ...metadata } = objectAt(object, 'metadata');
  return { ...object, metadata };
}
