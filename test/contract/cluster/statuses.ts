import assert from 'node:assert/strict';
import { at, isObject, type JsonObject } from '../../../src/model/json.ts';
import type { LiveObject, Manifest } from '../../../src/model/manifest.ts';
import type { Cluster } from '../../../src/ports.ts';
import { applied, appliedCustom, got, refusal } from './asking.ts';
import { configMap, definition } from './manifests.ts';
import { withSpec } from './replacing.ts';
import { type Case, manager, namespace } from './subject.ts';

/** Writing the status of an object, and nothing else of it. */
export const statuses: readonly Case[] = [
  [
    'a status is applied apart from the rest: what else the manifest says is not looked at',
    async ({ cluster }) => {
      const before = await gaugeIn(cluster, 'apart');
      const { object, created } = await applied(cluster, gauge('apart', { spec: { size: 2 }, status: { ready: 1 } }), toStatus);
      assert.equal(created, false);
      assert.deepEqual([at(object, 'spec'), at(object, 'status')], [{ size: 1 }, { ready: 1 }]);
      assert.equal(object.metadata.generation, before.metadata.generation);
      assert.notEqual(object.metadata.resourceVersion, before.metadata.resourceVersion);
      assert.deepEqual(object.metadata.labels, before.metadata.labels);
    },
  ],
  [
    'who applies a status owns its fields apart from those of the rest, and neither apply drops what is the other’s',
    async ({ cluster }) => {
      await gaugeIn(cluster, 'owned');
      await applied(cluster, gauge('owned', { status: { ready: 1, total: 2 } }), toStatus);
      assert.deepEqual(owned(await got(cluster, gauge('owned'))), {
        '': { 'f:spec': { 'f:size': {} } },
        status: { 'f:status': { 'f:ready': {}, 'f:total': {} } },
      });
      const { object } = await applied(cluster, gauge('owned', { spec: { size: 3 }, status: { ready: 9 } }));
      assert.deepEqual([at(object, 'spec'), at(object, 'status')], [{ size: 3 }, { ready: 1, total: 2 }]);
      const again = await applied(cluster, gauge('owned', { status: { ready: 2 } }), toStatus);
      assert.deepEqual([at(again.object, 'spec'), at(again.object, 'status')], [{ size: 3 }, { ready: 2 }]);
    },
  ],
  [
    'a status that is there already is not written again, and a dry run writes none',
    async ({ cluster }) => {
      await gaugeIn(cluster, 'same');
      const { object } = await applied(cluster, gauge('same', { status: { ready: 1 } }), toStatus);
      const dry = await applied(cluster, gauge('same', { status: { ready: 2 } }), { ...toStatus, dryRun: true });
      assert.deepEqual(at(dry.object, 'status'), { ready: 2 });
      const again = await applied(cluster, gauge('same', { status: { ready: 1 } }), toStatus);
      assert.equal(again.object.metadata.resourceVersion, object.metadata.resourceVersion);
    },
  ],
  [
    'a status has the preconditions of any apply, and makes no object',
    async ({ cluster }) => {
      await gaugeIn(cluster, 'guarded');
      const stale = gauge('guarded', { status: { ready: 1 } }, { resourceVersion: '1' });
      assert.equal((await refusal(cluster, stale, toStatus)).reason, 'conflict');
      const absent = gauge('absent', { status: { ready: 1 } });
      assert.deepEqual(((error) => [error.reason, error.status])(await refusal(cluster, absent, toStatus)), ['missing', 404]);
      assert.equal(await got(cluster, absent), undefined);
    },
  ],
  [
    'an object without a status of its own has none to be written',
    async ({ cluster }) => {
      await applied(cluster, configMap('without-status'));
      const error = await refusal(cluster, configMap('without-status'), toStatus);
      assert.deepEqual([error.reason, error.status, error.message], ['invalid', 400, 'a `ConfigMap` has no status of its own']);
    },
  ],
];

const toStatus = { subresource: 'status' } as const;

const gauges = ((): Manifest => {
  const anything = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
  const schema = { openAPIV3Schema: { type: 'object', properties: { spec: anything, status: anything } } };
  const version = { name: 'v1', served: true, storage: true, schema, subresources: { status: {} } };
  return withSpec(definition('Gauge', 'gauges.example.com'), { versions: [version] });
})();

function gauge(name: string, content: JsonObject = {}, metadata: JsonObject = {}): Manifest {
  return { apiVersion: 'gauges.example.com/v1', kind: 'Gauge', metadata: { name, namespace, ...metadata }, ...content };
}

async function gaugeIn(cluster: Cluster, name: string): Promise<LiveObject> {
  return (await appliedCustom(cluster, gauges, gauge(name, { spec: { size: 1 } }))).object;
}

/** What our manager owns, by the subresource that it was applied to. */
function owned(object: LiveObject | undefined): JsonObject {
  const entries = (object?.metadata.managedFields ?? []).filter((entry) => entry.manager === manager && isObject(entry.fieldsV1));
  return Object.fromEntries(entries.map(({ subresource, fieldsV1 }) => [subresource ?? '', fieldsV1 ?? {}]));
}
