import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ApiError } from '../../src/model/apierror.ts';
import { type Manifest, refOf } from '../../src/model/manifest.ts';
import { configMap, deployment, namespace } from '../e2e/manifests.ts';
import type { Committed } from '../fakes/source.ts';
import { settled } from '../support/clock.ts';
import { type Bench, bench } from './bench.ts';

/** When an agent makes Jobs that run only when something failed, in memory. */
const shop: Committed = { manifest: namespace('shop'), wave: 0 };
const unavailable: ApiError = { reason: 'unavailable', status: 503, message: 'try again' };

/** A Job that runs only when something of its chart failed. */
const rescue: Manifest = {
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name: 'rescue', namespace: 'shop' },
  spec: { template: { spec: { restartPolicy: 'Never' } } },
};
const whenFailed: Committed = { manifest: rescue, wave: 3, rules: { when: 'failure' } };
const migrateAs = (name: string): Manifest => ({ ...rescue, metadata: { name, namespace: 'shop' } });
const succeededStatus = { succeeded: 1, conditions: [{ type: 'Complete', status: 'True' }] };
const failedStatus = { failed: 1, conditions: [{ type: 'Failed', status: 'True', reason: 'BackoffLimitExceeded', message: '' }] };

test('a Job for failures is made when something of its chart failed, once, and stays while the commit has it', async (t) => {
  const { source, turn, cluster } = await bench(t);
  source.commit([shop, { manifest: migrateAs('migrate') }, whenFailed]);
  assert.ok(!(await turn()).includes('created Job/shop/rescue'));
  assert.deepEqual(await turn(), []);
  cluster.others.status(refOf(migrateAs('migrate')), failedStatus);
  await settled();
  assert.deepEqual(await turn(), ['created Job/shop/rescue', 'synced']);
  cluster.others.status(refOf(rescue), succeededStatus);
  await settled();
  assert.deepEqual(await turn(), []);
  cluster.others.remove(refOf(rescue));
  await settled();
  assert.deepEqual(await turn(), []);
});

test('a Job for failures is not made of what fails once all was Current, nor for a commit that does not change that', async (t) => {
  const { source, turn, cluster, clock } = await bench(t);
  source.commit([shop, { manifest: migrateAs('migrate') }, whenFailed]);
  await turn();
  cluster.others.status(refOf(shop.manifest), { phase: 'Active' });
  cluster.others.status(refOf(migrateAs('migrate')), succeededStatus);
  await settled();
  await turn();
  await clock.advance(10_000);
  await turn();
  cluster.others.status(refOf(migrateAs('migrate')), failedStatus);
  await settled();
  assert.deepEqual(await turn(), []);
  const next = { ...whenFailed, manifest: { ...rescue, metadata: { name: 'rescue-2', namespace: 'shop' } } };
  source.commit([shop, { manifest: migrateAs('migrate') }, next]);
  assert.deepEqual(await turn(), ['planned', 'accepted', 'gone Job/shop/rescue', 'synced']);
  assert.deepEqual(await turn(), []);
});

test('what was Failed before a commit counts as failed again once the commit after it changes it', async (t) => {
  const { source, turn, cluster, clock, restart } = await bench(t);
  const web = (image: string): Committed => ({ manifest: deployment('shop', 'web', { image }) });
  const report = async (type: string, status: string, reason: string): Promise<void> => {
    const { generation = 1 } = cluster.live(refOf(web('').manifest)).metadata;
    const counts = { replicas: 2, updatedReplicas: 2, readyReplicas: 2, availableReplicas: 2, observedGeneration: generation };
    cluster.others.status(refOf(web('').manifest), { ...counts, conditions: [{ type, status, reason }] });
    await settled();
    await clock.advance(11_000);
  };
  const stuck = (): Promise<void> => report('Progressing', 'False', 'ProgressDeadlineExceeded');
  const rescueAs = (name: string): Committed => ({ ...whenFailed, manifest: { ...rescue, metadata: { name, namespace: 'shop' } } });
  source.commit([shop, web('web:1')]);
  await turn();
  cluster.others.status(refOf(shop.manifest), { phase: 'Active' });
  await stuck();
  // It may be what mends it: nothing of it has failed yet, whoever looks.
  source.commit([shop, web('web:1'), { manifest: configMap('shop', 'config', 'mended') }, rescueAs('rescue-2')]);
  assert.ok(!(await turn()).includes('created Job/shop/rescue-2'));
  await clock.advance(60_000);
  await restart();
  assert.deepEqual(await turn(), []);
  source.commit([shop, web('web:2'), rescueAs('rescue-3')]);
  await turn();
  await stuck();
  assert.deepEqual(await turn(), ['created Job/shop/rescue-3', 'synced']);
});

test('what was Failed before a commit counts once it has been well in between', async (t) => {
  const { source, turn, cluster } = await bench(t);
  source.commit([shop, { manifest: migrateAs('migrate') }, { manifest: migrateAs('seed') }]);
  await turn();
  cluster.others.status(refOf(migrateAs('migrate')), failedStatus);
  await settled();
  await turn();
  source.commit([shop, { manifest: migrateAs('migrate') }, { manifest: migrateAs('seed') }, whenFailed]);
  assert.ok(!(await turn()).includes('created Job/shop/rescue'));
  cluster.others.status(refOf(migrateAs('migrate')), succeededStatus);
  await settled();
  assert.deepEqual(await turn(), []);
  cluster.others.status(refOf(migrateAs('migrate')), failedStatus);
  await settled();
  assert.deepEqual(await turn(), ['created Job/shop/rescue', 'synced']);
});

