import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { readChunk } from '../../src/codec/inventory.ts';
import { parentOf } from '../../src/model/applyset.ts';
import { stringAt } from '../../src/model/json.ts';
import { type Manifest, refOf } from '../../src/model/manifest.ts';
import { formatRef } from '../../src/model/ref.ts';
import { eventually, inShort, isAbout, nextOf, statusOnce } from './eventually.ts';
import { configMap, deployment, namespace, service } from './manifests.ts';
import { ofType, openStage, type Running, type Stage } from './stage.ts';

/** An agent whose memory, or whose cluster, is damaged in every way. */
let stage: Stage;
let agent: Running;

const ns = 'vault';
const once: Manifest = {
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name: 'once', namespace: ns },
  spec: {
    ttlSecondsAfterFinished: 0,
    template: { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'registry.k8s.io/pause:3.10' }] } },
  },
};
const lasting = [namespace(ns), configMap(ns, 'config', 'one'), service(ns, 'web'), deployment(ns, 'web', { replicas: 1 })];
const all = [...lasting, once];
/** What lasts, with something else in its ConfigMap. */
const withConfig = (value: string) =>
  lasting.map((manifest) => (manifest.kind === 'ConfigMap' ? configMap(ns, 'config', value) : manifest));
const extra = (name: string) => configMap(ns, name, 'dropped later');

function synced(revision: string) {
  return ofType('synced', (event) => event.revision === revision);
}

before(async () => {
  stage = await openStage('recovery');
  await stage.allow(all);
  const commit = await stage.publish(all);
  agent = stage.agent();
  await agent.until(synced(commit), 'the first sync');
  await eventually('the end of the Job', async () => ((await stage.live(once)) === undefined ? true : undefined));
});
after(() => stage.close());

const parent = parentOf('recovery', 'lockstep');
const parentMap = configMap('lockstep', parent.name, '');
const chunkMap = configMap('lockstep', `${parent.name}-inventory-1-0`, '');

async function damage(): Promise<void> {
  assert.ok((await stage.admin.apply({ ...chunkMap, binaryData: { entries: 'bm90aGluZw==' }, data: {} }, { manager: 'somebody' })).ok);
}

async function versions(manifests: readonly Manifest[]): Promise<readonly string[]> {
  const live = await Promise.all(manifests.map((manifest) => stage.live(manifest)));
  return live.map((object) => `${object?.metadata.uid} ${object?.metadata.generation ?? object?.metadata.resourceVersion}`);
}

/** What an agent that lost its memory says of an object that its branch dropped meanwhile. */
const unrecorded =
  'it carries the label of this environment, and no inventory says that the environment made it: approve its deletion (`approvals`), or take its label away';

/** A way to lose what the agent recorded. */
interface Loss {
  readonly what: string;
  readonly lose: () => Promise<void>;
}

const chunkLosses: readonly Loss[] = [
  { what: 'a chunk of the inventory is deleted', lose: () => stage.remove(chunkMap) },
  { what: 'a chunk of the inventory is damaged', lose: damage },
];
const parentLosses: readonly Loss[] = [
  { what: "the inventory's parent is deleted", lose: () => stage.remove(parentMap) },
  {
    what: 'all state is deleted',
    async lose() {
      await stage.remove(parentMap);
      await stage.remove(chunkMap);
    },
  },
];

/** Publishes without `dropped` when the agent has lost what it recorded, and asserts that it stays until somebody agrees. */
async function assertHeld(dropped: Manifest, next: () => Running): Promise<void> {
  const before = await versions([...lasting, dropped]);
  const last = { agent, events: agent.events.length };
  await stage.publish(all);
  agent = next();
  const since = agent === last.agent ? last.events : 0;
  const { held } = await statusOnce(stage, (status) => status.held.some((one) => isAbout(one, dropped)), 'the hold');
  assert.deepEqual(held, [{ ref: refOf(dropped), path: '', because: unrecorded }]);
  assert.deepEqual(changesSince(since), []);
  assert.deepEqual(await versions([...lasting, dropped]), before);
  assert.equal(await stage.live(once), undefined);

  const pruned = nextOf(agent, 'pruned', (event) => isAbout(event, dropped));
  await stage.publish(all, { approvals: [{ ref: refOf(dropped), reason: 'nobody needs it' }] });
  assert.equal((await pruned).outcome, 'gone');
  assert.deepEqual(await versions(lasting), before.slice(0, lasting.length));
}

