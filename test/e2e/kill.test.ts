import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { applySetId, parentOf, partOfLabel } from '../../src/model/applyset.ts';
import { at, type Json } from '../../src/model/json.ts';
import { type LiveObject, type Manifest, refOf } from '../../src/model/manifest.ts';
import { formatRef, keyOf, type ObjectKey } from '../../src/model/ref.ts';
import { kubeconfigText, tokenFor } from '../controlplane/kubeconfig.ts';
import { runLockstep, startAgent } from '../demo/program.ts';
import { type FaultyProxy, openFaultyProxy, type Trap } from '../support/faulty-proxy.ts';
import { temporaryFolder } from '../support/repository.ts';
import { entriesIn } from '../support/survey.ts';
import { configMap, namespace, service } from './manifests.ts';
import { openStage, type Stage } from './stage.ts';

/** The built program, killed at every write that it asks a real API server for, with the rights of the generated ServiceAccount. */
let stage: Stage;
let proxy: FaultyProxy;
let folder: string;
const closing: (() => unknown)[] = [];

const environment = 'kill';
const parent = parentOf(environment, 'lockstep');
const selector = `${partOfLabel}=${applySetId(parent)}`;
/** Somebody else's, as it was made. */
let stranger: LiveObject | undefined;
const foreign = configMap('vault', 'foreign', 'theirs');

function account(name: string): Manifest {
  return { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace: 'vault' } };
}

function role(...verbs: readonly string[]): Manifest {
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'Role',
    metadata: { name: 'reader', namespace: 'vault' },
    rules: [{ apiGroups: [''], resources: ['configmaps'], verbs }],
  };
}

const binding: Manifest = {
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'RoleBinding',
  metadata: { name: 'readers', namespace: 'vault' },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'reader' },
  subjects: [{ kind: 'ServiceAccount', name: 'app', namespace: 'vault' }],
};

function cronJob(schedule: string): Manifest {
  const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'registry.k8s.io/pause:3.10' }] } };
  return {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name: 'report', namespace: 'vault' },
    spec: { schedule, jobTemplate: { spec: { template } } },
  };
}

const secret: Manifest = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'key', namespace: 'vault' }, data: { value: 'b25l' } };
const rules = { objects: { 'rolebinding/readers': { dependsOn: ['test/role.vault.reader.yaml'] }, 'configmap/last': { wave: 2 } } };
const first: readonly Manifest[] = [
  namespace('vault'),
  account('app'),
  role('get'),
  binding,
  configMap('vault', 'one', '1'),
  configMap('vault', 'two', '1'),
  configMap('vault', 'three', '1'),
  configMap('vault', 'last', '1'),
  secret,
  service('vault', 'web'),
  cronJob('0 0 * * *'),
  account('other'),
];
/** Changes three objects of `first`, adds two, and drops three. */
const second: readonly Manifest[] = [
  namespace('vault'),
  account('app'),
  role('get', 'list'),
  binding,
  configMap('vault', 'one', '2'),
  configMap('vault', 'four', '2'),
  configMap('vault', 'five', '2'),
  configMap('vault', 'last', '1'),
  secret,
  service('vault', 'web'),
  cronJob('30 0 * * *'),
];
const kinds = new Map([...first, ...second].map(({ apiVersion, kind }) => [kind, apiVersion]));

before(async () => {
  folder = temporaryFolder({ after: (end) => void closing.push(end as () => unknown) });
  stage = await openStage(environment, { controlPlane: { without: ['kube-controller-manager', 'kube-scheduler', 'kwok'] } });
  await stage.allow([...first, ...second]);
  proxy = await openFaultyProxy(stage.plane);
  const token = await tokenFor(stage.plane, { namespace: 'lockstep', serviceAccount: `lockstep-${environment}` });
  writeFileSync(join(folder, 'direct'), kubeconfigText({ ...stage.plane, token }), { mode: 0o600 });
  writeFileSync(join(folder, 'proxied'), kubeconfigText({ ...stage.plane, server: proxy.server, token }), { mode: 0o600 });
  assert.ok((await stage.admin.apply(foreign, { manager: 'somebody' })).ok);
  stranger = await stage.live(foreign);
});
after(async () => {
  await proxy.close();
  await stage.close();
  for (const close of closing) await close();
});

function agentArgs(way: 'direct' | 'proxied'): readonly string[] {
  const { repository } = stage;
  const flags = { environment, source: repository, cache: join(folder, 'cache'), kubeconfig: join(folder, way), timeout: '60' };
  return [...Object.entries(flags).flatMap(([name, value]) => [`--${name}`, value]), '--once'];
}

/** Starts an agent that is killed as `trap` says; false when it came to its end before. */
async function isKilled(trap: Omit<Trap, 'spring'>): Promise<boolean> {
  let killed = false;
  const spring = (): void => {
    killed = true;
    agent.kill('SIGKILL');
  };
  proxy.arm({ ...trap, spring });
  const agent = startAgent(folder, agentArgs('proxied'));
  await agent.ended;
  return killed;
}

