import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { HoldOptions } from '../../src/commands/hold.ts';
import type { EnvironmentStatus } from '../../src/model/event.ts';
import { type Json, numberAt, stringAt } from '../../src/model/json.ts';
import { type Manifest, refOf } from '../../src/model/manifest.ts';
import { holdAnnotation } from '../../src/reconcile/hold.ts';
import { eventually, inShort, isAbout, nextOf, readyIn, statusOnce } from './eventually.ts';
import { holdAt } from './holding.ts';
import { configMap, deployment, namespace } from './manifests.ts';
import { ofType, openStage, type Running, type Stage } from './stage.ts';

/**
 * People who keep an object as it is, against the branch: one agent lives through all of this, in this order. Its environment
 * is called as the command is.
 */
let stage: Stage;
let agent: Running;

const harbour = namespace('harbour');
const crane = deployment('harbour', 'crane');
const rules = configMap('harbour', 'rules', 'one');
const stock: Manifest = {
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: { name: 'stock', namespace: 'harbour' },
  spec: {
    serviceName: 'stock',
    replicas: 1,
    selector: { matchLabels: { app: 'stock' } },
    template: {
      metadata: { labels: { app: 'stock' } },
      spec: { containers: [{ name: 'stock', image: 'registry.k8s.io/pause:3.10' }] },
    },
  },
};

const holdIt = (object: string, options: Partial<HoldOptions>): Promise<string> => holdAt(stage, object, options);

/** Writes a hold by hand, as `kubectl annotate` would. */
async function annotate(manifest: Manifest, text: string): Promise<void> {
  const { apiVersion, kind, metadata } = manifest;
  const { name, namespace: place = '' } = metadata;
  const annotated = { apiVersion, kind, metadata: { name, namespace: place, annotations: { [holdAnnotation]: text } } };
  const answer = await stage.admin.apply(annotated, { manager: 'kubectl-annotate' });
  assert.ok(answer.ok, JSON.stringify(answer));
}

async function scale(replicas: number): Promise<void> {
  assert.ok((await stage.admin.apply({ ...crane, spec: { replicas } }, { manager: 'kubectl-edit' })).ok);
}

const replicasNow = async (): Promise<number | undefined> => numberAt(await stage.live(crane), 'spec', 'replicas');
const holdNow = async (manifest: Manifest): Promise<string | undefined> =>
  (await stage.live(manifest))?.metadata.annotations?.[holdAnnotation];
const takes = (revision: string) => ofType('synced', (event) => event.revision === revision);
const isReady = (found: EnvironmentStatus): boolean => readyIn(found).status === 'True';
const untilIn = (text: string | undefined): string => stringAt(JSON.parse(text ?? 'null') as Json, 'until') ?? '';
const hours = 3_600_000;

before(async () => {
  stage = await openStage('hold');
  await stage.allow([harbour, crane, rules, stock]);
});
after(() => stage?.close());

test('an object that is held stays as somebody edits it, and the status says who, until when and why', async () => {
  const commit = await stage.publish([harbour, crane, rules]);
  agent = stage.agent();
  await agent.until(takes(commit), 'the first commit');
  await statusOnce(stage, isReady, 'everything Current');
  const said = await holdIt('deployment/harbour/crane', { for: hours, reason: 'incident 4711' });
  const until = untilIn(await holdNow(crane));
  assert.equal(said, `Deployment/harbour/crane is left as it is until ${until}; next: lockstep status hold`);
  await scale(7);
  const status = await statusOnce(stage, ({ held }) => held.length > 0, 'the hold');
  const because = `held by Ada until ${until}: incident 4711`;
  assert.deepEqual(status.held, [{ ref: refOf(crane), path: 'test/deployment.harbour.crane.yaml', because }]);
  const settled = await statusOnce(stage, (found) => readyIn(found).reason === 'Held', 'seven replicas');
  assert.equal(readyIn(settled).message, `\`Deployment/harbour/crane\` is left as it is: ${because}`);
  assert.equal(await replicasNow(), 7);
});

test('the next commit is taken, but for what is held', async () => {
  const commit = await stage.publish([harbour, deployment('harbour', 'crane', { replicas: 3 }), configMap('harbour', 'rules', 'two')]);
  await agent.until(takes(commit), 'the next commit');
  assert.equal(stringAt(await stage.live(rules), 'data', 'value'), 'two');
  assert.equal(await replicasNow(), 7);
  const status = await statusOnce(stage, ({ revision }) => revision === commit, 'the next commit');
  assert.equal(readyIn(status).reason, 'Held');
});

test('an agent that starts anew keeps to it', async () => {
  await agent.stop();
  const before = await stage.live(crane);
  const once = stage.agent({ once: true });
  assert.equal((await once.ended).exit, 1);
  assert.deepEqual(once.events, []);
  agent = stage.agent();
  await statusOnce(stage, ({ held }) => held.length === 1, 'the hold');
  const repair = nextOf(agent, 'applied');
  assert.ok((await stage.admin.apply(configMap('harbour', 'rules', 'drifted'), { manager: 'somebody' })).ok);
  assert.deepEqual(inShort([await repair]), ['configured ConfigMap/harbour/rules']);
  const now = await stage.live(crane);
  assert.deepEqual(now?.metadata.annotations, before?.metadata.annotations);
  assert.equal(await replicasNow(), 7);
});

