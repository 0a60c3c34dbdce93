import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { statusNow } from '../../src/agent/report.ts';
import type { EnvironmentStatus } from '../../src/model/event.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { type Manifest, refOf } from '../../src/model/manifest.ts';
import type { SyncWindow } from '../../src/model/window.ts';
import { holdAnnotation } from '../../src/reconcile/hold.ts';
import { configMap, deployment, namespace } from '../e2e/manifests.ts';
import type { Committed } from '../fakes/source.ts';
import { settled } from '../support/clock.ts';
import { type Bench, bench } from './bench.ts';

/** Whether an agent goes back from commits whose rollout failed, in memory. */
const shop: Committed = { manifest: namespace('shop'), wave: 0 };
const returning = { onFailure: 'return' } as const;
const old = deployment('shop', 'web', { image: 'web:1' });
const bad = deployment('shop', 'web', { image: 'web:2' });
const mended = deployment('shop', 'web', { image: 'web:3' });
const long = 11_000;

interface RolloutBench extends Bench {
  /** A controller reports `manifest` as rolled out, which the agent sees, or as stuck; and so it stays for a time. */
  rolledOut(manifest: Manifest): Promise<void>;
  stuck(manifest: Manifest): Promise<void>;
  status(): Promise<EnvironmentStatus>;
  ready(): Promise<EnvironmentStatus['conditions'][number] | undefined>;
  image(): unknown;
}

