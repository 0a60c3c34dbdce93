import assert from 'node:assert/strict';
import { test } from 'node:test';
import { painter } from '../../src/cli/paint.ts';
import { ref } from '../reconcile/samples.ts';
import { beginTree, foldTree, type Heard, isTreeDone, type Tree, treeLines, treeNews } from './tree.ts';

const plain = painter(false);
const roomy = { columns: 80, rows: 50 };

const objects = [
  { path: 'web/deployment.yaml', ref: ref('Deployment/shop/web'), wave: 4 },
  { path: 'web/service.yaml', ref: ref('Service/shop/web'), wave: 3 },
  { path: 'ground/namespace.yaml', ref: ref('Namespace/shop'), wave: 0 },
  { path: 'data/statefulset.yaml', ref: ref('StatefulSet/shop/data'), wave: 2 },
];

const applied = (text: string, outcome: 'created' | 'configured' = 'created'): Heard => ({
  type: 'applied',
  ref: ref(text),
  op: 'create',
  outcome,
});
const waiting = (text: string, on: string): Heard => ({ type: 'waiting', ref: ref(text), for: `\`${on}\`, which is young`, on: ref(on) });
const healthy = (text: string, status: 'Current' | 'InProgress'): Heard => ({
  type: 'health',
  ref: ref(text),
  health: { status, message: 'replicas: 0/1' },
});
const failed = (text: string): Heard => ({
  type: 'failed',
  problem: { ref: ref(text), path: 'x.yaml', message: 'quota exceeded' },
  passing: true,
  retryIn: 1,
});

/** What is heard, one after the other, each a second after the one before. */
function heardOf(...heard: readonly Heard[]): Tree {
  return heard.reduce((tree, one, index) => foldTree(tree, one, (index + 1) * 1000), beginTree(objects));
}

function textOf(tree: Tree, size = roomy): readonly string[] {
  return treeLines(tree, size, plain).map(({ text }) => text);
}

const everything = [
  applied('Namespace/shop', 'configured'),
  applied('StatefulSet/shop/data'),
  healthy('StatefulSet/shop/data', 'Current'),
  applied('Service/shop/web'),
  applied('Deployment/shop/web'),
  healthy('Deployment/shop/web', 'Current'),
];

test('at first there is a line for each chart, in the order in which they are due', () => {
  assert.deepEqual(textOf(beginTree(objects)), ['· ground  0 of 1', '· data    0 of 1', '· web     0 of 2']);
});

test('what is applied is counted, and a workload is not done before its pods are', () => {
  const tree = heardOf(applied('Namespace/shop'), applied('StatefulSet/shop/data'), healthy('StatefulSet/shop/data', 'InProgress'));
  assert.deepEqual(textOf(tree), [
    '✓ ground  1 created',
    '● data    0 of 1',
    '    StatefulSet/shop/data created, InProgress: replicas: 0/1',
    '· web     0 of 2',
  ]);
});

test('what waits for the same is one line, and is over once it is applied', () => {
  const tree = heardOf(waiting('Service/shop/web', 'StatefulSet/shop/data'), waiting('Deployment/shop/web', 'StatefulSet/shop/data'));
  assert.deepEqual(textOf(tree).slice(-2), ['· web     0 of 2', '    waits for StatefulSet/shop/data']);
  const after = [applied('Service/shop/web'), applied('Deployment/shop/web')].reduce((before, one) => foldTree(before, one, 9), tree);
  assert.deepEqual(textOf(after).slice(-2), ['● web     1 of 2', '    Deployment/shop/web created']);
});

test('a failure is shown until the object is applied', () => {
  const tree = heardOf(failed('Service/shop/web'));
  assert.deepEqual(textOf(tree).slice(-1), ['    failed Service/shop/web: quota exceeded']);
  assert.deepEqual(textOf(foldTree(tree, applied('Service/shop/web'), 9)).slice(-1), ['● web     1 of 2']);
});

test('health that is heard before the agent tells of the apply counts', () => {
  assert.equal(isTreeDone(heardOf(...everything)), true);
  assert.equal(isTreeDone(heardOf(...everything.toReversed())), true);
  assert.equal(isTreeDone(heardOf(...everything.slice(1))), false);
});

test('a chart has the time at which its last object was done, also when more is heard of it', () => {
  const tree = heardOf(...everything, healthy('StatefulSet/shop/data', 'Current'));
  assert.deepEqual(treeLines(tree, roomy, plain), [
    { text: '✓ ground  1 configured', at: 1000 },
    { text: '✓ data    1 created', at: 3000 },
    { text: '✓ web     2 created', at: 6000 },
  ]);
});

test('what is about no object, or about another environment’s, changes nothing', () => {
  const tree = heardOf(...everything);
  assert.equal(foldTree(tree, { type: 'accepted', revision: 'c0ffee' }, 9), tree);
  assert.deepEqual(foldTree(tree, applied('Service/other/web'), 9), tree);
});

test('there are never more lines than rows: first only charts are shown, then only the first of them', () => {
  const tree = heardOf(applied('StatefulSet/shop/data'), healthy('StatefulSet/shop/data', 'InProgress'));
  assert.equal(textOf(tree).length, 4);
  assert.deepEqual(textOf(tree, { columns: 80, rows: 3 }), ['· ground  0 of 1', '● data    0 of 1', '· web     0 of 2']);
  assert.deepEqual(textOf(tree, { columns: 80, rows: 2 }), ['· ground  0 of 1', '… and 2 charts more']);
  for (let rows = 0; rows < 6; rows++) assert.ok(textOf(tree, { columns: 80, rows }).length <= rows);
});

test('where nothing can change in place, news are what begins to wait, fails or is done: each once', () => {
  const steps = [
    waiting('Service/shop/web', 'StatefulSet/shop/data'),
    waiting('Deployment/shop/web', 'StatefulSet/shop/data'),
    failed('StatefulSet/shop/data'),
    ...everything,
  ];
  let tree = beginTree(objects);
  const news = steps.map((one, index) => {
    const before = tree;
    tree = foldTree(tree, one, index);
    return treeNews(before, tree, plain).map(({ text }) => text);
  });
  assert.deepEqual(news.flat(), [
    'web: waits for StatefulSet/shop/data',
    'data: failed StatefulSet/shop/data: quota exceeded',
    'done ground: 1 configured',
    'done data: 1 created',
    'done web: 2 created',
  ]);
  assert.deepEqual(treeNews(tree, tree, plain), []);
});
