import type { AgentPorts } from '../../src/agent/agent.ts';
import { type LoopEnd, runAgent } from '../../src/agent/loop.ts';
import type { SyncEvent } from '../../src/model/event.ts';
import { type JsonObject, listAt, numberAt, stringAt } from '../../src/model/json.ts';
import { type LiveObject, refOf } from '../../src/model/manifest.ts';
import { formatGroupKind } from '../../src/model/ref.ts';
import type { Clock, Cluster, RenderedSource, WatchEvent } from '../../src/ports.ts';
import { type FakeCluster, fakeCluster } from '../fakes/cluster.ts';
import { type FakeSource, fakeSource } from '../fakes/source.ts';
import { type HandClock, handClock, settled } from './clock.ts';

/** How a process ends that is killed (SIGKILL). */
export interface Death {
  /** The call of a port, from 1, that is its last deed. */
  readonly call: number;
  /**
   * What becomes of the calls that are on their way then: none is carried out, all are, or only the last one. An answer
   * comes to none of them.
   */
  readonly fate: 'lost' | 'done' | 'alone';
}

/** The ports of one process, which go dead with it. */
export interface Process {
  readonly ports: AgentPorts;
  readonly calls: number;
  /** The deaths that it might have died. Reading leaves no trace, so that most of its calls stand for more than one of them. */
  readonly deaths: readonly Death[];
  readonly dead: boolean;
  readonly busy: boolean;
}

/** Gives a process ports of its own. A call takes a moment to arrive, so that calls that are made together are on their way together. */
export function openProcess({ cluster, home, source, clock, identity }: AgentPorts, death: Death | undefined): Process {
  const died = new AbortController();
  const deaths: Death[] = [];
  let calls = 0;
  let underway = 0;
  const writes = { begun: 0, ended: 0, known: '' };

  /** Notes how a death at the present call would differ from one at the call before. */
  const note = (): void => {
    const state = `${writes.begun} ${writes.ended}`;
    if (state === writes.known) return;
    writes.known = state;
    deaths.push(...fates.slice(0, 1 + writes.begun - writes.ended).map((fate) => ({ call: calls, fate })));
  };
  const isLost = (number: number): boolean =>
    died.signal.aborted && (death?.fate === 'lost' || (death?.fate === 'alone' && number !== death.call));
  const call: Call = async (effect, isWrite = false) => {
    if (died.signal.aborted) return never();
    const number = ++calls;
    underway++;
    if (isWrite) writes.begun++;
    note();
    if (number === death?.call) died.abort();
    await moment();
    if (isLost(number)) return never();
    try {
      return await effect();
    } finally {
      if (died.signal.aborted) await never();
      if (isWrite) writes.ended++;
      underway--;
    }
  };
  return {
    ports: {
      cluster: mortalCluster(cluster, call, died.signal),
      home: mortalCluster(home, call, died.signal),
      source: mortalSource(source, call),
      clock: mortalClock(clock, died.signal),
      identity,
    },
    get calls() {
      return calls;
    },
    deaths,
    get dead() {
      return died.signal.aborted;
    },
    get busy() {
      return underway > 0;
    },
  };
}

/** All fates; of one call on its way the third is one of the others, and of none all are the same. */
export const fates = ['lost', 'done', 'alone'] as const;

/** Makes a call, which may write. */
type Call = <T>(effect: () => Promise<T>, writes?: boolean) => Promise<T>;

function mortalCluster(cluster: Cluster, call: Call, died: AbortSignal): Cluster {
  return {
    resource: (...args) => call(() => cluster.resource(...args)),
    get: (...args) => call(() => cluster.get(...args)),
    apply: (manifest, options) => call(() => cluster.apply(manifest, options), !options.dryRun),
    remove: (...args) => call(() => cluster.remove(...args), true),
    patch: (...args) => call(() => cluster.patch(...args), true),
    list: (...args) => call(() => cluster.list(...args)),
    async *watch(options, signal) {
      await call(async () => {});
      yield* cluster.watch(options, AbortSignal.any([signal, died]));
    },
    as: (user) => mortalCluster(cluster.as(user), call, died),
    get requests() {
      return cluster.requests;
    },
    close: () => call(() => cluster.close()),
  };
}

function mortalSource(source: RenderedSource, call: Call): RenderedSource {
  return {
    tip: (...args) => call(() => source.tip(...args)),
    refresh: () => source.refresh(),
    fetch: (...args) => call(() => source.fetch(...args)),
    has: (...args) => call(() => source.has(...args)),
    keep: (...args) => call(() => source.keep(...args)),
    isAncestor: (...args) => call(() => source.isAncestor(...args)),
    files: (...args) => call(() => source.files(...args)),
    read: (...args) => call(() => source.read(...args)),
    bytesOf: (...args) => call(() => source.bytesOf(...args)),
    treeOf: (...args) => call(() => source.treeOf(...args)),
    attestations: (...args) => source.attestations(...args),
    close: () => call(() => source.close()),
  };
}

/** Nobody wakes from a sleep after death. */
function mortalClock(clock: Clock, died: AbortSignal): Clock {
  return {
    now: () => clock.now(),
    random: () => clock.random(),
    async sleep(ms, signal) {
      await clock.sleep(ms, signal);
      if (died.aborted) await never();
    },
  };
}

function never(): Promise<never> {
  return new Promise(() => {});
}