async function rolloutBench(t: TestContext): Promise<RolloutBench> {
  const made = await bench(t);
  const { cluster, clock } = made;
  const report = async (manifest: Manifest, status: JsonObject): Promise<void> => {
    const { generation = 1 } = cluster.live(refOf(manifest)).metadata;
    cluster.others.status(refOf(manifest), { observedGeneration: generation, ...status });
    await settled();
  };
  const counts = { replicas: 2, updatedReplicas: 2, readyReplicas: 2, availableReplicas: 2 };
  const status = async (): Promise<EnvironmentStatus> =>
    statusNow(made.agent, { known: made.known, outage: undefined }, new AbortController().signal);
  return Object.assign(Object.create(made, {}) as Bench, {
    async rolledOut(manifest: Manifest) {
      cluster.others.status(refOf(shop.manifest), { phase: 'Active' });
      await report(manifest, { ...counts, conditions: [{ type: 'Available', status: 'True' }] });
      await made.turn();
      await clock.advance(long);
    },
    async stuck(manifest: Manifest) {
      const failed = { type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded' };
      await report(manifest, { ...counts, updatedReplicas: 0, conditions: [failed] });
      await clock.advance(long);
    },
    status,
    ready: async () => (await status()).conditions.find(({ type }) => type === 'Ready'),
    image: () => {
      const spec = cluster.live(refOf(old))['spec'] as {
        readonly template: { readonly spec: { readonly containers: readonly { readonly image: string }[] } };
      };
      return spec.template.spec.containers[0]?.image;
    },
  });
}

/** An environment that was healthy, and whose next commit fails. */
async function failedAfter(t: TestContext, next: readonly Committed[], first: readonly Committed[] = [shop, { manifest: old }]) {
  const there = await rolloutBench(t);
  const { source, turn, rolledOut, stuck } = there;
  const healthy = source.commit(first, returning);
  await turn();
  await rolledOut(old);
  await turn();
  const failed = source.commit(next, returning);
  await turn();
  await stuck(bad);
  return { there, healthy, failed };
}

test('an environment whose rollout fails goes back to what was healthy, and says so', async (t) => {
  const { there, healthy, failed } = await failedAfter(t, [shop, { manifest: bad }, { manifest: configMap('shop', 'new', 'x') }]);
  const { turn, rolledOut, ready, status, image } = there;
  assert.equal((await ready())?.reason, 'HealthFailed');
  const told = ['refused rollout-failed', 'configured Deployment/shop/web', 'gone ConfigMap/shop/new', 'synced'];
  assert.deepEqual(await turn(), told);
  assert.equal(image(), 'web:1');
  await rolledOut(old);
  assert.deepEqual(await turn(), []);
  const now = await status();
  assert.deepEqual([now.latest, now.revision], [failed, healthy]);
  assert.deepEqual(
    now.conditions.map(({ type, status: is, reason }) => `${type} ${is} ${reason}`),
    ['Ready False RolloutFailed', 'Reconciling False None', 'Stalled True RolloutFailed'],
  );
  assert.equal(
    (await ready())?.message,
    `${failed.slice(0, 12)} is refused: its rollout failed: \`Deployment/shop/web\` failed: progress deadline exceeded, available: 2/2; the environment is back at ${healthy.slice(0, 12)}, where it was healthy, until a newer commit comes: mend the source and publish again, or revert the commit`,
  );
});

test('a newer commit is taken after a failed one, and one that is healthy is what the next goes back to', async (t) => {
  const { there } = await failedAfter(t, [shop, { manifest: bad }]);
  const { source, turn, rolledOut, stuck, ready, status, image } = there;
  await turn();
  const third = source.commit([shop, { manifest: mended }], returning);
  assert.deepEqual(await turn(), ['planned', 'accepted', 'configured Deployment/shop/web', 'synced']);
  await rolledOut(mended);
  await turn();
  assert.equal((await ready())?.status, 'True');
  source.commit([shop, { manifest: bad }], returning);
  await turn();
  await stuck(bad);
  assert.deepEqual(await turn(), ['refused rollout-failed', 'configured Deployment/shop/web', 'synced']);
  assert.deepEqual([image(), (await status()).revision], ['web:3', third]);
});

test('a failed commit is not taken again by the next agent, also when it cannot reach the forge', async (t) => {
  const { there, healthy } = await failedAfter(t, [shop, { manifest: bad }]);
  const { source, turn, restart, ready, status, image, clock, rolledOut } = there;
  source.setReachable(false);
  await turn();
  await rolledOut(old);
  await restart();
  assert.deepEqual(await turn(), []);
  assert.deepEqual([image(), (await status()).revision], ['web:1', healthy]);
  source.setReachable(true);
  assert.deepEqual(await turn(), ['refused rollout-failed']);
  await clock.advance(600_000);
  assert.deepEqual(await turn(), []);
  assert.deepEqual([image(), (await ready())?.reason], ['web:1', 'RolloutFailed']);
  await restart();
  assert.deepEqual(await turn(), ['refused rollout-failed']);
  assert.equal(image(), 'web:1');
});

test('what the state says of a healthy commit survives a restart before the next one fails', async (t) => {
  const there = await rolloutBench(t);
  const { source, turn, rolledOut, stuck, restart, image } = there;
  source.commit([shop, { manifest: old }], returning);
  await turn();
  await rolledOut(old);
  await turn();
  source.commit([shop, { manifest: bad }], returning);
  await turn();
  await restart();
  await turn();
  await stuck(bad);
  assert.deepEqual(await turn(), ['refused rollout-failed', 'configured Deployment/shop/web', 'synced']);
  assert.equal(image(), 'web:1');
});

test('an object that fails long after its commit was healthy is no failed rollout', async (t) => {
  const there = await rolloutBench(t);
  const { source, turn, rolledOut, stuck, restart, ready, image } = there;
  source.commit([shop, { manifest: old }], returning);
  await turn();
  await rolledOut(old);
  await turn();
  source.commit([shop, { manifest: bad }], returning);
  await turn();
  await rolledOut(bad);
  await turn();
  await stuck(bad);
  assert.deepEqual(await turn(), []);
  await restart();
  await there.clock.advance(long);
  assert.deepEqual(await turn(), []);
  assert.deepEqual([image(), (await ready())?.reason], ['web:2', 'HealthFailed']);
});

test('an environment stays where it is unless it says otherwise', async (t) => {
  const there = await rolloutBench(t);
  const { source, turn, rolledOut, stuck, image, cluster } = there;
  source.commit([shop, { manifest: old }]);
  await turn();
  await rolledOut(old);
  await turn();
  source.commit([shop, { manifest: bad }]);
  await turn();
  await stuck(bad);
  assert.deepEqual(await turn(), []);
  assert.equal(image(), 'web:2');
  const state = cluster.live({ group: '', kind: 'ConfigMap', namespace: 'lockstep', name: 'lockstep-dev' });
  assert.ok(!('rollouts' in (state['data'] as object)));
});

test('a first commit that fails has nothing to go back to, and says so', async (t) => {
  const there = await rolloutBench(t);
  const { source, turn, stuck, ready } = there;
  source.commit([shop, { manifest: bad }], returning);
  await turn();
  await stuck(bad);
  assert.deepEqual(await turn(), []);
  const { reason, message = '' } = (await ready()) ?? {};
  assert.equal(reason, 'HealthFailed');
  assert.match(message, /; it does not go back: no commit is known at which what no team owns was healthy$/);
});

test('nothing is deleted on the way back that a commit may not delete', async (t) => {
  const claim: Manifest = {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'data', namespace: 'shop' },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
  };
  const { there } = await failedAfter(t, [shop, { manifest: bad }, { manifest: claim }]);
  const { turn, ready, image, cluster } = there;
  assert.deepEqual(await turn(), []);
  assert.equal(image(), 'web:2');
  assert.ok(cluster.live(refOf(claim)));
  assert.match((await ready())?.message ?? '', /it does not go back: to go back would be refused \(deletion-protected\): /);
});

