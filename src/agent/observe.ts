import type { ObjectProblem } from '../model/event.ts';
import type { HealthByKind } from '../model/health.ts';
import type { Inventory, JobEnd } from '../model/inventory.ts';
import { type LiveObject, refOf } from '../model/manifest.ts';
import { type Change, isWrite } from '../model/plan.ts';
import { formatGroupKind, keyOf, type ObjectKey, type ObjectRef } from '../model/ref.ts';
import type { Clock, Cluster, Resource, WatchEvent } from '../ports.ts';
import type { DesiredTree } from '../reconcile/desired.ts';
import { readsStatus } from '../reconcile/health/health.ts';
import { jobEnd } from '../reconcile/health/jobs.ts';
import type { Rule } from '../reconcile/health/rule.ts';
import { isJob } from '../reconcile/inventory.ts';
import { hasLasted, sinceThen } from '../reconcile/lasting.ts';
import { differs, isOlder, type LiveState, stateOf } from '../reconcile/live.ts';

/** A kind in a namespace ('' for cluster-scoped kinds), in the version that the branch writes it in. */
export interface Scope {
  readonly apiVersion: string;
  readonly ref: Pick<ObjectRef, 'group' | 'kind' | 'namespace'>;
}

/** How a Job ended, and which one it was: another may since stand under its name. */
export interface EndedJob {
  readonly uid: string;
  /** `deleted` is one that was seen to go before it ended: it may run again. */
  readonly end: Extract<JobEnd, 'succeeded' | 'failed'> | 'deleted';
}

/** The eyes of an agent: label-selected watches, each shared by all objects of its kind and namespace. */
export interface Observer {
  readonly live: ReadonlyMap<ObjectKey, LiveState>;
  /** The Jobs that were seen to end, whether or not they are still there. */
  readonly ended: ReadonlyMap<ObjectKey, EndedJob>;
  /** Watches `scopes` too, and resolves when each was listed once or was found not to be watchable. */
  cover(scopes: Iterable<Scope>): Promise<void>;
  /** Judges the health of `kinds` by their expressions from now on, and looks again at objects that were judged otherwise. */
  judgeBy(kinds: readonly HealthByKind[]): Promise<void>;
  /** Why nothing is known of the objects of a kind in a namespace, or undefined when they are watched. */
  blind(ref: Scope['ref']): string | undefined;
  /** Why nothing has been heard of one of `scopes` for a while: what was seen of it stays believed, and drift of it is not seen. */
  unheard(scopes: () => Iterable<Scope>): string | undefined;
  /** Takes in what an own write answered, so that its echo is no news. */
  note(object: LiveObject): void;
  /** Takes an object in the state `resourceVersion` for changed, however it looks, until something is told of it again: an apply answers. */
  doubt(key: ObjectKey, resourceVersion: string): void;
  forget(ref: ObjectRef): void;
}

/** What an observer looks for, and whom it tells. */
export interface ObserveOptions {
  readonly cluster: Pick<Cluster, 'resource' | 'watch'>;
  readonly clock: Clock;
  readonly manager: string;
  readonly selector: string;
  /** Called when an object looks otherwise than before, is gone, or is new. */
  readonly onChange: () => void;
}

/** A watch that goes on, or was found to be impossible. */
interface Watched {
  readonly scope: Scope;
  readonly stop: AbortController;
  /** Resolves when its objects were listed once. */
  readonly ready: Promise<void>;
  /** Why nothing is heard of it now, and since when; undefined while it goes on. */
  lost: Lost | undefined;
}

/** A watch of which nothing is heard. */
interface Lost {
  /** Milliseconds since 1970. */
  readonly since: number;
  readonly message: string;
  /** Whether that has lasted, and was told. */
  readonly isTold: boolean;
}

/** The rules that an environment has for kinds, and the expressions that they were made from, both by group and kind. */
interface Judges {
  readonly rules: ReadonlyMap<string, Rule>;
  readonly texts: ReadonlyMap<string, string>;
}

