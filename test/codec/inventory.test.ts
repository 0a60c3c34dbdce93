import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { chunkCount, chunkOf, partition, readChunk, writeChunk } from '../../src/codec/inventory.ts';
import type { InventoryEntry, JobEnd } from '../../src/model/inventory.ts';
import { compareText, groupOf, keyOf } from '../../src/model/ref.ts';
import { entry } from '../reconcile/samples.ts';
import { fieldPointers, sliceNames, text } from './arbitraries.ts';

const many = (count: number): InventoryEntry[] =>
  Array.from({ length: count }, (_, i) =>
    entry(`ConfigMap/shop/c${i}`, `blob${i}`, i % 3 === 0 ? { seen: undefined, accepted: false, finished: 'unseen' } : {}),
  );
const byKey = (a: InventoryEntry, b: InventoryEntry): number => compareText(keyOf(a.ref), keyOf(b.ref));
const packed = (...rows: readonly unknown[]): string => gzipSync(rows.map((row) => JSON.stringify(row)).join('\n')).toString('base64');
const writeInventory = (all: readonly InventoryEntry[], chunks: number): readonly string[] =>
  partition(new Map(all.map((one) => [keyOf(one.ref), one])), chunks).map(writeChunk);
const unpacked = (chunk: string): readonly unknown[] =>
  gunzipSync(Buffer.from(chunk, 'base64'))
    .toString('utf8')
    .split('\n')
    .map((line): unknown => JSON.parse(line));

const names = fc.stringMatching(/^[a-z][a-z0-9.-]{0,20}$/);

/** Entries with all that can be said of one, each of it there or not. */
const entries: fc.Arbitrary<InventoryEntry> = fc
  .record(
    {
      apiVersion: fc.constantFrom('v1', 'apps/v1', 'batch/v1', 'example.com/v1alpha1'),
      ref: fc.record(
        { kind: fc.constantFrom('ConfigMap', 'Job'), namespace: fc.constantFrom('', 'shop'), name: names },
        { noNullPrototype: true },
      ),
      path: text,
      blob: fc.stringMatching(/^[0-9a-f]{0,40}$/),
      wave: fc.nat(20),
      slice: fc.oneof(fc.constant(''), sliceNames),
      accepted: fc.boolean(),
      finished: fc.constantFrom<JobEnd | undefined>(undefined, 'succeeded', 'failed', 'unseen', 'unneeded'),
      keep: fc.boolean(),
      unsure: fc.option(text, { nil: undefined }),
      rewritten: fc.array(fieldPointers, { maxLength: 3 }),
      seen: fc.option(fc.record({ uid: text, fields: text, version: text }, { noNullPrototype: true }), { nil: undefined }),
    },
    { noNullPrototype: true },
  )
  .map(({ ref, ...rest }) => ({ ...rest, ref: { group: groupOf(rest.apiVersion), ...ref } }));

test('what is written is read again, whatever is said of an object', () => {
  fc.assert(
    fc.property(fc.uniqueArray(entries, { selector: (one) => keyOf(one.ref), maxLength: 12 }), fc.constantFrom(1, 2, 4), (all, chunks) => {
      const read = writeInventory(all, chunks).flatMap((chunk) => readChunk(chunk) ?? assert.fail('unreadable'));
      assert.deepEqual(read.sort(byKey), [...all].sort(byKey));
    }),
  );
});

test('what is written is read again, whatever the number of chunks', () => {
  const all = many(1_000);
  for (const chunks of [1, 4]) {
    const read = writeInventory(all, chunks).flatMap((chunk) => readChunk(chunk) ?? assert.fail('unreadable'));
    assert.deepEqual(read.sort(byKey), [...all].sort(byKey));
  }
});

test('how an object was shared is read again, too', () => {
  const shared = entry('ConfigMap/shop/c', 'a', { sharing: 'strict /data/x' });
  assert.deepEqual(readChunk(writeChunk([shared])), [shared]);
});

test('what was Failed before is read again, too', () => {
  const all = [entry('ConfigMap/shop/a', 'a', { ailing: true }), entry('ConfigMap/shop/b')];
  assert.deepEqual(readChunk(writeChunk(all)), all);
});

test('what is as usual takes no room', () => {
  const chunk = writeChunk([entry('ConfigMap/shop/c', 'b')]);
  assert.deepEqual(unpacked(chunk), [['', 'ConfigMap', 'shop', 'c', 'v1', 'ConfigMap/shop/c.yaml', 'b', '', 0, {}, 'u1', 'f1', '1']]);
});

test('no entries are a chunk, too', () => {
  assert.deepEqual(writeInventory([], 2).map(readChunk), [[], []]);
});

test('equal entries give equal chunks, in whatever order they come', () => {
  const all = many(100);
  assert.deepEqual(writeInventory(all, 2), writeInventory([...all].reverse(), 2));
});

test('one entry that changes changes one chunk', () => {
  const all = many(2_000);
  const before = writeInventory(all, 8);
  const after = writeInventory([entry('ConfigMap/shop/c0', 'other'), ...all.slice(1)], 8);
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

const row = ['', 'ConfigMap', 'shop', 'c', 'v1', 'p', 'b', '', 0];

test('marks that a newer agent added are no reason to lose an entry', () => {
  const [read] = readChunk(packed([...row, { keep: true, novel: [1] }])) ?? [];
  const { path, ...rest } = entry('ConfigMap/shop/c', 'b', { keep: true, seen: undefined });
  assert.deepEqual(read, { ...rest, path: 'p' });
});

for (const [what, chunk] of [
  ['what is no gzip', 'bm90IGd6aXA='],
  ['what unpacks to too much', gzipSync(Buffer.alloc(17 * 1024 * 1024, ' ')).toString('base64')],
  ['a row that is no list', packed({})],
  ['a row with too few fields', packed(['', 'ConfigMap'])],
  ['a row with a fingerprint that ends early', packed([...row, {}, 'u1'])],
  ['a row with a field of another type', packed(['', 'ConfigMap', 'shop', 'c', 'v1', 'p', 'b', '', '0', {}])],
  ['a row with a fingerprint of another type', packed([...row, {}, 'u1', 'f1', 1])],
  ['a row with marks that are no object', packed([...row, true])],
  ['a Job that ended in an unknown way', packed([...row, { finished: true }])],
  ['a mark of another type', packed([...row, { keep: 'yes' }])],
  ['a doubt that is no text', packed([...row, { unsure: true }])],
  ['rewritten fields that are no texts', packed([...row, { rewritten: [1] }])],
  ['one bad row among good ones', packed([...row, {}], [...row, 1])],
  ['broken JSON', gzipSync('["",').toString('base64')],
] as const) {
  test(`${what} is not read`, () => assert.equal(readChunk(chunk), undefined));
}

test('an end of a Job that another version writes is as good as one that nobody saw', () => {
  const read = readChunk(packed([...row, { finished: 'outlived' }]));
  assert.deepEqual(
    read?.map(({ finished }) => finished),
    ['unseen'],
  );
});
