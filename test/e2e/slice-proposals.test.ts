import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { giteaFor } from '../forge/gitea.ts';
import { type ForgeShop, makeForgeShop } from './forge-shop.ts';

const gitea = await giteaFor({ after });

/** The sample system, of which a person reviews what belongs to the team of the shop. */
async function makeOwnedShop(...given: Parameters<typeof makeForgeShop>): Promise<ForgeShop> {
  const shop = await makeForgeShop(...given);
  const { project, repository } = shop;
  await gitea.another('ora', ['write:repository']);
  await gitea.api('PUT', `/repos/${repository.name}/collaborators/ora`, { permission: 'write' });
  const owners = "rendered: { forge: 'gitea', owners: { 'team-shop': '@ora' } }";
  project.edit('environments/base.ts', { from: "rendered: { forge: 'gitea' }", to: owners });
  project.commit('Let the team of the shop review');
  project.git('push', '--quiet', 'origin', 'main');
  return shop;
}

test('teams propose their slices at a real forge, and review what is theirs', { timeout: 600_000 }, async (t) => {
  const { project, repository, run, pulls } = await makeOwnedShop(t, gitea, 'slices');
  assert.equal((await run('publish', 'dev', '--push', '--direct')).exit, 0);
  // It reads owners from the default branch alone.
  const setDefault = (branch: string): Promise<unknown> => gitea.api('PATCH', `/repos/${repository.name}`, { default_branch: branch });
  await setDefault('environments/dev');
  project.edit('environments/dev.ts', { from: "logLevel: 'debug'", to: "logLevel: 'info'" });
  project.edit('environments/dev.ts', { from: "'one-click': 100", to: "'one-click': 50" });
  project.commit('Talk less, and show it to half of them');

  for (const slice of ['team-shop', 'team-platform']) {
    const ended = await run('publish', 'dev', '--slice', slice, '--push');
    assert.match(ended.talk, /pull request opened/, ended.talk);
  }
  const told = (await pulls()).map(({ number, head, base, title, requested_reviewers: reviewers }) => {
    return [number, head.ref, base.ref, title, (reviewers ?? []).map(({ login }) => login)];
  });
  assert.deepEqual(told.sort(), [
    [1, 'proposals/dev/team-shop', 'environments/dev', 'Deploy dev/team-shop: Talk less, and show it to half of them', ['ora']],
    [2, 'proposals/dev/team-platform', 'environments/dev', 'Deploy dev/team-platform: Talk less, and show it to half of them', []],
  ]);

  // Merged by a squash, which keeps the tree and no trailer: the other one is made anew on top of it.
  await repository.merge(1, 'squash');
  assert.match((await run('publish', 'dev', '--slice', 'team-platform', '--push')).talk, /pull request updated/);
  const [second] = await pulls();
  assert.match(second?.body ?? '', /one-click/);
  assert.doesNotMatch(second?.body ?? '', /PODINFO_LEVEL/);
  await repository.merge(2, 'rebase');
  const whole = await run('publish', 'dev', '--push');
  assert.match(whole.talk, /^environments\/dev holds this already/, whole.talk);
  assert.deepEqual(await pulls(), []);
});

test('a promotion is proposed at a real forge, merged, and over', { timeout: 600_000 }, async (t) => {
  const { project, repository, run, pulls } = await makeForgeShop(t, gitea, 'promotions');
  assert.equal((await run('publish', 'dev', '--push', '--direct')).exit, 0);
  const first = await run('promote', 'dev', 'staging', '--push');
  assert.match(first.talk, /lockstep\/promote-staging is at [0-9a-f]{12}, on top of main, pull request opened: /, first.talk);
  assert.equal(project.git('status', '--porcelain'), '', 'nothing is written here');
  const [pull] = await pulls();
  assert.deepEqual([pull?.head.ref, pull?.base.ref, pull?.title], ['lockstep/promote-staging', 'main', 'Promote dev to staging']);
  assert.match(pull?.body ?? '', /### What changes in `staging`/);
  await repository.merge(1, 'squash');
  project.git('pull', '--quiet', '--ff-only', 'origin', 'main');
  const over = await run('promote', 'dev', 'staging', '--push');
  assert.match(over.talk, /main holds this already, at [0-9a-f]{12}: nothing to propose\n$/, over.talk);
});
