import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Change, Plan } from '../../src/model/plan.ts';
import { budgetFor, guard } from '../../src/reconcile/guard.ts';
import { entry, ref } from './samples.ts';

const prunes = (count: number, of = 'ConfigMap/shop/c'): Change[] =>
  Array.from({ length: count }, (_, i) => ({ op: 'prune', entry: entry(`${of}${i}`), live: undefined }));
const plan = (changes: readonly Change[], unchanged = 10): Plan => ({ revision: 'c0ffee', changes, unchanged });

test('a plan that deletes nothing passes', () => {
  assert.equal(guard(plan([]), 10, []), undefined);
});

test('the budget is five objects, or a fifth where that is more', () => {
  assert.deepEqual([0, 10, 25, 26, 100, 1003].map(budgetFor), [5, 5, 5, 5, 20, 200]);
});

test('deleting as many as the budget allows passes, one more is refused', () => {
  assert.equal(guard(plan(prunes(5)), 15, []), undefined);
  const refusal = guard(plan(prunes(6)), 16, []);
  assert.equal(refusal?.code, 'deletion-budget');
  assert.match(refusal?.message ?? '', /deletes 6 objects of 16, and 5 may go at once: `ConfigMap\/shop\/c0`.* and 1 more/);
});

test('approved deletions do not count', () => {
  const approvals = prunes(3).map((_, i) => ({ ref: ref(`ConfigMap/shop/c${i}`), reason: 'moved to the platform team' }));
  assert.equal(guard(plan(prunes(8)), 18, approvals), undefined);
});

test('a commit that deletes everything is refused, however little that is', () => {
  const refusal = guard(plan(prunes(2), 0), 2, []);
  assert.equal(refusal?.code, 'branch-emptied');
});

test('what is only written anew still counts as kept', () => {
  const write: Change = { op: 'create', desired: { ...entry('ConfigMap/shop/new'), sha256: '', dependsOn: [] }, because: 'new' };
  assert.equal(guard(plan([...prunes(2), write], 0), 2, []), undefined);
});

for (const protectedRef of [
  'Namespace/shop',
  'CustomResourceDefinition/things.example.com',
  'PersistentVolume/disk',
  'PersistentVolumeClaim/shop/data',
  'StatefulSet/shop/db',
]) {
  test(`${protectedRef} is not deleted without an approval`, () => {
    const changes: Change[] = [{ op: 'prune', entry: entry(protectedRef), live: undefined }];
    assert.equal(guard(plan(changes), 11, [])?.code, 'deletion-protected');
    assert.equal(guard(plan(changes), 11, [{ ref: ref(protectedRef), reason: 'the tenant left' }]), undefined);
  });
}

test('what a refused commit had made for its preflight may go again', () => {
  const changes: Change[] = [{ op: 'prune', entry: entry('Namespace/tried', 'a', { accepted: false }), live: undefined }];
  assert.equal(guard(plan(changes), 11, []), undefined);
});
