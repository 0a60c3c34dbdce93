import assert from 'node:assert/strict';
import { renameSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { type JsonObject, numberAt, stringAt } from '../../src/model/json.ts';
import type { Manifest } from '../../src/model/manifest.ts';
import { eventually, isAbout, nextOf, readyIn, statusOnce } from './eventually.ts';
import { configMap, deployment, namespace } from './manifests.ts';
import { ofType, openStage, type Running, type Stage } from './stage.ts';

/** Whether an agent goes back from a commit that real controllers find to be stuck: one environment lives through all of this. */
let stage: Stage;
let agent: Running;
let healthy: string;
let failed: string;

const quay = namespace('quay');
const replicas = (count: number, more: JsonObject = {}): Manifest => {
  const manifest = deployment('quay', 'crane', { replicas: count });
  const spec = manifest['spec'] as { readonly template: { readonly spec: JsonObject } };
  const template = { ...spec.template, spec: { ...spec.template.spec, ...more } };
  return { ...manifest, spec: { ...spec, progressDeadlineSeconds: 3, template } };
};
const first = replicas(1);
/** No node is like that. */
const stuck = replicas(1, { nodeSelector: { disk: 'none' } });
const mended = replicas(2);
const extra = configMap('quay', 'extra', 'x');
const returning = { onFailure: 'return' } as const;

const selectorOf = (live: JsonObject | undefined): string | undefined =>
  live && stringAt(live, 'spec', 'template', 'spec', 'nodeSelector', 'disk');

before(async () => {
  stage = await openStage('rollout');
  await stage.allow([quay, first, extra]);
});
after(async () => {
  await stage?.close();
});

test('a commit whose Deployment never comes up is gone back from, and what it brought is pruned', async () => {
  healthy = await stage.publish([quay, first], returning);
  agent = stage.agent();
  await statusOnce(stage, (status) => readyIn(status).status === 'True' && status.revision === healthy, 'a healthy environment');
  const state: Manifest = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'lockstep-rollout', namespace: 'lockstep' } };
  await eventually('a commit that is healthy for a time', async () =>
    stringAt(await stage.live(state), 'data', 'rollouts')?.includes(healthy) ? true : undefined,
  );
  failed = await stage.publish([quay, stuck, extra], returning);
  await agent.until(
    ofType('accepted', ({ revision }) => revision === failed),
    'the commit that fails',
  );
  const refused = await agent.until(ofType('refused'), 'the way back', 90_000);
  assert.deepEqual([refused.revision, refused.refusal.code], [failed, 'rollout-failed']);
  assert.match(refused.refusal.message, /^its rollout failed: `Deployment\/quay\/crane` failed: /);
  await eventually('the Deployment as it was', async () => (selectorOf(await stage.live(first)) === undefined ? true : undefined));
  await eventually('the end of what came with it', async () => ((await stage.live(extra)) === undefined ? true : undefined));
  const status = await statusOnce(stage, (found) => readyIn(found).reason === 'RolloutFailed', 'a status that says so');
  assert.deepEqual([status.latest, status.revision], [failed, healthy]);
});

test('another agent that cannot reach the forge keeps it so, and repairs it', async () => {
  await agent.stop();
  renameSync(stage.repository, `${stage.repository}.away`);
  agent = stage.agent();
  await agent.until(ofType('outage'), 'an outage');
  const repaired = nextOf(agent, 'applied', (event) => event.op === 'repair' && isAbout(event, first));
  await stage.make({ ...first, spec: { ...(first['spec'] as JsonObject), replicas: 3 } }, { manager: 'somebody', operation: 'Apply' });
  await repaired;
  const live = await stage.live(first);
  assert.deepEqual([live && numberAt(live, 'spec', 'replicas'), selectorOf(live)], [1, undefined]);
});

test('when the forge is back, the failed commit is not taken again, and a newer one is', async () => {
  renameSync(`${stage.repository}.away`, stage.repository);
  const refused = await agent.until(ofType('refused'), 'the commit that failed before');
  assert.deepEqual([refused.revision, refused.refusal.code], [failed, 'rollout-failed']);
  assert.ok(!agent.events.some((event) => event.type === 'accepted'));
  const commit = await stage.publish([quay, mended], returning);
  const status = await statusOnce(stage, (found) => readyIn(found).status === 'True' && found.revision === commit, 'a mended environment');
  assert.equal(status.latest, commit);
});
