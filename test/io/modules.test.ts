import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';
import { ApiObject } from 'cdk8s';
import { openModules } from '../../src/io/modules.ts';
import { makeProject } from '../support/project.ts';

test('TypeScript is loaded as it is, and modules share what they import', async (t) => {
  const { world } = makeProject(t, {
    'shared.ts': `export enum Size { Small = 1 }\nexport const made: unknown = { size: Size.Small };\n`,
    'a.ts': `import { made } from './shared.js';\nexport default made;\n`,
    'b.mts': `import { made } from './shared.ts';\nexport default made;\n`,
  });
  const [a, b] = await Promise.all([world.modules.load('a.ts'), world.modules.load('b.mts')]);
  assert.ok(a.ok && b.ok);
  assert.deepEqual(a.exports['default'], { size: 1 });
  assert.equal(a.exports['default'], b.exports['default']);
});

test('the modules that a module was loaded with are told, also those that another one had loaded before', async (t) => {
  const { folder, world } = makeProject(t, {
    'shared.ts': `export const a = 1;\n`,
    'alone.ts': `export const b = 1;\n`,
    'one.ts': `export * from './shared.js';\nimport { z } from 'zod';\nexport default z;\n`,
    'other.ts': `export * from './one.js';\nawait import('./alone.js');\n`,
  });
  await world.modules.load('one.ts');
  await world.modules.load('other.ts');
  const graphOf = (path: string): readonly string[] => [...world.modules.graph(path)].sort();
  assert.deepEqual(
    graphOf('one.ts'),
    ['one.ts', 'shared.ts'].map((path) => join(folder, path)),
  );
  assert.deepEqual(
    graphOf('other.ts'),
    ['alone.ts', 'one.ts', 'other.ts', 'shared.ts'].map((path) => join(folder, path)),
  );
});

test('there is one copy of cdk8s', async (t) => {
  const { world } = makeProject(t, { 'a.ts': `export { ApiObject as default } from 'cdk8s';\n` });
  const loaded = await world.modules.load('a.ts');
  assert.ok(loaded.ok);
  assert.equal(loaded.exports['default'], ApiObject);
});

test('the constructs of Kubernetes are loaded first where the project says that it uses them, and nowhere else', async (t) => {
  const manifest = (dependencies: object): string => JSON.stringify({ name: 'project', type: 'module', dependencies });
  const isLoaded = (): boolean =>
    Object.keys(createRequire(import.meta.url).cache).some((path) => path.includes(join('node_modules', 'cdk8s-plus-28', 'lib')));
  const without = makeProject(t, { 'package.json': manifest({ cdk8s: '*' }) });
  await openModules(without.folder).ready();
  assert.equal(isLoaded(), false);
  const using = makeProject(t, { 'package.json': manifest({ 'cdk8s-plus-28': '*' }) });
  await openModules(using.folder).ready();
  assert.equal(isLoaded(), true);
});

test('a module imports of a package in CommonJS what Node would give it', async (t) => {
  const names = ['constructs', 'cdk8s', 'cdk8s-plus-28'];
  const { folder, world } = makeProject(t, {
    'package.json': JSON.stringify({ name: 'project', type: 'module', dependencies: { 'cdk8s-plus-28': '*' } }),
    'a.ts': names.map((name, i) => `export * as all${i} from '${name}';\nexport { default as whole${i} } from '${name}';\n`).join(''),
    'native.mjs': names
      .map((name, i) => `import * as all${i} from '${name}';\nconsole.log(JSON.stringify(Object.keys(all${i})));\n`)
      .join(''),
  });
  const loaded = await world.modules.load('a.ts');
  assert.ok(loaded.ok);
  const native = execFileSync(process.execPath, [join(folder, 'native.mjs')], { encoding: 'utf8' })
    .trimEnd()
    .split('\n');
  assert.equal(native.length, names.length);
  for (const [i, name] of names.entries()) {
    const whole = createRequire(join(folder, 'package.json'))(name) as Readonly<Record<string, unknown>>;
    assert.equal(loaded.exports[`whole${i}`], whole);
    const given = loaded.exports[`all${i}`] as Readonly<Record<string, unknown>>;
    const exported = (JSON.parse(native[i] ?? '') as readonly string[]).filter((key) => key !== 'default' && key !== 'module.exports');
    assert.ok(exported.length > 3);
    for (const key of exported) assert.equal(given[key], whole[key], key);
  }
});

test('another opening loads a module again, as it is by then', async (t) => {
  const project = makeProject(t, { 'a.ts': 'export default 1;\n' });
  const first = await project.world.modules.load('a.ts');
  project.write({ 'a.ts': 'export default 2;\n' });
  const second = await project.world.modules.fresh().load('a.ts');
  assert.ok(first.ok && second.ok);
  assert.deepEqual([first.exports['default'], second.exports['default']], [1, 2]);
});

test('what a module throws is told, not thrown, and its stack names the line that the author wrote', async (t) => {
  const { world } = makeProject(t, {
    'a.ts': `interface Long {\n  readonly a: string;\n}\nexport const f = (given: Long): string => {\n  throw new TypeError(given.a);\n};\nexport default f({ a: 'no' });\n`,
  });
  const loaded = await world.modules.load('a.ts');
  assert.ok(!loaded.ok && loaded.thrown instanceof TypeError);
  assert.match(loaded.thrown.stack ?? '', new RegExp(`at f \\(${world.modules.root}/a\\.ts:5:9\\)`));
});
