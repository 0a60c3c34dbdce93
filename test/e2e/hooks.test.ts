import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { k8s } from 'cdk8s-plus-28';
import { defineChart } from '../../src/authoring/chart.ts';
import { defineEnvironment } from '../../src/authoring/environment.ts';
import { hook } from '../../src/authoring/hook.ts';
import { compile } from '../../src/compile/compile.ts';
import { listAt, stringAt } from '../../src/model/json.ts';
import { emptyLockfile } from '../../src/model/lockfile.ts';
import type { Manifest } from '../../src/model/manifest.ts';
import { formatRef } from '../../src/model/ref.ts';
import type { RenderedTree } from '../../src/model/rendered.ts';
import { ask } from '../controlplane/api.ts';
import { eventually, nextOf, readyIn, statusOnce } from './eventually.ts';
import { configMap, deployment, namespace, service } from './manifests.ts';
import { later, ofType, openStage, type Running, type Stage } from './stage.ts';

/**
 * A shop whose migration comes before its pods, whose smoke test comes after them, and which tells of a failure, as it is compiled: one
 * agent lives through all of it.
 */
let stage: Stage;
let agent: Running;

/** What differs from one commit to the next. The pod of a slow migration ends when the test says so. */
interface Version {
  readonly image: string;
  readonly migration: 'quick' | 'slow';
}

const imageOf = (version: string): string => `registry.k8s.io/pause@sha256:${version.padEnd(64, '0')}`;

function shopOf({ image, migration }: Version): RenderedTree {
  const pod = (more: object = {}) => ({ containers: [{ name: 'main', image: imageOf(image) }], ...more });
  const chart = defineChart({
    namespace: 'shop',
    build(scope) {
      new k8s.KubeNamespace(scope, 'namespace', { metadata: { name: 'shop' } });
      new k8s.KubeServiceAccount(scope, 'account', { metadata: { name: 'migrate' } });
      const labels = { app: 'web' };
      new k8s.KubeDeployment(scope, 'web', {
        metadata: { name: 'web' },
        spec: { replicas: 1, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: pod() } },
      });
      const job = (name: string, spec: object) =>
        new k8s.KubeJob(scope, name, {
          metadata: { name },
          spec: { backoffLimit: 0, template: { spec: pod({ restartPolicy: 'Never', ...spec }) } },
        });
      const nodeSelector = migration === 'slow' ? { nodeSelector: { disk: 'none' } } : {};
      hook(job('migrate', { serviceAccountName: 'migrate', ...nodeSelector }), { when: 'before', deadline: '10m' });
      hook(job('smoke', {}), { when: 'after' });
      hook(job('tell', {}), { when: 'failure' });
    },
  });
  const environment = defineEnvironment({ name: 'hooks', cluster: 'test', kubernetes: '1.35', charts: { shop: chart } });
  const { value, diagnostics } = compile(environment, {
    lock: emptyLockfile,
    today: '2026-06-01',
    root: '/',
    file: 'environment.ts',
  });
  assert.ok(value, JSON.stringify(diagnostics));
  return value;
}

/** The Job of a tree that is called `name`, but for what makes it another one each time. */
function jobIn({ index }: RenderedTree, name: string): Manifest {
  const found = index.objects.find(({ ref }) => ref.kind === 'Job' && ref.name.startsWith(`${name}-`));
  assert.ok(found);
  return { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: found.ref.name, namespace: 'shop' } };
}

/** Plays the kubelet: ends the pod of `job`, once there is one. */
async function end(job: Manifest, phase: 'Succeeded' | 'Failed'): Promise<void> {
  const selector = `batch.kubernetes.io/job-name=${job.metadata.name}`;
  const pod = await eventually(`a pod of ${job.metadata.name}`, async () => {
    const listed = await stage.admin.list({ apiVersion: 'v1', kind: 'Pod', namespace: 'shop', selector, metadataOnly: false });
    return listed.ok ? listed.value[0] : undefined;
  });
  const { resourceVersion: _, ...metadata } = pod.metadata;
  const path = `/api/v1/namespaces/shop/pods/${pod.metadata.name}/status`;
  const { status, value } = await ask(stage.plane, { method: 'PUT', path, body: { ...pod, metadata, status: { phase } } });
  assert.equal(status, 200, JSON.stringify(value));
}

