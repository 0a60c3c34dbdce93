import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type CheckResult, checkProject } from '../../src/commands/check.ts';
import { withTypes } from '../../src/commands/types.ts';
import type { Diagnostic } from '../../src/model/diagnostic.ts';
import { exitCodes, Failure } from '../../src/model/failure.ts';
import { fakeTypes } from '../fakes/types.ts';
import { runCommand } from '../support/command.ts';
import { makeProject } from '../support/project.ts';

const environment = (name: string, build = '') => `import { ApiObject } from 'cdk8s';
import { defineChart, defineEnvironment } from 'lockstep';
import { z } from 'zod';
const chart = defineChart({ namespace: 'default', values: z.object({}), build(chart) { ${build} } });
export default defineEnvironment({ name: '${name}', cluster: 'c', kubernetes: '1.35', charts: { chart } });
`;
const object = "new ApiObject(chart, 'a', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: 'default', name: 'a' } });";
const right = { 'environments/dev.ts': environment('dev', object), 'environments/prod.ts': environment('prod') };
const wrong = {
  'environments/dev.ts': environment('dev', "throw new Error('the moon is full');"),
  'environments/prod.ts': environment('prod'),
};
const never = new AbortController().signal;

const codes = ({ diagnostics }: CheckResult) => diagnostics.map(({ code }) => code);

test('what is right is one line with the next command, and nothing is written', async (t) => {
  const { folder, world } = makeProject(t, right);
  const { exit, out, said } = await runCommand({ ...world, types: fakeTypes() }, ['check']);
  assert.deepEqual([exit, out, said], [exitCodes.done, '', 'no errors in dev, prod (1 object); next: lockstep synth']);
  assert.equal(existsSync(join(folder, 'dist')), false);
});

test('the next command is for what was checked', async (t) => {
  const { world } = makeProject(t, right);
  for (const [args, next] of [
    [['prod'], 'lockstep synth prod'],
    [['prod', 'dev'], 'lockstep synth prod dev'],
    [['--shard', '1/1'], 'lockstep synth --shard 1/1'],
  ] as const) {
    const { said } = await runCommand({ ...world, types: fakeTypes() }, ['check', ...args]);
    assert.equal(said.split('next: ')[1], next);
  }
});

test('errors of environments and of types stand in one list, and the exit says so', async (t) => {
  const { world } = makeProject(t, wrong);
  const types = fakeTypes({ ok: true, text: 'charts/a.ts(1,2): error TS2322: No.\n' });
  const { exit, said } = await runCommand({ ...world, types }, ['check']);
  assert.equal(exit, exitCodes.input);
  assert.match(said, /^error\[type-error\]: TS2322: No\n {2}at charts\/a\.ts:1:2\nerror\[chart-failed\]: .*the moon is full/);
  assert.match(said, /2 errors\n`lockstep explain chart-failed` tells more$/);
});

test('types alone are reason enough to fail', async (t) => {
  const { world } = makeProject(t, right);
  const types = fakeTypes({ ok: true, text: 'charts/a.ts(1,2): error TS2322: No.\n' });
  const { exit, said } = await runCommand({ ...world, types }, ['check', 'prod']);
  assert.deepEqual([exit, said.split('\n').at(-2)], [exitCodes.input, '1 error']);
});

test('what the project lacks for a check of its types is a note, no error', async (t) => {
  const { world } = makeProject(t, right);
  for (const missing of ['typescript', 'tsconfig.json'] as const) {
    const { exit, said } = await runCommand({ ...world, types: fakeTypes({ ok: false, missing }) }, ['check']);
    assert.equal(exit, exitCodes.done);
    assert.match(said, new RegExp(`^note\\[types-unchecked\\]: types are not checked: the project has no \`${missing}\`\n  help: `));
    assert.match(said, /1 note\nno errors in dev, prod/);
  }
});

test('only the environments that are named are checked, and an unknown one is an error', async (t) => {
  const { world } = makeProject(t, wrong);
  const checked = (...environments: readonly string[]) => checkProject({ ...world, types: fakeTypes() }, { names: environments }, never);
  assert.deepEqual(await checked('prod'), { environments: [{ name: 'prod', objects: 0 }], diagnostics: [], exit: exitCodes.done });
  assert.deepEqual(codes(await checked('prdo')), ['environment-unknown']);
});

