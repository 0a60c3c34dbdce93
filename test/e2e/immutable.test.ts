import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type JsonObject, objectAt, stringAt } from '../../src/model/json.ts';
import { type LiveObject, type Manifest, refOf } from '../../src/model/manifest.ts';
import { formatRef } from '../../src/model/ref.ts';
import { isAbout, nextOf, readyIn, statusOnce } from './eventually.ts';
import { configMap, deployment, namespace, service } from './manifests.ts';
import { ofType, openStage, type Running, type Stage } from './stage.ts';

/** Changes of what cannot be changed: whoever says so gets a new object, everybody else is told. */
let stage: Stage;
let agent: Running;

const ns = 'frozen';
const home = namespace(ns);
const bystander = configMap(ns, 'bystander', 'one');

const inSpec = (manifest: Manifest, more: JsonObject): Manifest => ({ ...manifest, spec: { ...objectAt(manifest, 'spec'), ...more } });

function job(image: string): Manifest {
  const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image }] } };
  return { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'migrate', namespace: ns }, spec: { template } };
}

const rbac = 'rbac.authorization.k8s.io';
function role(name: string): Manifest {
  const rules = [{ apiGroups: [''], resources: ['configmaps'], verbs: ['get'] }];
  return { apiVersion: `${rbac}/v1`, kind: 'Role', metadata: { name, namespace: ns }, rules };
}
function binding(name: string): Manifest {
  return {
    apiVersion: `${rbac}/v1`,
    kind: 'RoleBinding',
    metadata: { name: 'binding', namespace: ns },
    roleRef: { apiGroup: rbac, kind: 'Role', name },
    subjects: [{ kind: 'ServiceAccount', name: 'default', namespace: ns }],
  };
}

function statefulSet(name: string, spec: JsonObject): Manifest {
  const labels = { app: name };
  const container = { name: 'main', image: 'registry.k8s.io/pause:3.10' };
  const template = { metadata: { labels }, spec: { containers: [container] } };
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name, namespace: ns },
    spec: { selector: { matchLabels: labels }, template, ...spec },
  };
}

function claim(storageClassName: string): Manifest {
  const spec = { accessModes: ['ReadWriteOnce'], storageClassName, resources: { requests: { storage: '1Gi' } } };
  return { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'data', namespace: ns }, spec };
}

function volume(path: string): Manifest {
  const spec = { accessModes: ['ReadWriteOnce'], capacity: { storage: '1Gi' }, hostPath: { path }, storageClassName: 'none' };
  return { apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name: 'frozen' }, spec };
}

function definition(scope: string): Manifest {
  const names = { kind: 'Fossil', plural: 'fossils', singular: 'fossil', listKind: 'FossilList' };
  const version = { name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'fossils.example.com' },
    spec: { group: 'example.com', scope, names, versions: [version] },
  };
}

function selecting(app: string): Manifest {
  const web = deployment(ns, 'web', { replicas: 1 });
  const template = objectAt(web, 'spec', 'template');
  const labels = { app };
  return inSpec(web, { selector: { matchLabels: labels }, template: { ...template, metadata: { labels } } });
}

const settings = (value: string): Manifest => ({ ...configMap(ns, 'settings', value), immutable: true });

/** A change that only a new object can have, and what the server says against it. */
interface Case {
  readonly what: string;
  readonly before: Manifest;
  readonly after: Manifest;
  readonly says: RegExp;
}