test('nothing is deleted on the way back beyond the deletion budget', async (t) => {
  const many = Array.from({ length: 8 }, (_, i) => ({ manifest: configMap('shop', `c${i}`, 'x') }));
  const { there } = await failedAfter(t, [shop, { manifest: bad }, ...many]);
  assert.deepEqual(await there.turn(), []);
  assert.match((await there.ready())?.message ?? '', /it does not go back: to go back would be refused \(deletion-budget\): /);
});

const tomorrow: SyncWindow = { type: 'allow', from: '00:00', to: '24:00', timeZone: 'UTC', days: ['Fri'], reason: undefined };

test('no sync window keeps an environment from going back, or hides that it did', async (t) => {
  const there = await rolloutBench(t);
  const { source, turn, rolledOut, stuck, restart, ready, image } = there;
  const today: SyncWindow = { ...tomorrow, days: ['Thu'], to: '00:01' };
  source.commit([shop, { manifest: old }], { ...returning, syncWindows: [today] });
  await turn();
  await rolledOut(old);
  await turn();
  source.commit([shop, { manifest: bad }], { ...returning, syncWindows: [today] });
  await turn();
  await there.clock.advance(60_000);
  await stuck(bad);
  assert.deepEqual(await turn(), ['refused rollout-failed', 'configured Deployment/shop/web', 'synced']);
  await restart();
  assert.deepEqual(await turn(), ['refused rollout-failed']);
  assert.deepEqual([image(), (await ready())?.reason], ['web:1', 'RolloutFailed']);
});

test('a slice in which somebody holds something does not go back', async (t) => {
  const { there } = await failedAfter(t, [shop, { manifest: bad }, { manifest: configMap('shop', 'config', 'x') }]);
  const { turn, cluster, clock, image } = there;
  const until = new Date(clock.now().getTime() + 60_000).toISOString();
  const hold = JSON.stringify({ owner: 'ada', reason: 'looking', until });
  const held = cluster.others.edit(refOf(configMap('shop', 'config', 'x')), (object) => ({
    ...object,
    metadata: { ...object.metadata, annotations: { [holdAnnotation]: hold } },
  }));
  assert.ok(held.metadata.annotations?.[holdAnnotation]);
  await settled();
  assert.deepEqual(await turn(), []);
  assert.equal(image(), 'web:2');
  await clock.advance(61_000);
  await turn();
  assert.equal(image(), 'web:1');
});

test('what is Current for a moment only is not what the environment goes back to', async (t) => {
  const there = await rolloutBench(t);
  const { source, turn, stuck, cluster, clock, ready, image } = there;
  source.commit([shop, { manifest: old }], returning);
  await turn();
  const counts = { replicas: 2, updatedReplicas: 2, readyReplicas: 2, availableReplicas: 2, observedGeneration: 1 };
  cluster.others.status(refOf(shop.manifest), { phase: 'Active' });
  cluster.others.status(refOf(old), { ...counts, conditions: [{ type: 'Available', status: 'True' }] });
  await settled();
  await turn();
  await clock.advance(9_000);
  await turn();
  await stuck(old);
  await turn();
  source.commit([shop, { manifest: bad }], returning);
  await turn();
  await stuck(bad);
  assert.deepEqual(await turn(), []);
  assert.equal(image(), 'web:2');
  assert.match((await ready())?.message ?? '', /no commit is known at which what no team owns was healthy$/);
});

