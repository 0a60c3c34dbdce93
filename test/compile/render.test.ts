import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pathOf } from '../../src/compile/render.ts';

const ref = { group: '', kind: 'ConfigMap', namespace: 'shop', name: 'web' };

test('the path of an object tells its chart, kind, group, namespace and name', () => {
  assert.equal(pathOf('web', ref), 'web/configmap.core.shop.web.yaml');
  assert.equal(pathOf('web', { ...ref, group: 'apps', kind: 'Deployment' }), 'web/deployment.apps.shop.web.yaml');
  assert.equal(pathOf('web', { ...ref, kind: 'Namespace', namespace: '' }), 'web/namespace.core._cluster.web.yaml');
});

test('whatever was altered carries a part of its digest, so that no two names meet', () => {
  const names = ['a:b', 'a/b', 'a b', 'A:b', 'a-b', 'ａ-b', '..', 'a\u0000b', 'x'.repeat(200), 'x'.repeat(201), 'X'.repeat(250)];
  const paths = names.map((name) => pathOf('web', { ...ref, name }));
  assert.equal(new Set(paths).size, names.length);
  for (const path of paths) assert.match(path, /^web\/[a-z0-9._-]{1,215}\.yaml$/);
  assert.equal(pathOf('web', { ...ref, name: 'a-b' }), 'web/configmap.core.shop.a-b.yaml');
});

test('no chart can lead out of the tree, or into the folder of the index', () => {
  for (const chart of ['..', '.', '.lockstep', '.git', '../x', '/etc', 'C:\\x'])
    assert.match(pathOf(chart, ref), /^[a-z0-9-][a-z0-9._-]*\/[^/]+$/);
});
