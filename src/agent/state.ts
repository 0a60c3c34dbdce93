import { chunkCount, partition, readChunk, writeChunk } from '../codec/inventory.ts';
import { readRollouts, writeRollouts } from '../codec/rollouts.ts';
import type { ApiError } from '../model/apierror.ts';
import { applySetAnnotations, applySetId, applySetMarks, managerOf, parentOf, suspensionsOf } from '../model/applyset.ts';
import type { EnvironmentStatus } from '../model/event.ts';
import { Failure } from '../model/failure.ts';
import { emptyInventory, type Inventory, type InventoryEntry } from '../model/inventory.ts';
import { isObject, parseJson, stringAt } from '../model/json.ts';
import type { LiveObject, Manifest } from '../model/manifest.ts';
import { keyOf, type ObjectKey, type ObjectRef } from '../model/ref.ts';
import type { Cluster } from '../ports.ts';

/**
 * The state of an environment in its cluster: the ConfigMap `lockstep-<environment>`, which is the ApplySet's parent and
 * holds revision and status, and the inventory in chunks beside it, so that no object can overflow.
 */
export interface Store {
  /** What is owned, as the cluster has it recorded, and what of the record is lost. */
  load(signal: AbortSignal): Promise<Loaded>;
  /** Records `inventory`: chunks that changed first, the parent last, which makes them count. */
  save(inventory: Inventory, signal: AbortSignal): Promise<void>;
  /** Records `status`; writes nothing when it is what this agent wrote or read last. */
  report(status: EnvironmentStatus, signal: AbortSignal): Promise<void>;
  /** Deletes all of it: the environment is no more. */
  clear(signal: AbortSignal): Promise<void>;
}

/** An inventory as it could be read. */
export interface Loaded {
  readonly inventory: Inventory;
  /** The parts of it that are missing or damaged, by the names of their ConfigMaps. */
  readonly lost: readonly string[];
}

/** What a store needs. */
export interface StoreOptions {
  readonly cluster: Cluster;
  readonly environment: string;
  readonly namespace: string;
}

/** What stands in the cluster, as this agent wrote or read it last. */
interface Written {
  /** The parent as it was answered last; undefined before it exists. */
  readonly parent: Identity | undefined;
  readonly revision: string | undefined;
  readonly behind: Inventory['behind'];
  /** As text. */
  readonly rollouts: string | undefined;
  readonly chunks: readonly WrittenChunk[];
  /** A count whose chunks may stand there too, since the inventory goes to it or comes from it; 0 for none. */
  readonly other: number;
  readonly annotations: { readonly [key: string]: string };
  readonly status: string | undefined;
}

/** A chunk of the inventory. One that is missing has no live object, and one that cannot be read has no text. */
interface WrittenChunk {
  readonly text: string | undefined;
  /** What `text` says: the very entries, so that a chunk of which none changed is told without writing it anew. */
  readonly entries: readonly InventoryEntry[];
  readonly live: LiveObject | undefined;
}

/** Both together: a resourceVersion without a uid would create an object that is missing. */
type Identity = Pick<LiveObject['metadata'], 'uid' | 'resourceVersion'>;

const nothing: Written = {
  parent: undefined,
  revision: undefined,
  behind: new Map(),
  rollouts: undefined,
  chunks: [],
  other: 0,
  annotations: {},
  status: undefined,
};

