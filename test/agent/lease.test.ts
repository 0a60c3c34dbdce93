import assert from 'node:assert/strict';
import { test } from 'node:test';
import { holdLease, type Standing, type Tenure } from '../../src/agent/lease.ts';
import type { ApiError } from '../../src/model/apierror.ts';
import { type JsonObject, objectAt, stringAt } from '../../src/model/json.ts';
import type { Manifest } from '../../src/model/manifest.ts';
import type { ObjectRef } from '../../src/model/ref.ts';
import type { Cluster } from '../../src/ports.ts';
import { type FakeCluster, fakeCluster } from '../fakes/cluster.ts';
import { type HandClock, handClock, settled } from '../support/clock.ts';

const lease: ObjectRef = { group: 'coordination.k8s.io', kind: 'Lease', namespace: 'default', name: 'lockstep-prod' };
const unavailable: ApiError = { reason: 'unavailable', status: 503, message: 'try again' };

/** An agent that contends for the lease. */
interface Contender {
  readonly tenure: Tenure;
  /** How often it was told of a change. */
  readonly changes: number;
  /** Ends as a killed process does: without a word. */
  kill(): void;
  stop(): Promise<void>;
}

/** A cluster and a clock, and agents that start on them when they are named. */
interface Arena {
  readonly cluster: FakeCluster;
  readonly clock: HandClock;
  start(name: string, options?: { readonly cluster?: Cluster; readonly gone?: readonly string[] }): Contender;
  /** The lease's spec. */
  spec(): JsonObject;
  holder(): string | undefined;
}

function arena(): Arena {
  const world = { cluster: fakeCluster(), clock: handClock() };
  return {
    ...world,
    start(name, { cluster = world.cluster, gone = [] } = {}) {
      const end = new AbortController();
      let changes = 0;
      const identity = { name, isGone: (other: string) => gone.includes(other) };
      const onChange = (): void => void changes++;
      const tenure = holdLease({ ...world, cluster, identity, environment: 'prod', namespace: 'default', onChange }, end.signal);
      return {
        tenure,
        get changes() {
          return changes;
        },
        kill: () => end.abort(),
        stop() {
          end.abort();
          return tenure.release();
        },
      };
    },
    spec: () => objectAt(world.cluster.live(lease), 'spec'),
    holder: () => stringAt(world.cluster.live(lease), 'spec', 'holderIdentity'),
  };
}

/** `holding`, or the code of the failure that it waits with. */
async function standingOf({ tenure }: Contender): Promise<string> {
  const standing = await tenure.standing();
  return standing.status === 'holding' ? 'holding' : standing.failure.code;
}

async function heldBy(contender: Contender): Promise<AbortSignal> {
  const standing: Standing = await contender.tenure.standing();
  assert.ok(standing.status === 'holding');
  return standing.signal;
}

/** A lease that somebody holds, of whom only this is known. */
function held(spec: JsonObject): Manifest {
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name: lease.name, namespace: lease.namespace },
    spec: { leaseDurationSeconds: 15, ...spec },
  };
}

test('a lease that nobody has is made, and says who holds it, for how long, and since when', async () => {
  const { start, spec } = arena();
  assert.equal(await standingOf(start('ada')), 'holding');
  assert.deepEqual(spec(), {
    holderIdentity: 'ada',
    leaseDurationSeconds: 15,
    acquireTime: '2026-01-01T00:00:00.000000Z',
    renewTime: '2026-01-01T00:00:00.000000Z',
    leaseTransitions: 0,
  });
});

test('the lease is renewed every five seconds, by the manager of the environment', async () => {
  const { start, spec, clock, cluster } = arena();
  const ada = start('ada');
  const signal = await heldBy(ada);
  await clock.advance(4_999);
  assert.equal(spec()['renewTime'], '2026-01-01T00:00:00.000000Z');
  await clock.advance(1);
  assert.equal(spec()['renewTime'], '2026-01-01T00:00:05.000000Z');
  await clock.advance(3_600_000);
  assert.deepEqual(spec(), {
    holderIdentity: 'ada',
    leaseDurationSeconds: 15,
    acquireTime: '2026-01-01T00:00:00.000000Z',
    renewTime: '2026-01-01T01:00:05.000000Z',
    leaseTransitions: 0,
  });
  assert.deepEqual(
    cluster.live(lease).metadata.managedFields?.map(({ manager }) => manager),
    ['lockstep-prod'],
  );
  assert.equal(signal.aborted, false);
  assert.equal(ada.changes, 0);
});

