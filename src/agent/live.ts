import type { ApiError } from '../model/apierror.ts';
import { applySetId, managerOf, parentOf, partOfLabel } from '../model/applyset.ts';
import type { Inventory, InventoryEntry } from '../model/inventory.ts';
import { type Path, pointer, stringAt } from '../model/json.ts';
import type { ForeignField, Leftover, LiveFinding } from '../model/live.ts';
import { type LiveObject, type ManagedFieldsEntry, type Manifest, refOf } from '../model/manifest.ts';
import { compareText, formatGroupKind, groupOf, keyOf, namespaceRef, type ObjectKey } from '../model/ref.ts';
import { type ObjectRules, runsOnFailure } from '../model/rendered.ts';
import type { Cluster } from '../ports.ts';
import { appliedEntry, fieldsOf, holdsField, leavesOf, locate, without } from '../reconcile/fields.ts';
import { withoutIgnored } from '../reconcile/ignored.ts';
import { isOwn, otherEnvironment } from '../reconcile/inventory.ts';
import { isMark, isOfMarks, writersOf } from '../reconcile/managers.ts';
import { parallel } from './agent.ts';
import { mapBounded } from './bounded.ts';
import { toApply } from './manifests.ts';
import { notOurs, ownedBy, unchangeable } from './preflight.ts';
import { openStore } from './state.ts';

/** An object as a tree wants it. */
export interface Wanted {
  readonly manifest: Manifest;
  readonly rules: ObjectRules;
  /** Whether one that somebody else made is taken over. */
  readonly adopt: boolean;
}

/** What a cluster holds of an environment. */
export interface LiveState {
  /** The commit that the cluster is kept equal to. */
  readonly revision: string | undefined;
  /** One for each that is wanted, in their order. */
  readonly findings: readonly LiveFinding[];
  /** What the environment owns and the tree does not hold, as far as it is still there. */
  readonly leftovers: readonly Leftover[];
}

/** Where to look, and for what. */
export interface LookOptions {
  readonly cluster: Cluster;
  readonly environment: string;
  /** The namespace of the agent's own state. */
  readonly namespace: string;
  readonly wanted: readonly Wanted[];
  readonly signal: AbortSignal;
}

/** Looks at what an environment has in its cluster, and asks what an apply of `wanted` would change, by dry run. Nothing is written. */
export async function lookAtLive({ cluster, environment, namespace, wanted, signal }: LookOptions): Promise<LiveState> {
  const reading = readOnly(cluster);
  const { inventory } = await openStore({ cluster: reading, environment, namespace }).load(signal);
  const look: Look = {
    cluster: reading,
    manager: managerOf(environment),
    setId: applySetId(parentOf(environment, namespace)),
    inventory,
    made: new Set(wanted.flatMap(({ manifest }) => madeBy(manifest))),
    signal,
  };
  const limits = { limit: parallel, stopped: () => signal.aborted };
  const found = new Map<ObjectKey, LiveFinding>();
  for await (const finding of mapBounded(wanted, (one) => findingOf(one, look), limits)) found.set(keyOf(finding.ref), finding);
  const rest = [...inventory.entries].filter(([key]) => !found.has(key)).map(([, entry]) => entry);
  const leftovers: Leftover[] = [];
  for await (const one of mapBounded(rest, (entry) => leftoverOf(entry, look), limits)) if (one !== undefined) leftovers.push(one);
  signal.throwIfAborted();
  const findings = wanted.flatMap(({ manifest }) => found.get(keyOf(refOf(manifest))) ?? []);
  return { revision: inventory.revision, findings, leftovers };
}

interface Look {
  readonly cluster: Cluster;
  readonly manager: string;
  readonly setId: string;
  readonly inventory: Inventory;
  /** What objects of the tree make that others of it need: namespaces, and kinds. */
  readonly made: ReadonlySet<string>;
  readonly signal: AbortSignal;
}

/** A cluster in which nothing can be changed, by mistake neither. */
function readOnly(cluster: Cluster): Cluster {
  const refused = { ok: false, error: { reason: 'forbidden', status: 0, message: 'nothing is changed by a look' } } as const;
  return {
    ...cluster,
    get requests() {
      return cluster.requests;
    },
    apply: async (manifest, options) => (options.dryRun ? cluster.apply(manifest, options) : refused),
    remove: async () => refused,
    patch: async () => refused,
    as: (user) => readOnly(cluster.as(user)),
  };
}

