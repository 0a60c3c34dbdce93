import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '../../src/model/failure.ts';
import { temporaryFolder } from '../support/repository.ts';
import { startInBackground } from './background.ts';
import { isRunning, recordOf } from './processes.ts';

const { KUBEBUILDER_ASSETS: _, ...env } = process.env;

/** A `go` that is new enough, and builds by doing `script`; nothing is in its cache. */
function withGo(t: TestContext, script: string): NodeJS.ProcessEnv {
  const root = temporaryFolder(t);
  mkdirSync(join(root, 'bin'));
  writeFileSync(join(root, 'bin', 'go'), `#!/bin/sh\n[ "$1" = env ] && { echo go1.26.0; exit; }\n${script}\n`, { mode: 0o755 });
  return { ...env, PATH: `${join(root, 'bin')}${delimiter}${env['PATH']}`, LOCKSTEP_CACHE: join(root, 'cache') };
}

test('what is found is started, and closing it twice leaves no process and no folder', async () => {
  const start = startInBackground(env, () => {});
  const plane = await start.plane;
  assert.ok(plane.processes.every(isRunning));
  await start.close();
  await start.close();
  assert.deepEqual(plane.processes.filter(isRunning), []);
  assert.equal(existsSync(plane.folder), false);
});

test('a build tells its steps, and one that fails is a Failure that names the ways out', async (t) => {
  const heard: string[] = [];
  const start = startInBackground(withGo(t, 'echo "no space left on device" >&2; exit 1'), (line) => heard.push(line));
  await assert.rejects(start.plane, (thrown: unknown) => {
    assert.ok(thrown instanceof Failure);
    assert.equal(thrown.code, 'build-failed');
    assert.match(thrown.message, /no space left on device/);
    assert.match(thrown.help ?? '', /KUBEBUILDER_ASSETS/);
    return true;
  });
  assert.ok(heard.includes('[1/6] building etcd'), heard.join('\n'));
  assert.ok(!heard.some((line) => line.startsWith('error')), heard.join('\n'));
  await start.close();
});

test('without a Go, and nobody listening, nothing is thrown before it is asked for', async () => {
  const start = startInBackground({ ...env, PATH: '/nowhere', LOCKSTEP_CACHE: '/nowhere' }, () => {});
  await sleep(3_000);
  await assert.rejects(start.plane, { code: 'go-missing', exit: 3 });
});

test('closing in the middle of a build ends the compilers, too', async (t) => {
  const pidFile = join(temporaryFolder(t), 'pid');
  const start = startInBackground(withGo(t, `echo $$ > ${pidFile}.new; mv ${pidFile}.new ${pidFile}; sleep 600 & wait`), () => {});
  while (!existsSync(pidFile)) await sleep(20);
  const compiler = recordOf('go', Number(readFileSync(pidFile, 'utf8')));
  assert.ok(compiler !== undefined && isRunning(compiler));
  await start.close();
  assert.equal(isRunning(compiler), false);
  await assert.rejects(start.plane, { code: 'interrupted' });
});
