import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { temporaryFolder } from '../support/repository.ts';
import { isRunning } from './processes.ts';
import { kubernetesVersion } from './programs.ts';
import { readRecord } from './record.ts';

interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

// What is tested here is the control plane that is built, whatever another one KUBEBUILDER_ASSETS names.
const { KUBEBUILDER_ASSETS: _, ...buildEnv } = process.env;

async function cluster(args: readonly string[], env: NodeJS.ProcessEnv = buildEnv): Promise<Ran> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'test/controlplane/cluster.ts', ...args], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { code, stdout, stderr };
}

/** A folder for a control plane that is taken down when the test ends, before the folder around it goes. */
function clusterFolder(t: TestContext): string {
  const root = mkdtempSync(join(tmpdir(), 'lockstep-test-'));
  const folder = join(root, 'cluster');
  t.after(async () => {
    await cluster(['down', '--folder', folder]);
    rmSync(root, { recursive: true, force: true });
  });
  return folder;
}

function jsonOf({ stdout }: Ran): Record<string, unknown> {
  return JSON.parse(stdout) as Record<string, unknown>;
}

test('a control plane is brought up, looked at, used by path and taken down', async (t) => {
  const folder = clusterFolder(t);
  const kubeconfig = join(folder, 'kubeconfig');
  const myConfig = statSync(join(homedir(), '.kube', 'config'), { throwIfNoEntry: false })?.mtimeMs;

  const up = await cluster(['up', '--folder', folder]);
  assert.deepEqual([up.code, up.stdout], [0, `export KUBECONFIG=${kubeconfig}\n`], up.stderr);
  assert.match(up.stderr, new RegExp(`up after [\\d.]+ s: Kubernetes ${kubernetesVersion} at https://127\\.0\\.0\\.1:\\d+`));

  const again = await cluster(['up', '--folder', folder]);
  assert.deepEqual([again.code, again.stdout], [0, up.stdout]);
  assert.match(again.stderr, /already up since /);

  const status = await cluster(['status', '--folder', folder]);
  assert.equal(status.code, 0);
  assert.match(status.stdout, /^up, started at \d{4}-.*Z, Kubernetes v1\.35\.4\n/);
  assert.match(status.stdout, /kube-scheduler +runs as process \d+/);

  const facts = jsonOf(await cluster(['status', '--folder', folder, '--output', 'json']));
  assert.deepEqual([facts['state'], facts['version'], facts['kubeconfig']], ['up', kubernetesVersion, kubeconfig]);
  assert.equal(String(facts['server']), `https://127.0.0.1:${facts['port']}`);

  assert.equal((await cluster(['kubeconfig', '--folder', folder])).stdout, `${kubeconfig}\n`);

  const processes = readRecord(folder)?.processes ?? [];
  assert.deepEqual([processes.length, processes.every(isRunning)], [5, true]);
  const down = await cluster(['down', '--folder', folder]);
  assert.deepEqual([down.code, down.stdout], [0, `down: 5 processes ended, ${folder} removed\n`]);
  assert.deepEqual(processes.filter(isRunning), []);
  assert.deepEqual(readdirSync(join(folder, '..')), []);
  assert.equal(statSync(join(homedir(), '.kube', 'config'), { throwIfNoEntry: false })?.mtimeMs, myConfig);
});

test('where nothing is up, down has nothing to do, status ends with 3 and kubeconfig says what to do', async (t) => {
  const folder = join(temporaryFolder(t), 'cluster');
  assert.deepEqual(await cluster(['down', '--folder', folder]), { code: 0, stdout: 'nothing was up\n', stderr: '' });
  const status = await cluster(['status', '--folder', folder, '--output', 'json']);
  assert.deepEqual([status.code, jsonOf(status)], [3, { state: 'down', folder }]);
  const kubeconfig = await cluster(['kubeconfig', '--folder', folder]);
  assert.deepEqual([kubeconfig.code, kubeconfig.stdout], [3, '']);
  assert.match(kubeconfig.stderr, /error\[cluster-down\]: the control plane is down\n {2}help: start one: `npm run cluster -- up`/);
});

