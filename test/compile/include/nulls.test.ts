import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withoutNulls } from '../../../src/compile/include/nulls.ts';
import { schemaTable } from '../../../src/compile/include/schemas.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import type { Manifest } from '../../../src/model/manifest.ts';

/** What a template left empty, and how kube-apiserver 1.35 gives it back after server-side apply (but for its own defaults). */
const cases: readonly (readonly [string, JsonObject, JsonObject])[] = [
  [
    'maps of texts have empty texts',
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'x', labels: { a: null, b: 'x' }, annotations: { c: null } },
      data: { d: null, e: 'x' },
      binaryData: { f: null },
    },
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'x', labels: { a: '', b: 'x' }, annotations: { c: '' } },
      data: { d: '', e: 'x' },
      binaryData: { f: '' },
    },
  ],
  [
    'fields are absent',
    { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'x', labels: null }, type: null, data: { d: null }, stringData: { s: null } },
    { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'x' }, data: { d: '' }, stringData: { s: '' } },
  ],
  [
    'selectors, quantities and what is deep inside',
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'x' },
      spec: {
        replicas: null,
        selector: { matchLabels: { a: null } },
        template: {
          metadata: { labels: { a: '' }, annotations: { q: null } },
          spec: {
            nodeSelector: { disk: null },
            containers: [
              { name: 'c', args: [null, 'x'], resources: { limits: { cpu: null, memory: '1Gi' }, requests: null }, livenessProbe: null },
            ],
          },
        },
      },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'x' },
      spec: {
        selector: { matchLabels: { a: '' } },
        template: {
          metadata: { labels: { a: '' }, annotations: { q: '' } },
          spec: {
            nodeSelector: { disk: '' },
            containers: [{ name: 'c', args: [null, 'x'], resources: { limits: { cpu: '0', memory: '1Gi' } } }],
          },
        },
      },
    },
  ],
  [
    'in a custom resource null is a value, but in its metadata',
    { apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name: 'x', labels: { a: null }, finalizers: null }, spec: { x: null } },
    { apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name: 'x', labels: { a: '' } }, spec: { x: null } },
  ],
  [
    'in the schema of one, too',
    {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'x', annotations: null },
      spec: { versions: [{ schema: { openAPIV3Schema: { properties: { a: { default: null } } } } }] },
    },
    {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'x' },
      spec: { versions: [{ schema: { openAPIV3Schema: { properties: { a: { default: null } } } } }] },
    },
  ],
  [
    'what may be any value stays as it is',
    {
      apiVersion: 'apps/v1',
      kind: 'ControllerRevision',
      metadata: { name: 'x' },
      revision: 1,
      data: { spec: { template: { $patch: null } } },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'ControllerRevision',
      metadata: { name: 'x' },
      revision: 1,
      data: { spec: { template: { $patch: null } } },
    },
  ],
];

for (const [name, given, expected] of cases) {
  test(name, () => {
    const nodeOf = schemaTable([], 35);
    assert.deepEqual(withoutNulls(given as unknown as Manifest, { nodeOf, minor: 35 }), expected);
  });
}

test('what has no null is the same object', () => {
  const manifest = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' }, data: { a: '' } };
  assert.equal(withoutNulls(manifest, { nodeOf: schemaTable([], 35), minor: 35 }), manifest);
});
