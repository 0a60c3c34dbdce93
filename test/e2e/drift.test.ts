import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { systemClock } from '../../src/io/clock.ts';
import { partOfLabel } from '../../src/model/applyset.ts';
import type { SyncEvent } from '../../src/model/event.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { type LiveObject, type Manifest, refOf } from '../../src/model/manifest.ts';
import { formatRef } from '../../src/model/ref.ts';
import type { Clock } from '../../src/ports.ts';
import { definition } from '../contract/cluster/manifests.ts';
import { entriesIn } from '../support/survey.ts';
import { eventually, isAbout } from './eventually.ts';
import { type Intruder, intruder, still, withLabels, withMetadata, witnessed } from './intruder.ts';
import { ofType, openStage, type Running, type Stage } from './stage.ts';
import { added } from './tampering/added.ts';
import { changed, twice } from './tampering/changed.ts';
import { harmless } from './tampering/harmless.ts';
import { type Tampering, workload } from './tampering/objects.ts';

/** One agent keeps all these objects, on an API server where nobody else is at work but who tampers with them. */
let stage: Stage;
let agent: Running;
let who: Intruder;

const rows = [...changed, ...twice, ...added, ...harmless];
const objects = Object.fromEntries([
  ...rows.map(({ manifest: { kind, metadata }, rules = {} }) => [`${kind}/${metadata.name}`.toLowerCase(), { rules }] as const),
  ['deployment/strict', { rules: { ownership: 'strict' } }] as const,
]);
const dropped: Manifest = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'dropped', namespace: 'drift' }, data: { a: '1' } };
/** Objects that are changed in ways that no fingerprint shows. */
const hidden = withTier(workload('hidden'));
const strict = withTier(workload('strict'));
const kept: readonly Manifest[] = [definition('Gadget', 'drift.example.com'), ...rows.map(({ manifest }) => manifest), hidden, strict];

before(async () => {
  stage = await openStage('drift', {
    controlPlane: { audit: 'Metadata', without: ['kube-controller-manager', 'kube-scheduler', 'kwok'] },
  });
  who = intruder(stage);
  await stage.allow([...kept, dropped]);
  const commit = await stage.publish([...kept, dropped], { objects });
  agent = stage.agent();
  await agent.until(
    ofType('synced', ({ revision }) => revision === commit),
    'the first sync',
  );
});
after(() => stage.close());

/** An object without what the server counts on it and what controllers write on it. */
function content({ metadata, status, ...rest }: LiveObject): JsonObject {
  const { managedFields, resourceVersion, generation, uid, creationTimestamp, ...named } = metadata;
  const { 'deployment.kubernetes.io/revision': mark, ...annotations } = metadata.annotations ?? {};
  return { ...rest, metadata: { ...named, annotations } };
}

type Applied = Extract<SyncEvent, { readonly type: 'applied' }>;

function withTier(manifest: Manifest): Manifest {
  return { ...manifest, metadata: { ...manifest.metadata, labels: { tier: 'front' } } };
}

function repairsOf(manifest: Manifest): readonly Applied[] {
  return agent.events.filter(ofType('applied', (event) => event.op === 'repair' && isAbout(event, manifest)));
}

/** The repair of what was done to an object that was `before`. */
async function repaired({ manifest, by, removed, outcome }: Tampering, before: LiveObject): Promise<void> {
  const repair = await agent.until(
    ofType('applied', (event) => repairsOf(manifest).includes(event)),
    'the repair',
  );
  const after = await who.live(manifest);
  assert.deepEqual(content(after), content(before));
  assert.deepEqual({ outcome: repair.outcome, by: repair.by, removed: repair.removed }, { outcome: outcome ?? 'configured', by, removed });
  assert.equal(after.metadata.uid === before.metadata.uid, outcome !== 'created');
}

/** What the agent asked about an object until now, and the state that it is in. */
async function standing(manifest: Manifest) {
  const name = `s/${manifest.metadata.namespace ?? ''}/${manifest.metadata.name}`;
  const asked = witnessed(stage).flatMap(({ verb, object }) => (object === `${manifest.kind.toLowerCase()}${name}` ? [verb] : []));
  return { asked, resourceVersion: (await who.live(manifest)).metadata.resourceVersion };
}

for (const tampering of [...changed, ...added]) {
  test(`${tampering.what} is put right`, async () => {
    const before = await who.live(tampering.manifest);
    await tampering.deed(who)(tampering.manifest);
    await repaired(tampering, before);
  });
}

for (const { what, manifest, deed, asked } of harmless) {
  test(`${what} is left alone`, async () => {
    const before = await standing(manifest);
    await deed(who)(manifest);
    const tampered = await standing(manifest);
    assert.notEqual(tampered.resourceVersion, before.resourceVersion);
    const expected = { asked: [...before.asked, ...asked], resourceVersion: tampered.resourceVersion };
    await eventually(
      'the answer to the suspicion',
      async () => (await standing(manifest)).asked.length >= expected.asked.length || undefined,
    );
    left.set(manifest, expected);
  });
}

