import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { stringAt } from '../../src/model/json.ts';
import type { Manifest } from '../../src/model/manifest.ts';
import { inShort, nextOf, readyIn, statusNow, statusOnce } from './eventually.ts';
import { holdAt } from './holding.ts';
import { configMap, namespace } from './manifests.ts';
import { ofType, openStage, type Running, type Stage } from './stage.ts';

/** A slice that somebody suspends, beside one that goes on: one agent lives through all of this, in this order. */
let stage: Stage;
let agent: Running;
let first: string;

const places = ['apple', 'berry'] as const;
const config = (place: string, value: string): Manifest => configMap(place, `${place}-config`, value);
const hours = 3_600_000;

/** Every object belongs to the slice that is called as its namespace. */
function publish(apple: string, berry: string): Promise<string> {
  const manifests = [...places.map(namespace), config('apple', apple), config('berry', berry)];
  const objects = manifests.map(({ kind, metadata: { name, namespace: place = name } }) => [
    `${kind}/${name}`.toLowerCase(),
    { slice: place },
  ]);
  return stage.publish(manifests, { objects: Object.fromEntries(objects) });
}

const valueAt = async (place: string): Promise<string | undefined> => stringAt(await stage.live(config(place, '')), 'data', 'value');
const valuesNow = async (): Promise<readonly (string | undefined)[]> => Promise.all(places.map(valueAt));
const takes = (revision: string) => ofType('synced', (event) => event.revision === revision);

async function edit(place: string, value: string): Promise<void> {
  assert.ok((await stage.admin.apply(config(place, value), { manager: 'kubectl-edit' })).ok);
}

before(async () => {
  stage = await openStage('suspended');
  await stage.allow([...places.map(namespace), ...places.map((place) => config(place, ''))]);
});
after(() => stage?.close());

test('what of a suspended slice somebody edits at once stays, and the other slice is repaired', async () => {
  first = await publish('one', 'one');
  agent = stage.agent();
  await agent.until(takes(first), 'the first commit');
  const said = await holdAt(stage, 'slice/berry', { for: hours, reason: 'the database is being moved' });
  assert.match(
    said,
    /^`berry` is left as it is until \S+, but for what a turn of the agent does that began before; next: lockstep status suspended$/,
  );
  const repaired = nextOf(agent, 'applied');
  await edit('berry', 'by hand');
  await edit('apple', 'by hand');
  assert.deepEqual(inShort([await repaired]), ['configured ConfigMap/apple/apple-config']);
  const status = await statusOnce(stage, ({ held }) => held.length === 1, 'what is held');
  assert.deepEqual(
    status.suspended.map(({ slice, owner, reason }) => [slice, owner, reason]),
    [['berry', 'Ada', 'the database is being moved']],
  );
  assert.deepEqual(await valuesNow(), ['one', 'by hand']);
});

test('the next commit is taken by the other slice alone', async () => {
  const second = await publish('two', 'two');
  await agent.until(takes(second), 'the second commit');
  const status = await statusOnce(stage, ({ behind, revision }) => revision === second && behind.length === 1, 'a slice behind');
  assert.deepEqual(status.behind, [{ slice: 'berry', revision: first }]);
  const settled = await statusOnce(stage, (found) => readyIn(found).reason === 'Suspended', 'nothing else to do');
  assert.match(readyIn(settled).message, /^`berry` is suspended by Ada until \S+: the database is being moved$/);
  assert.deepEqual(await valuesNow(), ['two', 'by hand']);
});

test('an agent that starts anew keeps to it', async () => {
  await agent.stop();
  const once = stage.agent({ once: true });
  assert.equal((await once.ended).exit, 1);
  assert.deepEqual(once.events, []);
  agent = stage.agent();
  await statusOnce(stage, ({ suspended }) => suspended.length === 1, 'the suspension');
  assert.deepEqual(await valuesNow(), ['two', 'by hand']);
});

test('when it is ended, the slice takes what the branch says now, and nothing is left of it', async () => {
  const applied = nextOf(agent, 'applied');
  assert.equal(await holdAt(stage, 'slice/berry', { end: true }), '`berry` is suspended no longer; next: lockstep status suspended');
  assert.deepEqual(inShort([await applied]), ['configured ConfigMap/berry/berry-config']);
  const status = await statusOnce(stage, (found) => readyIn(found).status === 'True', 'everything Current');
  assert.deepEqual([status.behind, status.suspended, await valuesNow()], [[], [], ['two', 'two']]);
});

test('when its time is over, it ends by itself', async () => {
  await holdAt(stage, 'slice/apple', { for: 3_000, reason: 'a short look' });
  const applied = nextOf(agent, 'applied');
  await edit('apple', 'by hand');
  const third = await publish('three', 'two');
  assert.deepEqual(inShort([await applied]), ['configured ConfigMap/apple/apple-config']);
  await statusOnce(stage, (found) => found.revision === third && readyIn(found).status === 'True', 'everything Current');
  assert.deepEqual([await valuesNow(), (await statusNow(stage))?.behind], [['three', 'two'], []]);
});
