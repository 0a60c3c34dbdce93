import assert from 'node:assert/strict';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { parseManifest } from '../../src/codec/yaml-read.ts';
import { environmentApi } from '../../src/model/declared.ts';
import { isObject, listAt } from '../../src/model/json.ts';
import { type LiveObject, type Manifest, refOf } from '../../src/model/manifest.ts';
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
const environment = { ...environmentApi, namespace: 'team-a', name: 'dev' };

before(async () => {
  const folder = temporaryFolder({ after: (end) => void closing.push(end as () => unknown) });
  project = makeProject(folder);
  git = await startGitHttp({ folder: dirname(project.remote), admits: (authorization) => authorization !== undefined });
  plane = await startControlPlane({ audit: 'Request' });
  admin = openReal(plane.kubeconfig);
  const image = ['--image', `registry.example.com/lockstep:1@sha256:${'a'.repeat(64)}`];
  const place = ['--namespace', 'team-a', '--agent-namespace', 'lockstep'];
  const source = ['--source', `${git.url}/shop.git`, '--secret', 'git', '--on-delete', 'prune'];
  const { exit, out, talk } = await runLockstep(project.folder, ['bootstrap', 'dev', ...source, ...image, ...place]);
  assert.equal(exit, 0, talk);
  printed = out.split(/^---$/m).map((text) => {
    const read = parseManifest(text);
    assert.ok(read.ok);
    return read.value;
  });
  for (const manifest of printed)
    await eventually(
      `${manifest.kind} to be served`,
      async () => (await admin.apply(manifest, { manager: 'administrator' })).ok || undefined,
    );
  const data = { username: Buffer.from('reader').toString('base64'), password: Buffer.from('secret').toString('base64') };
  await applied(admin, { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'git', namespace: 'team-a' }, data });
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

async function live(): Promise<LiveObject | undefined> {
  const answer = await admin.get(environment.apiVersion, environment);
  assert.ok(answer.ok);
  return answer.value;
}

async function synced(): Promise<void> {
  let status: unknown;
  await eventually('Ready to be Synced', async () => {
    status = (await live())?.status;
    return listAt(status as LiveObject['status'], 'conditions')
      .filter(isObject)
      .some((condition) => condition['type'] === 'Ready' && condition['reason'] === 'Synced')
      ? true
      : undefined;
  }).catch((cause: unknown) => {
    throw new Error(`the status was ${JSON.stringify(status)}`, { cause });
  });
}

test('an environment of another namespace is kept, in the name of a ServiceAccount there', async () => {
  await synced();
  const services = await admin.list({ apiVersion: 'v1', kind: 'Service', namespace: 'shop', selector: '', metadataOnly: false });
  const [service] = services.ok ? services.value : [];
  assert.ok(service !== undefined);
  await removed(admin, service);
  await eventually('the Service to be back', async () => {
    const found = await admin.get('v1', refOf(service));
    return (found.ok && found.value !== undefined && found.value.metadata.uid !== service.metadata.uid) || undefined;
  });
  await synced();
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
