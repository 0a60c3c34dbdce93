import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { openStore } from '../../src/agent/state.ts';
import { openRepository } from '../../src/io/git/repository.ts';
import type { EnvironmentStatus } from '../../src/model/event.ts';
import { emptyInventory } from '../../src/model/inventory.ts';
import type { World } from '../../src/ports.ts';
import { namespace } from '../e2e/manifests.ts';
import { fakeCluster } from '../fakes/cluster.ts';
import { type Ended, runCommand } from '../support/command.ts';
import { makeProject, openProject } from '../support/project.ts';
import {
  gitEnvironment,
  makeBareRepository,
  openTestRepository,
  runGitIn,
  type TestRepository,
  temporaryFolder,
} from '../support/repository.ts';
import { editByHandIn } from '../support/shop.ts';

/** An environment with a ConfigMap, which a function of another module makes, and a Secret. */
const environment = `import { defineChart, defineEnvironment } from 'lockstep';
import { settings } from '../charts/settings.ts';
const shop = defineChart({ namespace: 'shop', build: (chart) => settings(chart) });
export default defineEnvironment({
  name: 'prod', cluster: 'prod', kubernetes: '1.35', external: [{ kind: 'Namespace', name: 'shop' }], charts: { shop },
});
`;
const chart = (data: string, before = ''): string => `import { ApiObject, type Chart } from 'cdk8s';
${before}export function settings(chart: Chart): void {
  new ApiObject(chart, 'settings', {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'settings' },
    data: ${data},
  });
}
`;

interface Shop {
  readonly git: TestRepository;
  /** Runs a command as a new process would. */
  run(...args: readonly string[]): Promise<Ended>;
  /** The tip of the rendered branch. */
  tip(): string;
  /** Commits the chart with these data and publishes them. */
  publish(subject: string, data: string, before?: string): Promise<Ended>;
}

function makeShop(t: TestContext, more: Partial<World> = {}): Shop {
  const { folder } = makeProject(t, { 'environments/prod.ts': environment, '.gitignore': 'node_modules\ndist\n' });
  const git = openTestRepository(folder, gitEnvironment(join(temporaryFolder(t), 'home')));
  git.git('init', '--quiet');
  const run = async (...args: readonly string[]): Promise<Ended> => {
    const world: Partial<World> = { ...openProject(folder), repository: () => openRepository({ folder, env: git.env }), ...more };
    return runCommand(world, args);
  };
  const publish = async (subject: string, data: string, before = ''): Promise<Ended> => {
    git.commit({ 'charts/settings.ts': chart(data, before) }, subject);
    return run('publish', 'prod', '--direct');
  };
  return { git, run, publish, tip: () => git.git('rev-parse', 'environments/prod') };
}

/** The lines of a result, with names in the place of the ids of commits: each is shown by 12 digits. */
function named({ out }: Ended, names: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(names)
    .reduce((text, [name, id]) => text.replaceAll(id.slice(0, 12), name.padEnd(8)), out)
    .split('\n')
    .map((line) => line.trimEnd());
}

const head = ({ git }: Shop): string => git.git('rev-parse', 'HEAD');
const path = 'shop/configmap.core.shop.settings.yaml';

test('a log goes from the branch to the sources, and the log of an object to its fields', async (t) => {
  const shop = makeShop(t);
  await shop.publish('Begin', "{ level: 'info' }");
  const [one, first] = [shop.tip(), head(shop)];
  await shop.publish(
    'Talk more\n\nArgocd-reference-commit-sha: abcdef123\nArgocd-reference-commit-subject: Log what is asked\n',
    "{ level: 'debug', size: '3' }",
  );
  const [two, second] = [shop.tip(), head(shop)];
  const names = { one, two, first, second };
  assert.deepEqual(named(await shop.run('log', 'prod'), names), [
    'two       2026-01-01T01:00:00Z  published by Ada Lovelace  1 changed',
    '  source second   by Ada Lovelace <ada@example.com>, 2026-01-01T00:00:00Z: Talk more',
    '  led to by abcdef123: Log what is asked',
    'one       2026-01-01T01:00:00Z  published by Ada Lovelace  1 added',
    '  source first    by Ada Lovelace <ada@example.com>, 2026-01-01T00:00:00Z: Begin',
  ]);
  const ofObject = await shop.run('log', 'prod', 'configmap/shop/settings', '--limit', '1');
  assert.deepEqual(named(ofObject, names), [
    'two       2026-01-01T01:00:00Z  published by Ada Lovelace  1 changed',
    '  source second   by Ada Lovelace <ada@example.com>, 2026-01-01T00:00:00Z: Talk more',
    '  led to by abcdef123: Log what is asked',
    `  ~ ConfigMap/shop/settings in ${path}`,
    '      ~ data.level: info → debug',
    '      + data.size: 3',
    'there are older ones: --limit 10',
  ]);
  const earlier = await shop.run('log', 'prod', `dist/prod/${path}`, '--from', one.slice(0, 8), '--output', 'json');
  const { from, commits, more, shallow } = JSON.parse(earlier.out);
  assert.deepEqual([from, more, shallow, commits.length], [{ name: one.slice(0, 8), commit: one }, false, false, 1]);
  assert.deepEqual([commits[0].op, commits[0].fields, commits[0].source.commit], ['add', [], first]);
});

