import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { runFleet } from '../../src/agent/fleet.ts';
import { openVitals } from '../../src/agent/vitals.ts';
import { environmentDefinition } from '../../src/compile/environment-definition.ts';
import { systemClock } from '../../src/io/clock.ts';
import { type EnvironmentSpec, nameOf } from '../../src/model/declared.ts';
import type { EnvironmentStatus, SyncEvent } from '../../src/model/event.ts';
import { Failure } from '../../src/model/failure.ts';
import { at, isObject, type JsonObject, listAt, stringAt } from '../../src/model/json.ts';
import { type LiveObject, type Manifest, refOf } from '../../src/model/manifest.ts';
import type { Cluster } from '../../src/ports.ts';
import { verdictOf } from '../../src/reconcile/verdict.ts';
import { eventually } from '../e2e/eventually.ts';
import { configMap, deployment, namespace } from '../e2e/manifests.ts';
import { type FakeCluster, fakeCluster } from '../fakes/cluster.ts';
import { type Committed, type FakeSource, fakeSource } from '../fakes/source.ts';

const administrator = { manager: 'administrator' };

/** An agent for many environments on a fake cluster, with a fake branch for each. */
interface Bench {
  readonly cluster: FakeCluster;
  readonly events: readonly (readonly [name: string, event: SyncEvent])[];
  sourceOf(name: string): FakeSource;
  declare(name: string, spec?: JsonObject): Promise<void>;
  status(name: string): LiveObject['status'];
  /** Resolves when the condition Ready of an environment has this reason. */
  until(name: string, reason: string): Promise<JsonObject>;
  /** What a forge would be told, by environment, and when nothing is told any more. */
  readonly told: readonly string[];
  /** Starts the agent, with another view of the cluster where that is told. */
  run(home?: Partial<Cluster>): void;
  remove(name: string): Promise<void>;
}

function environment(name: string, spec: JsonObject = {}): Manifest {
  return {
    apiVersion: 'lockstep.dev/v1alpha1',
    kind: 'Environment',
    metadata: { name, namespace: 'lockstep' },
    spec: { source: { url: `https://git.example.com/${name}.git`, interval: '1s' }, ...spec },
  };
}

async function bench(t: TestContext): Promise<Bench> {
  const cluster = fakeCluster();
  const ended = new AbortController();
  const events: (readonly [string, SyncEvent])[] = [];
  const told: string[] = [];
  const sources = new Map<string, FakeSource>();
  const sourceOf = (name: string): FakeSource => {
    const source = sources.get(name) ?? fakeSource(name);
    sources.set(name, source);
    return source;
  };
  let running: Promise<void> = Promise.resolve();
  t.after(async () => {
    ended.abort();
    await running;
  });
  const apply = async (manifest: Manifest): Promise<void> => {
    const answer = await cluster.apply(manifest, administrator);
    assert.ok(answer.ok, answer.ok ? '' : answer.error.message);
  };
  await apply(namespace('lockstep'));
  await apply(environmentDefinition());
  const status = (name: string) => cluster.live(refOf(environment(name))).status;
  return {
    cluster,
    events,
    told,
    sourceOf,
    status,
    declare: (name, spec) => apply(environment(name, spec)),
    until: (name, reason) =>
      eventually(`${name} to be ${reason}`, async () =>
        listAt(status(name), 'conditions')
          .filter(isObject)
          .find((condition) => condition['type'] === 'Ready' && condition['reason'] === reason),
      ).catch((cause: unknown) => {
        throw new Error(`the status was ${JSON.stringify(status(name))}`, { cause });
      }),
    async remove(name) {
      const { uid, resourceVersion } = cluster.live(refOf(environment(name))).metadata;
      assert.ok((await cluster.remove('lockstep.dev/v1alpha1', refOf(environment(name)), { uid, resourceVersion })).ok);
    },
    run(other = {}) {
      const ports = {
        home: { ...cluster, ...other },
        pulse: cluster,
        clock: systemClock,
        identity: { name: 'test', isGone: () => false },
        source: async ({ name }: { readonly name: string }) => {
          if (name === 'broken') throw new Failure('source-failed', 'no such repository');
          return sourceOf(name);
        },
        acting: () => cluster,
        telling({ name }: { readonly name: string }, { report }: Pick<EnvironmentSpec, 'report'>) {
          if (report === undefined) return undefined;
          const state = (environment: EnvironmentStatus): string => `${name} ${verdictOf(environment)?.state}`;
          return {
            note: (environment: EnvironmentStatus) => void (told.includes(state(environment)) || told.push(state(environment))),
            forget: () => {},
            end: () => void told.push(`${name} ended`),
          };
        },
      };
      const report = (name: string, event: SyncEvent): void => void events.push([name, event]);
      running = runFleet(ports, { namespace: 'lockstep', seat: 'lockstep', report, vitals: openVitals(systemClock), signal: ended.signal });
    },
  };
}

