import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { makeBareRepository, temporaryFolder } from '../support/repository.ts';
import { chart, editByHandIn, environment, makeShop, objectPath, publish, type Shop } from '../support/shop.ts';

/** Writes a tree as it is told, which git's own commands would not: `<mode> <name>` and the id of each entry. */
function writeTree(shop: Shop, entries: readonly (readonly [name: string, id: string])[]): string {
  const file = join(shop.folder, 'dist-tree');
  writeFileSync(file, Buffer.concat(entries.flatMap(([name, id]) => [Buffer.from(`${name}\0`), Buffer.from(id, 'hex')])));
  return shop.git('hash-object', '-t', 'tree', '-w', '--literally', file);
}

test('what is rendered for one environment is not proven on the branch of another one', async (t) => {
  const shop = makeShop(t);
  shop.commit({ 'environments/staging.ts': environment.replace("'prod'", "'staging'") }, 'Have a stage');
  await publish(shop, '--direct');
  assert.equal((await shop.run('publish', 'staging', '--direct')).exit, 0);
  const staging = shop.git('rev-parse', 'environments/staging');
  for (const branch of ['environments/prod', 'environments/prod-next']) shop.git('update-ref', `refs/heads/${branch}`, staging);
  for (const what of [
    'prod',
    'environments/prod',
    'refs/heads/environments/prod',
    'environments/prod-next',
    'prod-next',
    'environments/prod~0',
  ]) {
    const { exit, commits } = await shop.verify(what);
    assert.deepEqual([exit, commits[0]?.verdict, commits[0]?.environment], [1, 'different', 'staging'], what);
  }
  assert.match((await shop.run('verify', 'prod')).out, /^different \S+ of staging: it stands on the branch of `prod`$/);
  for (const what of ['staging', 'environments/staging~0', staging]) assert.equal((await shop.verify(what)).exit, 0, what);
});

test('a tree that has two files of one name is different, whichever of both comes last', async (t) => {
  const shop = makeShop(t);
  const commit = await publish(shop, '--direct');
  const evil = editByHandIn(shop, { path: '.lockstep/index', text: '{"format": "1.0", "objects": []}\n' });
  const [good, bad] = [commit, evil].map((one) => shop.git('rev-parse', `${one}:.lockstep`));
  const rest = shop
    .git('ls-tree', commit)
    .split('\n')
    .filter((line) => !line.endsWith('\t.lockstep'));
  const others = rest.map((line): readonly [string, string] => {
    const [head = '', name = ''] = line.split('\t');
    const [mode = '', , id = ''] = head.split(' ');
    return [`${mode.replace(/^0/, '')} ${name}`, id];
  });
  for (const ids of [
    [good, bad],
    [bad, good],
    [good, good],
  ]) {
    const twice = ids.map((id = ''): readonly [string, string] => ['40000 .lockstep', id]);
    const tree = writeTree(shop, [...others.slice(0, 1), ...twice, ...others.slice(1)]);
    shop.git('update-ref', 'refs/heads/environments/prod', shop.git('commit-tree', '-p', commit, '-m', 'Edit', tree));
    const ended = await shop.run('verify', 'prod', '--output', 'json');
    assert.notEqual(ended.exit, 0);
    assert.doesNotMatch(ended.out, /"proven"/);
  }
  assert.deepEqual((await shop.verify('prod')).commits[0]?.files, { added: [], modified: ['.lockstep/index'], removed: [] });
});

test('a branch or a tag that is called like an id is not what is meant by the id', async (t) => {
  const shop = makeShop(t);
  const good = await publish(shop, '--direct');
  const bad = editByHandIn(shop, { path: objectPath, text: 'kind: Secret\n' });
  const short = bad.slice(0, 9);
  for (const name of [bad, `environments/${bad}`]) shop.git('update-ref', `refs/remotes/origin/${name}`, good);
  assert.equal((await shop.verify(bad)).commits[0]?.commit, bad);
  shop.git('update-ref', `refs/heads/environments/${short}`, good);
  assert.match((await shop.run('verify', short)).said, /error\[verify-unknown\]: `\w+` is a branch of this repository, and the beginning/);
  shop.git('update-ref', '-d', `refs/heads/environments/${short}`);
  assert.equal((await shop.verify(short)).commits[0]?.commit, bad);
  shop.git('tag', short, good);
  assert.match((await shop.run('verify', short)).said, /error\[verify-unknown\]/);
  // Everything after the tip would be nothing.
  const first = good.slice(0, 9);
  shop.git('tag', first, bad);
  assert.match((await shop.run('verify', 'prod', '--since', first)).said, /error\[verify-unknown\]/);
  assert.equal((await shop.verify('prod', '--since', good)).commits.length, 1);
});

test('what a remote does not have is not looked for here', async (t) => {
  const shop = makeShop(t);
  await publish(shop, '--direct');
  const bare = join(temporaryFolder(t), 'bare');
  makeBareRepository(bare, shop.env);
  shop.git('remote', 'add', 'origin', bare);
  shop.git('push', '--quiet', 'origin', 'main');
  shop.git('tag', 'v1', 'environments/prod');
  for (const what of ['prod', 'environments/prod', 'v1'])
    assert.match((await shop.run('verify', what, '--remote')).said, /error\[verify-unknown\]/, what);
  assert.equal((await shop.verify(shop.git('rev-parse', 'environments/prod'), '--remote')).exit, 0);
});

test('what is no rendered commit is no proof, and does not hide the others', async (t) => {
  const shop = makeShop(t);
  await publish(shop, '--direct');
  editByHandIn(shop, { path: '.lockstep/index', text: undefined });
  editByHandIn(shop, { path: '.lockstep/index', text: '{}\n' });
  shop.git('update-ref', 'refs/heads/environments/prod', shop.git('commit-tree', '-p', 'environments/prod', '-m', 'Edit', emptyTree(shop)));
  const { exit, commits } = await shop.verify('prod', '--all');
  assert.deepEqual(
    [exit, ...commits.map((one) => [one.verdict, one.environment])],
    [3, ['unverifiable', null], ['unverifiable', null], ['unverifiable', null], ['proven', 'prod']],
  );
  assert.match((await shop.run('verify', 'prod', '--all')).out, /^cannot be verified \w+: `\w+` is no rendered commit: it is empty\n/);
});

function emptyTree(shop: Shop): string {
  return shop.git('hash-object', '-w', '-t', 'tree', '/dev/null');
}

test('a branch whose history is not here, or that is empty, is not proven as a whole', async (t) => {
  const shop = makeShop(t);
  const first = await publish(shop, '--direct');
  shop.commit({ 'chart.ts': chart('two') }, 'Say two');
  const second = await publish(shop, '--direct');
  writeFileSync(join(shop.folder, '.git/shallow'), `${second}\n`);
  assert.match((await shop.run('verify', 'prod', '--all')).said, /error\[history-missing\]/);
  assert.match((await shop.run('verify', 'prod', '--since', first)).said, /error\[history-missing\]/);
  rmSync(join(shop.folder, '.git/shallow'));
  const empty = shop.git('commit-tree', '-m', 'Begin', emptyTree(shop));
  shop.git('update-ref', 'refs/heads/environments/prod', empty);
  assert.match((await shop.run('verify', 'prod', '--all')).said, /error\[verify-not-rendered\]/);
});
