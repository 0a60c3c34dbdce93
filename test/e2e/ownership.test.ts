import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { partOfLabel } from '../../src/model/applyset.ts';
import { at, isObject, type Json, type JsonObject, listAt, numberAt, objectAt, stringAt } from '../../src/model/json.ts';
import { type LiveObject, type ManagedFieldsEntry, type Manifest, refOf } from '../../src/model/manifest.ts';
import { formatRef } from '../../src/model/ref.ts';
import type { ObjectRules } from '../../src/model/rendered.ts';
import { entriesIn } from '../support/survey.ts';
import { eventually, isAbout } from './eventually.ts';
import { type Intruder, intruder, withContainer } from './intruder.ts';
import { configMap, namespace, service } from './manifests.ts';
import { later, ofType, openStage, type Rest, type Running, type Stage } from './stage.ts';

/** One agent shares objects with other tools and with controllers, commit after commit. */
let stage: Stage;
let agent: Running;
let who: Intruder;

const home = namespace('shared');

interface Parts {
  readonly replicas?: number;
  readonly image?: string;
  readonly env?: { readonly [name: string]: string };
  /** More of the only container. */
  readonly container?: JsonObject;
}

function workload(name: string, { replicas, image = 'registry.example/web:1', env, container: more }: Parts = {}): Manifest {
  const variables = Object.entries(env ?? {}).map(([key, value]) => ({ name: key, value }));
  const container = { name: 'web', image, ...(env === undefined ? {} : { env: variables }), ...more };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'shared' },
    spec: {
      ...(replicas === undefined ? {} : { replicas }),
      selector: { matchLabels: { app: name } },
      // Nobody takes such pods, so that they come to nothing.
      template: { metadata: { labels: { app: name } }, spec: { containers: [container] } },
    },
  };
}

/** Everything that is on the branch, by name: each test changes its own. */
const branch = new Map<string, { readonly manifest: Manifest; readonly rules: Partial<ObjectRules> }>();

/** Publishes the branch with `manifest` in it, and waits until it is so. */
async function publish(manifest: Manifest, rules: Partial<ObjectRules> = {}): Promise<void> {
  branch.set(`${manifest.kind}/${manifest.metadata.name}`.toLowerCase(), { manifest, rules });
  await synced(await commit());
}

async function commit(): Promise<string> {
  const objects: Rest['objects'] = Object.fromEntries([...branch].map(([name, { rules }]) => [name, { rules }]));
  return stage.publish([home, ...[...branch.values()].map(({ manifest }) => manifest)], { objects });
}

/** Waits until `revision` is taken and nothing is left to do for it. */
async function synced(revision: string): Promise<void> {
  await eventually(`the sync of ${revision}`, async () => {
    const failed = agent.events.find((event) => event.type === 'refused' && event.revision === revision);
    assert.equal(failed, undefined, JSON.stringify(failed));
    const accepted = agent.events.findIndex((event) => event.type === 'accepted' && event.revision === revision);
    return agent.events.some((event, i) => i > accepted && accepted >= 0 && event.type === 'synced') || undefined;
  });
}

const containerOf = (live: LiveObject): Json | undefined => at(live, 'spec', 'template', 'spec', 'containers', 0);
const replicasOf = (live: LiveObject): number | undefined => numberAt(live, 'spec', 'replicas');
const entryOf = ({ metadata }: LiveObject, manager: string): ManagedFieldsEntry | undefined =>
  metadata.managedFields?.find((entry) => entry.manager === manager && entry.subresource === undefined);

before(async () => {
  stage = await openStage('shared', { controlPlane: { without: ['kube-scheduler', 'kwok'] } });
  who = intruder(stage);
  const endpoints = { apiVersion: 'v1', kind: 'Endpoints', metadata: { name: 'any', namespace: 'shared' } };
  const slices = {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: 'any', namespace: 'shared' },
    addressType: 'IPv4',
    endpoints: [],
  };
  await stage.allow([home, workload('any'), service('shared', 'any'), configMap('shared', 'any', ''), endpoints, slices]);
  agent = stage.agent();
});
after(() => stage.close());