/** What was left alone, as it stood when that was done. */
const left = new Map<Manifest, Awaited<ReturnType<typeof standing>>>();

test('then the agent asks and writes nothing, each repair was the only one, and what was left alone is as it was left', async () => {
  await still(stage);
  for (const { manifest } of [...changed, ...added]) assert.equal(repairsOf(manifest).length, 1, formatRef(refOf(manifest)));
  for (const [manifest, expected] of left) assert.deepEqual(await standing(manifest), expected, formatRef(refOf(manifest)));
  assert.equal(left.size, harmless.length);
});

test('all of that is put right by the next agent, too, when it is done while none is at work', async () => {
  await agent.stop();
  const tamperings = [...changed, ...twice, ...added];
  const before = await Promise.all(tamperings.map(({ manifest }) => who.live(manifest)));
  await Promise.all(tamperings.map(({ deed, manifest }) => deed(who)(manifest)));
  agent = stage.agent();
  for (const [i, tampering] of tamperings.entries()) await repaired(tampering, before[i] ?? (await who.live(tampering.manifest)));
  await still(stage);
  for (const { manifest } of tamperings) assert.equal(repairsOf(manifest).length, 1, formatRef(refOf(manifest)));
});

/** For whom minutes are as long as milliseconds are for others: turns keep their pace, and an hour's round takes seconds. */
const hurried: Clock = {
  ...systemClock,
  sleep: (milliseconds, signal) => systemClock.sleep(milliseconds > 45_000 ? milliseconds / 1_000 : milliseconds, signal),
};

test('what no fingerprint shows is put right in the next round, and all else is only looked at', async () => {
  const all = [...kept, dropped];
  const versions = () => Promise.all(all.map(async (manifest) => (await who.live(manifest)).metadata.resourceVersion));
  const before = await Promise.all([hidden, strict].map((manifest) => who.live(manifest)));
  const { managedFields = [] } = before[0]?.metadata ?? {};
  await agent.stop();
  await who.edit(withLabels({ tier: 'none' }))(hidden);
  await who.put(withMetadata((metadata) => ({ ...metadata, managedFields })))(hidden);
  await who.edit(withLabels({ theirs: 'yes' }))(strict);
  assert.equal((await who.live(hidden)).metadata.labels?.['tier'], 'none');
  agent = stage.agent();
  await still(stage);
  assert.deepEqual(agent.events.filter(ofType('applied')), []);
  await agent.stop();

  const [left, asked] = [await versions(), witnessed(stage).length];
  agent = stage.agent({ clock: hurried });
  const repaired = async (manifest: Manifest) =>
    await agent.until(
      ofType('applied', (event) => isAbout(event, manifest)),
      'the repair',
    );
  assert.deepEqual([(await repaired(hidden)).removed, (await repaired(strict)).removed], [undefined, ['/metadata/labels/theirs']]);
  const after = await Promise.all([hidden, strict].map((manifest) => who.live(manifest)));
  assert.deepEqual(after.map(content), before.map(content));

  // The audit log has a namespace in itself.
  const lookAt = ({ kind, metadata: { namespace: home = '', name } }: Manifest): string =>
    `get /${kind === 'Namespace' ? name : home}/${name}`;
  await eventually('the end of the round', async () => {
    const requests = witnessed(stage).slice(asked);
    const looks = new Set(requests.map(({ verb, object }) => `${verb} ${object.slice(object.indexOf('/'))}`));
    return all.every((manifest) => looks.has(lookAt(manifest))) || undefined;
  });
  assert.equal(agent.events.filter(ofType('applied')).length, 2);
  assert.equal((await versions()).filter((version, i) => version !== left[i]).length, 2);
});

test('what the branch drops while it has lost its label is let go, not deleted', async () => {
  await agent.stop();
  const before = await who.live(dropped);
  await who.edit(withMetadata((metadata) => ({ ...metadata, labels: { [partOfLabel]: 'nobody' } })))(dropped);
  const commit = await stage.publish(kept, { objects });
  agent = stage.agent();
  await agent.until(
    ofType('synced', ({ revision }) => revision === commit),
    'the sync',
  );
  const event = await agent.until(ofType('pruned'), 'the end of it');
  assert.deepEqual({ outcome: event.outcome, because: event.because }, { outcome: 'kept', because: 'it carries our label no longer' });
  const after = await who.live(dropped);
  assert.equal(after.metadata.uid, before.metadata.uid);
  const owned = await stage.admin.list({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'lockstep', selector: '', metadataOnly: false });
  assert.ok(owned.ok);
  const names = owned.value.flatMap(entriesIn).map(({ ref }) => formatRef(ref));
  assert.equal(names.length, kept.length);
  assert.ok(!names.includes(formatRef(refOf(dropped))));
});
