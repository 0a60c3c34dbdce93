import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Draft } from '../../src/compile/draft.ts';
import { order } from '../../src/compile/order.ts';
import { draftOf } from './drafts.ts';

/** The waves of `drafts`, by construct. */
function waves(drafts: readonly Draft[]): Readonly<Record<string, number>> {
  return Object.fromEntries(order(drafts).value.map(({ construct, wave }) => [construct, wave]));
}

test('kinds come in the order in which others stand on them', () => {
  const kinds = [
    ['v1', 'Namespace'],
    ['v1', 'ConfigMap'],
    ['v1', 'Service'],
    ['apps/v1', 'Deployment'],
    ['networking.k8s.io/v1', 'Ingress'],
    ['example.com/v1', 'Service'],
  ] as const;
  const drafts = kinds.map(([apiVersion, kind]) => draftOf(kind, `${apiVersion}-${kind}`, { apiVersion }));
  assert.deepEqual(Object.values(waves(drafts)), [0, 1, 2, 3, 4, 4]);
});

test('an object comes after all that it depends on, and no later than it must', () => {
  const drafts = [
    draftOf('ConfigMap', 'a', { dependsOn: ['b', 'c'] }),
    draftOf('Deployment', 'b', { apiVersion: 'apps/v1', dependsOn: ['c'] }),
    draftOf('Secret', 'c'),
    draftOf('Namespace', 'd', { dependsOn: ['c'] }),
  ];
  assert.deepEqual(waves(drafts), { a: 6, b: 3, c: 1, d: 2 });
});

test('what waits for something that runs still comes in the order of kinds', () => {
  const apps = { apiVersion: 'apps/v1' };
  const after = { dependsOn: ['database'] };
  const drafts = [
    draftOf('StatefulSet', 'database', apps),
    draftOf('ServiceAccount', 'account', after),
    draftOf('Service', 'service', after),
    draftOf('Deployment', 'pods', { ...apps, ...after }),
    draftOf('ConfigMap', 'first'),
    draftOf('ConfigMap', 'second', { dependsOn: ['first'] }),
  ];
  assert.deepEqual(waves(drafts), { database: 3, account: 6, service: 7, pods: 8, first: 1, second: 2 });
});

test('layers that depend on every object of the layer below are followed once each, not by every path', () => {
  const layers = 60;
  const names = (layer: number) => Array.from({ length: 5 }, (_, i) => `layer-${layer}-${i}`);
  const drafts = Array.from({ length: layers }, (_, layer) =>
    names(layer).map((name) => draftOf('ConfigMap', name, { dependsOn: layer === 0 ? [] : names(layer - 1) })),
  ).flat();
  // Three waves of a round come before what runs.
  assert.equal(waves(drafts)['layer-59-0'], 5 * Math.floor(59 / 3) + 1 + (59 % 3));
});

test('a circle is told by its members, and not by those that only wait for it', () => {
  const drafts = [
    draftOf('ConfigMap', 'a', { dependsOn: ['b'] }),
    draftOf('ConfigMap', 'b', { dependsOn: ['c'] }),
    draftOf('ConfigMap', 'c', { dependsOn: ['d', 'b'] }),
    draftOf('ConfigMap', 'd'),
  ];
  const { diagnostics } = order(drafts);
  assert.deepEqual(
    diagnostics.map(({ code, message }) => [code, message]),
    [['dependency-cycle', 'objects depend on each other in a circle: `b` → `c` → `b`']],
  );
});

test('a custom resource depends on its definition and a binding on its role, but only on those that are here', () => {
  const rbac = { apiVersion: 'rbac.authorization.k8s.io/v1' };
  const drafts = [
    draftOf('CustomResourceDefinition', 'crd', {
      apiVersion: 'apiextensions.k8s.io/v1',
      fields: { spec: { group: 'example.com', scope: 'Namespaced', names: { kind: 'Backup', plural: 'backups' } } },
    }),
    draftOf('Backup', 'backup', { apiVersion: 'example.com/v1' }),
    draftOf('Backup', 'namesake', { apiVersion: 'example.org/v1' }),
    draftOf('Role', 'reader', rbac),
    draftOf('RoleBinding', 'binding', { ...rbac, fields: { roleRef: { kind: 'Role', name: 'reader' } } }),
    draftOf('RoleBinding', 'foreign', { ...rbac, fields: { roleRef: { kind: 'ClusterRole', name: 'reader' } } }),
  ];
  const found = order(drafts).value;
  assert.deepEqual(
    found.filter(({ dependsOn }) => dependsOn.length > 0).map(({ construct, dependsOn }) => [construct, dependsOn]),
    [
      ['backup', ['crd']],
      ['binding', ['reader']],
    ],
  );
});
