import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Environment } from '../../../src/io/git/environment.ts';
import { openRepository } from '../../../src/io/git/repository.ts';
import type { NewCommit, RenderedRepository } from '../../../src/ports.ts';
import { makeBareRepository, makeRepository, openTestRepository, type TestRepository, temporaryFolder } from '../../support/repository.ts';

const ada = { name: 'Ada Lovelace', email: 'ada@example.com', date: '1767225600 +0100' };
const service = { path: 'web/service.core.shop.web.yaml', text: 'kind: Service\n' };
const config = { path: 'web/configmap.core.shop.web.yaml', text: 'kind: ConfigMap\n' };

async function open(t: TestContext, { folder, env }: TestRepository, more: Environment = {}): Promise<RenderedRepository> {
  const repository = await openRepository({ folder, env: { ...env, ...more } });
  t.after(() => repository.close());
  return repository;
}

function rendering(given: Partial<NewCommit> = {}): NewCommit {
  return { content: [config, service], parent: undefined, author: ada, committer: ada, message: 'Render\n', ...given };
}

test('the state of a clean repository is its last commit, with its words and signatures', async (t) => {
  const project = makeRepository(t);
  const commit = project.commit({ 'a.ts': 'a\n' }, 'Scale the web\n\nTwo were too few.\n\nSigned-off-by: Grace <grace@example.com>\n');
  const repository = await open(t, project, { TZ: 'Asia/Tokyo', LC_ALL: 'tr_TR.UTF-8' });
  assert.deepEqual(await repository.state(), {
    commit,
    dirty: [],
    prefix: '',
    author: { name: 'Ada Lovelace', email: 'ada@example.com', date: '1767225600 +0100' },
    committer: { name: 'Ada Lovelace', email: 'ada@example.com', date: '1767229200 +0000' },
    subject: 'Scale the web',
    body: 'Two were too few.\n\nSigned-off-by: Grace <grace@example.com>',
  });
});

test('everything that differs from HEAD is dirty: changed, staged, deleted, renamed and untracked files, not ignored ones', async (t) => {
  const project = makeRepository(t);
  project.commit({ '.gitignore': 'dist/\n', 'changed.ts': 'a\n', 'deleted.ts': 'b\n', 'from.ts': 'c\n', 'same.ts': 'd\n' }, 'Start');
  project.write('changed.ts', 'A\n');
  rmSync(join(project.folder, 'deleted.ts'));
  renameSync(join(project.folder, 'from.ts'), join(project.folder, 'to.ts'));
  project.write('staged.ts', 'e\n');
  project.git('add', 'staged.ts', 'to.ts');
  project.write('new/ä "b"\n.ts', 'f\n');
  project.write('dist/prod/a.yaml', 'g\n');
  const repository = await open(t, project);
  assert.deepEqual((await repository.state()).dirty, ['changed.ts', 'deleted.ts', 'from.ts', 'new/ä "b"\n.ts', 'staged.ts', 'to.ts']);
});

test('a project in a subfolder, and variables of a git hook, do not change what the state is', async (t) => {
  const project = makeRepository(t);
  const commit = project.commit({ 'infra/package.json': '{}\n' }, 'Start');
  project.write('lib/new.ts', 'a\n');
  const elsewhere = makeRepository(t);
  const hooked = { GIT_DIR: join(elsewhere.folder, '.git'), GIT_INDEX_FILE: '/nonexistent', GIT_WORK_TREE: elsewhere.folder };
  const repository = await openRepository({ folder: join(project.folder, 'infra'), env: { ...project.env, ...hooked } });
  t.after(() => repository.close());
  const state = await repository.state();
  assert.deepEqual([state.commit, state.dirty], [commit, ['lib/new.ts']]);
});

test('looking at the state does not write the index', async (t) => {
  const project = makeRepository(t);
  project.commit({ 'a.ts': 'a\n' }, 'Start');
  utimesSync(join(project.folder, 'a.ts'), 1, 1);
  const index = readFileSync(join(project.folder, '.git/index'));
  const repository = await open(t, project);
  assert.deepEqual((await repository.state()).dirty, []);
  assert.deepEqual(readFileSync(join(project.folder, '.git/index')), index);
});

test('a repository without a commit, and a folder without a repository, are told apart', async (t) => {
  const project = makeRepository(t);
  const repository = await open(t, project);
  await assert.rejects(repository.state(), { code: 'git-no-commit', exit: 2 });
  await assert.rejects(openRepository({ folder: temporaryFolder(t), env: project.env }), { code: 'git-no-repository', exit: 2 });
});