const replaceable: readonly Case[] = [
  { what: "a Deployment's selector", before: selecting('web'), after: selecting('other'), says: /spec\.selector: .*field is immutable/ },
  {
    what: "a Job's template",
    before: job('registry.k8s.io/pause:3.9'),
    after: job('registry.k8s.io/pause:3.10'),
    says: /spec\.template: .*field is immutable/,
  },
  {
    what: "a Service's address that is given up",
    before: service(ns, 'open'),
    after: inSpec(service(ns, 'open'), { clusterIP: 'None' }),
    says: /spec\.clusterIPs?\S*: .*may not change once set/,
  },
  {
    what: "a Service's address that is asked for",
    before: inSpec(service(ns, 'headless'), { clusterIP: 'None' }),
    after: inSpec(service(ns, 'headless'), { clusterIP: '10.0.9.9' }),
    says: /spec\.clusterIPs?\S*: .*may not change once set/,
  },
  {
    what: "a Service's address beside a port that no other Service can have",
    before: inSpec(service(ns, 'outer'), { type: 'NodePort', clusterIP: '10.0.8.8', ports: [{ name: 'http', port: 80, nodePort: 30080 }] }),
    after: inSpec(service(ns, 'outer'), { type: 'NodePort', clusterIP: '10.0.8.9', ports: [{ name: 'http', port: 80, nodePort: 30080 }] }),
    says: /spec\.clusterIPs?\S*: .*may not change once set/,
  },
  { what: "a RoleBinding's role", before: binding('reader'), after: binding('writer'), says: /roleRef: .*cannot change roleRef/ },
  {
    what: "a StatefulSet's Service",
    before: statefulSet('db', { serviceName: 'db' }),
    after: statefulSet('db', { serviceName: 'other' }),
    says: /spec: Forbidden: updates to statefulset spec for fields other than/,
  },
  {
    what: "an immutable ConfigMap's data",
    before: settings('one'),
    after: settings('two'),
    says: /data: Forbidden: field is immutable when `immutable` is set/,
  },
];

