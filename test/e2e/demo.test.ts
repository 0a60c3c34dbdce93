import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { ask, itemsOf, textAt } from '../controlplane/api.ts';
import { type ControlPlane, startControlPlane } from '../controlplane/start.ts';
import { temporaryFolder } from '../support/repository.ts';

/** The control plane that plays a cluster of the user's. */
let plane: ControlPlane;
before(async () => {
  plane = await startControlPlane();
});
after(() => plane.stop());

interface Demo {
  /** What it told until now, with what it said beside. */
  readonly told: () => string;
  readonly folder: string;
  /** Resolves when `fits` says so; fails when the demo ends before. */
  until(fits: () => boolean): Promise<void>;
  interrupt(): void;
  readonly exit: Promise<number | null>;
  /** What is left of it: folders, and processes of its group or in its folders. */
  left(): readonly string[];
}

function startDemo(t: TestContext, args: readonly string[], env: NodeJS.ProcessEnv = {}): Demo {
  const folder = temporaryFolder(t);
  const child = spawn(process.execPath, ['--import', 'tsx', 'test/demo/demo.ts', ...args], {
    env: { ...process.env, TMPDIR: folder, ...env },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  t.after(() => child.kill('SIGKILL'));
  let told = '';
  let over = false;
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      told += text;
    });
  }
  const exit = new Promise<number | null>((resolve) => {
    child.once('close', (code) => {
      over = true;
      resolve(code);
    });
  });
  return {
    told: () => told,
    folder,
    exit,
    async until(fits) {
      while (!fits()) {
        if (over) throw new Error(`it ended too early:\n${told}`);
        await sleep(20);
      }
    },
    interrupt: () => void child.kill('SIGINT'),
    left: () => [
      ...readdirSync(folder).filter((name) => name.startsWith('lockstep-')),
      ...execFileSync('ps', ['-A', '-o', 'pgid=,stat=,args='], { encoding: 'utf8' })
        .split('\n')
        .filter((line) => new RegExp(`^ *${child.pid} +[^Z ]`).test(line) || line.includes(folder)),
    ],
  };
}

function assertChapters(demo: Demo, count: number): void {
  for (let chapter = 1; chapter <= count; chapter++) assert.match(demo.told(), new RegExp(` ${chapter}\\. [A-Z]`));
}

/** Everything in the user's cluster that the demo might touch, beside what Kubernetes makes by itself all the time. */
async function everythingInCluster(): Promise<readonly string[]> {
  const paths = [
    '/api/v1/namespaces',
    '/api/v1/secrets',
    '/api/v1/persistentvolumes',
    '/apis/apps/v1/deployments',
    '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
    '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies',
    '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings',
    '/apis/rbac.authorization.k8s.io/v1/clusterroles',
    '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings',
    '/apis/scheduling.k8s.io/v1/priorityclasses',
  ];
  const lists = await Promise.all(paths.map(async (path) => itemsOf((await ask(plane, { method: 'GET', path })).value)));
  return lists.flat().map((object) => `${textAt(object, 'metadata', 'uid')} ${textAt(object, 'metadata', 'name')}`);
}

const own = ['--context', 'lockstep'];
const ownEnv = () => ({ KUBECONFIG: plane.kubeconfig });

test('every chapter of the demo really happens, in plain lines where there is no terminal, and nothing is left', async (t) => {
  const demo = startDemo(t, []);
  assert.equal(await demo.exit, 0, demo.told());
  assertChapters(demo, 10);
  assert.match(demo.told(), /The end: everything above really happened/);
  assert.ok(!demo.told().includes('\x1b'));
  assert.deepEqual(demo.left(), []);
});

test('in a cluster of one’s own all of it happens, stays for --keep, and goes at Ctrl-C', async (t) => {
  const everything = await everythingInCluster();
  const demo = startDemo(t, [...own, '--yes', '--keep'], ownEnv());
  await demo.until(() => demo.told().includes('Everything keeps running'));
  assertChapters(demo, 10);
  assert.match(demo.told(), /This is your own cluster: https:\/\/127\.0\.0\.1:\d+, context `lockstep`/);
  assert.match(demo.told(), / {2}Namespace\/shop\n/);
  assert.notDeepEqual(await everythingInCluster(), everything);
  demo.interrupt();
  assert.equal(await demo.exit, 0, demo.told());
  assert.match(demo.told(), /your cluster is as it was/);
  assert.deepEqual(await everythingInCluster(), everything);
  assert.deepEqual(demo.left(), []);
});