test('when the hold is ended, the object becomes what the branch says now, and nothing is left of the hold', async () => {
  const applied = nextOf(agent, 'applied');
  assert.equal(await holdIt('deployment/crane', { end: true }), 'Deployment/harbour/crane is held no longer; next: lockstep status hold');
  assert.deepEqual(inShort([await applied]), ['configured Deployment/harbour/crane']);
  await statusOnce(stage, isReady, 'everything Current');
  const live = await stage.live(crane);
  assert.equal(numberAt(live, 'spec', 'replicas'), 3);
  assert.equal(live?.metadata.annotations?.[holdAnnotation], undefined);
  assert.deepEqual(
    live?.metadata.managedFields?.filter(({ manager }) => manager === 'lockstep hold'),
    [],
  );
});

test('a hold that somebody wrote by hand is ended by the same command', async () => {
  await annotate(crane, JSON.stringify({ owner: 'Bob', reason: 'a look', until: new Date(Date.now() + hours).toISOString() }));
  await scale(5);
  await statusOnce(stage, ({ held }) => held[0]?.because.startsWith('held by Bob') ?? false, 'the hold');
  const applied = nextOf(agent, 'applied');
  await holdIt('deployment/crane', { end: true });
  await applied;
  assert.equal(await replicasNow(), 3);
  assert.equal(await holdNow(crane), undefined);
});

test('when its time is over, a hold ends by itself, and its annotation goes', async () => {
  await holdIt('deployment/crane', { for: 4_000, reason: 'a short look' });
  await scale(6);
  await statusOnce(stage, ({ held }) => held.length === 1, 'the hold');
  assert.equal(await replicasNow(), 6);
  const applied = await nextOf(agent, 'applied');
  assert.deepEqual([applied.op, applied.outcome], ['repair', 'configured']);
  assert.equal(await replicasNow(), 3);
  assert.equal(await holdNow(crane), undefined);
  await statusOnce(stage, isReady, 'everything Current');
});

test('the annotation goes in time where nobody has edited anything, too', async () => {
  await holdIt('configmap/rules', { for: 2_000, reason: 'a short look' });
  await holdIt('deployment/crane', { for: 2_000, reason: 'a short look' });
  await eventually('the end of both holds', async () => (((await holdNow(rules)) ?? (await holdNow(crane))) ? undefined : true));
});

const inAYear = new Date(Date.now() + 365 * 24 * hours).toISOString();
const wrong: readonly (readonly [string, string, string])[] = [
  ['without a reason', JSON.stringify({ owner: 'Bob', until: inAYear }), 'needs a text as `reason`'],
  [
    'for more than a week',
    JSON.stringify({ owner: 'Bob', reason: 'a look', until: inAYear }),
    `lasts until ${inAYear}, which is more than 7 days ahead`,
  ],
  ['that is no JSON', 'please leave it', 'is no JSON object with `owner`, `reason` and `until`'],
];
for (const [what, text, why] of wrong) {
  test(`a hold ${what} holds nothing, and the status says so`, async () => {
    await annotate(crane, text);
    const told = `nothing holds it: the annotation \`lockstep.dev/hold\` ${why}`;
    const status = await statusOnce(stage, ({ problems }) => problems[0]?.message === told, 'what is wrong with it');
    assert.deepEqual(status.problems, [{ ref: refOf(crane), path: 'test/deployment.harbour.crane.yaml', message: told }]);
    assert.deepEqual(status.held, []);
    const repair = nextOf(agent, 'applied', (event) => isAbout(event, crane));
    await scale(9);
    assert.equal((await repair).op, 'repair');
    assert.equal(await replicasNow(), 3);
  });
}

test('once the wrong annotation is gone, nothing is wrong', async () => {
  await holdIt('deployment/crane', { end: true });
  const status = await statusOnce(stage, (found) => isReady(found) && found.problems.length === 0, 'everything Current');
  assert.deepEqual(status.problems, []);
});

test('what is held and deleted by hand is made again: a hold keeps what is there', async () => {
  await holdIt('configmap/rules', { for: hours, reason: 'a look' });
  const before = await stage.live(rules);
  const made = nextOf(agent, 'applied');
  await stage.remove(rules);
  assert.deepEqual(inShort([await made]), ['created ConfigMap/harbour/rules']);
  const live = await stage.live(rules);
  assert.notEqual(live?.metadata.uid, before?.metadata.uid);
  assert.equal(live?.metadata.annotations?.[holdAnnotation], undefined);
});

test('what is held and dropped by the branch goes when the hold is over', async () => {
  await holdIt('configmap/rules', { for: hours, reason: 'a look' });
  const commit = await stage.publish([harbour, deployment('harbour', 'crane', { replicas: 3 })]);
  const status = await statusOnce(stage, (found) => found.revision === commit && found.held.length > 0, 'the hold');
  assert.deepEqual([status.held.map(({ ref }) => ref.name), readyIn(status).reason], [['rules'], 'Held']);
  assert.ok(await stage.live(rules));
  const pruned = nextOf(agent, 'pruned');
  await holdIt('configmap/rules', { end: true });
  assert.deepEqual(inShort([await pruned]), ['gone ConfigMap/harbour/rules']);
  await statusOnce(stage, isReady, 'everything Current');
});

test('a hold is no approval: the deletion of what is protected is refused while it is held, too', async () => {
  const begun = await stage.publish([harbour, deployment('harbour', 'crane', { replicas: 3 }), stock]);
  await agent.until(takes(begun), 'the StatefulSet');
  await holdIt('statefulset/stock', { for: hours, reason: 'a look' });
  const refused = nextOf(agent, 'refused');
  await stage.publish([harbour, deployment('harbour', 'crane', { replicas: 3 })]);
  assert.equal((await refused).refusal.code, 'deletion-protected');
  await holdIt('statefulset/stock', { end: true });
  const back = await stage.publish([harbour, deployment('harbour', 'crane', { replicas: 3 }), stock]);
  await statusOnce(stage, (found) => found.latest === back && isReady(found), 'everything Current');
  assert.ok(await stage.live(stock));
});
