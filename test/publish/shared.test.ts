import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { readStatement } from '../../src/codec/statement.ts';
import { homeOf, indexPath } from '../../src/model/rendered.ts';
import type { RenderedRepository } from '../../src/ports.ts';
import { logOf } from '../../src/publish/history/log.ts';
import { readLatest } from '../../src/publish/latest.ts';
import { merge } from '../../src/publish/merge.ts';
import { publish } from '../../src/publish/publish.ts';
import { rollback } from '../../src/publish/rollback.ts';
import { environmentsIn } from '../../src/publish/shared.ts';
import { allowedSigners, makeSshKey, signBySsh } from '../support/keys.ts';
import { makeBareRepository, type TestRepository, temporaryFolder } from '../support/repository.ts';
import { editByHand, pathOf, project, treeOf } from './samples.ts';

const version = '1.2.3';
const fleet = 'environments/fleet';

interface Fleet {
  readonly source: TestRepository;
  readonly whole: RenderedRepository;
  readonly prod: RenderedRepository;
  readonly dev: RenderedRepository;
}

async function fleetOf(t: TestContext): Promise<Fleet> {
  const { source, repository } = await project(t);
  const of = (environment: string): RenderedRepository => repository.of(homeOf(environment, fleet));
  return { source, whole: repository, prod: of('prod'), dev: of('dev') };
}

function tree(environment: string, data: Readonly<Record<string, string>>) {
  return treeOf(data, { environment });
}

/** What stands on the branch, as paths. */
function pathsAt({ source }: Fleet, revision: string = fleet): readonly string[] {
  return source.git('ls-tree', '-r', '--name-only', revision).split('\n');
}

test('each environment has a folder of the branch, written by its own commits, with what says so beside them', async (t) => {
  const given = await fleetOf(t);
  const { source, prod, dev } = given;
  const first = await publish(prod, tree('prod', { a: '1' }), { version, direct: true });
  const second = await publish(dev, tree('dev', { a: '2' }), { version, direct: true });
  assert.deepEqual([first.branch, second.branch, first.changed.added], [fleet, fleet, [pathOf('a')]]);
  assert.deepEqual(pathsAt(given), [
    '.gitattributes',
    'README.md',
    ...['dev', 'prod'].flatMap((name) =>
      ['.gitattributes', indexPath, 'README.md', 'hydrator.metadata', pathOf('a')].map((path) => `${name}/${path}`),
    ),
  ]);
  assert.equal(source.git('log', '--format=%H', fleet), `${second.commit}\n${first.commit}\n${first.active}`);
  assert.match(source.git('show', `${fleet}:prod/README.md`), /The cluster follows the folder `prod` of `environments\/fleet`/);
  // What others do is no matter of it: its commit stays the one that changed its folder.
  assert.equal(await prod.branch(fleet, undefined), first.commit);
  const again = await publish(prod, tree('prod', { a: '1' }), { version, direct: true });
  assert.deepEqual([again.op, again.commit, source.git('rev-parse', fleet)], ['unchanged', first.commit, second.commit]);
});

test('a proposal stays what it is while others go on beside it, and its merge keeps what they did', async (t) => {
  const given = await fleetOf(t);
  const { source, prod, dev } = given;
  await publish(prod, tree('prod', { a: '1' }), { version, direct: true });
  await publish(dev, tree('dev', { a: '1' }), { version, direct: true });
  const proposed = await publish(prod, tree('prod', { a: '2' }), { version });
  assert.deepEqual([proposed.branch, proposed.pending], ['environments/prod-next', true]);
  assert.equal(source.git('diff', '--name-only', fleet, proposed.commit, '--', 'dev'), '');
  const other = await publish(dev, tree('dev', { a: '3' }), { version, direct: true });
  const again = await publish(prod, tree('prod', { a: '2' }), { version });
  assert.deepEqual([again.op, again.commit], ['unchanged', proposed.commit]);
  const merged = await merge(prod, 'prod', { commit: proposed.commit });
  assert.deepEqual([merged.op, merged.changed.modified], ['merged', [pathOf('a')]]);
  assert.equal(source.git('log', '-1', '--format=%P', fleet), `${other.commit} ${proposed.commit}`);
  assert.match(source.git('show', `${fleet}:prod/${pathOf('a')}`), /value: 2/);
  assert.match(source.git('show', `${fleet}:dev/${pathOf('a')}`), /value: 3/);
  assert.deepEqual([await prod.branch(fleet, undefined), await dev.branch(fleet, undefined)], [merged.commit, other.commit]);
  assert.equal((await merge(prod, 'prod', {})).op, 'unchanged');
});

