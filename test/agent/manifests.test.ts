import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readTree } from '../../src/agent/manifests.ts';
import { fakeSource } from '../fakes/source.ts';

const configMap = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace: 'shop' } };

test('a commit that is empty, or has no index, is no rendered environment, and each says what to do', async () => {
  const source = fakeSource('prod');
  const commit = source.commit([{ manifest: configMap }]);
  const empty = await readTree({ ...source, files: async () => [] }, commit);
  assert.deepEqual('code' in empty && [empty.code, empty.message, empty.help], [
    'branch-not-rendered',
    'the commit is not a rendered environment: it is empty',
    'merge the first proposal, or publish the environment: `lockstep publish <environment>`',
  ]);
  const [first] = (await source.files(commit)).filter(({ path }) => path.endsWith('.yaml'));
  const foreign = await readTree({ ...source, files: async () => (first === undefined ? [] : [first]) }, commit);
  assert.match('code' in foreign ? foreign.message : '', /it has no `\.lockstep\/index`$/);
  assert.ok('objects' in (await readTree(source, commit)));
});
