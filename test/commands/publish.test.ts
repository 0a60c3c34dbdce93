import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { makeBareRepository, openTestRepository, type TestRepository, temporaryFolder } from '../support/repository.ts';
import { atGitea, makeShop } from './shop.ts';

const environment = (name: string, level: string, rendered = '{}'): string => `import { ApiObject, Chart } from 'cdk8s';
import { defineEnvironment } from 'lockstep';
const shop = (app) => {
  const chart = new Chart(app, 'shop', { disableResourceNameHashes: true });
  new ApiObject(chart, 'settings', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings', namespace: 'shop' }, data: { level: '${level}' } });
};
export default defineEnvironment({
  name: '${name}',
  cluster: '${name}-1',
  kubernetes: '1.35',
  source: 'https://git.example.com/shop.git',
  rendered: ${rendered},
  external: [{ kind: 'Namespace', name: 'shop' }],
  charts: { shop },
});
`;

test('a proposal gets one pull request, which follows it and is closed when nothing is left', async (t) => {
  const shop = makeShop(t, { 'environments/prod.ts': environment('prod', 'info', atGitea) });
  const first = await shop.run('publish', 'prod', '--push');
  assert.equal(first.exit, 0, first.said);
  assert.match(first.said, /pull request opened: https:\/\/git\.example\.com\/shop\/pulls\/1; next: review and merge it$/);
  assert.deepEqual(shop.forge.asked, {
    remote: shop.git.git('remote', 'get-url', 'origin'),
    type: 'gitea',
    url: 'https://git.example.com',
  });
  const [pull] = shop.forge.pulls;
  assert.deepEqual(
    [pull?.head, pull?.base, pull?.title, pull?.labels],
    ['environments/prod-next', 'environments/prod', 'Deploy prod: Start the shop', ['lockstep', 'lockstep/needs-rights']],
  );
  const head = shop.git.git('rev-parse', 'HEAD');
  const link = `[\`${head.slice(0, 7)}\`](https://git.example.com/shop/commit/${head}) \`Start the shop\` by \`Ada Lovelace\``;
  assert.ok(pull?.body.startsWith(`Merging this deploys \`prod\`, rendered from ${link}.\n\n### What changes in \`prod\`\n`), pull?.body);
  assert.equal(shop.there.git('ls-tree', '-r', 'environments/prod'), '', 'a branch to propose to');

  shop.git.commit({ 'environments/prod.ts': environment('prod', 'debug', atGitea) }, 'Talk more @everybody <b>');
  assert.match((await shop.run('publish', '--push')).said, /pull request updated/);
  assert.equal(shop.forge.pulls[0]?.title, 'Deploy prod: Talk more @everybody <b>');
  shop.there.git('update-ref', 'refs/heads/environments/prod', 'refs/heads/environments/prod-next');
  shop.forge.pulls = [];

  shop.git.commit({ 'docs.md': 'Words.\n' }, 'Explain');
  shop.git.commit({ 'environments/prod.ts': environment('prod', 'warn', atGitea) }, 'Talk less');
  await shop.run('publish', 'prod', '--push');
  const [second] = shop.forge.pulls;
  assert.match(second?.title ?? '', /^Deploy prod: 2 commits to [0-9a-f]{7}$/);
  assert.match(second?.body ?? '', /<summary>2 commits of the source<\/summary>\n\n- .*`Talk less`\n- .*`Explain`\n/);
  assert.match(second?.body ?? '', /data\.level/);
  assert.deepEqual(second?.labels, ['lockstep']);
  shop.git.commit({ 'environments/prod.ts': environment('prod', 'debug', atGitea) }, 'Talk as before');
  const none = await shop.run('publish', 'prod', '--push', '--output', 'json');
  const pullRequest = { op: 'closed', number: 1, url: 'https://git.example.com/shop/pulls/1' };
  assert.deepEqual(JSON.parse(none.out).environments[0].pullRequest, pullRequest);
  assert.deepEqual(
    [shop.forge.pulls[0]?.state, shop.forge.pulls[0]?.why],
    ['closed', 'Nothing is left to merge: `prod` holds all of this already.'],
  );
});