function moment(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** How a process ran. */
export interface Ran {
  readonly calls: number;
  /** All deaths that it might have died, but for those that are the same as another one. */
  readonly deaths: readonly Death[];
  /** Undefined when it was killed. */
  readonly end: LoopEnd | undefined;
  readonly events: readonly SyncEvent[];
}

/** Something that was made or is gone, as an administrator saw it; every state of it in between. */
export interface Seen {
  readonly type: 'present' | 'absent';
  readonly object: LiveObject;
}

/** A cluster with controllers and a branch, on which one process after another keeps the environment `dev`. */
export interface Land {
  readonly cluster: FakeCluster;
  readonly source: FakeSource;
  readonly clock: HandClock;
  /** All that became of objects of the built-in kinds, in order. */
  readonly history: readonly Seen[];
  /** Runs the agent in a new process until it has nothing more to do, or dies. */
  run(death?: Death): Promise<Ran>;
  close(): void;
}

/** The environment, and where its agent keeps its state. */
export const crashSpec = { environment: 'dev', namespace: 'lockstep' } as const;

/** What an administrator watches. */
const watched = [
  ['v1', 'Namespace'],
  ['v1', 'ConfigMap'],
  ['apps/v1', 'Deployment'],
  ['batch/v1', 'Job'],
  ['rbac.authorization.k8s.io/v1', 'Role'],
  ['rbac.authorization.k8s.io/v1', 'RoleBinding'],
  ['apiextensions.k8s.io/v1', 'CustomResourceDefinition'],
] as const;

/** A cluster with nothing in it but the namespace of the agent's state, and a branch without a commit. */
export async function openLand(): Promise<Land> {
  const world = { cluster: fakeCluster(), source: fakeSource(crashSpec.environment), clock: handClock() };
  const { cluster } = world;
  const ended = new AbortController();
  const history: Seen[] = [];
  for (const [apiVersion, kind] of watched) {
    const answer = await cluster.resource(apiVersion, kind);
    if (!answer.ok || answer.value === undefined) throw new Error(`the fake cluster does not serve ${kind}`);
    void record(cluster.watch({ resource: answer.value, namespace: '', selector: '', metadataOnly: false }, ended.signal), history);
  }
  await cluster.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: crashSpec.namespace } }, { manager: 'administrator' });
  let processes = 0;
  return {
    ...world,
    history,
    run(death) {
      const name = `process-${++processes}`;
      // There is never more than one.
      const identity = { name, isGone: (other: string) => other !== name };
      return runProcess(world, openProcess({ ...world, home: cluster, identity }, death));
    },
    close: () => ended.abort(),
  };
}

async function record(events: AsyncIterable<WatchEvent>, history: Seen[]): Promise<void> {
  for await (const event of events) if (event.type === 'present' || event.type === 'absent') history.push(event);
}

/** No process of these tests has more to do than this. */
const mostSteps = 50_000;

/** Milliseconds that pass at once while nobody has anything to do. */
const step = 50;

async function runProcess({ cluster, clock }: Pick<Land, 'cluster' | 'clock'>, process: Process): Promise<Ran> {
  const events: SyncEvent[] = [];
  const report = (event: SyncEvent): void => void events.push(event);
  const { signal } = new AbortController();
  let end: LoopEnd | undefined;
  let thrown: unknown;
  runAgent(process.ports, crashSpec, { interval: 60_000, once: { timeout: 600_000 }, report, signal }).then(
    (value) => {
      end = value;
    },
    (error: unknown) => {
      thrown = error;
    },
  );
  for (let steps = 0; end === undefined && !process.dead; steps++) {
    if (thrown !== undefined) throw thrown;
    if (steps > mostSteps) throw new Error(`the agent does not come to an end: ${JSON.stringify(events.slice(-5))}`);
    await moment();
    if (!process.busy && !actAsControllers(cluster)) await clock.advance(step);
  }
  // What is on its way arrives.
  await settled();
  actAsControllers(cluster);
  return { calls: process.calls, deaths: process.deaths, end, events };
}

/** Does what the controllers of a cluster do, which run no pods here; false when there was nothing to do. */
function actAsControllers({ objects, others }: FakeCluster): boolean {
  let acted = false;
  for (const object of objects) {
    const { deletionTimestamp, finalizers = [] } = object.metadata;
    const status = statusFor(object);
    if (deletionTimestamp !== undefined && finalizers.length > 0) others.edit(refOf(object), withoutFinalizers);
    else if (deletionTimestamp === undefined && status !== undefined) others.status(refOf(object), status);
    else continue;
    acted = true;
  }
  return acted;
}

/** Whoever wanted to be told of the deletion has been. */
function withoutFinalizers({ metadata, ...object }: LiveObject): JsonObject {
  const { finalizers, ...rest } = metadata;
  return { ...object, metadata: rest };
}

/** The status that `object` is given by its controller, or undefined when it has it. */
function statusFor(object: LiveObject): JsonObject | undefined {
  const hasCondition = listAt(object, 'status', 'conditions').length > 0;
  switch (formatGroupKind(refOf(object))) {
    case 'Namespace':
      return stringAt(object, 'status', 'phase') === undefined ? { phase: 'Active' } : undefined;
    case 'CustomResourceDefinition.apiextensions.k8s.io':
      return hasCondition ? undefined : { conditions: ['NamesAccepted', 'Established'].map((type) => ({ type, status: 'True' })) };
    case 'Job.batch':
      return hasCondition ? undefined : { succeeded: 1, conditions: [{ type: 'Complete', status: 'True' }] };
    case 'Deployment.apps':
      return deploymentStatus(object);
    default:
      return undefined;
  }
}

function deploymentStatus(object: LiveObject): JsonObject | undefined {
  const { generation = 0 } = object.metadata;
  if (numberAt(object, 'status', 'observedGeneration') === generation) return undefined;
  const replicas = numberAt(object, 'spec', 'replicas') ?? 1;
  return {
    observedGeneration: generation,
    replicas,
    updatedReplicas: replicas,
    readyReplicas: replicas,
    availableReplicas: replicas,
    conditions: [{ type: 'Available', status: 'True' }],
  };
}
