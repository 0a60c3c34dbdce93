import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { type TestContext, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { sha256Of } from '../../src/model/sha256.ts';
import { type Ended, runLockstep } from '../demo/program.ts';
import {
  makeBareRepository,
  makeRepository,
  openTestRepository,
  runGitIn,
  type TestRepository,
  temporaryFolder,
} from '../support/repository.ts';

/** The built program, in projects whose locks name commits. */
interface Shop extends TestRepository {
  /** Where the user's cache is. */
  readonly cache: string;
  /** The project: the root of the repository, or below it. */
  readonly project: string;
  run(...args: readonly string[]): Promise<Ended>;
  /** A rendered ConfigMap's text. */
  rendered(environment: string): string;
  /** Writes the lock of an environment. */
  lock(environment: string, source: string | undefined): void;
}

const chart = (text: string): string => `import { ApiObject } from 'cdk8s';
import { defineBase, defineChart } from 'lockstep';
import { z } from 'zod';
const notes = defineChart({
  namespace: 'shop',
  values: z.object({ text: z.string() }),
  build(chart, { values }) {
    new ApiObject(chart, 'notes', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'notes' }, data: { text: \`${text} \${values.text}\` } });
  },
});
export const base = defineBase({ kubernetes: '1.35', external: [{ kind: 'Namespace', name: 'shop' }], charts: { notes } });
`;
const environment = (name: string, text: string): string => `import { defineEnvironment } from 'lockstep';
import { base } from '../base.js';
export default defineEnvironment({ name: '${name}', cluster: '${name}', extends: base, values: { notes: { text: '${text}' } } });
`;
const files = (text: string): Readonly<Record<string, string>> => ({
  'package.json': '{ "name": "shop", "type": "module" }\n',
  'package-lock.json': '{ "lockfileVersion": 3 }\n',
  '.gitignore': 'dist/\nnode_modules/\n',
  'base.ts': chart(text),
  'environments/dev.ts': environment('dev', 'for dev'),
  'environments/prod.ts': environment('prod', 'for prod'),
});

/** Links what is installed here, and this package itself as `lockstep`. */
function install(folder: string): void {
  mkdirSync(join(folder, 'node_modules'), { recursive: true });
  for (const name of readdirSync('node_modules').filter((entry) => !entry.startsWith('.')))
    symlinkSync(resolve('node_modules', name), join(folder, 'node_modules', name));
  symlinkSync(resolve('.'), join(folder, 'node_modules', 'lockstep'));
}

function openShop(t: TestContext, repository: TestRepository, below = ''): Shop {
  const cache = temporaryFolder(t);
  const project = join(repository.folder, below);
  const env = { ...repository.env, XDG_CACHE_HOME: cache };
  return {
    ...repository,
    cache: join(cache, 'lockstep', 'commits'),
    project,
    run: (...args) => runLockstep(project, args, { env }),
    rendered: (name) => readFileSync(join(project, `dist/${name}/notes/configmap.core.shop.notes.yaml`), 'utf8'),
    lock: (name, source) =>
      writeFileSync(join(project, `environments/${name}.lock.yaml`), `${source === undefined ? '' : `source: ${source}\n`}images: {}\n`),
  };
}

/** A shop whose first commit says `old` and whose work tree says `new`. */
function makeShop(t: TestContext): Shop & { readonly old: string } {
  const shop = openShop(t, makeRepository(t));
  install(shop.folder);
  const old = shop.commit(files('old'), 'Open the shop');
  shop.commit(files('new'), 'Change the words');
  return { ...shop, old };
}

test('an environment whose lock names a source is rendered from it, whatever the work tree holds; the others are not', async (t) => {
  const shop = makeShop(t);
  shop.lock('prod', shop.old);
  const status = shop.git('status', '--porcelain');
  const { exit, talk } = await shop.run('synth');
  assert.equal(exit, 0, talk);
  assert.match(shop.rendered('prod'), /text: old for prod/);
  assert.match(shop.rendered('dev'), /text: new for dev/);
  assert.equal(shop.git('status', '--porcelain'), status);
  // Not even that the work tree can be loaded.
  shop.write('base.ts', 'throw new Error();\n');
  rmSync(join(shop.folder, 'environments/prod.ts'));
  const only = await shop.run('synth', 'prod', '--no-cache');
  assert.equal(only.exit, 0, only.talk);
  assert.match(shop.rendered('prod'), /text: old for prod/);
});

test('the second time nothing is compiled, and it is after a change of the lock', async (t) => {
  const shop = makeShop(t);
  shop.lock('prod', shop.old);
  const long = new Date('2026-01-01');
  for (const path of ['environments/prod.lock.yaml', ...shop.git('ls-files').split('\n')]) utimesSync(join(shop.folder, path), long, long);
  assert.equal((await shop.run('synth')).exit, 0);
  const results = join(dirname(shop.cache), 'synth');
  const kept = readdirSync(results).map((name) => JSON.parse(readFileSync(join(results, name), 'utf8')).value.name);
  assert.ok(kept.includes('prod'), 'the first result is kept');
  rmSync(join(shop.cache, readdirSync(shop.cache)[0] ?? ''), { recursive: true });
  // What it was made from is gone, so it is made again.
  assert.equal((await shop.run('synth')).exit, 0);
  assert.equal(readdirSync(shop.cache).length, 1);
  const again = await shop.run('synth');
  assert.match(again.talk, /dist\/prod: 1 object \(unchanged\)/);
  shop.lock('prod', undefined);
  assert.equal((await shop.run('synth')).exit, 0);
  assert.match(shop.rendered('prod'), /text: new for prod/);
});

test('a cache folder that is empty or relative is none: the one in the home folder is used', async (t) => {
  const shop = makeShop(t);
  shop.lock('prod', shop.old);
  const home = shop.env['HOME'] ?? '';
  for (const told of ['', 'cache']) {
    rmSync(join(home, '.cache'), { recursive: true, force: true });
    const { exit, talk } = await runLockstep(shop.project, ['synth', 'prod', '--no-cache'], { env: { ...shop.env, XDG_CACHE_HOME: told } });
    assert.equal(exit, 0, talk);
    assert.equal(readdirSync(join(home, '.cache/lockstep/commits')).length, 1);
    assert.equal(existsSync(join(shop.project, 'cache')) || existsSync(join(shop.project, 'lockstep')), false);
  }
});

test('modules see the commit and nothing of the work tree: files by place and by name, aliases, members of a workspace', async (t) => {
  const repository = makeRepository(t);
  const shop = openShop(t, repository, 'deploy');
  const written = (text: string) => ({
    'package.json': '{ "name": "root", "workspaces": ["words"] }\n',
    'package-lock.json': '{ "lockfileVersion": 3 }\n',
    '.gitignore': 'dist/\nnode_modules/\n',
    'words/package.json': '{ "name": "words", "type": "module", "exports": "./words.ts" }\n',
    'words/words.ts': `export const word: string = 'member ${text}';\n`,
    ...Object.fromEntries(Object.entries(files(text)).map(([path, content]) => [`deploy/${path}`, content])),
    'deploy/package-lock.json': '{ "lockfileVersion": 3 }\n',
    'deploy/tsconfig.json': '{ "compilerOptions": { "paths": { "@/*": ["./lib/*"] } } }\n',
    'deploy/lib/alias.ts': `export const alias = 'alias ${text}';\n`,
    'deploy/words.txt': `file ${text}`,
    'deploy/environments/prod.ts': `import { readFileSync } from 'node:fs';
import { alias } from '@/alias';
import { defineEnvironment } from 'lockstep';
import { word } from 'words';
import { base } from '../base.js';
const text = [alias, word, readFileSync('words.txt', 'utf8'), readFileSync(new URL('../words.txt', import.meta.url), 'utf8')].join(', ');
export default defineEnvironment({ name: 'prod', cluster: 'prod', extends: base, values: { notes: { text } } });
`,
  });
  install(repository.folder);
  symlinkSync('../words', join(repository.folder, 'node_modules', 'words'));
  const old = repository.commit(written('old'), 'Open the shop');
  repository.commit(written('new'), 'Change the words');
  shop.lock('prod', old);
  const { exit, talk } = await shop.run('synth', 'prod');
  assert.equal(exit, 0, talk);
  assert.match(shop.rendered('prod'), /text: old alias old, member old, file old, file old/);
  shop.lock('prod', undefined);
  assert.equal((await shop.run('synth', 'prod')).exit, 0);
  assert.match(shop.rendered('prod'), /text: new alias new, member new, file new, file new/);
});

test('what a member of the workspace beside the project asks for is told alike, at a commit and in the work tree', async (t) => {
  const repository = makeRepository(t);
  const shop = openShop(t, repository, 'deploy');
  const { 'package.json': manifest = '', ...own } = files('text');
  install(repository.folder);
  symlinkSync('../words', join(repository.folder, 'node_modules', 'words'));
  const old = repository.commit(
    {
      'package.json': '{ "name": "root", "workspaces": ["words"] }\n',
      'package-lock.json': '{ "lockfileVersion": 3 }\n',
      '.gitignore': 'dist/\nnode_modules/\n',
      'words/package.json': '{ "name": "words", "type": "module", "exports": "./words.ts" }\n',
      'words/words.ts': `export const word = process.env['WORD'] ?? 'word';\n`,
      'deploy/package.json': manifest,
      ...Object.fromEntries(Object.entries(own).map(([path, content]) => [`deploy/${path}`, content])),
      'deploy/environments/prod.ts': `import { defineEnvironment } from 'lockstep';
import { word } from 'words';
import { base } from '../base.js';
export default defineEnvironment({ name: 'prod', cluster: 'prod', extends: base, values: { notes: { text: word } } });
`,
    },
    'Open the shop',
  );
  for (const [source, where] of [
    [old, ` in the source commit ${old.slice(0, 7)}`],
    [undefined, ''],
  ] as const) {
    shop.lock('prod', source);
    const { exit, talk } = await shop.run('synth', 'prod');
    assert.equal(exit, 2, talk);
    const told = 'error[variable-undeclared]: the variable `WORD` is read, and no `input` declares it';
    assert.ok(talk.includes(`${told}\n  at ../words/words.ts:1:29${where}\n`), talk);
  }
});

test('a project that is this very package imports itself', async (t) => {
  const shop = openShop(t, makeRepository(t));
  symlinkSync(resolve('node_modules'), join(shop.folder, 'node_modules'));
  cpSync('build', join(shop.folder, 'build'), { recursive: true });
  const own = (text: string) => ({
    ...files(text),
    'package.json': readFileSync('package.json', 'utf8'),
    '.gitignore': 'build\ndist\nnode_modules\n',
  });
  const old = shop.commit(own('old'), 'Open the shop');
  shop.commit(own('new'), 'Change the words');
  shop.lock('prod', old);
  const { exit, talk } = await shop.run('synth', 'prod');
  assert.equal(exit, 0, talk);
  assert.match(shop.rendered('prod'), /text: old for prod/);
});

test('what is wrong in a commit is told to be there, and what is wrong in a lock in the work tree', async (t) => {
  const shop = openShop(t, makeRepository(t));
  install(shop.folder);
  const bad = shop.commit(
    { ...files('old'), 'environments/prod.ts': environment('prod', 'x').replace(`text: 'x'`, `txt: 'x'`) },
    'Mistype',
  );
  const broken = shop.commit({ ...files('old'), 'environments/prod.ts': 'const a = ;\n' }, 'Break');
  shop.commit(files('new'), 'Mend');
  shop.lock('prod', bad);
  const mistyped = await shop.run('synth', 'prod');
  assert.equal(mistyped.exit, 2);
  assert.match(mistyped.talk, new RegExp(`at environments/prod\\.ts:3:\\d+ in the source commit ${bad.slice(0, 7)} · prod`));
  const github = await shop.run('check', 'prod', '--output', 'github');
  assert.match(github.out, /^::error title=value-unknown::/m);
  const sarif = JSON.parse((await shop.run('check', 'prod', '--output', 'sarif')).out);
  const results: readonly {
    readonly ruleId: string;
    readonly locations: readonly object[];
    readonly message: { readonly text: string };
  }[] = sarif.runs[0].results;
  const found = results.find(({ ruleId }) => ruleId === 'value-unknown');
  assert.ok(found !== undefined && !found.locations.some((location) => 'physicalLocation' in location));
  assert.match(found.message.text, /in the source commit/);
  shop.lock('prod', broken);
  assert.match(
    (await shop.run('synth', 'prod')).talk,
    new RegExp(`error\\[module-failed\\].*\n {2}at environments/prod\\.ts:1:11 in the source commit ${broken.slice(0, 7)}`),
  );
  // A mistake of another environment of that commit is nobody's any more.
  shop.lock('prod', undefined);
  shop.lock('dev', broken);
  assert.equal((await shop.run('synth', 'dev')).exit, 0);
});

test('constructs are made of the definitions that the commit renders', async (t) => {
  const shop = openShop(t, makeRepository(t));
  install(shop.folder);
  const defining = (kind: string): Readonly<Record<string, string>> => {
    const names = `{ kind: '${kind}', plural: '${kind.toLowerCase()}s' }`;
    const version = `{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }`;
    const spec = `{ group: 'shop.example.com', names: ${names}, scope: 'Namespaced', versions: [${version}] }`;
    const head = `apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata: { name: '${kind.toLowerCase()}s.shop.example.com' }`;
    const object = `new ApiObject(chart, 'crd', { ${head}, spec: ${spec} });`;
    return { ...files('text'), 'base.ts': chart('text').replace("new ApiObject(chart, 'notes'", `${object}\n    $&`) };
  };
  const old = shop.commit(defining('Order'), 'Open the shop');
  shop.commit(defining('Cart'), 'Change the kind');
  shop.lock('prod', old);
  const { exit, talk } = await shop.run('import', 'prod');
  assert.equal(exit, 0, talk);
  const [made = ''] = readdirSync(join(shop.project, 'imports')).filter((name) => name.endsWith('.ts'));
  const text = readFileSync(join(shop.project, 'imports', made), 'utf8');
  assert.match(text, /class Order\b/);
  assert.doesNotMatch(text, /Cart/);
});

test('charts of an environment that is rendered from a commit are those that the commit has', async (t) => {
  const shop = openShop(t, makeRepository(t));
  install(shop.folder);
  const withChart = {
    ...files('text'),
    'base.ts': chart('text')
      .replace('defineChart }', 'defineChart, HelmChart }')
      .replace(
        "new ApiObject(chart, 'notes'",
        "new HelmChart(chart, 'web', { chart: 'oci://registry.invalid/charts/web', version: '1.2.3' });\n    $&",
      ),
  };
  const bare = shop.commit(withChart, 'Include a chart');
  const archive = 'vendor/helm/registry.invalid/charts/web-1.2.3.tgz';
  const held = shop.commit({ [archive]: 'an archive' }, 'Add its archive');
  // What lies in the work tree is nothing to them.
  shop.write(archive, 'another archive');
  const tools = `tools:\n  helm:\n    sha256:\n      linux-amd64: ${'a'.repeat(64)}\n    version: v3.22.0\n`;
  const pinned = async (source: string, ...options: readonly string[]): Promise<Ended> => {
    shop.write('environments/prod.lock.yaml', `source: ${source}\n${tools}images: {}\n`);
    return shop.run('pin', 'prod', ...options);
  };
  const missing = await pinned(bare);
  assert.equal(missing.exit, 2);
  assert.match(missing.talk, /error\[source-without-chart\]: the source commit `\w{7}` does not hold `vendor\/helm\/.*`/);
  assert.equal(readFileSync(join(shop.project, archive), 'utf8'), 'another archive');
  const there = await pinned(held, '--check');
  assert.match(there.talk, /error\[tool-missing\]/, 'it is there: only the program is not that would render it');
  assert.doesNotMatch(there.talk, /error\[(?!tool-missing)/);
  const charts = `charts:\n  oci://registry.invalid/charts/web:1.2.3:\n    sha256: ${'b'.repeat(64)}\n`;
  shop.write('environments/prod.lock.yaml', `source: ${held}\n${tools}${charts}images: {}\n`);
  const other = await shop.run('pin', 'prod');
  assert.match(other.talk, new RegExp(`error\\[chart-damaged\\].*its sha256 is ${sha256Of('an archive')}`));
});

const wrong: readonly (readonly [what: string, source: (shop: Shop) => string, said: RegExp])[] = [
  [
    'a commit that there is not',
    () => 'a'.repeat(40),
    /error\[source-missing\].*`aaaaaaa` is not in this repository\n.*prod\.lock\.yaml.*\n {2}help: `lockstep fetch prod`/,
  ],
  ['a file', (shop) => shop.git('rev-parse', 'HEAD:base.ts'), /error\[source-not-commit\].* is a blob, and no commit/],
  [
    'a commit without the environment',
    (shop) => shop.git('rev-parse', 'before'),
    /error\[source-without-environment\].* does not define it: it has `dev`\n/,
  ],
  [
    'a commit before there was a project',
    (shop) => shop.git('rev-parse', 'empty'),
    /error\[project-not-module\].*\n {2}at package\.json in the source commit/,
  ],
];
for (const [what, sourceOf, said] of wrong) {
  test(`a source that is ${what} is told`, async (t) => {
    const shop = openShop(t, makeRepository(t));
    install(shop.folder);
    shop.commit({}, 'Begin');
    shop.git('tag', 'empty');
    const { 'environments/prod.ts': _, ...without } = files('old');
    shop.commit(without, 'Open the shop');
    shop.git('tag', 'before');
    shop.commit(files('new'), 'Add prod');
    shop.lock('prod', sourceOf(shop));
    const { exit, talk } = await shop.run('synth');
    assert.equal(exit, 2);
    assert.match(talk, said);
    assert.equal(existsSync(join(shop.folder, 'dist')), false);
  });
}

test('a clone without the history lacks the commit until it is fetched, and stays without history', async (t) => {
  const shop = makeShop(t);
  const root = temporaryFolder(t);
  makeBareRepository(join(root, 'shop.git'), shop.env);
  shop.git('push', '--quiet', join(root, 'shop.git'), 'HEAD:refs/heads/main');
  runGitIn(root, shop.env, 'clone', '--quiet', '--depth=1', '--branch=main', pathToFileURL(join(root, 'shop.git')).href, 'shallow');
  const shallow = openShop(t, openTestRepository(join(root, 'shallow'), shop.env));
  install(shallow.folder);
  shallow.lock('prod', shop.old);
  assert.match((await shallow.run('synth', 'prod')).talk, /error\[source-missing\]/);
  const fetched = await shallow.run('fetch');
  assert.equal(fetched.exit, 0, fetched.talk);
  assert.match(
    fetched.talk,
    new RegExp(`^prod: ${shop.old.slice(0, 7)} was fetched, with the packages of the project\n.*lockstep synth prod`),
  );
  assert.equal((await shallow.run('synth', 'prod')).exit, 0);
  assert.match(shallow.rendered('prod'), /text: old for prod/);
  assert.equal(shallow.git('rev-list', '--count', 'HEAD'), '1');
  const [again] = JSON.parse((await shallow.run('fetch', 'prod', '--output', 'json')).out).sources;
  assert.deepEqual(again, { commit: shop.old, environments: ['prod'], isFetched: false, packages: 'shared' });
  shallow.lock('prod', 'b'.repeat(40));
  const gone = await shallow.run('fetch', 'prod');
  assert.equal(gone.exit, 2);
  assert.match(gone.talk, /error\[source-missing\].*`bbbbbbb` is neither here nor at `origin`/);
});

test('in a partial clone rendering fetches nothing by itself, and what is lacking is brought by fetch', async (t) => {
  const shop = makeShop(t);
  const root = temporaryFolder(t);
  makeBareRepository(join(root, 'shop.git'), shop.env);
  shop.git('push', '--quiet', join(root, 'shop.git'), 'HEAD:refs/heads/main');
  for (const setting of ['uploadpack.allowFilter', 'uploadpack.allowAnySHA1InWant'])
    runGitIn(join(root, 'shop.git'), shop.env, 'config', setting, 'true');
  for (const filter of ['blob:none', 'tree:0']) {
    const name = filter.replace(':', '-');
    const url = pathToFileURL(join(root, 'shop.git')).href;
    runGitIn(root, shop.env, 'clone', '--quiet', `--filter=${filter}`, '--branch=main', url, name);
    const partial = openShop(t, openTestRepository(join(root, name), shop.env));
    install(partial.folder);
    partial.lock('prod', shop.old);
    const lacking = (): number => partial.git('rev-list', '--objects', '--all', '--missing=print').match(/^\?/gm)?.length ?? 0;
    const before = lacking();
    assert.ok(before > 0);
    const { exit, talk } = await partial.run('synth', 'prod');
    assert.equal(exit, 2);
    assert.match(
      talk,
      /error\[source-missing\]: .* is in this repository without all of its files: a partial clone\n.*\n {2}help: `lockstep fetch prod`/,
    );
    assert.equal(lacking(), before, 'nothing was fetched');
    assert.deepEqual(readdirSync(partial.cache), []);
    const fetched = await partial.run('fetch', 'prod');
    assert.equal(fetched.exit, 0, fetched.talk);
    assert.equal((await partial.run('synth', 'prod')).exit, 0);
    assert.match(partial.rendered('prod'), /text: old for prod/);
  }
});

test('what a commit keeps in submodules and in Git LFS is told when it is looked for, and only then', async (t) => {
  const shop = openShop(t, makeRepository(t));
  install(shop.folder);
  const home = shop.env['HOME'] ?? '';
  // It brings the content unless it is told to leave the pointer, as git-lfs does.
  const smudge = join(home, 'smudge');
  writeFileSync(smudge, '#!/bin/sh\n[ "$GIT_LFS_SKIP_SMUDGE" = 1 ] && exec cat\ncat > /dev/null\necho the content\n', { mode: 0o755 });
  const useLfs = (): void => {
    runGitIn(home, shop.env, 'config', '--global', 'filter.lfs.smudge', smudge);
    runGitIn(home, shop.env, 'config', '--global', 'filter.lfs.clean', 'cat');
  };
  const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'a'.repeat(64)}\nsize 12\n`;
  const reading = (expression: string): Readonly<Record<string, string>> => ({
    ...files('text'),
    'base.ts': `import { existsSync, readFileSync, statSync } from 'node:fs';\n${chart(`\${${expression}}`)}`,
    '.gitattributes': '*.lfs filter=lfs\n',
    'words.lfs': pointer,
    'pointer.txt': pointer,
  });
  const commit = (expression: string): string => {
    const first = shop.commit(reading(expression), 'Read');
    shop.git('update-index', '--add', '--cacheinfo', `160000,${first},vendor/sub`);
    shop.git('commit', '--quiet', '--message', 'Add a submodule');
    return shop.git('rev-parse', 'HEAD');
  };
  const idle = commit(`statSync('words.lfs').isFile() + readFileSync('pointer.txt', 'utf8').length`);
  const lfs = commit(`readFileSync('words.lfs', 'utf8').split('\\n')[0]`);
  const sub = commit(`existsSync('vendor/sub/words.txt')`);
  shop.lock('prod', idle);
  const well = await shop.run('synth', 'prod');
  assert.equal(well.exit, 0, well.talk);
  assert.doesNotMatch(well.talk, /source-absent/);
  shop.lock('prod', sub);
  for (const command of ['synth', 'check']) {
    const { exit, talk } = await shop.run(command, 'prod');
    assert.equal(exit, 2);
    assert.match(talk, /error\[source-absent\]: `vendor\/sub` is a submodule.*\n {2}at vendor\/sub in the source commit \w{7} · prod\n/);
  }
  shop.lock('prod', lfs);
  useLfs();
  const refused = await shop.run('synth', 'prod');
  assert.equal(refused.exit, 2);
  assert.match(
    refused.talk,
    /error\[source-absent\]: `words.lfs` is kept by Git LFS.*\n.*\n {2}help: install git-lfs, and let `lockstep fetch prod`/,
  );
  assert.equal((await shop.run('fetch', 'prod')).exit, 0);
  const { exit, talk } = await shop.run('synth', 'prod');
  assert.equal(exit, 0, talk);
  assert.match(shop.rendered('prod'), /text: the content for prod/);
});

test('a commit that nothing leads to any more is rendered from while it is kept, and missed when it is not', async (t) => {
  const shop = makeShop(t);
  const lost = shop.commit(files('lost'), 'Lose this');
  shop.git('reset', '--quiet', '--hard', 'HEAD~1');
  shop.lock('prod', lost);
  assert.equal((await shop.run('synth', 'prod')).exit, 0);
  assert.match(shop.rendered('prod'), /text: lost for prod/);
  shop.git('reflog', 'expire', '--expire=now', '--all');
  shop.git('gc', '--quiet', '--prune=now');
  assert.equal((await shop.run('synth', 'prod', '--no-cache')).exit, 0);
  rmSync(shop.cache, { recursive: true });
  assert.match((await shop.run('synth', 'prod')).talk, /error\[source-missing\]/);
});

test('a commit with another package lock gets packages of its own, once, and only when they are asked for', async (t) => {
  const shop = openShop(t, makeRepository(t));
  install(shop.folder);
  const bin = temporaryFolder(t);
  // A package manager that does what it is told, without a registry.
  writeFileSync(
    join(bin, 'npm'),
    `#!/bin/sh\necho "$@" >> ${bin}/calls\n[ -e ${bin}/fails ] && echo no registry >&2 && exit 1\ncp -R ${shop.folder}/node_modules .\n`,
    { mode: 0o755 },
  );
  const env = { ...shop.env, PATH: `${bin}:${shop.env['PATH']}`, XDG_CACHE_HOME: dirname(dirname(shop.cache)) };
  const run = (...args: readonly string[]): Promise<Ended> => runLockstep(shop.project, args, { env });
  const old = shop.commit({ ...files('old'), 'package-lock.json': '{ "lockfileVersion": 2 }\n' }, 'Open the shop');
  shop.commit(files('new'), 'Change the packages');
  shop.lock('prod', old);
  const refused = await run('synth', 'prod');
  assert.equal(refused.exit, 2);
  assert.match(refused.talk, /error\[source-packages\].*\n.*\n {2}help: `lockstep fetch prod` installs them/);
  assert.equal(existsSync(join(bin, 'calls')), false);
  writeFileSync(join(bin, 'fails'), '');
  const failed = await run('fetch', 'prod');
  assert.equal(failed.exit, 3);
  assert.match(failed.talk, /error\[packages-failed\]: `npm ci --ignore-scripts .*` failed: no registry/);
  rmSync(join(bin, 'fails'));
  const fetched = await run('fetch', 'prod');
  assert.equal(fetched.exit, 0, fetched.talk);
  assert.match(fetched.talk, /is here, with packages of its own, installed now/);
  assert.match((await run('fetch')).talk, /which were here/);
  assert.equal(readFileSync(join(bin, 'calls'), 'utf8').trim().split('\n').length, 2);
  const { exit, talk } = await run('synth', 'prod');
  assert.equal(exit, 0, talk);
  assert.match(shop.rendered('prod'), /text: old for prod/);
  assert.equal(readdirSync(shop.cache).length, 1, 'nothing unfinished is left');
});

