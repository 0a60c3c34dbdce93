import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { RenderedRepository } from '../../src/ports.ts';
import type { PublishResult } from '../../src/publish/branches.ts';
import { type PublishOptions, publish } from '../../src/publish/publish.ts';
import { makeBareRepository, makeRepository, openTestRepository, type TestRepository, temporaryFolder } from '../support/repository.ts';
import { editByHand, manifest, opened, pathOf, project, treeOf } from './samples.ts';

const version = '1.2.3';
const direct: PublishOptions = { version, direct: true };
const proposal: PublishOptions = { version };
const active = 'environments/prod';
const next = 'environments/prod-next';

function tipOf(source: TestRepository, branch: string): string | undefined {
  return source.git('for-each-ref', '--format=%(objectname)', `refs/heads/${branch}`) || undefined;
}

function noteOf(source: TestRepository, commit: string): unknown {
  return JSON.parse(source.git('notes', '--ref=hydrator.metadata', 'show', commit));
}

test('a first publish makes the proposal branch, with no parent, the tree, its provenance and a note', async (t) => {
  const { source, repository } = await project(t);
  const result = await publish(repository, treeOf({ a: '1', b: '1' }), proposal);
  const { commit } = result;
  assert.deepEqual(result, {
    op: 'committed',
    branch: next,
    commit,
    active: null,
    changed: { added: [pathOf('a'), pathOf('b')], modified: [], removed: [] },
    pending: true,
    pushed: false,
    edited: [],
  });
  assert.deepEqual([tipOf(source, next), tipOf(source, active)], [commit, undefined]);
  assert.equal(
    source.git('ls-tree', '-r', '--name-only', commit),
    ['.gitattributes', '.lockstep/index', 'README.md', 'hydrator.metadata', pathOf('a'), pathOf('b')].join('\n'),
  );
  const head = source.git('rev-parse', 'HEAD');
  assert.equal(
    source.git('log', '-1', '--format=%P|%an|%ad|%cn|%cd', '--date=raw', commit),
    '|Ada Lovelace|1767225600 +0100|Ada Lovelace|1767229200 +0000',
  );
  assert.equal(source.git('log', '-1', '--format=%s', commit), `${head.slice(0, 7)}: Start the shop`);
  assert.equal(JSON.parse(source.git('show', `${commit}:hydrator.metadata`)).drySha, head);
  assert.deepEqual(noteOf(source, commit), { drySha: head });
});

test('of what comes from a commit only the lock may be dirty', async (t) => {
  const { source, repository } = await project(t);
  const commit = source.git('rev-parse', 'HEAD');
  const from = { commit, lock: 'environments/prod.lock.yaml' };
  source.commit({ 'environments/prod.lock.yaml': `source: ${commit}\n` }, 'Promote prod');
  source.write('environments/dev.ts', 'export default 2;\n');
  const { commit: rendered } = await publish(repository, treeOf({ a: '1' }), { ...direct, from });
  assert.match(source.git('log', '-1', '--format=%B', rendered), new RegExp(`Promote prod\n[^]*Rendered-source: ${commit}\\n`));
  assert.deepEqual(noteOf(source, rendered), { drySha: source.git('rev-parse', 'HEAD') });
  source.write('environments/prod.lock.yaml', '');
  await assert.rejects(publish(repository, treeOf({ a: '2' }), { ...direct, from }), /not committed: `environments\/prod\.lock\.yaml`/);
});

test('publishing the same again makes no commit; the note moves on to the new source commit', async (t) => {
  const { source, repository } = await project(t);
  const first = await publish(repository, treeOf({ a: '1' }), direct);
  const head = source.commit({ 'docs.md': 'More words.\n' }, 'Explain');
  const second = await publish(repository, treeOf({ a: '1' }), direct);
  assert.deepEqual([second.op, second.commit, second.pending], ['unchanged', first.commit, false]);
  assert.deepEqual(noteOf(source, first.commit), { drySha: head });
});

