import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Explanations, openExplanations } from '../../src/agent/explain.ts';
import { type Observer, observe } from '../../src/agent/observe.ts';
import { systemClock } from '../../src/io/clock.ts';
import { openCluster } from '../../src/io/kube/cluster.ts';
import { openConfig } from '../../src/io/kube/config.ts';
import { managerOf } from '../../src/model/applyset.ts';
import type { Health } from '../../src/model/health.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { type LiveObject, type Manifest, refOf } from '../../src/model/manifest.ts';
import { formatRef, keyOf } from '../../src/model/ref.ts';
import type { Clock, Cluster } from '../../src/ports.ts';
import { ask } from '../controlplane/api.ts';
import { kubeconfigFor } from '../controlplane/kubeconfig.ts';
import { deployment, namespace } from './manifests.ts';
import { openStage, type Stage } from './stage.ts';

/** What an agent sees, with its rights alone, of workloads that controllers and a scheduler try to run. */
let stage: Stage;
let cluster: Cluster;
let observer: Observer;
let explanations: Explanations;
const ended = new AbortController();

const environment = 'health';
const image = 'registry.k8s.io/pause:3.10';
const ward = namespace('ward');
const lost = withPods(deployment('ward', 'lost', { replicas: 1 }), { nodeSelector: { disk: 'none' } });
const nobody = withPods(deployment('ward', 'nobody', { replicas: 1 }), { serviceAccountName: 'nobody' });
const crashing = deployment('ward', 'crashing', { replicas: 1 });
const unmounted = deployment('ward', 'unmounted', { replicas: 1 });
const migrate = job('migrate', {});
/** Nobody may make a pod there. */
const full = namespace('full');
const crowded: Manifest = {
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: { name: 'crowded', namespace: 'full' },
  spec: {
    serviceName: 'crowded',
    replicas: 1,
    selector: { matchLabels: { app: 'crowded' } },
    template: { metadata: { labels: { app: 'crowded' } }, spec: { containers: [{ name: 'main', image }] } },
  },
};
const queued: Manifest = { ...job('queued', {}), metadata: { name: 'queued', namespace: 'full' } };
const quota: Manifest = {
  apiVersion: 'v1',
  kind: 'ResourceQuota',
  metadata: { name: 'none', namespace: 'full' },
  spec: { hard: { pods: '0' } },
};
const fleeting = job('fleeting', { ttlSecondsAfterFinished: 0 });

/** `manifest` with more in the spec of its pods. */
function withPods(manifest: Manifest, more: JsonObject): Manifest {
  const spec = manifest['spec'] as { readonly template: { readonly spec: JsonObject } };
  return { ...manifest, spec: { ...spec, template: { ...spec.template, spec: { ...spec.template.spec, ...more } } } };
}

/** A Job that is tried once, by a pod that no node takes: nobody but the test plays it. */
function job(name: string, more: JsonObject): Manifest {
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, namespace: 'ward' },
    spec: {
      backoffLimit: 0,
      ...more,
      template: { spec: { restartPolicy: 'Never', nodeSelector: { disk: 'none' }, containers: [{ name: 'main', image }] } },
    },
  };
}

/** A clock by which the next look is always due. */
function hurried(): Clock {
  let now = Date.now();
  return {
    ...systemClock,
    now: () => {
      now += 5_000;
      return new Date(now);
    },
  };
}

/** Asks until `find` finds something. */
async function until<T>(what: string, find: () => Promise<T | undefined>): Promise<T> {
  for (let tries = 0; tries < 600; tries++) {
    const found = await find();
    if (found !== undefined) return found;
    await systemClock.sleep(100);
  }
  throw new Error(`waited in vain for ${what}`);
}

/** The explained health of `manifest`, once its message fits. */
async function healthOf(manifest: Manifest, fits: RegExp): Promise<Health> {
  const ref = refOf(manifest);
  let last = 'not seen';
  return until(`${formatRef(ref)} to be ${fits}`, async () => {
    const state = observer.live.get(keyOf(ref));
    if (state === undefined) return undefined;
    const [told] = await explanations.explain([{ ref, health: state.health }], observer.live, ended.signal);
    if (told !== undefined && fits.test(told.health.message)) return told.health;
    last = told?.health.message ?? last;
    return undefined;
  }).catch((cause: unknown) => {
    throw new Error(`it was \`${last}\` at last`, { cause });
  });
}

