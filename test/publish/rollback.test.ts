import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { type PublishOptions, publish } from '../../src/publish/publish.ts';
import { type RollbackOptions, rollback } from '../../src/publish/rollback.ts';
import { makeBareRepository, openTestRepository, temporaryFolder } from '../support/repository.ts';
import { editByHand, manifest, pathOf, project, treeOf } from './samples.ts';

const version = '1.2.3';
const direct: PublishOptions & RollbackOptions = { version, direct: true };
const active = 'environments/prod';
const next = 'environments/prod-next';

test('a rollback puts the manifests of before in force, with a commit on top that names both', async (t) => {
  const { source, repository } = await project(t);
  const good = await publish(repository, treeOf({ a: '1', b: '1' }), direct);
  source.commit({ 'environments/prod.ts': 'export default 2;\n' }, 'Break the shop');
  const bad = await publish(repository, treeOf({ a: '2' }), direct);
  const result = await rollback(repository, 'prod', direct);
  assert.deepEqual(result, {
    op: 'committed',
    branch: active,
    commit: source.git('rev-parse', active),
    active: bad.commit,
    changed: { added: [pathOf('b')], modified: [pathOf('a')], removed: [] },
    pending: false,
    pushed: false,
    edited: [],
    target: { commit: good.commit, subject: source.git('log', '-1', '--format=%s', good.commit) },
  });
  assert.equal(source.git('rev-parse', `${active}^{tree}`), source.git('rev-parse', `${good.commit}^{tree}`));
  assert.equal(source.git('rev-parse', `${active}^1`), bad.commit);
  const message = source.git('log', '-1', '--format=%B', active);
  assert.match(message, new RegExp(`^Roll back prod to ${good.commit.slice(0, 7)} \\([0-9a-f]{7}: Start the shop\\)\n`));
  assert.ok(message.includes(good.commit) && message.includes(bad.commit));
  assert.match(message, /^Rendered-by: lockstep\/1\.2\.3$/m);
});

test('the note of a rollback names the source commit that is in force again', async (t) => {
  const { source, repository } = await project(t);
  const head = source.git('rev-parse', 'HEAD');
  await publish(repository, treeOf({ a: '1' }), direct);
  source.commit({}, 'Break the shop');
  await publish(repository, treeOf({ a: '2' }), direct);
  const { commit } = await rollback(repository, 'prod', direct);
  assert.equal(source.git('notes', '--ref=hydrator.metadata', 'show', commit), `{"drySha":"${head}"}`);
});

test('commits that changed no manifest are passed over', async (t) => {
  const { source, repository } = await project(t);
  const good = await publish(repository, treeOf({ a: '1' }), direct);
  await publish(repository, treeOf({ a: '2' }), direct);
  editByHand(source, active, { path: 'README.md', text: 'Hello.\n' });
  const { commit } = await rollback(repository, 'prod', direct);
  assert.equal(source.git('rev-parse', `${commit}^{tree}`), source.git('rev-parse', `${good.commit}^{tree}`));
});

test('a rollback is a proposal unless told otherwise; doing it twice adds nothing', async (t) => {
  const { source, repository } = await project(t);
  await publish(repository, treeOf({ a: '1' }), direct);
  const bad = await publish(repository, treeOf({ a: '2' }), direct);
  await publish(repository, treeOf({ a: '3' }), { version });
  const first = await rollback(repository, 'prod', { version });
  assert.deepEqual([first.op, first.branch, first.pending], ['committed', next, true]);
  assert.equal(source.git('rev-parse', `${next}^1`), bad.commit);
  assert.equal(source.git('rev-parse', active), bad.commit);
  const second = await rollback(repository, 'prod', { version });
  assert.deepEqual([second.op, second.commit], ['unchanged', first.commit]);
});

test('a rollback goes to the commit it is told, given in full or by its first digits', async (t) => {
  const { source, repository } = await project(t);
  const first = await publish(repository, treeOf({ a: '1' }), direct);
  const second = await publish(repository, treeOf({ a: '2' }), direct);
  await publish(repository, treeOf({ a: '3' }), direct);
  for (const [to, value] of [
    [first.commit.slice(0, 8), '1'],
    [second.commit, '2'],
  ] as const) {
    const { commit } = await rollback(repository, 'prod', { ...direct, to });
    assert.equal(source.git('show', `${commit}:${pathOf('a')}`), manifest('a', value).trimEnd());
  }
});