test('who finds the lease held stands back for as long as it is renewed, and names the holder', async () => {
  const { start, clock, holder } = arena();
  await heldBy(start('ada'));
  const bob = start('bob');
  const standing = await bob.tenure.standing();
  assert.ok(standing.status === 'waiting');
  assert.equal(standing.failure.code, 'another-agent');
  assert.equal(standing.failure.exit, 3);
  assert.match(standing.failure.message, /^another agent, `ada`, keeps the environment: it holds the Lease `default\/lockstep-prod`$/);
  assert.equal(standing.failure.help, 'run one agent for an environment; this one stands back until the other one ends');
  assert.equal(standing.retryIn, 2_000);
  await clock.advance(3_600_000);
  assert.deepEqual([await standingOf(bob), bob.changes, holder()], ['another-agent', 0, 'ada']);
});

test('of two that start at the same moment exactly one holds the lease, and the other one names it', async () => {
  const { start, clock } = arena();
  const both = [start('ada'), start('bob')];
  const standings = await Promise.all(both.map(({ tenure }) => tenure.standing()));
  assert.deepEqual(
    standings.map((standing) => (standing.status === 'waiting' ? standing.failure.message : standing.status)),
    ['holding', 'another agent, `ada`, keeps the environment: it holds the Lease `default/lockstep-prod`'],
  );
  await clock.advance(60_000);
  assert.deepEqual(await Promise.all(both.map(standingOf)), ['holding', 'another-agent']);
});

test('a lease that is not renewed for its duration is taken over, and not before', async () => {
  const { start, spec, clock } = arena();
  const ada = start('ada');
  await heldBy(ada);
  const bob = start('bob');
  await standingOf(bob);
  ada.kill();
  // It is seen first at 0 s, then every two seconds.
  await clock.advance(15_999);
  assert.deepEqual([await standingOf(bob), bob.changes], ['another-agent', 0]);
  await clock.advance(1);
  assert.deepEqual([await standingOf(bob), bob.changes], ['holding', 1]);
  assert.deepEqual(spec(), {
    holderIdentity: 'bob',
    leaseDurationSeconds: 15,
    acquireTime: '2026-01-01T00:00:16.000000Z',
    renewTime: '2026-01-01T00:00:16.000000Z',
    leaseTransitions: 1,
  });
});

test('of two that wait for a lease to expire exactly one takes it', async () => {
  const { start, clock } = arena();
  const ada = start('ada');
  await heldBy(ada);
  const both = [start('bob'), start('eve')];
  await Promise.all(both.map(standingOf));
  ada.kill();
  await clock.advance(16_000);
  assert.deepEqual((await Promise.all(both.map(standingOf))).sort(), ['another-agent', 'holding']);
});

test('times that the holder wrote by a wrong clock do not matter', async () => {
  for (const year of [2001, 2051]) {
    const { start, clock, cluster } = arena();
    const time = `${year}-01-01T00:00:00.000000Z`;
    await cluster.apply(held({ holderIdentity: 'ada', acquireTime: time, renewTime: time }), { manager: 'lockstep-prod' });
    const bob = start('bob');
    await standingOf(bob);
    await clock.advance(15_999);
    assert.equal(await standingOf(bob), 'another-agent', time);
    await clock.advance(1);
    assert.equal(await standingOf(bob), 'holding', time);
  }
});

test('a lease holds for the duration that it names', async () => {
  const { start, clock, cluster } = arena();
  await cluster.apply(held({ holderIdentity: 'ada', leaseDurationSeconds: 60 }), { manager: 'lockstep-prod' });
  const bob = start('bob');
  await standingOf(bob);
  await clock.advance(59_999);
  assert.equal(await standingOf(bob), 'another-agent');
  await clock.advance(1);
  assert.equal(await standingOf(bob), 'holding');
});

