import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../src/model/json.ts';
import type { LiveMetadata, LiveObject } from '../../src/model/manifest.ts';
import { differs, isOlder, type LiveState, stateOf } from '../../src/reconcile/live.ts';

const start = Date.parse('2026-05-01T10:00:00Z');

/** A workload `kind` of the storefront with a spec and a status, as far as they matter. */
function workload(id: string, rest: JsonObject = {}, metadata: Partial<LiveMetadata> = {}): LiveObject {
  const slash = id.lastIndexOf('/');
  const identity = { name: 'storefront', namespace: 'shop', uid: 'u1', resourceVersion: '7', generation: 1 };
  return { apiVersion: id.slice(0, slash), kind: id.slice(slash + 1), metadata: { ...identity, ...metadata }, ...rest } as LiveObject;
}

/** What is kept of `object`, seen `seconds` after the start. */
function seen(object: LiveObject, seconds = 0, before?: LiveState): LiveState {
  return stateOf(object, { manager: 'lockstep-dev', hasStatus: undefined, now: new Date(start + seconds * 1_000), before });
}

const ready = (readyReplicas: number): JsonObject => ({
  spec: { replicas: 3 },
  status: { observedGeneration: 1, replicas: 3, readyReplicas, availableReplicas: readyReplicas },
});

test('an object does as it does since its health last changed', () => {
  const first = seen(workload('apps/v1/StatefulSet', ready(1)));
  const same = seen(workload('apps/v1/StatefulSet', ready(1), { resourceVersion: '8' }), 60, first);
  const other = seen(workload('apps/v1/StatefulSet', ready(2), { resourceVersion: '9' }), 90, same);
  assert.deepEqual(
    [first, same, other].map(({ since, health }) => [since - start, health.message]),
    [
      [0, 'ready: 1/3'],
      [0, 'ready: 1/3'],
      [90_000, 'ready: 2/3'],
    ],
  );
});

test('where the clock is set back, an object does as it does since then', () => {
  const first = seen(workload('apps/v1/StatefulSet', ready(1)), 3_600);
  const back = seen(workload('apps/v1/StatefulSet', ready(1), { resourceVersion: '8' }), 0, first);
  assert.equal(back.since - start, 0);
});

test('a new generation is progress, and so is another object under the name', () => {
  const of = (metadata: Partial<LiveMetadata>) => workload('apps/v1/StatefulSet', { spec: { replicas: 3 }, status: {} }, metadata);
  const first = seen(of({}));
  assert.equal(seen(of({ generation: 2 }), 60, first).since - start, 60_000);
  assert.equal(seen(of({ uid: 'u2' }), 60, first).since - start, 60_000);
});

test('writing to an object that has no generation is no progress of it', () => {
  const claim = (resourceVersion: string): LiveObject => ({
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'data', namespace: 'shop', uid: 'u1', resourceVersion },
    status: { phase: 'Pending' },
  });
  const first = seen(claim('7'));
  const written = seen(claim('8'), 60, first);
  assert.equal(written.since, first.since);
  assert.ok(differs(first, written));
});

test('a hold and what is wrong with one are kept, and are a difference', () => {
  const hold = { owner: 'ada', reason: 'a test', until: '2026-05-01T18:00:00Z' };
  const held = (value: unknown): LiveState =>
    seen(workload('apps/v1/Deployment', {}, { annotations: { 'lockstep.dev/hold': JSON.stringify(value) } }));
  const free = seen(workload('apps/v1/Deployment'));
  assert.deepEqual([free.hold, free.holdProblem], [undefined, undefined]);
  assert.deepEqual([held(hold).hold, held(hold).holdProblem], [hold, undefined]);
  const invalid = held({ ...hold, owner: '' });
  assert.deepEqual([invalid.hold, invalid.holdProblem], [undefined, 'the annotation `lockstep.dev/hold` needs a text as `owner`']);
  assert.ok(differs(free, held(hold)));
  assert.ok(differs(held(hold), held({ ...hold, until: '2026-05-01T19:00:00Z' })));
  assert.ok(differs(free, invalid));
  assert.ok(!differs(held(hold), held(hold)));
});

test('the selector of the pods is kept of what makes pods, and of nothing else', () => {
  const selector = {
    matchLabels: { app: 'storefront', tier: 'web' },
    matchExpressions: [
      { key: 'zone', operator: 'In', values: ['a', 'b'] },
      { key: 'track', operator: 'NotIn', values: ['canary'] },
      { key: 'release', operator: 'Exists' },
      { key: 'debug', operator: 'DoesNotExist' },
    ],
  };
  const text = 'app=storefront,tier=web,zone in (a,b),track notin (canary),release,!debug';
  for (const id of ['apps/v1/Deployment', 'apps/v1/StatefulSet', 'apps/v1/DaemonSet', 'apps/v1/ReplicaSet', 'batch/v1/Job'])
    assert.equal(seen(workload(id, { spec: { selector } })).selector, text, id);
  for (const id of ['v1/Service', 'batch/v1/CronJob', 'example.com/v1/Deployment'])
    assert.equal(seen(workload(id, { spec: { selector } })).selector, undefined, id);
});

test('a ReplicationController selects by labels alone', () => {
  assert.equal(
    seen(workload('v1/ReplicationController', { spec: { selector: { app: 'storefront', tier: 'web' } } })).selector,
    'app=storefront,tier=web',
  );
});

test('an empty selector, and one that nobody can read, select nothing', () => {
  const of = (selector: JsonObject) => seen(workload('apps/v1/Deployment', { spec: { selector } })).selector;
  assert.equal(of({}), undefined);
  assert.equal(of({ matchLabels: { app: 'web' }, matchExpressions: [{ key: 'age', operator: 'Gt', values: ['3'] }] }), undefined);
});

test('a Job without a selector finds its pods by its name', () => {
  assert.equal(seen(workload('batch/v1/Job')).selector, 'batch.kubernetes.io/job-name=storefront');
});

test('resource versions compare as numbers, however long they are', () => {
  const known = seen(workload('apps/v1/Deployment', {}, { resourceVersion: '10000000000000000000' }));
  assert.equal(isOlder('9999999999999999999', known), true);
  assert.equal(isOlder('10000000000000000001', known), false);
  assert.equal(isOlder('opaque', known), false);
});