/** Starts an observer; it ends when `signal` aborts. */
export function observe({ cluster, clock, manager, selector, onChange }: ObserveOptions, signal: AbortSignal): Observer {
  const live = new Map<ObjectKey, LiveState>();
  const ended = new Map<ObjectKey, EndedJob>();
  const watched = new Map<string, Watched>();
  const blindness = new Map<string, string>();
  /** Whether objects of a kind have a status. */
  const statuses = new Map<string, boolean>();
  let judges: Judges = { rules: new Map(), texts: new Map() };

  const put = (object: LiveObject): void => {
    const ref = refOf(object);
    const key = keyOf(ref);
    const before = live.get(key);
    if (before !== undefined && isOlder(object.metadata.resourceVersion, before)) return;
    const kind = formatGroupKind(ref);
    const state = stateOf(object, { manager, hasStatus: statuses.get(kind), rule: judges.rules.get(kind), now: clock.now(), before });
    live.set(key, state);
    remember(object, jobEnd(object));
    if (before === undefined || differs(before, state)) onChange();
  };
  const remember = (object: LiveObject, end: EndedJob['end'] | undefined): void => {
    const key = keyOf(refOf(object));
    if (end === undefined) ended.delete(key);
    else ended.set(key, { uid: object.metadata.uid, end });
  };
  const drop = (key: ObjectKey): void => {
    if (live.delete(key)) onChange();
  };

  const follow = async (
    scope: string,
    { resource, namespace, stop }: { readonly resource: Resource; readonly namespace: string; readonly stop: AbortSignal },
    ready: () => void,
  ): Promise<void> => {
    const hear = (message?: string): void => {
      const known = watched.get(scope);
      if (known?.stop.signal !== stop) return;
      const [{ lost }, now] = [known, clock.now()];
      const since = sinceThen(lost?.since, now);
      const isTold = lost?.isTold === true || hasLasted(since, now);
      known.lost = message === undefined ? undefined : { since, message, isTold };
      if (message === undefined ? lost?.isTold : isTold && !lost?.isTold) onChange();
    };
    let unseen: Set<ObjectKey> | undefined;
    const metadataOnly = !resource.status && !judges.rules.has(formatGroupKind(resource)) && !readsStatus(resource);
    for await (const event of cluster.watch({ resource, namespace, selector, metadataOnly }, AbortSignal.any([signal, stop]))) {
      if (event.type === 'listing') unseen = keysIn(live, resource, namespace);
      else if (event.type === 'listed') {
        for (const key of unseen ?? []) drop(key);
        unseen = undefined;
        if (blindness.delete(scope)) onChange();
        hear();
        ready();
      } else if (event.type === 'lost') {
        // What was seen stays believed: a broken watch is no reason to think that anything changed.
        if (keysIn(live, resource, namespace).size === 0) blindness.set(scope, event.message);
        hear(event.message);
        ready();
      } else take(event, unseen);
    }
    ready();
  };
  const take = (event: Extract<WatchEvent, { type: 'present' | 'absent' }>, unseen: Set<ObjectKey> | undefined): void => {
    const key = keyOf(refOf(event.object));
    unseen?.delete(key);
    const known = live.get(key);
    if (event.type === 'present') put(event.object);
    // An object that was deleted and already made anew by us is there.
    else if (known === undefined || !isOlder(event.object.metadata.resourceVersion, known)) {
      // Its TTL may remove a Job before anybody asks how it ended.
      remember(event.object, jobEnd(event.object) ?? (isJob(refOf(event.object)) ? 'deleted' : undefined));
      drop(key);
    }
  };

  const start = async ({ apiVersion, ref }: Scope, scope: string, stop: AbortSignal): Promise<void> => {
    const answer = await cluster.resource(apiVersion, ref.kind, signal);
    const resource = answer.ok ? answer.value : undefined;
    // Another watch has taken its place.
    if (stop.aborted) return;
    if (resource === undefined) {
      // Not served: nothing of it can be there. Asked again at the next call.
      watched.delete(scope);
      if (answer.ok) blindness.delete(scope);
      else blindness.set(scope, answer.error.message);
      return;
    }
    statuses.set(formatGroupKind(resource), resource.status);
    await new Promise<void>((ready) => {
      follow(scope, { resource, namespace: ref.namespace, stop }, ready).catch((thrown: unknown) => {
        ready();
        if (stop.aborted) return;
        blindness.set(scope, String(thrown));
        watched.delete(scope);
      });
    });
  };

  const watch = (scope: Scope, name: string): Watched => {
    const stop = new AbortController();
    const begun = { scope, stop, ready: start(scope, name, stop.signal), lost: undefined };
    // Where nobody serves the kind, the start takes it out again: later, when it has asked.
    watched.set(name, begun);
    return begun;
  };

  /** The watch of `scope`: another one where nothing is heard in the version that was watched before, which may be served no longer. */
  const watchOf = (scope: Scope): Watched => {
    const name = scopeName(scope.ref);
    const known = watched.get(name);
    const isOutdated = known?.lost !== undefined && known.scope.apiVersion !== scope.apiVersion;
    if (known !== undefined && !isOutdated) return known;
    known?.stop.abort();
    return watch(scope, name);
  };

  return {
    live,
    ended,
    async cover(scopes) {
      const starting: Promise<void>[] = [];
      for (const scope of scopes) starting.push(watchOf(scope).ready);
      await Promise.all(starting);
    },
    async judgeBy(kinds) {
      const texts = new Map(kinds.map((one) => [formatGroupKind(one), JSON.stringify(one)]));
      const isOther = (kind: string): boolean => texts.get(kind) !== judges.texts.get(kind);
      const changed = new Set([...texts.keys(), ...judges.texts.keys()].filter(isOther));
      if (changed.size === 0) return;
      // It brings all of CEL with it.
      const rules = kinds.length === 0 ? [] : (await import('../reconcile/health/expressions.ts')).rulesByExpressions(kinds);
      judges = { rules: new Map(rules), texts };
      const affected = [...watched].filter(([, { scope }]) => changed.has(formatGroupKind(scope.ref)));
      for (const [, { stop }] of affected) stop.abort();
      await Promise.all(affected.map(([name, { scope }]) => watch(scope, name).ready));
    },
    blind: (ref) => blindness.get(scopeName(ref)),
    unheard(scopes) {
      const silent = [...watched.values()].flatMap(({ scope: { ref }, lost }) => (lost?.isTold ? [{ ref, lost }] : []));
      if (silent.length === 0) return undefined;
      const wanted = new Set([...scopes()].map(({ ref }) => scopeName(ref)));
      const found = silent.find(({ ref }) => wanted.has(scopeName(ref)));
      return found && unheardOf(found.ref, found.lost);
    },
    note: put,
    doubt(key, resourceVersion) {
      const state = live.get(key);
      // It was written since.
      if (state?.resourceVersion !== resourceVersion) return;
      live.set(key, { ...state, fingerprint: { ...state.fingerprint, fields: 'doubted' } });
      onChange();
    },
    forget(ref) {
      ended.delete(keyOf(ref));
      drop(keyOf(ref));
    },
  };
}