test('a proposal that nobody overtook goes in as the very commit, and one that was overtaken in its own folder is stale', async (t) => {
  const { source, prod } = await fleetOf(t);
  await publish(prod, tree('prod', { a: '1' }), { version, direct: true });
  const { commit } = await publish(prod, tree('prod', { a: '2' }), { version });
  assert.equal((await merge(prod, 'prod', {})).commit, commit);
  assert.equal(source.git('rev-parse', fleet), commit);
  await publish(prod, tree('prod', { a: '3' }), { version });
  await publish(prod, tree('prod', { a: '4' }), { version, direct: true });
  await assert.rejects(merge(prod, 'prod', {}), {
    code: 'merge-stale',
    message: /`environments\/prod-next` does not stand on `environments\/fleet`/,
  });
});

test('what a proposal changes in other folders is neither merged nor built upon', async (t) => {
  const given = await fleetOf(t);
  const { source, prod, dev } = given;
  await publish(prod, tree('prod', { a: '1' }), { version, direct: true });
  await publish(dev, tree('dev', { a: '1' }), { version, direct: true });
  await publish(prod, tree('prod', { a: '2' }), { version });
  editByHand(source, 'environments/prod-next', { path: `dev/${pathOf('a')}`, text: 'kind: Secret\n' });
  await assert.rejects(merge(prod, 'prod', {}), { code: 'merge-stale' });
  const { commit } = await publish(prod, tree('prod', { a: '2' }), { version });
  assert.equal(source.git('diff', '--name-only', `${fleet}...${commit}`, '--', 'dev'), '');
  assert.equal((await merge(prod, 'prod', {})).op, 'merged');
  assert.match(source.git('show', `${fleet}:dev/${pathOf('a')}`), /value: 1/);
});

test('an environment goes back in its folder alone, and what that took away does not come back by itself', async (t) => {
  const given = await fleetOf(t);
  const { source, prod, dev } = given;
  const good = await publish(prod, tree('prod', { a: '1' }), { version, direct: true });
  source.commit({ 'more.ts': '1' }, 'Break the shop');
  await publish(prod, tree('prod', { a: '2' }), { version, direct: true });
  await publish(dev, tree('dev', { a: '2' }), { version, direct: true });
  const back = await rollback(prod, 'prod', { version, direct: true });
  assert.deepEqual([back.target.commit, back.changed.modified], [good.commit, [pathOf('a')]]);
  assert.equal(source.git('rev-parse', `${fleet}:prod`), source.git('rev-parse', `${good.commit}:prod`));
  assert.match(source.git('show', `${fleet}:dev/${pathOf('a')}`), /value: 2/);
  await assert.rejects(publish(prod, tree('prod', { a: '2' }), { version }), { code: 'rollback-undone', exit: 4 });
  assert.equal((await publish(dev, tree('dev', { a: '2' }), { version, direct: true })).op, 'unchanged');
  source.commit({ 'more.ts': '2' }, 'Mend the shop');
  await publish(prod, tree('prod', { a: '1' }), { version, direct: true });
  assert.equal((await publish(prod, tree('prod', { a: '2' }), { version })).op, 'committed');
});

test('a revert by git alone is no less a rollback where the tree of before had been noted with a later source', async (t) => {
  const { source, prod } = await fleetOf(t);
  await publish(prod, tree('prod', { a: '1' }), { version, direct: true });
  source.commit({ 'more.ts': '1' }, 'Say more');
  await publish(prod, tree('prod', { a: '1' }), { version, direct: true });
  source.commit({ 'more.ts': '2' }, 'Break the shop');
  const bad = await publish(prod, tree('prod', { a: '2' }), { version, direct: true });
  const scratch = `${source.folder}-revert`;
  source.git('worktree', 'add', '--quiet', '--force', '--detach', scratch, fleet);
  source.git('-C', scratch, 'revert', '--no-edit', bad.commit);
  source.git('update-ref', `refs/heads/${fleet}`, source.git('-C', scratch, 'rev-parse', 'HEAD'));
  await assert.rejects(publish(prod, tree('prod', { a: '2' }), { version }), { code: 'rollback-undone' });
});

test('each environment has its own note: what its source is says nothing of the others', async (t) => {
  const { source, prod, dev } = await fleetOf(t);
  const first = source.git('rev-parse', 'HEAD');
  for (const [home, name] of [
    [prod, 'prod'],
    [dev, 'dev'],
  ] as const)
    await publish(home, tree(name, { a: '1' }), { version, direct: true });
  const later = source.commit({ 'more.ts': '1' }, 'Say more');
  await publish(prod, tree('prod', { a: '1' }), { version, direct: true });
  const sources = await Promise.all([readLatest(prod, 'prod', 'origin'), readLatest(dev, 'dev', 'origin')]);
  assert.deepEqual(
    sources.map((one) => one?.source),
    [later, first],
  );
  const { commits } = await logOf(prod, (await prod.branch(fleet, undefined)) ?? '', { limit: 10, remote: undefined });
  assert.deepEqual(
    commits.map(({ alsoRenderedBy, added }) => [alsoRenderedBy, added]),
    [[later, 1]],
  );
});

