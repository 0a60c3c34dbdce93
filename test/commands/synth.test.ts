import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type SynthOptions, type SynthResult, synthesize } from '../../src/commands/synth.ts';
import { exitCodes } from '../../src/model/failure.ts';
import { copyInto, makeProject, openProject } from '../support/project.ts';

const shop = `import { k8s } from 'cdk8s-plus-28';
import { defineBase, defineChart, image } from 'lockstep';
import { z } from 'zod';
const web = defineChart({
  namespace: 'shop',
  values: z.object({ image: image(), names: z.array(z.string()) }),
  build(chart, { values }) {
    for (const name of values.names) {
      new k8s.KubePod(chart, name, { metadata: { name }, spec: { containers: [{ name: 'main', image: values.image }] } });
    }
  },
});
export const base = defineBase({
  kubernetes: '1.35',
  external: [{ kind: 'Namespace', name: 'shop' }],
  charts: { web },
  values: { web: { image: 'nginx:1.27' } },
});
`;
const digest = `sha256:${'a'.repeat(64)}`;
const lock = `images:\n  nginx:1.27:\n    digest: ${digest}\n`;

function environment(name: string, names: readonly string[], source = ''): string {
  return `import { defineEnvironment } from 'lockstep';
import { base } from '../base.js';
export default defineEnvironment({ name: '${name}', cluster: '${name}', ${source}extends: base, values: { web: { names: ${JSON.stringify(names)} } } });
`;
}

const files = {
  'base.ts': shop,
  'environments/dev.ts': environment('dev', ['a']),
  'environments/dev.lock.yaml': lock,
  'environments/prod.ts': environment('prod', ['a', 'b']),
  'environments/prod.lock.yaml': lock,
};
const all = { environments: [], out: 'dist', cache: true };

function codes({ diagnostics }: SynthResult): readonly string[] {
  return diagnostics.map(({ code, at }) => `${code} ${at.file ?? ''}`.trim());
}

test('synth writes a folder per environment, and a second time nothing', async (t) => {
  const { folder, world } = makeProject(t, files);
  const first = await synthesize(world, all);
  assert.deepEqual(first, {
    environments: [
      { name: 'dev', objects: 1, written: 2, removed: 0, unchanged: 0 },
      { name: 'prod', objects: 2, written: 3, removed: 0, unchanged: 0 },
    ],
    gone: [],
    diagnostics: [],
    exit: exitCodes.done,
  });
  assert.equal(
    readFileSync(join(folder, 'dist/dev/web/pod.core.shop.a.yaml'), 'utf8'),
    `apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n  namespace: shop\nspec:\n  containers:\n  - name: main\n    image: nginx:1.27@${digest}\n`,
  );
  const second = await synthesize(world, { ...all, environments: ['prod'] });
  assert.deepEqual(second.environments, [{ name: 'prod', objects: 2, written: 0, removed: 0, unchanged: 3 }]);
});

test('what an environment no longer has is removed, and so are the folders of environments that are gone', async (t) => {
  const project = makeProject(t, files);
  await synthesize(project.world, all);
  writeFileSync(join(project.folder, 'dist/notes.txt'), 'mine');
  project.write({ 'dist/stray/readme.txt': 'mine too', 'dist/prod/web/handmade.yaml': 'a: b\n' });
  rmSync(join(project.folder, 'environments/dev.ts'));
  project.write({ 'environments/prod.ts': environment('prod', ['b']) });
  const again = openProject(project.folder);
  const result = await synthesize(again, all);
  assert.deepEqual(result.environments, [{ name: 'prod', objects: 1, written: 1, removed: 2, unchanged: 1 }]);
  assert.deepEqual(result.gone, ['dev']);
  assert.equal(existsSync(join(project.folder, 'dist/dev')), false);
  assert.equal(existsSync(join(project.folder, 'dist/prod/web/handmade.yaml')), false);
  assert.equal(existsSync(join(project.folder, 'dist/stray/readme.txt')), true);
  assert.equal(existsSync(join(project.folder, 'dist/notes.txt')), true);
});

test('an environment that was not asked for keeps its folder', async (t) => {
  const project = makeProject(t, files);
  await synthesize(project.world, all);
  rmSync(join(project.folder, 'environments/dev.ts'));
  const result = await synthesize(openProject(project.folder), { ...all, environments: ['prod'] });
  assert.deepEqual(result.gone, []);
  assert.equal(existsSync(join(project.folder, 'dist/dev')), true);
});

