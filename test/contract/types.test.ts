import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { openTypeChecker } from '../../src/io/types.ts';
import { exitCodes, Failure } from '../../src/model/failure.ts';
import { eventually } from '../e2e/eventually.ts';
import { makeProject } from '../support/project.ts';

/** The real TypeScript, on projects that are small enough not to take long. */
const config = '{ "compilerOptions": { "strict": true, "noEmit": true, "types": [], "lib": ["es2023"] }, "include": ["*.ts"] }';
const right = 'export const one: number = 1;\n';
const wrong = `export const one: number = 'one';\n`;
const never = new AbortController().signal;

function projectOf(t: TestContext, files: Readonly<Record<string, string>>) {
  const project = makeProject(t, files);
  return { ...project, check: () => project.world.types.check(never) };
}

test('what is right gives no words, what is wrong gives a line for each mistake, each time and until it is mended', async (t) => {
  const { check, write } = projectOf(t, { 'tsconfig.json': config, 'a.ts': right, 'b.ts': right });
  assert.deepEqual(await check(), { ok: true, text: '' });
  write({ 'b.ts': wrong });
  const said = { ok: true, text: "b.ts(1,14): error TS2322: Type 'string' is not assignable to type 'number'.\n" };
  assert.deepEqual(await check(), said);
  assert.deepEqual(await check(), said);
  write({ 'b.ts': right, 'a.ts': "import { one } from './b.js';\nexport const two: string = one;\n" });
  assert.match(JSON.stringify(await check()), /"a\.ts\(2,14\): error TS2322/);
  write({ 'b.ts': `export const one: string = 'one';\n` });
  assert.deepEqual(await check(), { ok: true, text: '' });
});

test('settings that are wrong are told, too', async (t) => {
  const { check } = projectOf(t, { 'tsconfig.json': config.replace('"strict"', '"strickt"'), 'a.ts': right });
  assert.match(JSON.stringify(await check()), /error TS5023/);
});

test('without settings, or without TypeScript, nothing is checked', async (t) => {
  const { check, write, folder } = projectOf(t, { 'a.ts': wrong });
  assert.deepEqual(await check(), { ok: false, missing: 'tsconfig.json' });
  write({ 'tsconfig.json': config });
  rmSync(join(folder, 'node_modules/typescript'));
  assert.deepEqual(await check(), { ok: false, missing: 'typescript' });
});

test('a program that ends without a word about types is a failure', async (t) => {
  const { folder, write } = makeProject(t, { 'tsconfig.json': config });
  rmSync(join(folder, 'node_modules/typescript'));
  write({
    'node_modules/typescript/package.json': '{ "name": "typescript", "bin": { "tsc": "./tsc.js" } }',
    'node_modules/typescript/tsc.js': 'console.error("out of memory"); process.exit(134);',
  });
  const checker = openTypeChecker({ folder, memory: join(folder, 'memory'), node: process.execPath, env: process.env });
  await assert.rejects(checker.check(never), (thrown) => {
    assert.ok(thrown instanceof Failure);
    assert.deepEqual([thrown.code, thrown.exit], ['types-failed', exitCodes.world]);
    assert.match(thrown.message, /out of memory/);
    return true;
  });
});

test('an abort ends the program with all that it started', async (t) => {
  const { folder, write } = makeProject(t, { 'tsconfig.json': config });
  rmSync(join(folder, 'node_modules/typescript'));
  const pidFile = join(folder, 'pid');
  writeFileSync(pidFile, '');
  // As the real one does: it starts another program, and waits for it.
  const grandchild = `require('node:fs').writeFileSync(${JSON.stringify(pidFile)}, String(process.pid)); setInterval(() => {}, 1000);`;
  write({
    'node_modules/typescript/package.json': '{ "name": "typescript", "type": "commonjs", "bin": { "tsc": "./tsc.js" } }',
    'node_modules/typescript/tsc.js': `require('node:child_process').execFileSync(process.execPath, ['-e', ${JSON.stringify(grandchild)}]);`,
  });
  const interrupt = new AbortController();
  const checker = openTypeChecker({ folder, memory: join(folder, 'memory'), node: process.execPath, env: process.env });
  const checking = checker.check(interrupt.signal);
  const pid = await eventually('the program', async () => Number(readFileSync(pidFile, 'utf8')) || undefined);
  interrupt.abort();
  await assert.rejects(checking, (thrown) => thrown instanceof Failure && thrown.exit === exitCodes.interrupted);
  await eventually('its end', async () => (isRunning(pid) ? undefined : true));
  await assert.rejects(checker.check(interrupt.signal), (thrown) => thrown instanceof Failure && thrown.code === 'interrupted');
});

/** A package that others can only use when they have the same copy. */
const inner = (folder: string, version: string) => ({
  [`${folder}/package.json`]: `{ "name": "inner", "version": "${version}", "types": "index.d.ts" }`,
  [`${folder}/index.d.ts`]: 'export declare class Inner { private host; }\n',
});

test('what was found is forgotten when other packages are installed', async (t) => {
  const { check, write, folder } = projectOf(t, {
    'tsconfig.json': config.replace('{ "strict"', '{ "module": "nodenext", "strict"'),
    'a.ts': "import { take } from 'middle';\nimport type { Inner } from 'inner';\nexport const act = (one: Inner): void => take(one);\n",
  });
  write({
    ...inner('node_modules/inner', '1.0.0'),
    ...inner('node_modules/middle/node_modules/inner', '2.0.0'),
    'node_modules/middle/package.json': '{ "name": "middle", "version": "1.0.0", "types": "index.d.ts" }',
    'node_modules/middle/index.d.ts': "import type { Inner } from 'inner';\nexport declare function take(one: Inner): void;\n",
  });
  assert.match(JSON.stringify(await check()), /error TS2345/);
  rmSync(join(folder, 'node_modules/middle/node_modules'), { recursive: true });
  write({ 'node_modules/.package-lock.json': '{}' });
  assert.deepEqual(await check(), { ok: true, text: '' });
});

test('where nothing can be kept, types are checked all the same', async (t) => {
  const { folder } = makeProject(t, { 'tsconfig.json': config, 'a.ts': right, 'b.ts': wrong });
  const checker = openTypeChecker({ folder, memory: join(folder, 'a.ts/memory'), node: process.execPath, env: process.env });
  assert.match(JSON.stringify(await checker.check(never)), /"b\.ts\(1,14\): error TS2322/);
});

/** A package in the place of TypeScript that tells its arguments, as the message of an error. */
const telling = (version: string) => ({
  'node_modules/typescript/package.json': `{ "name": "typescript", "type": "commonjs", "version": "${version}", "bin": { "tsc": "./tsc.js" } }`,
  'node_modules/typescript/tsc.js': `console.log('error TS1: ' + process.argv.slice(2).join(' ') + ' ' + process.env.GOGC);`,
});
const versions: readonly (readonly [string, RegExp])[] = [
  ['5.9.3', /error TS1: --project \S+ --noEmit .* undefined\n/],
  ['7.1.0', /error TS1: --checkers 1 --project .* 400\n/],
];
for (const [version, expected] of versions) {
  test(`TypeScript ${version} gets the options that it knows, from its script where the program is not beside it`, async (t) => {
    const { folder, write, world } = makeProject(t, { 'tsconfig.json': config });
    for (const name of ['typescript', '@typescript']) rmSync(join(folder, 'node_modules', name));
    write(telling(version));
    const found = await world.types.check(never);
    assert.match(found.ok ? found.text : found.missing, expected);
  });
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
