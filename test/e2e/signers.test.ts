import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { at, isObject, listAt } from '../../src/model/json.ts';
import type { Manifest } from '../../src/model/manifest.ts';
import type { Cluster } from '../../src/ports.ts';
import { applied } from '../contract/cluster/asking.ts';
import { openReal } from '../contract/real.ts';
import { type ControlPlane, startControlPlane } from '../controlplane/start.ts';
import { type AgentProcess, runLockstep } from '../demo/program.ts';
import { makeProject, type Project } from '../demo/project.ts';
import { type GitHttpServer, startGitHttp } from '../support/git-http.ts';
import { makeSshKey, type SshKey, signBySsh } from '../support/keys.ts';
import { temporaryFolder } from '../support/repository.ts';
import { forbiddenRequests, readAudit, unusedRights } from '../support/rights.ts';
import { eventually } from './eventually.ts';
import { bootstrapped, declaredDev, gitSecret, startInCluster } from './in-cluster.ts';

/** The built agent as it runs in a cluster, told who may sign, on a real API server and real git, which signs by real keys. */
let plane: ControlPlane;
let admin: Cluster;
let project: Project;
let git: GitHttpServer;
let printed: readonly Manifest[];
let agent: AgentProcess;
let probes: string;
let [ada, eve]: readonly SshKey[] = [];
const closing: (() => unknown)[] = [];

const branch = 'environments/dev';

before(async () => {
  const later = { after: (end: unknown) => void closing.push(end as () => unknown) };
  const folder = temporaryFolder(later);
  project = makeProject(folder);
  [ada, eve] = [makeSshKey(later), makeSshKey(later)];
  signBySsh(project, ada?.path ?? '');
  project.git('config', 'commit.gpgSign', 'false');
  git = await startGitHttp({ folder: dirname(project.remote), admits: () => true });
  plane = await startControlPlane({ audit: 'Request' });
  admin = openReal(plane.kubeconfig);
  printed = await bootstrapped(admin, project.folder, ['--source', `${git.url}/shop.git`, '--signers', 'signers']);
  await applied(admin, gitSecret('lockstep', 'any'));
  ({ agent, probes } = await startInCluster(plane, { project: project.folder, folder }));
});
after(async () => {
  agent.kill('SIGKILL');
  await git.close();
  await admin.close();
  await plane.stop();
  for (const close of closing) await close();
});

async function published(...options: readonly string[]): Promise<void> {
  const { exit, talk } = await runLockstep(project.folder, ['publish', ...options, '--push']);
  assert.equal(exit, 0, talk);
}

const poke = () => fetch(`${probes}/hook`, { method: 'POST' });
const tip = (name = branch): string => project.git('ls-remote', 'origin', `refs/heads/${name}`).split('\t')[0] ?? '';

/** What a forge makes of a pull request: an unsigned commit of its own, of the same tree. */
function squashed(of: string): string {
  project.git('fetch', '--quiet', 'origin', branch, of);
  const commit = project.git('commit-tree', `${of}^{tree}`, '-p', tip(), '-m', 'Squash');
  project.git('push', '--quiet', 'origin', `${commit}:refs/heads/${branch}`);
  return commit;
}

/** What the Environment says of `commit`, once that has this reason. */
async function toldOf(commit: string, reason: string): Promise<string> {
  await poke();
  let status: unknown;
  return eventually(`${commit} to be ${reason}`, async () => {
    const found = (await declaredDev(admin, 'lockstep'))?.status;
    status = found;
    const ready = listAt(found, 'conditions')
      .filter(isObject)
      .find((condition) => condition['type'] === 'Ready' && condition['reason'] === reason);
    const message = String(ready?.['message']);
    const isOf = reason === 'Synced' ? at(found, 'revision') === commit : message.startsWith(commit.slice(0, 12));
    return ready !== undefined && isOf ? message : undefined;
  }).catch((cause: unknown) => {
    throw new Error(`the status was ${JSON.stringify(status)}`, { cause });
  });
}

