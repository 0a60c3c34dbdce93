import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nothingKnown } from '../../src/agent/agent.ts';
import { cycle } from '../../src/agent/cycle.ts';
import { statusNow } from '../../src/agent/report.ts';
import type { ApiError } from '../../src/model/apierror.ts';
import { stringAt } from '../../src/model/json.ts';
import { type Manifest, refOf } from '../../src/model/manifest.ts';
import { formatRef } from '../../src/model/ref.ts';
import type { SyncWindow } from '../../src/model/window.ts';
import { configMap, deployment, namespace } from '../e2e/manifests.ts';
import type { Committed } from '../fakes/source.ts';
import { settled } from '../support/clock.ts';
import { bench, inShort } from './bench.ts';

const unavailable: ApiError = { reason: 'unavailable', status: 503, message: 'try again' };
const invalid: ApiError = { reason: 'invalid', status: 422, message: 'no good' };
const one = configMap('shop', 'config', 'one');
const two = configMap('shop', 'config', 'two');
const shop: Committed = { manifest: namespace('shop'), wave: 0 };

test('a commit is planned, accepted and applied; the next turn has nothing to do', async (t) => {
  const { source, turn, value } = await bench(t);
  source.commit([shop, { manifest: one }]);
  assert.deepEqual(await turn(), ['planned', 'created Namespace/shop', 'accepted', 'created ConfigMap/shop/config', 'synced']);
  assert.equal(value(one), 'one');
  assert.deepEqual(await turn(), []);
});

test('nothing is written in a turn that has nothing to do', async (t) => {
  const { source, turn, cluster } = await bench(t);
  source.commit([shop, { manifest: one }]);
  await turn();
  const before = cluster.requests;
  await turn();
  // Whether slices are suspended is asked for.
  assert.equal(cluster.requests, before + 1);
});

test('one object changed of many costs the requests of one', async (t) => {
  const { source, turn, cluster } = await bench(t);
  const many = Array.from({ length: 200 }, (_, i) => ({ manifest: configMap('shop', `c${i}`, 'one') }));
  source.commit([shop, ...many]);
  await turn();
  const before = cluster.requests;
  source.commit([shop, { manifest: configMap('shop', 'c0', 'two') }, ...many.slice(1)]);
  assert.deepEqual(await turn(), ['planned', 'accepted', 'configured ConfigMap/shop/c0', 'synced']);
  // A dry run, the accepted revision, the apply, the settled inventory.
  assert.ok(cluster.requests - before <= 5, `${cluster.requests - before} requests`);
});

test('a refused commit is told once, changes nothing, and is tried again later', async (t) => {
  const { source, turn, cluster, clock, value } = await bench(t);
  source.commit([shop, { manifest: one }]);
  await turn();
  cluster.setFault((request) => (request.verb === 'dry-run' ? invalid : undefined));
  source.commit([shop, { manifest: two }]);
  assert.deepEqual(await turn(), ['planned', 'refused preflight-failed']);
  assert.equal(value(one), 'one');
  await clock.advance(5_000);
  assert.deepEqual(await turn(), []);
  cluster.setFault(undefined);
  await clock.advance(10_000);
  assert.deepEqual(await turn(), ['accepted', 'configured ConfigMap/shop/config', 'synced']);
});

test('while a commit is refused, drift is repaired to the one before', async (t) => {
  const { source, turn, cluster, value } = await bench(t);
  source.commit([shop, { manifest: one }]);
  await turn();
  cluster.setFault((request) => (request.verb === 'dry-run' ? invalid : undefined));
  source.commit([shop, { manifest: two }]);
  await turn();
  cluster.others.edit(refOf(one), (object) => ({ ...object, data: { value: 'tampered' } }));
  await settled();
  assert.deepEqual(await turn(), ['configured ConfigMap/shop/config', 'synced']);
  assert.equal(value(one), 'one');
});

test('a commit that mends what failed is applied at once, whatever was to be waited for', async (t) => {
  const { source, turn, cluster, value } = await bench(t);
  source.commit([shop, { manifest: one }]);
  await turn();
  cluster.setFault((request) => (request.verb === 'apply' && request.ref.name === 'config' ? unavailable : undefined));
  source.commit([shop, { manifest: two }]);
  assert.deepEqual(await turn(), ['planned', 'accepted', 'failed ConfigMap/shop/config']);
  cluster.setFault(undefined);
  source.commit([shop, { manifest: configMap('shop', 'config', 'three') }]);
  assert.deepEqual(await turn(), ['planned', 'accepted', 'configured ConfigMap/shop/config', 'synced']);
  assert.equal(value(one), 'three');
});

