import assert from 'node:assert/strict';
import { at, type JsonObject } from '../../../src/model/json.ts';
import { type Manifest, refOf } from '../../../src/model/manifest.ts';
import { applied, got, ours, refusal } from './asking.ts';
import { configMap, deployment } from './manifests.ts';
import { type Case, namespace, strangeUid } from './subject.ts';

/** What an apply refuses, and with which reason. */
export const refusing: readonly Case[] = [
  [
    'a uid that is not that of the object is a conflict',
    async ({ cluster }) => {
      await applied(cluster, configMap('uid', { data: { a: '1' } }));
      const error = await refusal(cluster, configMap('uid', { data: { a: '2' }, metadata: { uid: strangeUid } }));
      assert.equal(error.reason, 'conflict');
    },
  ],
  [
    'a resourceVersion that is not that of the object is a conflict, even where nothing would change',
    async ({ cluster }) => {
      await applied(cluster, configMap('version', { data: { a: '1' } }));
      const error = await refusal(cluster, configMap('version', { data: { a: '1' }, metadata: { resourceVersion: '1' } }));
      assert.deepEqual([error.reason, error.status], ['conflict', 409]);
    },
  ],
  [
    'uid and resourceVersion of the object let an apply through',
    async ({ cluster }) => {
      const { object } = await applied(cluster, configMap('both', { data: { a: '1' } }));
      const { uid, resourceVersion } = object.metadata;
      const second = await applied(cluster, configMap('both', { data: { a: '2' }, metadata: { uid, resourceVersion } }));
      assert.equal(at(second.object, 'data', 'a'), '2');
      assert.deepEqual(ours(second.object), { 'f:data': { 'f:a': {} } });
    },
  ],
  [
    'with a uid an apply never creates; with only a resourceVersion it does',
    async ({ cluster }) => {
      const error = await refusal(cluster, configMap('missing-uid', { metadata: { uid: strangeUid, resourceVersion: '1' } }));
      assert.deepEqual([error.reason, error.status], ['conflict', 409]);
      assert.equal(await got(cluster, configMap('missing-uid')), undefined);
      assert.equal((await applied(cluster, configMap('missing-version', { metadata: { resourceVersion: '1' } }))).created, true);
    },
  ],
  [
    'an unknown field is an error of input, and is named',
    async ({ cluster }) => {
      const error = await refusal(cluster, { ...configMap('typo'), dta: { a: '1' } });
      assert.deepEqual([error.reason, error.status], ['invalid', 500]);
      assert.match(error.message, /\.dta: field not declared in schema/);
    },
  ],
  [
    'a value of the wrong type is an error of input, and its field is named',
    async ({ cluster }) => {
      const error = await refusal(cluster, deployment('type', { replicas: 'three' }));
      assert.deepEqual([error.reason, error.status], ['invalid', 500]);
      assert.match(error.message, /\.spec\.replicas: expected numeric/);
    },
  ],
  [
    'an item that stands twice in a list of named items is an error of input, and is named',
    async ({ cluster }) => {
      const twice = (name: string): readonly JsonObject[] => [
        { name, value: '1' },
        { name, value: '2' },
      ];
      const error = await refusal(cluster, deployment('twice', { container: { env: twice('ONE') } }));
      assert.deepEqual([error.reason, error.status], ['invalid', 500]);
      assert.match(error.message, /\.spec\.template\.spec\.containers\[name="web"\]\.env: duplicate entries for key \[name="ONE"\]$/);
    },
  ],
  [
    'a namespace that is not there is missing, at a dry run too',
    async ({ cluster }) => {
      const manifest = { ...configMap('homeless'), metadata: { name: 'homeless', namespace: 'nowhere' } };
      for (const dryRun of [false, true]) {
        const error = await refusal(cluster, manifest, { dryRun });
        assert.deepEqual([error.reason, error.status], ['missing', 404]);
        assert.match(error.message, /nowhere/);
      }
      assert.equal(await got(cluster, manifest), undefined);
    },
  ],
  [
    'a namespaced object without a namespace is an error of input',
    async ({ cluster }) => {
      assert.equal((await refusal(cluster, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'lost' } })).reason, 'invalid');
    },
  ],
  [
    'nothing can be made in a namespace that is going away, and that may pass',
    async ({ cluster, remove }) => {
      const home: Manifest = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: `${namespace}-ending` } };
      await applied(cluster, home);
      const inside = (name: string, finalizers?: readonly string[]): Manifest => ({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name, namespace: `${namespace}-ending`, ...(finalizers === undefined ? {} : { finalizers }) },
      });
      await applied(cluster, inside('held', ['example.com/hold']));
      await remove('v1', refOf(home));
      assert.equal((await refusal(cluster, inside('late'))).reason, 'unavailable');
      await applied(cluster, inside('held'));
    },
  ],
];
