import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { openRepository } from '../../src/io/git/repository.ts';
import type { World } from '../../src/ports.ts';
import { type Ended, runCommand } from '../support/command.ts';
import { allowedSigners, makeSshKey, signBySsh } from '../support/keys.ts';
import { makeProject, openProject } from '../support/project.ts';
import { gitEnvironment, makeBareRepository, openTestRepository, type TestRepository, temporaryFolder } from '../support/repository.ts';
import { editByHandIn } from '../support/shop.ts';

const fleet = 'environments/fleet';
const object = 'notes/configmap.core.shop.note.yaml';

const base = `import { ApiObject } from 'cdk8s';
import { defineBase, defineChart } from 'lockstep';
const notes = defineChart({
  build(chart) {
    new ApiObject(chart, 'note', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'note', namespace: 'shop' }, data: { text: 'one' } });
  },
});
export const base = defineBase({
  kubernetes: '1.35', external: [{ kind: 'Namespace', name: 'shop' }], charts: { notes }, rendered: { branch: '${fleet}' },
});
`;
const environment = (name: string): string => `import { defineEnvironment } from 'lockstep';
import { base } from '../base.js';
export default defineEnvironment({ name: '${name}', extends: base, cluster: '${name}' });
`;

interface Shop extends TestRepository {
  /** Runs a command as a new process would. */
  run(...args: readonly string[]): Promise<Ended>;
  /** Runs it and returns what it told as JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: what commands tell is looked at by its fields.
  json(...args: readonly string[]): Promise<any>;
  /** Lets the base say something else, in a commit. */
  say(text: string): void;
}

/** A project of two environments that share a rendered branch. */
function makeShop(t: TestContext): Shop {
  const { folder } = makeProject(t, {
    '.gitignore': 'node_modules\ndist\n',
    'base.ts': base,
    'environments/dev.ts': environment('dev'),
    'environments/prod.ts': environment('prod'),
  });
  const git = openTestRepository(folder, gitEnvironment(join(temporaryFolder(t), 'home')));
  git.git('init', '--quiet');
  git.commit({}, 'Start the shop');
  const run = async (...args: readonly string[]): Promise<Ended> => {
    const world: Partial<World> = { ...openProject(folder), repository: () => openRepository({ folder, env: git.env }) };
    return runCommand(world, args);
  };
  return {
    ...git,
    run,
    json: async (...args) => {
      const { out, said } = await run(...args, '--output', 'json');
      return out === '' ? assert.fail(said) : JSON.parse(out);
    },
    say: (text) => void git.commit({ 'base.ts': base.replace("'one'", `'${text}'`) }, `Say ${text}`),
  };
}

async function done(run: Promise<Ended>): Promise<Ended> {
  const ended = await run;
  assert.equal(ended.exit, 0, ended.said);
  return ended;
}

