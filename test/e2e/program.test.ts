import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { parseManifest } from '../../src/codec/yaml-read.ts';
import { systemClock } from '../../src/io/clock.ts';
import { openCluster } from '../../src/io/kube/cluster.ts';
import { openConfig } from '../../src/io/kube/config.ts';
import type { EnvironmentStatus } from '../../src/model/event.ts';
import { listAt, stringAt } from '../../src/model/json.ts';
import type { Cluster } from '../../src/ports.ts';
import { kubeconfigFor } from '../controlplane/kubeconfig.ts';
import { type ControlPlane, startControlPlane } from '../controlplane/start.ts';
import { type Ended, runLockstep, startAgent } from '../demo/program.ts';
import { makeProject, type Project } from '../demo/project.ts';
import { temporaryFolder } from '../support/repository.ts';

/** The built program in a project of a user, from the first command to the last. */
let plane: ControlPlane;
let cluster: Cluster;
let project: Project;
let kubeconfig: string;
let cache: string;
const closing: (() => unknown)[] = [];

const run = (...args: readonly string[]): Promise<Ended> => runLockstep(project.folder, args);
const toCluster = (): readonly string[] => ['--kubeconfig', kubeconfig];
const agentArgs = (): readonly string[] => ['--environment', 'dev', '--source', project.remote, '--cache', cache, ...toCluster()];

before(async () => {
  const folder = temporaryFolder({ after: (end) => void closing.push(end as () => unknown) });
  project = makeProject(folder);
  cache = join(folder, 'cache');
  plane = await startControlPlane();
  cluster = openCluster({ config: openConfig({ env: {}, kubeconfig: plane.kubeconfig }), clock: systemClock });
});
after(async () => {
  await cluster.close();
  await plane.stop();
  for (const close of closing) await close();
});

test('without a command it shows its help, and with an unknown one it suggests', async () => {
  const help = await run();
  assert.equal(help.exit, 0);
  assert.match(help.out, /Usage: lockstep/);
  const unknown = await run('snyth');
  assert.equal(unknown.exit, 2);
  assert.match(unknown.talk, /Did you mean synth/);
});

test('every command has a help with examples', async () => {
  for (const command of ['synth', 'check', 'explain', 'publish', 'rollback', 'agent', 'plan', 'status', 'hold', 'bootstrap']) {
    const { exit, out } = await run(command, '--help');
    assert.equal(exit, 0);
    assert.match(out, new RegExp(`Examples:\\n {2}\\$ lockstep ${command}`));
  }
});

test('synth writes the tree, and the second time nothing', async () => {
  const first = await run('synth');
  assert.equal(first.exit, 0, first.talk);
  assert.ok(existsSync(join(project.folder, 'dist/prod-eu/web/deployment.apps.shop.web.yaml')));
  const second = await run('synth', '--output', 'json');
  assert.equal(second.exit, 0);
  const result = JSON.parse(second.out);
  assert.deepEqual(
    result.environments.map((one: { name: string; written: number; removed: number }) => [one.name, one.written, one.removed]),
    [
      ['dev', 0, 0],
      ['prod-ap', 0, 0],
      ['prod-eu', 0, 0],
      ['prod-us', 0, 0],
      ['staging', 0, 0],
    ],
  );
});

test('an unknown environment is wrong input, with a suggestion', async () => {
  const { exit, talk } = await run('synth', 'stagign');
  assert.equal(exit, 2);
  assert.match(talk, /error\[environment-unknown\].*`stagign`/);
  assert.match(talk, /staging/);
});

test('a change that is not committed is not published', async () => {
  project.edit('environments/dev.ts', { from: 'workers: 1', to: 'workers: 2' });
  const { exit, talk } = await run('publish', 'dev', '--direct', '--push', 'origin');
  project.undo();
  assert.equal(exit, 4);
  assert.match(talk, /error\[dirty-source\].*`environments\/dev.ts`/);
});

test('published, planned, synced: exit codes 0, 1, 0, 0', async () => {
  const published = await run('publish', 'dev', '--direct', '--push', 'origin');
  assert.equal(published.exit, 0, published.talk);
  const bootstrap = await run('bootstrap', 'dev');
  assert.equal(bootstrap.exit, 0, bootstrap.talk);
  for (const document of bootstrap.out.split(/^---\n/m).filter((text) => text.trim() !== '')) {
    const read = parseManifest(document);
    assert.ok(read.ok);
    assert.ok((await cluster.apply(read.value, { manager: 'administrator' })).ok);
  }
  kubeconfig = await kubeconfigFor(plane, { namespace: 'lockstep', serviceAccount: 'lockstep-dev' });
  const planned = await run('plan', 'dev', '--source', project.remote, '--cache', cache, ...toCluster());
  assert.equal(planned.exit, 1, planned.talk);
  assert.match(planned.out, /\+ create Deployment\/shop\/web/);
  const synced = await run('agent', ...agentArgs(), '--once');
  assert.equal(synced.exit, 0, synced.talk + synced.out);
  const again = await run('plan', 'dev', '--source', project.remote, '--cache', cache, ...toCluster());
  assert.equal(again.exit, 0, again.out + again.talk);
});