test('a failure that has just begun does not count yet', async (t) => {
  const there = await rolloutBench(t);
  const { source, turn, rolledOut, cluster, clock, image } = there;
  source.commit([shop, { manifest: old }], returning);
  await turn();
  await rolledOut(old);
  await turn();
  source.commit([shop, { manifest: bad }], returning);
  await turn();
  const failed = { type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded' };
  cluster.others.status(refOf(bad), { observedGeneration: 2, conditions: [failed] });
  await settled();
  await clock.advance(9_000);
  assert.deepEqual(await turn(), []);
  await clock.advance(1_000);
  await turn();
  assert.equal(image(), 'web:1');
});

const pear = (manifest: Manifest): Committed => ({ manifest, slice: 'pear' });
const fig = (manifest: Manifest): Committed => ({ manifest, slice: 'fig' });

test('only the slice goes back whose object failed, and the others are at the commit', async (t) => {
  const config = (value: string): Manifest => configMap('shop', 'config', value);
  const extra = configMap('shop', 'extra', 'x');
  const { there, healthy, failed } = await failedAfter(
    t,
    [shop, pear(bad), pear(extra), fig(config('two'))],
    [shop, pear(old), fig(config('one'))],
  );
  const { turn, value, image, status, ready, restart, rolledOut, source } = there;
  const told = ['refused rollout-failed', 'configured Deployment/shop/web', 'gone ConfigMap/shop/extra', 'synced'];
  assert.deepEqual(await turn(), told);
  await rolledOut(old);
  assert.deepEqual([image(), value(config(''))], ['web:1', 'two']);
  const now = await status();
  assert.deepEqual([now.revision, now.behind], [failed, [{ slice: 'pear', revision: healthy }]]);
  assert.match((await ready())?.message ?? '', /^`pear` of .* is refused: its rollout failed: .*; `pear` is back at /);
  await there.clock.advance(600_000);
  assert.deepEqual(await turn(), []);
  await restart();
  assert.deepEqual(await turn(), ['refused rollout-failed']);
  assert.deepEqual([image(), value(config(''))], ['web:1', 'two']);
  source.commit([shop, pear(mended), fig(config('three'))], returning);
  await turn();
  assert.deepEqual([image(), value(config(''))], ['web:3', 'three']);
});

test('what the failed commit brought into a slice is pruned, also by the next agent', async (t) => {
  const extra = configMap('shop', 'extra', 'x');
  const other = fig(configMap('shop', 'config', 'x'));
  const { there } = await failedAfter(t, [shop, pear(bad), pear(extra), other], [shop, pear(old), other]);
  const { turn, restart, cluster } = there;
  cluster.setFault(({ verb }) => (verb === 'remove' ? { reason: 'unavailable', status: 503, message: 'not now' } : undefined));
  assert.ok((await turn()).includes('failed ConfigMap/shop/extra'));
  cluster.setFault(undefined);
  await restart();
  assert.deepEqual(await turn(), ['refused rollout-failed', 'gone ConfigMap/shop/extra', 'synced']);
});

test('an object that came into a slice which goes back is left alone, and nobody deletes it', async (t) => {
  const moving = configMap('shop', 'moving', 'x');
  const { there } = await failedAfter(t, [shop, pear(bad), pear(moving)], [shop, pear(old), fig(moving), fig(configMap('shop', 'c', 'x'))]);
  const { turn, restart, cluster, source } = there;
  assert.deepEqual((await turn()).slice(0, 2), ['refused rollout-failed', 'configured Deployment/shop/web']);
  await restart();
  await turn();
  assert.ok(cluster.live(refOf(moving)));
  source.commit([shop, pear(mended), pear(moving)], returning);
  await turn();
  assert.ok(cluster.live(refOf(moving)));
});

function job(name: string, image: string): Manifest {
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, namespace: 'shop' },
    spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'migrate', image }] } } },
  };
}

test('Jobs that ran are not run again on the way back, nor for a newer commit that has them as they were', async (t) => {
  const there = await rolloutBench(t);
  const { source, turn, rolledOut, stuck, restart, cluster, ready } = there;
  const complete = async (one: Manifest): Promise<void> => {
    cluster.others.status(refOf(one), { succeeded: 1, conditions: [{ type: 'Complete', status: 'True' }] });
    await settled();
  };
  const app = (manifest: Manifest): Committed => ({ manifest, wave: 2, dependsOn: ['migrate', 'seed'] });
  source.commit([shop, { manifest: job('migrate', 'm:1') }, { manifest: job('seed', 's:1') }, app(old)], returning);
  await turn();
  await complete(job('migrate', 'm:1'));
  await complete(job('seed', 's:1'));
  await turn();
  await rolledOut(old);
  await turn();
  // One Job has other content in the next commit, and the other one is not in it.
  const rules = { replace: true };
  source.commit([shop, { manifest: job('migrate', 'm:2'), rules }, { manifest: bad, wave: 2, dependsOn: ['migrate'] }], returning);
  await turn();
  await settled();
  await turn();
  await complete(job('migrate', 'm:2'));
  await turn();
  const second = cluster.live(refOf(job('migrate', '')));
  await stuck(bad);
  const told = await turn();
  assert.ok(told.includes('configured Deployment/shop/web'), told.join());
  assert.ok(!told.some((line) => line.includes('Job/')), told.join());
  await restart();
  await turn();
  assert.equal(cluster.live(refOf(job('migrate', ''))).metadata.uid, second.metadata.uid);
  assert.ok(!cluster.objects.some(({ metadata }) => metadata.name === 'seed'));
  source.commit([shop, { manifest: job('migrate', 'm:1'), rules }, { manifest: job('seed', 's:1') }, app(mended)], returning);
  const next = await turn();
  assert.ok(next.includes('configured Deployment/shop/web') && !next.some((line) => line.includes('Job/')), next.join());
  await rolledOut(mended);
  await turn();
  assert.equal((await ready())?.status, 'True');
});