async function findingOf({ manifest, rules, adopt }: Wanted, look: Look): Promise<LiveFinding> {
  const { cluster, manager, setId, inventory, signal } = look;
  const ref = refOf(manifest);
  const entry = inventory.entries.get(keyOf(ref));
  const nothing = {
    ref,
    wanted: manifest,
    live: undefined,
    next: undefined,
    problem: undefined,
    isUnasked: false,
    foreign: [],
    dropped: [],
  };
  const got = await cluster.get(manifest.apiVersion, ref, signal);
  if (!got.ok && got.error.reason !== 'missing') return { ...nothing, state: 'unknown', problem: got.error.message };
  const live = got.ok ? got.value : undefined;
  if (live === undefined) {
    if (entry?.finished !== undefined || (entry === undefined && runsOnFailure(rules))) return { ...nothing, state: 'over' };
    const asked = await ask(toApply(manifest, setId), look);
    return { ...nothing, ...asked, state: entry?.seen === undefined ? 'absent' : 'vanished' };
  }
  const owner = otherEnvironment(live, manager);
  const isTaken = owner !== undefined || !isOwn(live, { setId, inventory });
  const problem = owner === undefined ? notOurs(live) : ownedBy(owner);
  if (isTaken && !adopt) return { ...nothing, state: 'there', live, next: live, problem };
  const wanted = withoutIgnored(manifest, rules.ignore);
  const asked = await ask(toApply(wanted, setId, { uid: live.metadata.uid }), look, rules);
  const foreign = foreignIn(live, { manager, wanted });
  return { ...nothing, ...asked, state: 'there', wanted, live, foreign, dropped: droppedIn(live, { manager, wanted }) };
}

/** What the API server says to an apply, by dry run. */
async function ask(manifest: Manifest, look: Look, rules?: ObjectRules): Promise<Pick<LiveFinding, 'next' | 'problem' | 'isUnasked'>> {
  const answer = await look.cluster.apply(manifest, { manager: look.manager, dryRun: true, signal: look.signal });
  if (answer.ok) return { next: answer.value.object, problem: undefined, isUnasked: false };
  const { error } = answer;
  const isUnasked = isBarred(error);
  const isReplaced = error.reason === 'immutable' && rules?.replace === true;
  if (isUnasked || isReplaced || isAhead(manifest, error, look)) return { next: undefined, problem: undefined, isUnasked };
  return { next: undefined, problem: error.reason === 'immutable' ? unchangeable(error, undefined) : error.message, isUnasked };
}

/** Whether whoever asks lacks the right to apply, which is no matter of the object. */
function isBarred({ reason, message }: ApiError): boolean {
  return reason === 'forbidden' && /cannot (?:patch|create|update) resource/.test(message);
}

/** Whether the API server cannot judge an object yet: the same tree makes its namespace, or says what its kind is. */
function isAhead({ apiVersion, kind, metadata }: Manifest, { reason }: ApiError, { made }: Look): boolean {
  const home = reason === 'missing' && made.has(keyOf(namespaceRef(metadata.namespace ?? '')));
  return home || ((reason === 'missing' || reason === 'invalid') && made.has(`${groupOf(apiVersion)}/${kind}`));
}

function madeBy(manifest: Manifest): readonly string[] {
  const ref = refOf(manifest);
  const name = formatGroupKind(ref);
  if (name === 'Namespace') return [keyOf(ref)];
  if (name !== 'CustomResourceDefinition.apiextensions.k8s.io') return [];
  return [`${stringAt(manifest, 'spec', 'group')}/${stringAt(manifest, 'spec', 'names', 'kind')}`];
}

async function leftoverOf(entry: InventoryEntry, { cluster, setId, inventory, signal }: Look): Promise<Leftover | undefined> {
  const got = await cluster.get(entry.apiVersion, entry.ref, signal);
  const live = got.ok ? got.value : undefined;
  return live === undefined || !isOwn(live, { setId, inventory }) ? undefined : { entry, live };
}

interface Seen {
  readonly manager: string;
  readonly wanted: Manifest;
}

/** The fields of an object that others hold than the environment: each leaf once, with the manager that wrote last. */
function foreignIn(live: LiveObject, { manager, wanted }: Seen): readonly ForeignField[] {
  const writers = new Set(writersOf(live, manager));
  const found = new Map<string, ForeignField>();
  const latest = othersIn(live, manager).toSorted((a, b) => compareText(b.time ?? '', a.time ?? ''));
  for (const entry of latest) {
    for (const path of leavesOf(fieldsOf(entry)).values()) {
      // An administrator may have put the environment's own label on a namespace.
      const keys = isMark(path) || path.includes(`f:${partOfLabel}`) ? undefined : locate(live, path)?.keys;
      if (keys === undefined || found.has(pointer(keys))) continue;
      found.set(pointer(keys), { path: keys, by: entry.manager ?? '', isAddition: writers.has(entry) && !holdsField(wanted, path) });
    }
  }
  return [...found.values()];
}

function othersIn({ metadata }: LiveObject, manager: string): readonly ManagedFieldsEntry[] {
  return (metadata.managedFields ?? []).filter((entry) => entry.manager !== manager && !entry.subresource && !isOfMarks(entry));
}

function droppedIn(live: LiveObject, { manager, wanted }: Seen): readonly Path[] {
  const ours = without(fieldsOf(appliedEntry(live, manager)), fieldsOf(...othersIn(live, manager)));
  return [...ours.values()].flatMap((path) => {
    const keys = holdsField(wanted, path) || path.includes(`f:${partOfLabel}`) ? undefined : locate(live, path)?.keys;
    return keys === undefined ? [] : [keys];
  });
}
