import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { partOfLabel } from '../../src/model/applyset.ts';
import type { SyncEvent } from '../../src/model/event.ts';
import { at, isObject, type Json, type JsonObject, listAt, numberAt, objectAt, stringAt } from '../../src/model/json.ts';
import { type LiveObject, type Manifest, refOf } from '../../src/model/manifest.ts';
import { formatRef } from '../../src/model/ref.ts';
import type { Adoption } from '../../src/model/rendered.ts';
import { ask } from '../controlplane/api.ts';
import { eventually } from './eventually.ts';
import { configMap, deployment, namespace, service } from './manifests.ts';
import { ofType, openStage, type Running, type Stage } from './stage.ts';

/** An agent takes over what other tools made, one after the other. */
let stage: Stage;
let agent: Running;

/** A tool that has deployed something: how it writes, and the marks that it leaves. */
interface Tool {
  readonly name: string;
  readonly namespace: string;
  readonly manager: string;
  readonly operation: 'Update' | 'Apply';
  readonly labels?: { readonly [key: string]: string };
  readonly annotations?: { readonly [key: string]: string };
  /** Whether its objects are adopted one by one, or with all. */
  readonly adopt: 'named' | 'all';
}

const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';
const trackingId = 'argocd.argoproj.io/tracking-id';
const tools: readonly Tool[] = [
  {
    name: 'kubectl apply',
    namespace: 'by-kubectl',
    manager: 'kubectl-client-side-apply',
    operation: 'Update',
    annotations: { [lastApplied]: '{}\n' },
    adopt: 'named',
  },
  { name: 'kubectl apply --server-side', namespace: 'by-kubectl-ssa', manager: 'kubectl', operation: 'Apply', adopt: 'all' },
  {
    name: 'Helm',
    namespace: 'by-helm',
    manager: 'helm',
    operation: 'Update',
    labels: { 'app.kubernetes.io/managed-by': 'Helm', 'helm.sh/chart': 'web-1.0.0' },
    annotations: { 'meta.helm.sh/release-name': 'web', 'meta.helm.sh/release-namespace': 'by-helm' },
    adopt: 'named',
  },
  {
    name: 'Argo CD',
    namespace: 'by-argo',
    manager: 'argocd-controller',
    operation: 'Update',
    annotations: { [trackingId]: 'web:apps/Deployment:by-argo/web', [lastApplied]: '{}\n' },
    adopt: 'all',
  },
  {
    name: 'Argo CD with server-side apply',
    namespace: 'by-argo-ssa',
    manager: 'argocd-controller',
    operation: 'Apply',
    annotations: { [trackingId]: 'web:apps/Deployment:by-argo-ssa/web' },
    adopt: 'named',
  },
  {
    name: 'Flux',
    namespace: 'by-flux',
    manager: 'kustomize-controller',
    operation: 'Apply',
    labels: { 'kustomize.toolkit.fluxcd.io/name': 'web', 'kustomize.toolkit.fluxcd.io/namespace': 'flux-system' },
    adopt: 'named',
  },
];

/** What the branch wants in the namespace of a tool; `rest` stands there until a later commit drops it. */
function wanted({ namespace: ns }: Tool, rest: { readonly [key: string]: string } = { old: 'yes' }): readonly Manifest[] {
  const config = configMap(ns, 'config', 'ours');
  const web = withEnv(deployment(ns, 'web', { replicas: 1 }), rest);
  return [{ ...config, data: { value: 'ours', ...rest } }, web, service(ns, 'web')];
}

/** The same as the tool made it: with more, and otherwise. */
function made(tool: Tool): readonly Manifest[] {
  const marked = (manifest: Manifest): Manifest => ({
    ...manifest,
    metadata: { ...manifest.metadata, labels: { team: 'before', ...tool.labels }, annotations: { note: 'before', ...tool.annotations } },
  });
  const [config, web, front] = wanted(tool);
  assert.ok(config && web && front);
  return [{ ...config, data: { value: 'theirs', more: 'theirs' } }, withEnv(web, { MORE: 'theirs' }), front].map(marked);
}

