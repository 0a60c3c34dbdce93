import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { parentOf, partOfLabel } from '../../src/model/applyset.ts';
import { at, type JsonObject, objectAt } from '../../src/model/json.ts';
import { type Manifest, refOf } from '../../src/model/manifest.ts';
import { type ControlPlane, startControlPlane } from '../controlplane/start.ts';
import { eventually, inShort, isAbout, nextOf } from './eventually.ts';
import { configMap, deployment, namespace, service } from './manifests.ts';
import { ofType, openStage, type Stage } from './stage.ts';

/** Environments that come to an end, on one cluster. */
let plane: ControlPlane;
const stages: Stage[] = [];

before(async () => {
  plane = await startControlPlane({ audit: 'Metadata' });
});
after(async () => {
  for (const stage of stages) await stage.close();
  await plane?.stop();
});

async function staged(environment: string, manifests: readonly Manifest[]): Promise<Stage> {
  const stage = await openStage(environment, { plane });
  stages.push(stage);
  await stage.allow(manifests);
  return stage;
}

function synced(revision: string) {
  return ofType('synced', (event) => event.revision === revision);
}

/** What an agent wrote since `from` lines of the audit log, but for its lease. */
function writesOf({ environment }: Stage, from: number): readonly string[] {
  const user = `system:serviceaccount:lockstep:lockstep-${environment}`;
  return auditLines()
    .slice(from)
    .map((line) => JSON.parse(line) as { readonly user: { readonly username: string }; readonly verb: string; readonly requestURI: string })
    .filter(({ user: { username }, verb }) => username === user && !['get', 'list', 'watch'].includes(verb))
    .map(({ verb, requestURI }) => `${verb} ${requestURI}`)
    .filter((request) => !request.includes('/leases/'));
}

function auditLines(): readonly string[] {
  return readFileSync(plane.auditLog ?? assert.fail(), 'utf8')
    .split('\n')
    .filter((line) => line !== '');
}

/** What an agent keeps of itself in the cluster. */
async function stateOf(stage: Stage): Promise<readonly string[]> {
  const answer = await stage.admin.list({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'lockstep', selector: '', metadataOnly: true });
  const { name } = parentOf(stage.environment, 'lockstep');
  return answer.ok
    ? answer.value.map(({ metadata }) => metadata.name).filter((one) => one.startsWith(name))
    : assert.fail(answer.error.message);
}

async function assertQuiet(stage: Stage): Promise<void> {
  const from = auditLines().length;
  const agent = stage.agent({ once: true });
  const { exit, status } = await agent.ended;
  assert.equal(exit, 0, JSON.stringify(status));
  assert.deepEqual(inShort(agent.events), []);
  assert.deepEqual(writesOf(stage, from), []);
}

/** A Deployment for nodes of one pool, or of any. */
function pooled(ns: string, nodeSelector: JsonObject): Manifest {
  const manifest = deployment(ns, 'web', { replicas: 1 });
  const spec = objectAt(manifest, 'spec');
  const template = objectAt(spec, 'template');
  return { ...manifest, spec: { ...spec, template: { ...template, spec: { ...objectAt(template, 'spec'), ...nodeSelector } } } };
}

test('a removed environment lets go of everything, leaves nothing of itself, and can come back', async () => {
  const config = configMap('kept', 'config', 'one');
  const all = [
    namespace('kept'),
    { ...config, data: { ...objectAt(config, 'data'), old: 'yes' } },
    service('kept', 'web'),
    pooled('kept', { nodeSelector: { pool: 'old' } }),
  ];
  const stage = await staged('leaving', all);
  const agent = stage.agent();
  await agent.until(synced(await stage.publish(all)), 'the first sync');
  const before = await Promise.all(all.map((manifest) => stage.live(manifest)));
  const removed = nextOf(agent, 'removed');
  const revision = await stage.publish([], { removed: 'keep' });
  assert.deepEqual(await removed, { type: 'removed', revision });
  const after = await Promise.all(all.map((manifest) => stage.live(manifest)));
  for (const [i, live] of after.entries()) {
    assert.equal(live?.metadata.uid, before[i]?.metadata.uid);
    assert.equal(live?.metadata.labels?.[partOfLabel], undefined);
  }
  assert.deepEqual(await stateOf(stage), []);
  await agent.stop();
  assert.deepEqual(await stateOf(stage), []);
  await assertQuiet(stage);

  const back = stage.agent();
  const less = [namespace('kept'), config, service('kept', 'web'), pooled('kept', {})];
  const commit = await stage.publish(less, { adopt: [{ object: 'all', reason: 'it is back' }] });
  await back.until(synced(commit), 'the new life');
  const again = await Promise.all(all.map((manifest) => stage.live(manifest)));
  // What it does not want any more since was its own.
  assert.deepEqual(objectAt(again[1], 'data'), { value: 'one' });
  assert.equal(at(again[3], 'spec', 'template', 'spec', 'nodeSelector'), undefined);
  assert.deepEqual(
    again.map((live) => [live?.metadata.uid, live?.metadata.labels?.[partOfLabel] !== undefined]),
    before.map((live) => [live?.metadata.uid, true]),
  );
});

