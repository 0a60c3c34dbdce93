import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { compilersHiding } from '../../../src/commands/hiding.ts';
import { isNamed } from '../../../src/model/named.ts';
import type { RenderedRepository } from '../../../src/ports.ts';
import type { LoggedCommit } from '../../../src/publish/history/commits.ts';
import { logOf, logOfObject, type ObjectLog } from '../../../src/publish/history/log.ts';
import { publish } from '../../../src/publish/publish.ts';
import { rollback } from '../../../src/publish/rollback.ts';
import type { TestRepository } from '../../support/repository.ts';
import { editByHand, manifest, pathOf, project, treeOf } from '../samples.ts';

const version = '1.2.3';
const direct = { version, direct: true };
const active = 'environments/prod';
const next = 'environments/prod-next';
const grace = ['-c', 'user.name=Grace Hopper', '-c', 'user.email=grace@example.com'];

interface Bench {
  readonly source: TestRepository;
  readonly repository: RenderedRepository;
  /** A source commit of this subject, rendered to these ConfigMaps. */
  render(subject: string, data: Readonly<Record<string, string>>, how?: object): Promise<string>;
  log(limit?: number): Promise<readonly LoggedCommit[]>;
  logOf(name: string, path?: string): Promise<readonly ObjectLog[]>;
}

async function bench(t: TestContext): Promise<Bench> {
  const { source, repository } = await project(t);
  const tip = (): string => source.git('rev-parse', active);
  return {
    source,
    repository,
    async render(subject, data, how = direct) {
      source.commit({}, subject);
      return (await publish(repository, treeOf(data), { version, ...how })).commit;
    },
    log: async (limit = 100) => (await logOf(repository, tip(), { limit, remote: undefined })).commits,
    async logOf(name, path) {
      const followed = { path, isMeant: isMeant(name) };
      const given = { followed, nodeOf: () => undefined, hiding: compilersHiding(), limit: 100, remote: undefined };
      return (await logOfObject(repository, tip(), given)).commits;
    },
  };
}

const isMeant =
  (name: string) =>
  (ref: Parameters<typeof isNamed>[0]): boolean =>
    isNamed(ref, name);

/** Does something in a work tree of the branch. */
function inBranch(source: TestRepository, act: (git: TestRepository['git']) => void): void {
  const scratch = `${source.folder}-branch`;
  source.git('worktree', 'add', '--quiet', '--force', scratch, active);
  act((...args) => source.git('-C', scratch, ...grace, ...args));
  source.git('worktree', 'remove', '--force', scratch);
}

/** Merges the proposal, as a forge does. */
function merge(source: TestRepository, ...how: readonly string[]): void {
  inBranch(source, (git) => {
    git('merge', '--quiet', ...how, next);
    if (how.includes('--squash')) git('commit', '--quiet', '--message', 'Squash of the proposal (#7)');
  });
}

const inShort = ({ how, by, source, added, changed, removed, rollbackTo, dirty }: LoggedCommit): unknown => [
  how,
  by.name.split(' ')[0],
  source?.subject ?? null,
  `+${added} ~${changed} -${removed}`,
  ...(rollbackTo === undefined ? [] : [rollbackTo]),
  ...(dirty === undefined ? [] : ['dirty']),
];

test('a log tells who let in what, and from which source: by a merge, by a squash, by Lockstep alone, by hand', async (t) => {
  const { source, repository, render, log } = await bench(t);
  await render('Begin', { a: '1', b: '1' });
  await render('Change a', { a: '2', b: '1' }, {});
  merge(source, '--no-ff', '--message', 'Merge the proposal');
  await render('Take b away, add c', { a: '2', c: '1' }, {});
  merge(source, '--squash');
  const good = source.git('rev-parse', active);
  editByHand(source, active, { path: pathOf('a'), text: manifest('a', '3') });
  await rollback(repository, 'prod', { version, to: good });
  merge(source, '--no-ff', '--message', 'Merge the rollback');
  assert.deepEqual((await log()).map(inShort), [
    ['merged', 'Grace', 'Take b away, add c', '+0 ~1 -0', good],
    ['committed', 'Ada', null, '+0 ~1 -0'],
    ['committed', 'Grace', 'Take b away, add c', '+1 ~0 -1'],
    ['merged', 'Grace', 'Change a', '+0 ~1 -0'],
    ['published', 'Ada', 'Begin', '+2 ~0 -0'],
  ]);
  assert.equal((await log(2)).length, 2);
});

test('what is rendered once more from the same commit, with changes that are not committed, has its source all the same', async (t) => {
  const { source, repository, render, log } = await bench(t);
  const first = await render('Begin', { a: '1' });
  source.write('environments/prod.ts', 'export default 2;\n');
  await publish(repository, treeOf({ a: '2' }), { ...direct, allowDirty: true });
  const [newest, oldest] = await log();
  assert.deepEqual([newest && inShort(newest), oldest?.commit], [['published', 'Ada', 'Begin', '+0 ~1 -0', 'dirty'], first]);
});