test('a blame shows each line with who made it so, and the line of TypeScript: of the work tree, else of a snapshot of the commit', async (t) => {
  const shop = makeShop(t);
  await shop.publish('Begin', "{ level: 'info', size: '3' }");
  const [one, first] = [shop.tip(), head(shop)];
  await shop.publish('Talk more', "{ size: '3', level: 'debug' }", '// A comment moves what is below.\n');
  const [two, second] = [shop.tip(), head(shop)];
  const names = { one, two, first, second };
  const told = (by: string, source: string, line: string): string =>
    `${by.padEnd(8)}  ${source.padEnd(8)}  2026-01-01  Ada Lovelace  ${line}`;
  const whole = await shop.run('blame', 'prod', 'configmap/settings');
  assert.deepEqual(named(whole, names), [
    `ConfigMap/shop/settings in ${path}, environments/prod at two`,
    '  made by the construct shop/settings at charts/settings.ts:4:3 of the source commit second',
    '',
    told('one', 'first', '1  apiVersion: v1'),
    told('one', 'first', '2  kind: ConfigMap'),
    told('one', 'first', '3  metadata:'),
    told('one', 'first', '4    name: settings'),
    told('one', 'first', '5    namespace: shop'),
    told('one', 'first', '6  data:'),
    told('two', 'second', '7    level: debug'),
    told('one', 'first', '8    size: "3"'),
    '',
    'two       2026-01-01T01:00:00Z  published by Ada Lovelace  1 changed',
    '  source second   by Ada Lovelace <ada@example.com>, 2026-01-01T00:00:00Z: Talk more',
    'one       2026-01-01T01:00:00Z  published by Ada Lovelace  1 added',
    '  source first    by Ada Lovelace <ada@example.com>, 2026-01-01T00:00:00Z: Begin',
  ]);
  const earlier = await shop.run('blame', 'prod', 'configmap/settings', '--from', one, '--field', '/data/level', '--output', 'json');
  const { made, lines, commits } = JSON.parse(earlier.out);
  assert.deepEqual(made, { file: 'charts/settings.ts', line: 3, column: 3, commit: first });
  assert.deepEqual(lines, [{ line: 7, pointer: '/data/level', commit: one, text: '  level: info' }]);
  assert.deepEqual(
    commits.map(({ commit }: { readonly commit: string }) => commit),
    [one],
  );
  // What is not committed has other lines.
  shop.git.write('charts/settings.ts', `\n\n\n${chart("{ level: 'warn' }")}`);
  assert.deepEqual(JSON.parse((await shop.run('blame', 'prod', path, '--output', 'json')).out).made.line, 4);
});

test('a line is that of the file that lies here, or of the one on the branch', async (t) => {
  const shop = makeShop(t);
  await shop.publish('Begin', "{ level: 'info', size: '3' }");
  const line = async (text: string): Promise<unknown> => {
    const { out, said } = await shop.run('blame', 'prod', text, '--output', 'json');
    return out === '' ? said.split('\n')[0] : JSON.parse(out).lines.map((one: { readonly pointer: string }) => one.pointer);
  };
  assert.deepEqual(await line(`${path}:8`), ['/data/size']);
  shop.git.write(`dist/prod/${path}`, 'kind: ConfigMap\ndata:\n  size: "4"\n  new: "5"\n');
  assert.deepEqual(await line(`dist/prod/${path}:3`), ['/data/size']);
  assert.deepEqual(
    await line(`dist/prod/${path}:4`),
    'error[line-unknown]: the rendered branch has no `/data/new`, which stands on line 4',
  );
  assert.deepEqual(await line(`${path}:99`), 'error[line-unknown]: its file has no line 99');
  assert.deepEqual(await line(`elsewhere/${path.split('/')[1]}:7`), ['/data/level'], 'a file that moved keeps its name');
});

