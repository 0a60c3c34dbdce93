import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { openRepository } from '../../src/io/git/repository.ts';
import type { World } from '../../src/ports.ts';
import { type Ended, runCommand } from '../support/command.ts';
import { copyInto, makeProject, openProject } from '../support/project.ts';
import { gitEnvironment, makeBareRepository, openTestRepository, type TestRepository, temporaryFolder } from '../support/repository.ts';

const environment = (name: string, level: string, more = ''): string => `import { ApiObject, Chart } from 'cdk8s';
import { defineEnvironment } from 'lockstep';
const shop = (app) => {
  const chart = new Chart(app, 'shop', { disableResourceNameHashes: true });
  new ApiObject(chart, 'settings', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings', namespace: 'shop' }, data: { level: '${level}' } });
  ${more}
};
export default defineEnvironment({
  name: '${name}',
  cluster: '${name}',
  kubernetes: '1.35',
  external: [{ kind: 'Namespace', name: 'shop' }],
  charts: { shop },
});
`;

const claim =
  "new ApiObject(chart, 'data', { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'data', namespace: 'shop' }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } });";

interface Shop {
  readonly git: TestRepository;
  /** Runs a command as a new process would. */
  run(...args: readonly string[]): Promise<Ended>;
}

/** A project in a repository, with the environments that `files` define. */
function makeShop(t: TestContext, files: Readonly<Record<string, string>>): Shop {
  const { folder } = makeProject(t, files);
  const git = openTestRepository(folder, gitEnvironment(join(temporaryFolder(t), 'home')));
  git.git('init', '--quiet');
  git.commit({ '.gitignore': 'node_modules\ndist\n' }, 'Start the shop');
  const run = async (...args: readonly string[]): Promise<Ended> => {
    const world: Partial<World> = { ...openProject(folder), repository: () => openRepository({ folder, env: git.env }) };
    return runCommand(world, args);
  };
  return { git, run };
}

/** What ended a command, for one assertion. */
const ended = ({ exit, out, said }: Ended): readonly unknown[] => [exit, ...out.split('\n'), ...(said === '' ? [] : said.split('\n'))];

test('what is rendered now is compared with the branch: all new, then the same, then what was changed', async (t) => {
  const shop = makeShop(t, { 'environments/prod.ts': environment('prod', 'info', claim) });
  const first = await shop.run('diff');
  assert.equal(first.exit, 1, first.said);
  assert.match(first.out, /^prod: 2 added, 0 objects as before {2}nothing: there is no environments\/prod → what is rendered now$/m);
  await shop.run('publish', 'prod', '--direct');
  assert.deepEqual((await shop.run('diff', 'prod')).exit, 0);

  shop.git.commit({ 'environments/prod.ts': environment('prod', 'debug') }, 'Talk more, keep less');
  const changed = await shop.run('diff', 'prod');
  const commit = shop.git.git('rev-parse', '--short=7', 'environments/prod');
  assert.deepEqual(ended(changed), [
    1,
    '~ ConfigMap/shop/settings: changes configuration',
    '    no pod of this environment reads it',
    '    ~ data.level: info → debug',
    '- PersistentVolumeClaim/shop/data: deletes data',
    '    what it holds is lost, unless its volume is retained',
    'refused[deletion-protected]: the agent of prod would refuse this: `PersistentVolumeClaim/shop/data` would be deleted, and what these hold cannot be brought back',
    '  help: where that is meant, say why, under `approvals` of the environment:',
    "        { delete: { kind: 'PersistentVolumeClaim', namespace: 'shop', name: 'data' }, reason: '…' },",
    `prod: 1 removed, 1 changed, 0 objects as before  environments/prod at ${commit} → what is rendered now`,
  ]);
});