test('the identity is that of git settings, with the present time', async (t) => {
  const project = makeRepository(t);
  const repository = await open(t, project, { GIT_AUTHOR_DATE: '1767225600 +0530' });
  assert.deepEqual(await repository.identity(), { name: 'Ada Lovelace', email: 'ada@example.com', date: '1767225600 +0530' });
  writeFileSync(join(project.env['HOME'] ?? '', '.gitconfig'), '[user]\n\tuseConfigOnly = true\n');
  await assert.rejects(repository.identity(), { code: 'git-identity', exit: 2 });
});

for (const format of ['sha1', 'sha256'] as const) {
  test(`a commit in a ${format} repository holds exactly the given files, and its blobs have the foretold ids`, async (t) => {
    const project = makeRepository(t, { format });
    project.commit({ 'a.ts': 'a\n' }, 'Start');
    const repository = await open(t, project);
    const odd = { path: 'ä "b"\\n\n\tc.yaml', text: 'x: "é"\r\n\n' };
    const empty = { path: 'empty', text: '' };
    const first = await repository.commit(rendering());
    const second = await repository.commit(rendering({ content: [odd, empty, service], parent: first }));
    const files = await repository.files(second);
    assert.deepEqual(
      files.map(({ path, mode }) => [path, mode]),
      [
        ['empty', '100644'],
        [service.path, '100644'],
        [odd.path, '100644'],
      ],
    );
    for (const { path, text } of [empty, odd, service]) {
      const blob = files.find((file) => file.path === path)?.blob ?? '';
      assert.equal(blob, await repository.blobOf(text));
      assert.equal((await repository.read(blob)).toString('utf8'), text);
    }
    assert.equal(project.git('log', '--format=%P', '-1', second), first);
    assert.equal(project.git('fsck', '--strict', '--no-dangling'), '');
  });
}

test('a commit is what git itself would make, byte by byte', async (t) => {
  const project = makeRepository(t);
  project.commit({ 'a.ts': 'a\n' }, 'Start');
  const repository = await open(t, project);
  const grace = { name: 'Grace Hopper', email: 'grace@example.com', date: '1767229200 -0500' };
  const commit = await repository.commit(rendering({ committer: grace, message: '# Subject\n\n  Body.  \n' }));
  const tree = project.git('rev-parse', `${commit}^{tree}`);
  const lines = [
    `tree ${tree}`,
    'author Ada Lovelace <ada@example.com> 1767225600 +0100',
    'committer Grace Hopper <grace@example.com> 1767229200 -0500',
  ];
  assert.equal(project.git('cat-file', 'commit', commit), [...lines, '', '# Subject', '', '  Body.  '].join('\n'));
});

test('the same commit gets the same id in another clone, time zone and language, on a file system that ignores case', async (t) => {
  const project = makeRepository(t);
  project.commit({ 'a.ts': 'a\n' }, 'Start');
  const clone = join(temporaryFolder(t), 'clone');
  project.git('clone', '--quiet', project.folder, clone);
  const other = openTestRepository(clone, project.env);
  other.git('config', 'core.ignoreCase', 'true');
  other.git('config', 'core.autocrlf', 'true');
  other.git('config', 'i18n.commitEncoding', 'ISO-8859-1');
  const content = [
    { path: 'Web/a.yaml', text: 'a\r\n' },
    { path: 'web/b.yaml', text: 'b\n' },
  ];
  const message = 'Rendér\n';
  const here = await (await open(t, project, { TZ: 'UTC' })).commit(rendering({ content, message }));
  const there = await (await open(t, other, { TZ: 'Pacific/Auckland', LC_ALL: 'tr_TR.UTF-8', LANG: 'tr_TR.UTF-8' })).commit(
    rendering({ content, message }),
  );
  assert.equal(here, there);
  assert.equal(other.git('ls-tree', '-r', '--name-only', there), 'Web/a.yaml\nweb/b.yaml');
});

test('writing commits leaves work tree, index and refs as they are', async (t) => {
  const project = makeRepository(t);
  project.commit({ 'a.ts': 'a\n', 'b.ts': 'b\n' }, 'Start');
  project.write('a.ts', 'changed\n');
  project.write('c.ts', 'staged\n');
  project.git('add', 'c.ts');
  const before = snapshot(project);
  const repository = await open(t, project);
  const first = await repository.commit(rendering());
  await repository.commit(rendering({ content: [service], parent: first }));
  assert.deepEqual(snapshot(project), before);
});

