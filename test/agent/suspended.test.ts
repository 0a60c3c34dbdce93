import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { nothingKnown } from '../../src/agent/agent.ts';
import { cycle } from '../../src/agent/cycle.ts';
import { statusNow } from '../../src/agent/report.ts';
import { suspendedNow, suspendSlice } from '../../src/agent/suspensions.ts';
import { parentOf, suspensionsOf } from '../../src/model/applyset.ts';
import type { EnvironmentStatus } from '../../src/model/event.ts';
import { type Manifest, refOf } from '../../src/model/manifest.ts';
import type { Hold } from '../../src/model/plan.ts';
import { configMap, namespace } from '../e2e/manifests.ts';
import type { Committed } from '../fakes/source.ts';
import { settled } from '../support/clock.ts';
import { type Bench, bench, inShort } from './bench.ts';

/** An agent of an environment of two slices, one of which somebody suspends, in memory. */
const shop: Committed = { manifest: namespace('shop'), wave: 0 };
const config = (slice: string, value: string): Committed => ({ manifest: configMap('shop', slice, value), slice });
const [pear, fig] = [configMap('shop', 'pear', '1'), configMap('shop', 'fig', '1')];
const hold: Hold = { owner: 'ada', reason: 'a look', until: '2026-01-01T01:00:00Z' };
const words = '`pear` is suspended by ada until 2026-01-01T01:00:00Z: a look';
const manager = 'lockstep hold';

interface SuspendedBench extends Bench {
  suspend(slice: string, wanted?: Hold): Promise<void>;
  status(): Promise<EnvironmentStatus>;
  tamper(manifest: Manifest): Promise<void>;
}

async function suspendedBench(t: TestContext): Promise<SuspendedBench> {
  const made = await bench(t);
  const { signal } = new AbortController();
  const more: Pick<SuspendedBench, 'suspend' | 'status' | 'tamper'> = {
    suspend: (slice, wanted) => suspendSlice(made.agent, { slice, hold: wanted, manager }, signal),
    status: () => statusNow(made.agent, { known: made.known, outage: undefined }, signal),
    async tamper(manifest) {
      made.cluster.others.edit(refOf(manifest), (object) => ({ ...object, data: { value: 'tampered' } }));
      await settled();
    },
  };
  return Object.assign(Object.create(made, {}) as Bench, more);
}

test('a slice that is suspended takes no commit and is not repaired, while the others go on as usual', async (t) => {
  const b = await suspendedBench(t);
  const first = b.source.commit([shop, config('pear', '1'), config('fig', '1')]);
  await b.turn();
  await b.suspend('pear', hold);
  const second = b.source.commit([shop, config('pear', '2'), config('fig', '2')]);
  assert.deepEqual(await b.turn(), ['planned', 'accepted', 'configured ConfigMap/shop/fig', 'synced']);
  assert.deepEqual([b.value(pear), b.value(fig)], ['1', '2']);
  b.cluster.others.status(refOf(shop.manifest), { phase: 'Active' });
  await b.tamper(pear);
  await b.tamper(fig);
  assert.deepEqual(await b.turn(), ['configured ConfigMap/shop/fig', 'synced']);
  assert.deepEqual([b.value(pear), b.value(fig)], ['tampered', '2']);
  const status = await b.status();
  assert.deepEqual(status.suspended, [{ slice: 'pear', ...hold }]);
  assert.deepEqual(status.behind, [{ slice: 'pear', revision: first }]);
  assert.deepEqual(
    status.held.map(({ ref, because }) => [ref.name, because]),
    [['pear', words]],
  );
  const ready = status.conditions.find(({ type }) => type === 'Ready');
  assert.deepEqual([status.revision, ready?.reason, ready?.message], [second, 'Suspended', words]);
});

test('when the suspension is ended, or over, the slice takes the newest commit, whatever was edited', async (t) => {
  for (const way of ['ended', 'over'] as const) {
    const b = await suspendedBench(t);
    b.source.commit([shop, config('pear', '1'), config('fig', '1')]);
    await b.turn();
    await b.suspend('pear', hold);
    b.source.commit([shop, config('pear', '2'), config('fig', '1')]);
    await b.turn();
    await b.tamper(pear);
    assert.deepEqual(await b.turn(), []);
    if (way === 'ended') await b.suspend('pear');
    else await b.clock.advance(3_600_000);
    assert.deepEqual(await b.turn(), ['planned', 'accepted', 'configured ConfigMap/shop/pear', 'synced'], way);
    assert.equal(b.value(pear), '2');
    const { suspended, behind, held } = await b.status();
    assert.deepEqual([suspended, behind, held], [[], [], []]);
  }
});

test('what the commits drop of a suspended slice stays, and what they bring into it does not come', async (t) => {
  const b = await suspendedBench(t);
  b.source.commit([shop, config('pear', '1'), config('fig', '1')]);
  await b.turn();
  await b.suspend('pear', hold);
  b.source.commit([shop, { manifest: configMap('shop', 'new', '2'), slice: 'pear' }, config('fig', '1')]);
  assert.deepEqual(await b.turn(), ['planned', 'accepted']);
  assert.equal(b.value(pear), '1');
  await b.suspend('pear');
  assert.deepEqual(await b.turn(), ['planned', 'accepted', 'created ConfigMap/shop/new', 'gone ConfigMap/shop/pear', 'synced']);
});

