import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gitEnvironment, makeBareRepository, runGitIn, temporaryFolder } from '../../support/repository.ts';
import { application, filesOf } from './applications.ts';
import { branchesIn } from './branches.ts';
import { isReady, processorSeconds } from './ground.ts';

test('an application is four objects, of which an upgrade changes one', () => {
  const [before, after] = [application(7, 1), application(7, 2)];
  assert.deepEqual(
    before.map(({ kind }) => kind),
    ['ServiceAccount', 'Service', 'Deployment', 'Ingress'],
  );
  const changed = before.filter((manifest, i) => JSON.stringify(manifest) !== JSON.stringify(after[i]));
  assert.deepEqual(
    changed.map(({ kind }) => kind),
    ['Deployment'],
  );
});

test('commits of many branches are seen when the branches move, and follow what was there', (t) => {
  const root = temporaryFolder(t);
  const env = gitEnvironment(join(root, 'home'));
  const folder = join(root, 'config.git');
  mkdirSync(folder, { recursive: true });
  makeBareRepository(folder, env);
  const branches = branchesIn(folder, env);
  const names = ['environments/app-0', 'environments/app-1'];
  const prepared = (cpu: number) => names.map((branch, app) => ({ branch, files: filesOf(app, cpu), isNext: cpu > 1 }));
  const first = branches.prepare(prepared(1));
  assert.deepEqual([...first.keys()], names);
  assert.equal(runGitIn(folder, env, 'for-each-ref', 'refs/heads/'), '');
  branches.move(first);
  const second = branches.prepare(prepared(2));
  branches.move(second);
  for (const branch of names) {
    const history = runGitIn(folder, env, 'log', '--format=%H', `refs/heads/${branch}`).split('\n');
    assert.deepEqual(history, [second.get(branch), first.get(branch)]);
    assert.equal(runGitIn(folder, env, 'diff', '--name-only', ...history.toReversed()).split('\n').length, 2);
  }
});

test('what is Ready for an older spec is not Ready', () => {
  const live = (observedGeneration: number, status: string) => ({
    apiVersion: 'v1',
    kind: 'X',
    metadata: { name: 'x', uid: '1', resourceVersion: '1', generation: 2 },
    status: { observedGeneration, conditions: [{ type: 'Ready', status }] },
  });
  assert.deepEqual([isReady(live(2, 'True')), isReady(live(1, 'True')), isReady(live(2, 'False'))], [true, false, false]);
});

test('the processor time of a process has that of its ended children in it, whatever its name', () => {
  const line = '42 (a b) c) S 1 42 42 0 -1 4194304 900 0 0 0 150 25 1000 75 20 0 7 0';
  assert.equal(processorSeconds(line), 12.5);
});