test('secrets are hidden, also in the lines of what was', async (t) => {
  const shop = makeShop(t);
  const data = (text: string): string => `{ settings: 'user=shop\\npassword=${text}\\n', last: 'z' }`;
  await shop.publish('Begin', data('$(PASSWORD)'));
  const edited = shop.git.git('show', `environments/prod:${path}`).replace('$(PASSWORD)', 'correct-horse-battery');
  const scratch = join(temporaryFolder(t), 'branch');
  shop.git.git('worktree', 'add', '--quiet', '--force', scratch, 'environments/prod');
  openTestRepository(scratch, shop.git.env).commit({ [path]: `${edited}\n` }, 'Put it in by hand');
  for (const args of [['log'], ['blame']]) {
    for (const output of ['text', 'json']) {
      const { exit, out, said } = await shop.run(...args, 'prod', 'configmap/shop/settings', '--output', output);
      assert.equal(exit, 0, said);
      assert.doesNotMatch(out, /correct-horse/, out);
      assert.match(out, /by hand/);
    }
  }
});

test('where the line of TypeScript cannot be had, it is said why', async (t) => {
  const shop = makeShop(t);
  await shop.publish('Begin', "{ level: 'info' }");
  const first = head(shop);
  const made = async (): Promise<{ readonly because: string; readonly help: string }> =>
    JSON.parse((await shop.run('blame', 'prod', 'configmap/settings', '--output', 'json')).out).made;
  shop.git.git('checkout', '--quiet', '--orphan', 'other');
  shop.git.commit({ 'charts/settings.ts': chart('{}') }, 'Another history');
  assert.deepEqual(await made(), {
    because: `its source commit \`${first.slice(0, 7)}\` is not in the history of what is checked out`,
    help: `check it out: \`git checkout ${first.slice(0, 7)}\``,
  });
  const { out } = await shop.run('blame', 'prod', 'configmap/settings');
  assert.match(out, /made by the construct shop\/settings\n {2}its line is not known: its source .*\n {2}help: check it out/);
  shop.git.write('charts/settings.ts', chart("{ level: 'debug' }").replace("'settings', {", "'renamed', {"));
  assert.equal((await shop.run('publish', 'prod', '--direct', '--allow-dirty')).exit, 0);
  assert.deepEqual(await made(), {
    because: 'the source commit makes no `shop/renamed`',
    help: 'look for the construct by its name in the source',
  });
});

test('what is not there is told with what is meant or can be done', async (t) => {
  const shop = makeShop(t);
  const error = async (...args: readonly string[]): Promise<readonly unknown[]> => {
    const { exit, said } = await shop.run(...args);
    return [exit, ...said.split('\n')];
  };
  shop.git.commit({ 'charts/settings.ts': chart("{ level: 'info' }") }, 'Begin');
  assert.deepEqual(await error('log', 'prod'), [
    2,
    'error[revision-unknown]: there is no `environments/prod` here: `prod` was never published there',
    '  help: if a remote has the branch, name it: `--remote`',
  ]);
  await shop.publish('Begin', "{ level: 'info' }");
  assert.deepEqual(await error('log', 'prod', '--from', 'nowhere'), [
    2,
    'error[revision-unknown]: `nowhere` is no commit of this repository',
    '  help: look at the name; if only a remote has it: `git fetch`',
  ]);
  assert.deepEqual(await error('log', 'prod', 'configmap/shop/setings'), [
    2,
    'error[object-unknown]: environments/prod never held `configmap/shop/setings`',
    '  help: did you mean `ConfigMap/shop/settings`?',
  ]);
  assert.deepEqual(await error('blame', 'prod', 'ingress/far/away'), [
    2,
    'error[object-unknown]: environments/prod does not hold `ingress/far/away`',
    '  help: if it once did: `lockstep log prod ingress/far/away`',
  ]);
  assert.deepEqual(await error('blame', 'prod', 'configmap/settings', '--field', '/data/levle'), [
    2,
    'error[line-unknown]: the rendered branch has no `/data/levle`',
    '  help: did you mean `/data/level`?',
  ]);
  assert.equal((await shop.run('log', 'prod', '--from', 'HEAD')).exit, 4, 'a source commit is no rendered one');
});

