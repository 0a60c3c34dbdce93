import assert from 'node:assert/strict';
import { at, numberAt, stringAt } from '../../../src/model/json.ts';
import { applied, got, removed } from './asking.ts';
import { configMap, deployment } from './manifests.ts';
import { type Case, namespace } from './subject.ts';

/** What an apply does. */
export const applying: readonly Case[] = [
  [
    'an apply creates an object, and says so only once',
    async ({ cluster }) => {
      const first = await applied(cluster, configMap('created', { data: { a: '1' } }));
      const second = await applied(cluster, configMap('created', { data: { a: '2' } }));
      assert.deepEqual([first.created, second.created], [true, false]);
      assert.equal(second.object.metadata.uid, first.object.metadata.uid);
      assert.notEqual(second.object.metadata.resourceVersion, first.object.metadata.resourceVersion);
    },
  ],
  [
    'an apply of what is there already changes nothing, not even the time of the managed fields',
    async ({ cluster }) => {
      const manifest = configMap('same', { data: { a: '1', b: '2' } });
      const first = await applied(cluster, manifest);
      const second = await applied(cluster, manifest);
      assert.deepEqual(second.object, first.object);
    },
  ],
  [
    'no field of an answer is lost, and list items are merged by their keys',
    async ({ cluster }) => {
      const { object } = await applied(cluster, deployment('whole', { replicas: 2 }));
      assert.equal(stringAt(object, 'spec', 'template', 'spec', 'containers', 0, 'image'), 'registry.example/web:1');
      assert.equal(numberAt(object, 'spec', 'template', 'spec', 'containers', 0, 'ports', 0, 'containerPort'), 8080);
      assert.equal(object.kind, 'Deployment');
      assert.equal(object.apiVersion, 'apps/v1');
    },
  ],
  [
    'a dry run of a creation creates nothing, and shows no resourceVersion',
    async ({ cluster }) => {
      const answer = await applied(cluster, configMap('dry', { data: { a: '1' } }), { dryRun: true });
      assert.equal(answer.created, true);
      assert.equal(answer.object.metadata.resourceVersion, '');
      assert.equal(at(answer.object, 'data', 'a'), '1');
      assert.equal(await got(cluster, configMap('dry')), undefined);
    },
  ],
  [
    'a dry run of a change shows it and leaves the object as it is',
    async ({ cluster }) => {
      const { object } = await applied(cluster, configMap('dry-change', { data: { a: '1' } }));
      const answer = await applied(cluster, configMap('dry-change', { data: { a: '2' } }), { dryRun: true });
      assert.equal(at(answer.object, 'data', 'a'), '2');
      assert.equal(answer.created, false);
      assert.deepEqual(await got(cluster, configMap('dry-change')), object);
    },
  ],
  [
    'a generation moves with the spec, not with labels and not with an apply of the same',
    async ({ cluster }) => {
      const made = await applied(cluster, deployment('generations', { replicas: 1 }));
      const again = await applied(cluster, deployment('generations', { replicas: 1 }));
      const labelled = await applied(cluster, deployment('generations', { replicas: 1, labels: { tier: 'front' } }));
      const scaled = await applied(cluster, deployment('generations', { replicas: 3, labels: { tier: 'front' } }));
      assert.deepEqual(
        [made, again, labelled, scaled].map(({ object }) => object.metadata.generation),
        [1, 1, 1, 2],
      );
    },
  ],
  [
    'a ConfigMap, a ServiceAccount and a Role have no generation',
    async ({ cluster }) => {
      const role = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata: { name: 'none', namespace }, rules: [] };
      const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'none', namespace } };
      for (const manifest of [configMap('none'), account, role]) {
        assert.equal((await applied(cluster, manifest)).object.metadata.generation, undefined, manifest.kind);
      }
    },
  ],
  [
    'names keep their capitals and colons',
    async ({ cluster }) => {
      const manifest = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name: 'MyApp:Admin' }, rules: [] };
      const { object } = await applied(cluster, manifest);
      assert.equal(object.metadata.name, 'MyApp:Admin');
      assert.equal((await got(cluster, manifest))?.metadata.uid, object.metadata.uid);
      assert.equal(await removed(cluster, object), 'gone');
    },
  ],
];
