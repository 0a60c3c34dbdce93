import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Change, refOfChange } from '../../src/model/plan.ts';
import { formatRef } from '../../src/model/ref.ts';
import { makePlan } from '../../src/reconcile/plan.ts';
import { desired, entry, inventory, live, observed, print, tree } from './samples.ts';

const web = 'Deployment/shop/web';
const op = (change: Change): string => `${change.op} ${formatRef(refOfChange(change))}`;

test('what is new on the branch is created', () => {
  const plan = makePlan(tree(desired(web)), inventory(), observed({}));
  assert.deepEqual(plan.changes, [{ op: 'create', desired: desired(web), because: 'new' }]);
});

test('what was written ahead and never answered for is created as if it were new', () => {
  const plan = makePlan(tree(desired(web)), inventory(entry(web, 'a', { seen: undefined })), observed({}));
  assert.deepEqual(plan.changes, [{ op: 'create', desired: desired(web), because: 'new' }]);
});

test('what was written ahead and is there after all is applied again', () => {
  const plan = makePlan(tree(desired(web)), inventory(entry(web, 'a', { seen: undefined })), observed({ [web]: live() }));
  assert.deepEqual(plan.changes.map(op), [`update ${web}`]);
});

test('what vanished from the cluster is created again', () => {
  const plan = makePlan(tree(desired(web)), inventory(entry(web)), observed({}));
  assert.deepEqual(plan.changes, [{ op: 'create', desired: desired(web), because: 'vanished' }]);
});

test('what the branch changed is updated with the live state as precondition', () => {
  const plan = makePlan(tree(desired(web, 'b')), inventory(entry(web, 'a')), observed({ [web]: live() }));
  assert.deepEqual(plan.changes, [{ op: 'update', desired: desired(web, 'b'), live: live() }]);
});

test('another API version of the same content is an update', () => {
  const plan = makePlan(tree(desired(web)), inventory(entry(web, 'a', { apiVersion: 'apps/v1beta2' })), observed({ [web]: live() }));
  assert.deepEqual(plan.changes.map(op), [`update ${web}`]);
});

for (const [what, state] of [
  ['generation', { ...print(), version: '2' }],
  ['our managed fields', { ...print(), fields: 'f2' }],
  ['the uid', { ...print(), uid: 'u2' }],
] as const) {
  test(`a difference in ${what} is a suspicion of drift`, () => {
    const plan = makePlan(tree(desired(web)), inventory(entry(web)), observed({ [web]: live(1, { fingerprint: state }) }));
    assert.deepEqual(plan.changes.map(op), [`repair ${web}`]);
  });
}

test('what looks as it did needs nothing', () => {
  const plan = makePlan(tree(desired(web)), inventory(entry(web)), observed({ [web]: live() }));
  assert.deepEqual(plan, { revision: 'c0ffee', changes: [], unchanged: 1 });
});

test('a file that moved is no change of its object', () => {
  const plan = makePlan(tree(desired(web, 'a', { path: 'other/place.yaml' })), inventory(entry(web)), observed({ [web]: live() }));
  assert.deepEqual(plan.changes, []);
});

test('what the branch dropped is pruned, and only that', () => {
  const old = entry('Service/shop/old');
  const plan = makePlan(
    tree(desired(web)),
    inventory(entry(web), old),
    observed({ [web]: live(), 'Service/shop/old': live(), 'Service/shop/foreign': live() }),
  );
  assert.deepEqual(plan.changes, [{ op: 'prune', entry: old, live: live() }]);
});

test('an object that is being deleted is left alone until it is gone', () => {
  const plan = makePlan(tree(desired(web, 'b')), inventory(entry(web)), observed({ [web]: live(1, { deleting: true }) }));
  assert.deepEqual(plan.changes, []);
});
