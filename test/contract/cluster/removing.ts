import assert from 'node:assert/strict';
import { refOf } from '../../../src/model/manifest.ts';
import { applied, got, removed } from './asking.ts';
import { configMap } from './manifests.ts';
import { type Case, namespace, strangeUid } from './subject.ts';

/** What a deletion does and refuses. */
export const removing: readonly Case[] = [
  [
    'a deletion with another uid or resourceVersion is refused, the object survives, and the connection stays good',
    async ({ cluster }) => {
      const { object } = await applied(cluster, configMap('kept', { data: { a: '1' } }));
      const ref = refOf(object);
      const { uid, resourceVersion } = object.metadata;
      for (const precondition of [
        { uid: strangeUid, resourceVersion },
        { uid, resourceVersion: '1' },
      ]) {
        const answer = await cluster.remove('v1', ref, precondition);
        assert.equal(answer.ok ? 'done' : answer.error.reason, 'conflict');
        // Requests that follow on the same connection must not meet a body that nobody read.
        assert.deepEqual(await got(cluster, configMap('kept')), object);
      }
    },
  ],
  [
    'a deletion with the right preconditions is done, and there is nothing to delete after it',
    async ({ cluster }) => {
      const { object } = await applied(cluster, configMap('leaves'));
      assert.equal(await removed(cluster, object), 'gone');
      assert.equal(await got(cluster, configMap('leaves')), undefined);
      assert.equal(await removed(cluster, object), 'gone');
    },
  ],
  [
    'an object that a finalizer holds is being deleted until the finalizer goes',
    async ({ cluster }) => {
      const { object } = await applied(cluster, configMap('held', { metadata: { finalizers: ['example.com/hold'] } }));
      assert.equal(await removed(cluster, object), 'deleting');
      assert.notEqual((await got(cluster, configMap('held')))?.metadata.deletionTimestamp, undefined);
      await applied(cluster, configMap('held'));
      assert.equal(await got(cluster, configMap('held')), undefined);
    },
  ],
  [
    'a namespace is deleted with what is in it, later than its deletion is answered',
    async ({ cluster }) => {
      const { object } = await applied(cluster, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: `${namespace}-short` } });
      assert.equal(await removed(cluster, object), 'deleting');
    },
  ],
];