test('what was Failed before a commit, and that the commit does not change, says nothing against it', async (t) => {
  const { there } = await failedAfter(t, [shop, { manifest: bad }]);
  const { source, turn, stuck, image, value } = there;
  await turn();
  // What was gone back to does not come up either, and the next commit leaves it as it is.
  await stuck(old);
  const config = configMap('shop', 'config', 'x');
  source.commit([shop, { manifest: old }, { manifest: config }], returning);
  assert.deepEqual(await turn(), ['planned', 'accepted', 'created ConfigMap/shop/config', 'synced']);
  await there.clock.advance(long);
  assert.deepEqual(await turn(), []);
  assert.deepEqual([image(), value(config)], ['web:1', 'x']);
});

test('a Job of the failed commit that failed itself holds up nothing that is gone back to', async (t) => {
  const there = await rolloutBench(t);
  const { source, turn, rolledOut, cluster, clock, ready, image } = there;
  const end = async (type: string): Promise<void> => {
    cluster.others.status(refOf(job('migrate', '')), { conditions: [{ type, status: 'True' }] });
    await settled();
  };
  const app = (manifest: Manifest): Committed => ({ manifest, wave: 2, dependsOn: ['migrate'] });
  const migrate = (content: string): Committed => ({ manifest: job('migrate', content), rules: { replace: true } });
  source.commit([shop, migrate('m:1'), app(old)], returning);
  await turn();
  await end('Complete');
  await turn();
  await rolledOut(old);
  await turn();
  source.commit([shop, migrate('m:2'), app(bad)], returning);
  await turn();
  await settled();
  await turn();
  await end('Failed');
  await clock.advance(long);
  assert.ok((await turn()).includes('refused rollout-failed'));
  assert.equal(image(), 'web:1');
  source.commit([shop, migrate('m:1'), app(mended)], returning);
  await turn();
  await rolledOut(mended);
  await turn();
  assert.deepEqual([image(), (await ready())?.status], ['web:3', 'True']);
});

test('a newer commit that is refused is what is told of, although the one before went back', async (t) => {
  const { there, healthy } = await failedAfter(t, [shop, { manifest: bad }]);
  const { source, turn, cluster, ready, status, image } = there;
  cluster.setFault(({ verb, ref }) =>
    verb === 'dry-run' && ref.kind === 'ConfigMap' ? { reason: 'invalid', status: 422, message: 'no good' } : undefined,
  );
  source.commit([shop, { manifest: bad }, { manifest: configMap('shop', 'config', 'x') }], returning);
  assert.deepEqual(await turn(), [
    'planned',
    'refused preflight-failed',
    'refused rollout-failed',
    'configured Deployment/shop/web',
    'synced',
  ]);
  assert.deepEqual([image(), (await status()).revision, (await ready())?.reason], ['web:1', healthy, 'PreflightFailed']);
});

test('an agent that is killed anywhere on the way back leaves it to the next one', async (t) => {
  const extra = configMap('shop', 'extra', 'x');
  for (let calls = 0, isOver = false; !isOver; calls++) {
    const { there, healthy } = await failedAfter(t, [shop, { manifest: bad }, { manifest: extra }]);
    const { cluster, turn, restart, clock, status, ready, image } = there;
    let left = calls;
    cluster.setFault(() => (left-- > 0 ? undefined : { reason: 'unavailable', status: 503, message: 'it was killed' }));
    await turn().catch(() => undefined);
    isOver = left >= 0;
    cluster.setFault(undefined);
    await restart();
    await turn();
    await clock.advance(long);
    await turn();
    assert.equal(image(), 'web:1', `after ${calls} calls`);
    assert.ok(!cluster.objects.some(({ metadata }) => metadata.name === 'extra'), `after ${calls} calls`);
    assert.deepEqual([(await status()).revision, (await ready())?.reason], [healthy, 'RolloutFailed'], `after ${calls} calls`);
  }
});