async function liveImage(): Promise<string | undefined> {
  return stringAt(listAt(await stage.live(deployment('shop', 'web')), 'spec', 'template', 'spec', 'containers')[0], 'image');
}

const isReadyAt = (commit: string) => statusOnce(stage, (found) => found.revision === commit && readyIn(found).status === 'True', 'Ready');
/** What was made or changed since `from`, in that order. */
const applied = (from = 0): readonly string[] =>
  agent.events.slice(from).flatMap((event) => (event.type === 'applied' ? [formatRef(event.ref).replace(/-[0-9a-f]{8}$/, '')] : []));

before(async () => {
  stage = await openStage('hooks');
  const any = { ...configMap('shop', 'any', ''), apiVersion: 'v1', kind: 'ServiceAccount' };
  await stage.allow([
    namespace('shop'),
    any,
    service('shop', 'web'),
    deployment('shop', 'web'),
    jobIn(shopOf({ image: '1', migration: 'quick' }), 'migrate'),
  ]);
});
after(() => stage?.close());

test('a migration runs when what it needs is there and before all else, and a smoke test after it', async () => {
  const commit = await stage.publishTree(shopOf({ image: '1', migration: 'quick' }));
  agent = stage.agent();
  await isReadyAt(commit);
  assert.deepEqual(applied(), [
    'Namespace/shop',
    'ServiceAccount/shop/migrate',
    'Job/shop/migrate',
    'Deployment/shop/web',
    'Job/shop/smoke',
  ]);
});

test('with the next version the migration runs anew, and the pods are not changed before it has succeeded', async () => {
  const from = agent.events.length;
  const next = shopOf({ image: '2', migration: 'slow' });
  const waiting = nextOf(agent, 'waiting', ({ ref }) => ref.kind === 'Deployment');
  const commit = await stage.publishTree(next);
  assert.match((await waiting).for, /^`Job\/shop\/migrate-[0-9a-f]{8}`, which is InProgress: /);
  assert.equal(await liveImage(), imageOf('1'));
  await end(jobIn(next, 'migrate'), 'Succeeded');
  await isReadyAt(commit);
  assert.equal(await liveImage(), imageOf('2'));
  assert.deepEqual(applied(from), ['Job/shop/migrate', 'Deployment/shop/web', 'Job/shop/smoke']);
});

test('a migration that fails leaves the pods as they are, no smoke test runs, and what is to tell of it does', async () => {
  const from = agent.events.length;
  const next = shopOf({ image: '3', migration: 'slow' });
  const made = agent.until(
    later(
      agent,
      ofType('applied', ({ ref }) => ref.kind === 'Job'),
    ),
    'the migration',
  );
  const commit = await stage.publishTree(next);
  await made;
  await end(jobIn(next, 'migrate'), 'Failed');
  const status = await statusOnce(stage, (found) => found.revision === commit && readyIn(found).reason === 'HealthFailed', 'the failure');
  assert.match(readyIn(status).message, /^`Job\/shop\/migrate-[0-9a-f]{8}`: BackoffLimitExceeded: /);
  assert.equal(await liveImage(), imageOf('2'));
  assert.equal(await stage.live(jobIn(next, 'smoke')), undefined);
  await eventually('the end of what tells of it', async () => {
    const conditions = listAt(await stage.live(jobIn(next, 'tell')), 'status', 'conditions');
    return conditions.some((condition) => stringAt(condition, 'type') === 'Complete') ? true : undefined;
  });
  assert.deepEqual(applied(from), ['Job/shop/migrate', 'Job/shop/tell']);
  const { unhealthy } = await statusOnce(stage, (found) => found.revision === commit, 'the status');
  assert.ok(!unhealthy.some(({ ref }) => ref.name.startsWith('tell')));
});

test('a commit that mends it goes on where the failed one stopped, and the Jobs of the failure go', async () => {
  const from = agent.events.length;
  const failed = shopOf({ image: '3', migration: 'slow' });
  const commit = await stage.publishTree(shopOf({ image: '3', migration: 'quick' }));
  await isReadyAt(commit);
  assert.equal(await liveImage(), imageOf('3'));
  for (const name of ['migrate', 'tell']) assert.equal(await stage.live(jobIn(failed, name)), undefined, name);
  assert.deepEqual(applied(from), ['Job/shop/migrate', 'Deployment/shop/web', 'Job/shop/smoke']);
});
