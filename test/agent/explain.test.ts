import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Explanations, type ObjectHealth, openExplanations } from '../../src/agent/explain.ts';
import type { Answer } from '../../src/model/apierror.ts';
import type { HealthStatus } from '../../src/model/health.ts';
import type { JsonObject } from '../../src/model/json.ts';
import type { LiveMetadata, LiveObject } from '../../src/model/manifest.ts';
import { keyOf, type ObjectRef } from '../../src/model/ref.ts';
import type { ListOptions } from '../../src/ports.ts';
import type { LiveState } from '../../src/reconcile/live.ts';
import { type HandClock, handClock } from '../support/clock.ts';

const signal = new AbortController().signal;
const web: ObjectRef = { group: 'apps', kind: 'Deployment', namespace: 'shop', name: 'web' };
const migrate: ObjectRef = { group: 'batch', kind: 'Job', namespace: 'shop', name: 'migrate' };
const crashing: JsonObject = {
  phase: 'Running',
  containerStatuses: [
    {
      name: 'web',
      ready: false,
      state: { waiting: { reason: 'CrashLoopBackOff' } },
      lastState: { terminated: { exitCode: 1, reason: 'Error' } },
    },
  ],
};
const creating: JsonObject = {
  phase: 'Pending',
  containerStatuses: [{ name: 'web', ready: false, state: { waiting: { reason: 'ContainerCreating' } } }],
};
const ended: JsonObject = {
  phase: 'Failed',
  containerStatuses: [
    { name: 'main', ready: false, state: { terminated: { exitCode: 3, reason: 'Error', message: 'password: hunter2' } } },
  ],
};
const mounting: LiveObject = event('FailedMount', 'MountVolume.SetUp failed for volume "config" : configmap "web" not found');
const overQuota = 'pods "web-0" is forbidden: exceeded quota: small, requested: pods=1, used: pods=2, limited: pods=2';
const ready: JsonObject = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] };

function pod(name: string, status: JsonObject, metadata: Partial<LiveMetadata> = {}): LiveObject {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'shop', uid: name, resourceVersion: '7', ...metadata }, status };
}

function event(reason: string, message: string, lastTimestamp = '2026-05-01T12:00:00Z'): LiveObject {
  const metadata = { name: `web.${reason}`, namespace: 'shop', uid: reason, resourceVersion: '7' };
  return { apiVersion: 'v1', kind: 'Event', metadata, reason, message, lastTimestamp };
}

function unhealthy(ref: ObjectRef, message = 'available: 0/2', status: HealthStatus = 'InProgress'): ObjectHealth {
  return { ref, health: { status, message } };
}

/** A workload as the observer keeps it. */
function state(selector: string | undefined, uid = 'u1'): LiveState {
  return {
    apiVersion: 'apps/v1',
    fingerprint: { uid, fields: '', version: '1' },
    resourceVersion: '7',
    deleting: false,
    health: { status: 'InProgress', message: '' },
    generation: 1,
    since: 0,
    by: undefined,
    selector,
    holdProblem: undefined,
  };
}

/** Explanations of a cluster whose pods a test decides, and what was asked of it. */
interface Bench {
  readonly explanations: Explanations;
  readonly clock: HandClock;
  readonly asked: readonly ListOptions[];
  /** What was asked about events. */
  readonly askedEvents: readonly ListOptions[];
  /** The most that were asked for at once. */
  readonly crowd: number;
  /** What the API server answers from now on. */
  answer(answer: Answer<readonly LiveObject[]>): void;
  /** The same of events; none at first. */
  answerEvents(answer: Answer<readonly LiveObject[]>): void;
  /** The messages of `health`, explained. */
  told(health: readonly ObjectHealth[], live?: ReadonlyMap<string, LiveState>): Promise<readonly string[]>;
}