/** Opens the state of an environment. One agent owns it: when another wrote what this one writes, that fails with `another-agent`. */
export function openStore({ cluster, environment, namespace }: StoreOptions): Store {
  const parent = parentOf(environment, namespace);
  const manager = managerOf(environment);
  let written = nothing;

  const writeParent = async (next: Omit<Written, 'parent'>, signal: AbortSignal): Promise<void> => {
    const answer = await cluster.apply(parentManifest(parent, next, written.parent), { manager, signal });
    if (!answer.ok) throw stateFailure(parent, answer.error);
    written = { ...next, parent: answer.value.object.metadata };
  };

  const saveChunks = async (parts: readonly (readonly InventoryEntry[])[], signal: AbortSignal): Promise<Written['chunks']> => {
    const count = parts.length;
    const chunks: WrittenChunk[] = [];
    for (const [i, entries] of parts.entries()) {
      const before = written.chunks.length === count ? written.chunks[i] : undefined;
      const isSame = before?.text !== undefined && sameItems(before.entries, entries);
      const text = isSame ? before.text : writeChunk(entries);
      if (before?.text === text) {
        chunks.push({ ...before, entries });
        continue;
      }
      const answer = await cluster.apply(chunkManifest(parent, { count, i, text, before: before?.live?.metadata }), { manager, signal });
      if (!answer.ok) throw stateFailure({ ...parent, name: chunkName(parent, count, i) }, answer.error);
      chunks.push({ text, entries, live: answer.value.object });
    }
    return chunks;
  };

  const removeChunks = async (chunks: readonly (LiveObject | undefined)[], signal: AbortSignal): Promise<void> => {
    for (const live of chunks) {
      if (live === undefined) continue;
      const { uid, resourceVersion, name } = live.metadata;
      // A chunk that stays behind is harmless: the parent does not name it.
      await cluster.remove('v1', { ...parent, name }, { uid, resourceVersion }, signal);
    }
  };

  /** Removes what was left over when a change of the number of chunks was broken off. */
  const removeOthers = async (count: number, signal: AbortSignal): Promise<void> => {
    for (let i = 0; i < count; i++) {
      const found = await cluster.get('v1', { ...parent, name: chunkName(parent, count, i) }, signal);
      if (found.ok) await removeChunks([found.value], signal);
    }
  };

  return {
    async load(signal) {
      const answer = await cluster.get('v1', parent, signal);
      if (!answer.ok) throw stateFailure(parent, answer.error);
      if (answer.value === undefined) {
        written = nothing;
        return { inventory: emptyInventory, lost: [] };
      }
      const { state, ...loaded } = await readState(cluster, parent, answer.value, signal);
      if (state.other > 0) await removeOthers(state.other, signal);
      written = { ...state, other: 0 };
      return loaded;
    },
    async save(inventory, signal) {
      const parts = partition(inventory.entries, chunkCount(inventory.entries.size));
      const before = written.chunks;
      const resized = before.length > 0 && before.length !== parts.length;
      // Wherever this is broken off, the parent says which chunks there may be.
      if (resized) await writeParent({ ...written, other: parts.length }, signal);
      const chunks = await saveChunks(parts, signal);
      const annotations = applySetAnnotations(members(inventory), parent);
      const { revision, behind } = inventory;
      const rollouts = inventory.rollouts && writeRollouts(inventory.rollouts);
      const same =
        sameRecord(annotations, written.annotations) &&
        revision === written.revision &&
        rollouts === written.rollouts &&
        sameRecord(Object.fromEntries(behind), Object.fromEntries(written.behind)) &&
        before.length === chunks.length;
      if (!same || written.parent === undefined) {
        const { status } = written;
        await writeParent({ revision, behind, rollouts, chunks, other: resized ? before.length : 0, annotations, status }, signal);
      } else written = { ...written, chunks };
      if (!resized) return;
      await removeChunks(
        before.map(({ live }) => live),
        signal,
      );
      await writeParent({ ...written, other: 0 }, signal);
    },
    async report(status, signal) {
      const text = JSON.stringify(status);
      if (written.status !== undefined && sameStatus(written.status, status)) return;
      await writeParent({ ...written, status: text }, signal);
    },
    async clear(signal) {
      await removeChunks(
        written.chunks.map(({ live }) => live),
        signal,
      );
      const suspensions = await cluster.get('v1', suspensionsOf(parent), signal);
      if (suspensions.ok) await removeChunks([suspensions.value], signal);
      const answer = written.parent && (await cluster.remove('v1', parent, written.parent, signal));
      if (answer?.ok === false) throw stateFailure(parent, answer.error);
      written = nothing;
    },
  };
}

/** The status that stands in the parent ConfigMap, or undefined when it holds none that can be read. */
export function statusIn(parent: LiveObject): EnvironmentStatus | undefined {
  const text = stringAt(parent, 'data', 'status');
  if (text === undefined) return undefined;
  const status: unknown = parseJson(text);
  // An older agent knew less.
  return isStatus(status) ? { ...unsaid, ...status } : undefined;
}

const unsaid: Pick<EnvironmentStatus, 'behind' | 'held' | 'suspended' | 'rewritten'> = {
  behind: [],
  held: [],
  suspended: [],
  rewritten: [],
};

/** What an agent wrote; anything else in its place is not understood. */
function isStatus(value: unknown): value is EnvironmentStatus {
  return (
    isObject(value) &&
    typeof value['environment'] === 'string' &&
    ['conditions', 'problems', 'unhealthy'].every((key) => Array.isArray(value[key]))
  );
}

async function readState(
  cluster: Cluster,
  parent: ObjectRef,
  live: LiveObject,
  signal: AbortSignal,
): Promise<Loaded & { readonly state: Written }> {
  const entries = new Map<ObjectKey, InventoryEntry>();
  const chunks: WrittenChunk[] = [];
  const lost: string[] = [];
  const said = Number(stringAt(live, 'data', 'chunks'));
  const count = isCount(said) ? said : 0;
  if (count !== said) lost.push(parent.name);
  for (let i = 0; i < count; i++) {
    const ref = { ...parent, name: chunkName(parent, count, i) };
    const answer = await cluster.get('v1', ref, signal);
    if (!answer.ok) throw stateFailure(ref, answer.error);
    const text = answer.value === undefined ? undefined : stringAt(answer.value, 'binaryData', 'entries');
    const read = text === undefined ? undefined : readChunk(text);
    if (read === undefined) lost.push(ref.name);
    chunks.push({ text: read === undefined ? undefined : text, entries: read ?? [], live: answer.value });
    for (const entry of read ?? []) entries.set(keyOf(entry.ref), entry);
  }
  const revision = stringAt(live, 'data', 'revision');
  const behind = behindIn(stringAt(live, 'data', 'behind'));
  const rollouts = stringAt(live, 'data', 'rollouts');
  const { annotations = {} } = live.metadata;
  const status = stringAt(live, 'data', 'status');
  const other = Number(stringAt(live, 'data', 'other') ?? 0);
  return {
    state: {
      parent: live.metadata,
      revision,
      behind,
      rollouts,
      chunks,
      other: isCount(other) ? other : 0,
      annotations: ownAnnotations(annotations),
      status,
    },
    inventory: { revision, behind, entries, ...(rollouts === undefined ? {} : { rollouts: readRollouts(rollouts) }) },
    lost,
  };
}