/** What the agent changed in the cluster after its first `since` events. */
function changesSince(since: number): readonly string[] {
  const changes = agent.events.slice(since).filter(({ type }) => type === 'applied' || type === 'pruned' || type === 'failed');
  return inShort(changes).filter((line) => !line.startsWith('unchanged '));
}

for (const [i, { what, lose }] of [...chunkLosses, ...parentLosses].entries()) {
  test(`when ${what} while the agent is down, nothing is rewritten, and nothing is deleted without a word`, async () => {
    const dropped = extra(`down-${i}`);
    await agent.until(synced(await stage.publish([...all, dropped])), 'the object that is dropped later');
    await agent.stop();
    await lose();
    await assertHeld(dropped, () => stage.agent());
  });
}

for (const [i, { what, lose }] of parentLosses.entries()) {
  test(`when ${what} while the agent runs, nothing is rewritten, and nothing is deleted without a word`, async () => {
    const dropped = extra(`up-${i}`);
    await agent.until(synced(await stage.publish([...all, dropped])), 'the object that is dropped later');
    await lose();
    await assertHeld(dropped, () => agent);
  });
}

for (const [i, { what, lose }] of chunkLosses.entries()) {
  test(`when ${what} while the agent runs, it goes by what it still knows, and records everything anew`, async () => {
    const dropped = extra(`known-${i}`);
    await agent.until(synced(await stage.publish([...all, dropped])), 'the object that is dropped later');
    const before = await versions(lasting);
    await lose();
    const since = agent.events.length;
    const noticed = nextOf(agent, 'outage', ({ code }) => code === 'inventory-lost');
    await stage.publish(all);
    await noticed;
    await eventually('the new record', async () => (JSON.stringify(await recorded()) === JSON.stringify(namesOf(all)) ? true : undefined));
    assert.deepEqual(changesSince(since), [`gone ${formatRef(refOf(dropped))}`]);
    assert.deepEqual(await versions(lasting), before);
  });
}

/** The names of the objects that a chunk of the inventory holds. */
async function recorded(chunk: Manifest = chunkMap): Promise<readonly string[]> {
  const live = await stage.live(chunk);
  const entries = readChunk(stringAt(live, 'binaryData', 'entries') ?? '') ?? [];
  return entries.map(({ ref }) => formatRef(ref)).sort();
}

function namesOf(manifests: readonly Manifest[]): readonly string[] {
  return manifests.map((manifest) => formatRef(refOf(manifest))).sort();
}

test('when objects come back from a backup, they are kept as they are, and what was dropped since is not deleted without a word', async () => {
  const dropped = extra('backed-up');
  await agent.until(synced(await stage.publish([...lasting, dropped])), 'the object that is dropped later');
  await agent.stop();
  // Whatever restores a namespace, restores it first, and it is not looked at here.
  const restored = [...lasting.slice(1), dropped];
  for (const manifest of restored) await recreate(manifest);
  const before = await uidsOf(restored);
  await stage.publish(lasting);
  agent = stage.agent();
  const { held } = await statusOnce(stage, (status) => status.held.length > 0, 'the hold');
  const because =
    'another object stands under its name than the one that the environment made: approve its deletion (`approvals`), or take its label away';
  assert.deepEqual(
    held.map((one) => [isAbout(one, dropped), one.because]),
    [[true, because]],
  );
  assert.deepEqual(await uidsOf(restored), before);
  await agent.stop();

  const again = stage.agent({ once: true });
  assert.equal((await again.ended).exit, 1);
  assert.deepEqual(again.events, []);

  agent = stage.agent();
  const pruned = nextOf(agent, 'pruned', (event) => isAbout(event, dropped));
  await stage.publish(lasting, { approvals: [{ ref: refOf(dropped), reason: 'nobody needs it' }] });
  assert.equal((await pruned).outcome, 'gone');
});

