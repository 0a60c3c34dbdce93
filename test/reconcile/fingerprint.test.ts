import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LiveMetadata, LiveObject, ManagedFieldsEntry } from '../../src/model/manifest.ts';
import { fingerprintOf, lastForeignManager, sameFingerprint } from '../../src/reconcile/fingerprint.ts';

const ours: ManagedFieldsEntry = {
  manager: 'lockstep-dev',
  operation: 'Apply',
  apiVersion: 'v1',
  time: '2026-01-01T00:00:00Z',
  fieldsV1: { 'f:data': { 'f:a': {} } },
};
const object = (metadata: Partial<LiveMetadata>): LiveObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'c', uid: 'u', resourceVersion: '7', managedFields: [ours], ...metadata },
});
const print = (metadata: Partial<LiveMetadata>) => fingerprintOf(object(metadata), 'lockstep-dev');

test('a kind with a generation is told by it, whatever its resource version', () => {
  assert.ok(sameFingerprint(print({ generation: 2, resourceVersion: '7' }), print({ generation: 2, resourceVersion: '8' })));
  assert.ok(!sameFingerprint(print({ generation: 2 }), print({ generation: 3 })));
});

test('a kind without a generation is told by its resource version', () => {
  assert.ok(!sameFingerprint(print({ resourceVersion: '7' }), print({ resourceVersion: '8' })));
});

test('a generation never equals a resource version of the same digits', () => {
  assert.ok(!sameFingerprint(print({ generation: 7 }), print({ resourceVersion: '7' })));
});

test('our fields, and when we set them, are part of it; those of others are not', () => {
  const before = print({ generation: 1 });
  const moved = { ...ours, time: '2026-01-02T00:00:00Z' };
  const fewer = { ...ours, fieldsV1: {} };
  const other: ManagedFieldsEntry = { ...ours, manager: 'kubectl', fieldsV1: {} };
  assert.ok(!sameFingerprint(before, print({ generation: 1, managedFields: [moved] })));
  assert.ok(!sameFingerprint(before, print({ generation: 1, managedFields: [fewer] })));
  assert.ok(!sameFingerprint(before, print({ generation: 1, managedFields: [] })));
  assert.ok(sameFingerprint(before, print({ generation: 1, managedFields: [ours, other] })));
});

test('an update under our name is not our apply', () => {
  assert.equal(print({ managedFields: [{ ...ours, operation: 'Update' }] }).fields, '');
});

test('the last foreign manager is the one that wrote last, status aside', () => {
  const by = (manager: string, time: string, rest: Partial<ManagedFieldsEntry> = {}): ManagedFieldsEntry => ({
    manager,
    operation: 'Update',
    time,
    ...rest,
  });
  const managedFields = [
    ours,
    by('kubectl-edit', '2026-01-03T00:00:00Z'),
    by('helm', '2026-01-02T00:00:00Z'),
    by('kube-controller-manager', '2026-01-04T00:00:00Z', { subresource: 'status' }),
    by('kubectl-scale', '2026-01-03T00:00:05Z', { subresource: 'scale' }),
  ];
  assert.equal(lastForeignManager(object({ managedFields }), 'lockstep-dev'), 'kubectl-scale');
  assert.equal(lastForeignManager(object({}), 'lockstep-dev'), undefined);
});

test('who only left a mark, and who holds what we leave to others, is not blamed', () => {
  const annotations = (...names: readonly string[]) => ({
    'f:metadata': { 'f:annotations': { '.': {}, ...Object.fromEntries(names.map((name) => [`f:${name}`, {}])) } },
  });
  const later: ManagedFieldsEntry = { manager: 'kube-controller-manager', operation: 'Update', time: '2026-01-05T00:00:00Z' };
  const edit: ManagedFieldsEntry = { manager: 'kubectl-edit', operation: 'Update', time: '2026-01-03T00:00:00Z' };
  const blamed = (entry: ManagedFieldsEntry) => lastForeignManager(object({ managedFields: [ours, edit, entry] }), 'lockstep-dev');
  const revision = 'deployment.kubernetes.io/revision';
  assert.equal(blamed({ ...later, fieldsV1: annotations(revision) }), 'kubectl-edit');
  assert.equal(blamed({ ...later, manager: 'lockstep-dev:ignored', operation: 'Apply' }), 'kubectl-edit');
  assert.equal(blamed({ ...later, fieldsV1: annotations(revision, 'note') }), 'kube-controller-manager');
  assert.equal(blamed({ ...later, fieldsV1: { ...annotations(revision), 'f:spec': { 'f:replicas': {} } } }), 'kube-controller-manager');
  assert.equal(blamed(later), 'kube-controller-manager');
});
