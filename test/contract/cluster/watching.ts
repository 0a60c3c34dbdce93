import assert from 'node:assert/strict';
import { at } from '../../../src/model/json.ts';
import { refOf } from '../../../src/model/manifest.ts';
import { applied, got, ours, removed } from './asking.ts';
import { configMap } from './manifests.ts';
import { reader, watchOf } from './reading.ts';
import { type Case, namespace } from './subject.ts';

/** What a watch tells. */
export const watching: readonly Case[] = [
  [
    'a watch lists what is there, then tells what changes, then ends when it is aborted',
    async ({ cluster }) => {
      const labels = { contract: 'watch' };
      await applied(cluster, configMap('watched', { labels, data: { a: '1' } }));
      const ending = new AbortController();
      const seen = reader(cluster.watch(await watchOf(cluster, { selector: 'contract=watch' }), ending.signal));
      assert.deepEqual(await seen.until('listed'), ['listing', 'present watched', 'listed']);
      await applied(cluster, configMap('watched', { labels, data: { a: '2' } }));
      await applied(cluster, configMap('watched-too', { labels }));
      assert.deepEqual(await seen.until('present watched-too'), ['present watched', 'present watched-too']);
      const live = await got(cluster, configMap('watched-too'));
      assert.ok(live !== undefined && (await removed(cluster, live)) === 'gone');
      assert.deepEqual(await seen.until('absent watched-too'), ['absent watched-too']);
      ending.abort();
      assert.deepEqual(await seen.rest(), []);
    },
  ],
  [
    'an object that loses the label is absent, one that gets it is present',
    async ({ cluster, edit }) => {
      const manifest = configMap('labelled', { labels: { contract: 'label' } });
      const ref = refOf(manifest);
      await applied(cluster, manifest);
      const ending = new AbortController();
      const seen = reader(cluster.watch(await watchOf(cluster, { selector: 'contract=label' }), ending.signal));
      await seen.until('listed');
      await edit('v1', ref, (object) => ({ ...object, metadata: { ...object.metadata, labels: {} } }));
      assert.deepEqual(await seen.until('absent labelled'), ['absent labelled']);
      assert.notEqual(await got(cluster, manifest), undefined);
      await applied(cluster, manifest);
      assert.deepEqual(await seen.until('present labelled'), ['present labelled']);
      ending.abort();
    },
  ],
  [
    'a watch of metadata has the managed fields and the true kind, but no content, in its list and in its events',
    async ({ cluster }) => {
      const manifest = configMap('slim', { labels: { contract: 'slim' }, data: { a: '1' } });
      await applied(cluster, manifest);
      const ending = new AbortController();
      const seen = reader(cluster.watch(await watchOf(cluster, { selector: 'contract=slim', metadataOnly: true }), ending.signal));
      await seen.until('listed');
      await applied(cluster, configMap('slim', { labels: { contract: 'slim' }, data: { a: '2' } }));
      await seen.until('present slim');
      ending.abort();
      assert.equal(seen.objects.length, 2);
      for (const object of seen.objects) {
        assert.deepEqual(Object.keys(object).sort(), ['apiVersion', 'kind', 'metadata']);
        assert.deepEqual([object.apiVersion, object.kind], ['v1', 'ConfigMap']);
        assert.deepEqual(at(ours(object), 'f:data'), { 'f:a': {} });
      }
    },
  ],
  [
    'a watch of one object sees no other, and tells when that one is made and when it goes',
    async ({ cluster }) => {
      await applied(cluster, configMap('one-of-two', {}));
      const ending = new AbortController();
      const seen = reader(cluster.watch(await watchOf(cluster, { selector: '', fields: 'metadata.name=the-other' }), ending.signal));
      assert.deepEqual(await seen.until('listed'), ['listing', 'listed']);
      await applied(cluster, configMap('one-of-two', { data: { a: '1' } }));
      await applied(cluster, configMap('the-other', {}));
      assert.deepEqual(await seen.until('present the-other'), ['present the-other']);
      const live = await got(cluster, configMap('the-other'));
      assert.ok(live !== undefined && (await removed(cluster, live)) === 'gone');
      assert.deepEqual(await seen.until('absent the-other'), ['absent the-other']);
      ending.abort();
    },
  ],
  [
    'a watch of one namespace does not see another, a watch of all sees both',
    async ({ cluster }) => {
      const labels = { contract: namespace };
      await applied(cluster, configMap('here', { labels }));
      await applied(cluster, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'there', namespace: 'default', labels } });
      for (const [scope, expected] of [
        [namespace, ['listing', 'present here', 'listed']],
        ['', ['listing', 'present here', 'present there', 'listed']],
      ] as const) {
        const ending = new AbortController();
        const seen = reader(cluster.watch(await watchOf(cluster, { selector: `contract=${namespace}`, namespace: scope }), ending.signal));
        assert.deepEqual(await seen.until('listed'), expected);
        ending.abort();
      }
    },
  ],
];
