import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { numberAt, objectAt } from '../../src/model/json.ts';
import { type Manifest, refOf } from '../../src/model/manifest.ts';
import { formatRef } from '../../src/model/ref.ts';
import { isAbout, readyIn, statusOnce } from './eventually.ts';
import { type Deed, intruder, withLabels } from './intruder.ts';
import { configMap, deployment, namespace } from './manifests.ts';
import { later, ofType, openStage, type Running, type Stage } from './stage.ts';

/** Two writers that change the same field again and again, as an agent and a controller that nobody told of it do. */
let stage: Stage;
let agent: Running;

const web = deployment('ring', 'web', { replicas: 1 });
const config = configMap('ring', 'config', 'ours');
const objects: readonly Manifest[] = [namespace('ring'), web, config];

before(async () => {
  stage = await openStage('contended');
  await stage.allow(objects);
  const commit = await stage.publish(objects);
  agent = stage.agent();
  await agent.until(
    ofType('synced', (event) => event.revision === commit),
    'the first sync',
  );
});
after(() => stage.close());

/** Does `deed` to the object of `manifest` whenever `isRepaired` says that the agent undid it, until it is told to stop. */
function rivalry(deed: Deed, manifest: Manifest, isRepaired: () => Promise<boolean>): () => Promise<void> {
  let isOn = true;
  const fight = async (): Promise<void> => {
    while (isOn) {
      if (await isRepaired()) await deed(manifest);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  const fought = fight();
  return async () => {
    isOn = false;
    await fought;
  };
}

function repairsOf(manifest: Manifest): number {
  return agent.events.filter((event) => event.type === 'applied' && event.op === 'repair' && isAbout(event, manifest)).length;
}

async function replicas(): Promise<number | undefined> {
  return numberAt(await stage.live(web), 'spec', 'replicas');
}

test('an agent that a second writer undoes at once backs off, names it and the field, and repairs others as before', async () => {
  const scale = intruder(stage).scale(3);
  const stop = rivalry(scale, web, async () => (await replicas()) === 1);
  const fight = await agent.until(ofType('contended'), 'the fight');
  assert.deepEqual([formatRef(fight.ref), fight.by, fight.fields], ['Deployment/ring/web', 'kubectl', ['/spec/replicas']]);
  assert.equal(repairsOf(web), 5);

  const told = await statusOnce(stage, (status) => readyIn(status).reason === 'Contended', 'the fight in the status');
  assert.equal(
    readyIn(told).message,
    '`Deployment/ring/web`: `/spec/replicas` is set again and again by `kubectl`: declare it in `ignore`, or stop the other one',
  );
  const repaired = agent.until(
    later(
      agent,
      ofType('applied', (event) => isAbout(event, config)),
    ),
    'the repair of another',
  );
  await intruder(stage).as('somebody', withLabels({ 'applyset.kubernetes.io/part-of': 'another' }))(config);
  await repaired;
  const again = await agent.until(
    later(
      agent,
      ofType('contended', ({ retryIn }) => retryIn > 5_000),
    ),
    'a longer pause',
  );
  assert.ok(again.retryIn <= 10_000);
  assert.equal(repairsOf(web), 6);

  const ignore = { rules: { ignore: ['/spec/replicas'] } };
  const commit = await stage.publish(objects, { objects: { 'deployment/web': ignore } });
  const isSettled = ({ revision, ...status }: Parameters<typeof readyIn>[0]): boolean =>
    revision === commit && readyIn({ revision, ...status }).reason !== 'Contended';
  await statusOnce(stage, isSettled, 'the end of the fight');
  await stop();
  await scale(web);
  assert.equal(await replicas(), 3);
});

test('a manager that takes a field by server-side apply, with force, is named as well', async () => {
  const theirs = { ...config, data: { value: 'theirs' } };
  const take: Deed = async () => {
    const answer = await stage.admin.apply(theirs, { manager: 'second-tool' });
    assert.ok(answer.ok, JSON.stringify(answer));
  };
  const isOurs = async () => objectAt(await stage.live(config), 'data')['value'] === 'ours';
  const stop = rivalry(take, config, isOurs);
  const fight = await agent.until(
    ofType('contended', (event) => formatRef(event.ref) === formatRef(refOf(config))),
    'the fight',
  );
  assert.deepEqual([fight.by, fight.fields], ['second-tool', ['/data/value']]);
  await stop();
});
