import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { holdLease, type LeaseOptions, type Standing, type Tenure } from '../../src/agent/lease.ts';
import { bootstrapObjects } from '../../src/compile/bootstrap.ts';
import { systemClock } from '../../src/io/clock.ts';
import { openCluster } from '../../src/io/kube/cluster.ts';
import { openConfig } from '../../src/io/kube/config.ts';
import { objectAt } from '../../src/model/json.ts';
import type { LiveObject } from '../../src/model/manifest.ts';
import type { ObjectRef } from '../../src/model/ref.ts';
import { type RenderedIndex, usualIndex } from '../../src/model/rendered.ts';
import type { Cluster } from '../../src/ports.ts';
import { kubeconfigFor } from '../controlplane/kubeconfig.ts';
import { type ControlPlane, startControlPlane } from '../controlplane/start.ts';
import { handClock } from '../support/clock.ts';

/** Agents of one environment by mistake, on one API server, with the rights that `lockstep bootstrap` prints. */
let plane: ControlPlane;
let admin: Cluster;
/** The ServiceAccount's, one each. */
let clusters: readonly [Cluster, Cluster];

const index: RenderedIndex = {
  ...usualIndex,
  environment: 'twice',
  cluster: 'test',
  kubernetes: '1.35',
};
const namespace = 'lockstep';
const ref: ObjectRef = { group: 'coordination.k8s.io', kind: 'Lease', namespace, name: 'lockstep-twice' };

before(async () => {
  plane = await startControlPlane({ without: ['kube-controller-manager', 'kube-scheduler', 'kwok'] });
  const open = (kubeconfig: string): Cluster => openCluster({ config: openConfig({ env: {}, kubeconfig }), clock: systemClock });
  admin = open(plane.kubeconfig);
  for (const manifest of bootstrapObjects(index, { namespace, setId: 'applyset-test-v1' })) {
    const answer = await admin.apply(manifest, { manager: 'administrator' });
    assert.ok(answer.ok, manifest.kind);
  }
  const kubeconfig = await kubeconfigFor(plane, { namespace, serviceAccount: 'lockstep-twice' });
  clusters = [open(kubeconfig), open(kubeconfig)];
});
after(async () => {
  await Promise.all([admin, ...clusters].map((cluster) => cluster.close()));
  await plane.stop();
});

interface Contender {
  readonly tenure: Tenure;
  kill(): void;
  stop(): Promise<void>;
}

function contender(name: string, options: Pick<LeaseOptions, 'cluster'> & Partial<LeaseOptions>): Contender {
  const end = new AbortController();
  const identity = { name, isGone: () => false };
  const tenure = holdLease(
    { clock: systemClock, identity, environment: index.environment, namespace, onChange: () => {}, ...options },
    end.signal,
  );
  return {
    tenure,
    kill: () => end.abort(),
    stop() {
      end.abort();
      return tenure.release();
    },
  };
}

async function live(): Promise<LiveObject> {
  const answer = await admin.get('coordination.k8s.io/v1', ref);
  assert.ok(answer.ok && answer.value !== undefined);
  return answer.value;
}

async function removeLease(): Promise<void> {
  assert.ok((await admin.remove('coordination.k8s.io/v1', ref, (await live()).metadata)).ok);
}

/** Waits until `tenure` is `status`; meanwhile takes `step`, over and over. */
async function become(tenure: Tenure, status: Standing['status'], step = async (): Promise<void> => {}): Promise<void> {
  for (let tries = 0; tries < 300; tries++) {
    if ((await tenure.standing()).status === status) return;
    await step();
    await systemClock.sleep(50);
  }
  throw new Error(`it never was ${status}`);
}

test('the first one takes the lease, the second one stands back and names it, and follows when it is given up', async () => {
  const ada = contender('ada', { cluster: clusters[0] });
  // A right is held some moments after it was granted.
  await become(ada.tenure, 'holding');
  const taken = await live();
  assert.equal(objectAt(taken, 'spec')['holderIdentity'], 'ada');
  assert.deepEqual(
    taken.metadata.managedFields?.map(({ manager }) => manager),
    ['lockstep-twice'],
  );

  const bob = contender('bob', { cluster: clusters[1] });
  const standing = await bob.tenure.standing();
  assert.ok(standing.status === 'waiting');
  assert.equal(standing.failure.code, 'another-agent');
  assert.match(standing.failure.message, /`ada`/);

  await ada.stop();
  await become(bob.tenure, 'holding');
  const { holderIdentity, leaseTransitions } = objectAt(await live(), 'spec');
  assert.deepEqual([holderIdentity, leaseTransitions], ['bob', 1]);
  await bob.stop();
  assert.equal(objectAt(await live(), 'spec')['holderIdentity'], '');
});

test('a lease that is renewed no longer is taken over, and whoever had it finds that out', async () => {
  const [adasClock, bobsClock] = [handClock(), handClock()];
  const ada = contender('ada', { cluster: clusters[0], clock: adasClock });
  await become(ada.tenure, 'holding');
  const standing = await ada.tenure.standing();
  assert.ok(standing.status === 'holding');
  const bob = contender('bob', { cluster: clusters[1], clock: bobsClock });
  await become(bob.tenure, 'waiting');
  // Ada's time stands still, as that of a process that was suspended.
  await become(bob.tenure, 'holding', () => bobsClock.advance(2_000));
  await become(ada.tenure, 'waiting', () => adasClock.advance(1_000));
  assert.equal(standing.signal.aborted, true);
  assert.equal(objectAt(await live(), 'spec')['holderIdentity'], 'bob');
  ada.kill();
  await bob.stop();
});

test('of two that find a lease free at the same moment exactly one takes it', async () => {
  for (let round = 0; round < 20; round++) {
    // Half of the rounds begin with a lease that was given up, the others with none.
    if (round % 2 === 0) await removeLease();
    const both = [contender('ada', { cluster: clusters[0] }), contender('bob', { cluster: clusters[1] })];
    const standings = await Promise.all(both.map(({ tenure }) => tenure.standing()));
    assert.deepEqual(
      standings.map((standing) => (standing.status === 'waiting' ? standing.failure.code : standing.status)).sort(),
      ['another-agent', 'holding'],
      `round ${round}`,
    );
    await Promise.all(both.map((one) => one.stop()));
  }
});

test('a ServiceAccount that lacks the right is told what to apply', async () => {
  const ada = contender('ada', { cluster: clusters[0], environment: 'other' });
  const standing = await ada.tenure.standing();
  assert.ok(standing.status === 'waiting');
  assert.equal(standing.failure.code, 'state-forbidden');
  assert.match(standing.failure.message, /Lease `lockstep\/lockstep-other`, may not be read or written: leases.coordination.k8s.io/);
  await ada.stop();
});
