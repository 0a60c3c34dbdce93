import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openRepository } from '../../src/io/git/repository.ts';
import { Failure } from '../../src/model/failure.ts';
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

test('what a person closed stays closed until something else is proposed, or somebody asks again', async (t) => {
  const shop = makeShop(t, { 'environments/prod.ts': environment('prod', 'info', atGitea) });
  await shop.run('publish', 'prod', '--push');
  shop.forge.decline(shop.there.git('rev-parse', 'environments/prod-next'));
  const again = await shop.run('publish', 'prod', '--push');
  assert.equal(again.exit, 0);
  assert.match(
    again.said,
    /holds this already, .*, pull request declined by ora: \S+\/pulls\/1; next: propose something else, or ask again with `--reopen`$/,
  );
  const json = JSON.parse((await shop.run('publish', 'prod', '--push', '--output', 'json')).out);
  const url = 'https://git.example.com/shop/pulls/1';
  assert.deepEqual(json.environments[0].pullRequest, { op: 'declined', number: 1, url, by: 'ora' });
  shop.git.commit({ 'environments/dev.ts': environment('dev', 'info', atGitea) }, 'Add dev');
  assert.match(
    (await shop.run('publish', '--push')).said,
    /^1 proposal to review, 1 declined: propose something else, or ask again with `--reopen`; next: lockstep diff$/m,
  );
  assert.match(
    (await shop.run('publish', 'prod', '--push', '--reopen')).said,
    /pull request opened: \S+\/pulls\/3; next: review and merge it$/,
  );
  shop.forge.decline(shop.there.git('rev-parse', 'environments/prod-next'));
  shop.git.commit({ 'environments/prod.ts': environment('prod', 'debug', atGitea) }, 'Talk more');
  assert.match((await shop.run('publish', 'prod', '--push')).said, /pull request opened: \S+\/pulls\/4; next/);
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
  const held = await shop.run('merge', 'prod', '--push');
  assert.deepEqual(
    [held.exit, /^error\[merge-held\]: `environments\/prod-next` is not merged from here: its pull request is open: \S+$/m.test(held.said)],
    [4, true],
    held.said,
  );
  const commit = /`lockstep merge prod --push --commit ([0-9a-f]{7})`/.exec(held.said)?.[1] ?? '';
  assert.equal((await shop.run('merge', 'prod', '--push', '--commit', commit)).exit, 0);
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
  assert.match(ended.said, /^1 proposal to review, 1 environment not published; next: lockstep publish dev --push$/m);
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

test('a set has one pull request for all, which tells what they change alike once', async (t) => {
  const both = (level: string) => ({
    'environments/eu.ts': environment('eu', level, atGitea),
    'environments/us.ts': environment('us', level, atGitea),
  });
  const shop = makeShop(t, both('info'));
  const first = await shop.run('publish', 'eu', 'us', '--set', 'all', '--push');
  assert.equal(first.exit, 0, first.said);
  assert.match(
    first.said,
    /^sets\/all-next is at [0-9a-f]{12}, pull request opened: .*pulls\/1; next: review and merge it, then `lockstep merge --set all --push`$/m,
  );
  assert.deepEqual(
    shop.forge.pulls.map(({ head, base, title }) => [head, base, title]),
    [['sets/all-next', 'sets/all', 'Deploy eu, us: Start the shop']],
  );
  const early = await shop.run('merge', '--set', 'all', '--push');
  assert.match(
    early.said,
    /^sets\/all-next is not merged: its pull request is open: \S+\/pulls\/1; to merge .* `?--commit [0-9a-f]{7}`?\n0 environments of the set all went forward; next/,
  );
  shop.there.git('update-ref', 'refs/heads/sets/all', 'refs/heads/sets/all-next');
  const merged = await shop.run('merge', '--set', 'all', '--push', '--output', 'json');
  assert.deepEqual(
    JSON.parse(merged.out).environments.map((one: { environment: string; op: string }) => [one.environment, one.op]),
    [
      ['eu', 'merged'],
      ['us', 'merged'],
    ],
  );
  shop.git.commit(both('debug'), 'Talk more');
  const second = await shop.run('publish', '--set', 'all', '--push', '--output', 'json');
  const { set } = JSON.parse(second.out);
  assert.deepEqual([set.name, set.result.pending, set.pullRequest.op], ['all', true, 'updated']);
  const body = shop.forge.pulls[0]?.body ?? '';
  assert.equal(body.match(/data\.level/g)?.length, 1, body);
  assert.match(body, /What changes in `eu`, `us`/);
  const unclear = await shop.run('merge', 'eu', '--set', 'all');
  assert.deepEqual([unclear.exit, /error\[merge-unclear\]/.test(unclear.said)], [2, true]);
});

test('where nobody may push to the active branch, it is told how a first proposal begins', async (t) => {
  const shop = makeShop(t, { 'environments/prod.ts': environment('prod', 'info', atGitea) });
  const rule = '#!/bin/sh\ntest "$1" != refs/heads/environments/prod\n';
  writeFileSync(join(shop.there.folder, 'hooks', 'update'), rule, { mode: 0o755 });
  const ended = await shop.run('publish', 'prod', '--push');
  assert.equal(ended.exit, 4);
  assert.match(ended.said, /error\[git-push-refused\].*a pull request needs that branch to exist\n.*`lockstep publish prod --push` once/);
  assert.equal((await shop.run('publish', 'prod', '--push', '--no-pull-request')).exit, 0);
});

test('a forge that fails after the branch was written is told with where that is, and the next publish makes up for it', async (t) => {
  const shop = makeShop(t, { 'environments/prod.ts': environment('prod', 'info', atGitea) });
  const { open } = shop.forge;
  shop.forge.open = async () => {
    throw new Failure('forge-unreachable', 'the forge sleeps', { help: 'wake it' });
  };
  const failed = await shop.run('publish', 'prod', '--push');
  const tip = shop.there.git('rev-parse', '--short=7', 'environments/prod-next');
  assert.equal(failed.exit, 3);
  assert.match(failed.said, new RegExp(`the forge sleeps; \`environments/prod-next\` is at \`${tip}\` all the same, .*\n.*wake it`));
  shop.forge.open = open;
  assert.match((await shop.run('publish', 'prod', '--push')).said, /holds this already, .*pull request opened/);
});

test('who comes late is sent to what is proposed already', async (t) => {
  const shop = makeShop(t, { 'environments/prod.ts': environment('prod', 'info', atGitea) });
  shop.git.commit({ 'environments/prod.ts': environment('prod', 'debug', atGitea) }, 'Talk more');
  await shop.run('publish', 'prod', '--push');
  shop.git.git('checkout', '--quiet', '--detach', 'HEAD^');
  const late = await shop.run('publish', 'prod', '--push');
  assert.match(late.said, /is rendered from a later commit already, at .*: nothing was written; next: review what is proposed there$/);
  assert.equal(shop.forge.pulls[0]?.title, 'Deploy prod: Talk more');
});

test('of many environments the remote is asked once, and what moved since is seen', async (t) => {
  const names = ['a', 'b', 'c', 'd'];
  const shop = makeShop(t, Object.fromEntries(names.map((name) => [`environments/${name}.ts`, environment(name, 'info')])));
  await shop.run('publish', ...names, '--direct', '--push');
  shop.git.commit(Object.fromEntries(names.map((name) => [`environments/${name}.ts`, environment(name, 'debug')])), 'Talk more');
  shop.git.git('fetch', '--quiet', 'origin');
  assert.equal((await shop.run('publish', ...names, '--push')).exit, 0);
  const bin = temporaryFolder(t);
  const path = shop.git.env['PATH'] ?? '';
  writeFileSync(join(bin, 'git'), `#!/bin/sh\necho "$@" >> ${bin}/log\nPATH='${path}' exec git "$@"\n`, { mode: 0o755 });
  const repository = await openRepository({ folder: shop.git.folder, env: { ...shop.git.env, PATH: `${bin}:${path}` } });
  t.after(() => repository.close());
  const branches = names.flatMap((name) => [`environments/${name}`, `environments/${name}-next`, `environments/${name}-none`]);
  await repository.lookAhead(branches, 'origin');
  const [first = ''] = branches;
  const before = shop.there.git('rev-parse', first);
  shop.there.git('update-ref', `refs/heads/${first}`, `refs/heads/${first}-next`);
  const told = Object.fromEntries(await Promise.all(branches.map(async (one) => [one, await repository.branch(one, 'origin')])));
  assert.deepEqual([told[first], told[`${first}-none`]], [before, undefined]);
  assert.equal(told['environments/d-next'], shop.there.git('rev-parse', 'environments/d-next'));
  const looks = readFileSync(join(bin, 'log'), 'utf8').match(/ (ls-remote|fetch) --quiet/g);
  assert.deepEqual(looks, [' ls-remote --quiet', ' fetch --quiet']);
  assert.equal(await repository.branch(first, 'origin'), before, 'nothing is asked again');
  const step = { from: before, to: shop.git.git('rev-parse', 'HEAD') };
  await assert.rejects(repository.move(first, step, 'origin'), { code: 'branch-moved' });
  assert.equal(await repository.branch(first, 'origin'), shop.there.git('rev-parse', `${first}-next`), 'asked again, as it has moved');
});

test('a set of environments in several places is refused before anything is written', async (t) => {
  const shop = makeShop(t, {
    'environments/eu.ts': environment('eu', 'info', atGitea),
    'environments/us.ts': environment('us', 'info', "{ remote: 'https://git.example.com/rendered.git' }"),
  });
  const ended = await shop.run('publish', 'eu', 'us', '--set', 'all', '--push');
  assert.deepEqual([ended.exit, /error\[set-scattered\]/.test(ended.said)], [2, true], ended.said);
  assert.equal(shop.there.git('for-each-ref', 'refs/heads'), '');
});

test('without a forge the command that puts a set in force merges its proposal, too: the one that was reviewed', async (t) => {
  const both = (level: string) => ({ 'environments/eu.ts': environment('eu', level), 'environments/us.ts': environment('us', level) });
  const shop = makeShop(t, both('info'));
  const proposed = await shop.run('publish', '--set', 'all', '--push');
  assert.match(proposed.said, /^sets\/all-next is at [0-9a-f]{12}; next: review it, then `lockstep merge --set all --push`$/m);
  const first = shop.there.git('rev-parse', 'sets/all-next');
  shop.git.commit(both('debug'), 'Talk more');
  await shop.run('publish', '--set', 'all', '--push');
  const other = await shop.run('merge', '--set', 'all', '--push', '--commit', first.slice(0, 8));
  assert.deepEqual(
    [other.exit, /error\[merge-other\]: the set `all` is proposed as `[0-9a-f]{7}`, and/.test(other.said)],
    [4, true],
    other.said,
  );
  const next = shop.there.git('rev-parse', 'sets/all-next');
  const merged = await shop.run('merge', '--set', 'all', '--push', '--commit', next.slice(0, 8), '--output', 'json');
  const { proposal, environments } = JSON.parse(merged.out);
  assert.deepEqual(proposal, { op: 'merged', branch: 'sets/all-next', commit: next });
  assert.deepEqual(
    environments.map(({ op }: { op: string }) => op),
    ['merged', 'merged'],
  );
  assert.equal(shop.there.git('rev-parse', 'environments/us'), shop.there.git('rev-parse', 'environments/us-next'));
  const again = JSON.parse((await shop.run('merge', '--set', 'all', '--push', '--commit', first, '--output', 'json')).out);
  assert.equal(again.proposal, null, 'what was merged holds it');
});

test('a proposal of a set that the server does not take, that was declined, or of which nobody can tell, keeps no member back', async (t) => {
  const eu = (level: string, rendered?: string) => ({ 'environments/eu.ts': environment('eu', level, rendered) });
  const shop = makeShop(t, eu('info'));
  const rule = '#!/bin/sh\ntest "$1" != refs/heads/sets/all || test "$2" = 0000000000000000000000000000000000000000\n';
  await shop.run('publish', '--set', 'all', '--push');
  await shop.run('merge', '--set', 'all', '--push');
  shop.git.commit(eu('debug'), 'Talk more');
  await shop.run('publish', '--set', 'all', '--push');
  writeFileSync(join(shop.there.folder, 'hooks', 'update'), rule, { mode: 0o755 });
  const refused = await shop.run('merge', '--set', 'all', '--push');
  assert.equal(refused.exit, 4);
  assert.match(
    refused.said,
    /^the set all: error\[git-push-refused\].*`sets\/all`(?:.*\n)*0 environments of the set all went forward, 1 had before; next/m,
  );
  shop.git.commit(eu('debug', atGitea), 'Name the forge');
  await shop.run('publish', '--set', 'all', '--push');
  shop.forge.decline(shop.there.git('rev-parse', 'sets/all-next'));
  assert.match((await shop.run('merge', '--set', 'all', '--push')).said, /is not merged: its pull request was declined: \S+;/);
  shop.forge.find = async () => {
    throw new Failure('forge-unreachable', 'the forge sleeps');
  };
  const unknown = await shop.run('merge', '--set', 'all', '--push');
  assert.deepEqual([unknown.exit, /nobody can tell whether its pull request is open: the forge sleeps;/.test(unknown.said)], [0, true]);
});
