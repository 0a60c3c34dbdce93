import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseShard, shardOf } from '../../src/model/shard.ts';

const environments = ['a', 'b', 'b', 'b', 'c', 'c', 'd', 'e'].map((cluster, i) => ({ name: `${cluster}-${i}`, cluster }));

test('every environment belongs to one shard, and those of a cluster to the same', () => {
  for (const count of [1, 2, 3, 7, 9]) {
    const shards = Array.from({ length: count }, (_, i) => shardOf(environments, { index: i + 1, count }));
    assert.deepEqual(
      shards.flat().toSorted((a, b) => environments.indexOf(a) - environments.indexOf(b)),
      environments,
    );
    const homes = shards.flatMap((shard, i) => [...new Set(shard.map(({ cluster }) => cluster))].map((cluster) => [cluster, i]));
    assert.equal(homes.length, 5, `${count}`);
  }
});

test('shards are of a size, whatever the order', () => {
  const sizes = (given: readonly (typeof environments)[number][]): readonly number[] =>
    [1, 2, 3].map((index) => shardOf(given, { index, count: 3 }).length);
  assert.deepEqual(sizes(environments), [3, 3, 2]);
  const reversed = shardOf(environments.toReversed(), { index: 2, count: 3 });
  assert.deepEqual(new Set(reversed), new Set(shardOf(environments, { index: 2, count: 3 })));
});

test('a shard is written as its place and their number', () => {
  assert.deepEqual(parseShard('2/8'), { index: 2, count: 8 });
  assert.deepEqual(parseShard('1000/1000'), { index: 1_000, count: 1_000 });
  for (const text of ['0/8', '9/8', '2', '2/', '/8', '-1/8', '1/0', '01/8', '1/1001', '1 / 8', ''])
    assert.equal(parseShard(text), undefined, text);
});
