import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failure } from '../../src/model/failure.ts';
import { usualRules } from '../../src/model/rendered.ts';
import { leavingObjects, movesOf } from '../../src/publish/moving.ts';
import { publish } from '../../src/publish/publish.ts';
import { project, treeOf } from './samples.ts';

const web = { group: '', kind: 'ConfigMap', namespace: 'shop', name: 'web' };
const before = treeOf({ api: '1', web: '1' }).index;
const version = '0.0.0';

test('an object leaves unless the tree still has it, hands it over, lets it go or may delete it', () => {
  assert.deepEqual(leavingObjects(before, treeOf({ api: '1' }).index), [web]);
  assert.deepEqual(leavingObjects(before, treeOf({ api: '1', web: '2' }).index), []);
  assert.deepEqual(leavingObjects(before, treeOf({ api: '1' }, { handOver: [{ ref: web, to: 'edge' }] }).index), []);
  assert.deepEqual(leavingObjects(before, treeOf({ api: '1' }, { approvals: [{ ref: web, reason: 'it may go' }] }).index), []);
  assert.deepEqual(leavingObjects(before, treeOf({}, { removed: 'keep' }).index), []);
  const kept = { ...before, objects: before.objects.map((object) => ({ ...object, rules: { ...usualRules, keep: true } })) };
  assert.deepEqual(leavingObjects(kept, treeOf({ api: '1' }).index), []);
  assert.deepEqual(leavingObjects(undefined, treeOf({ api: '1' }).index), []);
});

test('it moves where another environment of the same cluster has it', () => {
  const after = treeOf({ api: '1' }).index;
  const near = treeOf({ web: '1' }, { environment: 'edge' });
  const far = treeOf({ web: '1' }, { environment: 'edge', cluster: 'us-1' });
  assert.deepEqual(movesOf([web], after, [near]), [{ ref: web, to: 'edge' }]);
  assert.deepEqual(movesOf([web], after, [far]), []);
  assert.deepEqual(movesOf([web], after, [treeOf({ web: '1' })]), []);
});

test('deleting what only moves is refused, and the lines to add are told', async (t) => {
  const { repository } = await project(t);
  await publish(repository, treeOf({ api: '1', web: '1' }), { version, direct: true });
  const others = async () => [treeOf({ web: '1' }, { environment: 'edge' })];
  await assert.rejects(publish(repository, treeOf({ api: '1' }), { version, direct: true, others }), (thrown) => {
    assert.ok(thrown instanceof Failure);
    assert.deepEqual([thrown.code, thrown.exit], ['object-moves', 4]);
    assert.match(thrown.help ?? '', /handOver: \[\{ object: \{ kind: 'ConfigMap', namespace: 'shop', name: 'web' \}, to: 'edge' \}\]/);
    return true;
  });
  const handedOver = treeOf({ api: '1' }, { handOver: [{ ref: web, to: 'edge' }] });
  assert.equal((await publish(repository, handedOver, { version, direct: true, others })).op, 'committed');
});

test('the other environments are not rendered when nothing leaves', async (t) => {
  const { repository } = await project(t);
  const others = async () => assert.fail('nobody needs them');
  await publish(repository, treeOf({ web: '1' }), { version, direct: true, others });
  assert.equal((await publish(repository, treeOf({ api: '1', web: '1' }), { version, direct: true, others })).op, 'committed');
});
