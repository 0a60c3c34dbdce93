import assert from 'node:assert/strict';
import { at, type Json, type JsonObject, numberAt } from '../../../src/model/json.ts';
import { type LiveObject, type ManagedFieldsEntry, type Manifest, refOf } from '../../../src/model/manifest.ts';
import type { PatchOperation } from '../../../src/ports.ts';
import { applied, got, ours, patched, patchRefusal } from './asking.ts';
import { configMap, deployment } from './manifests.ts';
import { type Case, type ContractSubject, manager } from './subject.ts';

/** Fields that others own too, and how to get them: what client-side apply, Helm or an autoscaler leave behind. */
export const sharing: readonly Case[] = [
  [
    'a field that somebody else wrote too stays when we drop it',
    async (subject) => {
      await coOwned(subject, 'co-owned');
      const { object } = await applied(subject.cluster, configMap('co-owned', { data: { a: '1' } }));
      assert.deepEqual(at(object, 'data'), { a: '1', b: '2' });
      assert.deepEqual(ours(object), { 'f:data': { 'f:a': {} } });
    },
  ],
  [
    'after the other entry was merged into ours, the next apply removes what we do not want',
    async (subject) => {
      const live = await coOwned(subject, 'taken-over');
      const object = await patched(subject.cluster, live, takeOver(live, live.metadata.resourceVersion));
      assert.deepEqual(
        object.metadata.managedFields?.map((entry) => [entry.manager, entry.operation]),
        [[manager, 'Apply']],
      );
      assert.deepEqual(at(object, 'data'), { a: '1', b: '2' });
      const after = await applied(subject.cluster, configMap('taken-over', { data: { a: '1' } }));
      assert.deepEqual(at(after.object, 'data'), { a: '1' });
    },
  ],
  [
    'nothing is merged where the object has changed since it was looked at',
    async (subject) => {
      const live = await coOwned(subject, 'taken-late');
      await subject.edit('v1', refOf(live), (object) => ({ ...object, data: { a: '1', b: '2', c: '3' } }));
      const error = await patchRefusal(subject.cluster, live, takeOver(live, live.metadata.resourceVersion));
      assert.equal(error.reason, 'conflict');
      assert.equal((await got(subject.cluster, live))?.metadata.managedFields?.length, 2);
    },
  ],
  [
    'managed fields that nobody can read leave the owners as they are; an empty list leaves none',
    async ({ cluster }) => {
      const manifest = configMap('owners', { data: { a: '1' } });
      const { object } = await applied(cluster, manifest);
      const path = '/metadata/managedFields';
      const unread = await patched(cluster, manifest, [{ op: 'replace', path, value: [{ manager: 'x', operation: 'Guess' }] }]);
      assert.deepEqual(ours(unread), ours(object));
      const none = await patched(cluster, manifest, [{ op: 'replace', path, value: [] }]);
      assert.equal(none.metadata.managedFields, undefined);
      const again = await applied(cluster, manifest);
      assert.deepEqual(again.object.metadata.managedFields?.map((entry) => entry.manager).sort(), ['before-first-apply', manager]);
    },
  ],
  [
    'dropping replicas keeps them where another manager applied the present value before',
    async ({ cluster }) => {
      await applied(cluster, deployment('handed-over', { replicas: 3 }));
      await applied(cluster, onlyReplicas('handed-over', 3), { manager: 'lockstep-handover' });
      const { object } = await applied(cluster, deployment('handed-over', {}));
      assert.equal(numberAt(object, 'spec', 'replicas'), 3);
      assert.equal(at(ours(object), 'f:spec', 'f:replicas'), undefined);
      const owner = object.metadata.managedFields?.find((entry) => entry.manager === 'lockstep-handover');
      assert.deepEqual(owner?.fieldsV1, { 'f:spec': { 'f:replicas': {} } });
    },
  ],
  [
    'replicas that are dropped after somebody scaled stay, since they are ours no longer',
    async ({ cluster, scale }) => {
      const manifest = deployment('scaled', { replicas: 3 });
      await applied(cluster, manifest);
      await scale('apps/v1', refOf(manifest), 5);
      const { object } = await applied(cluster, deployment('scaled', {}));
      assert.equal(numberAt(object, 'spec', 'replicas'), 5);
    },
  ],
];

/** A ConfigMap with `b` that we applied and that somebody else had written before: both own it. */
async function coOwned({ cluster, edit }: ContractSubject, name: string): Promise<LiveObject> {
  const manifest = configMap(name, { data: { a: '1' } });
  await applied(cluster, manifest);
  await edit('v1', refOf(manifest), (object) => ({ ...object, data: { a: '1', b: '2' } }));
  const { object } = await applied(cluster, configMap(name, { data: { a: '1', b: '2' } }));
  assert.deepEqual(object.metadata.managedFields?.map((entry) => [entry.manager, entry.operation]).sort(), [
    ['kubectl-edit', 'Update'],
    [manager, 'Apply'],
  ]);
  return object;
}

/** Makes the entries of `live` one: ours, which then has applied all that others wrote. */
function takeOver({ metadata }: LiveObject, resourceVersion: string): readonly PatchOperation[] {
  const entries = metadata.managedFields ?? [];
  const [mine] = entries.filter((entry) => entry.manager === manager);
  const fieldsV1 = entries.map((entry) => entry.fieldsV1 ?? {}).reduce(union, {});
  const merged: ManagedFieldsEntry = { ...mine, fieldsV1 };
  return [
    { op: 'test', path: '/metadata/resourceVersion', value: resourceVersion },
    { op: 'replace', path: '/metadata/managedFields', value: [merged] },
  ];
}

function union(a: JsonObject, b: JsonObject): JsonObject {
  const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])];
  return Object.fromEntries(keys.map((key): [string, Json] => [key, union((a[key] ?? {}) as JsonObject, (b[key] ?? {}) as JsonObject)]));
}

function onlyReplicas(name: string, replicas: number): Manifest {
  const { apiVersion, kind, metadata } = deployment(name, {});
  return { apiVersion, kind, metadata, spec: { replicas } };
}
