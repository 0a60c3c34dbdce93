import assert from 'node:assert/strict';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadEnvironments, selectEnvironments } from '../../src/commands/load.ts';
import { openFiles } from '../../src/io/files.ts';
import type { Diagnostic } from '../../src/model/diagnostic.ts';
import { makeProject } from '../support/project.ts';

const base = `import { defineBase } from 'lockstep';\nexport const base = defineBase({ kubernetes: '1.35' });\n`;

/** The module of an environment that extends `base`. */
function environment(name: string): string {
  return [
    `import { defineEnvironment } from 'lockstep';`,
    `import { base } from './base.js';`,
    `export default defineEnvironment({ name: '${name}', cluster: 'c', extends: base });`,
    '',
  ].join('\n');
}

/** A diagnostic as one line: code, place, message. */
function line({ code, at, message }: Diagnostic): string {
  return `${code} ${[at.file, at.line, at.column].filter((part) => part !== undefined).join(':')} ${message}`;
}

test('environments are the default exports of the modules in environments: one, many, or a fleet, in any of the endings', async (t) => {
  const { world } = makeProject(t, {
    'environments/base.ts': base,
    'environments/one.ts': environment('one'),
    'environments/two.mts': environment('two'),
    'environments/three.js': environment('three'),
    'environments/fleet.ts': `import { defineEnvironment, defineFleet } from 'lockstep';
import { base } from './base.js';
export const fleet = defineFleet({
  clusters: { eu: { n: 1 }, us: { n: 2 } },
  environment: ({ id, n }) => defineEnvironment({ name: \`fleet-\${id}-\${n}\`, cluster: id, extends: base }),
});
export default fleet;
`,
    'environments/one.test.ts': `throw new Error('a test is no environment');`,
    'environments/types.d.ts': `export type A = string;`,
    'environments/one.lock.yaml': 'images: {}\n',
    'environments/below/other.ts': `throw new Error('not at the top');`,
  });
  const { value, diagnostics } = await loadEnvironments(world);
  assert.deepEqual(diagnostics, []);
  assert.deepEqual(
    value.map(({ environment, file }) => [environment.name, environment.cluster, file]),
    [
      ['fleet-eu-1', 'eu', 'environments/fleet.ts'],
      ['fleet-us-2', 'us', 'environments/fleet.ts'],
      ['one', 'c', 'environments/one.ts'],
      ['three', 'c', 'environments/three.js'],
      ['two', 'c', 'environments/two.mts'],
    ],
  );
});

test('modules that cannot be loaded are all told at once, with the line that threw; the others are loaded', async (t) => {
  const { world } = makeProject(t, {
    'charts/web.ts': `interface Web {\n  readonly a: string;\n}\n\nexport const web = (given: Web): string => {\n  throw new Error(\`no \${given.a}\`);\n};\n`,
    'environments/base.ts': base,
    'environments/good.ts': environment('good'),
    'environments/throws.ts': `import { web } from '../charts/web.js';\nexport default web({ a: 'luck' });\n`,
    'environments/syntax.ts': `export const a: number = 1;\nexport default 1 +;\n`,
    'environments/missing.ts': `import { b } from './nowhere.js';\nexport default b;\n`,
    'environments/package.ts': `import { b } from 'no-such-package';\nexport default b;\n`,
    'environments/unexported.ts': `import { bass } from './base.js';\nexport default bass;\n`,
  });
  const { value, diagnostics } = await loadEnvironments(world);
  assert.deepEqual(
    value.map(({ environment }) => environment.name),
    ['good'],
  );
  assert.deepEqual(diagnostics.map(line), [
    `module-failed environments/missing.ts the module cannot be loaded: Cannot find module 'environments/nowhere.js' imported from environments/missing.ts`,
    `module-failed environments/package.ts the module cannot be loaded: Cannot find package 'no-such-package' imported from environments/package.ts`,
    `module-failed environments/syntax.ts:2:19 the module cannot be loaded: Unexpected ";"`,
    `module-failed charts/web.ts:6:9 the module cannot be loaded: no luck`,
    `module-failed environments/unexported.ts:1 the module cannot be loaded: The requested module './base.js' does not provide an export named 'bass'`,
  ]);
});

test('a module that tells a secret when it throws is told without it', async (t) => {
  const { world } = makeProject(t, { 'environments/x.ts': `throw new Error('no answer from redis://shop:' + 'x7k2Lm9Qp4@cache');\n` });
  const { diagnostics } = await loadEnvironments(world);
  assert.deepEqual(diagnostics.map(line), [
    'module-failed environments/x.ts:1:7 the module cannot be loaded: no answer from redis://shop:…@cache',
  ]);
});

test('a base that throws is told once, however many environments stand on it', async (t) => {
  const { world } = makeProject(t, {
    'environments/base.ts': `throw new Error('no ground');\nexport const base = undefined as never;\n`,
    'environments/a.ts': environment('a'),
    'environments/b.ts': environment('b'),
  });
  const { diagnostics } = await loadEnvironments(world);
  assert.deepEqual(diagnostics.map(line), ['module-failed environments/base.ts:1:7 the module cannot be loaded: no ground']);
});