for (const [preflight, asked] of [
  ['updates', ['ConfigMap/shop/config']],
  ['none', []],
] as const) {
  test(`with the preflight \`${preflight}\` nothing else is asked for, and nothing of somebody else's is overwritten`, async (t) => {
    const { source, turn, cluster } = await bench(t);
    source.commit([shop, { manifest: one }]);
    await turn();
    const foreign = configMap('shop', 'foreign', 'theirs');
    await cluster.apply(foreign, { manager: 'somebody' });
    const dryRuns: string[] = [];
    cluster.setFault((request) => void (request.verb === 'dry-run' && dryRuns.push(formatRef(request.ref))));
    const made = ['new', 'foreign'].map((name) => ({ manifest: configMap('shop', name, 'ours') }));
    source.commit([shop, { manifest: two }, ...made], { preflight });
    const told = await turn();
    assert.deepEqual(
      [told.slice(0, 2), told.slice(2).sort()],
      [
        ['planned', 'accepted'],
        ['configured ConfigMap/shop/config', 'created ConfigMap/shop/new', 'failed ConfigMap/shop/foreign'],
      ],
    );
    assert.deepEqual(dryRuns, asked);
    assert.equal(stringAt(cluster.live(refOf(foreign)), 'data', 'value'), 'theirs');
  });
}

test('a status that a controller writes between plan and apply is no conflict, and more pods are one', async (t) => {
  const { source, turn, cluster } = await bench(t);
  const ref = refOf(deployment('shop', 'web', { replicas: 1 }));
  const commit = (replicas: number): unknown =>
    source.commit([
      shop,
      { manifest: configMap('shop', 'config', `${replicas}`) },
      { manifest: deployment('shop', 'web', { replicas }), wave: 2, dependsOn: ['config'] },
    ]);
  const asked: string[] = [];
  /** `write` happens while the object before is applied. */
  const meanwhile = (write: () => unknown): void =>
    cluster.setFault(async ({ verb, ref: { kind, name } }) => {
      if (name === 'web') asked.push(verb);
      if (kind === 'ConfigMap' && name === 'config' && verb === 'apply') write();
      await settled();
      return undefined;
    });
  commit(1);
  await turn();
  meanwhile(() => cluster.others.status(ref, { observedGeneration: 1, replicas: 1 }));
  commit(2);
  await turn();
  assert.deepEqual(asked.splice(0), ['dry-run', 'apply']);
  meanwhile(() => cluster.others.scale(ref, 7));
  commit(3);
  await turn();
  assert.deepEqual(asked, ['dry-run', 'apply', 'get', 'apply']);
});

test('what a commit still owes is known, until it is done', async (t) => {
  const made = await bench(t);
  made.source.commit([shop, { manifest: one }]);
  made.cluster.setFault((request) => (request.verb === 'apply' && request.ref.name === 'config' ? unavailable : undefined));
  await made.turn();
  assert.equal(made.known.unfinished, 1);
  await made.turn();
  assert.equal(made.known.unfinished, 1);
  made.cluster.setFault(undefined);
  await made.clock.advance(60_000);
  await made.turn();
  assert.equal(made.known.unfinished, 0);
});

test('an outage of the source keeps nobody from repairing drift', async (t) => {
  const { source, turn, cluster, value } = await bench(t);
  source.commit([shop, { manifest: one }]);
  await turn();
  source.setReachable(false);
  cluster.others.edit(refOf(one), (object) => ({ ...object, data: { value: 'tampered' } }));
  await settled();
  assert.deepEqual(await turn(), ['configured ConfigMap/shop/config', 'synced']);
  assert.equal(value(one), 'one');
});