function bench(...pods: readonly LiveObject[]): Bench {
  const clock = handClock();
  const asked: ListOptions[] = [];
  const askedEvents: ListOptions[] = [];
  let answer: Answer<readonly LiveObject[]> = { ok: true, value: pods };
  let events: Answer<readonly LiveObject[]> = { ok: true, value: [] };
  let running = 0;
  let crowd = 0;
  const list = async (options: ListOptions): Promise<Answer<readonly LiveObject[]>> => {
    (options.kind === 'Event' ? askedEvents : asked).push(options);
    crowd = Math.max(crowd, ++running);
    await new Promise((resolve) => setImmediate(resolve));
    running--;
    return options.kind === 'Event' ? events : answer;
  };
  const explanations = openExplanations({ cluster: { list }, clock, parallel: 8 });
  const usual = new Map([web, migrate].map((ref) => [keyOf(ref), state(`app=${ref.name}`)]));
  return {
    explanations,
    clock,
    asked,
    askedEvents,
    get crowd() {
      return crowd;
    },
    answer(next) {
      answer = next;
    },
    answerEvents(next) {
      events = next;
    },
    told: async (health, live = usual) => (await explanations.explain(health, live, signal)).map((one) => one.health.message),
  };
}

test('a workload that does badly says which pod does, and why', async () => {
  const { told, asked } = bench(pod('web-7d4-x', crashing));
  assert.deepEqual(await told([unhealthy(web)]), ['available: 0/2, pod web-7d4-x: `web`: CrashLoopBackOff, exit code 1 (Error)']);
  assert.deepEqual(asked, [{ apiVersion: 'v1', kind: 'Pod', namespace: 'shop', selector: 'app=web', metadataOnly: false }]);
});

test('what does well, is being deleted, is not there, or makes no pods is left as it is, and nobody is asked', async () => {
  const { told, asked, explanations } = bench(pod('web-7d4-x', crashing));
  const config: ObjectRef = { group: 'example.com', kind: 'Cart', namespace: 'shop', name: 'cart' };
  const live = new Map([
    [keyOf(web), state('app=web')],
    [keyOf(config), state(undefined)],
  ]);
  const health = [unhealthy(web, 'a', 'Current'), unhealthy(web, 'b', 'Terminating'), unhealthy(migrate, 'c'), unhealthy(config, 'd')];
  assert.deepEqual(await told(health, live), ['a', 'b', 'c', 'd']);
  assert.deepEqual(asked, []);
  assert.equal(explanations.next(), undefined);
});

test('of several pods the newest that has something wrong is named', async () => {
  const { told } = bench(
    pod('web-a', crashing, { creationTimestamp: '2026-05-01T10:00:00Z' }),
    pod('web-c', ready, { creationTimestamp: '2026-05-01T12:00:00Z' }),
    pod('web-b', creating, { creationTimestamp: '2026-05-01T11:00:00Z' }),
  );
  assert.deepEqual(await told([unhealthy(web)]), ['available: 0/2, pod web-b: `web`: ContainerCreating']);
});

test('a pod on its way out is named only when no other has something wrong', async () => {
  const leaving = pod('web-b', ready, { creationTimestamp: '2026-05-01T11:00:00Z', deletionTimestamp: '2026-05-01T12:00:00Z' });
  const old = { ...leaving, status: { phase: 'Running' } };
  const { told, answer, clock } = bench(old, pod('web-a', crashing, { creationTimestamp: '2026-05-01T10:00:00Z' }));
  assert.deepEqual(await told([unhealthy(web, 'terminating: 1')]), [
    'terminating: 1, pod web-a: `web`: CrashLoopBackOff, exit code 1 (Error)',
  ]);
  answer({ ok: true, value: [old] });
  await clock.advance(5_000);
  assert.deepEqual(await told([unhealthy(web, 'terminating: 1')]), ['terminating: 1, pod web-b: is being deleted']);
});

test('the pods of one workload are looked at again after five seconds, not before', async () => {
  const { told, answer, asked, clock, explanations } = bench();
  assert.deepEqual(await told([unhealthy(web)]), ['available: 0/2']);
  answer({ ok: true, value: [pod('web-7d4-x', creating)] });
  await clock.advance(4_999);
  assert.deepEqual(await told([unhealthy(web, 'available: 1/2')]), ['available: 1/2']);
  assert.equal(explanations.next(), 1);
  await clock.advance(1);
  assert.equal(explanations.next(), undefined);
  assert.deepEqual(await told([unhealthy(web)]), ['available: 0/2, pod web-7d4-x: `web`: ContainerCreating']);
  assert.equal(asked.length, 2);
  assert.equal(explanations.next(), undefined);
});