test('a remote is asked for its branch and its notes, and a clone has what it fetched last', async (t) => {
  const shop = makeShop(t);
  const remote = join(temporaryFolder(t), 'shop.git');
  makeBareRepository(remote, shop.git.env);
  shop.git.git('remote', 'add', 'origin', remote);
  shop.git.commit({ 'charts/settings.ts': chart("{ level: 'info' }") }, 'Begin');
  assert.equal((await shop.run('publish', 'prod', '--direct', '--push')).exit, 0);
  shop.git.commit({}, 'Write a comment');
  await shop.run('publish', 'prod', '--direct', '--push');
  const { commits, from } = JSON.parse((await shop.run('log', 'prod', '--remote', '--output', 'json')).out);
  assert.deepEqual([from.name, commits.length, commits[0].alsoRenderedBy], ['origin/environments/prod', 1, head(shop)]);
  shop.git.git('fetch', '--quiet');
  const fetched = JSON.parse((await shop.run('log', 'prod', '--output', 'json')).out);
  assert.deepEqual(fetched.from.name, 'origin/environments/prod, as fetched last');
  // A clone without its history says so.
  const shallow = join(temporaryFolder(t), 'shallow');
  runGitIn(temporaryFolder(t), shop.git.env, 'clone', '--quiet', '--depth=1', '--no-single-branch', `file://${remote}`, shallow);
  const { said } = await runCommand({ ...openProject(shallow), repository: () => openRepository({ folder: shallow, env: shop.git.env }) }, [
    'log',
    'prod',
  ]);
  assert.match(said, /no whole history.*\n {2}help: bring the history here/);
});

test('what runs is told from the commit that the agent applied, of a slice that was refused it from the one before', async (t) => {
  const cluster = fakeCluster();
  const { signal } = new AbortController();
  await cluster.apply(namespace('lockstep'), { manager: 'test' });
  const shop = makeShop(t, { cluster: async () => cluster });
  const report = async (status: Partial<EnvironmentStatus>): Promise<void> => {
    const store = openStore({ cluster, environment: 'prod', namespace: 'lockstep' });
    await store.load(signal);
    await store.save(emptyInventory, signal);
    const none = {
      objects: 1,
      conditions: [],
      problems: [],
      unhealthy: [],
      held: [],
      suspended: [],
      rewritten: [],
      behind: [],
      updated: '2026-01-01T00:00:00Z',
    };
    await store.report({ environment: 'prod', latest: undefined, revision: undefined, ...none, ...status }, signal);
  };
  const live = async (): Promise<unknown> => {
    const { out, said } = await shop.run('blame', 'prod', 'configmap/settings', '--live', '--field', '/data/level');
    return out === '' ? said.split('\n')[0] : /level: \w+/.exec(out)?.[0];
  };
  await shop.publish('Begin', "{ level: 'info' }");
  const one = shop.tip();
  await shop.publish('Talk more', "{ level: 'debug' }");
  const two = shop.tip();
  await shop.publish('Talk less', "{ level: 'warn' }");
  await report({ revision: two });
  assert.equal(await live(), 'level: debug');
  await report({ revision: two, behind: [{ slice: '', revision: one }] });
  assert.equal(await live(), 'level: info');
  await report({ revision: two, behind: [{ slice: '', revision: '' }] });
  assert.equal(await live(), 'error[revision-unknown]: of this slice of `prod` nothing was applied yet');
  await report({ revision: 'f'.repeat(40) });
  assert.equal(await live(), 'error[revision-unknown]: the agent of `prod` applied `fffffff`, which is not here');
  await report({});
  assert.equal(await live(), 'error[revision-unknown]: the agent of `prod` has applied no commit yet');
});

test('a file of an object that cannot be read is told as that', async (t) => {
  const shop = makeShop(t);
  await shop.publish('Begin', "{ level: 'info' }");
  for (const [key, value] of Object.entries({ name: 'Eve', email: 'eve@example.com' })) shop.git.git('config', `user.${key}`, value);
  editByHandIn(shop.git, { path, text: 'kind: [\n' });
  const { exit, said } = await shop.run('blame', 'prod', 'configmap/shop/settings');
  assert.equal(exit, 2);
  assert.match(
    said,
    new RegExp(`the file \`${path}\` of environments/prod holds nothing that can be read .*\\n  help: look at it: .git show \\w+:`),
  );
});