const precious: readonly Case[] = [
  { what: 'a claim', before: claim('standard'), after: claim('other'), says: /spec: Forbidden: spec is immutable after creation/ },
  { what: 'a volume', before: volume('/one'), after: volume('/two'), says: /spec.persistentvolumesource/ },
  { what: 'a definition', before: definition('Namespaced'), after: definition('Cluster'), says: /spec\.scope: .*field is immutable/ },
  {
    what: 'a StatefulSet whose claims go with it',
    before: statefulSet('owner', { serviceName: 'owner', persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Delete' } }),
    after: statefulSet('owner', { serviceName: 'other', persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Delete' } }),
    says: /its volume claims would be deleted with it/,
  },
  {
    what: 'a StatefulSet whose claims still go with it',
    before: statefulSet('leaving', { serviceName: 'leaving', persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Delete' } }),
    after: statefulSet('leaving', { serviceName: 'other', persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain' } }),
    says: /its volume claims would be deleted with it/,
  },
];

const roles = [role('reader'), role('writer')];
const cases = [...replaceable, ...precious];
/** What the environment holds now. */
let owned: readonly Manifest[] = [home, bystander, ...roles, ...cases.map(({ before: manifest }) => manifest)];

before(async () => {
  stage = await openStage('immutable');
  await stage.allow(owned);
  const commit = await stage.publish(owned);
  agent = stage.agent();
  await agent.until(synced(commit), 'the first sync');
});
after(() => stage.close());

function synced(revision: string) {
  return ofType('synced', (event) => event.revision === revision);
}

function nameOf(manifest: Manifest): string {
  return formatRef(refOf(manifest));
}

/** `owned` with `manifest` in the place of the object that it is another form of. */
function changed(...manifests: readonly Manifest[]): readonly Manifest[] {
  const others = new Map(manifests.map((manifest) => [nameOf(manifest), manifest]));
  return owned.map((manifest) => others.get(nameOf(manifest)) ?? manifest);
}

function replacing(...manifests: readonly Manifest[]) {
  const rules = { replace: true };
  return { objects: Object.fromEntries(manifests.map(({ kind, metadata }) => [`${kind}/${metadata.name}`.toLowerCase(), { rules }])) };
}

/** Which objects there are, and how often those were written that no controller writes to. */
async function inventory(manifests: readonly Manifest[] = owned): Promise<ReadonlyMap<string, string>> {
  const live = await Promise.all(manifests.map((manifest) => stage.live(manifest)));
  return new Map(live.map((object, i) => [nameOf(manifests[i] ?? assert.fail()), object === undefined ? 'gone' : versionOf(object)]));
}

function versionOf({ metadata, status }: LiveObject): string {
  return `${metadata.uid} ${metadata.generation ?? (status === undefined ? metadata.resourceVersion : '')}`;
}

async function refusal(manifests: readonly Manifest[], rest = {}) {
  const refused = nextOf(agent, 'refused');
  await stage.publish(manifests, rest);
  return refused;
}

test('what cannot be changed is found before anything is, each with its field and what to declare', async () => {
  const before = await inventory();
  const { refusal: why, problems } = await refusal(
    changed(...cases.map(({ after: manifest }) => manifest), configMap(ns, 'bystander', 'two')),
  );
  assert.equal(why.code, 'preflight-failed');
  assert.deepEqual(problems.map(({ ref }) => formatRef(ref)).sort(), cases.map(({ after: manifest }) => nameOf(manifest)).sort());
  for (const { after: manifest, says, what } of cases) {
    const message = problems.find(({ ref }) => formatRef(ref) === nameOf(manifest))?.message ?? '';
    assert.match(message, says, what);
  }
  for (const { after: manifest, what } of replaceable) {
    const message = problems.find(({ ref }) => formatRef(ref) === nameOf(manifest))?.message ?? '';
    assert.match(message, /only a new object can have that: declare `replace: 'onImmutableChange'`, or give it another name$/, what);
  }
  assert.deepEqual(await inventory(), before);
});

test('what something else depends on is never made anew, whatever is declared', async () => {
  const before = await inventory();
  const forms = precious.map(({ after: manifest }) => manifest);
  const { problems } = await refusal(changed(...forms), replacing(...forms));
  for (const { after: manifest, says, what } of precious) {
    const message = problems.find(({ ref }) => formatRef(ref) === nameOf(manifest))?.message ?? '';
    assert.match(message, says, what);
    assert.match(message, /so it is never made anew: give the new one another name, and move what the old one holds$/, what);
  }
  assert.deepEqual(await inventory(), before);
});

for (const { what, after: manifest } of replaceable) {
  test(`${what} is changed by a new object where that is declared, and nothing else is touched`, async () => {
    const others = owned.filter((one) => nameOf(one) !== nameOf(manifest));
    const before = await inventory(others);
    const old = await stage.live(manifest);
    const applied = nextOf(agent, 'applied', (event) => isAbout(event, manifest));
    owned = changed(manifest);
    const commit = await stage.publish(owned, replacing(manifest));
    assert.equal((await applied).outcome, 'replaced');
    await agent.until(synced(commit), 'the new one');
    const live = await stage.live(manifest);
    assert.notEqual(live?.metadata.uid, old?.metadata.uid);
    assert.deepEqual(await inventory(others), before);
  });
}

test('a new form that the server would refuse, too, is found while the old one still stands', async () => {
  const before = await inventory();
  const outside = inSpec(service(ns, 'headless'), { clusterIP: '192.168.1.1' });
  const { problems } = await refusal(changed(outside), replacing(outside));
  assert.match(problems[0]?.message ?? '', /192\.168\.1\.1.*not in the valid range/);
  assert.deepEqual(await inventory(), before);
});

test('an object that a finalizer holds is made anew once it is gone', async () => {
  const manifest = settings('three');
  const finalized = { ...settings('two'), metadata: { ...manifest.metadata, finalizers: ['example.com/slow'] } };
  assert.ok((await stage.admin.apply(finalized, { manager: 'somebody' })).ok);
  const old = await stage.live(manifest);
  const waits = nextOf(agent, 'waiting', (event) => isAbout(event, manifest));
  owned = changed(manifest);
  await stage.publish(owned, replacing(manifest));
  assert.equal((await waits).for, 'its own deletion, before it is made anew');
  assert.equal((await stage.live(manifest))?.metadata.uid, old?.metadata.uid);
  await statusOnce(stage, (status) => readyIn(status).message.startsWith('`ConfigMap/frozen/settings` is Terminating'), 'the waiting');
  const applied = nextOf(agent, 'applied', (event) => isAbout(event, manifest));
  assert.ok((await stage.admin.patch('v1', refOf(manifest), [{ op: 'remove', path: '/metadata/finalizers' }], { manager: 'somebody' })).ok);
  assert.equal((await applied).outcome, 'created');
  const live = await stage.live(manifest);
  assert.notEqual(live?.metadata.uid, old?.metadata.uid);
  assert.equal(stringAt(live, 'data', 'value'), 'three');
});
