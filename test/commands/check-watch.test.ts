import assert from 'node:assert/strict';
import { createInterface } from 'node:readline';
import { PassThrough } from 'node:stream';
import { type TestContext, test } from 'node:test';
import { systemClock } from '../../src/io/clock.ts';
import { exitCodes } from '../../src/model/failure.ts';
import { eventually } from '../e2e/eventually.ts';
import { fakeTypes } from '../fakes/types.ts';
import { type FakeChanges, type FakeWorker, fakeChanges, fakeWorker } from '../fakes/watching.ts';
import { type Ended, runCommand } from '../support/command.ts';
import { makeProject, openProject } from '../support/project.ts';

/** Lets what was answered be shown. */
const shown = (): Promise<unknown> => new Promise((done) => setTimeout(done, 100));

/** A watch that runs, with all workers that it started. */
interface Watch {
  readonly changes: FakeChanges;
  readonly workers: readonly FakeWorker[];
  /** The worker that is asked now, once there is one. */
  asked(): Promise<FakeWorker>;
  interrupt(): Promise<Ended>;
}

function watch(t: TestContext, ...args: readonly string[]): Watch {
  const interrupt = new AbortController();
  const workers: FakeWorker[] = [];
  const changes = fakeChanges(interrupt.signal);
  const world = {
    clock: systemClock,
    types: fakeTypes(),
    changes: () => changes,
    worker: () => {
      const worker = fakeWorker();
      workers.push(worker);
      return worker;
    },
  };
  const ended = runCommand(world, ['check', '--watch', ...args], interrupt.signal);
  t.after(() => interrupt.abort());
  return {
    changes,
    workers,
    asked: () => eventually('a worker that is asked', async () => workers.find(({ isAsked, hasEnded }) => isAsked && !hasEnded)),
    async interrupt() {
      await shown();
      interrupt.abort();
      return ended;
    },
  };
}

const compiled = (objects: number, diagnostics: readonly object[] = []) =>
  `${JSON.stringify({ environments: [{ name: 'dev', objects }], diagnostics, looked: ['/shop/lib/names.ts'] })}\n`;
const wrong = { code: 'name-invalid', severity: 'error', message: 'no', at: {} };

test('every change is a new look by a new worker, which was started before', async (t) => {
  const { changes, workers, asked, interrupt } = watch(t);
  (await asked()).answer(compiled(1));
  await shown();
  assert.deepEqual(
    workers.map(({ isAsked }) => isAsked),
    [true, false],
  );
  changes.change('charts/web.ts');
  await shown();
  (await asked()).answer(compiled(2, [wrong]));
  const { exit, said, out } = await interrupt();
  assert.equal(exit, exitCodes.interrupted);
  assert.equal(out, '');
  assert.match(
    said,
    /^no errors in dev \(1 object\).*\n\d\d:\d\d:\d\d, in \d+ ms; waiting for the next change\nerror\[name-invalid\]: no\n1 error\n.*tells more\n\d\d:\d\d:\d\d after a change of charts\/web\.ts, in /,
  );
  assert.deepEqual(changes.followed, ['/shop/lib/names.ts', '/shop/lib/names.ts']);
  assert.ok(changes.isClosed);
  assert.ok(workers.every(({ hasEnded }) => hasEnded));
});

test('as JSON every look is a document on a line', async (t) => {
  const { changes, asked, interrupt } = watch(t, '--output', 'json');
  (await asked()).answer(compiled(1));
  await shown();
  changes.change('a.ts');
  await shown();
  (await asked()).answer(compiled(2, [wrong]));
  const { out, said } = await interrupt();
  const documents = out.split('\n').map((line) => JSON.parse(line));
  assert.deepEqual(
    documents.map(({ environments, exit }) => [environments[0].objects, exit]),
    [
      [1, exitCodes.done],
      [2, exitCodes.input],
    ],
  );
  assert.doesNotMatch(said, /name-invalid/);
});

test('a change while something is judged ends that, and only the new state is told', async (t) => {
  const { changes, asked, interrupt } = watch(t, '--output', 'json');
  const first = await asked();
  changes.change('a.ts');
  await shown();
  assert.ok(first.hasEnded);
  assert.notEqual(await asked(), first);
  (await asked()).answer(compiled(2));
  const { out } = await interrupt();
  assert.equal(out.split('\n').length, 1);
  assert.equal(JSON.parse(out).environments[0].objects, 2);
});

test('a worker that dies is an error, and the next change starts another', async (t) => {
  const { changes, workers, asked, interrupt } = watch(t, '--output', 'json');
  (await asked()).answer('half of an answ');
  await shown();
  workers.at(-1)?.die();
  changes.change('a.ts');
  await shown();
  (await asked()).answer(compiled(2));
  const { out } = await interrupt();
  const [died, well] = out.split('\n').map((line) => JSON.parse(line));
  assert.deepEqual([died.exit, died.diagnostics[0].code], [exitCodes.input, 'compiler-died']);
  assert.deepEqual([well.exit, well.diagnostics], [exitCodes.done, []]);
});

test('what modules print does not stand in the way of the answer', async (t) => {
  const { asked, interrupt } = watch(t, '--output', 'json');
  (await asked()).answer(`hello\n${compiled(3)}`);
  assert.equal(JSON.parse((await interrupt()).out).environments[0].objects, 3);
});

test('an interruption while something is judged ends it', async (t) => {
  const { workers, asked, interrupt } = watch(t);
  await asked();
  const { exit, out } = await interrupt();
  assert.deepEqual([exit, out], [exitCodes.interrupted, '']);
  assert.ok(workers.every(({ hasEnded }) => hasEnded));
});

test('files are not watched, and other forms than text and JSON not told again and again', async () => {
  for (const args of [['./out'], ['--output', 'sarif']]) {
    assert.equal((await runCommand({}, ['check', '--watch', ...args])).exit, exitCodes.input, args.join(' '));
  }
});

const environment = (name: string) => `import { defineEnvironment } from 'lockstep';
import './names.js';
export default defineEnvironment({ name: '${name}', cluster: 'c', kubernetes: '1.35' });
`;

test('a worker compiles what there is when it is asked, not when it was started, and tells what it looked at', async (t) => {
  const project = makeProject(t, { 'environments/dev.ts': environment('dev'), 'environments/names.ts': 'export {};\n' });
  const stream = new PassThrough();
  const running = runCommand({ ...openProject(project.folder), questions: () => createInterface({ input: stream }) }, [
    'check',
    '--when-asked',
  ]);
  await new Promise((done) => setTimeout(done, 1_500));
  project.write({ 'environments/dev.ts': environment('other') });
  stream.write('go\n');
  const { exit, out } = await running;
  const { environments, diagnostics, looked } = JSON.parse(out);
  assert.deepEqual([exit, environments, diagnostics], [exitCodes.done, [{ name: 'other', objects: 0 }], []]);
  for (const file of ['environments/dev.ts', 'environments/names.ts', 'package.json'])
    assert.ok(looked.includes(`${project.folder}/${file}`), file);
});

test('a worker that is not needed any more ends without a word', async (t) => {
  const { world } = makeProject(t, { 'environments/dev.ts': 'throw new Error();\n' });
  const { exit, out } = await runCommand({ ...world, questions: () => createInterface({ input: new PassThrough().end() }) }, [
    'check',
    '--when-asked',
  ]);
  assert.deepEqual([exit, out], [exitCodes.done, '']);
});
