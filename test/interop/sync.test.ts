import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { systemClock } from '../../src/io/clock.ts';
import { openCluster } from '../../src/io/kube/cluster.ts';
import { openConfig } from '../../src/io/kube/config.ts';
import { type LiveObject, type Manifest, refOf } from '../../src/model/manifest.ts';
import { formatRef } from '../../src/model/ref.ts';
import { healthOf } from '../../src/reconcile/health/health.ts';
import { startControlPlane } from '../controlplane/start.ts';
import { runLockstep } from '../demo/program.ts';
import { makeProject, type Project } from '../demo/project.ts';
import { eventually } from '../e2e/eventually.ts';
import { administratorFor, applied, type Ground } from '../peers/account.ts';
import { flux } from '../peers/flux.ts';
import { gitopsEngine } from '../peers/gitops-engine.ts';
import type { Peer, PeerOptions } from '../peers/peer.ts';
import { findPeer, type PeerName } from '../peers/programs.ts';
import { temporaryFolder } from '../support/repository.ts';
import { branch, filesOf, objectsOf, unpack } from './branch.ts';

/** How many seconds another agent gets for a sync. */
const patience = 120;

/** The agent of another tool that reads the rendered branch. */
interface Reader {
  readonly peer: Peer;
  /** Gives it what the branch holds now. */
  readonly give: () => void;
  /** What else is to be true when it says that it is done. */
  readonly check?: () => Promise<void>;
}

/** What a reader is made with. */
interface Place {
  readonly ground: Ground;
  readonly project: Project;
  readonly options: PeerOptions;
  readonly files: readonly string[];
  /** What is still to be closed at the end. */
  readonly closing: (() => unknown)[];
}

const readers: Readonly<Record<Extract<PeerName, 'kustomize-controller' | 'gitops-engine'>, (place: Place) => Promise<Reader>>> = {
  async 'kustomize-controller'({ ground, project, options, files, closing }) {
    const peer = await flux({ ...options, ground, definitions: files, wait: true });
    closing.push(() => peer.close());
    return {
      peer,
      give: () => peer.offer(unpack(project.remote, join(options.folder, 'branch'))),
      async check() {
        const conditions = (await peer.live())?.status as { readonly conditions: readonly Record<string, string>[] } | undefined;
        assert.equal(conditions?.conditions.find(({ type }) => type === 'Ready')?.['status'], 'True');
      },
    };
  },
  async 'gitops-engine'({ project, options }) {
    const repository = join(options.folder, 'checkout');
    execFileSync('git', ['clone', '--quiet', '--branch', branch, project.remote, repository]);
    const peer = await gitopsEngine({ ...options, repository });
    return { peer, give: () => execFileSync('git', ['-C', repository, 'pull', '--quiet', '--ff-only']) };
  },
};

for (const [name, open] of Object.entries(readers)) {
  test(`${name} syncs the branch of the sample until all is ready, and then a change and a deletion`, async (t) => {
    const { ground, project, reader } = await setUp(t, name as keyof typeof readers, open);
    reader.give();
    await reader.peer.start();
    // Agents look again and again: a client of gitops-engine knows a kind that a sync brings only at the next one.
    await reader.peer.sync();
    const before = objectsOf(filesOf(project.remote));
    assert.equal(before.length, 48);
    await assertReady(ground, before);
    await reader.check?.();

    project.edit('environments/dev.ts', { from: "logLevel: 'debug'", to: "logLevel: 'warn'" });
    project.edit('charts/web.ts', { from: `    { name: 'office', host: \`office.\${host}\` },\n`, to: '' });
    project.edit('charts/web.ts', {
      from: "    addWorkload(chart, { ...common, name: 'office', scale: { replicas: 1 }, env: { PODINFO_UI_MESSAGE: 'For our own people' } });\n",
      to: '',
    });
    project.commit('Talk less, and close the office');
    await publish(project);
    const after = objectsOf(filesOf(project.remote));
    const gone = before.filter((one) => !after.some((other) => nameOf(other) === nameOf(one)));
    assert.deepEqual(gone.map(nameOf).sort(), ['Deployment/shop/office', 'Service/shop/office', 'ServiceAccount/shop/office']);
    reader.give();
    await reader.peer.sync();
    await assertReady(ground, after);
    await reader.check?.();
    for (const one of gone) await eventually(`the end of ${nameOf(one)}`, async () => ((await live(ground, one)) ? undefined : true));
    const web = after.find((one) => nameOf(one) === 'Deployment/shop/web') as Manifest;
    assert.match(JSON.stringify((await live(ground, web))?.['spec']), /"PODINFO_LEVEL","value":"warn"/);
  });
}