test('a change is committed on top of the active branch, and named', async (t) => {
  const { source, repository } = await project(t);
  const first = await publish(repository, treeOf({ a: '1', b: '1' }), direct);
  const second = await publish(repository, treeOf({ a: '2', c: '1' }), direct);
  assert.deepEqual(second.changed, { added: [pathOf('c')], modified: [pathOf('a')], removed: [pathOf('b')] });
  assert.equal(source.git('log', '-1', '--format=%P', second.commit), first.commit);
  assert.equal(tipOf(source, active), second.commit);
  assert.equal(source.git('show', `${second.commit}:${pathOf('a')}`), manifest('a', '2').trimEnd());
});

test('a change of the index alone is a change', async (t) => {
  const { repository } = await project(t);
  await publish(repository, treeOf({ a: '1' }), direct);
  const second = await publish(repository, treeOf({ a: '1' }, { cluster: 'eu-2' }), proposal);
  assert.deepEqual([second.op, second.pending, second.changed], ['committed', true, { added: [], modified: [], removed: [] }]);
});

test('a proposal stands on the active branch, the next one on the proposal, and the difference is that from the active branch', async (t) => {
  const { source, repository } = await project(t);
  const base = await publish(repository, treeOf({ a: '1' }), direct);
  const first = await publish(repository, treeOf({ a: '2' }), proposal);
  const second = await publish(repository, treeOf({ a: '2', b: '1' }), proposal);
  const again = await publish(repository, treeOf({ a: '2', b: '1' }), proposal);
  assert.deepEqual(source.git('rev-list', next).split('\n'), [second.commit, first.commit, base.commit]);
  assert.deepEqual(second.changed, { added: [pathOf('b')], modified: [pathOf('a')], removed: [] });
  assert.deepEqual([again.op, again.commit, again.pending, again.changed], ['unchanged', second.commit, true, second.changed]);
  assert.equal(tipOf(source, active), base.commit);
});

test('after a proposal was squashed into the active branch, the next one starts from there', async (t) => {
  const { source, repository } = await project(t);
  const base = await publish(repository, treeOf({ a: '1' }), direct);
  const first = await publish(repository, treeOf({ a: '2' }), proposal);
  const squashed = source.git('commit-tree', '-p', base.commit, '-m', 'Squash', `${first.commit}^{tree}`);
  source.git('update-ref', `refs/heads/${active}`, squashed);
  const second = await publish(repository, treeOf({ a: '3' }), proposal);
  assert.equal(source.git('log', '-1', '--format=%P', second.commit), squashed);
  assert.equal(tipOf(source, next), second.commit);
});

test('a proposal that is what the active branch holds is nothing to review: its branch goes back to the active tip', async (t) => {
  const { source, repository } = await project(t);
  const base = await publish(repository, treeOf({ a: '1' }), direct);
  await publish(repository, treeOf({ a: '2' }), proposal);
  const withdrawn = await publish(repository, treeOf({ a: '1' }), proposal);
  assert.deepEqual([withdrawn.op, withdrawn.branch, withdrawn.commit, withdrawn.pending], ['unchanged', active, base.commit, false]);
  assert.equal(tipOf(source, next), base.commit);
});

test('nothing to propose makes no proposal branch', async (t) => {
  const { source, repository } = await project(t);
  const base = await publish(repository, treeOf({ a: '1' }), direct);
  const result = await publish(repository, treeOf({ a: '1' }), proposal);
  assert.deepEqual([result.op, result.branch, result.commit, result.pending], ['unchanged', active, base.commit, false]);
  assert.equal(tipOf(source, next), undefined);
});

test('a dirty source is refused with the names of its files, ten at most', async (t) => {
  const { source, repository } = await project(t);
  for (let i = 10; i < 22; i++) source.write(`new-${i}.ts`, 'x\n');
  await assert.rejects(publish(repository, treeOf({ a: '1' }), proposal), {
    code: 'dirty-source',
    exit: 4,
    message: /`new-10.ts`, .*`new-19.ts` and 2 more$/,
  });
  assert.equal(tipOf(source, next), undefined);
});

