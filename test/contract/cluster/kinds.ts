import assert from 'node:assert/strict';
import { at } from '../../../src/model/json.ts';
import { refOf } from '../../../src/model/manifest.ts';
import type { Applied } from '../../../src/ports.ts';
import { applied, eventually, got, refusal, removed } from './asking.ts';
import { definition } from './manifests.ts';
import { type Case, manager, namespace, strangeUid } from './subject.ts';

/** Which kinds there are. */
export const kinds: readonly Case[] = [
  [
    'kinds are found with their plural and scope',
    async ({ cluster }) => {
      const expected = {
        group: 'rbac.authorization.k8s.io',
        version: 'v1',
        kind: 'ClusterRole',
        plural: 'clusterroles',
        namespaced: false,
        status: false,
      };
      assert.deepEqual(await cluster.resource('rbac.authorization.k8s.io/v1', 'ClusterRole'), { ok: true, value: expected });
      const core = { group: '', version: 'v1', kind: 'Service', plural: 'services', namespaced: true, status: true };
      assert.deepEqual(await cluster.resource('v1', 'Service'), { ok: true, value: core });
    },
  ],
  [
    'a kind that nobody serves is found nowhere: there is no object of it, and none can be applied',
    async ({ cluster }) => {
      const manifest = { apiVersion: 'nobody.example.com/v1', kind: 'Gadget', metadata: { name: 'a', namespace } };
      assert.deepEqual(await cluster.resource(manifest.apiVersion, 'Gadget'), { ok: true, value: undefined });
      assert.deepEqual(await cluster.resource('apps/v1', 'Gadget'), { ok: true, value: undefined });
      assert.equal(await got(cluster, manifest), undefined);
      assert.equal((await refusal(cluster, manifest)).reason, 'missing');
      const answer = await cluster.remove(manifest.apiVersion, refOf(manifest), { uid: strangeUid, resourceVersion: '1' });
      assert.deepEqual(answer, { ok: true, value: 'gone' });
    },
  ],
  [
    'a definition makes its kind served, with all fields of its objects, and takes it along when it goes',
    async ({ cluster }) => {
      const { object } = await applied(cluster, widgets);
      await eventually(async () => {
        const answer = await cluster.resource('contract.example.com/v1', 'Widget');
        return answer.ok && answer.value?.plural === 'widgets';
      });
      const widget = {
        apiVersion: 'contract.example.com/v1',
        kind: 'Widget',
        metadata: { name: 'one', namespace },
        spec: { free: { deep: [1, { a: null }, 'x'] }, size: 1.5 },
      };
      let made: Applied | undefined;
      await eventually(async () => {
        const answer = await cluster.apply(widget, { manager });
        made = answer.ok ? answer.value : made;
        return answer.ok;
      });
      assert.deepEqual(at(made?.object, 'spec'), widget.spec);
      assert.equal(made?.object.metadata.generation, 1);
      assert.equal(await removed(cluster, (await got(cluster, widgets)) ?? object), 'deleting');
      await eventually(async () => {
        const answer = await cluster.get(widget.apiVersion, refOf(widget));
        return answer.ok && answer.value === undefined;
      });
      await eventually(async () => {
        const answer = await cluster.apply(widget, { manager });
        return !answer.ok && answer.error.reason === 'missing';
      });
      const gone = await cluster.resource('contract.example.com/v1', 'Widget');
      assert.deepEqual(gone, { ok: true, value: undefined });
    },
  ],
];

const widgets = definition('Widget', 'contract.example.com');