test('a note that moved on names the commit that renders to the same', async (t) => {
  const { source, repository, render, log } = await bench(t);
  await render('Begin', { a: '1' });
  const same = source.commit({}, 'Write a comment');
  await publish(repository, treeOf({ a: '1' }), direct);
  assert.deepEqual(
    (await log()).map((one) => [one.source?.subject, one.alsoRenderedBy]),
    [['Begin', same]],
  );
});

test('the log of an object has what changed it alone: over a time without it, other folders, other objects in its place', async (t) => {
  const { source, render, logOf: logOfOne } = await bench(t);
  await render('Begin', { a: '1', b: '1' });
  await render('Change b', { a: '1', b: '2' });
  await render('Take a away', { b: '2' });
  await render('Change b again', { b: '3' });
  await render('Bring a back', { a: '5', b: '3' });
  const moved = pathOf('a').replace('web/', '');
  inBranch(source, (git) => {
    git('rm', '--quiet', pathOf('b'));
    git('mv', '--force', pathOf('a'), moved);
    git('commit', '--quiet', '--message', 'Move it');
  });
  editByHand(source, active, { path: moved, text: manifest('a', '6').replace('\ndata:', '\n# only a comment\ndata:') });
  editByHand(source, active, { path: moved, text: manifest('a', '6') });
  const steps = await logOfOne('configmap/shop/a', moved);
  assert.deepEqual(
    steps.map(({ op, path, from, fields, source: made }) => [
      op,
      path,
      from ?? '',
      fields.map(({ place, before, after }) => `${place} ${String(before)} ${String(after)}`).join(),
      made?.subject ?? '',
    ]),
    [
      ['change', moved, '', 'data.value 5 6', ''],
      ['move', moved, pathOf('a'), '', ''],
      ['add', pathOf('a'), '', '', 'Bring a back'],
      ['remove', pathOf('a'), '', '', 'Take a away'],
      ['add', pathOf('a'), '', '', 'Begin'],
    ],
  );
});

test('an object that is gone is found where it went, also by a name without its namespace', async (t) => {
  const { render, logOf: logOfOne } = await bench(t);
  await render('Begin', { a: '1', b: '1' });
  await render('Take a away', { b: '1' });
  await render('Change b', { b: '2' });
  for (const name of ['ConfigMap/shop/a', 'configmap/A'])
    assert.deepEqual(
      (await logOfOne(name)).map(({ op, object }) => [op, object.name]),
      [
        ['remove', 'a'],
        ['add', 'a'],
      ],
    );
  assert.deepEqual(await logOfOne('secret/shop/a'), []);
});

test('what cannot be read is not there', async (t) => {
  const { source, render, logOf: logOfOne } = await bench(t);
  await render('Begin', { a: '1' });
  editByHand(source, active, { path: pathOf('a'), text: 'kind: [\n' });
  editByHand(source, active, { path: pathOf('a'), text: manifest('a', '2') });
  const steps = await logOfOne('configmap/shop/a', pathOf('a'));
  assert.deepEqual(
    steps.map(({ op }) => op),
    ['add', 'remove', 'add'],
  );
});

/** Notes with a commit in the place of the note of `about`. */
function noteThatIsNoFile(source: TestRepository, about: string): string {
  const file = `${source.folder}-tree`;
  writeFileSync(file, Buffer.concat([Buffer.from(`160000 ${about}\0`), Buffer.from(about, 'hex')]));
  return source.git('commit-tree', '-m', 'Note', source.git('hash-object', '-t', 'tree', '-w', '--literally', file));
}

test('what somebody wrote by hand neither hides the history nor reaches the terminal', async (t) => {
  const { source, render, log, logOf: logOfOne } = await bench(t);
  const first = await render('Begin', { a: '1' });
  editByHand(source, active, { path: pathOf('a'), text: manifest('a', 'z'.repeat(10_000_001)) });
  editByHand(source, active, { path: pathOf('a'), text: manifest('a', '2') });
  assert.deepEqual(
    (await logOfOne('configmap/shop/a', pathOf('a'))).map(({ op }) => op),
    ['add', 'remove', 'add'],
  );
  // A commit of another repository in the place of a file, a time that no calendar has, and what no id looks like.
  inBranch(source, (git) => {
    git('update-index', '--add', '--cacheinfo', `160000,${first},hydrator.metadata`);
    git('commit', '--quiet', '--message', 'Edit\n\nRendered-by: lockstep/1\nRendered-rollback-to: \u001b[2J');
  });
  const file = `${source.folder}-commit`;
  const text = source.git('cat-file', 'commit', active).replace(/^committer (.*) \d+ /m, 'committer $1 9999999999999 ');
  writeFileSync(file, `${text}\n`);
  source.git('update-ref', `refs/heads/${active}`, source.git('hash-object', '-t', 'commit', '-w', file));
  source.git('update-ref', 'refs/notes/hydrator.metadata', noteThatIsNoFile(source, source.git('rev-parse', active)));
  const [newest, ...others] = await log();
  assert.deepEqual([newest?.date, newest?.source, newest?.rollbackTo], ['1970-01-01T00:00:00Z', null, undefined]);
  assert.equal(others.length, 3);
});
