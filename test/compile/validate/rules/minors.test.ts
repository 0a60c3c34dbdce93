import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type JsonObject, pointer } from '../../../../src/model/json.ts';
import type { Manifest } from '../../../../src/model/manifest.ts';
import { brokenRules } from './broken.ts';

function said(apiVersion: string, kind: string, spec: JsonObject, minor?: number): readonly string[] {
  const manifest: Manifest = { apiVersion, kind, metadata: { name: 'a' }, spec };
  return brokenRules(manifest, minor).map(({ code, path }) => `${code} ${pointer(path)}`);
}

test('until 1.35 the name of the Service behind an Ingress begins with a letter', () => {
  const to = (name: string): JsonObject => ({ service: { name, port: { number: 80 } } });
  const ingress = (name: string, minor?: number) =>
    said(
      'networking.k8s.io/v1',
      'Ingress',
      { defaultBackend: to(name), rules: [{ http: { paths: [{ path: '/', pathType: 'Prefix', backend: to(name) }] } }] },
      minor,
    );
  const both = ['/spec/defaultBackend/service/name', '/spec/rules/0/http/paths/0/backend/service/name'];
  assert.deepEqual(
    ingress('1a', 35),
    both.map((place) => `field-invalid ${place}`),
  );
  for (const minor of [36, undefined]) assert.deepEqual(ingress('1a', minor), []);
  assert.deepEqual(ingress('a', 35), []);
  assert.equal(ingress('Not valid!', 35).length, 2);
});

test('since 1.35 a driver is not asked more often than each ten seconds', () => {
  const driver = (seconds: number, minor?: number) =>
    said('storage.k8s.io/v1', 'CSIDriver', { nodeAllocatableUpdatePeriodSeconds: seconds }, minor);
  assert.deepEqual(driver(9, 35), ['field-range /spec/nodeAllocatableUpdatePeriodSeconds']);
  for (const minor of [34, undefined]) assert.deepEqual(driver(9, minor), []);
  assert.deepEqual(driver(10, 35), []);
});

test('since 1.36 a slice of devices says in one way which nodes they are on', () => {
  const slice = (place: JsonObject, minor?: number) =>
    said(
      'resource.k8s.io/v1',
      'ResourceSlice',
      { driver: 'a', pool: { name: 'a', resourceSliceCount: 1 }, devices: [{ name: 'a', nodeName: 'b' }], ...place },
      minor,
    );
  const twice = { perDeviceNodeSelection: true, nodeName: 'b' };
  assert.deepEqual(slice(twice, 36), ['field-conflict /spec/nodeName']);
  for (const minor of [35, undefined]) assert.deepEqual(slice(twice, minor), []);
  assert.deepEqual(slice({ perDeviceNodeSelection: true }, 36), []);
  assert.deepEqual(slice({ perDeviceNodeSelection: false, allNodes: true }, 36), ['field-invalid /spec/perDeviceNodeSelection']);
});
