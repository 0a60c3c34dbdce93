import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../src/model/json.ts';
import type { Manifest } from '../../src/model/manifest.ts';
import { isProtected, lostByReplacing } from '../../src/model/protected.ts';

/** An object of `id`, such as `apps/v1/StatefulSet`. */
function manifest(id: string, spec: JsonObject = {}): Manifest {
  const slash = id.lastIndexOf('/');
  return { apiVersion: id.slice(0, slash), kind: id.slice(slash + 1), metadata: { name: 'a' }, spec };
}

test('what holds others, or data, is protected; what only has the name of such a kind is not', () => {
  const ref = { group: '', kind: 'Namespace', namespace: '', name: 'shop' };
  assert.equal(isProtected(ref), true);
  assert.equal(isProtected({ ...ref, group: 'apps', kind: 'StatefulSet', namespace: 'shop' }), true);
  assert.equal(isProtected({ ...ref, group: 'example.com' }), false);
  assert.equal(isProtected({ ...ref, group: 'apps', kind: 'Deployment' }), false);
});

test('what holds others is never made anew', () => {
  for (const id of ['v1/Namespace', 'v1/PersistentVolume', 'v1/PersistentVolumeClaim', 'apiextensions.k8s.io/v1/CustomResourceDefinition'])
    assert.equal(lostByReplacing(manifest(id)), `what the ${id.split('/').at(-1)} holds would be lost`);
});

test('a StatefulSet is made anew, unless its volume claims go with it', () => {
  const withRetention = (whenDeleted: string) => manifest('apps/v1/StatefulSet', { persistentVolumeClaimRetentionPolicy: { whenDeleted } });
  assert.equal(lostByReplacing(manifest('apps/v1/StatefulSet')), undefined);
  assert.equal(lostByReplacing(withRetention('Retain')), undefined);
  assert.equal(lostByReplacing(withRetention('Delete')), 'its volume claims would be deleted with it');
});

test('nothing is lost by making others anew', () => {
  for (const id of ['batch/v1/Job', 'apps/v1/Deployment', 'v1/Service', 'example.com/v1/Namespace'])
    assert.equal(lostByReplacing(manifest(id)), undefined, id);
});
