import assert from 'node:assert/strict';
import { at } from '../../../src/model/json.ts';
import type { Manifest } from '../../../src/model/manifest.ts';
import type { ListOptions } from '../../../src/ports.ts';
import { answered, applied, appliedCustom, got, ours } from './asking.ts';
import { configMap, definition } from './manifests.ts';
import { type Case, namespace } from './subject.ts';

const configMaps: ListOptions = { apiVersion: 'v1', kind: 'ConfigMap', namespace, selector: '', metadataOnly: false };

/** What a list holds. */
export const listing: readonly Case[] = [
  [
    'a list holds the objects that a selector means, whole and sorted by name',
    async ({ cluster }) => {
      for (const [name, list] of [
        ['list-b', 'yes'],
        ['list-a', 'yes'],
        ['list-c', 'no'],
      ] as const)
        await applied(cluster, configMap(name, { data: { from: name }, labels: { list } }));
      const objects = answered(await cluster.list({ ...configMaps, selector: 'list=yes' }));
      assert.deepEqual(objects, [await got(cluster, configMap('list-a')), await got(cluster, configMap('list-b'))]);
      assert.deepEqual(
        objects.map((object) => [object.apiVersion, object.kind, at(object, 'data', 'from')]),
        [
          ['v1', 'ConfigMap', 'list-a'],
          ['v1', 'ConfigMap', 'list-b'],
        ],
      );
    },
  ],
  [
    'a list of metadata has the managed fields and the true kind, but no content',
    async ({ cluster }) => {
      await applied(cluster, configMap('list-slim', { data: { a: '1' }, labels: { list: 'slim' } }));
      const [object, ...more] = answered(await cluster.list({ ...configMaps, selector: 'list=slim', metadataOnly: true }));
      assert.ok(object !== undefined && more.length === 0);
      assert.deepEqual(Object.keys(object).sort(), ['apiVersion', 'kind', 'metadata']);
      assert.deepEqual([object.apiVersion, object.kind], ['v1', 'ConfigMap']);
      assert.deepEqual(at(ours(object), 'f:data'), { 'f:a': {} });
    },
  ],
  [
    'a list of one namespace does not see another, a list of all sees both, and one of no namespace is empty',
    async ({ cluster }) => {
      const labels = { list: namespace };
      await applied(cluster, configMap('list-here', { labels }));
      await applied(cluster, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'list-there', namespace: 'default', labels } });
      const names = async (scope: string): Promise<readonly string[]> =>
        answered(await cluster.list({ ...configMaps, namespace: scope, selector: `list=${namespace}` })).map(
          ({ metadata }) => metadata.name,
        );
      assert.deepEqual(await names(namespace), ['list-here']);
      assert.deepEqual((await names('')).toSorted(), ['list-here', 'list-there']);
      assert.deepEqual(await names('nowhere'), []);
    },
  ],
  [
    'a list holds no more objects than are asked for, and those alone that a field selector means',
    async ({ cluster }) => {
      const labels = { list: 'some' };
      for (const name of ['list-1', 'list-2', 'list-3']) await applied(cluster, configMap(name, { data: { from: name }, labels }));
      const some: ListOptions = { ...configMaps, selector: 'list=some' };
      const names = async (options: Partial<ListOptions>): Promise<readonly string[]> =>
        answered(await cluster.list({ ...some, ...options })).map(({ metadata }) => metadata.name);
      assert.deepEqual(await names({ most: 2 }), ['list-1', 'list-2']);
      assert.deepEqual(await names({ most: 3 }), ['list-1', 'list-2', 'list-3']);
      assert.deepEqual(await names({ fields: 'metadata.name=list-2' }), ['list-2']);
      assert.deepEqual(await names({ fields: `metadata.name=list-3,metadata.namespace=${namespace}`, most: 5 }), ['list-3']);
      assert.deepEqual(await names({ fields: 'metadata.name=list-4' }), []);
    },
  ],
  [
    'a kind that nobody serves has no objects',
    async ({ cluster }) => {
      const gadgets = { ...configMaps, apiVersion: 'nobody.example.com/v1', kind: 'Gadget' };
      assert.deepEqual(await cluster.list(gadgets), { ok: true, value: [] });
      assert.deepEqual(await cluster.list({ ...configMaps, kind: 'Gadget' }), { ok: true, value: [] });
    },
  ],
  [
    'objects are listed in the version that is asked for, and in another one where that is not served',
    async ({ cluster }) => {
      const apiVersion = 'list.example.com/v1';
      const dial: Manifest = { apiVersion, kind: 'Dial', metadata: { name: 'one', namespace }, spec: { size: 1 } };
      await appliedCustom(cluster, definition('Dial', 'list.example.com'), dial);
      for (const [asked, told] of [
        ['v1', ['v1']],
        ['v2', ['v2']],
        ['v3', ['v1', 'v2']],
      ] as const) {
        const [object] = answered(await cluster.list({ ...configMaps, apiVersion: `list.example.com/${asked}`, kind: 'Dial' }));
        assert.ok(object !== undefined && told.some((version) => object.apiVersion === `list.example.com/${version}`), asked);
        assert.deepEqual(at(object, 'spec'), { size: 1 });
      }
    },
  ],
];
