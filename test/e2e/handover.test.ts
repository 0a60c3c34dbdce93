import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { readChunk } from '../../src/codec/inventory.ts';
import { applySetId, parentOf, partOfLabel } from '../../src/model/applyset.ts';
import { stringAt } from '../../src/model/json.ts';
import { type Manifest, refOf } from '../../src/model/manifest.ts';
import { formatRef } from '../../src/model/ref.ts';
import { type ControlPlane, startControlPlane } from '../controlplane/start.ts';
import { eventually, isAbout, nextOf, readyIn, statusOnce } from './eventually.ts';
import { configMap, namespace } from './manifests.ts';
import { ofType, openStage, type Running, type Stage } from './stage.ts';

/** Two environments on one cluster, between which objects move. */
let plane: ControlPlane;
let lender: Stage;
let receiver: Stage;
let lending: Running;
let receiving: Running;

const shared = namespace('shared');
const base = configMap('shared', 'base', 'one');
/** What the lender has, with more in it than the receiver will want. */
const lent = (name: string): Manifest => ({
  ...configMap('shared', name, 'lent'),
  metadata: { name, namespace: 'shared', labels: { team: 'lending' } },
  data: { value: 'lent', more: 'lent' },
});
const received = (name: string): Manifest => configMap('shared', name, 'received');

before(async () => {
  plane = await startControlPlane({ audit: 'Metadata' });
  lender = await openStage('lending', { plane });
  receiver = await openStage('receiving', { plane });
  await lender.allow([shared, base]);
  await receiver.allow([base]);
  const commit = await lender.publish([shared, base]);
  lending = lender.agent();
  await lending.until(synced(commit), 'the first sync');
  await receiver.publish([received('own')]);
  receiving = receiver.agent();
  await receiving.until(ofType('synced'), 'the first sync');
});
after(async () => {
  await lender?.close();
  await receiver?.close();
  await plane?.stop();
});

function synced(revision: string) {
  return ofType('synced', (event) => event.revision === revision);
}

/** The names of the objects in the inventory of `stage`, and the files that they come from. */
async function inventoryOf(stage: Stage): Promise<Readonly<Record<string, string>>> {
  const { namespace: ns, name } = parentOf(stage.environment, 'lockstep');
  const live = await stage.live(configMap(ns, `${name}-inventory-1-0`, ''));
  const entries = readChunk(stringAt(live, 'binaryData', 'entries') ?? '') ?? [];
  return Object.fromEntries(entries.map(({ ref, path }) => [formatRef(ref), path]));
}

/** Waits until `manifest` stands in the inventory of `stage` no longer: what was done is recorded after it is told. */
async function forgotten(stage: Stage, manifest: Manifest): Promise<void> {
  const name = formatRef(refOf(manifest));
  await eventually('the end of a record', async () => ((await inventoryOf(stage))[name] === undefined ? true : undefined));
}

/** The requests of the agent of `environment` since `from` lines of the audit log, in short. */
function requestsOf(environment: string, from: number): readonly string[] {
  const user = `system:serviceaccount:lockstep:lockstep-${environment}`;
  return auditLines()
    .slice(from)
    .map((line) => JSON.parse(line) as { readonly user: { readonly username: string }; readonly verb: string; readonly requestURI: string })
    .filter((event) => event.user.username === user)
    .map(({ verb, requestURI }) => `${verb} ${requestURI}`);
}

function auditLines(): readonly string[] {
  return readFileSync(plane.auditLog ?? assert.fail(), 'utf8')
    .split('\n')
    .filter((line) => line !== '');
}

function setOf(stage: Stage): string {
  return applySetId(parentOf(stage.environment, 'lockstep'));
}

async function ownerOf(manifest: Manifest) {
  const live = await lender.live(manifest);
  const { uid, labels, managedFields } = live?.metadata ?? assert.fail(`${manifest.metadata.name} is gone`);
  return { uid, label: labels?.[partOfLabel], managers: managedFields?.map(({ manager }) => manager) };
}

test('an object that moves to another file, slice and wave is not asked about, let alone changed', async () => {
  const moved = lent('moved');
  await lending.until(synced(await lender.publish([shared, base, moved])), 'the object');
  const before = await lender.live(moved);
  const from = auditLines().length;
  const objects = { 'configmap/moved': { path: 'team/other.yaml', slice: 'team-a', wave: 3 } };
  const commit = await lender.publish([shared, configMap('shared', 'base', 'two'), moved], { objects });
  await lending.until(synced(commit), 'the move');
  assert.equal((await lender.live(moved))?.metadata.resourceVersion, before?.metadata.resourceVersion);
  assert.deepEqual(
    requestsOf('lending', from).filter((request) => request.includes('/moved')),
    [],
  );
  assert.equal((await inventoryOf(lender))[formatRef(refOf(moved))], 'team/other.yaml');
});