function unheardOf({ kind, namespace }: Scope['ref'], { since, message }: Lost): string {
  const where = namespace === '' ? '' : ` in \`${namespace}\``;
  return `\`${kind}\`${where} cannot be watched since ${new Date(since).toISOString()}: ${message}`;
}

/**
 * Why `change` cannot be judged: an object that is not seen may well be there. None when it is watched, or is to go: then it
 * is looked for by itself, and the right to see it may be gone already, with the last of its kind or with its namespace.
 */
export function unwatchable(observer: Observer, change: Change): readonly ObjectProblem[] {
  const why = isWrite(change) ? observer.blind(change.desired.ref) : undefined;
  if (!isWrite(change) || why === undefined) return [];
  return [{ ref: change.desired.ref, path: change.desired.path, message: `it cannot be watched: ${why}` }];
}

/** The scopes of trees that were looked through before: they are asked for at every turn, and never change. */
const scopesOfTrees = new WeakMap<DesiredTree, ReadonlyMap<string, Scope>>();

/** Every kind and namespace that `tree` or `inventory` has objects of, once each. */
export function scopesOf(tree: DesiredTree, inventory: Inventory): Iterable<Scope> {
  const ofTree = scopesOfTrees.get(tree) ?? scopesOfAll(tree.objects.values());
  scopesOfTrees.set(tree, ofTree);
  const left = [];
  for (const [key, entry] of inventory.entries) if (!tree.objects.has(key)) left.push(entry);
  return new Map([...scopesOfAll(left), ...ofTree]).values();
}

function scopesOfAll(objects: Iterable<Scope>): ReadonlyMap<string, Scope> {
  const scopes = new Map<string, Scope>();
  for (const { apiVersion, ref } of objects) scopes.set(scopeName(ref), { apiVersion, ref });
  return scopes;
}

function scopeName(ref: Scope['ref']): string {
  return `${ref.group}/${ref.kind}/${ref.namespace}`;
}

function keysIn(live: ReadonlyMap<ObjectKey, LiveState>, { group, kind }: Resource, namespace: string): Set<ObjectKey> {
  const prefix = `${group}/${kind}/${namespace}/`;
  return new Set([...live.keys()].filter((key) => key.startsWith(prefix)));
}
