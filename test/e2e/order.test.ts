import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type JsonObject, stringAt } from '../../src/model/json.ts';
import { type Manifest, refOf } from '../../src/model/manifest.ts';
import { formatRef } from '../../src/model/ref.ts';
import { inShort, isAbout, nextOf, readyIn, statusOnce } from './eventually.ts';
import { witnessed } from './intruder.ts';
import { configMap, deployment, namespace, service } from './manifests.ts';
import { ofType, openStage, type Rest, type Running, type Stage } from './stage.ts';

/** In which order objects are made, what waits for what, and how they go again: one agent lives through all of this. */
let stage: Stage;
let agent: Running;

const [front, back] = [namespace('front'), namespace('back')];
const definition = (plural: string, kind: string, properties: JsonObject = { size: { type: 'integer' } }): Manifest => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `${plural}.example.com` },
  spec: {
    group: 'example.com',
    scope: 'Namespaced',
    names: { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List` },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object', properties } } } },
      },
    ],
  },
});
const resource = (kind: string, ns: string, name: string, spec: JsonObject = { size: 1 }): Manifest => ({
  apiVersion: 'example.com/v1',
  kind,
  metadata: { name, namespace: ns },
  spec,
});
const account: Manifest = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'app', namespace: 'back' } };
const role: Manifest = {
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'Role',
  metadata: { name: 'reader', namespace: 'back' },
  rules: [{ apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'list'] }],
};
const binding: Manifest = {
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'RoleBinding',
  metadata: { name: 'readers', namespace: 'back' },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'reader' },
  subjects: [{ kind: 'ServiceAccount', name: 'app', namespace: 'back' }],
};
const anchors = definition('anchors', 'Anchor');
const anchor = resource('Anchor', 'back', 'anchor');
const settings = configMap('back', 'settings', 'one');
const database = deployment('back', 'database');
const gateway = configMap('front', 'gateway', 'one');
const website = deployment('front', 'website');

const pathOf = ({ kind, metadata }: Manifest): string =>
  `test/${kind.toLowerCase()}.${metadata.namespace ?? '_cluster'}.${metadata.name}.yaml`;
const keyOf = ({ kind, metadata }: Manifest): string => `${kind}/${metadata.name}`.toLowerCase();

/** The waves that the compiler gives these kinds. */
const waves: Readonly<Record<string, number>> = {
  Namespace: 0,
  CustomResourceDefinition: 0,
  RoleBinding: 2,
  Service: 2,
  Deployment: 3,
  Anchor: 4,
  Sail: 4,
  Rope: 4,
};

/** Publishes `manifests`, of which some depend on others: by `kind/name` in lower case. */
function publish(
  manifests: readonly Manifest[],
  needs: Readonly<Record<string, readonly Manifest[]>> = {},
  rest: Rest = {},
): Promise<string> {
  const objects = manifests.map((manifest) => {
    const key = keyOf(manifest);
    return [key, { wave: waves[manifest.kind] ?? 1, dependsOn: (needs[key] ?? []).map(pathOf), ...rest.objects?.[key] }] as const;
  });
  return stage.publish(manifests, { ...rest, objects: Object.fromEntries(objects) });
}

/** What others of its place stand on, each with those that are made after it, and go before it. */
const standing: readonly (readonly [Manifest, ...Manifest[]])[] = [
  [back, settings, database, anchor],
  [anchors, anchor],
  [role, binding],
  [account, database],
  [settings, database],
];
/** The same across places, where only a declared dependency tells. */
const across = [
  [database, gateway],
  [gateway, website],
] as const;
/** Where an object stands, in the words of the audit log: a namespace stands in itself. */
const placeOf = ({ kind, metadata: { name, namespace: place } }: Manifest): string =>
  `${kind === 'Namespace' ? name : (place ?? '')}/${name}`;

const takes = (revision: string) => ofType('synced', (event) => event.revision === revision);
const short = (manifest: Manifest): string => formatRef(refOf(manifest));

/** `manifest` with pods that no node takes. */
function homeless(manifest: Manifest): Manifest {
  const spec = manifest['spec'] as { readonly template: { readonly metadata: JsonObject; readonly spec: JsonObject } };
  const { template } = spec;
  return { ...manifest, spec: { ...spec, template: { ...template, spec: { ...template.spec, nodeSelector: { disk: 'none' } } } } };
}

const all = [front, back, anchors, anchor, account, role, binding, settings, database, gateway, website];
const needs = {
  'anchor/anchor': [anchors],
  'rolebinding/readers': [role],
  'configmap/gateway': [database],
  'deployment/website': [gateway],
};

before(async () => {
  stage = await openStage('order', { controlPlane: { audit: 'Metadata' } });
  const later = [
    definition('sails', 'Sail'),
    resource('Sail', 'front', 'sail'),
    resource('Rope', 'front', 'rope'),
    service('front', 'website'),
  ];
  await stage.allow([...all, ...later, namespace('doomed'), configMap('doomed', 'inmate', 'one')]);
});
after(() => stage?.close());

test('everything that needs one another is made from nothing in one sync, what others stand on first', async () => {
  const commit = await publish(all, needs);
  agent = stage.agent();
  await agent.until(takes(commit), 'the first commit');
  await statusOnce(stage, (status) => readyIn(status).status === 'True' && status.revision === commit, 'everything Current');
  const created = inShort(agent.events.filter(ofType('applied'))).map((line) => line.replace(/^\w+ /, ''));
  assert.deepEqual(created.toSorted(), all.map(short).toSorted());

  // Each was asked about before it was written.
  const asked = witnessed(stage).map(({ object }) => object);
  const written = (manifest: Manifest): number => asked.findLastIndex((object) => object.endsWith(`/${placeOf(manifest)}`));
  for (const [one, ...others] of [...standing, ...across]) {
    for (const other of others) assert.ok(written(one) < written(other), `${short(one)} before ${short(other)}`);
  }
  // As the API server counts: the website's settings were made after the last that became of the database.
  const versions = await Promise.all(
    [settings, database, gateway].map(async (one) => BigInt((await stage.live(one))?.metadata.resourceVersion ?? 0)),
  );
  assert.deepEqual(versions.toSorted(), versions);
});

const stuck = homeless(deployment('back', 'stuck'));
const [late, latest] = [configMap('front', 'late', 'one'), configMap('front', 'latest', 'one')];
const patient = { ...needs, 'configmap/late': [stuck], 'configmap/latest': [late] };
const withSettings = (value: string, ...more: readonly Manifest[]): readonly Manifest[] => [
  ...all.filter((one) => one !== settings),
  configMap('back', 'settings', value),
  ...more,
];
const settingsNow = async (): Promise<string | undefined> => stringAt(await stage.live(settings), 'data', 'value');

test('what depends on something that does badly waits and says for what, and all else goes on', async () => {
  const commit = await publish(withSettings('two', stuck, late, latest), patient);
  const status = await statusOnce(stage, ({ revision, problems }) => revision === commit && problems.length === 2, 'two that wait');
  const ready = readyIn(status);
  assert.deepEqual([ready.status, ready.reason], ['False', 'Waiting']);
  assert.match(ready.message, /^`ConfigMap\/front\/late` waits for `Deployment\/back\/stuck`, which is InProgress: /);
  assert.deepEqual(
    status.problems.map(({ ref, message }) => `${formatRef(ref)} ${message.replace(/: .*/, '')}`),
    [
      'ConfigMap/front/late waits for `Deployment/back/stuck`, which is InProgress',
      'ConfigMap/front/latest waits for `ConfigMap/front/late`, which is not applied yet',
    ],
  );
  assert.equal(await settingsNow(), 'two');
  assert.deepEqual(await Promise.all([late, latest].map((one) => stage.live(one))), [undefined, undefined]);
});

test('while it waits, the next commit is taken', async () => {
  const applied = nextOf(agent, 'applied', (event) => isAbout(event, settings));
  await publish(withSettings('three', stuck, late, latest), patient);
  assert.equal((await applied).op, 'update');
  assert.equal(await settingsNow(), 'three');
  assert.equal(await stage.live(late), undefined);
});

test('what waits is made as soon as what it depends on does well', async () => {
  const from = agent.events.length;
  const commit = await publish(withSettings('three', deployment('back', 'stuck'), late, latest), patient);
  await agent.until(takes(commit), 'the rest');
  assert.deepEqual(inShort(agent.events.slice(from).filter(ofType('applied'))), [
    'configured Deployment/back/stuck',
    'created ConfigMap/front/late',
    'created ConfigMap/front/latest',
  ]);
});

test('a run that is to end waits for what other slices take before it tells what one refused', async (t) => {
  const steps = await openStage('steps', { plane: stage.plane });
  t.after(() => steps.close());
  const [first, second] = [deployment('one', 'first'), configMap('one', 'second', 'one')];
  const third = configMap('two', 'third', 'one');
  await steps.allow([namespace('one'), namespace('two'), first, second, third]);
  await steps.publish([namespace('one'), namespace('two'), first, second, { ...third, tpyo: true }], {
    objects: {
      'deployment/first': { slice: 'ones' },
      'configmap/second': { slice: 'ones', dependsOn: [pathOf(first)] },
      'configmap/third': { slice: 'twos' },
    },
  });
  const { exit, status } = await steps.agent({ once: true }).ended;
  assert.equal(exit, 2);
  assert.deepEqual(status?.behind, [{ slice: 'twos', revision: '' }]);
  assert.ok(await steps.live(second));
});

const sail = resource('Sail', 'front', 'sail');

test('a resource whose kind nobody serves yet keeps nothing else waiting, and says so', async () => {
  const commit = await publish(withSettings('four', sail), needs);
  const status = await statusOnce(stage, (found) => found.revision === commit && readyIn(found).reason === 'Waiting', 'one that waits');
  assert.equal(readyIn(status).message, '`Sail/front/sail` waits for the kind `Sail` of `example.com/v1`, which nobody serves yet');
  assert.deepEqual(
    status.conditions.map(({ type, status }) => `${type} ${status}`),
    ['Ready False', 'Reconciling True', 'Stalled False'],
  );
  assert.equal(await settingsNow(), 'four');
});

test('it is made once somebody defines the kind, without a commit', async () => {
  const applied = nextOf(agent, 'applied');
  assert.ok((await stage.admin.apply(definition('sails', 'Sail'), { manager: 'operator' })).ok);
  assert.deepEqual(inShort([await applied]), ['created Sail/front/sail']);
  await statusOnce(stage, (found) => readyIn(found).status === 'True', 'everything Current');
});

test('a definition and its resource change in one commit, the definition first', async () => {
  const others = withSettings('four', sail).filter((one) => one !== anchor && one !== anchors);
  const coloured = definition('anchors', 'Anchor', { size: { type: 'integer' }, colour: { type: 'string' } });
  const from = agent.events.length;
  const commit = await publish([...others, coloured, resource('Anchor', 'back', 'anchor', { size: 2, colour: 'red' })], needs);
  await agent.until(takes(commit), 'both');
  // The API server answers a moment before it knows the new field: then the resource fails once, and is tried again.
  const told = inShort(agent.events.slice(from)).filter((event) => event !== 'failed Anchor/back/anchor');
  assert.deepEqual(told, [
    'planned',
    'accepted',
    'configured CustomResourceDefinition/anchors.example.com',
    'configured Anchor/back/anchor',
    'synced',
  ]);
  assert.equal(stringAt(await stage.live(anchor), 'spec', 'colour'), 'red');
});

const guard = 'example.com/guard';
const guarded = async (manifest: Manifest): Promise<void> => {
  const add = [{ op: 'add', path: '/metadata/finalizers', value: [guard] }] as const;
  assert.ok((await stage.admin.patch(manifest.apiVersion, refOf(manifest), add, { manager: 'guard' })).ok);
};
const unguarded = async (manifest: Manifest): Promise<void> => {
  const remove = [{ op: 'remove', path: '/metadata/finalizers' }] as const;
  assert.ok((await stage.admin.patch(manifest.apiVersion, refOf(manifest), remove, { manager: 'guard' })).ok);
};

test('what is pruned and held by a finalizer is waited for, and the rest goes on', async () => {
  await guarded(settings);
  const waiting = nextOf(agent, 'waiting');
  const pruned = nextOf(agent, 'pruned', (event) => isAbout(event, website));
  await publish(
    all.filter((one) => one !== settings && one !== website),
    needs,
  );
  assert.deepEqual(inShort([await pruned]), ['gone Deployment/front/website']);
  const since = (await stage.live(settings))?.metadata.deletionTimestamp;
  const deletion = `its deletion (since ${since}, finalizers: example.com/guard (put there by \`guard\`))`;
  assert.deepEqual(inShort([await waiting]), [`waiting ConfigMap/back/settings for ${deletion}`]);
  const status = await statusOnce(stage, (found) => readyIn(found).reason === 'Waiting', 'the one that waits');
  assert.equal(readyIn(status).message, `\`ConfigMap/back/settings\` waits for ${deletion}`);
  const gone = nextOf(agent, 'pruned');
  await unguarded(settings);
  assert.deepEqual(inShort([await gone]), ['gone ConfigMap/back/settings']);
  await statusOnce(stage, (found) => readyIn(found).status === 'True', 'everything Current');
});

const doomed = namespace('doomed');
const [inmate, cellmate] = [configMap('doomed', 'inmate', 'one'), configMap('doomed', 'cellmate', 'one')];

test('what stands in a namespace that is going away waits for its end, and commits are taken meanwhile', async () => {
  const begun = await publish([...all, doomed, inmate, cellmate], needs);
  await agent.until(takes(begun), 'the namespace');
  await guarded(inmate);
  const waiting = nextOf(agent, 'waiting', (event) => isAbout(event, cellmate));
  const live = await stage.live(doomed);
  assert.ok(live);
  assert.ok((await stage.admin.remove('v1', refOf(doomed), live.metadata)).ok);
  assert.match((await waiting).for, /^the end of `Namespace\/doomed`, which is being deleted since 20/);
  // The namespace controller tells more after a moment, also to who waits; a finalizer is told by its own object.
  const told = await statusOnce(
    stage,
    ({ unhealthy }) => unhealthy.some(({ ref, health }) => ref.kind === 'Namespace' && health.message.includes('finalizers remaining')),
    'what is left in the namespace',
  );
  const of = (kind: string, name: string) => told.unhealthy.find(({ ref }) => ref.kind === kind && ref.name === name)?.health;
  assert.deepEqual(of('Namespace', 'doomed'), {
    status: 'Terminating',
    message: `being deleted since ${(await stage.live(doomed))?.metadata.deletionTimestamp}, Some resources are remaining: configmaps. has 1 resource instances, Some content in the namespace has finalizers remaining: ${guard} in 1 resource instances`,
  });
  assert.match(
    of('ConfigMap', 'inmate')?.message ?? '',
    /^being deleted since 20\S+, finalizers: example\.com\/guard \(put there by `guard`\)$/,
  );

  const applied = nextOf(agent, 'applied');
  await publish(withSettings('five', doomed, inmate, cellmate), needs);
  assert.deepEqual(inShort([await applied]), ['configured ConfigMap/back/settings']);
  assert.equal(await settingsNow(), 'five');
  assert.ok((await stage.live(doomed))?.metadata.deletionTimestamp);
});

test('once its name is free and an administrator has granted the rights again, everything is made anew', async () => {
  const made = nextOf(agent, 'applied', (event) => isAbout(event, doomed));
  await unguarded(inmate);
  assert.deepEqual(inShort([await made]), ['created Namespace/doomed']);
  await stage.allow([...all, doomed, inmate, cellmate]);
  await statusOnce(stage, (found) => readyIn(found).status === 'True', 'everything Current');
  const values = await Promise.all([inmate, cellmate].map(async (one) => stringAt(await stage.live(one), 'data', 'value')));
  assert.deepEqual(values, ['one', 'one']);
});

test('what goes goes in the reverse order: content before namespaces, resources before definitions, workloads before what they run with', async () => {
  const begun = witnessed(stage).length;
  const leaving = [...all.filter((one) => one !== front), doomed, inmate, cellmate];
  const commit = await publish([front], {}, { approvals: leaving.map((one) => ({ ref: refOf(one), reason: 'not needed' })) });
  await statusOnce(stage, (found) => readyIn(found).status === 'True' && found.revision === commit, 'everything gone');
  const deleted = witnessed(stage)
    .slice(begun)
    .filter(({ verb }) => verb === 'delete')
    .map(({ object }) => object);
  assert.equal(deleted.length, leaving.length);
  const turn = (manifest: Manifest): number => deleted.findIndex((object) => object.endsWith(`/${placeOf(manifest)}`));
  for (const [one, ...others] of [...standing, [doomed, inmate, cellmate]]) {
    for (const other of others) assert.ok(turn(one) > turn(other), `${short(other)} before ${short(one)}`);
  }
  assert.deepEqual(await Promise.all([back, doomed, anchors].map((one) => stage.live(one))), [undefined, undefined, undefined]);
});