async function setUp(
  t: TestContext,
  name: keyof typeof readers,
  open: (place: Place) => Promise<Reader>,
): Promise<{ readonly ground: Ground; readonly project: Project; readonly reader: Reader }> {
  const found = await findPeer(name);
  assert.ok('program' in found, 'missing' in found ? found.missing : '');
  const folder = temporaryFolder(t);
  const plane = await startControlPlane();
  const closing: (() => unknown)[] = [() => plane.stop()];
  t.after(async () => {
    for (const close of closing.toReversed()) await close();
  });
  const admin = openCluster({ config: openConfig({ env: {}, kubeconfig: plane.kubeconfig }), clock: systemClock });
  closing.push(() => admin.close());
  const ground = { plane, admin };
  const project = makeProject(folder);
  await publish(project);
  const { kubeconfig } = await administratorFor(ground, name);
  const options = { program: found.program, kubeconfig, folder: join(folder, name), patience };
  const reader = await open({ ground, project, options, files: found.files, closing });
  closing.push(() => reader.peer.stop());
  await makeSecret(ground);
  return { ground, project, reader };
}

/** What the vault's operator makes where there is one: pods of the database do not start without it. */
async function makeSecret(ground: Ground): Promise<void> {
  await applied(ground, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } });
  const data = { password: Buffer.from('for a test').toString('base64') };
  await applied(ground, { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'database', namespace: 'shop' }, data });
}

async function publish(project: Project): Promise<void> {
  const { exit, talk } = await runLockstep(project.folder, ['publish', 'dev', '--direct', '--push', 'origin']);
  assert.equal(exit, 0, talk);
}

/** Every object is there, has all that the branch says, and is Current. */
async function assertReady(ground: Ground, manifests: readonly Manifest[]): Promise<void> {
  for (const manifest of manifests) {
    const kind = await ground.admin.resource(manifest.apiVersion, manifest.kind);
    const facts = { hasStatus: kind.ok ? kind.value?.status : undefined };
    const found = await eventually(`${nameOf(manifest)} to be Current`, async () => {
      const one = await live(ground, manifest);
      return one !== undefined && healthOf(one, facts).status === 'Current' ? one : undefined;
    });
    const answer = await ground.admin.apply(manifest, { manager: 'somebody', dryRun: true });
    assert.ok(answer.ok, `${nameOf(manifest)}: ${answer.ok ? '' : answer.error.message}`);
    assert.deepEqual(contentOf(answer.value.object), contentOf(found), `${nameOf(manifest)} is not what the branch says`);
  }
}

/** What the branch can say of an object. */
function contentOf(object: LiveObject | undefined): unknown {
  if (object === undefined) return undefined;
  const { metadata, status: _, ...content } = object;
  return { ...content, labels: metadata.labels, annotations: metadata.annotations };
}

async function live({ admin }: Ground, manifest: Manifest): Promise<LiveObject | undefined> {
  const answer = await admin.get(manifest.apiVersion, refOf(manifest));
  assert.ok(answer.ok);
  return answer.value;
}

function nameOf(manifest: Manifest): string {
  return formatRef(refOf(manifest));
}
