import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Manifest, refOf } from '../../src/model/manifest.ts';
import { readyIn, statusOnce } from './eventually.ts';
import { configMap, namespace } from './manifests.ts';
import { later, ofType, openStage, type Rest, type Running, type Stage } from './stage.ts';

/** An object of the environment that another tool applies fields to, by server-side apply, which a commit then sets, too. */
let stage: Stage;
let agent: Running;

const home = namespace('claims');
const config = configMap('claims', 'config', 'ours');

function withData(data: Readonly<Record<string, string>>): Manifest {
  return { ...config, data };
}

async function dataOf(): Promise<unknown> {
  return (await stage.live(config))?.['data'];
}

async function synced(manifest: Manifest, rest: Rest = {}): Promise<void> {
  const commit = await stage.publish([home, manifest], rest);
  await agent.until(
    later(
      agent,
      ofType('synced', ({ revision }) => revision === commit),
    ),
    'the sync',
  );
}

async function theirs(data: Readonly<Record<string, string>>, manager = 'argocd-controller'): Promise<void> {
  const answer = await stage.admin.apply(withData(data), { manager });
  assert.ok(answer.ok, JSON.stringify(answer));
}

before(async () => {
  stage = await openStage('claimed');
  await stage.allow([home, config]);
  agent = stage.agent();
  await synced(config);
});
after(() => stage.close());

test('a commit that sets what another manager applies is refused, and says whose it is and what to declare', async () => {
  await theirs({ more: 'theirs', rest: 'theirs' });
  const commit = await stage.publish([home, withData({ value: 'ours', more: 'ours' })]);
  const { problems, refusal } = await agent.until(
    ofType('refused', ({ revision }) => revision === commit),
    'the refusal',
  );
  assert.equal(refusal.code, 'preflight-failed');
  assert.deepEqual(
    problems.map(({ message }) => message),
    [
      '`/data/more` is applied by `argocd-controller`, with another value; to take it over, declare the object in the environment (`adopt`); to leave it, declare the field in `ignore`',
    ],
  );
  assert.deepEqual(await dataOf(), { value: 'ours', more: 'theirs', rest: 'theirs' });
});

test('it is left to the other one where that is declared', async () => {
  const rules = { ignore: ['/data/more'] };
  await synced(withData({ value: 'newer', more: 'ours' }), { objects: { 'configmap/config': { rules } } });
  assert.deepEqual(await dataOf(), { value: 'newer', more: 'theirs', rest: 'theirs' });
});

test('it is taken over where that is declared, and what else the other one has stays', async () => {
  await synced(withData({ value: 'newer', more: 'ours' }), { adopt: [{ object: refOf(config), reason: 'it is ours now' }] });
  assert.deepEqual(await dataOf(), { value: 'newer', more: 'ours', rest: 'theirs' });
});

test('what another manager has taken of the branch is drift, and no reason to refuse the next commit', async () => {
  await theirs({ value: 'taken', rest: 'theirs' }, 'second-tool');
  await synced(withData({ value: 'newest', more: 'ours' }));
  assert.deepEqual(await dataOf(), { value: 'newest', more: 'ours', rest: 'theirs' });
});

test('what both say alike is nobody else’s, and neither is what somebody has merely edited', async () => {
  await theirs({ rest: 'theirs', same: 'both' });
  const live = (await stage.live(config)) ?? assert.fail();
  const path = '/data/edited';
  const patched = await stage.admin.patch('v1', refOf(live), [{ op: 'add', path, value: 'by hand' }], { manager: 'kubectl-edit' });
  assert.ok(patched.ok);
  await synced(withData({ value: 'newest', more: 'ours', same: 'both', edited: 'ours' }));
  assert.deepEqual(await dataOf(), { value: 'newest', more: 'ours', rest: 'theirs', same: 'both', edited: 'ours' });
  await statusOnce(stage, (status) => readyIn(status).status === 'True', 'the end');
});
