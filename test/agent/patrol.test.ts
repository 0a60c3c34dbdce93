import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { nothingKnown } from '../../src/agent/agent.ts';
import { runAgent } from '../../src/agent/loop.ts';
import { type PatrolPorts, patrol } from '../../src/agent/patrol.ts';
import type { SyncEvent } from '../../src/model/event.ts';
import { type LiveObject, type Manifest, refOf } from '../../src/model/manifest.ts';
import { formatRef, keyOf } from '../../src/model/ref.ts';
import type { Cluster } from '../../src/ports.ts';
import type { DesiredTree } from '../../src/reconcile/desired.ts';
import { configMap, deployment, namespace } from '../e2e/manifests.ts';
import { type FakeCluster, fakeCluster } from '../fakes/cluster.ts';
import { type Committed, fakeSource } from '../fakes/source.ts';
import { type HandClock, handClock, settled } from '../support/clock.ts';

const minutes = 60_000;
const shop: Committed = { manifest: namespace('shop'), wave: 0 };
const labelled: Manifest = { ...deployment('shop', 'web'), metadata: { name: 'web', namespace: 'shop', labels: { tier: 'front' } } };

/** An agent that runs, what it asks about single objects, and what it tells. */
interface Bench {
  readonly cluster: FakeCluster;
  readonly clock: HandClock;
  /** `get ConfigMap/shop/config`, since it was asked for last. */
  asked(): readonly string[];
  told(): readonly SyncEvent[];
}

/** Runs an agent on `cluster`, or on what `through` makes of it, until everything is synced. */
async function bench(
  t: TestContext,
  objects: readonly Committed[],
  through: (cluster: FakeCluster) => Cluster = (it) => it,
): Promise<Bench> {
  const [cluster, home, source, clock] = [fakeCluster(), fakeCluster(), fakeSource('dev'), handClock()];
  source.commit([shop, ...objects]);
  const end = new AbortController();
  const asked: string[] = [];
  const told: SyncEvent[] = [];
  cluster.setFault(({ verb, ref }) => {
    if (ref.name !== '') asked.push(`${verb} ${formatRef(ref)}`);
    return undefined;
  });
  const running = runAgent(
    { cluster: through(cluster), home, source, clock, identity: { name: 'ada', isGone: () => false } },
    { environment: 'dev', namespace: 'default' },
    { interval: 60_000, report: (event) => told.push(event), signal: end.signal },
  );
  t.after(async () => {
    end.abort();
    for (let turns = 0; turns < 20; turns++) await clock.advance(1_000);
    await running;
  });
  for (let turns = 0; !told.some(({ type }) => type === 'synced') && turns < 100; turns++) await clock.advance(100);
  // What controllers write, so that the agent has nothing to ask for pods.
  const status = { observedGeneration: 1, replicas: 2, updatedReplicas: 2, readyReplicas: 2, availableReplicas: 2 };
  for (const { kind, ...object } of cluster.objects) if (kind === 'Deployment') cluster.others.status(refOf({ kind, ...object }), status);
  await clock.advance(1_000);
  const taken = { asked: () => asked.splice(0), told: () => told.splice(0) };
  taken.asked();
  taken.told();
  return { cluster, clock, ...taken };
}

/** A change that leaves managedFields as they were: everybody may write those, too. */
function hide(cluster: FakeCluster, manifest: Manifest, change: (object: LiveObject) => LiveObject): void {
  const { managedFields } = cluster.live(refOf(manifest)).metadata;
  cluster.others.edit(refOf(manifest), change);
  cluster.others.put(refOf(manifest), (object) => ({ ...object, metadata: { ...object.metadata, managedFields } }));
}

test('each object is looked at once an hour, evenly, by one GET, and where nothing differs nothing is written or told', async (t) => {
  const configs = Array.from({ length: 59 }, (_, i) => ({ manifest: configMap('shop', `config-${i}`, 'one') }));
  const { clock, asked, told } = await bench(t, configs);
  await clock.advance(8 * minutes);
  assert.deepEqual(asked(), []);
  await clock.advance(2 * minutes);
  asked();
  const looks: string[] = [];
  for (let minute = 0; minute < 60; minute++) {
    await clock.advance(minutes);
    const now = asked();
    assert.equal(now.length, 1);
    looks.push(...now);
  }
  assert.deepEqual(looks.toSorted(), ['get Namespace/shop', ...configs.map(({ manifest }) => `get ${formatRef(refOf(manifest))}`)].sort());
  assert.deepEqual(told(), []);
});

