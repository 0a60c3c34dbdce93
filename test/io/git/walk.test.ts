import assert from 'node:assert/strict';
import { appendFileSync, chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { openRepository } from '../../../src/io/git/repository.ts';
import { walk } from '../../../src/io/git/walk.ts';
import type { RenderedRepository, WalkedCommit } from '../../../src/ports.ts';
import { makeRepository, type TestRepository, temporaryFolder } from '../../support/repository.ts';

async function open(t: TestContext, { folder, env }: TestRepository): Promise<RenderedRepository> {
  const repository = await openRepository({ folder, env });
  t.after(() => repository.close());
  return repository;
}

async function all(repository: RenderedRepository, tip: string): Promise<readonly WalkedCommit[]> {
  const found: WalkedCommit[] = [];
  for await (const one of repository.walk(tip)) found.push(one);
  return found;
}

/** What became of each path, in short. */
function inShort({ subject, parents, changes }: WalkedCommit): unknown {
  const words = changes.map(({ path, before, after }) => `${before === undefined ? '+' : after === undefined ? '-' : '~'}${path}`);
  return [subject, parents.length, ...words.sort()];
}

for (const format of ['sha1', 'sha256'] as const) {
  test(`a walk tells what each commit changed against its first parent, the first and empty ones too (${format})`, async (t) => {
    const source = makeRepository(t, { format });
    source.commit({ 'a.yaml': 'a\n', 'b/ä "b".yaml': 'b\n' }, 'First');
    source.commit({}, ':odd: 1\n\n:100644 000000 a b D\n\n\u0001\n');
    const main = source.git('branch', '--show-current');
    source.git('checkout', '--quiet', '-b', 'side');
    source.commit({ 'a.yaml': 'A\n' }, 'On the side');
    source.git('mv', 'b', 'c');
    source.commit({}, 'Moved on the side');
    source.git('checkout', '--quiet', main);
    source.commit({ 'd.yaml': 'd\n' }, 'Beside it');
    source.git('merge', '--quiet', '--no-ff', '--message', 'Merge it', 'side');
    source.git('config', 'diff.relative', 'true');
    source.git('config', 'diff.renames', 'copies');
    const repository = await open(t, source);
    const walked = await all(repository, source.git('rev-parse', 'HEAD'));
    assert.deepEqual(walked.map(inShort), [
      ['Merge it', 2, '+c/ä "b".yaml', '-b/ä "b".yaml', '~a.yaml'],
      ['Beside it', 1, '+d.yaml'],
      [':odd: 1', 1],
      ['First', 0, '+a.yaml', '+b/ä "b".yaml'],
    ]);
    assert.equal(walked[2]?.body, ':100644 000000 a b D\n\n\u0001');
    const [merge, , , first] = walked;
    assert.deepEqual(first?.author, { name: 'Ada Lovelace', email: 'ada@example.com', date: '1767225600 +0100' });
    const changed = merge?.changes.find(({ path }) => path === 'a.yaml');
    const texts = [changed?.before, changed?.after].map((file) => repository.read(file?.blob ?? ''));
    assert.deepEqual((await Promise.all(texts)).map(String), ['a\n', 'A\n']);
  });
}

test('commits are described all at once, and one that is not here is left out', async (t) => {
  const source = makeRepository(t);
  const [one, two] = [source.commit({ a: '1' }, 'One\n\nWords.\n'), source.commit({ a: '2' }, 'Two')];
  const repository = await open(t, source);
  const found = await repository.describeAll([two, 'f'.repeat(40), one]);
  assert.deepEqual(
    [...found].map(([id, { subject, body }]) => [id, subject, body]),
    [
      [two, 'Two', ''],
      [one, 'One', 'Words.'],
    ],
  );
  assert.deepEqual(await repository.describe(one), found.get(one));
  assert.equal((await repository.describeAll([])).size, 0);
});

test('who wants no more of a walk ends it, and the next one begins anew', async (t) => {
  const source = makeRepository(t);
  for (const n of ['1', '2', '3']) source.commit({ a: n }, n);
  const repository = await open(t, source);
  for (const _ of [1, 2]) {
    for await (const { subject } of repository.walk(source.git('rev-parse', 'HEAD'))) {
      assert.equal(subject, '3');
      break;
    }
  }
  await assert.rejects(all(repository, 'f'.repeat(40)), { code: 'git-corrupt' });
});

test('a walk that hangs is stopped when its time is up', async (t) => {
  const bin = temporaryFolder(t);
  writeFileSync(join(bin, 'git'), '#!/bin/sh\nsleep 60\n');
  chmodSync(join(bin, 'git'), 0o755);
  const git = { before: [], env: { PATH: `${bin}:${process.env['PATH']}` }, secrets: [] };
  await assert.rejects(walk(git, 'f'.repeat(40), { timeLimit: 200 }).next(), {
    code: 'git-timeout',
    message: '`git log` took longer than 0.2 s',
  });
});

test('notes are told by their commits, however git spreads them', async (t) => {
  const source = makeRepository(t);
  const [one, two] = [source.commit({ a: '1' }, 'One'), source.commit({ a: '2' }, 'Two')];
  const repository = await open(t, source);
  assert.equal((await repository.notesOf([one, two], undefined)).size, 0);
  for (const commit of [one, two]) await repository.note(commit, { drySha: commit }, undefined);
  const notes = await repository.notesOf([one, two, 'f'.repeat(40)], undefined);
  assert.deepEqual([...notes.keys()].sort(), [one, two].sort());
  assert.equal(String(await repository.read(notes.get(two) ?? '')), await repository.noteOf(two, undefined));
});

test('however long a history is, one process tells it', async (t) => {
  const source = makeRepository(t);
  const bin = join(temporaryFolder(t), 'bin');
  const calls = join(bin, 'calls');
  mkdirSync(bin);
  const git = source.git('--exec-path');
  writeFileSync(join(bin, 'git'), `#!/bin/sh\necho "$*" >> '${calls}'\nexec '${git}/git' "$@"\n`);
  chmodSync(join(bin, 'git'), 0o755);
  for (let n = 0; n < 30; n++) source.commit({ a: String(n) }, `Commit ${n}`);
  const env = { ...source.env, PATH: `${bin}:${source.env['PATH']}` };
  const repository = await open(t, { ...source, env });
  appendFileSync(calls, '');
  const before = readFileSync(calls, 'utf8').split('\n').length;
  const walked = await all(repository, source.git('rev-parse', 'HEAD'));
  await repository.describeAll(walked.map(({ commit }) => commit));
  assert.deepEqual([walked.length, readFileSync(calls, 'utf8').split('\n').length - before], [30, 2]);
});