test('an object of a suspended slice that the commit gives to another one stays as it is until then', async (t) => {
  const b = await suspendedBench(t);
  b.source.commit([shop, config('pear', '1'), { manifest: configMap('shop', 'rest', '1'), slice: 'pear' }]);
  await b.turn();
  await b.suspend('pear', hold);
  b.source.commit([shop, { ...config('pear', '2'), slice: 'fig' }, { manifest: configMap('shop', 'rest', '1'), slice: 'pear' }]);
  assert.deepEqual(await b.turn(), ['planned', 'accepted']);
  await b.restart();
  await b.tamper(pear);
  assert.deepEqual(await b.turn(), []);
  assert.equal(b.value(pear), 'tampered');
  await b.suspend('pear');
  assert.deepEqual(await b.turn(), ['planned', 'accepted', 'configured ConfigMap/shop/pear', 'synced']);
  assert.equal(b.value(pear), '2');
});

test('an agent that starts anew keeps to it, also when it is the first', async (t) => {
  const b = await suspendedBench(t);
  await b.suspend('pear', hold);
  b.source.commit([shop, config('pear', '1'), config('fig', '1')]);
  assert.deepEqual((await b.turn()).slice(-3), ['accepted', 'created ConfigMap/shop/fig', 'synced']);
  await b.restart();
  assert.deepEqual(await b.turn(), []);
  assert.deepEqual((await b.status()).behind, [{ slice: 'pear', revision: '' }]);
  await b.suspend('pear');
  assert.deepEqual(await b.turn(), ['planned', 'accepted', 'created ConfigMap/shop/pear', 'synced']);
});

test('a slice with nothing to be done is suspended, and the environment is Ready all the same', async (t) => {
  const b = await suspendedBench(t);
  b.source.commit([config('pear', '1'), config('fig', '1')]);
  await b.cluster.apply(namespace('shop'), { manager: 'administrator' });
  await b.turn();
  await b.suspend('pear', hold);
  assert.deepEqual(await b.turn(), []);
  const { suspended, conditions } = await b.status();
  assert.deepEqual([suspended.length, conditions.find(({ type }) => type === 'Ready')?.status], [1, 'True']);
});

test('a slice that was refused and is then suspended is not asked for again', async (t) => {
  const b = await suspendedBench(t);
  b.source.commit([shop, config('pear', '1'), config('fig', '1')]);
  await b.turn();
  b.cluster.setFault(({ verb, ref }) =>
    verb === 'dry-run' && ref.name === 'pear' ? { reason: 'invalid', status: 422, message: 'no good' } : undefined,
  );
  b.source.commit([shop, config('pear', '2'), config('fig', '2')]);
  assert.deepEqual(await b.turn(), ['planned', 'accepted', 'refused preflight-failed', 'configured ConfigMap/shop/fig', 'synced']);
  await b.suspend('pear', hold);
  b.cluster.setFault(undefined);
  await b.clock.advance(600_000);
  assert.deepEqual(await b.turn(), []);
  assert.equal(b.value(pear), '1');
});

test('while nobody knows what a suspended slice is kept equal to, no commit is taken', async (t) => {
  const b = await suspendedBench(t);
  b.source.commit([shop, config('pear', '1'), config('fig', '1')]);
  await b.turn();
  await b.suspend('pear', hold);
  const latest = b.source.commit([shop, config('fig', '2')]);
  const { signal } = new AbortController();
  const { inventory } = await b.agent.store.load(signal);
  const known = { ...nothingKnown, inventory, latest, ...(await suspendedNow(b.agent, signal)) };
  const told: string[] = [];
  for await (const event of cycle(b.agent, known, { signal, stop: signal })) told.push(inShort(event));
  assert.deepEqual(told, ['postponed']);
  assert.deepEqual([b.value(pear), b.value(fig)], ['1', '1']);
});

test('slices are suspended side by side, and each is ended alone', async (t) => {
  const b = await suspendedBench(t);
  const { signal } = new AbortController();
  const names = async (): Promise<readonly string[]> => [...(await suspendedNow(b.agent, signal)).suspended.keys()];
  await b.suspend('pear', hold);
  await Promise.all([b.suspend('fig', hold), b.suspend('', hold)]);
  assert.deepEqual((await names()).toSorted(), ['', 'fig', 'pear']);
  await b.suspend('fig');
  assert.deepEqual((await names()).toSorted(), ['', 'pear']);
  await b.suspend('');
  await b.suspend('pear');
  await b.suspend('pear');
  assert.deepEqual(await names(), []);
  const { name } = suspensionsOf(parentOf('dev', 'lockstep'));
  assert.ok(!b.cluster.objects.some(({ metadata }) => metadata.name === name));
});

test('what is said wrongly of a slice suspends nothing, and the status tells it', async (t) => {
  const b = await suspendedBench(t);
  b.source.commit([shop, config('pear', '1')]);
  const { name, namespace: place } = suspensionsOf(parentOf('dev', 'lockstep'));
  const said = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: place }, data: { slices: '{"pear":{}}' } };
  assert.ok((await b.cluster.apply(said, { manager: 'kubectl' })).ok);
  assert.ok((await b.turn()).includes('created ConfigMap/shop/pear'));
  assert.deepEqual(
    (await b.status()).problems.map(({ ref, message }) => [ref.name, message]),
    [[name, '`pear` is not suspended: what is said of it needs a text as `owner`']],
  );
});