test('a label that somebody changes without a trace in managedFields and generation is put back within the hour', async (t) => {
  const { clock, cluster, asked, told } = await bench(t, [{ manifest: labelled }]);
  hide(cluster, labelled, (object) => ({
    ...object,
    metadata: { ...object.metadata, labels: { ...object.metadata.labels, tier: 'none' } },
  }));
  await clock.advance(5 * minutes);
  assert.deepEqual([asked(), told()], [[], []]);
  await clock.advance(60 * minutes);
  assert.equal(cluster.live(refOf(labelled)).metadata.labels?.['tier'], 'front');
  assert.deepEqual(
    told().map((event) => (event.type === 'applied' ? `${event.op} ${event.outcome}` : event.type)),
    ['repair configured', 'synced'],
  );
  assert.equal(asked().filter((request) => request === 'apply Deployment/shop/web').length, 1);
});

test('a label that somebody adds where nobody may is removed within the hour, and elsewhere it stays', async (t) => {
  const strict = deployment('shop', 'strict');
  const { clock, cluster, told } = await bench(t, [{ manifest: strict, rules: { ownership: 'strict' } }, { manifest: labelled }]);
  for (const manifest of [strict, labelled])
    cluster.others.edit(refOf(manifest), (object) => ({
      ...object,
      metadata: { ...object.metadata, labels: { ...object.metadata.labels, theirs: 'yes' } },
    }));
  await clock.advance(70 * minutes);
  assert.equal(cluster.live(refOf(strict)).metadata.labels?.['theirs'], undefined);
  assert.equal(cluster.live(refOf(labelled)).metadata.labels?.['theirs'], 'yes');
  assert.equal(told().filter(({ type }) => type === 'applied').length, 1);
});

test('what a watch never told is found: an object that is gone, and one that was changed', async (t) => {
  const [gone, other] = [configMap('shop', 'gone', 'one'), configMap('shop', 'other', 'one')];
  let isDeaf = false;
  const deaf = (cluster: FakeCluster): Cluster => ({
    ...cluster,
    async *watch(options, signal) {
      for await (const event of cluster.watch(options, signal)) if (!isDeaf || options.resource.kind !== 'ConfigMap') yield event;
    },
  });
  const { clock, cluster } = await bench(t, [{ manifest: gone }, { manifest: other }], deaf);
  isDeaf = true;
  cluster.others.remove(refOf(gone));
  cluster.others.edit(refOf(other), (object) => ({ ...object, data: { value: 'theirs' } }));
  await clock.advance(5 * minutes);
  assert.ok(!cluster.objects.some(({ metadata }) => metadata.name === 'gone'));
  await clock.advance(65 * minutes);
  assert.deepEqual(
    [gone, other].map((manifest) => cluster.live(refOf(manifest))['data']),
    [{ value: 'one' }, { value: 'one' }],
  );
});

test('what cannot be asked now is no trouble, and is asked for again', async (t) => {
  const { clock, cluster, told } = await bench(t, [{ manifest: configMap('shop', 'config', 'one') }]);
  let tries = 0;
  cluster.setFault(({ verb }) => {
    if (verb !== 'get') return undefined;
    tries++;
    return { reason: 'unavailable', status: 503, message: 'try again' };
  });
  await clock.advance(60 * minutes);
  assert.ok(tries > 2, `${tries}`);
  assert.deepEqual(told(), []);
});

/** How long a patrol sleeps each time among `count` objects. */
async function pausesAmong(count: number): Promise<readonly number[]> {
  const end = new AbortController();
  const slept: number[] = [];
  const refs = Array.from({ length: count }, (_, i) => refOf(configMap('shop', `config-${i}`, 'one')));
  // Nothing of it is applied yet, so that nothing is asked for.
  const accepted = { commit: 'c1', objects: new Map(refs.map((ref) => [keyOf(ref), { ref }])) } as unknown as DesiredTree;
  const clock: PatrolPorts['clock'] = {
    now: () => new Date(0),
    random: () => 0.5,
    async sleep(milliseconds) {
      slept.push(milliseconds);
      if (slept.length === 3) end.abort();
      await settled();
    },
  };
  const ports = { clock, observer: { live: new Map() } } as unknown as PatrolPorts;
  await patrol(ports, () => (count === 0 ? undefined : { ...nothingKnown, accepted }), end.signal);
  return slept;
}

test('it begins after a rest, and is slow enough for the API server however many objects there are', async () => {
  assert.deepEqual(await pausesAmong(0), [600_000, 600_000, 600_000]);
  assert.deepEqual(await pausesAmong(2), [600_000, 600_000, 600_000]);
  assert.deepEqual(await pausesAmong(100), [600_000, 36_000, 36_000]);
  assert.deepEqual(await pausesAmong(100_000), [600_000, 250, 250]);
});
