import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { giteaFor } from '../forge/gitea.ts';
import { makeForgeShop } from './forge-shop.ts';

const gitea = await giteaFor({ after });

test('a proposal at a real forge: opened, updated, merged, rolled back, closed', { timeout: 600_000 }, async (t) => {
  const { project, repository, run, pulls } = await makeForgeShop(t, gitea, 'life');
  const first = await run('publish', 'dev', '--push');
  assert.equal(first.exit, 0, first.talk);
  assert.match(first.talk, new RegExp(`pull request opened: ${gitea.url}/${repository.name}/pulls/1; next: review and merge it\n$`));
  await repository.protect('environments/dev');
  const [opened] = await pulls();
  assert.deepEqual(
    [opened?.head.ref, opened?.base.ref, opened?.title],
    ['environments/dev-next', 'environments/dev', 'Deploy dev: Name the forge'],
  );
  assert.match(
    opened?.body ?? '',
    /^Merging this deploys `dev`, rendered from `[0-9a-f]{7}` `Name the forge` by `Demo`\.\n\n### What changes in `dev`\n/,
  );
  assert.ok(opened?.labels.some(({ name }) => name === 'lockstep/needs-rights'));

  project.edit('environments/dev.ts', { from: "logLevel: 'debug'", to: "logLevel: 'info'" });
  project.commit('Talk less');
  assert.match((await run('publish', 'dev', '--push')).talk, /pull request updated/);
  const [updated] = await pulls();
  assert.deepEqual([updated?.number, updated?.title], [1, 'Deploy dev: Talk less']);
  assert.match((await run('publish', 'dev', '--push')).talk, /environments\/dev-next holds this already.*pull request updated/);
  await repository.merge(1, 'squash');

  const deployed = await run('publish', 'dev', '--push');
  assert.match(
    deployed.talk,
    /^environments\/dev holds this already, at [0-9a-f]{12}; next: lockstep status dev\n$/,
    'a squash holds the same',
  );
  assert.deepEqual(await pulls(), []);

  // What protects the branch is the forge's own matter, and is told as such.
  project.edit('environments/dev.ts', { from: "'one-click': 100", to: "'one-click': 50" });
  project.commit('Show it to half of them');
  const direct = await run('publish', 'dev', '--push', '--direct');
  assert.deepEqual([direct.exit, /error\[git-push-refused\]/.test(direct.talk)], [4, true], direct.talk);
  await run('publish', 'dev', '--push');
  await repository.merge(2, 'rebase');

  const back = await run('rollback', 'dev', '--push');
  assert.match(back.talk, /pull request opened/, back.talk);
  const [rollback] = await pulls();
  assert.match(rollback?.title ?? '', /^Roll back dev to [0-9a-f]{7}$/);
  assert.match(rollback?.body ?? '', /one-click/);
  await repository.merge(3, 'merge');
  const again = await run('publish', 'dev', '--push');
  assert.deepEqual([again.exit, /error\[rollback-undone\].*one-click/.test(again.talk)], [4, true], again.talk);

  project.edit('environments/dev.ts', { from: "'one-click': 50", to: "'one-click': 100" });
  project.commit('Show it to all of them');
  assert.match((await run('publish', 'dev', '--push')).talk, /^environments\/dev holds this already/);
  project.edit('environments/dev.ts', { from: "logLevel: 'info'", to: "logLevel: 'debug'" });
  project.commit('Talk more');
  await run('publish', 'dev', '--push');
  project.edit('environments/dev.ts', { from: "logLevel: 'debug'", to: "logLevel: 'info'" });
  project.commit('Talk less, after all');
  assert.match((await run('publish', 'dev', '--push')).talk, /pull request closed/);
  assert.deepEqual((await pulls('all')).map(({ number, state, merged }) => [number, state, merged]).sort(), [
    [1, 'closed', true],
    [2, 'closed', true],
    [3, 'closed', true],
    [4, 'closed', false],
  ]);
});

test('of two publishers at once both end well, with one pull request, of the newest source', { timeout: 600_000 }, async (t) => {
  const { project, run, clone, pulls } = await makeForgeShop(t, gitea, 'race');
  assert.equal((await run('publish', 'dev', '--push', '--direct')).exit, 0);
  project.edit('environments/dev.ts', { from: "logLevel: 'debug'", to: "logLevel: 'info'" });
  project.commit('Talk less');
  project.git('push', '--quiet', 'origin', 'main');
  const older = await clone();
  project.edit('environments/dev.ts', { from: "'one-click': 100", to: "'one-click': 50" });
  project.commit('Show it to half of them');
  project.git('push', '--quiet', 'origin', 'main');
  const ended = await Promise.all([older('publish', 'dev', '--push'), run('publish', 'dev', '--push'), older('publish', 'dev', '--push')]);
  for (const { exit, talk } of ended) assert.equal(exit, 0, talk);
  const open = await pulls();
  assert.deepEqual(open.length, 1);
  const last = await older('publish', 'dev', '--push');
  assert.match(last.talk, /is rendered from a later commit already/, last.talk);
  const [pull] = await pulls();
  assert.equal(pull?.title, `Deploy dev: 2 commits to ${project.git('rev-parse', 'HEAD').slice(0, 7)}`);
});

test('what a person closed at the forge stays closed until something else is proposed', { timeout: 600_000 }, async (t) => {
  const { project, repository, run, pulls } = await makeForgeShop(t, gitea, 'declined');
  assert.equal((await run('publish', 'dev', '--push')).exit, 0);
  const close = (number: number) => gitea.api('PATCH', `/repos/${repository.name}/pulls/${number}`, { state: 'closed' });
  await close(1);
  const declined = await run('publish', 'dev', '--push');
  assert.match(declined.talk, /pull request declined: \S+\/pulls\/1; next: propose something else, or ask again with `--reopen`\n$/);
  assert.deepEqual(await pulls(), []);
  assert.match((await run('publish', 'dev', '--push', '--reopen')).talk, /pull request opened: \S+\/pulls\/2; next/);
  await close(2);
  project.edit('environments/dev.ts', { from: "logLevel: 'debug'", to: "logLevel: 'info'" });
  project.commit('Talk less');
  assert.match((await run('publish', 'dev', '--push')).talk, /pull request opened: \S+\/pulls\/3; next/);
});

test('the pull request of a set is merged at the forge; who merges its commit by hand may push there, or is refused', {
  timeout: 600_000,
}, async (t) => {
  const { repository, run, pulls } = await makeForgeShop(t, gitea, 'set');
  assert.equal((await run('publish', 'dev', '--set', 'all', '--push')).exit, 0);
  const [pull] = await pulls();
  const held = await run('merge', '--set', 'all', '--push');
  assert.match(held.talk, /^sets\/all-next is not merged: its pull request is open: \S+\/pulls\/1;.*\n0 environments/, held.talk);
  await repository.protect('sets/all');
  const commit = pull?.head.sha ?? '';
  const refused = await run('merge', '--set', 'all', '--push', '--commit', commit);
  assert.deepEqual([refused.exit, /the set all: error\[git-push-refused\]/.test(refused.talk)], [4, true], refused.talk);
  await repository.merge(1, 'squash');
  const merged = await run('merge', '--set', 'all', '--push');
  assert.match(merged.talk, /^environments\/dev is at [0-9a-f]{12}\n1 environment of the set all went forward; next/, merged.talk);
});