test('the lease of a process that is gone is taken over at once', async () => {
  const { start, holder, spec } = arena();
  const ada = start('ada');
  await heldBy(ada);
  ada.kill();
  assert.equal(await standingOf(start('bob', { gone: ['ada'] })), 'holding');
  assert.deepEqual([holder(), spec()['leaseTransitions']], ['bob', 1]);
});

test('a lease that was given up is taken over at the next look', async () => {
  const { start, clock, spec } = arena();
  const ada = start('ada');
  const signal = await heldBy(ada);
  const bob = start('bob');
  await standingOf(bob);
  await ada.stop();
  assert.equal(signal.aborted, true);
  assert.deepEqual([spec()['holderIdentity'], spec()['leaseTransitions']], ['', 0]);
  await clock.advance(2_000);
  assert.deepEqual([await standingOf(bob), bob.changes], ['holding', 1]);
  assert.deepEqual([spec()['holderIdentity'], spec()['leaseTransitions']], ['bob', 1]);
});

test('who does not hold the lease gives up nothing', async () => {
  const { start, holder } = arena();
  await heldBy(start('ada'));
  const bob = start('bob');
  await standingOf(bob);
  await bob.stop();
  assert.equal(holder(), 'ada');
});

test('a stop does not fail where the lease cannot be given up', async () => {
  const { start, cluster, holder } = arena();
  const ada = start('ada');
  await heldBy(ada);
  cluster.setFault(() => unavailable);
  await ada.stop();
  assert.equal(holder(), 'ada');
});

test('who finds another holder at a renewal has lost the lease, and writes nothing more', async () => {
  const { start, clock, cluster, holder } = arena();
  const ada = start('ada');
  const signal = await heldBy(ada);
  cluster.others.edit(lease, (object) => ({ ...object, spec: { ...objectAt(object, 'spec'), holderIdentity: 'bob' } }));
  await clock.advance(4_999);
  assert.equal(signal.aborted, false);
  await clock.advance(1);
  assert.equal(signal.aborted, true);
  assert.deepEqual([await standingOf(ada), ada.changes, holder()], ['another-agent', 1, 'bob']);
});

test('a lease that somebody wrote to, and that is still ours, is renewed', async () => {
  const { start, clock, cluster, spec } = arena();
  const ada = start('ada');
  const signal = await heldBy(ada);
  cluster.others.edit(lease, (object) => ({ ...object, metadata: { ...object.metadata, labels: { seen: 'yes' } } }));
  await clock.advance(5_000);
  assert.equal(signal.aborted, false);
  assert.deepEqual([spec()['renewTime'], spec()['leaseTransitions']], ['2026-01-01T00:00:05.000000Z', 0]);
});

test('a lease that somebody deleted is made again by its holder', async () => {
  const { start, clock, cluster, holder } = arena();
  const signal = await heldBy(start('ada'));
  cluster.others.remove(lease);
  await clock.advance(5_000);
  assert.deepEqual([holder(), signal.aborted], ['ada', false]);
});

test('a renewal that fails once is tried again before it matters', async () => {
  const { start, clock, cluster, spec } = arena();
  const ada = start('ada');
  const signal = await heldBy(ada);
  cluster.setFault(() => unavailable);
  await clock.advance(5_500);
  cluster.setFault(undefined);
  await clock.advance(500);
  assert.deepEqual([spec()['renewTime'], signal.aborted, ada.changes], ['2026-01-01T00:00:06.000000Z', false, 0]);
});

test('a lease that cannot be renewed is lost long before another one may take it, and held again when it can', async () => {
  const { start, clock, cluster, spec } = arena();
  const ada = start('ada');
  const signal = await heldBy(ada);
  cluster.setFault(() => unavailable);
  await clock.advance(8_999);
  assert.equal(signal.aborted, false);
  await clock.advance(1);
  assert.equal(signal.aborted, true);
  assert.deepEqual([await standingOf(ada), ada.changes], ['state-unreachable', 1]);
  cluster.setFault(undefined);
  await clock.advance(2_000);
  assert.equal((await heldBy(ada)).aborted, false);
  assert.equal(ada.changes, 2);
  assert.deepEqual([spec()['acquireTime'], spec()['leaseTransitions']], ['2026-01-01T00:00:00.000000Z', 0]);
});