/** Two objects that are named for the environment. */
const content = (name: string, value = 'one') => [
  { manifest: configMap('lockstep', `${name}-a`, value) },
  { manifest: configMap('lockstep', `${name}-b`, value) },
];

test('only the forge of an environment that wants it is told how that does, and no more when it is gone', async (t) => {
  const { declare, sourceOf, run, until, remove, told } = await bench(t);
  for (const name of ['blue', 'green']) sourceOf(name).commit(content(name));
  await declare('blue', { report: { forge: 'gitea', secretName: 'forge' } });
  await declare('green');
  run();
  await until('green', 'Synced');
  await until('blue', 'Synced');
  assert.equal(told.at(-1), 'blue success');
  await remove('blue');
  await eventually('nothing to be told any more', async () => told.includes('blue ended') || undefined);
  assert.ok(told.every((one) => one.startsWith('blue ')));
});

test('each environment is kept by itself, and its status says how it does', async (t) => {
  const { declare, sourceOf, run, until, status, cluster, events } = await bench(t);
  await declare('blue');
  await declare('broken');
  await declare('odd', { source: { url: 'https://git.example.com/odd.git', interval: 'soon' } });
  const commit = sourceOf('blue').commit(content('blue'));
  run();
  const ready = await until('blue', 'Synced');
  assert.equal(ready['status'], 'True');
  assert.equal(ready['observedGeneration'], 1);
  assert.equal(at(status('blue'), 'revision'), commit);
  assert.equal(at(status('blue'), 'objects'), 2);
  assert.equal((await until('broken', 'Unreachable'))['message'], 'no such repository');
  assert.match(String((await until('odd', 'SpecInvalid'))['message']), /interval.*"soon"/);
  // One that is declared later is found, too.
  sourceOf('green').commit(content('green'));
  await declare('green');
  await until('green', 'Synced');
  assert.ok(cluster.live(refOf(configMap('lockstep', 'green-a', 'one'))));
  assert.deepEqual(
    events.filter(([name, { type }]) => type === 'synced' && name !== '').map(([name]) => name),
    ['lockstep/blue', 'lockstep/green'],
  );
});

test('nothing is changed while it is suspended, and what drifted meanwhile is repaired afterwards', async (t) => {
  const { declare, sourceOf, run, until, cluster } = await bench(t);
  sourceOf('blue').commit(content('blue'));
  await declare('blue');
  run();
  await until('blue', 'Synced');
  await declare('blue', { suspend: { reason: 'incident 4711', by: 'ada' } });
  assert.equal((await until('blue', 'Suspended'))['message'], 'suspended by ada: incident 4711');
  const ref = refOf(configMap('lockstep', 'blue-a', 'one'));
  cluster.others.edit(ref, (object) => ({ ...object, data: { value: 'by hand' } }));
  sourceOf('blue').commit(content('blue', 'two'));
  await systemClock.sleep(300);
  assert.equal(stringAt(cluster.live(ref), 'data', 'value'), 'by hand');
  await declare('blue', { suspend: { reason: 'incident 4711', until: new Date(systemClock.now().getTime() + 1_000).toISOString() } });
  await eventually('the newest commit', async () => stringAt(cluster.live(ref), 'data', 'value') === 'two' || undefined);
  await until('blue', 'Synced');
});

test('with its object goes what the environment owns where that is wanted, whatever became of its repository', async (t) => {
  const { declare, sourceOf, run, until, remove, cluster } = await bench(t);
  for (const name of ['pruned', 'kept']) {
    sourceOf(name).commit(content(name));
    await declare(name, { onDelete: name === 'pruned' ? 'prune' : 'keep' });
  }
  run();
  await until('pruned', 'Synced');
  await until('kept', 'Synced');
  sourceOf('pruned').setReachable(false);
  for (const name of ['pruned', 'kept']) {
    await remove(name);
  }
  const left = () =>
    cluster.objects.map((object) => `${object.kind}/${nameOf({ namespace: object.metadata.namespace ?? '', name: object.metadata.name })}`);
  await eventually('the object to go', async () => !left().includes('Environment/lockstep/pruned') || undefined);
  // The Lease was given up, and is nobody's.
  assert.deepEqual(
    left().filter((name) => name.includes('pruned')),
    ['Lease/lockstep/lockstep-pruned'],
  );
  assert.ok(left().includes('ConfigMap/lockstep/kept-a'));
});