test('a commit that the active branch never pointed to is refused, whoever names it', async (t) => {
  const { source, repository } = await project(t);
  await publish(repository, treeOf({ a: '1' }), direct);
  const tip = await publish(repository, treeOf({ a: '2' }), direct);
  const proposed = await publish(repository, treeOf({ a: '3' }), { version });
  const head = source.git('rev-parse', 'HEAD');
  for (const to of [proposed.commit, head, tip.commit, 'f'.repeat(40), '', '--help', 'HEAD~1', tip.commit.slice(0, 3)]) {
    await assert.rejects(rollback(repository, 'prod', { ...direct, to }), { code: 'rollback-unknown', exit: 2 }, to);
  }
  assert.equal(source.git('rev-parse', active), tip.commit);
});

test('where nothing else ever was, there is nothing to go back to', async (t) => {
  const { source, repository } = await project(t);
  await assert.rejects(rollback(repository, 'prod', direct), { code: 'rollback-nothing', exit: 2, help: /`--push origin`/ });
  const empty = source.git('commit-tree', '-m', 'Empty', source.git('hash-object', '-w', '-t', 'tree', '/dev/null'));
  source.git('update-ref', `refs/heads/${active}`, empty);
  await publish(repository, treeOf({ a: '1' }), direct);
  await assert.rejects(rollback(repository, 'prod', direct), { code: 'rollback-nothing', exit: 2 });
  await assert.rejects(rollback(repository, 'prod', { ...direct, to: empty }), { code: 'empty-render', exit: 4 });
});

test('a change by hand does not stop a rollback, and is named', async (t) => {
  const { source, repository } = await project(t);
  await publish(repository, treeOf({ a: '1', b: '1' }), direct);
  await publish(repository, treeOf({ a: '2', b: '1' }), direct);
  editByHand(source, active, { path: pathOf('b'), text: manifest('b', 'by hand') });
  const result = await rollback(repository, 'prod', { ...direct, to: source.git('rev-parse', `${active}~2`) });
  assert.deepEqual([result.op, result.edited], ['committed', [pathOf('b')]]);
});

test('a rollback at a remote is a normal push there', async (t) => {
  const { source, repository } = await project(t);
  const bare = join(temporaryFolder(t), 'shop.git');
  makeBareRepository(bare, source.env);
  const at = openTestRepository(bare, source.env);
  at.git('config', 'receive.denyNonFastForwards', 'true');
  source.git('remote', 'add', 'origin', bare);
  await publish(repository, treeOf({ a: '1' }), { ...direct, remote: 'origin' });
  await publish(repository, treeOf({ a: '2' }), { ...direct, remote: 'origin' });
  const result = await rollback(repository, 'prod', { ...direct, remote: 'origin' });
  assert.deepEqual([result.pushed, at.git('rev-parse', active), at.git('rev-list', '--count', active)], [true, result.commit, '3']);
});

/** A shop whose third publish broke `a`, and added what is no harm, and which was rolled back: by `how`. */
async function rolledBack(
  t: Parameters<typeof project>[0],
  how: (shop: Awaited<ReturnType<typeof project>>) => Promise<unknown> | unknown,
) {
  const shop = await project(t);
  await publish(shop.repository, treeOf({ a: '1', b: '1' }), direct);
  shop.source.commit({ 'environments/prod.ts': 'export default 2;\n' }, 'Break the shop');
  await publish(shop.repository, treeOf({ a: '2', b: '1', c: '1' }), direct);
  await how(shop);
  shop.source.commit({ 'docs.md': 'Words.\n' }, 'Explain');
  return shop;
}

for (const [how, go] of [
  ['in force', ({ repository }) => rollback(repository, 'prod', direct)],
  ['proposed', ({ repository }) => rollback(repository, 'prod', { version })],
  [
    'reverted by hand',
    ({ source }) => {
      source.git('checkout', '--quiet', active);
      source.git('revert', '--no-edit', 'HEAD');
      source.git('checkout', '--quiet', 'main');
    },
  ],
] satisfies [string, (shop: Awaited<ReturnType<typeof project>>) => unknown][]) {
  test(`what was rolled back, ${how}, does not come back before the source has followed`, async (t) => {
    const { source, repository } = await rolledBack(t, go);
    const again = publish(repository, treeOf({ a: '2', b: '2', c: '1' }), { version });
    await assert.rejects(again, { code: 'rollback-undone', exit: 4, message: new RegExp(`${pathOf('a')}.*${pathOf('c')}`) });
    const part = publish(repository, treeOf({ a: '3', b: '2', c: '1' }), { version });
    await assert.rejects(part, (thrown: Error) => thrown.message.includes(pathOf('c')) && !thrown.message.includes(pathOf('a')));
    const mended = await publish(repository, treeOf({ a: '3', b: '2', c: '2' }), { version });
    assert.deepEqual([mended.op, mended.pending], ['committed', true]);
    source.commit({ 'docs.md': 'More words.\n' }, 'Explain more');
    assert.equal((await publish(repository, treeOf({ a: '2', b: '2', c: '1' }), { version })).op, 'committed', 'a publish stands between');
  });

  test(`what was rolled back, ${how}, comes back when it is meant to, or when the source had followed`, async (t) => {
    const { repository } = await rolledBack(t, go);
    const meant = await publish(repository, treeOf({ a: '2', b: '1', c: '1' }), { version, undoRollback: true });
    assert.notEqual(meant.op, 'overtaken');
    const other = await rolledBack(t, go);
    other.source.commit({ 'environments/prod.ts': 'export default 1;\n' }, 'Revert what broke the shop');
    assert.equal((await publish(other.repository, treeOf({ a: '1', b: '1' }), { version })).op, 'unchanged');
    other.source.commit({ 'environments/prod.ts': 'export default 2;\n' }, 'Try again');
    const again = await publish(other.repository, treeOf({ a: '2', b: '1', c: '1' }), { version });
    // What was never taken out of force is there still: only its proposal goes.
    assert.equal(again.op, how === 'proposed' ? 'unchanged' : 'committed');
  });
}

