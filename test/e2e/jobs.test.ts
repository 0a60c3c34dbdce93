import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type JsonObject, stringAt } from '../../src/model/json.ts';
import { type LiveObject, type Manifest, refOf } from '../../src/model/manifest.ts';
import { formatRef } from '../../src/model/ref.ts';
import { ask } from '../controlplane/api.ts';
import { eventually, inShort, isAbout, nextOf, readyIn, statusOnce } from './eventually.ts';
import { configMap, namespace } from './manifests.ts';
import { ofType, openStage, type Running, type Stage } from './stage.ts';

/** What runs once, with real controllers: one agent lives through all of this, and is started anew now and then. */
let stage: Stage;
let agent: Running;

const image = 'registry.k8s.io/pause:3.10';
const docks = namespace('docks');

/** A Job whose pod ends well by itself, a moment after it was made. */
function job(name: string, more: JsonObject = {}, pod: JsonObject = {}): Manifest {
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, namespace: 'docks' },
    spec: { backoffLimit: 0, ...more, template: { spec: { restartPolicy: 'Never', ...pod, containers: [{ name: 'main', image }] } } },
  };
}

/** A Job whose pod no node takes: it ends when the test says so. */
function slowJob(name: string, more: JsonObject = {}): Manifest {
  return job(name, more, { nodeSelector: { disk: 'none' } });
}

const fleeting = { ttlSecondsAfterFinished: 1 };

/** Plays the kubelet: ends the pod of `manifest`, once there is one. */
async function end(manifest: Manifest, phase: 'Succeeded' | 'Failed'): Promise<LiveObject> {
  const { name } = manifest.metadata;
  const pod = await eventually(`a pod of ${name}`, async () => {
    const selector = `batch.kubernetes.io/job-name=${name}`;
    const listed = await stage.admin.list({ apiVersion: 'v1', kind: 'Pod', namespace: 'docks', selector, metadataOnly: false });
    return listed.ok ? listed.value.find(({ metadata }) => metadata.deletionTimestamp === undefined) : undefined;
  });
  const terminated = phase === 'Failed' ? { exitCode: 1, reason: 'Error' } : { exitCode: 0, reason: 'Completed' };
  const container = { name: 'main', image, imageID: image, ready: false, restartCount: 0, state: { terminated } };
  const { resourceVersion, ...metadata } = pod.metadata;
  const path = `/api/v1/namespaces/docks/pods/${pod.metadata.name}/status`;
  const body = { ...pod, metadata, status: { phase, containerStatuses: [container] } };
  const answer = await ask(stage.plane, { method: 'PUT', path, body });
  assert.equal(answer.status, 200, JSON.stringify(answer.value));
  return pod;
}

const gone = (manifest: Manifest): Promise<true> =>
  eventually(`the end of ${manifest.metadata.name}`, async () => ((await stage.live(manifest)) === undefined ? true : undefined));
const uidOf = async (manifest: Manifest): Promise<string | undefined> => (await stage.live(manifest))?.metadata.uid;

/** How often an agent has made `manifest`. */
const runsOf = (manifest: Manifest): number =>
  agent.events.filter(ofType('applied', (event) => isAbout(event, manifest) && event.outcome === 'created')).length;

const takes = (revision: string) => ofType('synced', (event) => event.revision === revision);
const isReadyAt = (revision: string) => (found: Parameters<typeof readyIn>[0]) =>
  found.revision === revision && readyIn(found).status === 'True';

before(async () => {
  stage = await openStage('jobs');
  await stage.allow([docks, job('any'), configMap('docks', 'any', 'one')]);
});
after(() => stage?.close());

const brief = job('brief', fleeting);

test('a Job runs once, and when its TTL has removed it, it is as good as there', async () => {
  const commit = await stage.publish([docks, brief]);
  agent = stage.agent();
  await agent.until(takes(commit), 'the Job');
  await gone(brief);
  const status = await statusOnce(stage, isReadyAt(commit), 'everything Current');
  assert.deepEqual([readyIn(status).message, status.unhealthy], ['2 objects are Current', []]);
  assert.equal(runsOf(brief), 1);
});

test('it does not run again, neither with the next commit nor after a restart', async () => {
  const next = await stage.publish([docks, brief, configMap('docks', 'any', 'one')]);
  await agent.until(takes(next), 'the next commit');
  assert.equal(runsOf(brief), 1);
  await agent.stop();
  const again = stage.agent({ once: true });
  assert.equal((await again.ended).exit, 0);
  assert.deepEqual(again.events, []);
  assert.equal(await stage.live(brief), undefined);
});

test('it runs again when its content changes, under the same name too', async () => {
  const changed = job('brief', { ...fleeting, completions: 2 });
  const commit = await stage.publish([docks, changed]);
  agent = stage.agent();
  await agent.until(takes(commit), 'the new Job');
  assert.equal(runsOf(brief), 1);
  await gone(changed);
  await statusOnce(stage, isReadyAt(commit), 'everything Current');
});

const unseen = slowJob('unseen', fleeting);

test('a Job that its TTL removed while nobody looked does not run again, and nobody claims to know how it ended', async () => {
  const commit = await stage.publish([docks, unseen]);
  await agent.until(takes(commit), 'the Job');
  await agent.stop();
  await end(unseen, 'Succeeded');
  await gone(unseen);
  agent = stage.agent();
  const status = await statusOnce(stage, ({ unhealthy }) => unhealthy[0]?.health.status === 'Unknown', 'what nobody knows');
  assert.equal(
    status.unhealthy[0]?.health.message,
    'it is gone, and nobody saw whether it succeeded: it runs again when its content changes',
  );
  assert.deepEqual(inShort(agent.events), [
    'waiting Job/docks/unseen for a change of its content: its TTL removed it, and nobody saw how it ended',
  ]);
  assert.equal(readyIn(status).status, 'False');
});