test('a commit waits for the environments that it needs, and is taken as soon as they are Ready', async (t) => {
  const { declare, sourceOf, run, until, cluster } = await bench(t);
  sourceOf('shop').commit(content('shop'));
  await declare('shop', { dependsOn: [{ name: 'base' }] });
  run();
  assert.match(
    String((await until('shop', 'DependencyNotReady'))['message']),
    /needs `lockstep\/base`, and this agent sees no such Environment/,
  );
  assert.throws(() => cluster.live(refOf(configMap('lockstep', 'shop-a', 'one'))));
  sourceOf('base').commit(content('base'));
  await declare('base');
  await until('base', 'Synced');
  await until('shop', 'Synced');
});

for (const repository of ['one repository', 'two repositories', 'one branch']) {
  test(`what is published together is seen together: nobody goes by how those were that are needed, in ${repository}`, async (t) => {
    const { declare, sourceOf, run, until, events, status } = await bench(t);
    const shared = repository === 'one branch' ? { branch: 'environments/fleet' } : {};
    const sourceAt = (name: string, interval: string) => ({
      source: { url: `https://git.example.com/${repository === 'two repositories' ? name : 'all'}.git`, ...shared, interval },
    });
    for (const name of ['shop', 'base']) {
      const source = sourceOf(name);
      const { tip } = source;
      // There is no other branch than the one that it stands in.
      const own = shared.branch ?? `environments/${name}`;
      Object.assign(source, { tip: async (branch: string, until: AbortSignal) => (branch === own ? tip(branch, until) : undefined) });
      source.commit(content(name));
    }
    // By itself it would look again in an hour.
    await declare('base', sourceAt('base', '1h'));
    await declare('shop', { ...sourceAt('shop', '1s'), dependsOn: [{ name: 'base' }] });
    run();
    await until('shop', 'Synced');
    const from = events.length;
    const never: Committed = { manifest: deployment('lockstep', 'base-never', { image: 'web:1' }) };
    const waiting = sourceOf('base').commit([...content('base', 'two'), never]);
    sourceOf('shop').commit(content('shop', 'two'));
    await until('base', 'HealthPending');
    assert.match(String((await until('shop', 'DependencyNotReady'))['message']), /needs `lockstep\/base`, which/);
    assert.equal(at(status('base'), 'latest'), waiting);
    const ready = sourceOf('base').commit(content('base', 'three'));
    const last = sourceOf('shop').commit(content('shop', 'three'));
    await eventually('the newest commit', async () => at(status('shop'), 'revision') === last || undefined);
    const accepted = events.slice(from).flatMap(([, event]) => (event.type === 'accepted' ? [event.revision] : []));
    assert.deepEqual(accepted, [waiting, ready, last]);
  });
}

test('a commit waits for a look at the branch of what it needs, however long that takes, and is taken when it is over', async (t) => {
  const { declare, sourceOf, run, until, cluster } = await bench(t);
  for (const name of ['shop', 'base']) sourceOf(name).commit(content(name));
  await declare('base', { source: { url: 'https://git.example.com/base.git', interval: '1h' } });
  await declare('shop', { dependsOn: [{ name: 'base' }] });
  run();
  await until('shop', 'Synced');
  const { tip } = sourceOf('base');
  let answer = (): void => {};
  const answered = new Promise<void>((resolve) => {
    answer = resolve;
  });
  Object.assign(sourceOf('base'), { tip: (...args: Parameters<typeof tip>) => answered.then(() => tip(...args)) });
  sourceOf('shop').commit(content('shop', 'two'));
  assert.match(String((await until('shop', 'DependencyNotReady'))['message']), /needs `lockstep\/base`, whose branch is looked at first$/);
  // What was accepted before is kept all the same.
  const ref = refOf(configMap('lockstep', 'shop-a', 'one'));
  cluster.others.edit(ref, (object) => ({ ...object, data: { value: 'by hand' } }));
  await eventually('the repair', async () => stringAt(cluster.live(ref), 'data', 'value') === 'one' || undefined);
  answer();
  await until('shop', 'Synced');
  assert.equal(stringAt(cluster.live(ref), 'data', 'value'), 'two');
});

test('where it is only planned, nothing is changed, and the status says what would be', async (t) => {
  const { declare, sourceOf, run, until, status, cluster } = await bench(t);
  sourceOf('blue').commit(content('blue'));
  await declare('blue', { mode: 'plan', onDelete: 'prune' });
  run();
  const ready = await until('blue', 'PlanOnly');
  assert.match(String(ready['message']), /would change 2 objects: 2 created$/);
  assert.deepEqual(at(status('blue'), 'planned'), [
    { object: 'ConfigMap/lockstep/blue-a', change: 'create' },
    { object: 'ConfigMap/lockstep/blue-b', change: 'create' },
  ]);
  assert.throws(() => cluster.live(refOf(configMap('lockstep', 'blue-a', 'one'))));
  await declare('blue', { mode: 'sync', onDelete: 'prune' });
  await until('blue', 'Synced');
  assert.equal(at(status('blue'), 'planned'), undefined);
  assert.ok(cluster.live(refOf(configMap('lockstep', 'blue-a', 'one'))));
});