/** A tree of one slice. */
function owned(environment: string, slice = 'shop') {
  const { index } = treeOf({ a: '1' });
  return treeOf({ a: '1' }, { environment, objects: index.objects.map((one) => ({ ...one, slice })) });
}

const shopOwners = new Map([['shop', ['@acme/shop']]]);

test('owners of all folders stand at the root, once where they are the same, and go with what they were of', async (t) => {
  const { source, prod, dev } = await fleetOf(t);
  const rules = (): readonly string[] => source.git('show', `${fleet}:CODEOWNERS`).split('\n').slice(2);
  await publish(prod, owned('prod'), { version, direct: true, owners: shopOwners });
  await publish(dev, owned('dev'), { version, direct: true, owners: shopOwners });
  assert.deepEqual(rules(), ['/*/web/ @acme/shop']);
  await publish(dev, owned('dev'), { version, direct: true, owners: new Map([['shop', ['@acme/dev', '@ada']]]) });
  assert.deepEqual(rules(), ['/dev/web/ @acme/dev @ada', '/prod/web/ @acme/shop']);
  await publish(dev, owned('dev'), { version, direct: true });
  await publish(prod, owned('prod'), { version, direct: true, owners: shopOwners, forge: 'gitea' });
  assert.deepEqual(rules(), ['[^/]+/web/.* @acme/shop']);
  await publish(prod, owned('prod'), { version, direct: true });
  assert.deepEqual(source.git('ls-tree', '--name-only', fleet).split('\n'), ['.gitattributes', 'README.md', 'dev', 'prod']);
});

test('proposals that add the same owners merge beside each other; one that adds others is made anew', async (t) => {
  const { source, prod, dev } = await fleetOf(t);
  const [one, two] = [
    await publish(prod, owned('prod'), { version, owners: shopOwners }),
    await publish(dev, owned('dev'), { version, owners: shopOwners }),
  ];
  // As a forge merges.
  const conflicts = (ours: string, theirs: string): string => {
    try {
      return source.git('merge-tree', '--write-tree', '--name-only', ours, theirs);
    } catch (thrown) {
      return String((thrown as { stdout: unknown }).stdout);
    }
  };
  assert.doesNotMatch(conflicts(one.commit, two.commit), /CONFLICT/);
  const other = new Map([['shop', ['@acme/dev']]]);
  const differing = await publish(dev, owned('dev'), { version, owners: other });
  await merge(prod, 'prod', {});
  assert.match(conflicts(fleet, differing.commit), /CONFLICT.*CODEOWNERS/);
  await assert.rejects(merge(dev, 'dev', {}), { code: 'merge-stale' });
  const again = await publish(dev, owned('dev'), { version, owners: other });
  assert.doesNotMatch(conflicts(fleet, again.commit), /CONFLICT/);
  await merge(dev, 'dev', {});
  assert.deepEqual(source.git('show', `${fleet}:CODEOWNERS`).split('\n').slice(2), ['/dev/web/ @acme/dev', '/prod/web/ @acme/shop']);
});

test('an environment that had a branch of its own goes on from there, so that its agent does, too', async (t) => {
  const { source, whole, prod, dev } = await fleetOf(t);
  const own = await publish(whole, tree('prod', { a: '1' }), { version, direct: true });
  // Whether it is the first there, or comes to others.
  const alone = await publish(whole.of(homeOf('prod', 'environments/others')), tree('prod', { a: '1' }), { version, direct: true });
  assert.equal(source.git('log', '-1', '--format=%P', alone.commit), `${alone.active} ${own.commit}`);
  await publish(dev, tree('dev', { a: '1' }), { version, direct: true });
  const tip = fleetTip(source);
  const moved = await publish(prod, tree('prod', { a: '1' }), { version });
  assert.equal(source.git('log', '-1', '--format=%P', moved.commit), `${tip} ${own.commit}`);
  const merged = await merge(prod, 'prod', {});
  assert.equal(merged.commit, moved.commit);
  const next = await publish(prod, tree('prod', { a: '2' }), { version, direct: true });
  assert.equal(source.git('log', '-1', '--format=%P', next.commit), moved.commit);
  assert.equal(await prod.isAncestor(own.commit, next.commit), true);
  const { commits } = await logOf(prod, next.commit, { limit: 10, remote: undefined });
  assert.equal(commits.length, 2);
});

