import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Manifest } from '../../src/model/manifest.ts';
import type { Cluster } from '../../src/ports.ts';
import { applied, refusal } from '../contract/cluster/asking.ts';
import { openReal } from '../contract/real.ts';
import { kubeconfigFor } from '../controlplane/kubeconfig.ts';
import { type ControlPlane, startControlPlane } from '../controlplane/start.ts';
import { type AgentProcess, type Ended, runLockstep, startAgent } from '../demo/program.ts';
import { makeProject, type Project } from '../demo/project.ts';
import { type Gitea, type GiteaRepository, giteaFor } from '../forge/gitea.ts';
import { temporaryFolder } from '../support/repository.ts';
import { forbiddenRequests, readAudit } from '../support/rights.ts';
import { eventually } from './eventually.ts';
import { bootstrapped, readyOnce } from './in-cluster.ts';

/** The built agent with what `lockstep bootstrap --report` prints, a real API server, and a real Gitea that it tells how dev does. */
let plane: ControlPlane;
let admin: Cluster;
let gitea: Gitea;
let repository: GiteaRepository;
let project: Project;
let folder: string;
let agent: AgentProcess;
let kubeconfig: string;
const closing: (() => unknown)[] = [];
const hooks = { after: (end: () => unknown) => void closing.push(end) };

before(async () => {
  folder = temporaryFolder(hooks);
  project = makeProject(folder);
  gitea = await giteaFor(hooks);
  repository = await gitea.repository('shop');
  project.git('remote', 'set-url', 'origin', repository.remote);
  project.git('config', `url.${repository.remoteOfUser}.insteadOf`, repository.remote);
  project.edit('environments/base.ts', { from: "  kubernetes: '1.35',\n", to: "  kubernetes: '1.35',\n  rendered: { forge: 'gitea' },\n" });
  project.commit('Name the forge');
  project.git('push', '--quiet', '--force', 'origin', 'main');
  plane = await startControlPlane({ audit: 'Request' });
  admin = openReal(plane.kubeconfig);
  await bootstrapped(admin, project.folder, ['--source', repository.remote, '--report', 'forge']);
  await applied(admin, secret('git', { username: gitea.user, password: gitea.token }));
  kubeconfig = await kubeconfigFor(plane, { namespace: 'lockstep', serviceAccount: 'lockstep' });
  agent = inCluster();
});
after(async () => {
  agent.kill('SIGKILL');
  await admin.close();
  await plane.stop();
  for (const close of closing.toReversed()) await close();
});

function inCluster(): AgentProcess {
  return startAgent(project.folder, ['--namespace', 'lockstep', '--kubeconfig', kubeconfig, '--cache', join(folder, 'cache')]);
}

function secret(name: string, data: Readonly<Record<string, string>>): Manifest {
  const encoded = Object.entries(data).map(([key, value]) => [key, Buffer.from(value).toString('base64')]);
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace: 'lockstep' }, data: Object.fromEntries(encoded) };
}

async function run(...args: readonly string[]): Promise<Ended> {
  const ended = await runLockstep(project.folder, args, {
    env: { ...(process.env as Record<string, string>), LOCKSTEP_FORGE_TOKEN: gitea.token },
  });
  assert.ok(!`${ended.out}${ended.talk}`.includes(gitea.token), 'nobody sees the token');
  return ended;
}

/** Publishes what the work tree holds, and merges the pull request `number`. Returns the commit that dev is to have then. */
async function merge(number: number, message?: string): Promise<string> {
  if (message !== undefined) project.commit(message);
  project.git('push', '--quiet', 'origin', 'main');
  const { exit, talk } = await run('publish', 'dev', '--push');
  assert.equal(exit, 0, talk);
  await repository.merge(number);
  return project.git('ls-remote', 'origin', 'environments/dev').split('\t')[0] ?? '';
}

interface Status {
  readonly context: string;
  readonly status: string;
  readonly description: string;
  readonly creator: { readonly login: string };
}

/** All that Gitea was told of a commit, the oldest first. */
async function told(commit: string): Promise<readonly Status[]> {
  const list = (await gitea.api('GET', `/repos/${repository.name}/commits/${commit}/statuses?sort=oldest`)) as readonly (Status & {
    readonly id: number;
  })[];
  return list.toSorted((a, b) => a.id - b.id);
}

/** The states of a commit, once the last of them is `state`. */
function once(commit: string, state: string): Promise<readonly string[]> {
  return eventually(
    `${state} of ${commit.slice(0, 7)}`,
    async () => {
      const states = (await told(commit)).map(({ status }) => status);
      return states.at(-1) === state ? states : undefined;
    },
    120_000,
  );
}