/** No environment has more: its inventory would be of 100,000 objects. */
const maxChunks = 1024;

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0 && value <= maxChunks;
}

/** What is not understood says that nothing stays behind: the next commit finds out anew. */
function behindIn(text: string | undefined): Inventory['behind'] {
  const read = parseJson(text ?? '{}');
  const entries = isObject(read) ? Object.entries(read) : [];
  return new Map(entries.flatMap(([slice, commit]) => (typeof commit === 'string' ? [[slice, commit] as const] : [])));
}

function parentManifest(parent: ObjectRef, state: Omit<Written, 'parent'>, before: Identity | undefined): Manifest {
  const { revision, behind, rollouts, chunks, other, annotations, status } = state;
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name: parent.name,
      namespace: parent.namespace,
      labels: { [applySetMarks.id]: applySetId(parent) },
      annotations,
      ...preconditions(before),
    },
    data: {
      chunks: `${chunks.length}`,
      ...(other === 0 ? {} : { other: `${other}` }),
      ...(revision === undefined ? {} : { revision }),
      ...(behind.size === 0 ? {} : { behind: JSON.stringify(Object.fromEntries(behind)) }),
      ...(rollouts === undefined ? {} : { rollouts }),
      ...(status === undefined ? {} : { status }),
    },
  };
}

interface Chunk {
  readonly count: number;
  readonly i: number;
  readonly text: string;
  /** The chunk as it was answered last, when it is there. */
  readonly before: Identity | undefined;
}

function chunkManifest(parent: ObjectRef, { count, i, text, before }: Chunk): Manifest {
  const metadata = { name: chunkName(parent, count, i), namespace: parent.namespace };
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { ...metadata, ...preconditions(before) }, binaryData: { entries: text } };
}

function preconditions(before: Identity | undefined): Partial<Identity> {
  return before === undefined ? {} : { uid: before.uid, resourceVersion: before.resourceVersion };
}

/** Chunks of another count have other names, so that a change of count never overwrites what still counts. */
function chunkName(parent: ObjectRef, count: number, i: number): string {
  return `${parent.name}-inventory-${count}-${i}`;
}

function* members(inventory: Inventory): Iterable<ObjectRef> {
  for (const entry of inventory.entries.values()) yield entry.ref;
}

function ownAnnotations(annotations: { readonly [key: string]: string }): { readonly [key: string]: string } {
  const own = new Set<string>(Object.values(applySetMarks));
  return Object.fromEntries(Object.entries(annotations).filter(([name]) => own.has(name)));
}

function sameItems<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((item, i) => item === b[i]);
}

function sameRecord(a: { readonly [key: string]: string }, b: { readonly [key: string]: string }): boolean {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key]);
}

/** The time of a status is that of its last change, so it does not make a change by itself. */
function sameStatus(written: string, status: EnvironmentStatus): boolean {
  try {
    return JSON.stringify({ ...JSON.parse(written), updated: '' }) === JSON.stringify({ ...status, updated: '' });
  } catch {
    return false;
  }
}

/** What is printed without `--rbac` is for an agent that is a ServiceAccount of the environment itself. */
const setRight = 'as an administrator, apply what `lockstep bootstrap <environment>` prints, for an agent in the cluster with `--rbac`';

/** Why a part of the agent's state, the object `ref`, cannot be read or written, with what mends it. */
export function stateFailure(ref: ObjectRef, error: ApiError): Failure {
  const what = `the agent's state, ${ref.kind} \`${ref.namespace}/${ref.name}\``;
  if (error.reason === 'conflict') {
    return new Failure('another-agent', `${what}, was changed or deleted by somebody else meanwhile: ${error.message}`, {
      help: 'run one agent for an environment; this one stands back and looks again',
    });
  }
  if (error.reason === 'missing') {
    return new Failure('state-namespace-missing', `${what}, cannot be written: ${error.message}`, {
      help: setRight,
    });
  }
  if (error.reason === 'forbidden') {
    return new Failure('state-forbidden', `${what}, may not be read or written: ${error.message}`, {
      help: setRight,
    });
  }
  return new Failure('state-unreachable', `${what}, cannot be read or written: ${error.message}`);
}