const running = slowJob('running', fleeting);

test('a Job that somebody deletes while it runs is made again', async () => {
  const commit = await stage.publish([docks, running]);
  await agent.until(takes(commit), 'the Job');
  const before = await stage.live(running);
  assert.ok(before);
  const made = nextOf(agent, 'applied', (event) => isAbout(event, running));
  // Its controller may be writing its status just now, so nothing is asked of the version that is deleted.
  await stage.remove(running);
  const { op, outcome } = await made;
  assert.deepEqual([op, outcome], ['repair', 'created']);
  assert.notEqual(await uidOf(running), before.metadata.uid);
});

const failing = slowJob('failing');

test('a Job that failed says so with the reason of its pod, and is not run again', async () => {
  const commit = await stage.publish([docks, failing]);
  await agent.until(takes(commit), 'the Job');
  const pod = await end(failing, 'Failed');
  const status = await statusOnce(stage, (found) => /exit code/.test(readyIn(found).message), 'the failure');
  assert.deepEqual([readyIn(status).status, readyIn(status).reason], ['False', 'HealthFailed']);
  assert.equal(
    readyIn(status).message,
    `\`Job/docks/failing\`: BackoffLimitExceeded: Job has reached the specified backoff limit, failed: 1, pod ${pod.metadata.name}: \`main\`: ended, exit code 1 (Error)`,
  );
  await agent.stop();
  const uid = await uidOf(failing);
  agent = stage.agent();
  const again = await stage.publish([docks, failing, configMap('docks', 'any', 'one')]);
  await agent.until(takes(again), 'the next commit');
  assert.equal(await uidOf(failing), uid);
});

const brittle = slowJob('brittle', fleeting);

test('a Job that failed and was removed by its TTL has failed all the same, also after a restart', async () => {
  const commit = await stage.publish([docks, brittle]);
  await agent.until(takes(commit), 'the Job');
  await end(brittle, 'Failed');
  await gone(brittle);
  const told = { ref: refOf(brittle), health: { status: 'Failed', message: 'it failed, and its TTL removed it' } };
  await statusOnce(stage, ({ unhealthy }) => unhealthy[0]?.health.message === told.health.message, 'the failure');
  await agent.stop();
  agent = stage.agent();
  const next = await stage.publish([docks, brittle, configMap('docks', 'any', 'two')]);
  await agent.until(takes(next), 'the next commit');
  const status = await statusOnce(stage, ({ revision }) => revision === next, 'the next commit');
  assert.deepEqual(status.unhealthy, [told]);
  assert.equal(readyIn(status).reason, 'HealthFailed');
  assert.equal(runsOf(brittle), 0);
});

const round = (name: string): readonly Manifest[] => Array.from({ length: 7 }, (_, i) => job(`${name}-${i}`));

test('Jobs that ended are replaced by their next versions, however many, and no deletion budget stops that', async () => {
  const first = await stage.publish([docks, ...round('spring')]);
  await statusOnce(stage, isReadyAt(first), 'the first versions to end');
  const from = agent.events.length;
  const second = await stage.publish([docks, ...round('summer')]);
  await agent.until(takes(second), 'the next versions');
  await statusOnce(stage, isReadyAt(second), 'the next versions to end');
  assert.deepEqual(inShort(agent.events.slice(from).filter(ofType('refused'))), []);
  assert.deepEqual(
    inShort(agent.events.slice(from).filter(ofType('pruned'))).toSorted(),
    round('spring').map((one) => `gone ${formatRef(refOf(one))}`),
  );
  const left = await Promise.all(round('spring').map((one) => stage.live(one)));
  assert.deepEqual(
    left,
    left.map(() => undefined),
  );
});

const migration = slowJob('migration', fleeting);
const shop = configMap('docks', 'shop', 'one');
const needsMigration = { objects: { 'configmap/shop': { dependsOn: ['test/job.docks.migration.yaml'] } } };

test('what needs a migration waits for its success, and goes on when the migration is long gone', async () => {
  const waiting = nextOf(agent, 'waiting', (event) => isAbout(event, shop));
  const commit = await stage.publish([docks, migration, shop], needsMigration);
  assert.match((await waiting).for, /^`Job\/docks\/migration`, which is InProgress: /);
  await end(migration, 'Succeeded');
  await agent.until(takes(commit), 'the rest');
  assert.equal(stringAt(await stage.live(shop), 'data', 'value'), 'one');
  await gone(migration);
  const next = await stage.publish([docks, migration, configMap('docks', 'shop', 'two')], needsMigration);
  await agent.until(takes(next), 'the next commit');
  assert.equal(stringAt(await stage.live(shop), 'data', 'value'), 'two');
});

test('what needs a migration that failed is not made', async () => {
  const second = slowJob('second-migration', fleeting);
  const cellar = configMap('docks', 'cellar', 'one');
  const needs = { objects: { 'configmap/cellar': { dependsOn: ['test/job.docks.second-migration.yaml'] } } };
  const commit = await stage.publish([docks, second, cellar], needs);
  await agent.until(
    ofType('applied', (event) => isAbout(event, second)),
    'the migration',
  );
  await end(second, 'Failed');
  await gone(second);
  await statusOnce(stage, (found) => found.revision === commit && readyIn(found).reason === 'HealthFailed', 'the failure');
  assert.equal(await stage.live(cellar), undefined);
});
