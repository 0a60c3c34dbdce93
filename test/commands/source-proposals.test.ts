import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Registry } from '../../src/ports/supply.ts';
import { openTestRepository, type TestRepository, temporaryFolder } from '../support/repository.ts';
import { atGitea, makeShop, type Shop } from './shop.ts';

const digest = (digit: string): string => `sha256:${digit.repeat(64)}`;
const locked = (images: Readonly<Record<string, string>>): string =>
  `images:\n${Object.entries(images)
    .map(([image, digit]) => `  ${image}:\n    digest: ${digest(digit)}\n`)
    .join('')}`;

const environment = (name: string, web: string, more = ''): string => `import { ApiObject, Chart } from 'cdk8s';
import { defineEnvironment } from 'lockstep';
const shop = (app) => {
  const chart = new Chart(app, 'shop', { disableResourceNameHashes: true });
  const spec = { containers: [{ name: 'main', image: '${web}' }] };
  new ApiObject(chart, 'web', { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', namespace: 'shop' }, spec });
};
export default defineEnvironment({
  name: '${name}',
  cluster: '${name}-1',
  kubernetes: '1.35',
  rendered: ${atGitea},
  external: [{ kind: 'Namespace', name: 'shop' }],
  charts: { shop },
  ${more}
});
`;

const stages = (web: string): Readonly<Record<string, string>> => ({
  'environments/staging.ts': environment('staging', web),
  'environments/prod.ts': environment('prod', web),
});

/** What a person has not committed, and what they staged. */
function untouched({ git }: Shop): () => void {
  git.write('README.md', 'not committed\n');
  git.write('staged.md', 'staged\n');
  git.git('add', 'staged.md');
  const look = (): string => [git.git('status', '--porcelain'), git.git('diff', '--cached'), git.git('rev-parse', 'HEAD')].join('\n');
  const before = look();
  return () => assert.equal(look(), before, 'work tree, index and HEAD are as they were');
}

function cloneOf(shop: Shop, folder: string): TestRepository {
  shop.git.git('clone', '--quiet', shop.there.folder, folder);
  return openTestRepository(folder, shop.git.env);
}