test('environments are proposed, merged and compared each by itself', async (t) => {
  const shop = makeShop(t);
  assert.match((await shop.run('diff', 'prod')).out, /nothing: there is no environments\/fleet → what is rendered now/);
  await done(shop.run('publish', 'dev', '--direct'));
  assert.match((await shop.run('diff', 'prod')).out, /nothing: environments\/fleet has no folder `prod` → what is rendered now/);
  assert.match((await done(shop.run('publish', 'prod', '--direct'))).said, /^prod in environments\/fleet is at [0-9a-f]{12} \(1 added/m);
  assert.equal((await shop.run('diff')).exit, 0);
  shop.say('two');
  const [dev, prod] = (await shop.json('publish')).environments;
  assert.deepEqual([dev.branch, prod.branch, dev.pending], ['environments/dev-next', 'environments/prod-next', true]);
  await done(shop.run('merge', 'dev'));
  await done(shop.run('merge', 'prod'));
  assert.deepEqual(shop.git('ls-tree', '--name-only', fleet).split('\n'), ['.gitattributes', 'README.md', 'dev', 'prod']);
  assert.match(shop.git('show', `${fleet}:prod/${object}`), /text: two/);
  assert.equal((await shop.run('diff')).exit, 0);
});

test('commits that hold several environments are compared environment by environment, those that differ', async (t) => {
  const shop = makeShop(t);
  await done(shop.run('publish', 'dev', 'prod', '--direct'));
  shop.say('two');
  await done(shop.run('publish', 'prod'));
  const names = (report: { readonly environments: readonly { readonly environment: string }[] }): readonly string[] =>
    report.environments.map((one) => one.environment);
  assert.deepEqual(names(await shop.json('diff', '--from', fleet, '--to', 'environments/prod-next')), ['prod']);
  assert.deepEqual(names(await shop.json('diff', 'dev', '--from', fleet, '--to', 'environments/prod-next')), ['dev']);
  assert.equal((await shop.run('diff', 'dev', '--from', fleet, '--to', 'environments/prod-next')).exit, 0);
  // With what is rendered now both are compared.
  assert.deepEqual(names(await shop.json('diff', '--from', fleet)), ['dev', 'prod']);
  // Of its first commit the branch had one of both.
  const came = await shop.run('diff', '--from', `${fleet}~1`, '--to', fleet);
  assert.match(came.out, /^prod: 1 added, .* nothing: environments\/fleet~1 has no folder `prod` →/m);
  const gone = await shop.run('diff', '--from', fleet, '--to', `${fleet}~1`);
  assert.match(gone.out, /^prod: 1 removed/m);
  const unknown = await shop.run('diff', 'prd', '--from', fleet);
  assert.deepEqual([unknown.exit, /did you mean `prod`/.test(unknown.said)], [2, true]);
});

test('a commit and a slice are compared with what is in force in the folder', async (t) => {
  const shop = makeShop(t);
  const sliced = base.replace('defineChart({', "defineChart({\n  slice: 'notes',");
  shop.commit({ 'base.ts': sliced }, 'Slice the shop');
  await done(shop.run('publish', 'dev', 'prod', '--direct'));
  const inForce = shop.git('rev-parse', '--short=7', `${fleet}~1`);
  shop.commit({ 'base.ts': sliced.replace("'one'", "'two'") }, 'Say two');
  await done(shop.run('publish', 'dev'));
  const proposal = await shop.run('diff', 'dev', '--to', 'environments/dev-next');
  assert.match(proposal.out, new RegExp(`^dev: 1 changed, .* ${fleet} at ${inForce} → environments/dev-next at `, 'm'));
  const slice = await shop.run('diff', 'dev', '--slice', 'notes');
  assert.match(slice.out, new RegExp(`^dev: 1 changed, .* ${fleet} at ${inForce} → .notes. as it is rendered now$`, 'm'), slice.said);
  const from = await shop.run('diff', 'prod', '--slice', 'notes', '--from', fleet);
  assert.match(from.out, new RegExp(`^prod: 1 changed, .* ${fleet} at `, 'm'), from.said);
});

test('a folder whose environment has no definition any more is told', async (t) => {
  const shop = makeShop(t);
  await done(shop.run('publish', 'dev', 'prod', '--direct'));
  shop.git('rm', '--quiet', 'environments/dev.ts');
  shop.commit({}, 'Forget dev');
  assert.match((await shop.run('diff')).out, /^`dev` in `environments\/fleet` has no definition.* or delete the folder$/m);
});

test('its history is that of its folder, to the line of TypeScript and back', async (t) => {
  const shop = makeShop(t);
  await done(shop.run('publish', 'dev', 'prod', '--direct'));
  shop.say('two');
  await done(shop.run('publish', 'prod', '--direct'));
  await done(shop.run('publish', 'dev', '--direct'));
  const { commits, from } = await shop.json('log', 'prod');
  assert.deepEqual(
    commits.map((one: { subject: string; added: number; changed: number }) => [one.subject.slice(9), one.added, one.changed]),
    [
      ['Say two', 0, 1],
      ['Start the shop', 1, 0],
    ],
  );
  assert.deepEqual([from.name, from.commit], [fleet, shop.git('rev-parse', `${fleet}~1`)]);
  const ofObject = await shop.json('log', 'prod', 'configmap/shop/note');
  assert.deepEqual(
    ofObject.commits.map(({ op, path }: { op: string; path: string }) => [op, path]),
    [
      ['change', object],
      ['add', object],
    ],
  );
  const blamed = await shop.json('blame', 'prod', 'configmap/shop/note', '--field', '/data/text');
  assert.deepEqual([blamed.made.file, blamed.lines.length, blamed.lines[0].commit], ['base.ts', 1, from.commit]);
  await done(shop.run('rollback', 'prod', '--direct'));
  assert.match(shop.git('show', `${fleet}:prod/${object}`), /text: one/);
  assert.match(shop.git('show', `${fleet}:dev/${object}`), /text: two/);
  const refused = await shop.run('publish', 'prod', '--direct');
  assert.deepEqual([refused.exit, /was rolled back on/.test(refused.said)], [4, true]);
});

test('each folder is proven by its own source; a commit by what it changed, a branch by all that it holds', async (t) => {
  const shop = makeShop(t);
  await done(shop.run('publish', 'dev', 'prod', '--direct'));
  shop.say('two');
  await done(shop.run('publish', 'prod', '--direct'));
  const verdicts = async (...args: readonly string[]): Promise<readonly string[]> =>
    (await shop.json('verify', ...args)).commits.map(
      (one: { environment: string; verdict: string }) => `${one.environment} ${one.verdict}`,
    );
  assert.deepEqual(await verdicts('prod'), ['prod proven']);
  assert.deepEqual(await verdicts(fleet), ['dev proven', 'prod proven']);
  assert.deepEqual(await verdicts(shop.git('rev-parse', fleet)), ['prod proven']);
  assert.deepEqual(await verdicts(fleet, '--since', `${fleet}~2`), ['prod proven', 'prod proven']);
  shop.say('three');
  await done(shop.run('publish', 'prod'));
  assert.deepEqual(await verdicts('environments/prod-next'), ['prod proven']);
  editByHandIn(shop, { path: `dev/${object}`, text: 'kind: Secret\n' }, fleet);
  assert.deepEqual(await verdicts('prod'), ['prod proven']);
  assert.deepEqual(await verdicts('dev'), ['dev different']);
  assert.deepEqual(await verdicts(fleet), ['dev different', 'prod proven']);
});

test('an environment goes back to a commit that changed its folder, not to one of another environment', async (t) => {
  const shop = makeShop(t);
  await done(shop.run('publish', 'dev', 'prod', '--direct'));
  const other = shop.git('rev-parse', `${fleet}~1`);
  shop.say('two');
  await done(shop.run('publish', 'prod', '--direct'));
  const { exit, said } = await shop.run('rollback', 'prod', '--to', other);
  assert.equal(exit, 2);
  assert.match(
    said,
    /is not an earlier commit of `prod` in `environments\/fleet`\n.*`git log --first-parent environments\/fleet -- prod`$/m,
  );
});

test('several are reviewed as one, and come into force beside one another', async (t) => {
  const shop = makeShop(t);
  await done(shop.run('publish', 'dev', 'prod', '--direct'));
  shop.say('two');
  await done(shop.run('publish', 'dev', 'prod', '--set', 'all'));
  const { environments } = await shop.json('merge', '--set', 'all');
  assert.deepEqual(
    environments.map(({ environment, op }: { environment: string; op: string }) => `${environment} ${op}`),
    ['dev merged', 'prod merged'],
  );
  for (const name of ['dev', 'prod']) assert.match(shop.git('show', `${fleet}:${name}/${object}`), /text: two/);
  assert.equal((await shop.run('diff')).exit, 0);
  const again = await shop.json('merge', '--set', 'all');
  assert.deepEqual(
    again.environments.map(({ op }: { op: string }) => op),
    ['unchanged', 'unchanged'],
  );
});

test('what an environment is rendered from is promoted from its folder, at a remote', async (t) => {
  const shop = makeShop(t);
  const there = join(temporaryFolder(t), 'there.git');
  makeBareRepository(there, shop.env);
  shop.git('remote', 'add', 'origin', there);
  shop.git('push', '--quiet', 'origin', 'HEAD:main');
  await done(shop.run('publish', 'dev', 'prod', '--direct', '--push'));
  shop.say('two');
  await done(shop.run('publish', 'prod', '--direct', '--push'));
  const promoted = await shop.json('promote', 'prod', 'dev');
  assert.deepEqual([promoted.source.now, promoted.read.branch], [shop.git('rev-parse', 'HEAD'), `origin/${fleet}`]);
});

test('where nobody may push to the shared branch, it is told how that begins, and nothing of proposals to whoever makes none', async (t) => {
  const shop = makeShop(t);
  const there = join(temporaryFolder(t), 'there.git');
  makeBareRepository(there, shop.env);
  shop.git('remote', 'add', 'origin', there);
  writeFileSync(join(there, 'hooks', 'update'), `#!/bin/sh\ntest "$1" != refs/heads/${fleet}\n`, { mode: 0o755 });
  const proposed = await shop.run('publish', 'prod', '--push', '--no-pull-request');
  assert.equal(proposed.exit, 4);
  assert.match(proposed.said, /error\[git-push-refused\].*; proposals to a branch that environments share need that branch to exist\n/);
  assert.match(proposed.said, /`lockstep publish prod --push` once, which begins it with nothing in it$/m);
  const direct = await shop.run('publish', 'prod', '--push', '--direct');
  assert.match(direct.said, /hook declined\)\n {2}help: check the rules that protect the branch/);
});

