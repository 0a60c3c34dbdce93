import assert from 'node:assert/strict';
import { after, before, type TestContext, test } from 'node:test';
import { mapBounded } from '../../src/agent/bounded.ts';
import type { SyncEvent } from '../../src/model/event.ts';
import { stringAt } from '../../src/model/json.ts';
import { type Manifest, refOf } from '../../src/model/manifest.ts';
import { isReady } from '../../src/reconcile/status.ts';
import { sizeOf, workload } from '../bench/workload.ts';
import { eventually, statusNow } from '../e2e/eventually.ts';
import { openStage, type Running, type Stage } from '../e2e/stage.ts';

/**
 * API requests follow the change, not the size. `LOCKSTEP_APPS` sets the size: 4 objects an application, and 5 namespaces;
 * the figures of each step are printed.
 */
const apps = Number(process.env['LOCKSTEP_APPS'] ?? 250);
const objects = sizeOf(apps);
/** The lease, the status, the parent of the inventory: a few requests that do not depend on the size. */
const housekeeping = 40;
/** A list and a watch for each kind in each namespace, and for the namespaces; a list has pages of 500. */
const watching = 2 * (4 * 5 + 1) + Math.ceil(objects / 500);
const patience = 60_000 + objects * 60;

const evil = [{ op: 'replace', path: '/spec/template/spec/containers/0/image', value: 'registry.example/evil:1' }] as const;

let stage: Stage;
let agent: Running;

before(async () => {
  stage = await openStage('scale', { controlPlane: { without: ['kube-scheduler', 'kwok'] } });
  await stage.allow(workload(apps));
});
after(() => stage.close());

const synced =
  (revision: string) =>
  (event: SyncEvent): event is Extract<SyncEvent, { type: 'synced' }> =>
    event.type === 'synced' && event.revision === revision;

/** The requests that the agent makes while `act` runs, and how long that takes. */
async function counted(t: TestContext, what: string, act: () => Promise<void>): Promise<number> {
  const [requests, started] = [agent.cluster.requests, performance.now()];
  await act();
  const made = agent.cluster.requests - requests;
  t.diagnostic(`${objects} objects, ${what}: ${made} requests in ${((performance.now() - started) / 1000).toFixed(1)} s`);
  return made;
}

test('the first sync asks twice for each object: a dry run, and the apply', { timeout: patience }, async (t) => {
  const commit = await stage.publish(workload(apps));
  agent = stage.agent();
  const made = await counted(t, 'first sync', async () => void (await agent.until(synced(commit), 'the first sync', patience)));
  assert.ok(made >= 2 * objects && made <= 2 * objects + chunks() + watching + housekeeping, `${made} requests`);
});

test('one object changed costs the requests of one', { timeout: patience }, async (t) => {
  const commit = await stage.publish(workload(apps).map((manifest, i) => (i === objects - 1 ? annotated(manifest, 'one') : manifest)));
  const made = await counted(t, 'one changed', async () => void (await agent.until(synced(commit), 'the change', patience)));
  assert.ok(made <= housekeeping, `${made} requests`);
});

test('a hundred objects that somebody tampers with at once cost the requests of a hundred', { timeout: patience }, async (t) => {
  const deployments = workload(apps)
    .filter(({ kind }) => kind === 'Deployment')
    .slice(0, 100);
  const since = agent.events.length;
  const repaired = (): number => agent.events.slice(since).filter((event) => event.type === 'applied' && event.op === 'repair').length;
  const made = await counted(t, `${deployments.length} tampered with`, async () => {
    const tamper = (manifest: Manifest) => stage.admin.patch(manifest.apiVersion, refOf(manifest), evil, { manager: 'somebody' });
    for await (const answer of mapBounded(deployments, tamper, { limit: 8 })) {
      assert.ok(answer.ok);
    }
    await eventually('the repairs', async () => (repaired() >= deployments.length ? true : undefined), patience);
  });
  assert.ok(made <= 3 * deployments.length + chunks() + watching + housekeeping, `${made} requests`);
  for (const manifest of deployments.slice(0, 5)) {
    const image = stringAt(await stage.live(manifest), 'spec', 'template', 'spec', 'containers', 0, 'image');
    assert.equal(image, 'registry.example/app:1');
  }
});

test('an agent that starts again and finds nothing changed writes nothing', { timeout: patience }, async (t) => {
  await eventually('everything Current', ready, patience);
  await agent.stop();
  const first = workload(apps).findLast(({ kind }) => kind === 'ConfigMap');
  assert.ok(first);
  const version = (await stage.live(first))?.metadata.resourceVersion;
  agent = stage.agent({ once: true });
  const made = await counted(t, 'nothing changed, started again', async () => assert.equal((await agent.ended).exit, 0));
  assert.ok(made <= chunks() + watching + housekeeping, `${made} requests`);
  assert.equal((await stage.live(first))?.metadata.resourceVersion, version);
  assert.ok(agent.events.every((event) => event.type !== 'applied'));
});

test('all objects changed cost two requests each', { timeout: patience }, async (t) => {
  const commit = await stage.publish(workload(apps).map((manifest) => annotated(manifest, 'all')));
  agent = stage.agent();
  const made = await counted(t, 'all changed', async () => void (await agent.until(synced(commit), 'the changes', patience)));
  assert.ok(made >= 2 * objects && made <= 2 * objects + chunks() + watching + housekeeping, `${made} requests`);
});

/** True once the agent has recorded that everything is Current. */
async function ready(): Promise<true | undefined> {
  const status = await statusNow(stage);
  return status !== undefined && isReady(status) ? true : undefined;
}

/** How many requests the inventory may cost: its chunks are written when they change. */
function chunks(): number {
  return 6 * 2 ** Math.ceil(Math.log2(Math.max(1, objects / 400)));
}

function annotated(manifest: Manifest, mark: string): Manifest {
  return { ...manifest, metadata: { ...manifest.metadata, annotations: { ...manifest.metadata.annotations, 'example.com/mark': mark } } };
}