test('Ctrl-C in the middle of a sync in one’s own cluster leaves nothing there', async (t) => {
  const everything = await everythingInCluster();
  const demo = startDemo(t, [...own, '--yes'], ownEnv());
  await demo.until(() => demo.told().includes('waits for StatefulSet/shop/database'));
  demo.interrupt();
  assert.equal(await demo.exit, 130, demo.told());
  assert.deepEqual(await everythingInCluster(), everything);
  assert.deepEqual(demo.left(), []);
});

test('a cluster that has a namespace of that name already is refused and left alone', async (t) => {
  await ask(plane, { method: 'POST', path: '/api/v1/namespaces', body: { metadata: { name: 'shop' } } });
  const everything = await everythingInCluster();
  const demo = startDemo(t, [...own, '--yes'], ownEnv());
  assert.equal(await demo.exit, 4, demo.told());
  assert.match(demo.told(), /error\[not-the-demos\]: the cluster has `Namespace\/shop` already/);
  assert.deepEqual(await everythingInCluster(), everything);
  assert.deepEqual(demo.left(), []);
});

test('without a terminal to ask at, and without --yes, one’s own cluster is not touched', async (t) => {
  const demo = startDemo(t, own, ownEnv());
  assert.equal(await demo.exit, 2, demo.told());
  assert.match(demo.told(), /error\[not-agreed\].*\n.*say `--yes` as well/);
  assert.deepEqual(demo.left(), []);
});

test('an unknown option is wrong input, and the help names the exit codes', async (t) => {
  const unknown = startDemo(t, ['--kepe']);
  assert.equal(await unknown.exit, 2);
  assert.match(unknown.told(), /unknown option '--kepe'/);
  const help = startDemo(t, ['--help']);
  assert.equal(await help.exit, 0);
  assert.match(help.told(), /Examples:[\s\S]*Exit codes: 0 every chapter/);
});

const moments: readonly { readonly when: string; readonly isNow: (demo: Demo) => boolean }[] = [
  { when: 'in chapter 1', isNow: (demo) => demo.told().includes(' 1. Typed') },
  { when: 'while the control plane starts', isNow: ({ folder }) => readdirSync(folder).some((name) => name.includes('controlplane')) },
  { when: 'in the middle of the sync', isNow: (demo) => demo.told().includes('waits for StatefulSet/shop/database') },
];
for (const { when, isNow } of moments) {
  test(`Ctrl-C ${when} ends it with 130, and leaves no process and no folder`, async (t) => {
    const demo = startDemo(t, []);
    await demo.until(() => isNow(demo));
    demo.interrupt();
    assert.equal(await demo.exit, 130, demo.told());
    assert.match(demo.told(), /cleaning up.*\ninterrupted\n$/);
    assert.deepEqual(demo.left(), []);
  });
}

test('the first chapters play while the control plane is built; when the build fails, the demo ends with 3 and the ways out', async (t) => {
  const folder = temporaryFolder(t);
  const failing = join(folder, 'fail now');
  mkdirSync(join(folder, 'bin'));
  const wait = `until [ -e '${failing}' ]; do sleep 0.1; done`;
  writeFileSync(join(folder, 'bin', 'go'), `#!/bin/sh\n[ "$1" = env ] && { echo go1.26.0; exit; }\n${wait}\nexit 1\n`, { mode: 0o755 });
  const path = `${join(folder, 'bin')}${delimiter}${process.env['PATH']}`;
  const demo = startDemo(t, [], { PATH: path, LOCKSTEP_CACHE: join(folder, 'cache'), KUBEBUILDER_ASSETS: '' });
  await demo.until(() => demo.told().includes('Only a cluster can know better'));
  assertChapters(demo, 4);
  assert.match(demo.told(), /in the background: \[1\/6\] building etcd/);
  writeFileSync(failing, '');
  assert.equal(await demo.exit, 3, demo.told());
  assert.match(demo.told(), /error\[build-failed\][\s\S]*KUBEBUILDER_ASSETS[\s\S]*--context/);
  assert.deepEqual(demo.left(), []);
});

test('without Go and without programs the first chapters play, and then the ways out are told', async (t) => {
  const folder = temporaryFolder(t);
  for (const name of ['git', 'sh']) symlinkSync(execFileSync('which', [name], { encoding: 'utf8' }).trim(), join(folder, name));
  const demo = startDemo(t, [], { PATH: folder, LOCKSTEP_CACHE: join(folder, 'cache'), KUBEBUILDER_ASSETS: '' });
  assert.equal(await demo.exit, 3, demo.told());
  assertChapters(demo, 4);
  assert.match(demo.told(), /error\[go-missing\][\s\S]*install Go/);
  assert.doesNotMatch(demo.told(), /\n {4}at /);
  assert.ok(!existsSync(join(folder, 'cache')));
  assert.deepEqual(demo.left(), []);
});