test('bases that import each other are told as the circle that they are', async (t) => {
  const layer = (from: string, own: string) =>
    `import { defineBase } from 'lockstep';\nimport { ${from} } from './${from}.js';\nexport const ${own} = defineBase({ extends: ${from} });\n`;
  const { world } = makeProject(t, {
    'environments/one.ts': layer('two', 'one'),
    'environments/two.ts': layer('three', 'two'),
    'environments/three.ts': layer('one', 'three'),
    'environments/prod.ts': `import { defineEnvironment } from 'lockstep';\nimport { one } from './one.js';\nexport default defineEnvironment({ name: 'prod', cluster: 'c', extends: one });\n`,
  });
  const { diagnostics } = await loadEnvironments(world);
  const codes = new Set(diagnostics.map(({ code }) => code));
  assert.deepEqual([...codes], ['inheritance-cycle']);
  assert.match(
    diagnostics[0]?.message ?? '',
    /^modules import each other in a circle: `environments\/\w+\.ts` → `environments\/\w+\.ts` → `environments\/\w+\.ts` → `environments\/\w+\.ts`$/,
  );
});

test('using a constant too early in one module is no circle', async (t) => {
  const { world } = makeProject(t, { 'environments/early.ts': `export const a = () => b;\na();\nconst b = 1;\n` });
  const { diagnostics } = await loadEnvironments(world);
  assert.deepEqual(diagnostics.map(line), [
    `module-failed environments/early.ts:1:24 the module cannot be loaded: Cannot access 'b' before initialization`,
  ]);
});

test('what would silently not be rendered is an error: named exports, plain objects, names that cannot be, and two of one name', async (t) => {
  const { world } = makeProject(t, {
    'environments/base.ts': `${base}export default base;\n`,
    'environments/a.ts': environment('same'),
    'environments/b.ts': environment('same'),
    'environments/named.ts': environment('named').replace('export default', 'export const prod ='),
    'environments/plain.ts': `export default { name: 'plain', cluster: 'c' };\n`,
    'environments/list.ts': `import { base } from './base.js';\nexport default [base, 42];\n`,
    'environments/next.ts': environment('prod-next'),
    'environments/upper.ts': environment('Prod'),
    'environments/long.ts': environment('x'.repeat(51)),
    'environments/again.ts': `export { default } from './a.js';\n`,
  });
  const { value, diagnostics } = await loadEnvironments(world);
  // What is named after it would land elsewhere.
  assert.deepEqual(
    value.map(({ environment }) => environment.name),
    ['same'],
  );
  assert.deepEqual(diagnostics.map(line), [
    'environment-duplicate environments/b.ts two environments have the name `same`: in `environments/a.ts` and in `environments/b.ts`',
    'export-invalid environments/list.ts the default export holds something that is no environment',
    `environment-name environments/long.ts \`${'x'.repeat(51)}\` cannot be the name of an environment`,
    'environment-name environments/next.ts `prod-next` cannot be the name of an environment: it ends in `-next`',
    'export-invalid environments/plain.ts the default export holds something that is no environment',
    'environment-name environments/upper.ts `Prod` cannot be the name of an environment',
    'environment-not-default environments/named.ts the environment `prod` is exported, but not by default: it would not be rendered',
  ]);
});

test('a project that is no ES module, and one without environments, are told what to write', async (t) => {
  const common = makeProject(t, { 'package.json': '{ "name": "old" }', 'environments/a.ts': '' });
  assert.deepEqual((await loadEnvironments(common.world)).diagnostics.map(line), [
    'project-not-module package.json the project is no ES module',
  ]);
  const folder = join(common.folder, 'charts/web');
  mkdirSync(folder, { recursive: true });
  const below = await loadEnvironments({ ...common.world, files: openFiles(folder) });
  assert.deepEqual(below.diagnostics.map(line), ['project-not-module package.json there is no project here: no `package.json`']);
  assert.equal(below.diagnostics[0]?.help, 'run it in `../..`: the nearest project above is there');
  rmSync(join(common.folder, 'environments'), { recursive: true });
  const nowhere = await loadEnvironments({ ...common.world, files: openFiles(folder) });
  assert.match(nowhere.diagnostics[0]?.help ?? '', /^run it in the folder of the project/);
  const empty = makeProject(t, {});
  assert.deepEqual((await loadEnvironments(empty.world)).diagnostics.map(line), [
    'no-environments  no module in `environments/` exports an environment',
  ]);
});

test('environments are selected by name, and a typo gets a suggestion', async (t) => {
  const { world } = makeProject(t, {
    'environments/base.ts': base,
    'environments/prod.ts': environment('prod'),
    'environments/dev.ts': environment('dev'),
  });
  const loaded = await loadEnvironments(world);
  const names = (selection: readonly string[]) => selectEnvironments(loaded, selection).value.map(({ environment }) => environment.name);
  assert.deepEqual(names([]), ['dev', 'prod']);
  assert.deepEqual(names(['prod', 'prod']), ['prod']);
  const { diagnostics } = selectEnvironments(loaded, ['prdo', 'staging']);
  assert.deepEqual(
    diagnostics.map(({ code, message, help }) => [code, message, help]),
    [
      ['environment-unknown', 'there is no environment `prdo`', 'did you mean `prod`?'],
      ['environment-unknown', 'there is no environment `staging`', 'there are `dev`, `prod`'],
    ],
  );
});