function withEnv(manifest: Manifest, env: { readonly [key: string]: string }): Manifest {
  const spec = objectAt(manifest, 'spec');
  const template = objectAt(spec, 'template');
  const containers = listAt(template, 'spec', 'containers').map((container) => ({
    ...(container as JsonObject),
    env: Object.entries(env).map(([name, value]) => ({ name, value })),
  }));
  return { ...manifest, spec: { ...spec, template: { ...template, spec: { containers } } } };
}

const namespaces = tools.map(({ namespace: name }) => namespace(name));
/** What the environment holds already. */
let owned: readonly Manifest[] = namespaces;

const autoscaler = (apiVersion: string, marks: Partial<Manifest['metadata']>, spec: JsonObject): Manifest => ({
  apiVersion,
  kind: 'HorizontalPodAutoscaler',
  metadata: { name: 'web', namespace: 'by-helm', ...marks },
  spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }, maxReplicas: 3, ...spec },
});

before(async () => {
  stage = await openStage('adoption');
  await stage.allow([...namespaces, ...tools.flatMap((tool) => wanted(tool)), autoscaler('autoscaling/v2', {}, {})]);
  const commit = await stage.publish(owned);
  agent = stage.agent();
  await agent.until(synced(commit), 'the namespaces');
});
after(() => stage.close());

function synced(revision: string) {
  return ofType('synced', (event) => event.revision === revision);
}

function refused(revision: string): Promise<Extract<SyncEvent, { type: 'refused' }>> {
  return agent.until(
    ofType('refused', (event) => event.revision === revision),
    'the refusal',
  );
}

/** The objects that an agent took over. */
function adopted(): readonly string[] {
  return agent.events.flatMap((event) => (event.type === 'applied' && event.outcome === 'adopted' ? [formatRef(event.ref)] : []));
}

function adoptionOf(manifest: Manifest): Adoption {
  return { object: refOf(manifest), reason: 'it is ours now' };
}

async function liveOf(manifests: readonly Manifest[]): Promise<readonly LiveObject[]> {
  const found = await Promise.all(manifests.map((manifest) => stage.live(manifest)));
  return found.map((live, i) => live ?? assert.fail(`${manifests[i]?.kind} is gone`));
}

function versionsOf(live: readonly LiveObject[]): readonly string[] {
  return live.map(({ metadata }) => `${metadata.uid} ${metadata.resourceVersion}`);
}

function namesOf(manifests: readonly Manifest[]): readonly string[] {
  return manifests.map((manifest) => formatRef(refOf(manifest))).sort();
}

/** Waits until a Deployment's rollout is over, so that no controller writes to it any more. */
async function rolledOut(manifest: Manifest): Promise<void> {
  await eventually('the end of a rollout', async () => {
    const live = await stage.live(manifest);
    return JSON.stringify(live?.status).includes('NewReplicaSetAvailable') ? live : undefined;
  });
}

/** Whether everything in `part` stands in `whole`, too. */
function holds(whole: Json | undefined, part: Json | undefined): boolean {
  if (Array.isArray(part)) return Array.isArray(whole) && part.length === whole.length && part.every((item, i) => holds(whole[i], item));
  if (!isObject(part)) return whole === part;
  return isObject(whole) && Object.entries(part).every(([key, value]) => holds(whole[key], value));
}

/** Asserts that `live` is what the branch says, and that nobody but the agent and controllers is left in it. */
function assertTaken(live: LiveObject, manifest: Manifest): void {
  const { metadata, ...content } = manifest;
  const name = formatRef(refOf(manifest));
  const isDeployment = live.kind === 'Deployment';
  assert.ok(holds(live, content), JSON.stringify(live));
  assert.deepEqual(Object.keys(live.metadata.labels ?? {}), [partOfLabel], name);
  assert.deepEqual(Object.keys(live.metadata.annotations ?? {}), isDeployment ? ['deployment.kubernetes.io/revision'] : [], name);
  const managers = new Set(live.metadata.managedFields?.map(({ manager }) => manager));
  assert.deepEqual([...managers].sort(), isDeployment ? ['kube-controller-manager', 'lockstep-adoption'] : ['lockstep-adoption'], name);
}

