import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { InventoryEntry } from '../../src/model/inventory.ts';
import type { Change, Held, Plan, Refusal } from '../../src/model/plan.ts';
import { budgetFor } from '../../src/model/protected.ts';
import type { IndexedObject, RenderedIndex } from '../../src/model/rendered.ts';
import { usualRules } from '../../src/model/rendered.ts';
import { guard } from '../../src/reconcile/guard.ts';
import { entry, index, live, ref } from './samples.ts';

const prune = (text: string, rest: Partial<InventoryEntry> = {}): Change => ({
  op: 'prune',
  entry: entry(text, 'a', rest),
  live: undefined,
});
const prunes = (count: number, rest: Partial<InventoryEntry> = {}, of = 'ConfigMap/shop/c'): readonly Change[] =>
  Array.from({ length: count }, (_, i) => prune(`${of}${i}`, rest));
const plan = (changes: readonly Change[], held: readonly Held[] = []): Plan => ({ revision: 'c0ffee', changes, held, unchanged: 10 });
const wanted: IndexedObject = {
  path: 'kept.yaml',
  ref: ref('ConfigMap/shop/kept'),
  apiVersion: 'v1',
  sha256: 'ab',
  construct: 'kept',
  wave: 0,
  dependsOn: [],
  slice: '',
  rules: usualRules,
};

/** The refusals of `changes`, by slice, of an environment with `owned` objects that keeps one of them. */
function refusals(changes: readonly Change[], owned: number, rest: Partial<RenderedIndex> = {}): Readonly<Record<string, Refusal>> {
  return Object.fromEntries(guard(plan(changes), owned, index({ objects: [wanted], ...rest })));
}

/** The codes of the refusals, by slice. */
function codes(...args: Parameters<typeof refusals>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(refusals(...args)).map(([slice, { code }]) => [slice, code]));
}

const approve = (...texts: readonly string[]) => texts.map((text) => ({ ref: ref(text), reason: 'moved to the platform team' }));

test('a plan that deletes nothing passes', () => {
  assert.deepEqual(codes([], 10), {});
});

test('the budget is five objects, or a fifth where that is more', () => {
  assert.deepEqual([0, 10, 25, 26, 100, 1003].map(budgetFor), [5, 5, 5, 5, 20, 200]);
});

test('deleting as many as the budget allows passes, one more is refused', () => {
  assert.deepEqual(codes(prunes(5), 15), {});
  const { '': refusal } = refusals(prunes(6), 16);
  assert.equal(refusal?.code, 'deletion-budget');
  assert.match(refusal?.message ?? '', /deletes 6 objects of 16, and 5 may go at once: `ConfigMap\/shop\/c0`.* and 1 more/);
});

test('approved deletions do not count', () => {
  const approvals = approve(...prunes(3).map((_, i) => `ConfigMap/shop/c${i}`));
  assert.deepEqual(codes(prunes(8), 18, { approvals }), {});
  assert.deepEqual(codes(prunes(9), 18, { approvals }), { '': 'deletion-budget' });
});

test('neither do Jobs that ended, what was never accepted, what is being deleted, and what is only let go', () => {
  const spared: readonly Change[] = [
    ...prunes(3, { finished: 'succeeded' }, 'Job/shop/j'),
    prune('Job/shop/unseen', { finished: 'unseen' }),
    prune('Namespace/tried', { accepted: false }),
    { op: 'prune', entry: entry('Namespace/going'), live: live(1, { deleting: true }) },
    { op: 'release', entry: entry('StatefulSet/shop/db'), live: live(), because: 'its rule keeps it in the cluster' },
  ];
  assert.deepEqual(codes([...spared, ...prunes(5)], 20), {});
  assert.match(refusals([...spared, ...prunes(6)], 20)['']?.message ?? '', /deletes 6 objects of 20/);
  assert.deepEqual(codes(spared, 7, { objects: [] }), {});
});

test('a Job that did not end counts', () => {
  assert.deepEqual(codes(prunes(6, {}, 'Job/shop/j'), 16), { '': 'deletion-budget' });
});

test('a commit that deletes everything is refused, however little that is', () => {
  assert.deepEqual(codes(prunes(2), 2, { objects: [] }), { '': 'branch-emptied' });
  assert.match(refusals(prunes(1), 1, { objects: [] })['']?.message ?? '', /deletes everything that the environment owns: 1 object$/);
  assert.deepEqual(codes(prunes(1), 1, { objects: [], approvals: approve('ConfigMap/shop/c0') }), {});
});

test('what is held although the branch dropped it is not what the branch keeps', () => {
  const held = [{ ref: ref('ConfigMap/shop/held'), path: '', because: 'held by ada' }];
  assert.equal(guard(plan(prunes(1), held), 2, index()).get('')?.code, 'branch-emptied');
});

test('an environment that is declared to be no more may delete all that it owns', () => {
  for (const removed of ['prune', 'keep'] as const)
    assert.deepEqual(codes([...prunes(20), prune('Namespace/shop')], 21, { objects: [], removed }), {});
});

for (const text of [
  'Namespace/shop',
  'CustomResourceDefinition/things.example.com',
  'PersistentVolume/disk',
  'PersistentVolumeClaim/shop/data',
  'StatefulSet/shop/db',
]) {
  test(`${text} is not deleted without an approval`, () => {
    assert.deepEqual(codes([prune(text)], 11), { '': 'deletion-protected' });
    assert.deepEqual(codes([prune(text)], 11, { approvals: approve(text) }), {});
    assert.match(refusals([prune(text), ...prunes(2)], 11)['']?.message ?? '', new RegExp(`deletes \`${text}\`, and what these hold`));
  });
}

test('a slice is refused for what is deleted in it, and for nothing else', () => {
  const changes = [
    prune('StatefulSet/shop/db', { slice: '@data' }),
    prune('ConfigMap/shop/a', { slice: '@web' }),
    prune('Namespace/x', { slice: '' }),
  ];
  assert.deepEqual(codes(changes, 20), { '@data': 'deletion-protected', '': 'deletion-protected' });
  assert.match(refusals(changes, 20)['@data']?.message ?? '', /`StatefulSet\/shop\/db`/);
  assert.doesNotMatch(refusals(changes, 20)['@data']?.message ?? '', /Namespace/);
});

test('the budget is one for all slices, and every slice that deletes something is refused', () => {
  const changes = [
    ...prunes(4, { slice: '@web' }),
    ...prunes(3, { slice: '@data' }, 'ConfigMap/shop/d'),
    prune('Job/shop/j', { slice: '@jobs', finished: 'failed' }),
  ];
  assert.deepEqual(codes(changes, 20), { '@web': 'deletion-budget', '@data': 'deletion-budget' });
});