test('a Job for failures that could not be made is made later, also where nothing is Failed any more', async (t) => {
  const { source, turn, cluster, clock } = await bench(t);
  source.commit([shop, { manifest: migrateAs('migrate') }, whenFailed]);
  await turn();
  cluster.others.status(refOf(migrateAs('migrate')), failedStatus);
  await settled();
  cluster.setFault((request) => (request.ref.name === 'rescue' ? unavailable : undefined));
  assert.deepEqual(await turn(), ['failed Job/shop/rescue']);
  cluster.setFault(undefined);
  cluster.others.status(refOf(migrateAs('migrate')), { active: 1, startTime: '2026-05-01T10:00:00Z' });
  await clock.advance(5_000);
  assert.deepEqual(await turn(), ['created Job/shop/rescue', 'synced']);
});

/** An environment that was healthy, goes back from what fails, and whose next commit fails: its Job for failures is another one. */
async function failedAndReturned(t: Parameters<typeof bench>[0]): Promise<Bench> {
  const there = await bench(t);
  const { source, turn, cluster, clock } = there;
  const commit = (version: string) => {
    const tell = { ...whenFailed, manifest: migrateAs(`rescue-${version}`) };
    const settings: Committed = { manifest: configMap('shop', `settings-${version}`, version) };
    const needs = { ...tell, dependsOn: [`settings-${version}`] };
    return source.commit([shop, settings, { manifest: migrateAs(`migrate-${version}`) }, needs], { onFailure: 'return' });
  };
  commit('one');
  await turn();
  cluster.others.status(refOf(shop.manifest), { phase: 'Active' });
  cluster.others.status(refOf(migrateAs('migrate-one')), succeededStatus);
  await settled();
  await turn();
  await clock.advance(10_000);
  await turn();
  commit('two');
  await turn();
  cluster.others.status(refOf(migrateAs('migrate-two')), failedStatus);
  await settled();
  return there;
}

test('a Job for failures that runs goes on when the environment goes back, and that of the commit gone back to does not run', async (t) => {
  const { turn, clock, cluster, restart } = await failedAndReturned(t);
  assert.deepEqual(await turn(), ['created Job/shop/rescue-two', 'synced']);
  await clock.advance(11_000);
  assert.deepEqual(await turn(), ['refused rollout-failed', 'created ConfigMap/shop/settings-one', 'gone Job/shop/migrate-two', 'synced']);
  assert.deepEqual(await turn(), []);
  // What it needs stays with it, and both do when another agent goes on.
  await restart();
  assert.deepEqual(await turn(), ['refused rollout-failed']);
  assert.ok(cluster.live(refOf(migrateAs('rescue-two'))));
  assert.ok(cluster.live(refOf(configMap('shop', 'settings-two', ''))));
  cluster.others.status(refOf(migrateAs('rescue-two')), succeededStatus);
  await settled();
  await turn();
  await restart();
  await turn();
  assert.throws(() => cluster.live(refOf(configMap('shop', 'settings-two', ''))));
});

test('a Job for failures is made when the failure is seen only where the environment goes back already', async (t) => {
  const { turn, clock } = await failedAndReturned(t);
  await clock.advance(11_000);
  const told = await turn();
  assert.ok(told.includes('refused rollout-failed') && told.includes('created Job/shop/rescue-two'), told.join('\n'));
});

/** Two slices, each with a change and a Job for failures; that of `broken` is one that the API server refuses. */
const twoSlices = (version: string): readonly Committed[] =>
  ['good', 'broken'].flatMap((slice) => [
    { manifest: configMap('shop', `${slice}-settings`, version), slice },
    { ...whenFailed, manifest: migrateAs(`${slice}-rescue-${version}`), slice },
  ]);

test('a Job for failures that would be refused keeps its slice from the commit, and no other', async (t) => {
  const { source, turn, cluster, value, clock } = await bench(t);
  source.commit([shop, ...twoSlices('one')]);
  await turn();
  let asked: string[] = [];
  let isBroken = true;
  const invalid: ApiError = { reason: 'invalid', status: 422, message: 'spec.template: Invalid value' };
  cluster.setFault(({ verb, ref }) => {
    if (ref.kind !== 'Job' || verb === 'discover') return undefined;
    asked.push(`${verb} ${ref.name}`);
    return isBroken && ref.name === 'broken-rescue-two' ? invalid : undefined;
  });
  source.commit([shop, ...twoSlices('two')]);
  assert.ok((await turn()).includes('refused preflight-failed'));
  assert.equal(value(configMap('shop', 'good-settings', '')), 'two');
  assert.equal(value(configMap('shop', 'broken-settings', '')), 'one');
  assert.deepEqual(asked, ['dry-run broken-rescue-two', 'dry-run good-rescue-two']);
  // The slice that took the commit is asked about no more, and the other one takes it once it may.
  [asked, isBroken] = [[], false];
  await clock.advance(60_000);
  await turn();
  assert.equal(value(configMap('shop', 'broken-settings', '')), 'two');
  assert.deepEqual(asked, ['dry-run broken-rescue-two']);
});

test('a Job for failures whose name somebody else has is refused with its commit; without a preflight of what is new, nobody asks', async (t) => {
  const { source, turn, cluster, value } = await bench(t);
  source.commit([shop, { manifest: configMap('shop', 'settings', 'one') }]);
  await turn();
  assert.ok((await cluster.apply(rescue, { manager: 'somebody' })).ok);
  const next = [shop, { manifest: configMap('shop', 'settings', 'two') }, whenFailed];
  source.commit(next);
  assert.ok((await turn()).includes('refused preflight-failed'));
  assert.equal(value(configMap('shop', 'settings', '')), 'one');
  source.commit(next, { preflight: 'updates' });
  assert.ok(!(await turn()).includes('refused preflight-failed'));
  assert.equal(value(configMap('shop', 'settings', '')), 'two');
});