test('a rollback is proposed by a pull request, too, and says that the source has to follow', async (t) => {
  const shop = makeShop(t, { 'environments/prod.ts': environment('prod', 'info', atGitea) });
  await shop.run('publish', 'prod', '--direct', '--push');
  const good = shop.there.git('rev-parse', '--short=7', 'environments/prod');
  shop.git.commit({ 'environments/prod.ts': environment('prod', 'broken', atGitea) }, 'Break it');
  await shop.run('publish', 'prod', '--direct', '--push');
  assert.equal(shop.forge.pulls.length, 0);
  shop.git.commit({ 'environments/prod.ts': 'no TypeScript at all' }, 'Break all');
  const named = await shop.run('rollback', 'prod', '--push', 'origin');
  assert.match(named.said, /its definition cannot be loaded/);
  shop.git.commit({ 'environments/prod.ts': environment('prod', 'broken', atGitea) }, 'Break it');
  const ended = await shop.run('rollback', 'prod', '--push');
  assert.match(ended.said, /environments\/prod-next holds this already, .*pull request opened/);
  const pull = shop.forge.pulls.at(-1);
  assert.equal(pull?.title, `Roll back prod to ${good}`);
  assert.match(pull?.body ?? '', /until it follows, nothing that this takes away is published again/);
  const again = await shop.run('publish', 'prod', '--push');
  assert.equal(again.exit, 4);
  assert.match(again.said, /error\[rollback-undone\]/);
  assert.equal((await shop.run('merge', 'prod', '--push')).exit, 0);
  assert.match((await shop.run('publish', 'prod', '--push')).said, /error\[rollback-undone\]/);
});

test('several environments are published one after the other; what fails for one stops no other', async (t) => {
  const files = { 'environments/dev.ts': environment('dev', 'info'), 'environments/prod.ts': environment('prod', 'info') };
  const shop = makeShop(t, files);
  await shop.run('publish', 'dev', '--direct', '--push');
  const edited = 'shop/configmap.core.shop.settings.yaml';
  const clone = openTestRepository(join(temporaryFolder(t), 'clone'), shop.git.env);
  shop.git.git('clone', '--quiet', '--branch', 'environments/dev', shop.there.folder, clone.folder);
  clone.commit({ [edited]: 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\n  namespace: shop\n' }, 'By hand');
  clone.git('push', '--quiet');
  const ended = await shop.run('publish', '--push', '--no-pull-request');
  assert.equal(ended.exit, 4);
  assert.match(ended.said, /^dev: error\[edited-branch\].*`shop\/configmap\.core\.shop\.settings\.yaml`$/m);
  assert.match(ended.said, /^environments\/prod-next is at [0-9a-f]{12} \(1 added, 0 modified, 0 removed\)$/m);
  assert.match(ended.said, /^1 proposal to review, 1 environment not published; next: lockstep publish$/m);
  const json = JSON.parse((await shop.run('publish', '--push', '--no-pull-request', '--output', 'json')).out);
  assert.deepEqual(
    json.environments.map((one: { environment: string; op?: string; error?: { code: string } }) => [
      one.environment,
      one.op ?? one.error?.code,
    ]),
    [
      ['dev', 'edited-branch'],
      ['prod', 'unchanged'],
    ],
  );
  const all = await shop.run('publish', '--direct');
  assert.deepEqual([all.exit, /error\[publish-unnamed\]/.test(all.said)], [2, true]);
});

test('without a token for a forge that nobody named the branch is written all the same, and it is told', async (t) => {
  const shop = makeShop(t, { 'environments/prod.ts': environment('prod', 'info') }, { token: false });
  shop.git.git('config', `url.${shop.there.folder}.insteadOf`, 'https://github.com/acme/shop.git');
  const silent = await shop.run('publish', 'prod', '--push');
  assert.deepEqual([silent.exit, /no pull request/.test(silent.said)], [0, false], 'a folder is no forge');
  shop.git.commit({ 'environments/prod.ts': environment('prod', 'info', "{ forge: 'github' }") }, 'Name the forge');
  const named = await shop.run('publish', 'prod', '--push');
  assert.deepEqual([named.exit, /error\[forge-token\]/.test(named.said)], [2, true]);
});

test('rendered branches may be in another repository', async (t) => {
  const elsewhere = join(temporaryFolder(t), 'rendered.git');
  const shop = makeShop(t, { 'environments/prod.ts': environment('prod', 'info', `{ remote: '${elsewhere}' }`) });
  makeBareRepository(elsewhere, shop.git.env);
  const there = openTestRepository(elsewhere, shop.git.env);
  assert.equal((await shop.run('publish', 'prod', '--push')).exit, 0);
  assert.equal((await shop.run('merge', 'prod', '--push')).exit, 0);
  const branches = (of: TestRepository): string => of.git('for-each-ref', '--format=%(refname:short)', 'refs/heads');
  assert.deepEqual([branches(there), branches(shop.there)], ['environments/prod\nenvironments/prod-next', '']);
  assert.equal((await shop.run('diff', 'prod', '--remote')).exit, 0);
});
