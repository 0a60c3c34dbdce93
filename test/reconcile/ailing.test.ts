import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HealthStatus } from '../../src/model/health.ts';
import type { InventoryEntry } from '../../src/model/inventory.ts';
import { keyOf } from '../../src/model/ref.ts';
import { withAiling, withoutMended } from '../../src/reconcile/ailing.ts';
import type { LiveState } from '../../src/reconcile/live.ts';
import { desired, entry, index, inventory, live, ref, tree } from './samples.ts';

const now = new Date('2026-05-01T10:00:00Z');
const web = 'Deployment/shop/web';

/** Whether an object is marked as Failed before, once a commit is taken. */
function isMarked(
  status: HealthStatus,
  more: Partial<InventoryEntry> = {},
  { content = 'a', taking = true, onFailure = true } = {},
): boolean {
  const accepted = { ...tree(desired(web, content)), index: index(onFailure ? { onFailure: 'return' } : {}) };
  const owned = withAiling({
    tree: accepted,
    isTaking: () => taking,
    inventory: inventory(entry(web, 'a', more)),
    live: doing(status),
    now,
  });
  return owned.entries.get(keyOf(ref(web)))?.ailing === true;
}

function doing(status: HealthStatus): ReadonlyMap<ReturnType<typeof keyOf>, LiveState> {
  const rest = { apiVersion: 'v1', generation: 1, by: undefined, selector: undefined, holdProblem: undefined };
  return new Map([[keyOf(ref(web)), { ...live(), ...rest, health: { status, message: '' }, since: now.getTime() }]]);
}

test('what is Failed is marked when a commit is taken that does not change it', () => {
  assert.equal(isMarked('Failed'), true);
  assert.equal(isMarked('InProgress'), false);
  assert.equal(isMarked('Failed', {}, { content: 'b' }), false);
  assert.equal(isMarked('Failed', { seen: undefined }), false);
});

test('the mark stays until the object is changed or Current', () => {
  assert.equal(isMarked('InProgress', { ailing: true }), true);
  assert.equal(isMarked('Current', { ailing: true }), false);
  assert.equal(isMarked('Failed', { ailing: true }, { content: 'b' }), false);
});

test('slices that were at the commit before are left as they are, and where nothing asks for failures, nothing is marked', () => {
  assert.equal(isMarked('Failed', {}, { taking: false }), false);
  assert.equal(isMarked('Failed', {}, { onFailure: false }), false);
});

test('what has become Current loses its mark', () => {
  const input = (status: HealthStatus, ...entries: readonly InventoryEntry[]) => ({
    ...{ accepted: tree(desired(web)), inventory: inventory(...entries), live: doing(status), suspended: new Map(), now },
  });
  const ailing = entry(web, 'a', { ailing: true });
  assert.deepEqual(withoutMended(input('Current', ailing))?.entries.get(keyOf(ref(web))), entry(web));
  assert.equal(withoutMended(input('InProgress', ailing)), undefined);
  assert.equal(withoutMended(input('Current', entry(web))), undefined);
});
