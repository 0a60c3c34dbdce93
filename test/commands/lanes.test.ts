import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type TestContext, test } from 'node:test';
import { synthesize } from '../../src/commands/synth.ts';
import { startWorker } from '../../src/io/worker.ts';
import type { Worker } from '../../src/ports.ts';
import { fakeWorker } from '../fakes/watching.ts';
import { makeProject, openProject, type Project } from '../support/project.ts';

const all = { environments: [], out: 'dist', cache: true };

const base = `import { k8s } from 'cdk8s-plus-28';
import { defineBase, defineChart } from 'lockstep';
import { z } from 'zod';
const app = defineChart({
  values: z.object({ level: z.string() }),
  build(chart, { values }) {
    console.log('building');
    new k8s.KubeNamespace(chart, 'namespace', { metadata: { name: 'shop', labels: { level: values.level } } });
  },
});
export const base = defineBase({ kubernetes: '1.35', charts: { app } });
`;
const environment = (name: string, level = name): string => `import { defineEnvironment } from 'lockstep';
import { base } from '../base.js';
export default defineEnvironment({ name: '${name}', cluster: '${name}', extends: base, values: { app: { level: '${level}' } } });
`;

function project(t: TestContext): Project {
  const names = ['a', 'b', 'c', 'd', 'e', 'f'];
  return makeProject(t, { 'base.ts': base, ...Object.fromEntries(names.map((name) => [`environments/${name}.ts`, environment(name)])) });
}

/** The world of a project in which everything seems to take ten seconds, and there are processors for three processes. */
function slowWorld(folder: string, worker: () => Worker) {
  const { clock, ...world } = openProject(folder);
  let time = clock.now().getTime();
  const now = (): Date => {
    time += 10_000;
    return new Date(time);
  };
  return { ...world, clock: { ...clock, now }, processors: 3, worker };
}

function realWorker(folder: string, said: string[]): Worker {
  const program = resolve('build/main.js');
  const say = (text: string): void => void said.push(text);
  return startWorker(['synth', '--worker'], { node: process.execPath, program, folder, env: process.env, say });
}

function texts(folder: string): Readonly<Record<string, string>> {
  const files = readdirSync(join(folder, 'dist'), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(files.map(({ parentPath, name }) => [join(parentPath, name), readFileSync(join(parentPath, name), 'utf8')]));
}

test('several processes make what one does, and what they looked at is known', async (t) => {
  const { folder, world, write } = project(t);
  const said: string[] = [];
  let started = 0;
  const shared = await synthesize(
    slowWorld(folder, () => {
      started++;
      return realWorker(folder, said);
    }),
    all,
  );
  assert.equal(started, 2);
  assert.match(said.join(''), /building/);
  const byMany = texts(folder);
  const alone = await synthesize(world, { ...all, cache: false });
  assert.deepEqual(texts(folder), byMany);
  assert.deepEqual(
    shared.environments.map(({ name, written }) => [name, written]),
    alone.environments.map(({ name, unchanged }) => [name, unchanged]),
  );

  const loaded: string[] = [];
  const again = async () => {
    loaded.length = 0;
    const { modules, ...rest } = openProject(folder);
    const load = (path: string) => {
      loaded.push(path);
      return modules.load(path);
    };
    return synthesize({ ...rest, modules: { ...modules, load } }, all);
  };
  await again();
  assert.deepEqual(loaded, []);
  write({ 'environments/e.ts': environment('e', 'z') });
  await again();
  assert.deepEqual(loaded, ['environments/e.ts']);
});

test('what a worker does not answer is compiled here', async (t) => {
  const { folder } = project(t);
  const workers: Worker[] = [];
  const dying = (): Worker => {
    const worker = fakeWorker();
    setImmediate(() => worker.answer('{"compiled":{"name":"z"}}\nnot JSON'));
    workers.push(worker);
    return worker;
  };
  const { environments, diagnostics } = await synthesize(slowWorld(folder, dying), all);
  assert.deepEqual(diagnostics, []);
  assert.equal(environments.length, 6);
  assert.equal(workers.length, 2);
  assert.ok(workers.every(({ hasEnded }) => hasEnded));
});

test('a mistake is told once, whoever finds it', async (t) => {
  const { folder, write } = project(t);
  write({ 'base.ts': base.replace("name: 'shop'", "name: 'Shop'") });
  const { diagnostics } = await synthesize(
    slowWorld(folder, () => realWorker(folder, [])),
    all,
  );
  const alone = await synthesize(openProject(folder), all);
  assert.equal(diagnostics.length, 6);
  assert.deepEqual(diagnostics, alone.diagnostics);
});
