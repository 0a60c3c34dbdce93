import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../src/model/json.ts';
import type { LiveObject, ManagedFieldsEntry, Manifest } from '../../src/model/manifest.ts';
import { type Claimed, claimsOf, isAppliedByOthers } from '../../src/reconcile/claims.ts';

const manager = 'lockstep-dev';

function manifest(data: JsonObject): Manifest {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'config', namespace: 'shop' }, data };
}

function live(data: JsonObject, ...managedFields: readonly ManagedFieldsEntry[]): LiveObject {
  return { ...manifest(data), metadata: { name: 'config', namespace: 'shop', uid: 'u1', resourceVersion: '7', managedFields } };
}

function entry(name: string, operation: 'Apply' | 'Update', ...keys: readonly string[]): ManagedFieldsEntry {
  return { manager: name, operation, apiVersion: 'v1', fieldsV1: { 'f:data': Object.fromEntries(keys.map((key) => [`f:${key}`, {}])) } };
}

const ours = entry(manager, 'Apply', 'a');
const claimed: Claimed = {
  live: live({ a: '1', b: 'theirs' }, ours, entry('argo', 'Apply', 'b')),
  next: live({ a: '1', b: 'ours' }),
  manifest: manifest({ a: '1', b: 'ours' }),
  old: manifest({ a: '1' }),
  manager,
};

test('a field that a commit begins to say and another manager applies otherwise is claimed', () => {
  assert.deepEqual(claimsOf(claimed), [{ field: '/data/b', by: 'argo' }]);
});

test('what stood on the branch before, is said alike, or is not said at all, is claimed by nobody', () => {
  assert.deepEqual(claimsOf({ ...claimed, old: manifest({ a: '1', b: 'before' }) }), []);
  assert.deepEqual(claimsOf({ ...claimed, next: live({ a: '1', b: 'theirs' }) }), []);
  assert.deepEqual(claimsOf({ ...claimed, manifest: manifest({ a: '2' }) }), []);
});

test('what we hold as well is ours, and who edits, or controls, claims nothing', () => {
  const held = live({ a: '1', b: 'theirs' }, entry(manager, 'Apply', 'a', 'b'), entry('argo', 'Apply', 'b'));
  assert.deepEqual(claimsOf({ ...claimed, live: held }), []);
  for (const other of [
    entry('argo', 'Update', 'b'),
    entry('kube-controller-manager', 'Apply', 'b'),
    entry(`${manager}:ignored`, 'Apply', 'b'),
    { ...entry('argo', 'Apply', 'b'), subresource: 'status' },
  ]) {
    const edited = live({ a: '1', b: 'theirs' }, ours, other);
    assert.deepEqual([claimsOf({ ...claimed, live: edited }), isAppliedByOthers(edited, manager)], [[], false]);
  }
  assert.equal(isAppliedByOthers(claimed.live, manager), true);
});
