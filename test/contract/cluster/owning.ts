import assert from 'node:assert/strict';
import { at, type Json, numberAt, stringAt } from '../../../src/model/json.ts';
import { refOf } from '../../../src/model/manifest.ts';
import { applied, got, ours } from './asking.ts';
import { configMap, deployment } from './manifests.ts';
import type { Case } from './subject.ts';

/** Who owns which field after an apply (KEP-555). */
export const owning: readonly Case[] = [
  [
    'a field that the manifest holds no longer is removed',
    async ({ cluster }) => {
      await applied(cluster, configMap('shrinks', { data: { a: '1', b: '2' }, labels: { x: 'y' } }));
      const { object } = await applied(cluster, configMap('shrinks', { data: { a: '1' } }));
      assert.deepEqual(at(object, 'data'), { a: '1' });
      assert.equal(object.metadata.labels, undefined);
    },
  ],
  [
    'a field that somebody else added stays, and is not ours',
    async ({ cluster, edit }) => {
      const manifest = configMap('added', { data: { a: '1' } });
      await applied(cluster, manifest);
      await edit('v1', refOf(manifest), (object) => ({ ...object, data: { a: '1', extra: 'x' } }));
      const { object } = await applied(cluster, manifest);
      assert.deepEqual(at(object, 'data'), { a: '1', extra: 'x' });
      assert.deepEqual(ours(object), { 'f:data': { 'f:a': {} } });
    },
  ],
  [
    'a field that another manager applies too survives when we drop it',
    async ({ cluster }) => {
      await applied(cluster, configMap('shared', { data: { a: '1', b: '2' } }));
      await applied(cluster, configMap('shared', { data: { b: '2' } }), { manager: 'helm' });
      const { object } = await applied(cluster, configMap('shared', { data: { a: '1' } }));
      assert.deepEqual(at(object, 'data'), { a: '1', b: '2' });
    },
  ],
  [
    'a value that somebody else changed is put back, and is ours again',
    async ({ cluster, edit }) => {
      const manifest = configMap('drifted', { data: { a: '1' } });
      await applied(cluster, manifest);
      await edit('v1', refOf(manifest), (object) => ({ ...object, data: { a: 'changed' } }));
      const drifted = await got(cluster, manifest);
      assert.equal(ours(drifted), undefined);
      const { object } = await applied(cluster, manifest);
      assert.equal(at(object, 'data', 'a'), '1');
      assert.deepEqual(ours(object), { 'f:data': { 'f:a': {} } });
    },
  ],
  [
    'an item that leaves a list of named items is removed, an item of another manager stays',
    async ({ cluster }) => {
      await applied(cluster, deployment('items', { replicas: 1, env: { ONE: '1', TWO: '2' } }));
      await applied(cluster, deployment('items', { replicas: 1, env: { THREE: '3' } }), { manager: 'helm' });
      const { object } = await applied(cluster, deployment('items', { replicas: 1, env: { ONE: '1' } }));
      const env = at(object, 'spec', 'template', 'spec', 'containers', 0, 'env');
      assert.deepEqual((Array.isArray(env) ? env : []).map((item: Json) => stringAt(item, 'name')).sort(), ['ONE', 'THREE']);
    },
  ],
  [
    'dropping replicas resets them to the default at once',
    async ({ cluster }) => {
      await applied(cluster, deployment('defaults', { replicas: 3 }));
      const { object } = await applied(cluster, deployment('defaults', {}));
      assert.equal(numberAt(object, 'spec', 'replicas'), 1);
    },
  ],
];