test('nothing is written when any environment has an error, and the errors of all are told', async (t) => {
  const { folder, world } = makeProject(t, {
    ...files,
    'environments/dev.lock.yaml': 'images: {}\n',
    'environments/prod.lock.yaml': 'images: [\n',
    'environments/throws.ts': `throw new Error('no');\n`,
  });
  const result = await synthesize(world, all);
  assert.deepEqual(codes(result), [
    'module-failed environments/throws.ts',
    'image-not-pinned base.ts',
    'lockfile-not-yaml environments/prod.lock.yaml',
  ]);
  assert.equal(result.exit, exitCodes.input);
  assert.equal(existsSync(join(folder, 'dist')), false);
});

test('a folder that holds something else is not taken for a rendered environment', async (t) => {
  const { folder, world } = makeProject(t, { ...files, 'out/dev/thesis.txt': 'years of work' });
  const result = await synthesize(world, { environments: [], out: 'out', cache: true });
  assert.deepEqual(
    result.diagnostics.map(({ code, message }) => [code, message]),
    [['folder-foreign', '`out/dev` holds files, but no rendered environment: they would be deleted']],
  );
  assert.equal(existsSync(join(folder, 'out/dev/thesis.txt')), true);
  assert.equal(existsSync(join(folder, 'out/prod')), false);
});

test('warnings do not keep anything from being written', async (t) => {
  const { folder, world } = makeProject(t, { ...files, 'environments/dev.lock.yaml': `${lock}  redis:7:\n    digest: ${digest}\n` });
  const result = await synthesize(world, { ...all, environments: ['dev'] });
  assert.deepEqual(codes(result), ['pin-unused environments/dev.lock.yaml']);
  assert.equal(result.exit, exitCodes.done);
  assert.equal(existsSync(join(folder, 'dist/dev')), true);
});

test('what has not changed is not compiled again, and what has is', async (t) => {
  const project = makeProject(t, { ...files, 'names.json': '["a"]' });
  project.write({
    'environments/dev.ts': environment('dev', ['a']).replace('["a"]', "JSON.parse(readFileSync('names.json', 'utf8'))"),
  });
  const dev = readFileSync(join(project.folder, 'environments/dev.ts'), 'utf8');
  const names = JSON.stringify(join(project.folder, 'names.json'));
  project.write({ 'environments/dev.ts': `import { readFileSync } from 'node:fs';\n${dev.replace("'names.json'", names)}` });
  await aged();
  const counts = (options: SynthOptions = all): Promise<readonly number[]> => loadedAndWritten(project.folder, options);
  assert.deepEqual(await counts(), [2, 2, 3]);
  assert.deepEqual(await counts(), [0, 0, 0]);
  assert.deepEqual(await counts({ ...all, cache: false }), [2, 0, 0]);
  project.write({ 'names.json': '["b"]' });
  await aged();
  assert.deepEqual(await counts(), [2, 2, 0]);
  assert.deepEqual(await counts(), [0, 0, 0]);
  project.write({ 'environments/prod.lock.yaml': lock.replaceAll('a'.repeat(64), 'b'.repeat(64)) });
  await aged();
  assert.deepEqual(await counts(), [1, 0, 3]);
  rmSync(join(project.folder, 'dist/dev'), { recursive: true });
  assert.deepEqual(await counts(), [1, 2, 0]);
  project.write({
    'base.ts': shop
      .replace("'nginx:1.27'", "input('LOCKSTEP_TEST_IMAGE', z.string().default('nginx:1.27'))")
      .replace('image }', 'image, input }'),
  });
  await aged();
  assert.deepEqual(await counts(), [2, 0, 0]);
  assert.deepEqual(await counts(), [0, 0, 0]);
  process.env['LOCKSTEP_TEST_IMAGE'] = 'nginx:1.27';
  t.after(() => delete process.env['LOCKSTEP_TEST_IMAGE']);
  assert.deepEqual(await counts(), [2, 0, 0]);
  project.write({ 'base.ts': `new Date();\n${shop}` });
  await aged();
  assert.deepEqual(await counts(), [2, 0, 0]);
  assert.deepEqual(await counts(), [2, 0, 0]);
});

/** How many modules of environments were loaded, and how many files were written for each environment. */
async function loadedAndWritten(folder: string, options: SynthOptions = all): Promise<readonly number[]> {
  let loaded = 0;
  const { modules, ...world } = openProject(folder);
  const counting = { ...modules, load: (path: string) => modules.load(path).finally(() => void loaded++) };
  const { environments } = await synthesize({ ...world, modules: counting }, options);
  return [loaded, ...environments.map(({ written }) => written)];
}

