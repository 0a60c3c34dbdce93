import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readIndex, writeIndex } from '../../src/codec/index-file.ts';
import { parseManifest } from '../../src/codec/yaml-read.ts';
import { slicesComposer } from '../../src/compile/compose-slice.ts';
import type { HeldTree } from '../../src/model/composed.ts';
import { formatGroupKind, keyOf } from '../../src/model/ref.ts';
import type { IndexedObject, RenderedIndex } from '../../src/model/rendered.ts';

const composeSlices = slicesComposer([]);

const golden = join(import.meta.dirname, '../golden');

function treeIn(folder: string): HeldTree | undefined {
  const path = join(golden, folder, 'expected.index');
  if (!existsSync(path)) return undefined;
  const read = readIndex(readFileSync(path, 'utf8'));
  assert.ok(read.ok);
  const manifests = read.value.objects.map((object) => {
    const manifest = parseManifest(readFileSync(join(golden, folder, 'expected', object.path), 'utf8'));
    assert.ok(manifest.ok);
    return [keyOf(object.ref), manifest.value] as const;
  });
  return { index: read.value, manifests: new Map(manifests) };
}

const trees = readdirSync(golden).flatMap((name) => {
  const tree = treeIn(name);
  return tree === undefined || tree.index.removed !== undefined ? [] : [{ name, tree }];
});

/** The tree with its charts as slices, whoever owns them. */
function byChart(tree: HeldTree): HeldTree {
  const objects = tree.index.objects.map((one) => ({ ...one, slice: one.path.slice(0, one.path.indexOf('/')) }));
  return { ...tree, index: { ...tree.index, objects } };
}

function only({ index, manifests }: HeldTree, isHeld: (object: IndexedObject) => boolean): HeldTree {
  return { index: { ...index, objects: index.objects.filter(isHeld) }, manifests };
}

test('there are trees to compose', () => {
  assert.ok(trees.length > 20);
});

for (const { name, tree: found } of trees) {
  test(`${name}: order, access and decisions of what is composed are those of what is compiled`, () => {
    const tree = byChart(found);
    const slices = [...new Set(tree.index.objects.map(({ slice }) => slice))];
    for (const chosen of [new Set<string>(), new Set(slices), ...slices.map((slice) => new Set([slice]))]) {
      const composed = composeSlices(tree, tree, chosen);
      assert.deepEqual(composed.obstacles, []);
      assert.equal(writeIndex(composed.index), writeIndex(tree.index));
      // Of what is in force of the others alone, and of slices that come, the whole comes.
      const parts = composeSlices(
        only(tree, ({ slice }) => !chosen.has(slice)),
        only(tree, ({ slice }) => chosen.has(slice)),
        chosen,
      );
      assert.deepEqual(parts.index.objects, tree.index.objects);
      assert.deepEqual(parts.index.access, composed.index.access);
    }
  });
}

test('what waits for an object that would not be there is told', () => {
  const tree = byChart(trees.find(({ name }) => name === 'charts-in-order')?.tree ?? assert.fail());
  const waiting = tree.index.objects.find(({ slice, dependsOn }) => dependsOn.some((path) => !path.startsWith(`${slice}/`)));
  assert.ok(waiting !== undefined);
  const empty = only(tree, () => false);
  const { obstacles } = composeSlices(empty, tree, new Set([waiting.slice]));
  assert.ok(obstacles.some((one) => one.is === 'lack' && /waits for `.*`, which would not be there/.test(one.message)));
});

test('how health is told of kinds that others have stays in force, and comes with those that only the slice has', () => {
  const tree = byChart(trees.find(({ name }) => name === 'health')?.tree ?? assert.fail());
  const [first] = tree.index.health;
  assert.ok(first !== undefined);
  const changed: RenderedIndex = { ...tree.index, health: tree.index.health.map((one) => ({ ...one, current: `${one.current} && true` })) };
  const slices = [...new Set(tree.index.objects.map(({ slice }) => slice))];
  for (const slice of slices) {
    const { index } = composeSlices(tree, { ...tree, index: changed }, new Set([slice]));
    for (const { current, ...kind } of index.health) {
      const holders = tree.index.objects.filter(({ ref }) => formatGroupKind(ref) === formatGroupKind(kind));
      assert.equal(
        current.endsWith('&& true'),
        holders.every((one) => one.slice === slice),
      );
    }
  }
});

test('who adopts all adopts what a slice brings, and not what others have', () => {
  const tree = byChart(trees.find(({ name }) => name === 'web-app')?.tree ?? assert.fail());
  const [one] = tree.index.objects;
  assert.ok(one !== undefined);
  const before = only(tree, ({ path }) => path !== one.path);
  const after: HeldTree = { ...tree, index: { ...tree.index, adopt: [{ object: 'all', reason: 'it was Helm' }] } };
  const { index } = composeSlices(before, after, new Set([one.slice]));
  assert.deepEqual(index.adopt, [{ object: one.ref, reason: 'it was Helm' }]);
});