test('what was told meanwhile stays told', async () => {
  const { told, answer, clock } = bench(pod('web-7d4-x', crashing));
  await told([unhealthy(web)]);
  answer({ ok: true, value: [] });
  await clock.advance(1_000);
  assert.deepEqual(await told([unhealthy(web)]), ['available: 0/2, pod web-7d4-x: `web`: CrashLoopBackOff, exit code 1 (Error)']);
  await clock.advance(4_000);
  assert.deepEqual(await told([unhealthy(web)]), ['available: 0/2']);
});

test('another object under the same name is looked at anew', async () => {
  const { told, answer } = bench(pod('web-7d4-x', crashing));
  await told([unhealthy(web)]);
  answer({ ok: true, value: [] });
  assert.deepEqual(await told([unhealthy(web)], new Map([[keyOf(web), state('app=web', 'u2')]])), ['available: 0/2']);
});

test('where the pods may not be listed, or nobody answers, the message stays as it is', async () => {
  const { told, answer, clock, asked } = bench();
  for (const reason of ['forbidden', 'unavailable'] as const) {
    answer({ ok: false, error: { reason, status: 0, message: 'no' } });
    assert.deepEqual(await told([unhealthy(web)]), ['available: 0/2']);
    await clock.advance(5_000);
  }
  assert.equal(asked.length, 2);
});

test('a failed Job says why its pod failed, without what the container wrote, even after the pod is gone', async () => {
  const { told, answer, clock } = bench(pod('migrate-x', ended));
  const explained = 'pod migrate-x: `main`: ended, exit code 3 (Error)';
  assert.deepEqual(await told([unhealthy(migrate, 'active: 1')]), [`active: 1, ${explained}`]);
  const after: readonly Answer<readonly LiveObject[]>[] = [
    { ok: true, value: [pod('migrate-x', { phase: 'Running' }, { deletionTimestamp: '2026-05-01T12:00:00Z' })] },
    { ok: true, value: [] },
    { ok: false, error: { reason: 'unavailable', status: 503, message: 'try again' } },
  ];
  for (const next of after) {
    answer(next);
    await clock.advance(5_000);
    assert.deepEqual(await told([unhealthy(migrate, 'BackoffLimitExceeded', 'Failed')]), [`BackoffLimitExceeded, ${explained}`]);
  }
  assert.deepEqual(await told([unhealthy(migrate, 'BackoffLimitExceeded', 'Failed')], new Map([[keyOf(migrate), state('app=x', 'u2')]])), [
    'BackoffLimitExceeded',
  ]);
});

test('at most twenty are explained, the failed ones first, and eight are asked for at once', async () => {
  const refs = Array.from({ length: 30 }, (_, i) => ({ ...web, name: `web-${`${i}`.padStart(2, '0')}` }));
  const live = new Map(refs.map((ref) => [keyOf(ref), state(`app=${ref.name}`)]));
  const bad = bench(pod('x', crashing));
  const health = refs.map((ref, i) => unhealthy(ref, ref.name, i === 29 ? 'Failed' : 'InProgress'));
  const told = await bad.told(health, live);
  const named = told.filter((message) => message.includes(', pod x'));
  assert.equal(named.length, 20);
  assert.ok(named.at(-1)?.startsWith('web-29'));
  assert.equal(bad.asked[0]?.selector, 'app=web-29');
  assert.equal(bad.crowd, 8);
  assert.equal(bad.explanations.next(), undefined);
});

test('a rollout that goes on is not asked about before it stands still for two seconds, a failure is at once', async () => {
  const { told, asked, explanations, clock } = bench(pod('web-7d4-x', crashing));
  const now = clock.now().getTime();
  const live = new Map([[keyOf(web), { ...state('app=web'), since: now }]]);
  await told([unhealthy(web)], live);
  assert.deepEqual([asked.length, explanations.next()], [0, 2_000]);
  await told([unhealthy(web, 'deadline exceeded', 'Failed')], live);
  assert.equal(asked.length, 1);
});

test('however many do badly one after the other, no more than twenty are asked about in five seconds', async () => {
  const { told, asked, explanations, clock } = bench(pod('x', crashing));
  const refs = Array.from({ length: 60 }, (_, i): ObjectRef => ({ ...web, name: `web-${i}` }));
  const live = new Map(refs.map((ref) => [keyOf(ref), state(`app=${ref.name}`)]));
  for (let from = 0; from < 60; from += 10)
    await told(
      refs.slice(from, from + 10).map((ref) => unhealthy(ref)),
      live,
    );
  assert.equal(asked.length, 20);
  assert.equal(explanations.next(), 5_000);
  await clock.advance(5_000);
  await told(
    refs.slice(40).map((ref) => unhealthy(ref)),
    live,
  );
  assert.equal(asked.length, 40);
});

