import assert from 'node:assert/strict';
import { test } from 'node:test';
import { at, type Json, numberAt } from '../../src/model/json.ts';
import { type Manifest, refOf } from '../../src/model/manifest.ts';
import type { WatchEvent } from '../../src/ports.ts';
import { type FakeCluster, type FakeRequest, fakeCluster, silentWebhook } from './cluster.ts';

const manager = 'lockstep-test';

const web: Manifest = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'default', labels: { app: 'web' } },
  spec: {
    replicas: 2,
    template: {
      spec: {
        containers: [
          { name: 'a', image: 'a:1' },
          { name: 'b', image: 'b:1' },
        ],
      },
    },
  },
};

async function clusterWith(...manifests: readonly Manifest[]): Promise<FakeCluster> {
  const cluster = fakeCluster();
  for (const manifest of manifests) assert.equal((await cluster.apply(manifest, { manager })).ok, true);
  return cluster;
}

test('a fault answers instead of the server, until it is taken away', async () => {
  const cluster = await clusterWith();
  const seen: FakeRequest[] = [];
  cluster.setFault((request) => {
    seen.push(request);
    return request.verb === 'dry-run' ? undefined : { reason: 'unavailable', status: 500, message: 'etcd is slow' };
  });
  assert.equal((await cluster.apply(web, { manager, dryRun: true })).ok, true);
  assert.deepEqual(await cluster.apply(web, { manager }), {
    ok: false,
    error: { reason: 'unavailable', status: 500, message: 'etcd is slow' },
  });
  assert.deepEqual(
    seen.map(({ verb, ref }) => `${verb} ${ref.kind} ${ref.name}`),
    ['dry-run Deployment web', 'apply Deployment web'],
  );
  assert.equal(cluster.objects.length, 2);
  cluster.setFault(undefined);
  assert.equal((await cluster.apply(web, { manager })).ok, true);
});

test('a fault sees patches and lists too, and may be a webhook that does not answer', async () => {
  const cluster = await clusterWith(web);
  const seen: string[] = [];
  cluster.setFault(({ verb, ref }) => {
    seen.push(`${verb} ${ref.kind} ${ref.name}`);
    return silentWebhook;
  });
  const answers = [
    await cluster.patch('apps/v1', refOf(web), [{ op: 'remove', path: '/metadata/labels' }], { manager }),
    await cluster.list({ apiVersion: 'apps/v1', kind: 'Deployment', namespace: '', selector: '', metadataOnly: true }),
  ];
  assert.deepEqual(
    answers.map((answer) => (answer.ok ? 'done' : answer.error.reason)),
    ['webhook', 'webhook'],
  );
  assert.deepEqual(seen, ['patch Deployment web', 'list Deployment ']);
});

test('others cannot change what is immutable either', async () => {
  const cluster = await clusterWith(web);
  assert.throws(
    () =>
      cluster.others.edit(refOf(web), (object) => ({ ...object, spec: { ...(object['spec'] as object), selector: { matchLabels: {} } } })),
    /spec\.selector: Invalid value: \{"matchLabels":\{\}\}: field is immutable/,
  );
});

test('a definition that drops a version serves it no longer, and its objects are found in another', async () => {
  const version = (name: string, served: boolean): object => ({ name, served, storage: name === 'v2' });
  const definition = (v1: boolean): Manifest => ({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'dials.example.com' },
    spec: {
      group: 'example.com',
      scope: 'Namespaced',
      names: { kind: 'Dial', plural: 'dials' },
      versions: [version('v1', v1), version('v2', true)] as Json,
    },
  });
  const dial: Manifest = { apiVersion: 'example.com/v1', kind: 'Dial', metadata: { name: 'one', namespace: 'default' } };
  const cluster = await clusterWith(definition(true), dial);
  assert.equal((await cluster.apply(definition(false), { manager })).ok, true);
  assert.deepEqual(await cluster.resource('example.com/v1', 'Dial'), { ok: true, value: undefined });
  const answer = await cluster.get('example.com/v1', refOf(dial));
  assert.equal(answer.ok && answer.value?.apiVersion, 'example.com/v2');
  const refused = await cluster.apply(dial, { manager });
  assert.equal(refused.ok ? '' : refused.error.reason, 'missing');
});