/** Other tools that hold what the branch drops: how they write. */
const tools: readonly { readonly name: string; readonly manager: string; readonly operation: 'Update' | 'Apply' }[] = [
  { name: 'kubectl apply', manager: 'kubectl-client-side-apply', operation: 'Update' },
  { name: 'kubectl apply --server-side', manager: 'kubectl', operation: 'Apply' },
  { name: 'Helm', manager: 'helm', operation: 'Apply' },
  { name: 'Flux', manager: 'kustomize-controller', operation: 'Apply' },
];

for (const { name, manager, operation } of tools) {
  test(`what the branch drops goes, although ${name} holds it, too, and nothing else of theirs`, async () => {
    const object = `by-${manager}`;
    const theirs = { ONE: '1', TWO: '2', THREE: '3' };
    await publish(workload(object, { replicas: 0, env: { TWO: '1' } }));
    const manifest = workload(object, { replicas: 0, env: { TWO: '2' } });
    await agent.stop();
    if (operation === 'Apply') {
      await stage.make(workload(object, { env: theirs }), { manager, operation });
    } else {
      const env = Object.entries(theirs).map(([key, value]) => ({ name: key, value }));
      await who.as(
        manager,
        withContainer((container) => ({ ...container, env })),
      )(manifest);
    }
    branch.set(`deployment/${object}`, { manifest, rules: {} });
    const revision = await commit();
    agent = stage.agent();
    await synced(revision);
    const held = await who.live(manifest);
    assert.deepEqual(
      listAt(containerOf(held), 'env')
        .map((item) => stringAt(item, 'name'))
        .sort(),
      ['ONE', 'THREE', 'TWO'],
    );

    const step = later(
      agent,
      ofType('applied', (event) => isAbout(event, manifest)),
    );
    await publish(workload(object, { replicas: 0, env: {} }));
    const after = await who.live(manifest);
    const rest = listAt(containerOf(held), 'env').filter((item) => stringAt(item, 'name') !== 'TWO');
    assert.deepEqual(containerOf(after), { ...objectAt(containerOf(held)), env: rest });
    const two = 'k:{"name":"TWO"}';
    assert.deepEqual(without(entryOf(held, manager)?.fieldsV1, two), entryOf(after, manager)?.fieldsV1);
    assert.equal((await agent.until(step, 'the update')).outcome, 'configured');
    assert.notDeepEqual(entryOf(held, manager)?.fieldsV1, entryOf(after, manager)?.fieldsV1);
  });
}

/** A tree of fields without what is at `step`, wherever that is. */
function without(fields: Json | undefined, step: string): Json | undefined {
  if (!isObject(fields)) return fields;
  return Object.fromEntries(Object.entries(fields).flatMap(([key, child]) => (key === step ? [] : [[key, without(child, step)]])));
}

test('of an object in which another tool has more, only what the branch drops goes', async () => {
  const guarded = (securityContext: JsonObject): Manifest => workload('beside', { replicas: 0, container: { securityContext } });
  await publish(guarded({ runAsNonRoot: true, readOnlyRootFilesystem: true }), { ownership: 'shared' });
  await stage.make(guarded({ runAsNonRoot: true, runAsUser: 1000 }), { manager: 'helm', operation: 'Apply' });
  await publish(workload('beside', { replicas: 0 }), { ownership: 'shared' });
  assert.deepEqual(at(containerOf(await who.live(guarded({}))), 'securityContext'), { runAsUser: 1000 });
});