for (const tool of tools) {
  test(`what ${tool.name} made is taken over only when that is declared, and then wholly`, async () => {
    for (const manifest of made(tool)) await stage.make(manifest, tool);
    const ours = wanted(tool);
    const web = ours.find(({ kind }) => kind === 'Deployment') ?? assert.fail();
    await rolledOut(web);
    const before = await liveOf(ours);

    const { refusal, problems } = await refused(await stage.publish([...owned, ...ours]));
    assert.equal(refusal.code, 'preflight-failed');
    assert.deepEqual(problems.map(({ ref }) => formatRef(ref)).sort(), namesOf(ours));
    for (const { message } of problems) {
      assert.ok(message.includes(`(written by \`${tool.manager}\`)`), message);
      assert.match(message, /declare it in the environment \(`adopt`\)/);
    }
    assert.deepEqual(versionsOf(await liveOf(ours)), versionsOf(before));

    const adopt: readonly Adoption[] = tool.adopt === 'all' ? [{ object: 'all', reason: 'they are ours now' }] : ours.map(adoptionOf);
    await agent.until(synced(await stage.publish([...owned, ...ours], { adopt })), 'the adoption');
    assert.deepEqual(
      adopted()
        .filter((name) => name.includes(`/${tool.namespace}/`))
        .toSorted(),
      namesOf(ours),
    );
    const taken = await liveOf(ours);
    assert.deepEqual(
      taken.map(({ metadata }) => metadata.uid),
      before.map(({ metadata }) => metadata.uid),
    );
    for (const [i, manifest] of ours.entries()) assertTaken(taken[i] ?? assert.fail(), manifest);
    // A rollout may be under way, but the status never went.
    assert.notEqual(numberAt(await stage.live(web), 'status', 'availableReplicas') ?? 0, 0);

    const without = wanted(tool, {});
    owned = [...owned, ...without];
    await agent.until(synced(await stage.publish(owned)), 'the removal of fields');
    const [config, lessWeb] = await liveOf(without);
    assert.deepEqual(config?.['data'], { value: 'ours' });
    assert.deepEqual(
      listAt(lessWeb, 'spec', 'template', 'spec', 'containers').flatMap((container) => listAt(container, 'env')),
      [],
    );
  });
}

test('what was written in another version of its kind is taken over wholly, too', async () => {
  const ours = autoscaler('autoscaling/v2', {}, {});
  const theirs = (marks: Partial<Manifest['metadata']>) => autoscaler('autoscaling/v1', marks, { minReplicas: 2 });
  await stage.make(theirs({ labels: { team: 'before' } }), { manager: 'helm', operation: 'Update' });
  await stage.make(theirs({ annotations: { note: 'before' } }), { manager: 'kustomize-controller', operation: 'Apply' });
  const [before] = await liveOf([ours]);
  await agent.until(synced(await stage.publish([...owned, ours], { adopt: [adoptionOf(ours)] })), 'the adoption');
  const [live] = await liveOf([ours]);
  assert.equal(live?.metadata.uid, before?.metadata.uid);
  const { labels, annotations = {}, managedFields } = live?.metadata ?? assert.fail();
  assert.deepEqual([Object.keys(labels ?? {}), Object.keys(annotations)], [[partOfLabel], []]);
  assert.equal(numberAt(live, 'spec', 'minReplicas'), 1);
  const appliers = managedFields?.filter(({ subresource }) => subresource === undefined).map(({ manager }) => manager);
  assert.deepEqual(appliers, ['lockstep-adoption']);
});