test('scaling moves the generation and takes the field, a status does neither', async () => {
  const cluster = await clusterWith(web);
  const ref = refOf(web);
  const scaled = cluster.others.scale(ref, 5);
  assert.equal(numberAt(scaled, 'spec', 'replicas'), 5);
  assert.equal(scaled.metadata.generation, 2);
  assert.deepEqual(
    scaled.metadata.managedFields?.map((entry) => [entry.manager, entry.operation, entry.subresource]),
    [
      [manager, 'Apply', undefined],
      ['kubectl', 'Update', 'scale'],
    ],
  );
  const reported = cluster.others.status(ref, { readyReplicas: 5 });
  assert.equal(reported.metadata.generation, 2);
  assert.notEqual(reported.metadata.resourceVersion, scaled.metadata.resourceVersion);
  const [ours] = reported.metadata.managedFields ?? [];
  assert.deepEqual(ours, scaled.metadata.managedFields?.[0]);
});

test('an apply keeps the status', async () => {
  const cluster = await clusterWith(web);
  cluster.others.status(refOf(web), { readyReplicas: 2 });
  const answer = await cluster.apply({ ...web, spec: { ...(web['spec'] as object), replicas: 3 } }, { manager });
  assert.deepEqual(answer.ok && answer.value.object.status, { readyReplicas: 2 });
});

test('another order of a list of named items moves the generation, and nobody owns anything else', async () => {
  const cluster = await clusterWith(web);
  const before = cluster.live(refOf(web));
  const after = cluster.others.edit(refOf(web), (object) => ({
    ...object,
    spec: {
      ...(object['spec'] as object),
      template: {
        spec: {
          containers: [
            { name: 'b', image: 'b:1' },
            { name: 'a', image: 'a:1' },
          ],
        },
      },
    },
  }));
  assert.equal(after.metadata.generation, 2);
  assert.deepEqual(after.metadata.managedFields, before.metadata.managedFields);
});

test('an edit that changes nothing writes nothing', async () => {
  const cluster = await clusterWith(web);
  const before = cluster.live(refOf(web));
  assert.deepEqual(
    cluster.others.edit(refOf(web), (object) => object),
    before,
  );
});

test('a broken watch says so and lists again', async () => {
  const cluster = await clusterWith(web);
  const resource = await cluster.resource('apps/v1', 'Deployment');
  assert.ok(resource.ok && resource.value !== undefined);
  const events: WatchEvent['type'][] = [];
  for await (const event of cluster.watch(
    { resource: resource.value, namespace: '', selector: 'app=web', metadataOnly: true },
    new AbortController().signal,
  )) {
    events.push(event.type);
    if (events.length === 3) cluster.breakWatches('the connection was reset');
    if (events.length === 7) break;
  }
  assert.deepEqual(events, ['listing', 'present', 'listed', 'lost', 'listing', 'present', 'listed']);
});

test('a namespace takes along what is in it, and waits for what a finalizer holds', async () => {
  const held: Manifest = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'held', namespace: 'shop', finalizers: ['example.com/hold'] },
  };
  const free: Manifest = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'free', namespace: 'shop' } };
  const home: Manifest = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } };
  const cluster = await clusterWith(home, held, free);
  cluster.others.remove(refOf(home));
  assert.deepEqual(
    cluster.objects.map(({ metadata }) => metadata.name),
    ['held', 'default', 'kube-system', 'shop'],
  );
  cluster.others.edit(refOf(held), (object) => ({ ...object, metadata: { ...object.metadata, finalizers: [] } }));
  assert.deepEqual(
    cluster.objects.map(({ metadata }) => metadata.name),
    ['default', 'kube-system'],
  );
});

test('equal histories give equal objects', async () => {
  const [one, two] = await Promise.all([clusterWith(web), clusterWith(web)]);
  assert.deepEqual(one?.objects, two?.objects);
  assert.equal(at(one?.live(refOf(web)), 'metadata', 'creationTimestamp'), '2026-01-01T00:16:43Z');
});