test('no new commit is taken by what a watch said that has gone silent', async (t) => {
  const { declare, sourceOf, run, until, cluster } = await bench(t);
  sourceOf('blue').commit(content('blue'));
  await declare('blue');
  let isSilent = false;
  run({
    async *watch(options, signal) {
      for await (const event of cluster.watch(options, signal)) if (!isSilent || options.resource.kind !== 'Environment') yield event;
    },
  });
  await until('blue', 'Synced');
  isSilent = true;
  await declare('blue', { suspend: { reason: 'incident 4711' } });
  sourceOf('blue').commit(content('blue', 'two'));
  await until('blue', 'Suspended');
  assert.equal(stringAt(cluster.live(refOf(configMap('lockstep', 'blue-a', 'one'))), 'data', 'value'), 'one');
});

test('a status that could not be written is written as soon as it can be', async (t) => {
  const { declare, sourceOf, run, until, status, cluster } = await bench(t);
  sourceOf('blue').commit(content('blue'));
  await declare('blue');
  run();
  await until('blue', 'Synced');
  let refusals = 0;
  cluster.setFault(({ subresource }) => {
    if (subresource !== 'status' || refusals === 2) return undefined;
    refusals += 1;
    return { reason: 'unavailable', status: 503, message: 'try again' };
  });
  await declare('blue', { suspend: { reason: 'incident 4711' } });
  await until('blue', 'Suspended');
  assert.equal(refusals, 2);
  assert.equal(at(status('blue'), 'observedGeneration'), 2);
});

test('where the record of what it owns is gone, the object stays, and says what to do', async (t) => {
  const { declare, sourceOf, run, until, remove, cluster } = await bench(t);
  sourceOf('blue').commit(content('blue'));
  await declare('blue', { onDelete: 'prune' });
  run();
  await until('blue', 'Synced');
  await declare('blue', { onDelete: 'prune', suspend: { reason: 'restore' } });
  await until('blue', 'Suspended');
  for (const { kind, metadata } of cluster.objects) {
    if (kind !== 'ConfigMap' || !metadata.name.startsWith('lockstep-blue')) continue;
    const ref = { group: '', kind, namespace: 'lockstep', name: metadata.name };
    await cluster.remove('v1', ref, metadata);
  }
  await remove('blue');
  await declare('blue', { onDelete: 'prune' });
  const lost = await until('blue', 'InventoryLost');
  assert.match(String(lost['message']), /delete what is left with the label `applyset\.kubernetes\.io\/part-of=applyset-/);
  assert.ok(cluster.live(refOf(configMap('lockstep', 'blue-a', 'one'))));
});

test('a finalizer that cannot be set is told, and nothing is changed without it', async (t) => {
  const { declare, sourceOf, run, until, cluster } = await bench(t);
  sourceOf('blue').commit(content('blue'));
  await declare('blue', { onDelete: 'prune' });
  cluster.setFault(({ verb, ref }) =>
    verb === 'patch' && ref.kind === 'Environment' ? { reason: 'forbidden', status: 403, message: 'denied by a webhook' } : undefined,
  );
  run();
  assert.match(String((await until('blue', 'FinalizerRefused'))['message']), /denied by a webhook$/);
  cluster.setFault(undefined);
  await until('blue', 'Synced');
});

test('who thinks better of deleting it goes on with the branch as it is', async (t) => {
  const { declare, sourceOf, run, until, remove, cluster } = await bench(t);
  sourceOf('blue').commit(content('blue'));
  await declare('blue', { onDelete: 'prune' });
  run();
  await until('blue', 'Synced');
  cluster.setFault(({ verb, ref }) =>
    verb === 'remove' && ref.name === 'blue-b' ? { reason: 'unavailable', status: 503, message: 'try again' } : undefined,
  );
  await remove('blue');
  await until('blue', 'Retrying');
  await declare('blue', { onDelete: 'keep' });
  await eventually('the object to go', async () => cluster.objects.every(({ kind }) => kind !== 'Environment') || undefined);
  cluster.setFault(undefined);
  await declare('blue');
  await until('blue', 'Synced');
  assert.ok(cluster.live(refOf(configMap('lockstep', 'blue-a', 'one'))));
});
