import assert from 'node:assert/strict';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Manifest } from '../../src/model/manifest.ts';
import type { Cluster } from '../../src/ports.ts';
import { applied, removed } from '../contract/cluster/asking.ts';
import { openReal } from '../contract/real.ts';
import { kubeconfigFor } from '../controlplane/kubeconfig.ts';
import { type ControlPlane, startControlPlane } from '../controlplane/start.ts';
import { type AgentProcess, runLockstep, startAgent } from '../demo/program.ts';
import { makeProject, type Project } from '../demo/project.ts';
import { type GitHttpServer, startGitHttp } from '../support/git-http.ts';
import { temporaryFolder } from '../support/repository.ts';
import { forbiddenRequests, readAudit, unusedRights } from '../support/rights.ts';
import { eventually } from './eventually.ts';
import { bootstrapped, declaredDev, gitSecret, readyOnce, serviceRepaired } from './in-cluster.ts';

/** The built agent as it keeps an environment of another namespace, with what `lockstep bootstrap --agent-namespace` prints and nothing else. */
let plane: ControlPlane;
let admin: Cluster;
let project: Project;
let git: GitHttpServer;
let printed: readonly Manifest[];
let agent: AgentProcess;
const closing: (() => unknown)[] = [];

const user = 'system:serviceaccount:lockstep:lockstep';
const actor = 'system:serviceaccount:team-a:lockstep-dev';
const live = () => declaredDev(admin, 'team-a');

before(async () => {
  const folder = temporaryFolder({ after: (end) => void closing.push(end as () => unknown) });
  project = makeProject(folder);
  git = await startGitHttp({ folder: dirname(project.remote), admits: (authorization) => authorization !== undefined });
  plane = await startControlPlane({ audit: 'Request' });
  admin = openReal(plane.kubeconfig);
  const place = ['--namespace', 'team-a', '--agent-namespace', 'lockstep'];
  printed = await bootstrapped(admin, project.folder, ['--source', `${git.url}/shop.git`, ...place]);
  await applied(admin, gitSecret('team-a', 'secret'));
  const published = await runLockstep(project.folder, ['publish', 'dev', '--direct', '--push']);
  assert.equal(published.exit, 0, published.talk);
  const kubeconfig = await kubeconfigFor(plane, { namespace: 'lockstep', serviceAccount: 'lockstep' });
  agent = startAgent(project.folder, ['--all-namespaces', '--kubeconfig', kubeconfig, '--cache', join(folder, 'cache')]);
});
after(async () => {
  agent.kill('SIGKILL');
  await git.close();
  await admin.close();
  await plane.stop();
  for (const close of closing) await close();
});

test('an environment of another namespace is kept, in the name of a ServiceAccount there', async () => {
  await readyOnce(admin, 'team-a', 'Synced');
  await serviceRepaired(admin);
  await readyOnce(admin, 'team-a', 'Synced');
});

test('the rights of both are enough, and those of the agent, here and there, none too many', async () => {
  const declared = await live();
  assert.ok(declared);
  // Later, not: with the namespace go the roles that stand in it.
  const before = readAudit(plane.auditLog ?? '');
  assert.deepEqual([...forbiddenRequests(before, user), ...forbiddenRequests(before, actor)], []);
  await removed(admin, declared);
  await eventually('the Environment to go', async () => ((await live()) === undefined ? true : undefined), 60_000);
  // What whom it acts as may do is what the tree needs, wherever the agent stands: `rbac.test.ts` finds a use for each right.
  assert.deepEqual(unusedRights(readAudit(plane.auditLog ?? ''), printed, user), []);
});
