import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../../src/model/json.ts';
import type { LiveObject } from '../../../src/model/manifest.ts';
import { eventReason } from '../../../src/reconcile/health/events.ts';

/** An event as the kubelet and the controllers write them. */
function event(reason: string, message: string, rest: JsonObject = { lastTimestamp: '2026-05-01T10:00:00Z' }): LiveObject {
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `web.${reason}`, namespace: 'shop', uid: reason, resourceVersion: '7' },
    reason,
    message,
    ...rest,
  };
}

const unmounted = event('FailedMount', 'MountVolume.SetUp failed for volume "config" : configmap "web" not found');

test('a volume that cannot be mounted is told in the words of the kubelet, while containers are being made and not later', () => {
  const told = 'FailedMount: MountVolume.SetUp failed for volume "config" : configmap "web" not found';
  assert.equal(eventReason([unmounted], 'creating'), told);
  assert.equal(eventReason([unmounted], 'running'), undefined);
  assert.equal(eventReason([unmounted], 'workload'), undefined);
});

test('the newest event is told, by whichever time is set', () => {
  const sandbox = (rest: JsonObject): LiveObject => event('FailedCreatePodSandBox', 'no network', rest);
  for (const rest of [
    { lastTimestamp: '2026-05-01T10:00:01Z' },
    { lastTimestamp: null, eventTime: '2026-05-01T10:00:00.500000Z' },
    { eventTime: '2026-05-01T09:00:00.000000Z', series: { count: 9, lastObservedTime: '2026-05-01T10:00:02.000000Z' } },
  ])
    assert.equal(eventReason([unmounted, sandbox(rest)], 'creating'), 'FailedCreatePodSandBox: no network');
  assert.match(eventReason([unmounted, sandbox({ lastTimestamp: '2026-05-01T09:59:59Z' })], 'creating') ?? '', /^FailedMount/);
});

test('what was seen last before a given time is over', () => {
  const at = Date.parse('2026-05-01T10:00:00Z');
  const refused = event('FailedCreate', 'Error creating: no');
  assert.equal(eventReason([refused], 'workload', at), 'FailedCreate: no');
  assert.equal(eventReason([refused], 'workload', at + 1), undefined);
});

test('a pod that may not be created is told by why, without who says so', () => {
  const quota = 'pods "web-x" is forbidden: exceeded quota: small, requested: pods=1, used: pods=2, limited: pods=2';
  assert.equal(eventReason([event('FailedCreate', `Error creating: ${quota}`)], 'workload'), `FailedCreate: ${quota}`);
  const ordinal = event('FailedCreate', `Create Pod db-0 in StatefulSet db failed error: ${quota}`);
  assert.equal(eventReason([ordinal], 'workload'), `FailedCreate: ${quota}`);
});

test('a value that is refused is not told: it may be that of a variable', () => {
  const invalid = 'Error creating: Pod "web-x" is invalid: spec.containers[0].env[0].value: Invalid value: "hunter2": no';
  assert.equal(
    eventReason([event('FailedCreate', invalid)], 'workload'),
    'FailedCreate: Pod "web-x" is invalid: spec.containers[0].env[0].value: Invalid value',
  );
});

test('why a probe fails is told, and never what a container wrote or answered', () => {
  const said: readonly (readonly [string, string])[] = [
    ['Readiness probe failed: HTTP probe failed with statuscode: 503', ': Readiness probe failed: HTTP probe failed with statuscode: 503'],
    [
      'Liveness probe failed: Get "http://10.0.0.7:80/healthz?token=hunter2": dial tcp 10.0.0.7:80: connect: connection refused',
      ': Liveness probe failed: connection refused',
    ],
    ['Startup probe failed: password is hunter2\nsecond line', ': Startup probe failed'],
    ['Readiness probe failed: HTTP probe failed with statuscode: 503 hunter2', ': Readiness probe failed'],
    ['Readiness probe failed: malformed HTTP response "hunter2"', ': Readiness probe failed'],
    ['Readiness probe errored and resulted in unknown state: rpc error: hunter2', ': Readiness probe errored'],
    ['hunter2 Readiness probe failed', ''],
  ];
  for (const [message, told] of said) assert.equal(eventReason([event('Unhealthy', message)], 'running'), `Unhealthy${told}`);
});

test('what a hook wrote is not told', () => {
  const message = 'Exec lifecycle hook ([sh -c login hunter2]) for Container "web" failed - error: 1, message: "hunter2"';
  assert.equal(eventReason([event('FailedPostStartHook', message)], 'running'), 'FailedPostStartHook');
});

test('events that are not known, and those without a reason, are not told: anybody may write them', () => {
  const { reason, ...without } = event('', 'hunter2');
  assert.equal(reason, '');
  for (const of of ['scheduling', 'creating', 'running', 'workload'] as const) {
    assert.equal(eventReason([event('Leaked', 'hunter2'), event('constructor', 'hunter2'), without], of), undefined);
    assert.equal(eventReason([], of), undefined);
  }
});

test('a message is told as its first line, and never longer than a status can bear', () => {
  const long = eventReason([event('FailedMount', `${'x'.repeat(500)}\nsecret`)], 'creating') ?? '';
  assert.equal(long.length, 'FailedMount: '.length + 240);
  assert.ok(long.endsWith('…'));
});

test('the autoscaler tells whether a node is coming', () => {
  const message = "pod didn't trigger scale-up: 1 max node group size reached";
  assert.equal(eventReason([event('NotTriggerScaleUp', message)], 'scheduling'), `NotTriggerScaleUp: ${message}`);
});