test('a commit can hold what another commit holds', async (t) => {
  const project = makeRepository(t);
  const repository = await open(t, project);
  const first = await repository.commit(rendering());
  const second = await repository.commit(rendering({ content: [service], parent: first }));
  const third = await repository.commit(rendering({ content: { sameAs: first }, parent: second }));
  assert.deepEqual(await repository.files(third), await repository.files(first));
  const trees = (await repository.history(third, 10)).map(({ tree }) => tree);
  assert.equal(trees[0], trees[2]);
});

test('a commit may hold what another one holds, with files replaced: modes, links and bytes of the others stay', async (t) => {
  const project = makeRepository(t);
  project.write('run.sh', 'old\n');
  chmodSync(join(project.folder, 'run.sh'), 0o755);
  symlinkSync('run.sh', join(project.folder, 'link'));
  const base = project.commit({ 'a b/"c".txt': 'c\n', 'gone/d.txt': 'd\n' }, 'Start');
  project.write('a b/"c".txt', 'not committed\n');
  project.git('add', '--all');
  const status = project.git('status', '--porcelain');
  const repository = await open(t, project);
  const bytes = Buffer.from([0, 255, 10, 13]);
  const written = [
    { path: 'run.sh', text: 'new\n' },
    { path: 'new/bytes', text: bytes },
  ];
  const commit = await repository.commit(
    rendering({ content: { of: base, written, removed: ['gone/d.txt', 'never/there'] }, parent: base }),
  );
  const files = new Map((await repository.files(commit)).map((file) => [file.path, file]));
  assert.deepEqual(
    [...files].map(([path, { mode }]) => [path, mode]),
    [
      ['a b/"c".txt', '100644'],
      ['link', '120000'],
      ['new/bytes', '100644'],
      ['run.sh', '100755'],
    ],
  );
  assert.deepEqual(await repository.read(files.get('new/bytes')?.blob ?? ''), bytes);
  assert.equal(project.git('show', `${commit}:run.sh`), 'new');
  assert.equal(project.git('status', '--porcelain'), status, 'work tree and index are as they were');
  const clash = { of: base, written: [{ path: 'run.sh/inside', text: '' }], removed: [] };
  await assert.rejects(repository.commit(rendering({ content: clash, parent: base })), { code: 'git-path' });
});

const badPaths: Readonly<Record<string, readonly string[]>> = {
  'is there twice': ['a.yaml', 'a.yaml'],
  'is a file and a folder': ['a', 'a/b.yaml'],
  'leads out of the tree': ['../a.yaml'],
  'is absolute': ['/a.yaml'],
  'is git’s own': ['web/.GIT/config'],
  'has an empty part': ['web//a.yaml'],
};

for (const [reason, paths] of Object.entries(badPaths)) {
  test(`a path that ${reason} is not committed`, async (t) => {
    const repository = await open(t, makeRepository(t));
    const content = paths.map((path) => ({ path, text: 'x\n' }));
    await assert.rejects(repository.commit(rendering({ content })), { code: 'git-path' });
  });
}

test('history follows first parents, newest first, as far as it is asked for', async (t) => {
  const project = makeRepository(t);
  const repository = await open(t, project);
  const first = await repository.commit(rendering({ message: 'First\n\nBody\n' }));
  const second = await repository.commit(rendering({ message: 'Second\n', parent: first, content: [service] }));
  const tree = (commit: string): string => project.git('rev-parse', `${commit}^{tree}`);
  const date = '2026-01-01T01:00:00+01:00';
  const entries = [
    { commit: second, tree: tree(second), date, subject: 'Second' },
    { commit: first, tree: tree(first), date, subject: 'First' },
  ];
  assert.deepEqual(await repository.history(second, 10), entries);
  assert.deepEqual(await repository.history(second, 1), entries.slice(0, 1));
});

test('a local branch is made and moved only from where it is taken to be', async (t) => {
  const project = makeRepository(t);
  const repository = await open(t, project);
  const first = await repository.commit(rendering());
  const second = await repository.commit(rendering({ parent: first, content: [service] }));
  await repository.move('environments/prod', { from: undefined, to: first }, undefined);
  assert.equal(await repository.branch('environments/prod', undefined), first);
  for (const from of [undefined, second]) {
    await assert.rejects(repository.move('environments/prod', { from, to: second }, undefined), { code: 'branch-moved', exit: 3 });
  }
  await assert.rejects(repository.move('environments/new', { from: first, to: second }, undefined), { code: 'branch-moved' });
  await repository.move('environments/prod', { from: first, to: second }, undefined);
  assert.equal(await repository.branch('environments/prod', undefined), second);
  assert.equal(await repository.branch('environments/new', undefined), undefined);
});