test('a dependant waits until what it depends on is Current, and is told once what it waits for', async (t) => {
  const { source, turn, cluster } = await bench(t);
  const base = deployment('shop', 'base', { replicas: 1 });
  source.commit([shop, { manifest: base }, { manifest: one, wave: 2, dependsOn: ['base'] }]);
  const first = await turn();
  assert.ok(first.includes('created Deployment/shop/base'));
  assert.match(
    first.find((line) => line.startsWith('waiting')) ?? '',
    /^waiting ConfigMap\/shop\/config for `Deployment\/shop\/base`, which is InProgress/,
  );
  const generation = cluster.live(refOf(base)).metadata.generation ?? 0;
  assert.deepEqual(
    (await turn()).filter((line) => !line.startsWith('waiting')),
    [],
  );
  cluster.others.status(refOf(base), {
    observedGeneration: generation,
    replicas: 1,
    updatedReplicas: 1,
    readyReplicas: 1,
    availableReplicas: 1,
    conditions: [{ type: 'Available', status: 'True' }],
  });
  await settled();
  assert.ok((await turn()).includes('created ConfigMap/shop/config'));
});

test('a dependant does not go ahead when the update of what it depends on failed', async (t) => {
  const { source, turn, cluster, value } = await bench(t);
  const base = (text: string) => ({ manifest: configMap('shop', 'base', text) });
  const app = (text: string) => ({ manifest: configMap('shop', 'app', text), wave: 2, dependsOn: ['base'] });
  source.commit([shop, base('one'), app('one')]);
  await turn();
  cluster.setFault((request) => (request.verb === 'apply' && request.ref.name === 'base' ? unavailable : undefined));
  source.commit([shop, base('two'), app('two')]);
  assert.deepEqual(await turn(), [
    'planned',
    'accepted',
    'failed ConfigMap/shop/base',
    'waiting ConfigMap/shop/app for `ConfigMap/shop/base`, which is not applied yet',
  ]);
  assert.equal(value(app('').manifest), 'one');
});

test('a namespace, a role in it and what stands on both are made by one commit', async (t) => {
  const { source, turn } = await bench(t);
  const apiVersion = 'rbac.authorization.k8s.io/v1';
  const metadata = { name: 'reader', namespace: 'shop' };
  const role = { apiVersion, kind: 'Role', metadata, rules: [] };
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'reader' };
  const binding = { apiVersion, kind: 'RoleBinding', metadata, roleRef, subjects: [] };
  source.commit([shop, { manifest: role }, { manifest: binding, wave: 2 }, { manifest: one }]);
  assert.deepEqual((await turn()).slice(0, 4), ['planned', 'created Namespace/shop', 'created Role/shop/reader', 'accepted']);
});

test('what the preflight of a commit made is not pruned while the commit is still considered', async (t) => {
  const { source, turn, cluster, clock } = await bench(t);
  source.commit([shop, { manifest: one }]);
  await turn();
  cluster.setFault((request) => (request.verb === 'dry-run' && request.ref.name === 'config' ? unavailable : undefined));
  source.commit([shop, { manifest: namespace('other'), wave: 0 }, { manifest: two }]);
  assert.deepEqual(await turn(), ['planned', 'created Namespace/other', 'outage preflight-unanswered']);
  assert.deepEqual(await turn(), []);
  cluster.setFault(undefined);
  await clock.advance(60_000);
  assert.deepEqual(await turn(), ['planned', 'accepted', 'configured ConfigMap/shop/config', 'synced']);
});

test('an object of somebody else is not taken over, and not deleted', async (t) => {
  const { source, turn, cluster, value } = await bench(t);
  source.commit([shop]);
  await turn();
  assert.ok((await cluster.apply(configMap('shop', 'config', 'theirs'), { manager: 'helm' })).ok);
  source.commit([shop, { manifest: one }]);
  assert.deepEqual(await turn(), ['planned', 'refused preflight-failed']);
  source.commit([shop]);
  await turn();
  assert.equal(value(one), 'theirs');
});

test('what the branch drops is pruned, unless another object stands under its name by now', async (t) => {
  const { source, turn, cluster } = await bench(t);
  const other = configMap('shop', 'other', 'one');
  source.commit([shop, { manifest: one }, { manifest: other }]);
  await turn();
  cluster.others.remove(refOf(other));
  assert.ok(
    (
      await cluster.apply(
        { ...other, metadata: { ...other.metadata, labels: { 'applyset.kubernetes.io/part-of': 'nobody' } } },
        { manager: 'helm' },
      )
    ).ok,
  );
  await settled();
  source.commit([shop]);
  const told = await turn();
  assert.ok(told.includes('gone ConfigMap/shop/config'), told.join());
  assert.ok(told.includes('kept ConfigMap/shop/other'), told.join());
});

