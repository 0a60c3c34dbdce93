import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { chunkCount, chunkOf, readInventory, writeInventory } from '../../src/codec/inventory.ts';
import type { InventoryEntry } from '../../src/model/inventory.ts';
import { compareText, keyOf } from '../../src/model/ref.ts';
import { entry } from '../reconcile/samples.ts';

const many = (count: number): InventoryEntry[] =>
  Array.from({ length: count }, (_, i) =>
    entry(`ConfigMap/shop/c${i}`, `blob${i}`, i % 3 === 0 ? { seen: undefined, accepted: false, finished: true } : {}),
  );
const byKey = (a: InventoryEntry, b: InventoryEntry): number => compareText(keyOf(a.ref), keyOf(b.ref));

test('what is written is read again, whatever the number of chunks', () => {
  const entries = many(1_000);
  for (const chunks of [1, 4]) {
    const read = writeInventory(entries, chunks).flatMap((chunk) => readInventory(chunk) ?? assert.fail('unreadable'));
    assert.deepEqual(read.sort(byKey), [...entries].sort(byKey));
  }
});

test('equal entries give equal chunks, in whatever order they come', () => {
  const entries = many(100);
  assert.deepEqual(writeInventory(entries, 2), writeInventory([...entries].reverse(), 2));
});

test('one entry that changes changes one chunk', () => {
  const entries = many(2_000);
  const before = writeInventory(entries, 8);
  const after = writeInventory([entry('ConfigMap/shop/c0', 'other'), ...entries.slice(1)], 8);
  assert.equal(before.filter((chunk, i) => chunk !== after[i]).length, 1);
});

test('chunks grow by powers of two, and none comes near what etcd takes', () => {
  assert.deepEqual([0, 1, 400, 401, 800, 801, 10_050].map(chunkCount), [1, 1, 1, 2, 2, 4, 32]);
  const largest = Math.max(...writeInventory(many(10_050), 32).map((chunk) => chunk.length));
  assert.ok(largest < 100_000, `${largest} bytes`);
});

test('a key always stands in the same chunk', () => {
  assert.equal(chunkOf('/ConfigMap/shop/c1', 16), chunkOf('/ConfigMap/shop/c1', 16));
  assert.ok(chunkOf('/ConfigMap/shop/c1', 16) < 16);
});

for (const [what, chunk] of [
  ['what is no gzip', 'bm90IGd6aXA='],
  ['a row that is no list', gzipSync('{}').toString('base64')],
  ['a row with too few fields', gzipSync('["", "ConfigMap"]').toString('base64')],
  ['a row with a field of another type', gzipSync('["","ConfigMap","shop","c","v1","p","b","0",true,false]').toString('base64')],
  ['broken JSON', gzipSync('["",').toString('base64')],
] as const) {
  test(`${what} is not read`, () => assert.equal(readInventory(chunk), undefined));
}