test('of two `up` at once one starts it, and the other waits and finds it up', async (t) => {
  const folder = clusterFolder(t);
  const both = await Promise.all([cluster(['up', '--folder', folder]), cluster(['up', '--folder', folder])]);
  assert.deepEqual(
    both.map(({ code, stdout }) => [code, stdout]),
    [0, 1].map(() => [0, `export KUBECONFIG=${join(folder, 'kubeconfig')}\n`]),
  );
  const [second, first] = both.map(({ stderr }) => stderr).sort((a) => (a.includes('already up') ? -1 : 1));
  assert.match(first ?? '', /^up after/m);
  assert.match(second ?? '', /^waiting for process \d+, which works on the same control plane\nalready up since/);
});

test('an API server that was killed is seen by status, and up begins anew', async (t) => {
  const folder = clusterFolder(t);
  await cluster(['up', '--folder', folder]);
  const before = readRecord(folder)?.processes ?? [];
  const server = before.find(({ name }) => name === 'kube-apiserver');
  process.kill(server?.pid ?? 0, 'SIGKILL');

  const status = await cluster(['status', '--folder', folder]);
  assert.equal(status.code, 3);
  assert.match(status.stdout, /^broken, started at .*\n {2}`kube-apiserver` ended\n/);
  assert.match(status.stdout, /etcd +runs as process/);
  const broken = await cluster(['kubeconfig', '--folder', folder]);
  assert.match(broken.stderr, /error\[cluster-broken\]: the control plane is broken: `kube-apiserver` ended/);

  const up = await cluster(['up', '--folder', folder]);
  assert.equal(up.code, 0);
  assert.match(up.stderr, /^removing what is left of a control plane that is broken/);
  assert.deepEqual(before.filter(isRunning), []);
  assert.equal((await cluster(['status', '--folder', folder])).code, 0);
});

test('wrong usage ends with 2, help with 0', async () => {
  assert.equal((await cluster(['dance'])).code, 2);
  assert.equal((await cluster(['up', '--output', 'yaml'])).code, 2);
  const help = await cluster(['--help']);
  assert.equal(help.code, 0);
  for (const verb of ['up', 'down', 'status', 'kubeconfig', 'programs']) assert.match(help.stdout, new RegExp(`^ {2}${verb} `, 'm'));
  assert.match(help.stdout, /Exit codes: 0 done/);
});

test('without programs and without Go, up says how to get a control plane and ends with 3', async (t) => {
  const root = temporaryFolder(t);
  const env = { PATH: '/nowhere', HOME: root, LOCKSTEP_CACHE: join(root, 'cache') };
  const up = await cluster(['up'], env);
  assert.deepEqual([up.code, up.stdout], [3, '']);
  assert.match(up.stderr, /error\[go-missing\]: the programs of the control plane are not built yet, and `go` is not in PATH/);
  assert.match(up.stderr, /KUBEBUILDER_ASSETS/);
  assert.equal(existsSync(join(root, 'cache', 'controlplane', 'cluster')), false);
});

test('programs tells where they are, or in JSON why there are none', async (t) => {
  const found = await cluster(['programs', '--output', 'json']);
  assert.equal(found.code, 0, found.stderr);
  assert.ok(existsSync(String(jsonOf(found)['kube-apiserver'])));
  assert.match((await cluster(['programs'])).stdout, /^\/.*\/etcd\n(\/.*\n){4}\/.*\/kwok\n$/);
  const none = await cluster(['programs', '--output', 'json'], { PATH: '/nowhere', LOCKSTEP_CACHE: temporaryFolder(t) });
  assert.equal(none.code, 3);
  assert.equal((jsonOf(none)['error'] as { readonly code: string }).code, 'go-missing');
});