test('rendered commits and proposals are compared by what they hold, and say of which environment they are', async (t) => {
  const shop = makeShop(t, { 'environments/prod.ts': environment('prod', 'info'), 'environments/dev.ts': environment('dev', 'info') });
  await shop.run('publish', 'prod', '--direct');
  shop.git.commit({ 'environments/prod.ts': environment('prod', 'warn') }, 'Talk less');
  await shop.run('publish', 'prod');
  await shop.run('publish', 'dev', '--direct');

  const proposal = await shop.run('diff', 'prod', '--to', 'environments/prod-next', '--output', 'json');
  assert.equal(proposal.exit, 1);
  const { environments, changes } = JSON.parse(proposal.out);
  assert.deepEqual(
    [environments.length, environments[0].changed, changes[0].fields],
    [1, 1, [{ op: 'replace', place: 'data.level', pointer: '/data/level', before: 'info', after: 'warn' }]],
  );
  const [prod, next] = ['environments/prod', 'environments/prod-next'].map((branch) => shop.git.git('rev-parse', branch)) as [
    string,
    string,
  ];
  assert.deepEqual(
    [environments[0].from, environments[0].to],
    [
      { name: `environments/prod at ${prod.slice(0, 7)}`, commit: prod },
      { name: `environments/prod-next at ${next.slice(0, 7)}`, commit: next },
    ],
  );
  const now = JSON.parse((await shop.run('diff', 'prod', '--output', 'json')).out);
  assert.deepEqual(now.environments[0].to, { name: 'what is rendered now', commit: null });
  const both = await shop.run('diff', '--from', 'environments/prod-next', '--to', 'environments/prod');
  assert.match(both.out, /~ data\.level: warn → info/);
  assert.deepEqual((await shop.run('diff', '--from', 'environments/prod-next')).exit, 0, 'the proposal is what is rendered now');

  const ambiguous = await shop.run('diff', '--from', 'environments/prod', '--to', 'environments/dev');
  assert.deepEqual([ambiguous.exit, /error\[diff-ambiguous\].*`prod`, `dev`/.test(ambiguous.said)], [2, true], ambiguous.said);
  const unknown = await shop.run('diff', 'prod', '--from', 'nowhere');
  assert.deepEqual([unknown.exit, /error\[diff-unknown\]: `nowhere` is no commit/.test(unknown.said)], [2, true], unknown.said);
  const source = await shop.run('diff', '--from', 'HEAD');
  const isTold = /error\[diff-unreadable\]: `HEAD` is no rendered commit[\s\S]*help: name a rendered branch/.test(source.said);
  assert.deepEqual([source.exit, isTold], [2, true], source.said);
  assert.equal((await shop.run('diff', 'prod', '--against', 'dev', '--from', 'HEAD')).exit, 2);
});

test('branches of a remote are read where one is named', async (t) => {
  const shop = makeShop(t, { 'environments/prod.ts': environment('prod', 'info') });
  const remote = join(temporaryFolder(t), 'origin.git');
  makeBareRepository(remote, shop.git.env);
  shop.git.git('remote', 'add', 'origin', remote);
  const published = await shop.run('publish', 'prod', '--direct', '--push');
  assert.equal(published.exit, 0, published.said);
  shop.git.git('update-ref', '-d', 'refs/remotes/origin/environments/prod');
  const here = await shop.run('diff', 'prod');
  assert.match(here.out, /nothing: there is no environments\/prod →/);
  assert.deepEqual((await shop.run('diff', 'prod', '--remote')).exit, 0);
  shop.git.git('fetch', '--quiet', 'origin');
  const commit = shop.git.git('rev-parse', '--short=7', 'origin/environments/prod');
  const fetched = await shop.run('diff', 'prod');
  assert.deepEqual(ended(fetched), [
    0,
    `prod: no object changes, 1 object as before  origin/environments/prod, as fetched last, at ${commit} → what is rendered now`,
  ]);
  assert.match((await shop.run('diff', '--from', 'environments/prod')).out, /origin\/environments\/prod, as fetched last, at/);
  assert.deepEqual((await shop.run('diff', '--from', 'environments/prod', '--remote', 'origin')).exit, 0);
});