async function uidsOf(manifests: readonly Manifest[]): Promise<readonly (string | undefined)[]> {
  return (await Promise.all(manifests.map((manifest) => stage.live(manifest)))).map((live) => live?.metadata.uid);
}

/** Deletes an object and makes it anew as a backup holds it: with all that was written on it, but for its identity. */
async function recreate(manifest: Manifest): Promise<void> {
  const { status: _, ...live } = (await stage.live(manifest)) ?? assert.fail();
  const { uid, resourceVersion, creationTimestamp, generation, ...metadata } = live.metadata;
  await stage.remove(manifest);
  await stage.make({ ...live, metadata }, { manager: 'velero', operation: 'Update' });
}

/** Deletes everything that the agent made, and what it knew of it. */
async function wipe(): Promise<void> {
  await stage.remove(namespace(ns));
  for (const manifest of [parentMap, chunkMap]) await stage.remove(manifest);
}

/** Waits until everything that lasts is there, and none of it is what was there before. */
async function madeAnew(before: readonly (string | undefined)[]): Promise<void> {
  const uids = await eventually('everything', async () => {
    const found = await uidsOf(lasting);
    return found.includes(undefined) ? undefined : found;
  });
  for (const [i, uid] of uids.entries()) assert.notEqual(uid, before[i], formatRef(refOf(lasting[i] ?? assert.fail())));
}

test('an agent that is started on a cluster that was built anew makes everything again, and runs what ran in the old one', async () => {
  const before = await uidsOf(lasting);
  const commit = await stage.publish(all);
  await agent.until(
    ofType('accepted', (event) => event.revision === commit),
    'the Job',
  );
  await agent.stop();
  await wipe();
  await stage.allow(all);
  agent = stage.agent();
  const ran = nextOf(agent, 'applied', (event) => isAbout(event, once));
  await madeAnew(before);
  assert.equal((await ran).outcome, 'created');
  await eventually('the end of the Job', async () => ((await stage.live(once)) === undefined ? true : undefined));
});

test('an agent that runs on while its cluster is built anew makes everything again, but for what it saw run to its end', async () => {
  const before = await uidsOf(lasting);
  const since = agent.events.length;
  await wipe();
  await stage.allow(all);
  await madeAnew(before);
  await statusOnce(stage, ({ unhealthy }) => unhealthy.every((one) => isAbout(one, once)), 'the end of it');
  assert.ok(!agent.events.slice(since).some((event) => event.type === 'applied' && isAbout(event, once)));
});

test('a branch that was pushed by force is refused, the cluster is kept as it was, and all goes on when the history is back', async () => {
  const config = configMap(ns, 'config', 'two');
  const good = await stage.publish(withConfig('two'));
  await agent.until(synced(good), 'the good commit');
  const refused = nextOf(agent, 'refused');
  await stage.rewrite(withConfig('forced'));
  const { refusal } = await refused;
  assert.equal(refusal.code, 'branch-rewritten');
  assert.match(refusal.message, new RegExp(`does not follow \`${good.slice(0, 12)}\``));

  const repaired = nextOf(agent, 'applied', (event) => isAbout(event, config) && event.op === 'repair');
  assert.ok((await stage.admin.apply({ ...config, data: { value: 'tampered' } }, { manager: 'somebody' })).ok);
  await repaired;
  assert.equal(stringAt(await stage.live(config), 'data', 'value'), 'two');
  await agent.stop();
  agent = stage.agent();
  assert.equal((await nextOf(agent, 'refused')).refusal.code, 'branch-rewritten');

  await stage.reset(good);
  await statusOnce(
    stage,
    ({ latest, conditions }) => latest === good && conditions.some(({ type, status }) => type === 'Ready' && status === 'True'),
    'the old history',
  );
  await agent.until(synced(await stage.publish(withConfig('three'))), 'the next commit');
  assert.equal(stringAt(await stage.live(config), 'data', 'value'), 'three');
});

