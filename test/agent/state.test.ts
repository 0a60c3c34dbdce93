import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openStore } from '../../src/agent/state.ts';
import { emptyInventory, type Inventory } from '../../src/model/inventory.ts';
import { type FakeCluster, fakeCluster } from '../fakes/cluster.ts';
import { entry, inventory } from '../reconcile/samples.ts';

const { signal } = new AbortController();
const options = { environment: 'dev', namespace: 'default' };

/** An inventory of `size` ConfigMaps. */
function inventoryOf(size: number): Inventory {
  return inventory(...Array.from({ length: size }, (_, i) => entry(`ConfigMap/shop/c${i}`)));
}

function stateIn({ objects }: FakeCluster): readonly string[] {
  return objects.flatMap(({ kind, metadata }) => (kind === 'ConfigMap' ? [metadata.name] : [])).sort();
}

test('what is saved is loaded again, in as many chunks as it takes', async () => {
  const cluster = fakeCluster();
  for (const size of [1, 500, 1700, 300]) {
    await openStore({ cluster, ...options }).load(signal);
    const store = openStore({ cluster, ...options });
    await store.load(signal);
    await store.save(inventoryOf(size), signal);
    const { inventory: read, lost } = await openStore({ cluster, ...options }).load(signal);
    assert.deepEqual([read.entries.size, read.revision, lost], [size, 'beef', []]);
  }
  assert.deepEqual(stateIn(cluster), ['lockstep-dev', 'lockstep-dev-inventory-1-0']);
});

test('wherever a change of the number of chunks is broken off, the next save leaves nothing over', async () => {
  for (let broken = 1; broken < 12; broken++) {
    const cluster = fakeCluster();
    const before = openStore({ cluster, ...options });
    await before.save(inventoryOf(300), signal);
    let writes = 0;
    cluster.setFault(({ verb }) =>
      (verb === 'apply' || verb === 'remove') && ++writes >= broken ? { reason: 'unavailable', status: 503, message: 'gone' } : undefined,
    );
    await before.save(inventoryOf(500), signal).catch(() => undefined);
    cluster.setFault(undefined);
    const after = openStore({ cluster, ...options });
    const { inventory: read, lost } = await after.load(signal);
    assert.deepEqual(lost, []);
    assert.ok(read.entries.size === 300 || read.entries.size === 500, `${read.entries.size} entries`);
    await after.save(inventoryOf(300), signal);
    assert.deepEqual(stateIn(cluster), ['lockstep-dev', 'lockstep-dev-inventory-1-0'], `broken off at write ${broken}`);
  }
});

test('a chunk that is missing or damaged is named, and the others are read', async () => {
  const cluster = fakeCluster();
  await openStore({ cluster, ...options }).save(inventoryOf(700), signal);
  const ref = { group: '', kind: 'ConfigMap', namespace: 'default', name: 'lockstep-dev-inventory-2-0' };
  const { binaryData: _, ...damaged } = cluster.live(ref);
  cluster.others.edit(ref, () => damaged);
  const { inventory: read, lost } = await openStore({ cluster, ...options }).load(signal);
  assert.deepEqual(lost, ['lockstep-dev-inventory-2-0']);
  assert.ok(read.entries.size > 0 && read.entries.size < 700);
});

test('a state that is cleared leaves nothing', async () => {
  const cluster = fakeCluster();
  const store = openStore({ cluster, ...options });
  await store.save(inventoryOf(500), signal);
  await store.clear(signal);
  assert.deepEqual(stateIn(cluster), []);
  assert.deepEqual(await openStore({ cluster, ...options }).load(signal), { inventory: emptyInventory, lost: [] });
});