test('what is left of an object that the branch drops goes, too, where the API server takes it for nothing', async () => {
  const livenessProbe = { httpGet: { path: '/', port: 80 } };
  const probed = workload('probed', { replicas: 0, container: { livenessProbe } });
  await publish(workload('probed', { replicas: 0 }));
  await who.edit(withContainer((container) => ({ ...container, livenessProbe })))(probed);
  await publish(probed);
  await publish(workload('probed', { replicas: 0 }));
  assert.equal(at(containerOf(await who.live(probed)), 'livenessProbe'), undefined);
});

/** The numbers of replicas that a Deployment has while `change` goes on, one after the other. */
async function replicasDuring(manifest: Manifest, change: () => Promise<void>): Promise<readonly (number | undefined)[]> {
  const { admin } = stage;
  const resource = await admin.resource(manifest.apiVersion, manifest.kind);
  assert.ok(resource.ok && resource.value !== undefined);
  const end = new AbortController();
  const seen: LiveObject[] = [];
  const watching = (async () => {
    const options = {
      resource: resource.value as NonNullable<typeof resource.value>,
      namespace: 'shared',
      selector: '',
      metadataOnly: false,
    };
    for await (const event of admin.watch(options, end.signal)) {
      if (event.type === 'present' && event.object.metadata.name === manifest.metadata.name) seen.push(event.object);
    }
  })();
  await eventually('the object', async () => seen[0]);
  await change();
  const { resourceVersion } = (await who.live(manifest)).metadata;
  await eventually('the last change', async () => seen.find(({ metadata }) => metadata.resourceVersion === resourceVersion));
  end.abort();
  await watching;
  const numbers = seen.map(replicasOf);
  return numbers.filter((number, i) => number !== numbers[i - 1]);
}

const toScaler: Partial<ObjectRules> = { ignore: ['/spec/replicas'] };

test('a Deployment that is handed over to an autoscaler keeps its replicas at every step, and is then scaled by it alone', async () => {
  await publish(workload('handed-over', { replicas: 2 }));
  const free = workload('handed-over');
  assert.deepEqual(await replicasDuring(free, () => publish(free, toScaler)), [2]);

  const repair = later(
    agent,
    ofType('applied', (event) => isAbout(event, free)),
  );
  const image = 'registry.example/web:2';
  const numbers = await replicasDuring(free, async () => {
    await who.scale(5)(free);
    await publish(workload('handed-over', { image }), toScaler);
  });
  assert.deepEqual(numbers, [2, 5]);
  assert.equal(stringAt(containerOf(await who.live(free)), 'image'), image);
  assert.equal((await agent.until(repair, 'the image')).op, 'update');
});

test('what the autoscaler made of it before, while no agent was at work, is kept, too', async () => {
  await publish(workload('scaled-before', { replicas: 2 }));
  const free = workload('scaled-before');
  await agent.stop();
  await who.scale(7)(free);
  branch.set('deployment/scaled-before', { manifest: free, rules: toScaler });
  const revision = await commit();
  const numbers = await replicasDuring(free, async () => {
    agent = stage.agent();
    await synced(revision);
  });
  assert.deepEqual(numbers, [7]);
});

test('replicas that are left to others and stand on the branch all the same are a beginning', async () => {
  const first = workload('begun', { replicas: 3 });
  await publish(first, toScaler);
  assert.equal(replicasOf(await who.live(first)), 3);
  const numbers = await replicasDuring(first, async () => {
    await who.scale(6)(first);
    await publish(workload('begun', { replicas: 4, image: 'registry.example/web:2' }), toScaler);
  });
  assert.deepEqual(numbers, [3, 6]);
});

test('replicas that the branch drops without leaving them to others fall back to one', async () => {
  await publish(workload('reset', { replicas: 3 }));
  const free = workload('reset');
  assert.deepEqual(await replicasDuring(free, () => publish(free)), [3, 1]);
});

