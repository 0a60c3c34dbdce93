import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { statusIn } from '../../src/agent/state.ts';
import type { SyncEvent } from '../../src/model/event.ts';
import { numberAt, stringAt } from '../../src/model/json.ts';
import { type Manifest, refOf } from '../../src/model/manifest.ts';
import { formatRef } from '../../src/model/ref.ts';
import { configMap, deployment, namespace, service } from './manifests.ts';
import { openStage, type Running, type Stage } from './stage.ts';

/** One agent lives through all of this, in this order, on one API server. */
let stage: Stage;
let agent: Running;

const shop = namespace('shop');
const web = deployment('shop', 'web');
const webService = service('shop', 'web');
const config = configMap('shop', 'config', 'one');
const all: readonly Manifest[] = [shop, web, webService, config];

const synced =
  (revision: string) =>
  (event: SyncEvent): event is Extract<SyncEvent, { type: 'synced' }> =>
    event.type === 'synced' && event.revision === revision;
const refused =
  (revision: string) =>
  (event: SyncEvent): event is Extract<SyncEvent, { type: 'refused' }> =>
    event.type === 'refused' && event.revision === revision;
const applied =
  (manifest: Manifest, since: number) =>
  (event: SyncEvent): event is Extract<SyncEvent, { type: 'applied' }> =>
    event.type === 'applied' &&
    event.op === 'repair' &&
    formatRef(event.ref) === formatRef(refOf(manifest)) &&
    agent.events.indexOf(event) >= since;

/** The condition Ready of the status that the agent recorded, once it is what `want` says. */
async function readiness(want: 'True' | 'False'): Promise<{ readonly reason: string; readonly message: string }> {
  const parent: Manifest = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'lockstep-agent', namespace: 'lockstep' } };
  for (let tries = 0; tries < 300; tries++) {
    const live = await stage.live(parent);
    const ready = live && statusIn(live)?.conditions.find((condition) => condition.type === 'Ready');
    if (ready?.status === want) return ready;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`Ready never became ${want}`);
}

before(async () => {
  stage = await openStage('agent');
  await stage.allow(all);
});
after(() => stage.close());

test('the first commit is applied, and becomes Ready', async () => {
  const commit = await stage.publish(all);
  agent = stage.agent();
  const event = await agent.until(synced(commit), 'the first sync');
  assert.equal(event.changed, 4);
  assert.equal((await readiness('True')).reason, 'Synced');
  assert.equal(numberAt(await stage.live(web), 'status', 'availableReplicas'), 2);
});

test('every object is applied by the manager of the environment and carries the ApplySet label', async () => {
  for (const manifest of all) {
    const live = await stage.live(manifest);
    assert.match(live?.metadata.labels?.['applyset.kubernetes.io/part-of'] ?? '', /^applyset-.*-v1$/, formatRef(refOf(manifest)));
    assert.ok(live?.metadata.managedFields?.some((entry) => entry.manager === 'lockstep-agent' && entry.operation === 'Apply'));
  }
});

test('a scaled Deployment is scaled back, and the one who did it is named', async () => {
  const since = agent.events.length;
  const answer = await stage.admin.apply({ ...web, spec: { replicas: 7 } }, { manager: 'somebody' });
  assert.ok(answer.ok);
  const event = await agent.until(applied(web, since), 'the repair');
  assert.equal(event.outcome, 'configured');
  assert.equal(event.by, 'somebody');
  assert.equal(numberAt(await stage.live(web), 'spec', 'replicas'), 2);
});

test('a deleted Service is made again', async () => {
  const since = agent.events.length;
  const live = await stage.live(webService);
  assert.ok(live);
  const answer = await stage.admin.remove('v1', refOf(webService), live.metadata);
  assert.ok(answer.ok);
  const event = await agent.until(applied(webService, since), 'the Service');
  assert.equal(event.outcome, 'created');
});

test('an object that lost our label gets it back, and is never made anew', async () => {
  const since = agent.events.length;
  const before = await stage.live(config);
  const without = await stage.admin.apply(
    { ...config, metadata: { ...config.metadata, labels: { 'applyset.kubernetes.io/part-of': 'nobody' } } },
    { manager: 'somebody' },
  );
  assert.ok(without.ok);
  await agent.until(applied(config, since), 'the label');
  const after = await stage.live(config);
  assert.equal(after?.metadata.uid, before?.metadata.uid);
  assert.match(after?.metadata.labels?.['applyset.kubernetes.io/part-of'] ?? '', /^applyset-/);
});