test('a branch that somebody broke by hand, and an environment that is wrong, are no differences', async (t) => {
  const shop = makeShop(t, { 'environments/prod.ts': environment('prod', 'info') });
  await shop.run('publish', 'prod', '--direct');
  const { git } = shop;
  git.git('switch', '--quiet', 'environments/prod');
  git.git('rm', '--quiet', 'shop/configmap.core.shop.settings.yaml');
  git.git('commit', '--quiet', '--message', 'Clean up');
  git.git('switch', '--quiet', 'main');
  const broken = await shop.run('diff', 'prod');
  assert.deepEqual([broken.exit, broken.out], [2, '']);
  assert.match(
    broken.said,
    /error\[diff-unreadable\]: `environments\/prod` cannot be compared: `shop\/configmap\.core\.shop\.settings\.yaml`: the index names it/,
  );

  git.write('environments/prod.ts', environment('prod', 'info').replace("'v1'", "'v7'"));
  const wrong = await shop.run('diff', 'prod');
  assert.deepEqual([wrong.exit, wrong.out], [2, '']);
  assert.match(wrong.said, /error\[api-unknown\]/);
  const missing = await shop.run('diff', '--against', 'nowhere');
  assert.equal(missing.exit, 2);
});

/** The sample environments as they are compared with one another. `GOLDEN=update` writes what is expected anew. */
const samples: readonly (readonly [file: string, args: readonly string[]])[] = [
  ['staging-against-dev.txt', ['staging', '--against', 'dev']],
  ['prod-against-staging.md', ['prod-eu', 'prod-us', 'prod-ap', '--against', 'staging', '--output', 'markdown']],
];

test('the sample environments are told as text and as Markdown: what several have in common once', async (t) => {
  const project = makeProject(t, {});
  for (const folder of ['environments', 'charts']) copyInto(project, folder, folder);
  for (const [file, args] of samples) {
    const { exit, out, said } = await runCommand(openProject(project.folder), ['diff', ...args]);
    assert.equal(exit, 1, said);
    const path = join('test/commands/diffs', file);
    if (process.env['GOLDEN'] === 'update') writeFileSync(path, `${out}\n`);
    assert.equal(`${out}\n`, readFileSync(path, 'utf8'));
  }
});

test('rendered branches of environments without a definition are told, where all are compared', async (t) => {
  const shop = makeShop(t, {
    'environments/prod.ts': environment('prod', 'info'),
    'environments/old.ts': environment('old', 'info', claim),
  });
  const there = join(temporaryFolder(t), 'there.git');
  makeBareRepository(there, shop.git.env);
  shop.git.git('remote', 'add', 'origin', there);
  await shop.run('publish', 'prod', 'old', '--direct');
  await shop.run('publish', 'prod', 'old', '--direct', '--push');
  for (const other of ['old-next', 'preview-7']) shop.git.git('branch', `environments/${other}`, 'environments/old');
  shop.git.git('branch', 'environments/by-hand', 'main');
  assert.doesNotMatch((await shop.run('diff')).out, /no definition/);
  shop.git.git('rm', '--quiet', 'environments/old.ts');
  shop.git.commit({}, 'Forget the old one');
  const told =
    "`environments/old` has no definition, and its agent keeps 2 objects as they are: define it with `removed: 'prune'` or `'keep'` to dissolve it, or delete the branch";
  const all = await shop.run('diff');
  assert.deepEqual([all.exit, all.out.split('\n').at(-1)], [0, told]);
  assert.equal((await shop.run('diff', '--output', 'markdown')).out.split('\n\n').at(-1), told);
  assert.ok(!(await shop.run('diff', 'prod')).out.includes('no definition'), 'only where all are meant');
  const found = [{ environment: 'old', branch: 'environments/old', folder: null, objects: 2, removed: null }];
  shop.git.git('branch', '--delete', '--force', 'environments/old', 'environments/old-next');
  // Here there is what was pushed to the remote, or fetched from it.
  for (const remote of [['--remote'], []]) {
    const { out } = await shop.run('diff', '--output', 'json', ...remote);
    assert.deepEqual(JSON.parse(out).undefinedBranches, found);
  }

  const gone = environment('old', 'info')
    .replace("cluster: 'old',", "cluster: 'old', removed: 'prune',")
    .replace('charts: { shop }', 'charts: {}');
  shop.git.commit({ 'environments/old.ts': gone }, 'Dissolve the old one');
  const dissolved = await shop.run('publish', 'old', '--direct', '--push');
  assert.equal(dissolved.exit, 0, dissolved.said);
  shop.git.git('rm', '--quiet', 'environments/old.ts');
  shop.git.commit({}, 'Forget the old one');
  assert.match((await shop.run('diff', '--remote')).out, /`environments\/old` has no definition, and was dissolved: delete the branch/);
});