test('packages are installed for no commit that was not reviewed, and nothing is installed before all that is wrong is told', async (t) => {
  const shop = openShop(t, makeRepository(t));
  install(shop.folder);
  const root = temporaryFolder(t);
  makeBareRepository(join(root, 'shop.git'), shop.env);
  shop.git('remote', 'add', 'origin', join(root, 'shop.git'));
  const bin = temporaryFolder(t);
  writeFileSync(join(bin, 'npm'), `#!/bin/sh\necho "$@" >> ${bin}/calls\ncp -R ${shop.folder}/node_modules .\n`, { mode: 0o755 });
  const env = { ...shop.env, PATH: `${bin}:${shop.env['PATH']}`, XDG_CACHE_HOME: dirname(dirname(shop.cache)) };
  const run = (...args: readonly string[]): Promise<Ended> => runLockstep(shop.project, args, { env });
  const isCalled = (): boolean => existsSync(join(bin, 'calls'));
  const old = shop.commit({ ...files('old'), 'package-lock.json': '{ "lockfileVersion": 2 }\n' }, 'Open the shop');
  shop.commit(files('new'), 'Change the packages');
  shop.git('push', '--quiet', 'origin', 'main');
  shop.git('checkout', '--quiet', '-b', 'release');
  const foreign = shop.commit({ 'package-lock.json': '{ "lockfileVersion": 1 }\n' }, 'Change packages on a branch');
  shop.git('push', '--quiet', 'origin', 'release');
  shop.git('checkout', '--quiet', 'main');
  shop.lock('prod', foreign);
  shop.lock('dev', old);
  const unreviewed = await run('fetch');
  assert.equal(unreviewed.exit, 4, unreviewed.talk);
  assert.match(
    unreviewed.talk,
    /error\[source-unreviewed\]: the source `\w{7}` of `prod` is in no history .*\n {2}at environments\/prod\.lock\.yaml · prod/,
  );
  assert.equal(isCalled(), false);
  // All mistakes at once: of locks, and of what they name.
  shop.write('environments/prod.lock.yaml', 'source: main\nimages: {}\n');
  shop.write('environments/dev.lock.yaml', `source: ${old}\nimage: {}\n`);
  const wrong = await run('fetch');
  assert.equal(wrong.exit, 2);
  assert.match(wrong.talk, /error\[lockfile-bad-source\]/);
  assert.match(wrong.talk, /error\[lockfile-unknown-key\]/);
  shop.lock('prod', shop.git('rev-parse', 'HEAD:base.ts'));
  shop.lock('dev', 'a'.repeat(40));
  shop.lock('old', old);
  const none = await run('fetch');
  assert.equal(none.exit, 2);
  assert.match(none.talk, /error\[source-not-commit\].*\n {2}at environments\/prod\.lock\.yaml · prod/);
  assert.match(none.talk, /error\[source-missing\].* at `origin`\n {2}at environments\/dev\.lock\.yaml · dev\n {2}help: push it/);
  assert.equal(isCalled(), false);
  rmSync(join(shop.folder, 'environments/old.lock.yaml'));
  rmSync(join(shop.folder, 'environments/dev.lock.yaml'));
  const mistyped = await run('fetch', 'prdo', 'dev');
  assert.equal(mistyped.exit, 2);
  assert.match(mistyped.talk, /error\[environment-unknown\].*`prdo`\n {2}help: did you mean `prod`/);
  shop.lock('prod', foreign);
  shop.lock('dev', old);
  const fetched = await run('fetch', '--reviewed', 'release');
  assert.equal(fetched.exit, 0, fetched.talk);
  assert.equal(readFileSync(join(bin, 'calls'), 'utf8').trim().split('\n').length, 2);
});