test('a commit with a broken object changes nothing, is reported with file, object and reason, and drift is still repaired', async () => {
  const broken: Manifest = { ...web, spec: { ...(web['spec'] as object), replicas: 3, tpyo: true } };
  const good = configMap('shop', 'config', 'two');
  const commit = await stage.publish([shop, broken, webService, good]);
  const event = await agent.until(refused(commit), 'the refusal');
  assert.equal(event.refusal.code, 'preflight-failed');
  assert.deepEqual(
    event.problems.map((problem) => [problem.path, formatRef(problem.ref)]),
    [['test/deployment.shop.web.yaml', 'Deployment/shop/web']],
  );
  assert.match(event.problems[0]?.message ?? '', /tpyo.*field not declared in schema/);
  assert.equal(stringAt(await stage.live(config), 'data', 'value'), 'one');
  assert.equal((await readiness('False')).reason, 'PreflightFailed');

  const since = agent.events.length;
  assert.ok((await stage.admin.apply({ ...web, spec: { replicas: 9 } }, { manager: 'somebody' })).ok);
  await agent.until(applied(web, since), 'the repair at the last good revision');
  assert.equal(numberAt(await stage.live(web), 'spec', 'replicas'), 2);
});

test('the next good commit is applied at once', async () => {
  const commit = await stage.publish([shop, deployment('shop', 'web', { replicas: 3 }), webService, configMap('shop', 'config', 'three')]);
  await agent.until(synced(commit), 'the good commit');
  assert.equal(stringAt(await stage.live(config), 'data', 'value'), 'three');
  assert.equal((await readiness('True')).reason, 'Synced');
});

test('what the branch drops is pruned, and a stranger in the same namespace is left alone', async () => {
  const stranger = configMap('shop', 'stranger', 'mine');
  assert.ok((await stage.admin.apply(stranger, { manager: 'somebody' })).ok);
  const commit = await stage.publish([shop, deployment('shop', 'web', { replicas: 3 }), webService]);
  await agent.until(synced(commit), 'the pruning');
  assert.equal(await stage.live(config), undefined);
  assert.ok(await stage.live(stranger));
});

test('an object that exists already and is not ours is not taken over', async () => {
  const commit = await stage.publish([shop, deployment('shop', 'web', { replicas: 3 }), webService, configMap('shop', 'stranger', 'ours')]);
  const event = await agent.until(refused(commit), 'the refusal');
  assert.match(event.problems[0]?.message ?? '', /exists already/);
  assert.equal(stringAt(await stage.live(configMap('shop', 'stranger', '')), 'data', 'value'), 'mine');
});

test('a commit that deletes the namespace is refused, and everything stays', async () => {
  const commit = await stage.publish([deployment('shop', 'web', { replicas: 3 }), webService]);
  const event = await agent.until(refused(commit), 'the refusal');
  assert.equal(event.refusal.code, 'deletion-protected');
  assert.ok(await stage.live(shop));
});

test('a commit that empties the branch is refused', async () => {
  const commit = await stage.publish([]);
  const event = await agent.until(refused(commit), 'the refusal');
  assert.equal(event.refusal.code, 'branch-emptied');
});

test('a second agent of the environment stands back, and says who is at work', async () => {
  const second = stage.agent({ once: true });
  assert.equal((await second.ended).exit, 3);
  const outage = second.events.find((event) => event.type === 'outage');
  assert.equal(outage?.code, 'another-agent');
});

test('a file that was edited by hand on the branch is not applied', async () => {
  const edited = {
    'test/service.shop.web.yaml': 'apiVersion: v1\nkind: Service\nmetadata:\n  name: web\n  namespace: shop\nspec:\n  type: LoadBalancer\n',
  };
  const commit = await stage.publish([shop, deployment('shop', 'web', { replicas: 3 }), webService], { edit: edited });
  const event = await agent.until(refused(commit), 'the refusal');
  assert.match(event.problems[0]?.message ?? '', /not as it was published/);
});

test('an agent that starts again finds everything as it should be and writes nothing', async () => {
  const commit = await stage.publish([shop, deployment('shop', 'web', { replicas: 3 }), webService]);
  await readiness('True');
  await agent.stop();
  const before = await Promise.all([web, webService, shop].map((manifest) => stage.live(manifest)));
  const again = stage.agent({ once: true });
  assert.equal((await again.ended).exit, 0);
  assert.deepEqual(again.events, []);
  const after = await Promise.all([web, webService, shop].map((manifest) => stage.live(manifest)));
  assert.deepEqual(
    after.map((live) => live?.metadata.resourceVersion),
    before.map((live) => live?.metadata.resourceVersion),
  );
  assert.equal((await again.ended).status?.revision, commit);
});