test('a dirty source that is allowed is published with a mark, and work tree and index stay untouched', async (t) => {
  const { source, repository } = await project(t);
  source.write('environments/prod.ts', 'export default 2;\n');
  source.write('staged.ts', 'x\n');
  source.git('add', 'staged.ts');
  const before = snapshot(source);
  const { commit } = await publish(repository, treeOf({ a: '1' }), { ...proposal, allowDirty: true });
  assert.match(source.git('log', '-1', '--format=%B', commit), /^Rendered-dirty: true$/m);
  assert.deepEqual(snapshot(source), before);
});

test('an empty render is refused: it would delete everything', async (t) => {
  const { source, repository } = await project(t);
  await publish(repository, treeOf({ a: '1' }), direct);
  await assert.rejects(publish(repository, treeOf({}), direct), { code: 'empty-render', exit: 4 });
  assert.equal(source.git('rev-list', '--count', active), '1');
});

test('an environment that is being dissolved renders to nothing, and is published as that', async (t) => {
  const { source, repository } = await project(t);
  const base = await publish(repository, treeOf({ a: '1' }), direct);
  const result = await publish(repository, treeOf({}, { removed: 'prune' }), proposal);
  assert.deepEqual([result.op, result.pending, result.changed], ['committed', true, { added: [], modified: [], removed: [pathOf('a')] }]);
  assert.equal(source.git('log', '-1', '--format=%P', result.commit), base.commit);
  assert.equal(
    source.git('ls-tree', '-r', '--name-only', result.commit),
    ['.gitattributes', '.lockstep/index', 'README.md', 'hydrator.metadata'].join('\n'),
  );
});

test('a branch that Lockstep did not write is refused, as active branch and as proposal', async (t) => {
  const { source, repository } = await project(t);
  const head = source.git('rev-parse', 'HEAD');
  for (const branch of [active, next]) {
    source.git('update-ref', `refs/heads/${branch}`, head);
    await assert.rejects(publish(repository, treeOf({ a: '1' }), proposal), { code: 'foreign-branch', exit: 4 });
    source.git('update-ref', '-d', `refs/heads/${branch}`);
  }
});

test('the branch of another environment is refused', async (t) => {
  const { source, repository } = await project(t);
  const { commit } = await publish(repository, treeOf({ a: '1' }, { environment: 'dev' }), direct);
  source.git('update-ref', `refs/heads/${active}`, commit);
  await assert.rejects(publish(repository, treeOf({ a: '1' }), direct), { code: 'foreign-branch', message: /holds the environment `dev`/ });
});

test('an index that cannot be read is told apart from a branch of others', async (t) => {
  const { source, repository } = await project(t);
  await publish(repository, treeOf({ a: '1' }), direct);
  editByHand(source, active, { path: '.lockstep/index', text: '{"format":"99.0"}\n' });
  await assert.rejects(publish(repository, treeOf({ a: '2' }), direct), { code: 'index-unreadable', exit: 4 });
});

test('an empty tree, with which somebody made the branch, is no obstacle', async (t) => {
  const { source, repository } = await project(t);
  const empty = source.git('commit-tree', '-m', 'Empty', source.git('hash-object', '-w', '-t', 'tree', '/dev/null'));
  source.git('update-ref', `refs/heads/${active}`, empty);
  const { commit } = await publish(repository, treeOf({ a: '1' }), direct);
  assert.equal(source.git('log', '-1', '--format=%P', commit), empty);
});

const edits: Readonly<Record<string, { readonly path: string; readonly text: string | undefined }>> = {
  changed: { path: pathOf('a'), text: manifest('a', 'by hand') },
  added: { path: 'web/by-hand.yaml', text: 'kind: Service\n' },
  deleted: { path: pathOf('a'), text: undefined },
};

