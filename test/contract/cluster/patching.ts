import assert from 'node:assert/strict';
import { at, listAt, stringAt } from '../../../src/model/json.ts';
import { refOf } from '../../../src/model/manifest.ts';
import type { PatchOperation } from '../../../src/ports.ts';
import { applied, got, ours, patched, patchRefusal, removed } from './asking.ts';
import { configMap, deployment } from './manifests.ts';
import { type Case, manager, namespace } from './subject.ts';

/** What does not fit an object whose data are `a: '1'` and, by then, `c: '9'`. */
const unfit: readonly (readonly [what: string, operation: PatchOperation])[] = [
  ['a test of a value that is another', { op: 'test', path: '/data/a', value: '2' }],
  ['a test of a value that is not there', { op: 'test', path: '/data/b', value: '1' }],
  ['a test below what is not there', { op: 'test', path: '/metadata/labels/x', value: 'y' }],
  ['a removal of what is not there', { op: 'remove', path: '/data/b' }],
  ['an addition below what is not there', { op: 'add', path: '/metadata/labels/x', value: 'y' }],
];

/** What a JSON patch does and refuses. */
export const patching: readonly Case[] = [
  [
    'a patch adds, replaces and removes, with slashes in names, and says what came of it',
    async ({ cluster }) => {
      const manifest = configMap('patched', {
        data: { a: '1', b: '2', 'c.d': '3' },
        labels: { 'example.com/part-of': 'shop', tier: 'front' },
        metadata: { annotations: { 'example.com/note': 'x', other: 'y' } },
      });
      await applied(cluster, manifest);
      const object = await patched(cluster, manifest, [
        { op: 'test', path: '/data/a', value: '1' },
        { op: 'replace', path: '/data/a', value: '4' },
        { op: 'add', path: '/data/e', value: '5' },
        { op: 'remove', path: '/data/b' },
        { op: 'remove', path: '/metadata/labels/example.com~1part-of' },
        { op: 'remove', path: '/metadata/annotations/example.com~1note' },
      ]);
      assert.deepEqual(at(object, 'data'), { a: '4', 'c.d': '3', e: '5' });
      assert.deepEqual([object.metadata.labels, object.metadata.annotations], [{ tier: 'front' }, { other: 'y' }]);
      assert.deepEqual(await got(cluster, manifest), object);
    },
  ],
  [
    'a patch knows the places of a list',
    async ({ cluster }) => {
      const manifest = deployment('patched-list', { env: { ONE: '1', TWO: '2' } });
      await applied(cluster, manifest);
      const env = '/spec/template/spec/containers/0/env';
      const object = await patched(cluster, manifest, [
        { op: 'test', path: `${env}/1/name`, value: 'TWO' },
        { op: 'add', path: `${env}/-`, value: { name: 'FOUR', value: '4' } },
        { op: 'add', path: `${env}/0`, value: { name: 'ZERO', value: '0' } },
        { op: 'replace', path: `${env}/1/value`, value: '11' },
        { op: 'remove', path: `${env}/2` },
      ]);
      const variables = listAt(object, 'spec', 'template', 'spec', 'containers', 0, 'env');
      assert.deepEqual(
        variables.map((item) => `${stringAt(item, 'name')}=${stringAt(item, 'value')}`),
        ['ZERO=0', 'ONE=11', 'FOUR=4'],
      );
      const beyond = await patchRefusal(cluster, manifest, [{ op: 'replace', path: `${env}/3/value`, value: 'x' }]);
      assert.equal(beyond.reason, 'conflict');
    },
  ],
  [
    'what is patched under our name is ours as an update, and is applied no longer',
    async ({ cluster }) => {
      const manifest = configMap('patched-owner', { data: { a: '1', b: '2' } });
      await applied(cluster, manifest);
      const object = await patched(cluster, manifest, [{ op: 'replace', path: '/data/a', value: '3' }]);
      assert.deepEqual(ours(object), { 'f:data': { 'f:b': {} } });
      const entries = object.metadata.managedFields?.map((entry) => [entry.manager, entry.operation]);
      assert.deepEqual(entries, [
        [manager, 'Apply'],
        [manager, 'Update'],
      ]);
    },
  ],
  ...unfit.map(
    ([what, operation], i): Case => [
      `${what} is a conflict, and nothing of the patch is done`,
      async ({ cluster }) => {
        const manifest = configMap(`unfit-${i}`, { data: { a: '1' } });
        const { object } = await applied(cluster, manifest);
        const error = await patchRefusal(cluster, manifest, [{ op: 'add', path: '/data/c', value: '9' }, operation]);
        assert.deepEqual([error.reason, error.status], ['conflict', 422]);
        assert.equal(error.message, 'the object is not as the patch expects it');
        assert.deepEqual(await got(cluster, manifest), object);
      },
    ],
  ),
  [
    'an old resourceVersion in a patch is a conflict, tested or written',
    async ({ cluster }) => {
      const manifest = configMap('patched-old', { data: { a: '1' } });
      const { object } = await applied(cluster, manifest);
      await applied(cluster, configMap('patched-old', { data: { a: '2' } }));
      const path = '/metadata/resourceVersion';
      const value = object.metadata.resourceVersion;
      for (const op of ['test', 'replace'] as const) {
        const error = await patchRefusal(cluster, manifest, [
          { op, path, value },
          { op: 'replace', path: '/data/a', value: '3' },
        ]);
        assert.equal(error.reason, 'conflict');
      }
      assert.equal(at(await got(cluster, manifest), 'data', 'a'), '2');
    },
  ],
  [
    'a uid in a patch that is not that of the object is a conflict',
    async ({ cluster }) => {
      const manifest = configMap('patched-uid', { data: { a: '1' } });
      await applied(cluster, manifest);
      const test: PatchOperation = { op: 'test', path: '/metadata/uid', value: '11111111-2222-3333-4444-555555555555' };
      assert.equal((await patchRefusal(cluster, manifest, [test])).reason, 'conflict');
    },
  ],
  [
    'an object that is not there, and one of a kind that nobody serves, are missing',
    async ({ cluster }) => {
      const operation: PatchOperation = { op: 'test', path: '/metadata/name', value: 'x' };
      const absent = await patchRefusal(cluster, configMap('patched-nowhere'), [operation]);
      assert.deepEqual([absent.reason, absent.status], ['missing', 404]);
      const gadget = { apiVersion: 'nobody.example.com/v1', kind: 'Gadget', metadata: { name: 'a', namespace } };
      assert.equal((await patchRefusal(cluster, gadget, [operation])).reason, 'missing');
    },
  ],
  [
    'an object is patched by a version that is served no longer',
    async ({ cluster }) => {
      const spec = { maxReplicas: 3, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' } };
      const metadata = { name: 'patched-version', namespace, labels: { 'example.com/part-of': 'shop', tier: 'front' } };
      const scaler = { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata, spec };
      await applied(cluster, scaler);
      const operation: PatchOperation = { op: 'remove', path: '/metadata/labels/example.com~1part-of' };
      const object = await patched(cluster, { ...scaler, apiVersion: 'autoscaling/v2beta1' }, [operation]);
      assert.deepEqual(object.metadata.labels, { tier: 'front' });
    },
  ],
  [
    'a patch to an unknown field, to a wrong type or to another name is an error of input',
    async ({ cluster }) => {
      const manifest = configMap('patched-wrong', { data: { a: '1' } });
      const { object } = await applied(cluster, manifest);
      const wrong: readonly PatchOperation[] = [
        { op: 'add', path: '/dta', value: {} },
        { op: 'replace', path: '/data/a', value: { deep: 'x' } },
        { op: 'replace', path: '/metadata/name', value: 'other' },
      ];
      for (const operation of wrong) {
        const error = await patchRefusal(cluster, manifest, [operation]);
        assert.equal(error.reason, 'invalid', operation.path);
        assert.doesNotMatch(error.message, /managedFields/);
      }
      assert.deepEqual(await got(cluster, manifest), object);
    },
  ],
  [
    'a dry run of a patch shows it and leaves the object as it is',
    async ({ cluster }) => {
      const manifest = configMap('patched-dry', { data: { a: '1' } });
      const { object } = await applied(cluster, manifest);
      const shown = await patched(cluster, manifest, [{ op: 'replace', path: '/data/a', value: '2' }], { dryRun: true });
      assert.equal(at(shown, 'data', 'a'), '2');
      assert.deepEqual(await got(cluster, manifest), object);
    },
  ],
  [
    'a patch that changes nothing writes nothing',
    async ({ cluster }) => {
      const manifest = configMap('patched-same', { data: { a: '1' } });
      const { object } = await applied(cluster, manifest);
      assert.deepEqual(await patched(cluster, manifest, [{ op: 'replace', path: '/data/a', value: '1' }]), object);
    },
  ],
  [
    'a patch of the finalizers lets go of an object that is being deleted',
    async ({ cluster }) => {
      const manifest = configMap('patched-held', { metadata: { finalizers: ['example.com/hold'] } });
      const { object } = await applied(cluster, manifest);
      assert.equal(await removed(cluster, object), 'deleting');
      await patched(cluster, manifest, [{ op: 'remove', path: '/metadata/finalizers' }]);
      assert.equal(await got(cluster, manifest), undefined);
    },
  ],
  [
    'a status stays as it is under a patch of it',
    async ({ cluster, status }) => {
      const manifest = deployment('patched-status', { replicas: 1 });
      await applied(cluster, manifest);
      await status('apps/v1', refOf(manifest), { replicas: 1, observedGeneration: 1 });
      const object = await patched(cluster, manifest, [{ op: 'replace', path: '/status/replicas', value: 7 }]);
      assert.equal(at(object, 'status', 'replicas'), 1);
    },
  ],
];