test('only what a change touches is loaded and compiled', async (t) => {
  const fleet = `import { defineEnvironment, defineFleet } from 'lockstep';
import { base } from '../base.js';
export default defineFleet({
  clusters: { eu: {}, us: {} },
  environment: ({ id }) => defineEnvironment({ name: \`fleet-\${id}\`, cluster: id, extends: base, values: { web: { names: [id] } } }),
});
`;
  const project = makeProject(t, {
    ...files,
    'environments/fleet.ts': fleet,
    'environments/fleet-eu.lock.yaml': lock,
    'environments/fleet-us.lock.yaml': lock,
    'environments/notes.ts': 'export const nothing = 1;\n',
    'names.ts': `export const names = ['a', 'b'];\n`,
    'environments/prod.ts': environment('prod', [])
      .replace('[]', 'names')
      .replace('import', `import { names } from '../names.js';\nimport`),
  });
  const counts = async (changed: Readonly<Record<string, string>>, options: SynthOptions = all): Promise<readonly number[]> => {
    project.write(changed);
    await aged();
    return loadedAndWritten(project.folder, options);
  };
  assert.deepEqual(await counts({}), [4, 2, 2, 2, 3]);
  assert.deepEqual(await counts({}), [0, 0, 0, 0, 0]);
  // An import of one, a lock of a fleet, a module that exports none, and one that is new.
  assert.deepEqual(await counts({ 'names.ts': `export const names = ['a', 'c'];\n` }), [1, 0, 0, 0, 2]);
  assert.deepEqual(await counts({ 'environments/fleet-us.lock.yaml': `${lock}# checked\n` }), [1, 0, 0, 0, 0]);
  assert.deepEqual(await counts({ 'environments/notes.ts': 'export const nothing = 2;\n' }), [1, 0, 0, 0, 0]);
  assert.deepEqual(await counts({ 'environments/dev.ts': environment('dev', ['z']) }, { ...all, environments: ['prod'] }), [1, 0]);
  assert.deepEqual(await counts({}, { ...all, environments: ['dev'] }), [1, 2]);
  assert.deepEqual(await counts({}), [0, 0, 0, 0, 0]);
});

test('a shard is a part of the environments, of those too that are rendered already', async (t) => {
  const project = makeProject(t, files);
  await aged();
  const shard = async (index: number) => {
    const { environments, gone } = await synthesize(openProject(project.folder), { ...all, shard: { index, count: 3 } });
    return [environments.map(({ name, written }) => [name, written]), gone];
  };
  assert.deepEqual(await shard(1), [[['dev', 2]], []]);
  assert.deepEqual(await shard(1), [[['dev', 0]], []]);
  assert.deepEqual(await shard(2), [[['prod', 3]], []]);
  assert.deepEqual(await shard(3), [[], []]);
});

test('names are judged of all environments, of which only some are loaded', async (t) => {
  const project = makeProject(t, files);
  await aged();
  await synthesize(project.world, all);
  project.write({ 'environments/again.ts': environment('dev', ['q']) });
  assert.deepEqual(codes(await synthesize(openProject(project.folder), all)), ['environment-duplicate environments/dev.ts']);
  rmSync(join(project.folder, 'environments/again.ts'));
  const unknown = await synthesize(openProject(project.folder), { ...all, environments: ['prd'] });
  assert.deepEqual(
    unknown.diagnostics.map(({ code, help }) => [code, help]),
    [['environment-unknown', 'did you mean `prod`?']],
  );
  for (const name of ['dev', 'prod']) rmSync(join(project.folder, `environments/${name}.ts`));
  assert.deepEqual(codes(await synthesize(openProject(project.folder), all)), ['no-environments']);
});

test('what one environment shares with another that is rendered already is an error', async (t) => {
  const project = makeProject(t, files);
  await aged();
  await synthesize(project.world, all);
  const prod = environment('prod', ['a']).replace("cluster: 'prod'", "cluster: 'dev'");
  project.write({ 'environments/prod.ts': prod });
  const result = await synthesize(openProject(project.folder), all);
  assert.deepEqual(codes(result), ['shared-object environments/prod.ts']);
  assert.equal(existsSync(join(project.folder, 'dist/prod/web/pod.core.shop.b.yaml')), true);
  // Each by itself is no mistake; both together are, although both are rendered.
  assert.deepEqual(codes(await synthesize(openProject(project.folder), { ...all, environments: ['prod'] })), []);
  await aged();
  assert.deepEqual(codes(await synthesize(openProject(project.folder), all)), ['shared-object environments/prod.ts']);
});

test('what a chart read for one environment counts for those that come after', async (t) => {
  const remembering = `import { readFileSync } from 'node:fs';
let names: readonly string[] | undefined;
export const remembered = (): readonly string[] => (names ??= JSON.parse(readFileSync(new URL('names.json', import.meta.url), 'utf8')));
`;
  const build = shop
    .replace('of values.names', 'of remembered()')
    .replace('import', `import { remembered } from './remembered.js';\nimport`);
  const project = makeProject(t, { ...files, 'base.ts': build, 'remembered.ts': remembering, 'names.json': '["a"]' });
  await aged();
  assert.deepEqual(await loadedAndWritten(project.folder), [2, 2, 2]);
  assert.deepEqual(await loadedAndWritten(project.folder), [0, 0, 0]);
  project.write({ 'names.json': '["b"]' });
  await aged();
  assert.deepEqual(await loadedAndWritten(project.folder), [2, 2, 2]);
});

