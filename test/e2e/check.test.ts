import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { after, test } from 'node:test';
import { runLockstep } from '../demo/program.ts';
import { makeProject } from '../demo/project.ts';
import { temporaryFolder } from '../support/repository.ts';
import { eventually } from './eventually.ts';

/** The built program, without a cluster: what it checks, and how it ends. */
const closing: (() => unknown)[] = [];
const project = makeProject(temporaryFolder({ after: (end) => void closing.push(end as () => unknown) }));
after(() => {
  for (const close of closing) close();
});
const config = {
  compilerOptions: { module: 'nodenext', target: 'es2023', strict: true, skipLibCheck: true, noEmit: true },
  include: ['environments', 'charts'],
};
writeFileSync(join(project.folder, 'tsconfig.json'), JSON.stringify(config));

test('the sample is right: exit 0, and one line', async () => {
  const { exit, talk, out } = await runLockstep(project.folder, ['check']);
  assert.equal(exit, 0, talk);
  assert.match(talk, /^no errors in dev, prod-ap, prod-eu, prod-us, staging \(\d+ objects\); next: lockstep synth\n$/);
  assert.equal(out, '');
});

test('a mistake that only types know is exit 2, in every form', async () => {
  project.edit('environments/dev.ts', { from: 'workers: 1', to: "workers: 'one'" });
  const { exit, talk } = await runLockstep(project.folder, ['check', 'dev']);
  assert.equal(exit, 2);
  assert.match(talk, /error\[type-error\]: TS2322: [\s\S]*at environments\/dev\.ts:\d+:\d+/);
  const sarif = await runLockstep(project.folder, ['check', 'dev', '--output', 'sarif']);
  const results = JSON.parse(sarif.out).runs[0].results as readonly { readonly ruleId: string }[];
  assert.ok(sarif.exit === 2 && results.some(({ ruleId }) => ruleId === 'type-error'));
  project.undo();
});

test('what comes out otherwise in another place is told with its object, exit 1; the sample does not', async () => {
  const same = await runLockstep(project.folder, ['check', '--reproducible']);
  assert.equal(same.exit, 0, same.talk);
  const build = readFileSync(join(project.folder, 'charts/flags.ts'), 'utf8');
  const label =
    "new ApiObject(chart, 'place', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'place' }, data: { n: (1234.5).toLocaleString() } } as never);";
  writeFileSync(join(project.folder, 'charts/flags.ts'), `${build.replace(/build\([^)]*\) \{/, (found) => `${found}\n${label}`)}`);
  try {
    const { exit, talk } = await runLockstep(project.folder, ['check', 'dev', '--reproducible']);
    assert.equal(exit, 1, talk);
    assert.match(talk, /error\[rendered-otherwise\]: `flags\/configmap\.core\.[\w-]+\.place\.yaml` comes out otherwise at line \d+/);
    assert.doesNotMatch(talk, /1[.,]234/);
  } finally {
    writeFileSync(join(project.folder, 'charts/flags.ts'), build);
  }
  const files = await runLockstep(project.folder, ['check', './environments', '--reproducible']);
  assert.equal(files.exit, 2);
  assert.match(files.talk, /check-with-files/);
});