test('a forge that does not know who tells is no problem of the environment', { timeout: 600_000 }, async () => {
  const commit = await merge(1);
  await readyOnce(admin, 'lockstep', 'Synced');
  const untold = await agent.until(({ type }) => type === 'untold', { since: 0, what: 'the Secret to be missed' });
  assert.match(JSON.stringify(untold), /"code":"forge-token","message":"there is no Secret `lockstep\/forge`/);
  assert.deepEqual(await told(commit), []);
  assert.equal((await run('gate', 'dev')).exit, 1);
  // It is found as soon as it is there, and a rollout that is over by then was never pending.
  await applied(admin, secret('forge', { token: gitea.token }));
  assert.deepEqual(await once(commit, 'success'), ['success']);
  const [status] = await told(commit);
  assert.equal(status?.context, 'lockstep/dev');
  assert.match(status?.description ?? '', /^\d+ objects are Current$/);
  const gate = await run('gate', 'dev');
  assert.equal(gate.exit, 0, gate.talk);
  assert.match(
    gate.talk,
    new RegExp(`^\`dev\` is healthy at ${commit.slice(0, 7)}, since 20\\d\\d-[\\d:T.-]+Z: \\d+ objects are Current$`, 'm'),
  );
});

test('a commit is pending while it rolls out, and then a success: a gate waits for that, and promotion, too', {
  timeout: 600_000,
}, async () => {
  project.edit('environments/dev.ts', { from: "logLevel: 'debug'", to: "logLevel: 'info'" });
  const commit = await merge(2, 'Talk less');
  const waiting = await run('gate', 'dev', '--wait', '3m', '--output', 'json');
  assert.equal(waiting.exit, 0, waiting.talk);
  assert.equal(JSON.parse(waiting.out).commit, commit);
  assert.deepEqual(await once(commit, 'success'), ['pending', 'success']);
  const promoted = await run('promote', 'dev', 'staging', '--when-healthy', '--check');
  assert.equal(promoted.exit, 1, promoted.talk);
  assert.match(promoted.talk, /next: lockstep promote dev staging --when-healthy/);
});

test('a rollout that fails is a failure, for the gate and for promotion, too', { timeout: 600_000 }, async () => {
  project.edit('charts/workload.ts', {
    from: "priorityClassName: 'shop',",
    to: "priorityClassName: 'shop', nodeSelector: { disk: 'none' },",
  });
  project.edit('charts/workload.ts', { from: '      replicas,\n', to: '      replicas,\n      progressDeadlineSeconds: 5,\n' });
  const commit = await merge(3, 'Want a disk that no node has');
  const states = await once(commit, 'failure');
  assert.deepEqual(states, ['pending', 'failure']);
  assert.match(
    (await told(commit)).at(-1)?.description ?? '',
    /^HealthFailed: Deployment\/shop\/\w+ is Failed; `lockstep status dev` tells more$/,
  );
  const gate = await run('gate', 'dev', '--wait', '1m');
  assert.equal(gate.exit, 4, gate.talk);
  assert.match(gate.talk, new RegExp(`^\`dev\` has failed at ${commit.slice(0, 7)}, since `, 'm'));
  const promoted = await run('promote', 'dev', 'staging', '--when-healthy', '--check');
  assert.equal(promoted.exit, 4, promoted.talk);
  assert.match(promoted.talk, /error\[promote-unhealthy\]/);
});

test('an agent that is told of its environment by options tells, too, and whoever comes after tells nothing twice', {
  timeout: 600_000,
}, async () => {
  agent.kill('SIGTERM');
  assert.equal(await agent.ended, 0);
  project.git('revert', '--no-edit', 'HEAD');
  const commit = await merge(4);
  const place = ['--environment', 'dev', '--source', repository.remote, '--kubeconfig', plane.kubeconfig];
  const args = ['agent', ...place, '--cache', join(folder, 'cache-once'), '--once', '--report'];
  assert.match((await run(...args)).talk, /error\[forge-unknown\]: nobody knows which type of forge/);
  const first = await run(...args, '--forge', 'gitea');
  assert.equal(first.exit, 0, first.talk + first.out);
  const states = (await told(commit)).map(({ status }) => status);
  assert.deepEqual([states.at(-1), states.filter((state) => state === 'success').length], ['success', 1]);
  assert.equal((await run(...args, '--forge', 'gitea')).exit, 0);
  agent = inCluster();
  const again = agent.until(({ type }) => type === 'told', { since: 0, what: 'what is told already', patience: 10_000 });
  await assert.rejects(again, /waited in vain/);
  await readyOnce(admin, 'lockstep', 'Synced');
  assert.deepEqual(
    (await told(commit)).map(({ status }) => status),
    states,
  );
  const audit = readAudit(plane.auditLog ?? '');
  assert.deepEqual(forbiddenRequests(audit, 'system:serviceaccount:lockstep:lockstep'), []);
});

test('the API server takes no Environment that tells a forge by nobody', async () => {
  const declare = (report: Readonly<Record<string, string>>): Manifest => ({
    apiVersion: 'lockstep.dev/v1alpha1',
    kind: 'Environment',
    metadata: { name: 'other', namespace: 'lockstep' },
    spec: { source: { url: 'https://git.example.com/acme/shop.git' }, report },
  });
  assert.match((await refusal(admin, declare({ forge: 'gitea' }))).message, /report needs a Secret/);
  assert.match(
    (await refusal(admin, declare({ forge: 'svn', secretName: 'forge' }))).message,
    /spec\.report\.forge: Unsupported value: "svn"/,
  );
  const url = 'http://git.example.com';
  assert.match((await refusal(admin, declare({ forge: 'gitea', secretName: 'forge', url }))).message, /expected https:\/\/host/);
});