test('a branch that holds a source is refused, and a folder that others wrote', async (t) => {
  const { source, whole, prod } = await fleetOf(t);
  const main = whole.of(homeOf('prod', 'main'));
  source.commit({ 'package.json': '{}' }, 'Begin');
  await assert.rejects(publish(main, tree('prod', { a: '1' }), { version, direct: true }), {
    code: 'foreign-branch',
    message: /`main` was not written by Lockstep: it has a file `package\.json`/,
  });
  await publish(prod, tree('prod', { a: '1' }), { version, direct: true });
  editByHand(source, fleet, { path: `prod/${indexPath}`, text: undefined });
  await assert.rejects(publish(prod, tree('prod', { a: '1' }), { version, direct: true }), { code: 'foreign-branch', exit: 4 });
});

test('what somebody edits in a folder stops its environment, and no other', async (t) => {
  const { source, prod, dev } = await fleetOf(t);
  await publish(prod, tree('prod', { a: '1' }), { version, direct: true });
  await publish(dev, tree('dev', { a: '1' }), { version, direct: true });
  editByHand(source, fleet, { path: `prod/${pathOf('a')}`, text: 'kind: Secret\n' });
  await assert.rejects(publish(prod, tree('prod', { a: '2' }), { version }), { code: 'edited-branch' });
  assert.equal((await publish(dev, tree('dev', { a: '2' }), { version, direct: true })).op, 'committed');
});

test('two who publish different environments at once both arrive, at a remote too', async (t) => {
  const given = await fleetOf(t);
  const { source, prod, dev } = given;
  const there = join(temporaryFolder(t), 'there.git');
  makeBareRepository(there, source.env);
  source.git('remote', 'add', 'origin', there);
  const options = { version, direct: true, remote: 'origin', begins: true };
  await publish(prod, tree('prod', { a: '1' }), options);
  let happened = false;
  const slow: RenderedRepository = {
    ...dev,
    move: async (...step) => {
      if (!happened) await publish(prod, tree('prod', { a: '2' }), options);
      happened = true;
      return dev.move(...step);
    },
  };
  await assert.rejects(publish(slow, tree('dev', { a: '1' }), options), { code: 'branch-moved' });
  await publish(slow, tree('dev', { a: '1' }), options);
  const tip = source.git('ls-remote', there, `refs/heads/${fleet}`).slice(0, 40);
  assert.deepEqual(environmentsIn(pathsAt(given, tip).map((path) => ({ path }))), ['dev', 'prod']);
  assert.match(source.git('show', `${tip}:prod/${pathOf('a')}`), /value: 2/);
});

test('proposals begin with a branch that holds nothing but what says what it is', async (t) => {
  const given = await fleetOf(t);
  const { source, prod, dev } = given;
  const first = await publish(prod, tree('prod', { a: '1' }), { version });
  assert.deepEqual(pathsAt(given), ['.gitattributes', 'README.md']);
  const second = await publish(dev, tree('dev', { a: '1' }), { version });
  assert.equal(source.git('rev-list', '--count', fleet), '1');
  for (const { pending } of [first, second]) assert.equal(pending, true);
  assert.equal((await merge(prod, 'prod', {})).commit, first.commit);
  await merge(dev, 'dev', {});
  assert.deepEqual(environmentsIn(pathsAt(given).map((path) => ({ path }))), ['dev', 'prod']);
  await assert.rejects(rollback(prod, 'prod', { version }), { code: 'rollback-nothing' });
});

test('what is attested is the tree of the folder, which the commits of others beside it do not change', async (t) => {
  const { source, prod, dev } = await fleetOf(t);
  const key = makeSshKey(t);
  signBySsh(source, key.path);
  const signers = allowedSigners(t, { 'ada@example.com': key });
  const { commit } = await publish(prod, tree('prod', { a: '1' }), { version, direct: true });
  await publish(dev, tree('dev', { a: '1' }), { version, direct: true });
  const folder = source.git('rev-parse', `${fleet}:prod`);
  const found = await prod.attestationOf(await prod.treeOf(fleetTip(source)), undefined);
  assert.deepEqual([found?.tree, readStatement(found?.message ?? '')?.tree], [folder, folder]);
  assert.equal((await prod.signatureOf(found?.commit ?? '', signers)).state, 'good');
  assert.equal((await prod.signatureOf(commit, signers)).state, 'good');
  assert.match(found?.message ?? '', /"name": "environments\/fleet\/prod"/);
  // A merge beside what others did is signed, too.
  const proposed = await publish(prod, tree('prod', { a: '2' }), { version });
  await publish(dev, tree('dev', { a: '2' }), { version, direct: true });
  const merged = await merge(prod, 'prod', {});
  assert.notEqual(merged.commit, proposed.commit);
  assert.equal((await prod.signatureOf(merged.commit, signers)).state, 'good');
});

function fleetTip(source: TestRepository): string {
  return source.git('rev-parse', fleet);
}
