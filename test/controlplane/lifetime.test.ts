import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '../../src/model/failure.ts';
import { temporaryFolder } from '../support/repository.ts';
import { ask } from './api.ts';
import { filesOf } from './flags.ts';
import { isRunning, type ProcessRecord, recordOf } from './processes.ts';
import { removeLeftovers, temporaryPrefix, writeRecord } from './record.ts';
import { startControlPlane } from './start.ts';

const bare = { without: ['kube-controller-manager', 'kube-scheduler', 'kwok'] } as const;

async function endedAndGone(processes: readonly ProcessRecord[], folder: string): Promise<void> {
  while (processes.some(isRunning) || existsSync(folder)) await sleep(20);
}

test('a bare API server is two programs, and stopping it twice leaves no process and no folder', async () => {
  const plane = await startControlPlane(bare);
  assert.deepEqual(
    plane.processes.map(({ name }) => name),
    ['etcd', 'kube-apiserver'],
  );
  assert.equal((await ask(plane, { method: 'GET', path: '/readyz' })).status, 200);
  await plane.stop();
  assert.deepEqual(plane.processes.filter(isRunning), []);
  assert.equal(existsSync(plane.folder), false);
  await plane.stop();
});

test('two control planes at once do not meet', async (t) => {
  const planes = await Promise.all([startControlPlane(bare), startControlPlane(bare)]);
  t.after(() => Promise.all(planes.map((plane) => plane.stop())));
  const [one, other] = planes;
  assert.notEqual(one.server, other.server);
  await ask(one, { method: 'POST', path: '/api/v1/namespaces', body: { metadata: { name: 'mine' } } });
  assert.equal((await ask(one, { method: 'GET', path: '/api/v1/namespaces/mine' })).status, 200);
  assert.equal((await ask(other, { method: 'GET', path: '/api/v1/namespaces/mine' })).status, 404);
  assert.equal((await ask({ ...other, token: one.token }, { method: 'GET', path: '/version' })).status, 401);
});

test('a program that ends at once fails the start with the end of its log, and nothing is left', async (t) => {
  const folder = join(temporaryFolder(t), 'plane');
  const failing = startControlPlane({ ...bare, folder, apiServerFlags: ['--no-such-flag'] });
  await assert.rejects(failing, (thrown: unknown) => {
    assert.ok(thrown instanceof Failure);
    assert.equal(thrown.code, 'program-ended');
    assert.match(thrown.message, /`kube-apiserver` ended; .*\n[\s\S]*unknown flag: --no-such-flag/);
    return true;
  });
  assert.equal(existsSync(folder), false);
});

test('a folder with other things in it is refused and left alone', async (t) => {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, 'thesis.txt'), 'years of work');
  await assert.rejects(startControlPlane({ ...bare, folder }), { code: 'folder-not-empty', exit: 2 });
  assert.deepEqual(readdirSync(folder), ['thesis.txt']);
});

const holder = `
const { startControlPlane } = await import(${JSON.stringify(new URL('./start.ts', import.meta.url).href)});
const plane = await startControlPlane(${JSON.stringify(bare)});
console.log(JSON.stringify({ folder: plane.folder, processes: plane.processes }));
`;

/** Starts a control plane in another Node, which then does what \`ending\` says. */
async function startElsewhere(t: TestContext, ending: string) {
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', holder + ending], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => child.kill('SIGKILL'));
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  return { child, plane: JSON.parse(line) as { readonly folder: string; readonly processes: readonly ProcessRecord[] } };
}

test('a program that forgets to stop its control plane is not kept running by it, and leaves nothing', async (t) => {
  const { child, plane } = await startElsewhere(t, '');
  if (child.exitCode === null) await once(child, 'exit');
  assert.equal(child.exitCode, 0);
  await endedAndGone(plane.processes, plane.folder);
});

test('a program that is killed leaves nothing', async (t) => {
  const { child, plane } = await startElsewhere(t, 'setInterval(() => {}, 1000);');
  assert.equal(plane.processes.every(isRunning), true);
  child.kill('SIGKILL');
  await endedAndGone(plane.processes, plane.folder);
});

test('what a killed program left in spite of its watchdog goes at the next start; what still has its starter stays', async (t) => {
  const orphan = spawn('sleep', ['60'], { stdio: 'ignore' });
  t.after(() => orphan.kill('SIGKILL'));
  await once(orphan, 'spawn');
  const sleeping = recordOf('etcd', orphan.pid ?? 0);
  const me = recordOf('node', process.pid);
  assert.ok(sleeping !== undefined && me !== undefined);
  const folders = [0, 1].map(() => mkdtempSync(join(tmpdir(), temporaryPrefix)));
  t.after(() => {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  });
  const [left = '', held = ''] = folders;
  const rest = { server: 'https://127.0.0.1:1', startedAt: '', lifetime: 'process', ready: true, kubectl: null, notes: [] } as const;
  writeRecord(left, { ...rest, startedBy: { ...me, startTime: 'long ago' }, processes: [sleeping] });
  writeRecord(held, { ...rest, startedBy: me, processes: [] });
  mkdirSync(filesOf(left).logs);
  await removeLeftovers();
  assert.equal(existsSync(left), false);
  assert.equal(isRunning(sleeping), false);
  assert.equal(existsSync(held), true);
});