test('the newest event about a pod says why its containers are not made', async () => {
  const { told, answerEvents, askedEvents } = bench(pod('web-7d4-x', creating));
  answerEvents({ ok: true, value: [mounting, event('Leaked', 'hunter2', '2026-05-01T13:00:00Z')] });
  assert.deepEqual(await told([unhealthy(web)]), [
    'available: 0/2, pod web-7d4-x: `web`: ContainerCreating, FailedMount: MountVolume.SetUp failed for volume "config" : configmap "web" not found',
  ]);
  assert.deepEqual(askedEvents, [
    {
      apiVersion: 'v1',
      kind: 'Event',
      namespace: 'shop',
      selector: '',
      fields: 'involvedObject.uid=web-7d4-x',
      most: 100,
      metadataOnly: false,
    },
  ]);
});

test('where no pod has anything wrong, the newest event about the workload says why there are not more', async () => {
  const { told, answerEvents, askedEvents, explanations, clock } = bench(
    pod('web-a', ready, { creationTimestamp: '2026-05-01T11:00:00Z' }),
  );
  answerEvents({ ok: true, value: [event('FailedCreate', `Create Pod web-0 in StatefulSet web failed error: ${overQuota}`)] });
  assert.deepEqual(await told([unhealthy(web)]), [`available: 0/2, FailedCreate: ${overQuota}`]);
  assert.equal(askedEvents[0]?.fields, 'involvedObject.uid=u1');
  assert.equal(explanations.next(), undefined);
  await clock.advance(5_000);
  answerEvents({ ok: true, value: [event('FailedCreate', 'Error creating: no', '2026-05-01T10:59:59Z')] });
  assert.deepEqual(await told([unhealthy(web)]), ['available: 0/2']);
});

test('what a status says already is not told once more by an event', async () => {
  const { told, answerEvents } = bench();
  answerEvents({ ok: true, value: [event('FailedCreate', `Error creating: ${overQuota}`)] });
  const message = `replicas: 0/1, FailedCreate: ${overQuota}`;
  assert.deepEqual(await told([unhealthy(web, message)]), [message]);
});

test('events are asked for as often as pods are, and of a workload that does well not at all', async () => {
  const { told, askedEvents, asked, clock } = bench(pod('web-7d4-x', creating));
  await told([unhealthy(web, 'a', 'Current')]);
  for (const milliseconds of [0, 1_000, 4_000]) {
    await clock.advance(milliseconds);
    await told([unhealthy(web)]);
  }
  assert.deepEqual([asked.length, askedEvents.length], [2, 2]);
});

test('where events may not be listed all else is told as before, and nobody asks again for five minutes', async () => {
  const { told, answerEvents, askedEvents, clock } = bench(pod('web-7d4-x', creating));
  answerEvents({ ok: false, error: { reason: 'forbidden', status: 403, message: 'no' } });
  for (let i = 0; i < 60; i++) {
    assert.deepEqual(await told([unhealthy(web)]), ['available: 0/2, pod web-7d4-x: `web`: ContainerCreating']);
    await clock.advance(5_000);
  }
  assert.equal(askedEvents.length, 1);
  answerEvents({ ok: true, value: [mounting] });
  assert.match((await told([unhealthy(web)]))[0] ?? '', /FailedMount/);
});

test('a Job that could not make a pod says so no longer once it has made one', async () => {
  const { told, answer, answerEvents, clock } = bench();
  answerEvents({ ok: true, value: [event('FailedCreate', `Error creating: ${overQuota}`)] });
  assert.deepEqual(await told([unhealthy(migrate, 'active: 0')]), [`active: 0, FailedCreate: ${overQuota}`]);
  answer({ ok: true, value: [pod('migrate-x', ready, { creationTimestamp: '2026-05-01T12:00:01Z' })] });
  await clock.advance(5_000);
  assert.deepEqual(await told([unhealthy(migrate, 'active: 1')]), ['active: 1']);
});