test('a field deep in a list is left to others, and the rest of it is not', async () => {
  const sized = (cpu: string, image = 'registry.example/web:1'): Manifest =>
    workload('sized', { replicas: 0, image, container: { resources: { requests: { cpu } } } });
  const rules = { ignore: ['/spec/template/spec/containers/web/resources'] };
  const cpu = async () => stringAt(containerOf(await who.live(sized(''))), 'resources', 'requests', 'cpu');
  await publish(sized('100m'), rules);
  assert.equal(await cpu(), '100m');
  await who.edit(withContainer((container) => ({ ...container, resources: { requests: { cpu: '200m' } } })))(sized(''));
  await publish(sized('300m', 'registry.example/web:2'), rules);
  assert.equal(await cpu(), '200m');
  const repair = later(
    agent,
    ofType('applied', (event) => isAbout(event, sized(''))),
  );
  await who.edit(withContainer((container) => ({ ...container, image: 'x', resources: { requests: { cpu: '400m' } } })))(sized(''));
  assert.equal((await agent.until(repair, 'the repair')).by, 'kubectl-edit');
  assert.equal(await cpu(), '400m');
  assert.equal(stringAt(containerOf(await who.live(sized(''))), 'image'), 'registry.example/web:2');
});

test('what is not left to others any more is again what the branch says', async () => {
  const three = workload('taken-back', { replicas: 3 });
  await publish(three, toScaler);
  await who.scale(6)(three);
  assert.deepEqual(await replicasDuring(three, () => publish(three)), [6, 3]);
  const repair = later(
    agent,
    ofType('applied', (event) => isAbout(event, three)),
  );
  await who.scale(6)(three);
  assert.equal((await agent.until(repair, 'the repair')).by, 'kubectl');
  assert.deepEqual(await replicasDuring(three, () => publish(workload('taken-back'))), [3, 1]);
});

test('what others added goes when nothing is shared any more', async () => {
  const manifest = configMap('shared', 'closed', 'ours');
  await publish(manifest);
  await who.edit((object) => ({ ...object, data: { ...objectAt(object, 'data'), theirs: '1' } }))(manifest);
  await publish(manifest, { ownership: 'strict' });
  assert.deepEqual(objectAt(await who.live(manifest), 'data'), { value: 'ours' });
});

test('what copies our label from a Service is neither owned nor pruned', async () => {
  const copied = service('shared', 'copied');
  const endpoints: Manifest = {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: { name: 'manual', namespace: 'shared' },
    subsets: [{ addresses: [{ ip: '10.1.2.3' }], ports: [{ port: 80 }] }],
  };
  await publish(copied);
  await publish({ ...service('shared', 'manual'), spec: { ports: [{ port: 80 }] } });
  await publish(endpoints);
  const copies = () =>
    eventually('the copies', async () => {
      const found = await Promise.all(
        [
          ['v1', 'Endpoints'],
          ['discovery.k8s.io/v1', 'EndpointSlice'],
        ].map(async ([apiVersion = '', kind = '']) => {
          const answer = await stage.admin.list({ apiVersion, kind, namespace: 'shared', selector: partOfLabel, metadataOnly: true });
          assert.ok(answer.ok);
          return answer.value.filter((object) => entryOf(object, 'lockstep-shared') === undefined);
        }),
      );
      const all = found.flat().map(({ kind, metadata }) => ({ kind, uid: metadata.uid }));
      return all.length >= 3 ? all : undefined;
    });
  const before = await copies();
  await publish(configMap('shared', 'after', '1'));
  assert.deepEqual(await copies(), before);
  const state = await stage.admin.list({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'lockstep', selector: '', metadataOnly: false });
  assert.ok(state.ok);
  const owned = state.value.flatMap(entriesIn).flatMap(({ ref }) => (ref.kind.startsWith('Endpoint') ? [formatRef(ref)] : []));
  assert.deepEqual(owned, [formatRef(refOf(endpoints))]);
  assert.deepEqual(agent.events.filter(ofType('pruned')), []);
});