test('a branch that is checked out is not moved below its work tree', async (t) => {
  const project = makeRepository(t);
  project.commit({ 'a.ts': 'a\n' }, 'Start');
  const repository = await open(t, project);
  const commit = await repository.commit(rendering());
  project.git('branch', 'environments/prod', commit);
  project.git('worktree', 'add', '--quiet', join(temporaryFolder(t), 'tree'), 'environments/prod');
  await assert.rejects(repository.move('environments/prod', { from: commit, to: commit }, undefined), {
    code: 'branch-checked-out',
    exit: 4,
  });
});

interface Shared {
  readonly bare: string;
  readonly project: TestRepository;
  clone(): TestRepository;
}

/** A bare repository with a source commit in it, and clones of it. */
function shared(t: TestContext): Shared {
  const project = makeRepository(t);
  project.commit({ 'a.ts': 'a\n' }, 'Start');
  const root = temporaryFolder(t);
  const bare = join(root, 'shop.git');
  makeBareRepository(bare, project.env);
  project.git('remote', 'add', 'origin', bare);
  project.git('push', '--quiet', 'origin', 'HEAD:refs/heads/main');
  let clones = 0;
  const clone = (): TestRepository => {
    const folder = join(root, `clone-${clones++}`);
    project.git('clone', '--quiet', '--depth=1', `file://${bare}`, folder);
    return openTestRepository(folder, project.env);
  };
  return { bare, project, clone };
}

test('a branch at a remote is seen and read from a shallow clone, also after it was rewritten', async (t) => {
  const { project, clone } = shared(t);
  const writer = await open(t, project);
  const reader = await open(t, clone());
  assert.equal(await reader.branch('environments/prod', 'origin'), undefined);
  const first = await writer.commit(rendering());
  const second = await writer.commit(rendering({ parent: first, content: [service] }));
  await writer.move('environments/prod', { from: undefined, to: second }, 'origin');
  assert.equal(await reader.branch('environments/prod', 'origin'), second);
  assert.equal(await reader.isAncestor(first, second), true);
  const other = await writer.commit(rendering({ content: [config], message: 'Rewritten\n' }));
  await writer.move('environments/prod', { from: second, to: other }, 'origin');
  assert.equal(await reader.branch('environments/prod', 'origin'), other);
  assert.deepEqual(
    (await reader.files(other)).map(({ path }) => path),
    [config.path],
  );
});

test('of two who push from the same tip one is told that the branch moved; a push that had arrived already is fine', async (t) => {
  const { project, clone } = shared(t);
  const one = await open(t, project);
  const two = await open(t, clone());
  const first = await one.commit(rendering());
  await one.move('environments/prod', { from: undefined, to: first }, 'origin');
  assert.equal(await two.branch('environments/prod', 'origin'), first);
  const ours = await one.commit(rendering({ parent: first, content: [service] }));
  const theirs = await two.commit(rendering({ parent: first, content: [config] }));
  await one.move('environments/prod', { from: first, to: ours }, 'origin');
  await assert.rejects(two.move('environments/prod', { from: first, to: theirs }, 'origin'), { code: 'branch-moved' });
  await assert.rejects(two.move('environments/prod', { from: undefined, to: theirs }, 'origin'), { code: 'branch-moved' });
  await one.move('environments/prod', { from: first, to: ours }, 'origin');
  assert.equal(await two.branch('environments/prod', 'origin'), ours);
});