const revision = async () => at((await declaredDev(admin, 'lockstep'))?.status, 'revision');

test('nothing is taken before it is told who may sign', async () => {
  await published('dev', '--direct', '--sign');
  const message = await toldOf(tip(), 'SignersUnusable');
  assert.match(message, /the ConfigMap `lockstep\/signers`, which says who may sign, is not there$/);
});

test('a commit that one of the signers signed is taken', async () => {
  const data = { 'allowed-signers': `ada@example.com namespaces="git" ${ada?.publicKey}\n` };
  await applied(admin, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'signers', namespace: 'lockstep' }, data });
  await toldOf(tip(), 'Synced');
  assert.equal(await revision(), tip());
});

test('a commit that nobody signed is refused, and one of somebody else; both say whom they lack', async () => {
  const [before, events] = [await revision(), agent.events.length];
  project.edit('environments/dev.ts', { from: "logLevel: 'debug'", to: "logLevel: 'info'" });
  project.commit('Change the shop');
  await published('dev', '--direct', '--no-sign');
  const unsigned = await toldOf(tip(), 'CommitUntrusted');
  assert.match(unsigned, /the commit has no signature, and nothing is attested of its tree$/);
  const refused = await agent.until(({ type }) => type === 'refused', { since: events, what: 'the refusal' });
  assert.match(JSON.stringify(refused), /--sign/);
  project.git('config', 'user.signingKey', eve?.path ?? '');
  project.edit('environments/dev.ts', { from: "logLevel: 'info'", to: "logLevel: 'warn'" });
  project.commit('Change the shop again');
  await published('dev', '--direct', '--sign');
  const other = await toldOf(tip(), 'CommitUntrusted');
  assert.match(other, /is signed by the key `SHA256:\S+`, which is none of theirs, and what is attested of its tree is signed by the key/);
  assert.equal(await revision(), before);
  project.git('config', 'user.signingKey', ada?.path ?? '');
});

test('the commit that a forge makes of a proposal is taken for what is attested of its tree', async () => {
  project.edit('environments/dev.ts', { from: "logLevel: 'warn'", to: "logLevel: 'debug'" });
  project.commit('Change the shop once more');
  await published('dev', '--sign');
  const commit = squashed(tip(`${branch}-next`));
  await toldOf(commit, 'Synced');
  assert.equal(await revision(), commit);
});

test('what is attested of the tree of another environment counts for nothing here', async () => {
  const before = await revision();
  await published('prod-eu', '--direct', '--sign');
  const commit = squashed(tip('environments/prod-eu'));
  const message = await toldOf(commit, 'CommitUntrusted');
  assert.match(message, /nothing is attested of its tree/);
  assert.equal(await revision(), before);
});

test('an agent for one environment, and a plan, are told by a file', async () => {
  const signers = join(project.folder, 'signers');
  writeFileSync(signers, `ada@example.com ${ada?.publicKey}\n`);
  const place = ['--source', project.remote, '--namespace', 'default', '--kubeconfig', plane.kubeconfig, '--signers', 'signers'];
  const kept = await runLockstep(project.folder, ['agent', '--environment', 'dev', ...place, '--once']);
  assert.equal(kept.exit, 4, kept.talk);
  assert.match(kept.out + kept.talk, /commit-untrusted/);
  const planned = await runLockstep(project.folder, ['plan', 'dev', ...place]);
  assert.equal(planned.exit, 4, planned.talk);
  rmSync(signers);
  const lacking = await runLockstep(project.folder, ['plan', 'dev', ...place]);
  assert.deepEqual([lacking.exit, /signers-unreadable/.test(lacking.talk)], [2, true], lacking.talk);
});

test('the rights that were printed were enough, and that to read the signers is used', () => {
  const user = 'system:serviceaccount:lockstep:lockstep';
  const audit = readAudit(plane.auditLog ?? '');
  assert.deepEqual(forbiddenRequests(audit, user), []);
  assert.deepEqual(
    unusedRights(audit, printed, user).filter((right) => right.includes('signers')),
    [],
  );
});
