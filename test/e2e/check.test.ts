import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
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

test('a watch tells each state, survives a broken file, and ends with 130', async () => {
  const child = spawn(process.execPath, [resolve('build/main.js'), 'check', '--watch', '--output', 'json'], {
    cwd: project.folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  child.stdout.on('data', (data: Buffer) => {
    out += data.toString();
  });
  const ended = new Promise<number | null>((done) => child.once('close', (code) => done(code)));
  const state = (count: number) =>
    eventually(
      `state ${count}`,
      async () => {
        const lines = out.split('\n').filter((line) => line !== '');
        return lines.length < count
          ? undefined
          : (JSON.parse(lines[count - 1] ?? '') as { readonly exit: number; readonly environments: readonly unknown[] });
      },
      120_000,
    );
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

function pick({ exit, environments }: { readonly exit: number; readonly environments: readonly unknown[] }): readonly [number, number] {
  return [exit, environments.length];
}
