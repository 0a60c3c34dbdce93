import assert from 'node:assert/strict';
import { test } from 'node:test';
import { publish } from '../../src/publish/publish.ts';
import { mergeMember, proposeSet, readSet, type SetResult } from '../../src/publish/sets.ts';
import { project, treeOf } from './samples.ts';

const version = '1.2.3';
const remote = undefined;
type Shop = Awaited<ReturnType<typeof project>>;

/** Publishes what environments hold, as proposals of a set. */
async function propose({ repository }: Shop, values: Readonly<Record<string, string>>): Promise<SetResult> {
  const members = new Map<string, string>();
  for (const [environment, value] of Object.entries(values)) {
    const { commit } = await publish(repository, treeOf({ a: value }, { environment }), { version });
    members.set(environment, commit);
  }
  return proposeSet(repository, 'all', { members, version, source: await repository.state() });
}

/** Merges the proposal of the set as a forge does, and what it says may come into force. */
async function mergeAll({ source, repository }: Shop): Promise<readonly unknown[]> {
  source.git('update-ref', 'refs/heads/sets/all', 'refs/heads/sets/all-next');
  const ops: unknown[] = [];
  for (const [environment, commit] of await readSet(repository, 'all', remote))
    ops.push((await mergeMember(repository, { environment, commit, remote })).op);
  return ops;
}

test('a set is proposed by one branch, which names the commits; merged, they are in force', async (t) => {
  const shop = await project(t);
  const { source } = shop;
  const first = await propose(shop, { eu: '1', us: '1' });
  assert.deepEqual([first.op, first.branch, first.pending], ['committed', 'sets/all-next', true]);
  assert.equal(source.git('ls-tree', '-r', '--name-only', 'sets/all'), 'README.md', 'there is a branch to propose to');
  assert.equal(source.git('show', 'sets/all-next:environments/eu'), source.git('rev-parse', 'environments/eu-next'));
  assert.deepEqual(await propose(shop, { eu: '1', us: '1' }), { ...first, op: 'unchanged' });
  assert.deepEqual(await mergeAll(shop), ['merged', 'merged']);
  assert.equal(source.git('rev-parse', 'environments/us'), source.git('rev-parse', 'environments/us-next'));
  assert.deepEqual(await mergeAll(shop), ['unchanged', 'unchanged']);
  const again = await propose(shop, { eu: '1', us: '1' });
  assert.deepEqual([again.op, again.branch, again.pending], ['unchanged', 'sets/all', false]);
});

test('what was reviewed comes into force, also where more was published meanwhile; what does not stand on it does not', async (t) => {
  const shop = await project(t);
  const { source, repository } = shop;
  await propose(shop, { eu: '1', us: '1' });
  await mergeAll(shop);
  await propose(shop, { eu: '2', us: '2' });
  const reviewed = source.git('rev-parse', 'environments/eu-next');
  await publish(repository, treeOf({ a: '3' }, { environment: 'eu' }), { version });
  await publish(repository, treeOf({ a: '9' }, { environment: 'us' }), { version, direct: true });
  source.git('update-ref', 'refs/heads/sets/all', 'refs/heads/sets/all-next');
  const members = await readSet(repository, 'all', remote);
  assert.equal((await mergeMember(repository, { environment: 'eu', commit: members.get('eu') ?? '', remote })).op, 'merged');
  assert.equal(source.git('rev-parse', 'environments/eu'), reviewed);
  const stale = mergeMember(repository, { environment: 'us', commit: members.get('us') ?? '', remote });
  await assert.rejects(stale, { code: 'merge-stale', exit: 4 });
  assert.equal(source.git('show', 'environments/us:web/configmap.core.shop.a.yaml').includes('value: 9'), true);
});

test('a set that went back to what is in force has no proposal any more; a branch of others is none', async (t) => {
  const shop = await project(t);
  const { source, repository } = shop;
  await propose(shop, { eu: '1' });
  await mergeAll(shop);
  await propose(shop, { eu: '2' });
  const back = await propose(shop, { eu: '1' });
  assert.deepEqual([back.op, back.pending], ['unchanged', false]);
  assert.equal(source.git('rev-parse', 'sets/all-next'), source.git('rev-parse', 'sets/all'));
  await assert.rejects(readSet(repository, 'none', remote), { code: 'set-unknown', exit: 2 });
  source.git('branch', 'sets/foreign', 'main');
  await assert.rejects(readSet(repository, 'foreign', remote), { code: 'foreign-branch', exit: 4 });
});