test('the status is ready, for people and as JSON', async () => {
  const text = await run('status', 'dev', ...toCluster());
  assert.equal(text.exit, 0, text.talk);
  assert.match(text.out, /^Ready dev at [0-9a-f]{12}/);
  const { out } = await run('status', 'dev', '--output', 'json', ...toCluster());
  const status = JSON.parse(out) as EnvironmentStatus;
  assert.deepEqual(status.unhealthy, []);
  assert.equal(status.conditions.find((condition) => condition.type === 'Ready')?.status, 'True');
});

test('a rollback is a commit, and the agent follows it', async () => {
  greet('Hello');
  assert.equal((await run('publish', 'dev', '--direct', '--push', 'origin')).exit, 0);
  assert.equal((await run('agent', ...agentArgs(), '--once')).exit, 0);
  assert.equal(await greeting(), 'Hello');
  const rollback = await run('rollback', 'dev', '--direct', '--push', 'origin');
  assert.equal(rollback.exit, 0, rollback.talk);
  assert.equal((await run('agent', ...agentArgs(), '--once')).exit, 0);
  assert.equal(await greeting(), 'Welcome to the shop');
});

test('an agent that is killed at any moment of a sync leaves nothing that the next does not finish', async () => {
  for (const milliseconds of [50, 250, 350, 450, 550, 700]) {
    greet(`Hello at ${milliseconds}`);
    const published = await run('publish', 'dev', '--direct', '--push', 'origin');
    assert.equal(published.exit, 0, published.talk);
    const agent = startAgent(project.folder, [...agentArgs(), '--interval', '1']);
    await systemClock.sleep(milliseconds);
    agent.kill('SIGKILL');
    await agent.ended;
    const finished = await run('agent', ...agentArgs(), '--once');
    assert.equal(finished.exit, 0, finished.out + finished.talk);
    assert.equal(await greeting(), `Hello at ${milliseconds}`);
  }
});

test('an environment that moves to a folder of a shared branch is gone on with, and nothing is made anew', async () => {
  const uid = await deployed();
  project.edit('environments/base.ts', {
    from: "  kubernetes: '1.35',\n",
    to: "  kubernetes: '1.35',\n  rendered: { branch: 'environments/fleet' },\n",
  });
  project.commit('Share one branch');
  assert.equal((await run('publish', 'dev', 'staging', '--direct', '--push', 'origin')).exit, 0);
  const inFolder = [...agentArgs(), '--branch', 'environments/fleet', '--once'];
  const moved = await run('agent', ...inFolder);
  assert.equal(moved.exit, 0, moved.out + moved.talk);
  const { out } = await run('status', 'dev', '--output', 'json', ...toCluster());
  project.git('fetch', '--quiet', 'origin');
  const folder = project.git('log', '-1', '--first-parent', '--format=%H', 'origin/environments/fleet', '--', 'dev');
  assert.deepEqual([(JSON.parse(out) as EnvironmentStatus).revision, await deployed()], [folder, uid]);
  greet('Hello from the folder');
  assert.equal((await run('publish', 'dev', '--direct', '--push', 'origin')).exit, 0);
  const followed = await run('agent', ...inFolder);
  assert.equal(followed.exit, 0, followed.out + followed.talk);
  assert.equal(await greeting(), 'Hello from the folder');
});

test('a running agent ends quietly when it is asked to', async () => {
  const agent = startAgent(project.folder, [...agentArgs(), '--interval', '1']);
  await systemClock.sleep(1_500);
  agent.kill('SIGTERM');
  assert.equal(await agent.ended, 0);
});

test('without a cluster the way out is told', async () => {
  const { exit, talk } = await run('status', 'dev', '--kubeconfig', 'nowhere.yaml');
  assert.equal(exit, 2);
  assert.match(talk, /error\[kubeconfig-/);
});

/** Commits another greeting of dev. */
function greet(text: string): void {
  const before = /logLevel: 'debug'(?:, greeting: '[^']*')?/.exec(project.read('environments/dev.ts'))?.[0] ?? '';
  project.edit('environments/dev.ts', { from: before, to: `logLevel: 'debug', greeting: '${text}'` });
  project.commit(`Greet with ${text}`);
}

const web = { group: 'apps', kind: 'Deployment', namespace: 'shop', name: 'web' };

/** The uid of the Deployment: another one is another object. */
async function deployed(): Promise<string | undefined> {
  const answer = await cluster.get('apps/v1', web);
  return answer.ok ? stringAt(answer.value, 'metadata', 'uid') : undefined;
}

async function greeting(): Promise<string | undefined> {
  const answer = await cluster.get('apps/v1', web);
  const env = answer.ok ? listAt(answer.value, 'spec', 'template', 'spec', 'containers', 0, 'env') : [];
  return env.map((one) => (stringAt(one, 'name') === 'PODINFO_UI_MESSAGE' ? stringAt(one, 'value') : undefined)).find(Boolean);
}