for (const [how, to] of [
  ['further back', 0],
  ['less far', 1],
] as const) {
  test(`who rolls back once more, ${how}, brings back nothing of what the first rollback took away`, async (t) => {
    const { source, repository } = await project(t);
    const commits: string[] = [];
    for (const a of ['1', '2', '3']) {
      source.commit({ 'environments/prod.ts': `export default ${a};\n` }, `Say ${a}`);
      commits.push((await publish(repository, treeOf({ a }), direct)).commit);
    }
    await rollback(repository, 'prod', { ...direct, to: commits[1 - to] ?? '' });
    await rollback(repository, 'prod', { ...direct, to: commits[to] ?? '' });
    await assert.rejects(publish(repository, treeOf({ a: '3' }), { version }), { code: 'rollback-undone' });
    assert.equal((await publish(repository, treeOf({ a: '4' }), { version })).op, 'committed');
  });
}

test('what was meant to come back, and was merged in whatever way, is no rollback itself', async (t) => {
  for (const merge of [
    ['merge', '--no-ff', '--no-edit'],
    ['merge', '--squash'],
  ]) {
    const { source, repository } = await rolledBack(t, ({ repository: there }) => rollback(there, 'prod', direct));
    // What was broken comes back from the very commit that it was rendered from before.
    source.git('checkout', '--quiet', '--detach', 'main^');
    await publish(repository, treeOf({ a: '2', b: '1', c: '1' }), { version, undoRollback: true });
    source.git('checkout', '--quiet', active);
    source.git(...merge, next);
    if (merge.includes('--squash')) source.git('commit', '--quiet', '--message', 'Deploy prod (#5)');
    source.git('checkout', '--quiet', 'main');
    assert.equal(source.git('rev-parse', `${active}^{tree}`), source.git('rev-parse', `${active}~2^{tree}`));
    source.commit({ 'environments/prod.ts': 'export default 1;\n' }, 'Revert what broke the shop');
    assert.equal((await publish(repository, treeOf({ a: '1', b: '1' }), { version })).op, 'committed');
  }
});

test('a commit that changes nothing hides no rollback, and the source can follow it', async (t) => {
  const { source, repository } = await rolledBack(t, ({ repository: there }) => rollback(there, 'prod', direct));
  source.git('checkout', '--quiet', active);
  source.git('commit', '--quiet', '--allow-empty', '--message', 'Nothing');
  source.git('checkout', '--quiet', 'main');
  await assert.rejects(publish(repository, treeOf({ a: '2', b: '1', c: '1' }), { version }), { code: 'rollback-undone' });
  source.commit({ 'environments/prod.ts': 'export default 1;\n' }, 'Revert what broke the shop');
  assert.equal((await publish(repository, treeOf({ a: '1', b: '1' }), { version })).op, 'unchanged');
  source.commit({ 'environments/prod.ts': 'export default 2;\n' }, 'Try again');
  assert.equal((await publish(repository, treeOf({ a: '2', b: '1', c: '1' }), { version })).op, 'committed');
});

test('a rollback that is only proposed is told as that', async (t) => {
  const { repository } = await rolledBack(t, ({ repository: there }) => rollback(there, 'prod', { version }));
  const again = publish(repository, treeOf({ a: '2', b: '1', c: '1' }), { version });
  await assert.rejects(again, {
    message: /^a rollback of `prod` is proposed since .*, and the source still renders what that takes away: /,
  });
});