/** The one pod of `manifest`, once there is one that fits. */
function podOf(manifest: Manifest, fits: (pod: LiveObject) => boolean): Promise<LiveObject> {
  return until(`a pod of ${manifest.metadata.name}`, async () => {
    const listed = await stage.admin.list({ apiVersion: 'v1', kind: 'Pod', namespace: 'ward', selector: '', metadataOnly: false });
    assert.ok(listed.ok);
    return listed.value.find((pod) => pod.metadata.name.startsWith(`${manifest.metadata.name}-`) && fits(pod));
  });
}

/** Plays the kubelet: writes the status of a pod. */
async function play(pod: LiveObject, status: JsonObject): Promise<void> {
  const { resourceVersion, ...metadata } = pod.metadata;
  const path = `/api/v1/namespaces/ward/pods/${pod.metadata.name}/status`;
  const answer = await ask(stage.plane, { method: 'PUT', path, body: { ...pod, metadata, status } });
  assert.equal(answer.status, 200, JSON.stringify(answer.value));
}

/** Writes an event about a pod, as the kubelet does. */
async function say({ metadata }: LiveObject, reason: string, message: string): Promise<void> {
  const { name, namespace: home, uid } = metadata;
  const time = new Date().toISOString();
  const body = {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { generateName: `${name}.`, namespace: home },
    involvedObject: { apiVersion: 'v1', kind: 'Pod', name, namespace: home, uid },
    type: 'Warning',
    reason,
    message,
    firstTimestamp: time,
    lastTimestamp: time,
  };
  const answer = await ask(stage.plane, { method: 'POST', path: `/api/v1/namespaces/${home}/events`, body });
  assert.equal(answer.status, 201, JSON.stringify(answer.value));
}

const terminated = { exitCode: 1, reason: 'Error', message: 'password: hunter2' };
const container = (name: string, state: JsonObject, lastState: JsonObject = {}): JsonObject => ({
  name,
  image,
  imageID: image,
  ready: false,
  restartCount: 1,
  state,
  lastState,
});
const endedBadly: JsonObject = { phase: 'Failed', containerStatuses: [container('main', { terminated })] };

before(async () => {
  stage = await openStage(environment);
  const manifests = [ward, full, lost, nobody, crashing, unmounted, migrate, fleeting, crowded, queued];
  await stage.allow(manifests);
  for (const manifest of [full, quota]) assert.ok((await stage.admin.apply(manifest, { manager: 'administrator' })).ok);
  await until('the quota to count', async () => ((await stage.live(quota))?.status === undefined ? undefined : true));
  const kubeconfig = await kubeconfigFor(stage.plane, { namespace: 'lockstep', serviceAccount: managerOf(environment) });
  cluster = openCluster({ config: openConfig({ env: {}, kubeconfig }), clock: systemClock });
  explanations = openExplanations({ cluster, clock: hurried(), parallel: 8 });
  const manager = managerOf(environment);
  observer = observe({ cluster, clock: systemClock, manager, selector: 'stage=health', onChange: () => {} }, ended.signal);
  for (const manifest of manifests) {
    const labelled = { ...manifest, metadata: { ...manifest.metadata, labels: { stage: 'health' } } };
    const answer = await cluster.apply(labelled, { manager });
    assert.ok(answer.ok, JSON.stringify(answer));
  }
  await observer.cover(manifests.map((manifest) => ({ apiVersion: manifest.apiVersion, ref: refOf(manifest) })));
});
after(async () => {
  ended.abort();
  await cluster?.close();
  await stage?.close();
});

test('a Deployment whose pod no node takes says so in the words of the scheduler', async () => {
  const { status, message } = await healthOf(lost, /^available.*Unschedulable/);
  assert.equal(status, 'InProgress');
  assert.match(message, /^available: 0\/1, pod lost-\S+: Unschedulable: 0\/2 nodes are available: /);
});

test('a Deployment whose pods nobody may create says what forbids them', async () => {
  const { message } = await healthOf(nobody, /FailedCreate/);
  assert.match(message, /^replicas: 0\/1, FailedCreate: pods "nobody-\S+" is forbidden: .*serviceaccount "nobody" not found$/);
});

test('what may not make its pods, and has no place in its status to say so, says it in the words of the newest event', async () => {
  const exceeded = /FailedCreate: pods "\S+" is forbidden: exceeded quota: none, requested: pods=1, used: pods=0, limited: pods=0$/;
  for (const manifest of [crowded, queued]) {
    const { status } = await healthOf(manifest, exceeded);
    assert.equal(status, 'InProgress');
  }
});