test('as JSON it is everything that was found', async (t) => {
  const { world } = makeProject(t, wrong);
  const { exit, out, said } = await runCommand({ ...world, types: fakeTypes() }, ['check', '--output', 'json']);
  const result = JSON.parse(out) as CheckResult;
  assert.deepEqual([exit, said, result.exit, codes(result)], [exitCodes.input, '', exitCodes.input, ['chart-failed']]);
  assert.deepEqual(result.environments, [{ name: 'prod', objects: 0 }]);
});

test('an interruption ends it', async (t) => {
  const { world } = makeProject(t, right);
  await assert.rejects(
    checkProject({ ...world, types: fakeTypes() }, { names: [] }, AbortSignal.abort()),
    (thrown) => thrown instanceof Failure && thrown.exit === exitCodes.interrupted,
  );
});

test('the real TypeScript and the loader tell a mistake once', async (t) => {
  const config =
    '{ "compilerOptions": { "module": "nodenext", "noEmit": true, "types": [], "lib": ["es2023"] }, "files": ["environments/dev.ts"] }';
  const project = makeProject(t, { 'tsconfig.json': config, 'environments/dev.ts': "import './none.js';\nexport {};\n" });
  const { diagnostics } = await checkProject(project.world, { names: [] }, never);
  assert.deepEqual(
    diagnostics.map(({ code, at }) => [code, at]),
    [['module-failed', { file: 'environments/dev.ts', line: 1, column: 8 }]],
  );
});

test('a secret that TypeScript quotes is not told', () => {
  const token = `AKIA${'QWERTZUIOP234567'}`;
  const text = `a.ts(1,1): error TS2322: Type '"${token}"' is not assignable to type 'number'.`;
  const [error] = withTypes([], { ok: true, text });
  assert.equal(error?.message.includes(token), false);
  assert.match(error?.message ?? '', /is not assignable to type 'number'$/);
});

const failed = (message: string, line?: number): Diagnostic => ({
  code: 'module-failed',
  severity: 'error',
  message: `the module cannot be loaded: ${message}`,
  at: { file: 'a.ts', ...(line === undefined ? {} : { line, column: 3 }) },
});
const said: readonly (readonly [string, Diagnostic, string, readonly string[]])[] = [
  ['the same line', failed('Unexpected ")"', 4), 'a.ts(4,9): error TS1005: No.', ['module-failed a.ts:4:3']],
  ['another line', failed('Unexpected ")"', 4), 'a.ts(5,9): error TS1005: No.', ['module-failed a.ts:4:3', 'type-error a.ts:5:9']],
  ['another file', failed('Unexpected ")"', 4), 'b.ts(4,9): error TS1005: No.', ['module-failed a.ts:4:3', 'type-error b.ts:4:9']],
  [
    'a module that is not there',
    failed("Cannot find module 'charts/none.js' imported from a.ts"),
    "a.ts(2,1): error TS2307: Cannot find module '../charts/none.js' or its types.\na.ts(3,1): error TS2307: Cannot find module 'other'.",
    ['module-failed a.ts:2:1', 'type-error a.ts:3:1'],
  ],
  [
    'a package that is not there',
    failed("Cannot find package 'none' imported from a.ts"),
    "a.ts(2,1): error TS2307: Cannot find module 'none' or its types.",
    ['module-failed a.ts:2:1'],
  ],
  [
    'a failure without a line',
    failed('the moon is full'),
    "a.ts(2,1): error TS2307: Cannot find module 'x'.",
    ['module-failed a.ts', 'type-error a.ts:2:1'],
  ],
];
for (const [title, found, text, expected] of said) {
  test(`what loading tells, and what types say: ${title}`, () => {
    assert.deepEqual(
      withTypes([found], { ok: true, text }).map(
        ({ code, at }) => `${code} ${[at.file, at.line, at.column].filter((part) => part !== undefined).join(':')}`,
      ),
      expected,
    );
  });
}