test('a removed environment whose namespace somebody deleted before comes to its end all the same', async () => {
  const all = [namespace('lost'), configMap('lost', 'config', 'one')];
  const stage = await staged('losing', all);
  await stage.publish(all);
  assert.equal((await stage.agent({ once: true }).ended).exit, 0);
  await stage.remove(namespace('lost'));
  await stage.publish([], { removed: 'keep' });
  const agent = stage.agent({ once: true });
  const { exit, status } = await agent.ended;
  assert.equal(exit, 0, JSON.stringify(status));
  assert.deepEqual(inShort(agent.events).slice(-1), ['removed']);
  assert.deepEqual(await stateOf(stage), []);
});

/** An object whose deletion takes as long as somebody wants. */
const slow = (ns: string): Manifest => ({
  ...configMap(ns, 'slow', 'one'),
  metadata: { name: 'slow', namespace: ns, finalizers: ['example.com/slow'] },
});

/** Waits until nobody has a right in `ns` any more, since its roles went with it. */
async function rightsGone(stage: Stage, ns: string): Promise<void> {
  const role: Manifest = {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'Role',
    metadata: { name: `lockstep-${stage.environment}`, namespace: ns },
  };
  await eventually('the end of the role', async () => ((await stage.live(role)) === undefined ? true : undefined));
}

for (const [how, environment] of [
  ['by one agent', 'ending'],
  ['by an agent that is started anew while it goes on', 'ending-again'],
] as const) {
  test(`a removed environment is deleted in the order against that of making it, ${how}`, async () => {
    const ns = environment;
    const all = [namespace(ns), configMap(ns, 'config', 'one'), deployment(ns, 'web'), service(ns, 'web'), slow(ns)];
    const stage = await staged(environment, all);
    const first = stage.agent();
    const objects = { 'deployment/web': { wave: 2 }, 'service/web': { dependsOn: [`test/deployment.${ns}.web.yaml`], wave: 3 } };
    await first.until(synced(await stage.publish(all, { objects })), 'the first sync');
    const since = first.events.length;
    const isDeleting = nextOf(first, 'pruned', (event) => isAbout(event, namespace(ns)));
    await stage.publish([], { removed: 'prune' });
    assert.equal((await isDeleting).outcome, 'deleting');
    const order = inShort(first.events.slice(since)).filter((line) => /^(gone|deleting) /.test(line));
    assert.deepEqual(order.slice(0, 2), [`gone Service/${ns}/web`, `gone Deployment/${ns}/web`]);
    assert.deepEqual(order.slice(2, 4).sort(), [`deleting ConfigMap/${ns}/slow`, `gone ConfigMap/${ns}/config`]);
    assert.deepEqual(order.slice(4), [`deleting Namespace/${ns}`]);

    await rightsGone(stage, ns);
    let last = first;
    if (environment === 'ending-again') {
      await first.stop();
      last = stage.agent();
      // Its rights went with the namespace, which tells what is left.
      await last.until(
        ofType('waiting', ({ for: what }) =>
          /^the deletion of its namespace \(since 20.*: example\.com\/slow in 1 resource instances\)$/.test(what),
        ),
        'what holds it',
      );
    }
    const over = nextOf(last, 'removed');
    const freed = [{ op: 'remove', path: '/metadata/finalizers' }] as const;
    assert.ok((await stage.admin.patch('v1', refOf(slow(ns)), freed, { manager: 'somebody' })).ok);
    await over;
    assert.equal(await stage.live(namespace(ns)), undefined);
    assert.deepEqual(await stateOf(stage), []);
    await last.stop();
    await assertQuiet(stage);
  });
}

test('an environment that was deleted comes back with new objects, as soon as it is let in again', async () => {
  const stage = stages.find(({ environment }) => environment === 'ending') ?? assert.fail();
  const all = [namespace('ending'), deployment('ending', 'web')];
  const agent = stage.agent();
  const refused = nextOf(agent, 'refused');
  const commit = await stage.publish(all);
  assert.equal((await refused).refusal.code, 'watch-refused');
  await stage.allow(all);
  await agent.until(synced(commit), 'the new life');
  assert.ok(await stage.live(deployment('ending', 'web')));
});