test('a promotion ends in a pull request that says what it does, and is closed when it is merged', async (t) => {
  const staging = locked({ 'r.io/web:1.0': 'a' });
  const shop = makeShop(t, { ...stages('r.io/web:1.0'), 'environments/staging.lock.yaml': staging });
  assert.equal((await shop.run('publish', 'staging', '--direct', '--push')).exit, 0);
  shop.git.git('push', '--quiet', 'origin', 'main');
  const source = shop.git.git('rev-parse', 'HEAD');
  const check = untouched(shop);

  const first = await shop.run('promote', 'staging', 'prod', '--push');
  assert.equal(first.exit, 0, first.said);
  const request = 'https://git.example.com/shop/pulls/1';
  assert.ok(first.said.endsWith(`, on top of main, pull request opened: ${request}; next: review and merge it`), first.said);
  check();
  const branch = 'lockstep/promote-prod';
  assert.equal(shop.there.git('log', '-1', '--format=%P %s', branch), `${source} Promote staging to prod`);
  assert.equal(shop.there.git('diff', '--name-only', 'main', branch), 'environments/prod.lock.yaml');
  const lock = shop.there.git('show', `${branch}:environments/prod.lock.yaml`);
  assert.match(lock, new RegExp(`source: "?${source}`));
  assert.match(lock, new RegExp(digest('a')));
  const [pull] = shop.forge.pulls;
  assert.deepEqual([pull?.head, pull?.base, pull?.title], [branch, 'main', 'Promote staging to prod']);
  assert.match(pull?.body ?? '', /^Merging this lets `prod` be what `staging` is: .*\n\n### What changes in `prod`\n/);
  assert.match(pull?.body ?? '', /\*\*Images\*\*\n- `\+ r\.io\/web 1\.0@sha256:a{12}`/);

  // The same again writes nothing, whoever asks and when.
  const again = JSON.parse((await shop.run('promote', 'staging', 'prod', '--push', '--output', 'json')).out);
  assert.deepEqual([again.op, again.proposal.op, again.proposal.pullRequest.op], ['proposed', 'unchanged', 'updated']);

  const clone = cloneOf(shop, join(temporaryFolder(t), 'clone'));
  clone.commit({ 'docs.md': 'Words.\n' }, 'Explain');
  clone.git('push', '--quiet');
  const moved = await shop.run('promote', 'staging', 'prod', '--push');
  assert.match(moved.said, /lockstep\/promote-prod is at .*pull request updated/, moved.said);
  assert.equal(shop.there.git('rev-parse', `${branch}^`), shop.there.git('rev-parse', 'main'), 'on top of what is there now');
  clone.git('fetch', '--quiet');
  clone.git('merge', '--quiet', '--ff-only', `origin/${branch}`);
  clone.git('push', '--quiet');

  const behind = await shop.run('promote', 'staging', 'prod', '--push');
  assert.match(behind.said, /^error\[proposal-behind\]: `main` at `origin` does not hold what is here: `environments\/prod\.lock\.yaml`/);
  shop.git.git('reset', '--quiet', '--hard');
  shop.git.git('pull', '--quiet', 'origin', 'main');
  const none = await shop.run('promote', 'staging', 'prod', '--push');
  assert.match(none.said, /main holds this already, at [0-9a-f]{12}: nothing to propose, pull request closed: /, none.said);
  assert.equal(shop.forge.pulls[0]?.why, 'Nothing is left to merge: `main` holds all of this already.');
});

test('a promotion that a person declined stays so, wherever main goes, until it is another one', async (t) => {
  const shop = makeShop(t, { ...stages('r.io/web:1.0'), 'environments/staging.lock.yaml': locked({ 'r.io/web:1.0': 'a' }) });
  await shop.run('publish', 'staging', '--direct', '--push');
  shop.git.git('push', '--quiet', 'origin', 'main');
  const promote = (...more: readonly string[]) => shop.run('promote', 'staging', 'prod', '--push', ...more);
  assert.match((await promote()).said, /pull request opened/);
  shop.forge.decline('of whatever commit');
  const branch = 'lockstep/promote-prod';
  shop.there.git('update-ref', '-d', `refs/heads/${branch}`);
  shop.git.commit({ 'docs.md': 'Words.\n' }, 'Explain');
  shop.git.git('push', '--quiet', 'origin', 'main');

  const url = 'https://git.example.com/shop/pulls/1';
  const declined = await promote();
  assert.deepEqual([declined.exit, shop.forge.pulls.length], [0, 1], declined.said);
  assert.ok(
    declined.said.endsWith(
      `${branch} stays as it is, pull request declined by ora: ${url}; next: propose something else, or ask again with \`--reopen\``,
    ),
    declined.said,
  );
  assert.throws(() => shop.there.git('rev-parse', '--verify', '--quiet', branch), 'nothing is pushed');
  const { proposal } = JSON.parse((await promote('--output', 'json')).out);
  assert.deepEqual([proposal.op, proposal.pullRequest], ['declined', { op: 'declined', number: 1, url, by: 'ora' }]);

  assert.match((await promote('--reopen')).said, /pull request opened: \S+\/pulls\/2/);
  shop.forge.decline('of whatever commit');
  await shop.run('publish', 'staging', '--direct', '--push');
  const other = await promote();
  assert.match(other.said, /pull request opened: \S+\/pulls\/3/, 'it is of another commit of the source');
});

test('what is told of the forge counts, and is asked of, where the environment says nothing of it', async (t) => {
  const nameless = Object.fromEntries(
    Object.entries(stages('r.io/web:1.0')).map(([path, text]) => [path, text.replace(`rendered: ${atGitea},`, '')]),
  );
  const shop = makeShop(t, { ...nameless, 'environments/staging.lock.yaml': locked({ 'r.io/web:1.0': 'a' }) });
  await shop.run('publish', 'staging', '--direct', '--push');
  shop.git.git('push', '--quiet', 'origin', 'main');
  const silent = await shop.run('promote', 'staging', 'prod', '--push');
  assert.deepEqual([silent.exit, shop.forge.pulls.length], [0, 0], silent.said);
  const told = await shop.run('promote', 'staging', 'prod', '--push', '--forge', 'gitea', '--forge-url', 'https://git.example.com');
  assert.deepEqual([told.exit, shop.forge.pulls.length], [0, 1], told.said);
  assert.deepEqual([shop.forge.asked?.type, shop.forge.asked?.url], ['gitea', 'https://git.example.com']);
});

test('what people add to the branch of a proposal is not written over', async (t) => {
  const shop = makeShop(t, { ...stages('r.io/web:1.0'), 'environments/staging.lock.yaml': locked({ 'r.io/web:1.0': 'a' }) });
  await shop.run('publish', 'staging', '--direct', '--push');
  shop.git.git('push', '--quiet', 'origin', 'main');
  await shop.run('promote', 'staging', 'prod', '--push');
  const clone = cloneOf(shop, join(temporaryFolder(t), 'clone'));
  clone.git('switch', '--quiet', 'lockstep/promote-prod');
  clone.commit({ 'notes.md': 'Mine.\n' }, 'Note what to look at');
  clone.git('push', '--quiet');
  const refused = await shop.run('promote', 'staging', 'prod', '--push');
  assert.equal(refused.exit, 4);
  assert.match(
    refused.said,
    /error\[proposal-edited\]: somebody added to `lockstep\/promote-prod`: `[0-9a-f]{7}` \(Note what to look at\)/,
  );
});

test('a source without a default branch has nothing to propose to', async (t) => {
  const shop = makeShop(t, { ...stages('r.io/web:1.0'), 'environments/staging.lock.yaml': locked({ 'r.io/web:1.0': 'a' }) });
  await shop.run('publish', 'staging', '--direct', '--push');
  const ended = await shop.run('promote', 'staging', 'prod', '--push');
  assert.deepEqual([ended.exit, /error\[proposal-without-base\]/.test(ended.said)], [2, true], ended.said);
});

test('an environment whose slices were published alone is not promoted before it was published whole', async (t) => {
  const slices = (web: string, db: string): string =>
    `import { ApiObject } from 'cdk8s';
import { defineChart, defineEnvironment } from 'lockstep';
const of = (slice, level) => defineChart({ slice, build: (chart) => void new ApiObject(chart, 'map', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: slice, namespace: 'default' }, data: { level } }) });
export default defineEnvironment({ name: 'staging', cluster: 'staging-1', kubernetes: '1.35', charts: { web: of('web', '${web}'), db: of('db', '${db}') } });
`;
  const shop = makeShop(t, { 'environments/staging.ts': slices('1', '1'), 'environments/prod.ts': environment('prod', 'r.io/web:1.0') });
  await shop.run('publish', 'staging', '--direct');
  shop.git.commit({ 'environments/staging.ts': slices('2', '2') }, 'Two');
  await shop.run('publish', 'staging', '--slice', 'web', '--direct');
  const mixed = await shop.run('promote', 'staging', 'prod', '--check');
  assert.deepEqual([mixed.exit, /error\[promote-mixed\].*\n.*`lockstep publish staging`/.test(mixed.said)], [4, true], mixed.said);
});

const registry: Registry = {
  find: async () => ({ digest: digest('b'), platforms: ['linux/amd64'] }),
  digest: async () => digest('b'),
  tags: async () => ['1.0', '1.1'],
  async *signatures() {},
};

test('an upgrade of pins is one pull request for all locks that change', async (t) => {
  const upgrades = "upgrades: { 'r.io/web': '1.x' },";
  const files = {
    'environments/dev.ts': environment('dev', 'r.io/web:1.0', upgrades),
    'environments/prod.ts': environment('prod', 'r.io/web:1.0', upgrades),
    'environments/still.ts': environment('still', 'r.io/web:1.0'),
    ...Object.fromEntries(['dev', 'prod', 'still'].map((name) => [`environments/${name}.lock.yaml`, locked({ 'r.io/web:1.0': 'a' })])),
  };
  const shop = makeShop(t, files, { more: { registry: async () => registry } });
  shop.git.git('push', '--quiet', 'origin', 'main');
  const check = untouched(shop);
  const first = await shop.run('pin', '--upgrade', '--push');
  assert.equal(first.exit, 0, first.said);
  assert.match(first.said, /\nlockstep\/upgrade is at [0-9a-f]{12}, on top of main, pull request opened: .*; next: review and merge it$/);
  check();
  const branch = 'lockstep/upgrade';
  assert.deepEqual(shop.there.git('diff', '--name-only', 'main', branch).split('\n'), [
    'environments/dev.lock.yaml',
    'environments/prod.lock.yaml',
  ]);
  assert.match(shop.there.git('show', `${branch}:environments/prod.lock.yaml`), /tag: "?1\.1"?/);
  const [pull] = shop.forge.pulls;
  assert.deepEqual([pull?.head, pull?.base, pull?.title], [branch, 'main', 'Upgrade what environments are pinned to']);
  assert.match(pull?.body ?? '', /^Merging this writes the locks of `dev`, `prod`\./);
  assert.match(pull?.body ?? '', /\^ r\.io\/web:1\.0 1\.0 → 1\.1, sha256:a{12} → sha256:b{12}/);
  assert.match(pull?.body ?? '', /### What changes/);

  const some = await shop.run('pin', 'dev', '--upgrade', '--push');
  assert.match(some.said, /lockstep\/upgrade-dev is at/, 'what is proposed for some takes nothing out of what is proposed for all');
  shop.there.git('update-ref', 'refs/heads/main', branch);
  shop.git.git('reset', '--quiet', '--hard');
  shop.git.git('pull', '--quiet', 'origin', 'main');
  const none = await shop.run('pin', '--upgrade', '--push');
  assert.match(none.said, /holds this already.*nothing to propose, pull request closed/, none.said);
});