for (const [what, edit] of Object.entries(edits)) {
  for (const branch of [active, next]) {
    test(`a file ${what} by hand in ${branch} is not undone unless told so, and then named`, async (t) => {
      const { source, repository } = await project(t);
      await publish(repository, treeOf({ a: '1', b: '1' }), direct);
      await publish(repository, treeOf({ a: '1', b: '2' }), proposal);
      const edited = editByHand(source, branch, edit);
      await assert.rejects(publish(repository, treeOf({ a: '1', b: '3' }), proposal), {
        code: 'edited-branch',
        exit: 4,
        message: new RegExp(`\`${edit.path}\``),
      });
      assert.equal(tipOf(source, branch), edited);
      const result = await publish(repository, treeOf({ a: '1', b: '3' }), { ...proposal, overwriteEdits: true });
      assert.deepEqual([result.op, result.edited], ['committed', [edit.path]]);
    });
  }
}

test('an edit by hand that is in the source by now is no longer one', async (t) => {
  const { source, repository } = await project(t);
  await publish(repository, treeOf({ a: '1', b: '1' }), direct);
  editByHand(source, active, { path: pathOf('a'), text: manifest('a', '2') });
  const result = await publish(repository, treeOf({ a: '2', b: '1' }), direct);
  assert.deepEqual([result.op, result.edited], ['committed', []]);
});

test('an edit of the README by hand is nobody’s loss', async (t) => {
  const { source, repository } = await project(t);
  await publish(repository, treeOf({ a: '1' }), direct);
  editByHand(source, active, { path: 'README.md', text: 'Hello.\n' });
  assert.deepEqual((await publish(repository, treeOf({ a: '2' }), direct)).edited, []);
});

test('the same source in two clones and time zones gives the same commit', async (t) => {
  const { source, repository } = await project(t);
  const folder = join(temporaryFolder(t), 'clone');
  source.git('clone', '--quiet', source.folder, folder);
  const other = await opened(t, openTestRepository(folder, { ...source.env, TZ: 'Pacific/Auckland' }));
  const here = await publish(repository, treeOf({ a: '1', b: '1' }), proposal);
  const there = await publish(other, treeOf({ b: '1', a: '1' }), proposal);
  assert.equal(here.commit, there.commit);
});

interface Remote {
  readonly bare: string;
  readonly one: { readonly source: TestRepository; readonly repository: RenderedRepository };
  readonly two: { readonly source: TestRepository; readonly repository: RenderedRepository };
}

/** A remote with a source commit, and two shallow clones of it, as CI has them. */
async function remote(t: Parameters<typeof project>[0]): Promise<Remote> {
  const { source } = await project(t);
  const bare = join(temporaryFolder(t), 'shop.git');
  makeBareRepository(bare, source.env);
  source.git('push', '--quiet', bare, 'HEAD:refs/heads/main');
  const clone = async (): Promise<Remote['one']> => {
    const folder = join(temporaryFolder(t), 'clone');
    source.git('clone', '--quiet', '--depth=1', `file://${bare}`, folder);
    const cloned = openTestRepository(folder, source.env);
    return { source: cloned, repository: await opened(t, cloned) };
  };
  return { bare, one: await clone(), two: await clone() };
}

test('publishing to a remote writes its branches and notes, and none here', async (t) => {
  const { bare, one } = await remote(t);
  const options = { ...proposal, remote: 'origin' };
  const result = await publish(one.repository, treeOf({ a: '1' }), options);
  const at = openTestRepository(bare, one.source.env);
  assert.deepEqual([result.pushed, tipOf(at, next)], [true, result.commit]);
  assert.deepEqual(noteOf(at, result.commit), { drySha: one.source.git('rev-parse', 'HEAD') });
  assert.equal(one.source.git('for-each-ref', 'refs/heads/environments', 'refs/notes'), '');
  const again = await publish(one.repository, treeOf({ a: '1' }), options);
  assert.deepEqual([again.op, again.pushed, again.commit], ['unchanged', false, result.commit]);
});