test('what is pruned and does not go is told with what holds it, and as stuck when nothing has moved for ten minutes', async (t) => {
  const it = await bench(t);
  const { source, turn, cluster, clock } = it;
  source.commit([shop, { manifest: one }]);
  await turn();
  cluster.others.status(refOf(shop.manifest), { phase: 'Active' });
  const held = (...finalizers: string[]) =>
    cluster.others.edit(refOf(one), (object) => ({ ...object, metadata: { ...object.metadata, finalizers } }), 'guard');
  held('example.com/a', 'example.com/b');
  await settled();
  source.commit([shop]);
  await turn();
  const [waits = ''] = await turn();
  const since = cluster.live(refOf(one)).metadata.deletionTimestamp;
  const holding = `since ${since}, finalizers: example.com/a (put there by \`guard\`), example.com/b (put there by \`guard\`)`;
  assert.equal(waits, `waiting ConfigMap/shop/config for its deletion (${holding})`);
  assert.deepEqual(await turn(), []);
  const ready = async (): Promise<string> => {
    const status = await statusNow(it.agent, { known: it.known, outage: undefined }, AbortSignal.timeout(5_000));
    const [first, , stalled] = status.conditions;
    return `${first?.reason} ${stalled?.status}: ${first?.message}`;
  };

  await clock.advance(599_000);
  assert.equal(await ready(), `Waiting False: \`ConfigMap/shop/config\` waits for its deletion (${holding})`);
  await clock.advance(1_000);
  assert.equal(await ready(), `DeletionStuck True: \`ConfigMap/shop/config\` does not go: it is being deleted ${holding}`);
  // Somebody is at work.
  held('example.com/b');
  await settled();
  assert.match(await ready(), /^Waiting False/);
  held();
  await settled();
  assert.deepEqual(await turn(), ['gone ConfigMap/shop/config', 'synced']);
  assert.match(await ready(), /^Synced False/);
});

test('a history that was rewritten is refused', async (t) => {
  const { source, turn, value } = await bench(t);
  source.commit([shop, { manifest: one }]);
  await turn();
  source.commit([shop, { manifest: two }], { anew: true });
  assert.deepEqual(await turn(), ['refused branch-rewritten']);
  assert.equal(value(one), 'one');
});

test('a tree of another environment is refused', async (t) => {
  const { source, turn } = await bench(t);
  source.commit([shop, { manifest: one }], { environment: 'prod' });
  assert.deepEqual(await turn(), ['refused branch-of-other-environment']);
});

test('a Job that ran to its end and was removed by its TTL is not run again; a new one is', async (t) => {
  const { source, turn, cluster } = await bench(t);
  const job = (name: string): Manifest => ({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, namespace: 'shop' },
    spec: {
      ttlSecondsAfterFinished: 1,
      template: { spec: { restartPolicy: 'Never', containers: [{ name: 'migrate', image: 'migrate:1' }] } },
    },
  });
  source.commit([shop, { manifest: job('migrate-a') }]);
  await turn();
  cluster.others.status(refOf(job('migrate-a')), { succeeded: 1, conditions: [{ type: 'Complete', status: 'True' }] });
  await settled();
  assert.deepEqual(await turn(), []);
  cluster.others.remove(refOf(job('migrate-a')));
  await settled();
  assert.deepEqual(await turn(), []);
  source.commit([shop, { manifest: job('migrate-b') }]);
  assert.ok((await turn()).includes('created Job/shop/migrate-b'));
});

test('a Job that is deleted before its end is run again', async (t) => {
  const { source, turn, cluster } = await bench(t);
  const job: Manifest = {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'migrate', namespace: 'shop' },
    spec: { template: { spec: { restartPolicy: 'Never' } } },
  };
  source.commit([shop, { manifest: job }]);
  await turn();
  cluster.others.remove(refOf(job));
  await settled();
  assert.deepEqual(await turn(), ['created Job/shop/migrate', 'synced']);
});

test('an object that somebody made while its creation had to wait is not taken over', async (t) => {
  const { source, turn, cluster, clock, value } = await bench(t);
  source.commit([shop]);
  await turn();
  cluster.setFault((request) => (request.verb === 'apply' && request.ref.name === 'config' ? unavailable : undefined));
  source.commit([shop, { manifest: one }]);
  await turn();
  cluster.setFault(undefined);
  assert.ok((await cluster.apply(configMap('shop', 'config', 'theirs'), { manager: 'helm' })).ok);
  await clock.advance(60_000);
  assert.deepEqual(await turn(), ['failed ConfigMap/shop/config']);
  assert.equal(value(one), 'theirs');
  source.commit([shop]);
  await turn();
  assert.equal(value(one), 'theirs');
});