/** A watch of the project that runs, and what it writes. */
function startWatch(command = 'check') {
  const child = spawn(process.execPath, [resolve('build/main.js'), command, '--watch', '--output', 'json'], {
    cwd: project.folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const written = { out: '', talk: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    written.out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    written.talk += text;
  });
  const ended = new Promise<number | null>((done) => child.once('close', (code) => done(code)));
  const state = (count: number): Promise<State> =>
    eventually(
      `state ${count}`,
      async () => {
        const line = written.out.split('\n').slice(0, -1)[count - 1];
        return line === undefined ? undefined : (JSON.parse(line) as State);
      },
      120_000,
    );
  return { child, written, ended, state };
}

/** A line of the watch. */
interface State {
  readonly exit: number;
  readonly environments: readonly { readonly name: string; readonly written: number }[];
  readonly diagnostics: readonly { readonly code: string }[];
}

test('a watch tells each state, survives a broken file, and ends with 130', async () => {
  const { child, ended, state } = startWatch();
  try {
    assert.deepEqual(pick(await state(1)), [0, 5]);
    project.edit('environments/dev.ts', { from: 'workers: 1', to: 'workers: {' });
    assert.deepEqual(pick(await state(2)), [2, 4]);
    project.undo();
    assert.deepEqual(pick(await state(3)), [0, 5]);
  } finally {
    child.kill('SIGINT');
  }
  assert.equal(await ended, 130);
});

/** A module that notes its process, prints, and does something bad. */
const bad = (act: string): string => `// @ts-nocheck
import { writeFileSync } from 'node:fs';
writeFileSync('pid', String(process.pid));
console.log('hello');
process.stdout.write('{}\\n');
${act}
`;
const environment = join('environments', 'bad.ts');

test('a watch renders what a change touches, and keeps what is there while something is wrong', async () => {
  const { child, ended, state } = startWatch('synth');
  const written = async (count: number): Promise<readonly (readonly [string, number])[]> =>
    (await state(count)).environments.flatMap((one) => (one.written === 0 ? [] : [[one.name, one.written] as const]));
  const replicas = (): string => readFileSync(join(project.folder, 'dist/dev/orders/deployment.apps.shop.mail.yaml'), 'utf8');
  try {
    assert.equal((await written(1)).length, 5);
    const before = replicas();
    project.edit('environments/dev.ts', { from: 'workers: 1', to: 'workers: 2' });
    // Two deployments, what goes with them, and the index.
    assert.deepEqual(await written(2), [['dev', 5]]);
    const after = replicas();
    assert.notEqual(after, before);
    project.undo();
    project.edit('environments/dev.ts', { from: 'workers: 1', to: 'workers: {' });
    assert.equal((await state(3)).exit, 2);
    assert.equal(replicas(), after);
    project.undo();
    assert.deepEqual(await written(4), [['dev', 3]]);
    assert.equal(replicas(), before);
  } finally {
    child.kill('SIGINT');
  }
  assert.equal(await ended, 130);
});

test('a module that ends its process, or never ends, is told of or left at the next save, and what it prints is said once', async () => {
  const { child, written, ended, state } = startWatch();
  try {
    await state(1);
    writeFileSync(join(project.folder, environment), bad('process.exit(0);'));
    assert.deepEqual((await state(2)).diagnostics.at(0)?.code, 'compiler-died');
    writeFileSync(join(project.folder, environment), bad('for (;;) {}'));
    rmSync(join(project.folder, 'pid'));
    const pid = await eventually('a process that never ends', async () => pidIn(project.folder));
    writeFileSync(join(project.folder, environment), bad('export {};'));
    assert.deepEqual(pick(await state(3)), [0, 5]);
    assert.ok(!isRunning(pid));
    assert.equal(written.talk.match(/hello/g)?.length, 3);
  } finally {
    child.kill('SIGINT');
    project.undo();
    rmSync(join(project.folder, environment), { force: true });
  }
  assert.equal(await ended, 130);
});

const endings: readonly (readonly [string, string, RegExp])[] = [
  ['ends the process', 'process.exit(0);', /^error\[ended-early\]: /m],
  ['waits for what never comes', 'await new Promise(() => {});', /^error\[ended-early\]: /m],
  ['fails where nobody waits', "Promise.reject(new Error('late'));", /^error\[failed-aside\]: .*, at \S*bad\.ts:6:16: late$/m],
  ['throws what has no words', 'throw Object.create(null);', /^error\[module-failed\]: /m],
];
for (const [title, act, expected] of endings) {
  test(`a module that ${title} is no success, and what it prints is talk`, async () => {
    writeFileSync(join(project.folder, environment), bad(act));
    try {
      const { exit, talk, out } = await runLockstep(project.folder, ['check']);
      assert.deepEqual([exit, out], [2, '']);
      assert.match(talk, expected);
    } finally {
      rmSync(join(project.folder, environment), { force: true });
    }
  });
}

test('a chart that fails where nobody waits is not written, however often it is asked for', async () => {
  const chart = "charts: { late: () => void setTimeout(() => { throw new Error('late'); }, 0) }";
  const text = `import { defineEnvironment } from 'lockstep';\nexport default defineEnvironment({ name: 'late', cluster: 'late', kubernetes: '1.35', ${chart} });\n`;
  writeFileSync(join(project.folder, environment), text);
  try {
    for (let times = 0; times < 2; times++) {
      const { exit, talk } = await runLockstep(project.folder, ['synth', 'late']);
      assert.equal(exit, 2, talk);
      assert.match(talk, /^error\[failed-aside\]: /m);
      assert.equal(existsSync(join(project.folder, 'dist/late')), false);
    }
  } finally {
    rmSync(join(project.folder, environment), { force: true });
  }
});

for (const command of ['check', 'synth']) {
  test(`${command} of a chart that runs in circles ends with Ctrl-C`, async () => {
    writeFileSync(join(project.folder, environment), bad('for (;;) {}'));
    rmSync(join(project.folder, 'pid'), { force: true });
    const child = spawn(process.execPath, [resolve('build/main.js'), command], { cwd: project.folder, stdio: 'ignore' });
    const ended = new Promise((resolve) => child.once('exit', (_, signal) => resolve(signal)));
    try {
      await eventually('a process that never ends', async () => pidIn(project.folder));
      child.kill('SIGINT');
      assert.equal(await ended, 'SIGINT');
    } finally {
      child.kill('SIGKILL');
      rmSync(join(project.folder, environment), { force: true });
    }
  });
}

test('a watch that is killed leaves no process behind, whatever that is doing', async () => {
  const { child, ended } = startWatch();
  try {
    rmSync(join(project.folder, 'pid'), { force: true });
    writeFileSync(join(project.folder, environment), bad('for (;;) {}'));
    const pid = await eventually('a process that never ends', async () => pidIn(project.folder));
    child.kill('SIGKILL');
    await ended;
    await eventually('its end', async () => (isRunning(pid) ? undefined : true));
  } finally {
    child.kill('SIGKILL');
    rmSync(join(project.folder, environment), { force: true });
  }
});

function pidIn(folder: string): number | undefined {
  try {
    return Number(readFileSync(join(folder, 'pid'), 'utf8')) || undefined;
  } catch {
    return undefined;
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

function pick({ exit, environments }: State): readonly [number, number] {
  return [exit, environments.length];
}

test('what is watched as JSON is a line each, and so is its end', async () => {
  const stop = new AbortController();
  // What another test left there would be taken for a result.
  rmSync(join(project.folder, 'dist'), { recursive: true, force: true });
  const running = runLockstep(project.folder, ['synth', 'dev', '--watch', '--output', 'json'], { signal: stop.signal });
  await eventually('something is rendered', async () => (existsSync(join(project.folder, 'dist/dev/.lockstep')) ? true : undefined));
  stop.abort();
  const { exit, out } = await running;
  const lines = out.trimEnd().split('\n');
  assert.equal(exit, 130);
  assert.equal(JSON.parse(lines.at(-1) ?? '').error.code, 'interrupted');
  for (const line of lines) assert.doesNotThrow(() => JSON.parse(line), line);
});