test('another clone goes on from what the remote has', async (t) => {
  const { one, two } = await remote(t);
  const first = await publish(one.repository, treeOf({ a: '1' }), { ...direct, remote: 'origin' });
  const second = await publish(two.repository, treeOf({ a: '2' }), { ...direct, remote: 'origin' });
  assert.equal(two.source.git('log', '-1', '--format=%P', second.commit), first.commit);
  assert.deepEqual(second.changed.modified, [pathOf('a')]);
});

test('of two publishers at once one wins, and the other is told and can go on', async (t) => {
  const { bare, one, two } = await remote(t);
  await publish(one.repository, treeOf({ a: '1' }), { ...direct, remote: 'origin' });
  const options = { ...direct, remote: 'origin' };
  const meanwhile = interrupted(two.repository, async () => {
    await publish(one.repository, treeOf({ a: '2' }), options);
  });
  await assert.rejects(publish(meanwhile, treeOf({ a: '3' }), options), { code: 'branch-moved', exit: 3 });
  const retried = await publish(two.repository, treeOf({ a: '3' }), options);
  assert.equal(tipOf(openTestRepository(bare, one.source.env), active), retried.commit);
  assert.equal(two.source.git('rev-list', '--count', retried.commit), '3');
});

test('a proposal branch that somebody rewrote at the remote is followed', async (t) => {
  const { bare, one, two } = await remote(t);
  const options = { ...proposal, remote: 'origin' };
  const base = await publish(one.repository, treeOf({ a: '1' }), { ...direct, remote: 'origin' });
  const first = await publish(one.repository, treeOf({ a: '2' }), options);
  await publish(two.repository, treeOf({ a: '3' }), options);
  const at = openTestRepository(bare, one.source.env);
  at.git('update-ref', `refs/heads/${next}`, first.commit);
  const last = await publish(two.repository, treeOf({ a: '4' }), options);
  assert.deepEqual(at.git('rev-list', next).split('\n'), [last.commit, first.commit, base.commit]);
});

test('a repository of SHA-256 objects is published to', async (t) => {
  const source = makeRepository(t, { format: 'sha256' });
  source.commit({ 'a.ts': 'a\n' }, 'Start');
  const repository = await opened(t, source);
  const results: PublishResult[] = [];
  for (const value of ['1', '1', '2']) results.push(await publish(repository, treeOf({ a: value }), direct));
  assert.deepEqual(
    results.map(({ op }) => op),
    ['committed', 'unchanged', 'committed'],
  );
  assert.equal(results[0]?.commit.length, 64);
});

/** `repository`, with something that happens once, after the branches were read and before the first one is moved. */
function interrupted(repository: RenderedRepository, happens: () => Promise<void>): RenderedRepository {
  return {
    ...repository,
    move: async (...step) => {
      await happens();
      return repository.move(...step);
    },
  };
}

function snapshot({ folder, env }: TestRepository): unknown {
  const status = execFileSync('git', ['--no-optional-locks', '-C', folder, 'status', '--porcelain=v2'], { env, encoding: 'utf8' });
  return { index: readFileSync(join(folder, '.git/index')), status, prod: readFileSync(join(folder, 'environments/prod.ts'), 'utf8') };
}

test('what was rendered while another commit was checked out is not published', async (t) => {
  const { source, repository } = await project(t);
  const before = await repository.state();
  source.write('docs.md', 'Words.\n');
  const dirty = await repository.state();
  source.git('stash', '--quiet', '--include-untracked');
  await assert.rejects(publish(repository, treeOf({ a: '1' }), { ...direct, before: dirty }), /not committed: `docs\.md`/);
  source.commit({ 'docs.md': 'More words.\n' }, 'Explain');
  await assert.rejects(publish(repository, treeOf({ a: '1' }), { ...direct, before }), { code: 'source-moved', exit: 4 });
  assert.equal(tipOf(source, active), undefined);
});