test('what depends on a Job that ran to its end goes on when the Job is gone', async (t) => {
  const { source, turn, cluster, value } = await bench(t);
  const job: Manifest = {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'migrate', namespace: 'shop' },
    spec: { template: { spec: { restartPolicy: 'Never' } } },
  };
  const app = (text: string): Committed => ({ manifest: configMap('shop', 'config', text), wave: 2, dependsOn: ['migrate'] });
  source.commit([shop, { manifest: job }, app('one')]);
  await turn();
  cluster.others.status(refOf(job), { succeeded: 1, conditions: [{ type: 'Complete', status: 'True' }] });
  await settled();
  await turn();
  cluster.others.remove(refOf(job));
  await settled();
  source.commit([shop, { manifest: job }, app('two')]);
  assert.ok((await turn()).includes('configured ConfigMap/shop/config'));
  assert.equal(value(one), 'two');
});

test('a namespace that was taken over for a commit that is then refused is not deleted when the commit is reverted', async (t) => {
  const { source, turn, cluster } = await bench(t);
  const theirs = namespace('theirs');
  source.commit([shop, { manifest: one }]);
  await turn();
  assert.ok((await cluster.apply(theirs, { manager: 'helm' })).ok);
  cluster.setFault((request) => (request.verb === 'dry-run' && request.ref.name === 'config' ? invalid : undefined));
  const adopt = [{ object: refOf(theirs), reason: 'we keep it from now on' }];
  source.commit([shop, { manifest: theirs, wave: 0 }, { manifest: two }], { adopt });
  assert.deepEqual(await turn(), ['planned', 'adopted Namespace/theirs', 'refused preflight-failed']);
  cluster.setFault(undefined);
  source.commit([shop, { manifest: one }]);
  assert.deepEqual(await turn(), ['planned', 'accepted']);
  assert.deepEqual(await turn(), []);
  assert.equal(cluster.live(refOf(theirs)).metadata.deletionTimestamp, undefined);
});

test('an object that somebody makes while a checked one waits for another is not overwritten', async (t) => {
  const { source, turn, cluster, value } = await bench(t);
  const base = deployment('shop', 'base', { replicas: 1 });
  source.commit([shop, { manifest: base }, { manifest: one, wave: 2, dependsOn: ['base'] }]);
  assert.ok((await turn()).some((line) => line.startsWith('waiting ConfigMap/shop/config')));
  assert.ok((await cluster.apply(configMap('shop', 'config', 'theirs'), { manager: 'helm' })).ok);
  cluster.others.status(refOf(base), {
    observedGeneration: cluster.live(refOf(base)).metadata.generation ?? 0,
    replicas: 1,
    updatedReplicas: 1,
    readyReplicas: 1,
    availableReplicas: 1,
    conditions: [{ type: 'Available', status: 'True' }],
  });
  await settled();
  assert.ok((await turn()).includes('failed ConfigMap/shop/config'));
  assert.equal(value(one), 'theirs');
});

test('an object that somebody comes to hold while it is about to be pruned stays', async (t) => {
  const { source, turn, cluster, clock } = await bench(t);
  source.commit([shop, { manifest: one }, { manifest: configMap('shop', 'other', 'one') }]);
  await turn();
  const hold = JSON.stringify({ owner: 'Ada', reason: 'looking', until: new Date(clock.now().getTime() + 60_000).toISOString() });
  let isHeld = false;
  cluster.setFault(({ verb, ref }) => {
    if (verb === 'remove' && ref.name === 'config' && !isHeld) {
      isHeld = true;
      const annotations = { 'lockstep.dev/hold': hold };
      cluster.others.edit(refOf(one), (object) => ({ ...object, metadata: { ...object.metadata, annotations } }));
    }
    return undefined;
  });
  source.commit([shop, { manifest: configMap('shop', 'other', 'one') }]);
  assert.ok((await turn()).some((line) => line.startsWith('waiting ConfigMap/shop/config for the end of a hold: held by Ada')));
  assert.equal(cluster.live(refOf(one)).metadata.deletionTimestamp, undefined);
});