test('an index of a newer minor version is read, whatever else stands in it', async () => {
  const editIndex = (text: string): string => {
    const index = JSON.parse(text) as { readonly objects: readonly object[] };
    const objects = index.objects.map((object) => ({ ...object, lighthouse: { lit: true } }));
    return JSON.stringify({ ...index, format: '1.99', objects, weather: ['rain'] });
  };
  const commit = await stage.publish(withConfig('four'), { editIndex });
  await agent.until(synced(commit), 'the commit');
  assert.equal(stringAt(await stage.live(configMap(ns, 'config', '')), 'data', 'value'), 'four');
});

test('an index of a newer major version is refused, with what to do', async () => {
  const refused = nextOf(agent, 'refused');
  await stage.publish(lasting, { editIndex: (text) => text.replace(/"format": "1\.\d+"/, '"format": "2.0"') });
  const { refusal } = await refused;
  assert.equal(refusal.code, 'agent-outdated');
  assert.match(refusal.message, /it has format 2, and this version of lockstep reads format 1: upgrade the agent/);
  assert.equal(stringAt(await stage.live(configMap(ns, 'config', '')), 'data', 'value'), 'four');
});

test('an index that requires what this version does not know is refused, with what to do', async () => {
  const refused = nextOf(agent, 'refused');
  await stage.publish(withConfig('five'), { editIndex: (text) => text.replace('"environment"', '"requires": ["canary"], "environment"') });
  const { refusal } = await refused;
  assert.equal(refusal.code, 'agent-outdated');
  assert.match(refusal.message, /it requires `canary`, which this version of lockstep does not know: upgrade the agent/);
  assert.equal(stringAt(await stage.live(configMap(ns, 'config', '')), 'data', 'value'), 'four');
});

test('of two agents the second stands back, and goes on when the first is gone', async () => {
  const commit = await stage.publish(lasting);
  await agent.until(synced(commit), 'the last commit');
  const second = stage.agent();
  const outage = await second.until(ofType('outage'), 'standing back');
  assert.equal(outage.code, 'another-agent');
  assert.deepEqual(inShort(second.events), ['outage another-agent']);
  await agent.stop();
  const repaired = nextOf(second, 'applied', (event) => event.op === 'repair');
  await stage.remove(service(ns, 'web'));
  assert.equal((await repaired).outcome, 'created');
  agent = second;
});

test('when one of several chunks is lost, its objects are recorded again, and no others are looked at', async () => {
  const many = Array.from({ length: 400 }, (_, i) => configMap(ns, `many-${i}`, 'one'));
  const chunks = [0, 1].map((i) => configMap('lockstep', `${parent.name}-inventory-2-${i}`, ''));
  const [first = assert.fail(), second = assert.fail()] = chunks;
  await agent.until(synced(await stage.publish([...lasting, ...many])), 'all of them');
  const before = await versions([...lasting, ...many]);
  const lost = await eventually('two chunks', async () => {
    const [one, other] = await Promise.all(chunks.map((chunk) => recorded(chunk)));
    return one !== undefined && one.length + (other?.length ?? 0) === lasting.length + many.length ? one : undefined;
  });
  await agent.stop();
  await stage.remove(first);
  const kept = await stage.live(second);
  agent = stage.agent();
  await eventually('the chunk', async () => (JSON.stringify(await recorded(first)) === JSON.stringify(lost) ? true : undefined));
  await agent.until(ofType('synced'), 'the end of it');
  const unchanged = inShort(agent.events).filter((line) => line.startsWith('unchanged '));
  assert.deepEqual(unchanged.map((line) => line.replace('unchanged ', '')).sort(), lost);
  assert.deepEqual(changesSince(0), []);
  assert.deepEqual(await versions([...lasting, ...many]), before);
  assert.equal((await stage.live(second))?.metadata.resourceVersion, kept?.metadata.resourceVersion);
});
