import assert from 'node:assert/strict';
import { dirname } from 'node:path';
import { after, before, test } from 'node:test';
import { at } from '../../src/model/json.ts';
import type { Manifest } from '../../src/model/manifest.ts';
import type { Cluster } from '../../src/ports.ts';
import { applied, removed } from '../contract/cluster/asking.ts';
import { openReal } from '../contract/real.ts';
import { type ControlPlane, startControlPlane } from '../controlplane/start.ts';
import { type AgentProcess, runLockstep } from '../demo/program.ts';
import { makeProject, type Project } from '../demo/project.ts';
import { type GitHttpServer, startGitHttp } from '../support/git-http.ts';
import { temporaryFolder } from '../support/repository.ts';
import { forbiddenRequests, readAudit, unusedRights } from '../support/rights.ts';
import { eventually } from './eventually.ts';
import { bootstrapped, declaredDev, gitSecret, readyOnce, serviceRepaired, startInCluster } from './in-cluster.ts';

/** The built agent as it runs in a cluster, with what `lockstep bootstrap` prints and nothing else, on a real API server and real git. */
let plane: ControlPlane;
let admin: Cluster;
let project: Project;
let git: GitHttpServer;
let printed: readonly Manifest[];
let agent: AgentProcess;
let probes: string;
let password = 'first';
const closing: (() => unknown)[] = [];

const user = 'system:serviceaccount:lockstep:lockstep';
const actor = 'system:serviceaccount:lockstep:lockstep-dev';
const live = () => declaredDev(admin, 'lockstep');
const ready = (reason: string) => readyOnce(admin, 'lockstep', reason);

before(async () => {
  const folder = temporaryFolder({ after: (end) => void closing.push(end as () => unknown) });
  project = makeProject(folder);
  const admits = (authorization: string | undefined): boolean =>
    authorization === `Basic ${Buffer.from(`reader:${password}`).toString('base64')}`;
  git = await startGitHttp({ folder: dirname(project.remote), admits });
  plane = await startControlPlane({ audit: 'Request' });
  admin = openReal(plane.kubeconfig);
  printed = await bootstrapped(admin, project.folder, ['--source', `${git.url}/shop.git`]);
  await applied(admin, gitSecret('lockstep', password));
  ({ agent, probes } = await startInCluster(plane, { project: project.folder, folder }));
});
after(async () => {
  agent.kill('SIGKILL');
  await git.close();
  await admin.close();
  await plane.stop();
  for (const close of closing) await close();
});

async function publish(message: string): Promise<void> {
  project.commit(message);
  const { exit, talk } = await runLockstep(project.folder, ['publish', 'dev', '--direct', '--push']);
  assert.equal(exit, 0, talk);
}

test('before anything is published, the Environment says what is missing, and the agent is ready to work', async () => {
  const unpublished = await ready('Unreachable');
  assert.match(String(unpublished['message']), /no branch `environments\/dev`/);
  const response = await eventually('the agent to be ready', async () => {
    const found = await fetch(`${probes}/readyz`);
    return found.status === 200 ? found : undefined;
  });
  assert.equal(response.status, 200);
});

test('what is published is applied, and the Environment says so', async () => {
  const { exit, talk } = await runLockstep(project.folder, ['publish', 'dev', '--direct', '--push']);
  assert.equal(exit, 0, talk);
  assert.equal((await fetch(`${probes}/hook`, { method: 'POST' })).status, 202);
  const synced = await ready('Synced');
  assert.equal(synced['status'], 'True');
  const object = await live();
  assert.equal(at(object?.status, 'revision'), at(object?.status, 'latest'));
  assert.equal(at(object?.status, 'revision'), project.git('ls-remote', 'origin', 'environments/dev').split('\t')[0]);
  const metrics = await (await fetch(`${probes}/metrics`)).text();
  assert.match(metrics, /^lockstep_environment_ready\{namespace="lockstep",environment="dev"\} 1$/m);
});

test('a password that is rotated needs no restart', async () => {
  password = 'second';
  await fetch(`${probes}/hook`, { method: 'POST' });
  await ready('Unreachable');
  await applied(admin, gitSecret('lockstep', password));
  await fetch(`${probes}/hook`, { method: 'POST' });
  await ready('Synced');
});

test('a change is taken, and drift is repaired, in the name of the environment alone', async () => {
  const before = agent.events.length;
  project.edit('environments/dev.ts', { from: "logLevel: 'debug'", to: "logLevel: 'info'" });
  await publish('Change the shop');
  await fetch(`${probes}/hook`, { method: 'POST' });
  await agent.until(({ type }) => type === 'synced', { since: before, what: 'the change' });
  await ready('Synced');
  const service = await serviceRepaired(admin);
  assert.ok(service.metadata.managedFields?.some(({ manager }) => manager === 'lockstep-dev'));
  await ready('Synced');
});

test('with the Environment goes what it owns, and the rights were enough and none too many', async () => {
  const declared = await live();
  assert.ok(declared);
  // Later, not: with the namespace go the roles that stand in it.
  const before = readAudit(plane.auditLog ?? '');
  assert.deepEqual([...forbiddenRequests(before, user), ...forbiddenRequests(before, actor)], []);
  await removed(admin, declared);
  await eventually('the Environment to go', async () => ((await live()) === undefined ? true : undefined), 60_000);
  const audit = readAudit(plane.auditLog ?? '');
  assert.deepEqual(unusedRights(audit, printed, user), []);
  // What is only read or made where something went otherwise has its turn in a longer life (`rbac.test.ts`).
  assert.deepEqual(
    unusedRights(audit, printed, actor).filter((right) => /^(?:patch|delete) /.test(right)),
    [],
  );
});