test('a slice is not refused alone while nobody knows what it is kept equal to', async (t) => {
  const { source, turn, cluster, agent } = await bench(t);
  const config = (slice: string, text: string) => ({ manifest: configMap('shop', slice, text), slice });
  source.commit([shop, config('a', '1'), config('b', '1'), { manifest: configMap('shop', 'dropped', '1'), slice: 'b' }]);
  await turn();
  cluster.setFault((request) => (request.verb === 'dry-run' && request.ref.name === 'b' ? invalid : undefined));
  const latest = source.commit([shop, config('a', '2'), config('b', '2')]);
  const { signal } = new AbortController();
  const { inventory } = await agent.store.load(signal);
  const events = cycle(agent, { ...nothingKnown, inventory, latest }, { signal, stop: signal });
  const told: string[] = [];
  for await (const event of events) told.push(inShort(event));
  assert.deepEqual(told, ['planned', 'refused preflight-failed']);
  assert.ok(cluster.live(refOf(configMap('shop', 'dropped', ''))));
});

/** The clock of the tests begins on a Thursday at midnight. */
const tomorrow: SyncWindow = { type: 'allow', from: '00:00', to: '24:00', timeZone: 'UTC', days: ['Fri'], reason: undefined };

test('a commit waits for its sync window, and what was accepted is kept and repaired meanwhile', async (t) => {
  const it = await bench(t);
  const { source, turn, cluster, clock, value } = it;
  source.commit([shop, { manifest: one }]);
  await turn();
  const commit = source.commit([shop, { manifest: two }], { syncWindows: [tomorrow] });
  assert.deepEqual(await turn(), ['postponed']);
  assert.equal(it.known.postponed?.commit, commit);
  assert.deepEqual(await turn(), []);
  cluster.others.edit(refOf(one), (object) => ({ ...object, data: { value: 'by hand' } }));
  await settled();
  assert.deepEqual(await turn(), ['configured ConfigMap/shop/config', 'synced']);
  assert.equal(value(one), 'one');
  await clock.advance(24 * 3_600_000);
  assert.deepEqual(await turn(), ['planned', 'accepted', 'configured ConfigMap/shop/config', 'synced']);
  assert.deepEqual([value(one), it.known.postponed], ['two', undefined]);
});

test('the newest of several commits that waited is taken, and one with other windows need not wait', async (t) => {
  const { source, turn, value } = await bench(t);
  source.commit([shop, { manifest: one }], { syncWindows: [tomorrow] });
  assert.deepEqual(await turn(), ['postponed']);
  source.commit([shop, { manifest: configMap('shop', 'config', 'three') }], { syncWindows: [tomorrow] });
  assert.deepEqual(await turn(), ['postponed']);
  source.commit([shop, { manifest: two }]);
  assert.deepEqual(await turn(), ['planned', 'created Namespace/shop', 'accepted', 'created ConfigMap/shop/config', 'synced']);
  assert.equal(value(one), 'two');
});

test('a refused slice waits for the window too, stays told as refused, and is considered when it opens', async (t) => {
  const it = await bench(t);
  const { source, turn, cluster, clock, value } = it;
  const today: SyncWindow = { ...tomorrow, days: ['Thu', 'Sat'] };
  cluster.setFault((request) => (request.verb === 'dry-run' && request.ref.name === 'config' ? invalid : undefined));
  const other = configMap('shop', 'other', 'one');
  const commit = source.commit([shop, { manifest: one, slice: 'berry' }, { manifest: other }], { syncWindows: [today] });
  await turn();
  assert.deepEqual([it.known.accepted?.commit, [...it.known.inventory.behind.keys()]], [commit, ['berry']]);
  cluster.setFault(undefined);
  await clock.advance(24 * 3_600_000);
  const before = cluster.requests;
  assert.deepEqual(await turn(), ['postponed']);
  assert.deepEqual(await turn(), []);
  assert.deepEqual([it.known.postponed?.commit, it.known.refused?.commit], [commit, commit]);
  // Whether slices are suspended is asked for in each turn.
  assert.equal(cluster.requests, before + 2);
  await clock.advance(24 * 3_600_000);
  await turn();
  assert.equal(value(one), 'one');
});

test('an environment that is removed and gone is not made anew while its window is closed', async (t) => {
  const { source, turn } = await bench(t);
  source.commit([], { removed: 'prune', syncWindows: [tomorrow] });
  assert.ok(!(await turn()).includes('postponed'));
});