test('a Deployment whose pod waits for a volume names it, as the kubelet does, and tells no event that anybody else wrote', async () => {
  await healthOf(unmounted, /^replicas: 1\/1$/);
  const pod = await podOf(unmounted, ({ status }) => JSON.stringify(status).includes('"phase":"Running"'));
  await play(pod, {
    // The simulated node would start it once more.
    phase: 'Running',
    conditions: [{ type: 'Ready', status: 'False', reason: 'ContainersNotReady' }],
    containerStatuses: [container('unmounted', { waiting: { reason: 'ContainerCreating' } })],
  });
  await say(pod, 'FailedMount', 'MountVolume.SetUp failed for volume "config" : configmap "unmounted" not found');
  await say(pod, 'Leaked', 'hunter2');
  const { message } = await healthOf(unmounted, /FailedMount/);
  assert.equal(
    message,
    `available: 0/1, pod ${pod.metadata.name}: \`unmounted\`: ContainerCreating, FailedMount: MountVolume.SetUp failed for volume "config" : configmap "unmounted" not found`,
  );
});

test('a Deployment whose container crashes names the pod, the container and its exit code, not what it wrote', async () => {
  await healthOf(crashing, /^replicas: 1\/1$/);
  const pod = await podOf(crashing, ({ status }) => JSON.stringify(status).includes('"phase":"Running"'));
  await play(pod, {
    phase: 'Running',
    conditions: [{ type: 'Ready', status: 'False', reason: 'ContainersNotReady' }],
    containerStatuses: [container('crashing', { waiting: { reason: 'CrashLoopBackOff' } }, { terminated })],
  });
  const { status, message } = await healthOf(crashing, /CrashLoopBackOff/);
  assert.equal(status, 'InProgress');
  assert.equal(message, `available: 0/1, pod ${pod.metadata.name}: \`crashing\`: CrashLoopBackOff, exit code 1 (Error)`);
});

test('a Job that fails says which pod failed and why, and still does when the pod is gone', async () => {
  const pod = await podOf(migrate, () => true);
  await play(pod, endedBadly);
  const explained = `failed: 1, pod ${pod.metadata.name}: \`main\`: ended, exit code 1 (Error)`;
  const { status, message } = await healthOf(migrate, /failed: 1.*exit code/);
  assert.equal(status, 'Failed');
  assert.equal(message, `BackoffLimitExceeded: Job has reached the specified backoff limit, ${explained}`);
  const now = await podOf(migrate, ({ metadata }) => (metadata.finalizers ?? []).length === 0);
  assert.ok((await stage.admin.remove('v1', refOf(now), now.metadata)).ok);
  await until('the pod to be gone', async () => ((await stage.live(now)) === undefined ? true : undefined));
  assert.deepEqual(await healthOf(migrate, /^BackoffLimitExceeded/), { status, message });
});

test('an agent that may not list events yet, with the rights of an older bootstrap, says what it said then', async () => {
  const older = explanations;
  const forbidden: string[] = [];
  const list: Cluster['list'] = async (options, signal) => {
    const answer = await cluster.list(options.kind === 'Event' ? { ...options, namespace: 'default' } : options, signal);
    if (!answer.ok) forbidden.push(answer.error.reason);
    return answer;
  };
  explanations = openExplanations({ cluster: { list }, clock: systemClock, parallel: 8 });
  try {
    const { message } = await healthOf(unmounted, /pod/);
    assert.match(message, /^available: 0\/1, pod unmounted-\S+: `unmounted`: ContainerCreating$/);
    assert.deepEqual(forbidden, ['forbidden']);
  } finally {
    explanations = older;
  }
});

test('the agent may list pods and events where it works, and neither elsewhere nor do anything else to them', async () => {
  const pod = await podOf(crashing, () => true);
  const get = await cluster.get('v1', refOf(pod));
  const everything = { apiVersion: 'v1', namespace: 'default', selector: '', metadataOnly: false };
  const elsewhere = await cluster.list({ ...everything, kind: 'Pod' });
  const told = await cluster.list({ ...everything, kind: 'Event' });
  const removal = await cluster.remove('v1', refOf(pod), pod.metadata);
  assert.deepEqual(
    [get, elsewhere, told, removal].map((answer) => !answer.ok && answer.error.reason),
    ['forbidden', 'forbidden', 'forbidden', 'forbidden'],
  );
});

test('how a Job ended is known after its TTL removed it', async () => {
  await play(await podOf(fleeting, () => true), endedBadly);
  const key = keyOf(refOf(fleeting));
  await until('the Job to be gone', async () => (observer.live.has(key) ? undefined : true));
  assert.equal(observer.ended.get(key)?.end, 'failed');
});
