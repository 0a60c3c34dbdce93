import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { merge } from '../../src/publish/merge.ts';
import { publish } from '../../src/publish/publish.ts';
import { makeBareRepository, openTestRepository, temporaryFolder } from '../support/repository.ts';
import { pathOf, project, treeOf } from './samples.ts';

const version = '1.2.3';
const [active, next] = ['environments/prod', 'environments/prod-next'];

test('a merge puts the very commit in force that was proposed; a second one has nothing to do', async (t) => {
  const { source, repository } = await project(t);
  await publish(repository, treeOf({ a: '1' }), { version, direct: true });
  const { commit } = await publish(repository, treeOf({ a: '2', b: '1' }), { version });
  const merged = await merge(repository, 'prod', { commit: commit.slice(0, 7) });
  assert.deepEqual(merged, {
    op: 'merged',
    branch: active,
    commit,
    changed: { added: [pathOf('b')], modified: [pathOf('a')], removed: [] },
  });
  assert.equal(source.git('rev-parse', active), commit);
  assert.deepEqual([(await merge(repository, 'prod', {})).op, source.git('rev-parse', active)], ['unchanged', commit]);
});

test('the first proposal of an environment can be merged', async (t) => {
  const { source, repository } = await project(t);
  const { commit } = await publish(repository, treeOf({ a: '1' }), { version });
  assert.equal((await merge(repository, 'prod', {})).op, 'merged');
  assert.equal(source.git('rev-parse', active), commit);
});

test('what was not reviewed, and what does not stand on what is in force, is not merged', async (t) => {
  const { source, repository } = await project(t);
  await assert.rejects(merge(repository, 'prod', {}), { code: 'merge-nothing', exit: 2 });
  const first = await publish(repository, treeOf({ a: '1' }), { version, direct: true });
  const reviewed = await publish(repository, treeOf({ a: '2' }), { version });
  const { commit } = await publish(repository, treeOf({ a: '3' }), { version });
  for (const given of [reviewed.commit, commit.slice(0, 6), 'HEAD'])
    await assert.rejects(merge(repository, 'prod', { commit: given }), { code: 'merge-other', exit: 4 });
  const hotfix = await publish(repository, treeOf({ a: '4' }), { version, direct: true });
  await assert.rejects(merge(repository, 'prod', { commit }), { code: 'merge-stale', exit: 4 });
  assert.deepEqual([source.git('rev-parse', `${active}^`), source.git('rev-parse', active)], [first.commit, hotfix.commit]);
});

test('at a remote the branch goes forward there, and only from where it was', async (t) => {
  const { source, repository } = await project(t);
  const there = join(temporaryFolder(t), 'there.git');
  makeBareRepository(there, source.env);
  source.git('remote', 'add', 'origin', there);
  await publish(repository, treeOf({ a: '1' }), { version, direct: true, remote: 'origin' });
  const { commit } = await publish(repository, treeOf({ a: '2' }), { version, remote: 'origin' });
  assert.equal((await merge(repository, 'prod', { remote: 'origin' })).op, 'merged');
  const remote = openTestRepository(there, source.env);
  assert.deepEqual([remote.git('rev-parse', active), remote.git('rev-parse', next)], [commit, commit]);
  assert.equal(source.git('for-each-ref', '--format=%(refname)', 'refs/heads/environments'), '');
});

test('where proposals need a branch that exists, the first one adds to an empty one, which equal sources make alike', async (t) => {
  const { source, repository } = await project(t);
  const { active: begun, commit } = await publish(repository, treeOf({ a: '1' }), { version, begins: true });
  assert.equal(source.git('rev-parse', active), begun);
  assert.equal(source.git('ls-tree', '-r', active), '');
  assert.equal(source.git('log', '-1', '--format=%P', commit), begun);
  assert.deepEqual((await publish(repository, treeOf({ a: '1' }), { version, begins: true })).op, 'unchanged');
  source.git('update-ref', '-d', `refs/heads/${active}`);
  assert.equal((await publish(repository, treeOf({ a: '1' }), { version, begins: true })).active, begun);
  assert.equal((await merge(repository, 'prod', {})).op, 'merged');
});