test('an older source takes nothing away from a later one, unless it is told to', async (t) => {
  const { source, repository } = await project(t);
  const old = source.git('rev-parse', 'HEAD');
  source.commit({ 'docs.md': 'More words.\n' }, 'Explain');
  const later = await publish(repository, treeOf({ a: '2' }), proposal);
  source.git('checkout', '--quiet', old);
  const stale = await publish(repository, treeOf({ a: '1' }), proposal);
  assert.deepEqual([stale.op, stale.commit, stale.branch, stale.pending, stale.pushed], ['overtaken', later.commit, next, true, false]);
  assert.equal(tipOf(source, next), later.commit);
  const meant = await publish(repository, treeOf({ a: '1' }), { ...proposal, allowOlder: true });
  assert.deepEqual([meant.op, tipOf(source, next)], ['committed', meant.commit]);
});

test('the note never moves back to an older source that renders to the same', async (t) => {
  const { source, repository } = await project(t);
  const old = source.git('rev-parse', 'HEAD');
  const head = source.commit({ 'docs.md': 'More words.\n' }, 'Explain');
  const { commit } = await publish(repository, treeOf({ a: '1' }), direct);
  source.git('checkout', '--quiet', old);
  assert.equal((await publish(repository, treeOf({ a: '1' }), direct)).op, 'overtaken');
  assert.deepEqual(noteOf(source, commit), { drySha: head });
});

test('a later source that is not here is looked for at the remote that people merge into', async (t) => {
  const { bare, one, two } = await remote(t);
  // Its name comes before that of the remote, and it has nothing.
  two.source.git('remote', 'add', 'backup', join(temporaryFolder(t), 'nothing.git'));
  const options = { ...proposal, remote: 'origin' };
  one.source.commit({ 'docs.md': 'More words.\n' }, 'Explain');
  one.source.git('push', '--quiet', bare, 'HEAD:main');
  await publish(one.repository, treeOf({ a: '2' }), options);
  assert.equal((await publish(two.repository, treeOf({ a: '1' }), options)).op, 'overtaken');
});

test('a source on another line of history is no older one', async (t) => {
  const { source, repository } = await project(t);
  const old = source.git('rev-parse', 'HEAD');
  source.commit({ 'docs.md': 'More words.\n' }, 'Explain');
  await publish(repository, treeOf({ a: '2' }), direct);
  source.git('checkout', '--quiet', '-B', 'hotfix', old);
  source.commit({ 'docs.md': 'Other words.\n' }, 'Explain otherwise');
  assert.equal((await publish(repository, treeOf({ a: '3' }), direct)).op, 'committed');
});

test('owners arrive, although nothing changes in the cluster, and what somebody did to them by hand is not lost', async (t) => {
  const { source, repository } = await project(t);
  const tree = treeOf({ a: '1' });
  const owned = { ...tree, index: { ...tree.index, objects: tree.index.objects.map((one) => ({ ...one, slice: 'shop' })) } };
  const to = (owner: string): PublishOptions => ({ ...direct, owners: new Map([['shop', [owner]]]), forge: 'github' });
  await publish(repository, owned, direct);
  const proposed = await publish(repository, owned, { ...to('@acme/shop'), direct: false });
  assert.deepEqual([proposed.op, proposed.pending, proposed.changed.modified], ['committed', true, []]);
  assert.match(source.git('show', `${proposed.commit}:CODEOWNERS`), /\n\n\/web\/ @acme\/shop$/);
  const first = await publish(repository, owned, to('@acme/shop'));
  assert.equal((await publish(repository, owned, to('@acme/shop'))).commit, first.commit, 'the same makes no commit');
  assert.equal((await publish(repository, owned, to('@ada'))).op, 'committed');

  const own = source.git('show', 'environments/prod:CODEOWNERS');
  editByHand(source, active, { path: 'CODEOWNERS', text: `${own}\n/web/ @eve\n` });
  await assert.rejects(publish(repository, owned, to('@bob')), { code: 'edited-branch', message: /`CODEOWNERS`/ });
  const overwritten = await publish(repository, owned, { ...to('@bob'), overwriteEdits: true });
  assert.deepEqual(overwritten.edited, ['CODEOWNERS']);
  await publish(repository, owned, direct);
  assert.doesNotMatch(source.git('ls-tree', '--name-only', active), /CODEOWNERS/);
});