test('what is of no environment is told which environments the branch has', async (t) => {
  const shop = makeShop(t);
  await done(shop.run('publish', 'dev', 'prod', '--direct'));
  const ended = await shop.run('log', 'fleet');
  assert.equal(ended.exit, 4);
  assert.match(ended.said, /`environments\/fleet` is not of one environment alone: it has folders of `dev`, `prod`$/m);
});

test('what is signed and not attested is merged beside what others did by a signed merge alone, since that is what comes into force', async (t) => {
  const shop = makeShop(t);
  const sliced = base.replace('defineChart({', "defineChart({\n  slice: 'notes',");
  shop.commit({ 'base.ts': sliced }, 'Slice the shop');
  await done(shop.run('publish', 'dev', 'prod', '--direct'));
  const key = makeSshKey(t);
  signBySsh(shop, key.path);
  const signers = allowedSigners(t, { 'ada@example.com': key });
  shop.commit({ 'base.ts': sliced.replace("'one'", "'two'") }, 'Say two');
  await done(shop.run('publish', 'dev', '--slice', 'notes'));
  await done(shop.run('publish', 'prod', '--direct'));
  // As it was with slices once.
  shop.git('update-ref', '-d', 'refs/notes/lockstep.attestation');
  const inForce = shop.git('rev-parse', fleet);
  shop.git('config', 'commit.gpgSign', 'false');
  const merge = ['merge', 'dev', '--slice', 'notes', '--signed-by', signers];
  const refused = await shop.run(...merge);
  assert.equal(refused.exit, 4, refused.said);
  assert.match(
    refused.said,
    /error\[rendered-untrusted\].* nobody signed it, and it merges what others did beside it\n {2}help: merge it where git signs/,
  );
  assert.equal(shop.git('rev-parse', fleet), inForce);
  shop.git('config', 'commit.gpgSign', 'true');
  await done(shop.run(...merge));
  assert.match((await shop.run('verify', 'dev', '--signed-by', signers)).out, /the commit is signed \(ada@example.com/);
  // Nor does an unsigned commit of another environment make it less.
  shop.git('config', 'commit.gpgSign', 'false');
  shop.commit({ 'base.ts': sliced.replace("'one'", "'three'") }, 'Say three');
  await done(shop.run('publish', 'prod', '--direct'));
  assert.match(
    (await shop.run('verify', fleet, '--signed-by', signers)).out,
    /of dev: [^\n]*\n[^\n]*\n {2}the commit is signed \(ada@example.com/,
  );
});

test('a proposal is merged again where that of another environment was quicker', async (t) => {
  const shop = makeShop(t);
  const there = join(temporaryFolder(t), 'there.git');
  makeBareRepository(there, shop.env);
  shop.git('remote', 'add', 'origin', there);
  await done(shop.run('publish', '--push'));
  // While prod is being merged, dev is: once.
  const quicker = `#!/bin/sh\ntest "$1" = refs/heads/${fleet} && test ! -e quicker || exit 0\ntouch quicker\ngit update-ref "$1" refs/heads/environments/dev-next\n`;
  writeFileSync(join(there, 'hooks', 'update'), quicker, { mode: 0o755 });
  await done(shop.run('merge', 'prod', '--push'));
  shop.git('fetch', '--quiet', 'origin', fleet);
  assert.deepEqual(shop.git('ls-tree', '--name-only', '-d', 'FETCH_HEAD').split('\n'), ['dev', 'prod']);
});