test('a rule of the server against a push is told in its words', async (t) => {
  const { bare, project } = shared(t);
  mkdirSync(join(bare, 'hooks'), { recursive: true });
  writeFileSync(join(bare, 'hooks/pre-receive'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
  const repository = await open(t, project);
  const commit = await repository.commit(rendering());
  await assert.rejects(repository.move('environments/prod', { from: undefined, to: commit }, 'origin'), {
    code: 'git-push-refused',
    exit: 4,
    message: '`origin` does not take `environments/prod`: [remote rejected] (pre-receive hook declined)',
  });
});

test('a remote that is no name and no URL is refused', async (t) => {
  const repository = await open(t, makeRepository(t));
  for (const remote of ['', '--upload-pack=id']) await assert.rejects(repository.branch('main', remote), { code: 'git-remote', exit: 2 });
});

test('a note is set, replaced, and left alone when it is the same', async (t) => {
  const project = makeRepository(t);
  const repository = await open(t, project);
  const commit = await repository.commit(rendering());
  const show = (): string => project.git('notes', '--ref=hydrator.metadata', 'show', commit);
  await repository.note(commit, { drySha: 'a' }, undefined);
  assert.equal(show(), '{"drySha":"a"}');
  await repository.note(commit, { drySha: 'b' }, undefined);
  assert.equal(show(), '{"drySha":"b"}');
  const notes = project.git('rev-parse', 'refs/notes/hydrator.metadata');
  await repository.note(commit, { drySha: 'b' }, undefined);
  assert.equal(project.git('rev-parse', 'refs/notes/hydrator.metadata'), notes);
  assert.equal(project.git('for-each-ref', 'refs/notes/lockstep'), '');
});

test('notes of many publishers who push at once all arrive', async (t) => {
  const { bare, project, clone } = shared(t);
  const publishers = await Promise.all([project, clone(), clone(), clone(), clone()].map((repository) => open(t, repository)));
  const commits = await Promise.all(
    publishers.map(async (repository, i) => {
      const commit = await repository.commit(rendering({ message: `Render ${i}\n` }));
      await repository.move(`environments/e${i}`, { from: undefined, to: commit }, 'origin');
      return commit;
    }),
  );
  await Promise.all(publishers.map((repository, i) => repository.note(commits[i] ?? '', { drySha: String(i) }, 'origin')));
  const noted = commits.map((commit) => project.git(`--git-dir=${bare}`, 'notes', '--ref=hydrator.metadata', 'show', commit));
  assert.deepEqual(
    noted,
    commits.map((_, i) => `{"drySha":"${i}"}`),
  );
  assert.equal(project.git('for-each-ref', 'refs/notes'), '');
});

test('two publishers of one and the same note agree', async (t) => {
  const { bare, project, clone } = shared(t);
  const [one, two] = await Promise.all([open(t, project), open(t, clone())]);
  const commit = await one.commit(rendering());
  assert.equal(await two.commit(rendering()), commit);
  await one.move('environments/prod', { from: undefined, to: commit }, 'origin');
  await one.note(commit, { drySha: 'a' }, 'origin');
  const notes = project.git(`--git-dir=${bare}`, 'rev-parse', 'refs/notes/hydrator.metadata');
  await two.note(commit, { drySha: 'a' }, 'origin');
  assert.equal(project.git(`--git-dir=${bare}`, 'rev-parse', 'refs/notes/hydrator.metadata'), notes);
});

function snapshot({ folder, git, env }: TestRepository): unknown {
  const index = readFileSync(join(folder, '.git/index'));
  const status = execFileSync('git', ['--no-optional-locks', '-C', folder, 'status', '--porcelain=v2', '--branch'], {
    env,
    encoding: 'utf8',
  });
  return { index, status, refs: git('for-each-ref'), head: git('rev-parse', 'HEAD') };
}

test('what git leaves out of commits is told with the pattern that does it, from the root of the repository', async (t) => {
  const project = makeRepository(t);
  project.commit({ '.gitignore': '*.tgz\n!kept.tgz\n', 'infra/.gitignore': '# more\nout/\n', 'infra/here.txt': 'here' }, 'Begin');
  project.write('infra/held.tgz', 'held');
  project.git('add', '--force', 'infra/held.tgz');
  const repository = await openRepository({ folder: join(project.folder, 'infra'), env: project.env });
  t.after(() => repository.close());
  assert.deepEqual(await repository.ignored(['a b/"ä".tgz', 'kept.tgz', 'held.tgz', 'out/', 'out/a/b.txt', 'free.txt']), [
    { path: 'a b/"ä".tgz', pattern: '*.tgz', file: '.gitignore', line: 1 },
    { path: 'out/', pattern: 'out/', file: 'infra/.gitignore', line: 2 },
    { path: 'out/a/b.txt', pattern: 'out/', file: 'infra/.gitignore', line: 2 },
  ]);
  assert.deepEqual(await repository.ignored(['free.txt']), []);
  assert.deepEqual(await repository.ignored([]), []);
});