test('what one module imports and another reads is looked at for both', async (t) => {
  const reading = `import { readFileSync } from 'node:fs';
import { defineEnvironment } from 'lockstep';
import { base } from '../base.js';
const names = readFileSync(new URL('../names.ts', import.meta.url), 'utf8').includes("'c'") ? ['c'] : ['a'];
export default defineEnvironment({ name: 'reading', cluster: 'reading', extends: base, values: { web: { names } } });
`;
  const project = makeProject(t, {
    ...files,
    'names.ts': `export const names = ['a'];\n`,
    'environments/prod.ts': environment('prod', [])
      .replace('[]', 'names')
      .replace('import', `import { names } from '../names.js';\nimport`),
    'environments/reading.ts': reading,
    'environments/reading.lock.yaml': lock,
  });
  await aged();
  assert.deepEqual(await loadedAndWritten(project.folder), [3, 2, 2, 2]);
  assert.deepEqual(await loadedAndWritten(project.folder), [0, 0, 0, 0]);
  project.write({ 'names.ts': `export const names = ['c'];\n` });
  await aged();
  // What is read may be told to all.
  assert.deepEqual(await loadedAndWritten(project.folder), [3, 0, 2, 2]);
});

test('what says which files imports stand for is looked at: what a tsconfig.json extends, and the manifests of packages of the project', async (t) => {
  const project = makeProject(t, {
    ...files,
    'tsconfig.json': '{ "extends": "./config/base" }',
    'config/base.json': '{ "compilerOptions": { "paths": { "names": ["../one.ts"] } } }',
    'one.ts': `export const names = ['a'];\n`,
    'other.ts': `export const names = ['b'];\n`,
    'lib/package.json': '{ "name": "lib", "type": "module", "exports": "./one.js" }',
    'lib/one.js': `export const more = ['c'];\n`,
    'lib/other.js': `export const more = ['d'];\n`,
    'environments/prod.ts': environment('prod', [])
      .replace('[]', '[...names, ...more]')
      .replace('import', `import { names } from 'names';\nimport { more } from 'lib';\nimport`),
  });
  symlinkSync(join(project.folder, 'lib'), join(project.folder, 'node_modules', 'lib'));
  const counts = async (changed: Readonly<Record<string, string>>): Promise<readonly number[]> => {
    project.write(changed);
    await aged();
    return loadedAndWritten(project.folder);
  };
  assert.deepEqual(await counts({}), [2, 2, 3]);
  assert.deepEqual(await counts({}), [0, 0, 0]);
  assert.deepEqual(await counts({ 'config/base.json': '{ "compilerOptions": { "paths": { "names": ["../other.ts"] } } }' }), [2, 0, 2]);
  assert.deepEqual(await counts({}), [0, 0, 0]);
  // What it says by now only another process finds out: this one has read it.
  assert.deepEqual((await counts({ 'lib/package.json': '{ "name": "lib", "type": "module", "exports": "./other.js" }' }))[0], 1);
});

/** A file that was written in this moment may be written again in it: only an older one is relied on. */
const aged = (): Promise<unknown> => new Promise((done) => setTimeout(done, 50));

test('the sample of this repository is without errors and warnings', async (t) => {
  const project = makeProject(t, {});
  copyInto(project, 'environments', 'environments');
  copyInto(project, 'charts', 'charts');
  const result = await synthesize(project.world, all);
  assert.deepEqual(result.diagnostics, []);
  assert.deepEqual(
    result.environments.map(({ name }) => name),
    ['dev', 'prod-ap', 'prod-eu', 'prod-us', 'staging'],
  );
});

test('an object of two environments of one cluster is an error, and nothing is written', async (t) => {
  const twin = environment('twin', ['a', 'c']).replace("cluster: 'twin'", "cluster: 'dev'");
  const { folder, world } = makeProject(t, { ...files, 'environments/twin.ts': twin, 'environments/twin.lock.yaml': lock });
  const result = await synthesize(world, all);
  assert.deepEqual(
    result.diagnostics.map(({ code, message }) => [code, message]),
    [['shared-object', '`Pod/shop/a` is made twice in the cluster `dev`: by `web/a` in `dev` and by `web/a` in `twin`']],
  );
  assert.equal(existsSync(join(folder, 'dist')), false);
  assert.deepEqual((await synthesize(world, { ...all, environments: ['twin'] })).diagnostics, []);
});