test('a renewal without any answer loses the lease as soon', async () => {
  const { start, clock, cluster } = arena();
  let isDown = false;
  const silent: Cluster = {
    ...cluster,
    apply: (manifest, options) =>
      isDown
        ? new Promise((resolve) => options.signal?.addEventListener('abort', () => resolve({ ok: false, error: unavailable })))
        : cluster.apply(manifest, options),
  };
  const ada = start('ada', { cluster: silent });
  const signal = await heldBy(ada);
  isDown = true;
  await clock.advance(8_999);
  assert.equal(signal.aborted, false);
  await clock.advance(1);
  assert.equal(signal.aborted, true);
  const standing = await ada.tenure.standing();
  assert.match(standing.status === 'waiting' ? standing.failure.message : '', /Lease `default\/lockstep-prod`.*: no answer within 4 s$/);
});

test('a renewal whose answer got lost has renewed all the same', async () => {
  const { start, clock, cluster, spec } = arena();
  let isDeaf = false;
  const deaf: Cluster = {
    ...cluster,
    async apply(manifest, options) {
      const answer = await cluster.apply(manifest, options);
      return isDeaf ? { ok: false, error: unavailable } : answer;
    },
  };
  const ada = start('ada', { cluster: deaf });
  const signal = await heldBy(ada);
  isDeaf = true;
  await clock.advance(5_000);
  isDeaf = false;
  await clock.advance(1_000);
  assert.deepEqual([spec()['renewTime'], signal.aborted, ada.changes], ['2026-01-01T00:00:06.000000Z', false, 0]);
});

test('who may not read the lease is told to apply what bootstrap prints, and holds it once it may', async () => {
  const { start, clock, cluster } = arena();
  cluster.setFault(() => ({ reason: 'forbidden', status: 403, message: 'leases is forbidden' }));
  const ada = start('ada');
  const standing = await ada.tenure.standing();
  assert.ok(standing.status === 'waiting');
  assert.equal(standing.failure.code, 'state-forbidden');
  assert.match(standing.failure.message, /Lease `default\/lockstep-prod`, may not be read or written: leases is forbidden/);
  assert.match(
    standing.failure.help ?? '',
    /apply what `lockstep bootstrap <environment>` prints, for an agent in the cluster with `--rbac`$/,
  );
  cluster.setFault(undefined);
  await clock.advance(2_000);
  assert.deepEqual([await standingOf(ada), ada.changes], ['holding', 1]);
});

test('who waits is told when there is another reason to wait', async () => {
  const { start, clock, cluster } = arena();
  await heldBy(start('ada'));
  const bob = start('bob');
  assert.equal(await standingOf(bob), 'another-agent');
  cluster.setFault(({ verb }) => (verb === 'get' ? unavailable : undefined));
  await clock.advance(2_000);
  assert.deepEqual([await standingOf(bob), bob.changes], ['state-unreachable', 1]);
});

test('a stop ends the contest and leaves no timer behind', async () => {
  const { start, clock } = arena();
  const ada = start('ada');
  const bob = start('bob');
  await Promise.all([ada, bob].map(standingOf));
  await Promise.all([ada.stop(), bob.stop()]);
  await settled();
  assert.equal(clock.sleepers, 0);
});

test('an agent that is to stop before it began holds nothing', async () => {
  const { cluster, clock } = arena();
  const patient: Cluster = {
    ...cluster,
    get: async (apiVersion, ref, signal) => (signal?.aborted ? { ok: false, error: unavailable } : cluster.get(apiVersion, ref)),
  };
  const identity = { name: 'ada', isGone: () => false };
  const tenure = holdLease(
    { cluster: patient, clock, identity, environment: 'prod', namespace: 'default', onChange: () => {} },
    AbortSignal.abort(),
  );
  assert.equal((await tenure.standing()).status, 'waiting');
  await tenure.release();
  assert.throws(() => cluster.live(lease));
});
