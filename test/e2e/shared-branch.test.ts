import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { giteaFor } from '../forge/gitea.ts';
import { makeForgeShop } from './forge-shop.ts';

const gitea = await giteaFor({ after });
const fleet = 'environments/fleet';

test('environments in folders of one branch at a real forge: each has its pull request, and none waits for another', {
  timeout: 600_000,
}, async (t) => {
  const { project, repository, run, pulls } = await makeForgeShop(t, gitea, 'fleet');
  const shared = `rendered: { forge: 'gitea', branch: '${fleet}', owners: { 'team-shop': '@${repository.name.split('/')[0]}' } }`;
  project.edit('environments/base.ts', { from: "rendered: { forge: 'gitea' }", to: shared });
  project.commit('Share one branch');
  project.git('push', '--quiet', 'origin', 'main');
  const publish = async (...names: readonly string[]): Promise<string> => {
    const ended = await run('publish', ...names, '--push');
    assert.equal(ended.exit, 0, ended.talk);
    return ended.talk;
  };
  const heads = async (): Promise<readonly string[]> => (await pulls()).map(({ head, base }) => `${head.ref} → ${base.ref}`).sort();

  assert.match(await publish('dev', 'staging'), /pull request opened[\s\S]*pull request opened/);
  await repository.protect(fleet);
  assert.deepEqual(await heads(), [`environments/dev-next → ${fleet}`, `environments/staging-next → ${fleet}`]);
  // The second one is merged beside what the first one has put in force.
  await repository.merge(1, 'squash');
  const second = (await pulls())[0]?.head.sha;
  assert.match(await publish('staging'), /environments\/staging-next holds this already/);
  assert.deepEqual((await pulls())[0]?.head.sha, second, 'a merge beside it makes nothing of it anew');
  await repository.merge(2, 'merge');
  assert.doesNotMatch(await publish('dev', 'staging'), /pull request/);

  project.edit('environments/base.ts', {
    from: "rendered: { forge: 'gitea', branch",
    to: "source: 'https://git.example.com/shop', rendered: { forge: 'gitea', branch",
  });
  project.edit('environments/dev.ts', { from: "logLevel: 'debug'", to: "logLevel: 'info'" });
  project.commit('Talk less');
  project.git('push', '--quiet', 'origin', 'main');
  assert.match(await publish('dev', 'staging'), /pull request opened/);
  assert.deepEqual(await heads(), [`environments/dev-next → ${fleet}`]);
  const held = await run('merge', 'dev', '--push');
  assert.deepEqual([held.exit, /error\[merge-held\]: .* its pull request is open: \S+\/pulls\/3$/m.test(held.talk)], [4, true], held.talk);
  const direct = await run('merge', 'dev', '--push', '--commit', /--commit ([0-9a-f]{7})/.exec(held.talk)?.[1] ?? '');
  assert.deepEqual([direct.exit, /error\[git-push-refused\]/.test(direct.talk)], [4, true], 'the branch is protected for all');
  await repository.merge(3, 'rebase');

  project.git('fetch', '--quiet', 'origin');
  const tip = `origin/${fleet}`;
  assert.deepEqual(project.git('ls-tree', '--name-only', tip).split('\n'), ['.gitattributes', 'CODEOWNERS', 'README.md', 'dev', 'staging']);
  assert.match(project.git('show', `${tip}:CODEOWNERS`), /^\[\^\/\]\+\/\S+ @acme$/m);
  const verified = await run('verify', fleet, '--remote', '--output', 'json');
  assert.deepEqual(
    JSON.parse(verified.out).commits.map(
      ({ environment, verdict }: { environment: string; verdict: string }) => `${environment} ${verdict}`,
    ),
    ['dev proven', 'staging proven'],
  );
  const back = await run('rollback', 'dev', '--push');
  assert.match(back.talk, /pull request opened/, back.talk);
  await repository.merge(4, 'squash');
  const again = await run('publish', 'dev', '--push');
  assert.deepEqual([again.exit, /error\[rollback-undone\]/.test(again.talk)], [4, true], again.talk);
  const log = JSON.parse((await run('log', 'staging', '--remote', '--output', 'json')).out);
  assert.equal(log.commits.length, 1, 'what dev went through is no matter of staging');
});