test('what one environment hands over stays where it is until the other one takes it, wholly', async () => {
  const [theirs, ours] = [lent('first'), received('first')];
  await lending.until(synced(await lender.publish([shared, base, theirs])), 'the object');
  const before = await ownerOf(theirs);
  const released = nextOf(lending, 'pruned', (event) => isAbout(event, theirs));
  await lender.publish([shared, base], { handOver: [{ ref: refOf(theirs), to: 'receiving' }] });
  assert.deepEqual(await released, { type: 'pruned', ref: refOf(theirs), outcome: 'kept', because: 'it is handed over to `receiving`' });
  const between = await ownerOf(theirs);
  assert.deepEqual([between.uid, between.label], [before.uid, undefined]);
  await forgotten(lender, theirs);

  await receiving.until(
    synced(await receiver.publish([received('own'), ours], { adopt: [{ object: refOf(ours), reason: 'it moved' }] })),
    'the adoption',
  );
  assert.deepEqual(await ownerOf(ours), { uid: before.uid, label: setOf(receiver), managers: ['lockstep-receiving'] });
  const live = await lender.live(ours);
  assert.deepEqual(live?.['data'], { value: 'received' });
  assert.deepEqual(Object.keys(live?.metadata.labels ?? {}), [partOfLabel]);
});

test('an environment that may adopt what another one still owns waits for that, and gets it as soon as it is let go', async () => {
  const [theirs, ours] = [lent('second'), received('second')];
  await lending.until(synced(await lender.publish([shared, base, theirs])), 'the object');
  const before = await ownerOf(theirs);
  const waits = nextOf(receiving, 'waiting', (event) => isAbout(event, ours));
  await receiver.publish([received('own'), received('first'), ours], { adopt: [{ object: 'all', reason: 'it moves' }] });
  assert.equal((await waits).for, 'the environment `lending` to let go of it (`handOver`)');
  const waiting = await statusOnce(receiver, (status) => readyIn(status).reason === 'Waiting', 'the waiting');
  assert.match(readyIn(waiting).message, /`ConfigMap\/shared\/second` waits for the environment `lending`/);

  const repaired = nextOf(lending, 'applied', (event) => isAbout(event, theirs) && event.op === 'repair');
  assert.ok((await lender.admin.apply({ ...theirs, data: { value: 'tampered' } }, { manager: 'somebody' })).ok);
  assert.equal((await repaired).by, 'somebody');
  assert.equal(stringAt(await lender.live(theirs), 'data', 'value'), 'lent');

  const taken = nextOf(receiving, 'applied', (event) => isAbout(event, ours));
  await lender.publish([shared, base], { handOver: [{ ref: refOf(theirs), to: 'receiving' }] });
  assert.equal((await taken).outcome, 'adopted');
  await statusOnce(receiver, (status) => readyIn(status).status === 'True', 'the end of the waiting');
  assert.deepEqual(await ownerOf(ours), { uid: before.uid, label: setOf(receiver), managers: ['lockstep-receiving'] });
  await forgotten(lender, theirs);
  assert.equal(stringAt(await lender.live(ours), 'data', 'value'), 'received');
  const fights = lending.events.slice(lending.events.findLastIndex((event) => event.type === 'pruned') + 1);
  assert.deepEqual(
    fights.filter((event) => event.type === 'applied' || event.type === 'failed'),
    [],
  );
});

test('what an environment only waited for it does not delete', async () => {
  const [theirs, ours] = [lent('third'), received('third')];
  await lending.until(synced(await lender.publish([shared, base, theirs])), 'the object');
  const before = await lender.live(theirs);
  const waits = nextOf(receiving, 'waiting', (event) => isAbout(event, ours));
  await receiver.publish([received('own'), ours], { adopt: [{ object: 'all', reason: 'it moves' }] });
  await waits;
  await receiving.until(synced(await receiver.publish([received('own')])), 'the end of the waiting');
  await forgotten(receiver, ours);
  assert.equal((await lender.live(theirs))?.metadata.resourceVersion, before?.metadata.resourceVersion);
});

test('without `adopt`, what another environment owns is refused by its name', async () => {
  const refusal = nextOf(receiving, 'refused');
  await receiver.publish([received('own'), received('third')]);
  const { problems } = await refusal;
  assert.equal(
    problems[0]?.message,
    'it is part of the environment `lending`; to move it, let go of it there (`handOver`) and declare it here (`adopt`)',
  );
});

test('an object that is to be kept stays when the branch drops it, and says who applied it', async () => {
  const kept = lent('kept');
  const objects = { 'configmap/kept': { rules: { keep: true } } };
  await lending.until(synced(await lender.publish([shared, base, kept], { objects })), 'the object');
  const before = await ownerOf(kept);
  await lending.until(synced(await lender.publish([shared, base])), 'the end of it');
  assert.deepEqual(await ownerOf(kept), { uid: before.uid, label: undefined, managers: ['lockstep-lending'] });
});