/** The objects of `kind` in the whole cluster. */
async function listed(apiVersion: string, kind: string, labels = ''): Promise<readonly LiveObject[]> {
  const answer = await stage.admin.list({ apiVersion, kind, namespace: '', selector: labels, metadataOnly: false });
  assert.ok(answer.ok, kind);
  return answer.value;
}

/** All objects that carry the environment's label. */
async function members(): Promise<ReadonlyMap<ObjectKey, LiveObject>> {
  const lists = await Promise.all([...kinds].map(([kind, apiVersion]) => listed(apiVersion, kind, selector)));
  return new Map(lists.flat().map((object) => [keyOf(refOf(object)), object]));
}

/** The ConfigMaps that the environment's state stands in. */
async function stateObjects(): Promise<readonly LiveObject[]> {
  return (await listed('v1', 'ConfigMap')).filter(
    ({ metadata }) => metadata.namespace === 'lockstep' && metadata.name.startsWith(parent.name),
  );
}

/** Deletes the environment with its state, but for the namespace, which stands since before its first sync. */
async function forget(): Promise<void> {
  const objects = [...(await members()).values(), ...(await stateObjects())].filter(({ kind }) => kind !== 'Namespace');
  await Promise.all(
    objects.map(async (object) => {
      const answer = await stage.admin.remove(object.apiVersion, refOf(object), object.metadata);
      assert.ok(answer.ok, formatRef(refOf(object)));
    }),
  );
}

/** Checks that the environment is `wanted` and nothing else, and that the objects in `earlier` that stay are still the same. */
async function assertConverged(wanted: readonly Manifest[], earlier: readonly ReadonlyMap<ObjectKey, LiveObject>[]): Promise<void> {
  const objects = await members();
  const keys = wanted.map((manifest) => keyOf(refOf(manifest))).sort();
  assert.deepEqual([...objects.keys()].sort(), keys);
  for (const manifest of wanted) assertSays(objects.get(keyOf(refOf(manifest))), manifest, formatRef(refOf(manifest)));
  for (const before of earlier) {
    const kept = [...before].filter(([key]) => objects.has(key));
    for (const [key, { metadata }] of kept) assert.equal(objects.get(key)?.metadata.uid, metadata.uid, key);
  }
  const state = await stateObjects();
  assert.deepEqual(
    state.map(({ metadata }) => metadata.name),
    [parent.name, `${parent.name}-inventory-1-0`],
  );
  const entries = state.flatMap(entriesIn);
  assert.deepEqual(entries.map(({ ref }) => keyOf(ref)).sort(), keys);
  for (const { ref, seen } of entries) assert.equal(seen?.uid, objects.get(keyOf(ref))?.metadata.uid, formatRef(ref));
  assert.deepEqual(await stage.live(foreign), stranger);
}

/** Every value in `said` stands in `live`, in the same place. */
function assertSays(live: Json | undefined, said: Json | undefined, place: string): void {
  if (typeof said !== 'object' || said === null) assert.equal(live, said, place);
  else
    for (const [key, value] of Object.entries(said))
      assertSays(at(live, Array.isArray(said) ? Number(key) : key), value, `${place}/${key}`);
}

/** One more start finds nothing to do: it takes the lease, and gives it up. */
async function assertCalm(): Promise<void> {
  proxy.arm();
  const { exit } = await runLockstep(folder, ['agent', ...agentArgs('proxied')]);
  assert.deepEqual([exit, proxy.writes], [0, 2]);
}

/**
 * Has an agent killed at each of its writes, before it and after it, and starts another one each time. `begin` brings about
 * what is to be synced, and tells what the environment is then. Returns how often an agent was killed.
 */
async function killEverywhere(begin: () => Promise<readonly Manifest[]>): Promise<number> {
  for (let kills = 0; ; kills++) {
    const trap = { write: 1 + Math.floor(kills / 2), moment: kills % 2 === 0 ? 'before' : 'after' } as const;
    const wanted = await begin();
    const before = await members();
    if (!(await isKilled(trap))) return kills;
    const meanwhile = await members();
    const { exit, out, talk } = await runLockstep(folder, ['agent', ...agentArgs('direct')]);
    const where = `killed ${trap.moment} write ${trap.write}`;
    assert.equal(exit, 0, `${where}: ${out}${talk}`);
    await assert.doesNotReject(assertConverged(wanted, [before, meanwhile]), where);
  }
}

test('killed before or after any write of a first sync, the next start finishes it', { timeout: 300_000 }, async () => {
  await stage.publish(first, rules);
  const kills = await killEverywhere(async () => {
    await forget();
    return first;
  });
  assert.ok(kills >= 2 * first.length, `${kills} kills`);
  await assertConverged(first, []);
  await assertCalm();
});

test('killed before or after any write of a sync that changes, adds and prunes, the next start finishes it', {
  timeout: 300_000,
}, async () => {
  let [now, next] = [first, second];
  const kills = await killEverywhere(async () => {
    [now, next] = [next, now];
    await stage.publish(now, rules);
    return now;
  });
  assert.ok(kills >= 2 * 8, `${kills} kills`);
  await assertConverged(now, []);
  await assertCalm();
});
