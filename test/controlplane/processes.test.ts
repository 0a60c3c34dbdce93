import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import { endProcesses, isRunning, type ProcessRecord, recordOf } from './processes.ts';

async function startShell(
  t: TestContext,
  script: string,
): Promise<{ readonly shell: ChildProcess; readonly record: ProcessRecord; readonly said: string }> {
  const shell = spawn('/bin/sh', ['-c', script], { stdio: ['ignore', 'pipe', 'ignore'] });
  t.after(() => shell.kill('SIGKILL'));
  const [said] = (await once(shell.stdout, 'data')) as [Buffer];
  const record = recordOf('sh', shell.pid ?? 0);
  assert.ok(record !== undefined);
  return { shell, record, said: said.toString() };
}

test('a process that runs is found again by its record', () => {
  const record = recordOf('node', process.pid);
  assert.ok(record !== undefined);
  assert.equal(record.pid, process.pid);
  assert.equal(isRunning(record), true);
});

test('a process that ended has no record and does not run', async (t) => {
  const { shell, record } = await startShell(t, 'echo ready; exec sleep 60');
  const ended = once(shell, 'exit');
  shell.kill();
  await ended;
  assert.equal(isRunning(record), false);
  assert.equal(recordOf('sh', record.pid), undefined);
});

test('a process that ended and that nobody asked about does not run', async (t) => {
  const { said } = await startShell(t, 'sleep 0 & echo $!; exec sleep 60');
  const zombie = Number(said);
  while (recordOf('sleep', zombie) !== undefined) await new Promise((resolve) => setTimeout(resolve, 10));
  assert.doesNotThrow(() => process.kill(zombie, 0));
});

test('another process that got the same id is left alone', async (t) => {
  const { record } = await startShell(t, 'echo ready; exec sleep 60');
  await endProcesses([{ ...record, startTime: 'long ago' }]);
  assert.equal(isRunning(record), true);
});

test('a process that listens to SIGTERM ends by it', async (t) => {
  const { shell, record } = await startShell(t, 'trap "exit 7" TERM; echo ready; while :; do sleep 0.01; done');
  const ended = once(shell, 'exit');
  await endProcesses([record]);
  assert.deepEqual(await ended, [7, null]);
});

test('a process that does not listen to SIGTERM ends by SIGKILL when its time is over', async (t) => {
  const { shell, record } = await startShell(t, 'trap "" TERM; echo ready; while :; do sleep 0.01; done');
  const ended = once(shell, 'exit');
  await endProcesses([record], 100);
  assert.deepEqual(await ended, [null, 'SIGKILL']);
});
