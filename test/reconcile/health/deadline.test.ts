import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Health, HealthStatus } from '../../../src/model/health.ts';
import type { ObjectRef } from '../../../src/model/ref.ts';
import { lateHealth, usualDeadline } from '../../../src/reconcile/health/deadline.ts';

const since = Date.parse('2026-05-01T10:00:00Z');
const pending: Health = { status: 'InProgress', message: 'ready: 1/3' };
const ref = (group: string, kind: string): ObjectRef => ({ group, kind, namespace: 'shop', name: 'storefront' });
const statefulSet = ref('apps', 'StatefulSet');

/** How a StatefulSet, or another object, is judged `seconds` after it last moved. */
function after(
  seconds: number,
  { health = pending, of = statefulSet, deadline }: { readonly health?: Health; readonly of?: ObjectRef; readonly deadline?: number } = {},
): Health {
  return lateHealth(health, { ref: of, since, now: new Date(since + seconds * 1_000), deadline });
}

test('an object that makes no progress for its deadline is Failed, with what it waits for', () => {
  assert.equal(after(usualDeadline - 1), pending);
  assert.deepEqual(after(usualDeadline), { status: 'Failed', message: 'no progress for 10 min: ready: 1/3' });
});

test('the message stays as it is while time goes on', () => {
  assert.deepEqual(after(7_200), after(usualDeadline));
});

test('a rule of the object says another deadline', () => {
  assert.equal(after(usualDeadline, { deadline: 3_600 }), pending);
  assert.equal(after(3_600, { deadline: 3_600 }).message, 'no progress for 60 min: ready: 1/3');
  assert.equal(after(90, { deadline: 90 }).message, 'no progress for 90 s: ready: 1/3');
});

test('what has a deadline of its own, or may wait for ever, has none but one that is asked for', () => {
  const kubernetes = [ref('apps', 'Deployment'), ref('batch', 'Job'), ref('batch', 'CronJob'), ref('', 'PersistentVolumeClaim')];
  for (const of of [...kubernetes, ref('argoproj.io', 'Rollout'), ref('argoproj.io', 'Workflow'), ref('velero.io', 'Backup')]) {
    assert.equal(after(1_000_000, { of }), pending, of.kind);
    assert.equal(after(60, { of, deadline: 60 }).status, 'Failed', of.kind);
  }
});

test('a kind of the same name in another group has the usual deadline', () => {
  assert.equal(after(usualDeadline, { of: ref('example.com', 'Deployment') }).status, 'Failed');
});

test('what tells nothing of itself is waited for no longer than others', () => {
  assert.equal(after(usualDeadline, { health: { status: 'Unknown', message: 'silent' } }).message, 'no progress for 10 min: silent');
});

test('what is as wanted, failed, gone or being deleted stays so', () => {
  for (const status of ['Current', 'Failed', 'Terminating', 'NotFound'] satisfies HealthStatus[]) {
    const health = { status, message: 'as it is' };
    assert.equal(after(1_000_000, { health }), health);
  }
});
