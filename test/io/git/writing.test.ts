import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { openRepository } from '../../../src/io/git/repository.ts';
import { Failure } from '../../../src/model/failure.ts';
import { startGitHttp } from '../../support/git-http.ts';
import { makeBareRepository, makeRepository, openTestRepository, temporaryFolder } from '../../support/repository.ts';

/** A repository with a commit, and a remote behind a server that counts what is pushed. */
async function begin(t: TestContext) {
  const base = temporaryFolder(t);
  const source = makeRepository(t);
  const commit = source.commit({ 'a.txt': 'a\n' }, 'Begin');
  makeBareRepository(join(base, 'there.git'), source.env);
  const server = await startGitHttp({ folder: base });
  t.after(server.close);
  const repository = await openRepository({ folder: source.folder, env: source.env });
  t.after(() => repository.close());
  return {
    commit,
    source,
    repository,
    there: openTestRepository(join(base, 'there.git'), source.env),
    remote: `${server.url}/there.git`,
    pushes: () => server.requests.filter((one) => one.startsWith('POST') && one.endsWith('/git-receive-pack')).length,
  };
}

const names = Array.from({ length: 30 }, (_, i) => `environments/env-${i}`);

test('branches that move at the same time arrive by few pushes, and each fails alone', async (t) => {
  const { commit, source, repository, there, remote, pushes } = await begin(t);
  await repository.move('environments/env-7', { from: undefined, to: commit }, remote);
  const rule = '#!/bin/sh\ntest "$1" != refs/heads/environments/env-9\n';
  writeFileSync(join(there.folder, 'hooks', 'update'), rule, { mode: 0o755 });
  const next = source.commit({ 'a.txt': 'b\n' }, 'Go on');
  const before = pushes();
  const moved = await Promise.allSettled(names.map((name) => repository.move(name, { from: undefined, to: next }, remote)));
  const failed = moved.flatMap((one, i) =>
    one.status === 'fulfilled' ? [] : [[i, one.reason instanceof Failure ? one.reason.code : String(one.reason)]],
  );
  assert.deepEqual(failed, [
    [7, 'branch-moved'],
    [9, 'git-push-refused'],
  ]);
  assert.ok(pushes() - before <= 2, `${pushes() - before} pushes`);
  assert.deepEqual(
    [names.length - 1, there.git('rev-parse', 'environments/env-7'), there.git('rev-parse', 'environments/env-29')],
    [there.git('for-each-ref', 'refs/heads').split('\n').length, commit, next],
  );
});

test('notes that are set at the same time arrive by few commits, beside those of others, as git reads them', async (t) => {
  const { commit, source, repository, there, remote, pushes } = await begin(t);
  source.git('push', '--quiet', there.folder, 'HEAD:refs/heads/main');
  const other = ['-c', 'user.name=Grace', '-c', 'user.email=grace@example.com', 'notes', '--ref=hydrator.metadata'];
  there.git(...other, 'add', '-m', 'of another', commit);
  const tree = source.git('rev-parse', 'HEAD^{tree}');
  const commits = Array.from({ length: 205 }, (_, i) => source.git('commit-tree', tree, '-m', `Render ${i}`));
  const before = pushes();
  await Promise.all(commits.map((one) => repository.note(one, { drySha: one }, remote)));
  assert.ok(pushes() - before <= 4, `${pushes() - before} pushes`);
  assert.ok(Number(there.git('rev-list', '--count', 'refs/notes/hydrator.metadata')) <= 4);
  // From here on they are spread over folders; whoever has a note keeps its place.
  const late = source.git('commit-tree', tree, '-m', 'Render late');
  const [first = ''] = commits;
  await Promise.all([repository.note(late, { drySha: 'late' }, remote), repository.note(first, { drySha: 'anew' }, remote)]);
  const paths = there.git('ls-tree', '-r', '--name-only', 'refs/notes/hydrator.metadata').split('\n');
  assert.ok(paths.includes(`${late.slice(0, 2)}/${late.slice(2)}`) && paths.includes(first));
  assert.equal(there.git('notes', '--ref=hydrator.metadata', 'list').split('\n').length, 207);
  source.git('fetch', '--quiet', there.folder, 'refs/notes/*:refs/notes/*');
  assert.deepEqual(
    [commit, first, late, commits.at(-1) ?? ''].map((one) => source.git('notes', '--ref=hydrator.metadata', 'show', one)),
    ['of another', '{"drySha":"anew"}', '{"drySha":"late"}', `{"drySha":"${commits.at(-1)}"}`],
  );
  const tip = there.git('rev-parse', 'refs/notes/hydrator.metadata');
  await repository.note(late, { drySha: 'late' }, remote);
  assert.equal(there.git('rev-parse', 'refs/notes/hydrator.metadata'), tip, 'an equal note stays');
});