test('a process that is killed while it brings out a tree leaves none, and two at once are no trouble', async (t) => {
  const shop = makeShop(t);
  shop.lock('prod', shop.old);
  const bin = temporaryFolder(t);
  // A git that never comes to an end where files are written.
  writeFileSync(
    join(bin, 'git'),
    `#!/bin/sh\ncase "$*" in *read-tree*) touch ${bin}/there; exec sleep 60;; esac\nPATH="${shop.env['PATH']}" exec git "$@"\n`,
    {
      mode: 0o755,
    },
  );
  const child = spawn(process.execPath, [resolve('build/main.js'), 'synth', 'prod'], {
    cwd: shop.project,
    env: { ...shop.env, PATH: `${bin}:${shop.env['PATH']}`, XDG_CACHE_HOME: dirname(dirname(shop.cache)) },
    stdio: 'ignore',
  });
  while (!existsSync(join(bin, 'there'))) await new Promise((resolved) => setTimeout(resolved, 20));
  const gone = new Promise((resolved) => child.once('close', resolved));
  child.kill('SIGKILL');
  await gone;
  const [left = ''] = readdirSync(shop.cache);
  assert.match(left, /\.[0-9a-f-]{36}$/);
  const ended = await Promise.all([shop.run('synth', 'prod', '--out', 'one'), shop.run('synth', 'prod', '--out', 'two')]);
  for (const { exit, talk } of ended) assert.equal(exit, 0, talk);
  const text = readFileSync(join(shop.folder, 'one/prod/notes/configmap.core.shop.notes.yaml'), 'utf8');
  assert.match(text, /text: old for prod/);
  assert.equal(readFileSync(join(shop.folder, 'two/prod/notes/configmap.core.shop.notes.yaml'), 'utf8'), text);
  assert.equal(readdirSync(shop.cache).length, 2);
  // What was left is removed a day later, and what nobody uses after two weeks.
  const long = new Date(Date.now() - 15 * 86_400_000);
  for (const name of readdirSync(shop.cache)) utimesSync(join(shop.cache, name), long, long);
  shop.lock('prod', shop.git('rev-parse', 'HEAD'));
  assert.equal((await shop.run('synth', 'prod')).exit, 0);
  assert.equal(readdirSync(shop.cache).length, 1);
});