test('what somebody else made and cannot be changed is made anew only when both are declared', async () => {
  const ours = service('by-flux', 'headless');
  const theirs: Manifest = { ...ours, spec: { ...objectAt(ours, 'spec'), clusterIP: 'None' } };
  await stage.make(theirs, { manager: 'kustomize-controller', operation: 'Apply' });
  const before = await liveOf([ours]);
  const objects = { 'service/headless': { rules: { replace: true } } };
  const adopt = [adoptionOf(ours)];
  const fixed: Manifest = { ...ours, spec: { ...objectAt(ours, 'spec'), clusterIP: '10.0.7.7' } };

  const foreign = await refused(await stage.publish([...owned, fixed], { objects }));
  assert.match(foreign.problems[0]?.message ?? '', /written by `kustomize-controller`\); to take it over, .*`adopt`/);
  const kept = await refused(await stage.publish([...owned, fixed], { adopt }));
  assert.match(kept.problems[0]?.message ?? '', /spec\.clusterIPs.*may not change once set; .*`replace: 'onImmutableChange'`/);
  assert.deepEqual(versionsOf(await liveOf([ours])), versionsOf(before));

  await agent.until(synced(await stage.publish([...owned, fixed], { adopt, objects })), 'the new Service');
  const [live] = await liveOf([ours]);
  assert.notEqual(live?.metadata.uid, before[0]?.metadata.uid);
  assert.equal(stringAt(live, 'spec', 'clusterIP'), '10.0.7.7');
});

test('replicas that the branch leaves to an autoscaler never move while their Deployment is adopted, and stay free', async () => {
  const both = [deployment('by-kubectl', 'scaled', { replicas: 1 }), deployment('by-kubectl', 'fixed', { replicas: 1 })];
  for (const manifest of both) {
    const spec = { ...objectAt(manifest, 'spec'), replicas: 3, minReadySeconds: 1 };
    await stage.make({ ...manifest, spec }, { manager: 'kubectl-client-side-apply', operation: 'Update' });
  }
  await scale('scaled', 5);
  const looking = new AbortController();
  const seen = replicasSeen(looking.signal);
  const rules = { ignore: ['/spec/replicas'] };
  const rest = { adopt: both.map(adoptionOf), objects: { 'deployment/scaled': { rules }, 'deployment/fixed': { rules } } };
  await agent.until(synced(await stage.publish([...owned, ...both], rest)), 'the adoption');
  for (const live of await liveOf(both)) assert.equal(at(live, 'spec', 'minReadySeconds'), undefined);

  for (const name of ['scaled', 'fixed']) await scale(name, 6);
  // A repair would be there by the time in which another commit went all the way.
  const later = configMap('by-kubectl', 'later', 'one');
  await agent.until(synced(await stage.publish([...owned, ...both, later], rest)), 'a later commit');
  looking.abort();
  const found = await seen;
  assert.deepEqual(
    [found.get('scaled'), found.get('fixed')],
    [
      [5, 6],
      [3, 6],
    ],
  );
});

/** Scales a Deployment as an autoscaler does. */
async function scale(name: string, replicas: number): Promise<void> {
  const path = `/apis/apps/v1/namespaces/by-kubectl/deployments/${name}/scale`;
  const body = { apiVersion: 'autoscaling/v1', kind: 'Scale', metadata: { name, namespace: 'by-kubectl' }, spec: { replicas } };
  const { status } = await ask(stage.plane, { method: 'PUT', path: `${path}?fieldManager=kube-controller-manager`, body });
  assert.equal(status, 200);
}

/** The numbers of replicas that each Deployment has, one after the other, until `signal` aborts. */
async function replicasSeen(signal: AbortSignal): Promise<ReadonlyMap<string, readonly number[]>> {
  const seen = new Map<string, number[]>();
  const answer = await stage.admin.resource('apps/v1', 'Deployment');
  const resource = (answer.ok && answer.value) || assert.fail();
  for await (const event of stage.admin.watch({ resource, namespace: 'by-kubectl', selector: '', metadataOnly: false }, signal)) {
    if (event.type !== 'present') continue;
    const { name } = event.object.metadata;
    const replicas = numberAt(event.object, 'spec', 'replicas') ?? Number.NaN;
    const before = seen.get(name) ?? [];
    if (before.at(-1) !== replicas) seen.set(name, [...before, replicas]);
  }
  return seen;
}
