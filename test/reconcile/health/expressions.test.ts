import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HealthByKind, HealthStatus } from '../../../src/model/health.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import type { LiveObject } from '../../../src/model/manifest.ts';
import { rulesByExpressions } from '../../../src/reconcile/health/expressions.ts';
import { healthOf } from '../../../src/reconcile/health/health.ts';
import type { Rule } from '../../../src/reconcile/health/rule.ts';

type Written = Partial<Omit<HealthByKind, 'group' | 'kind'>>;

const running = "status.phase == 'Running'";

function ruleOf(written: Written): Rule {
  const kind = { group: 'example.com', kind: 'Database' };
  const rule = rulesByExpressions([
    { ...kind, current: running, failed: undefined, inProgress: undefined, message: undefined, ...written },
  ]).get('Database.example.com');
  assert.ok(rule);
  return rule;
}

function database(more: JsonObject, metadata: Partial<LiveObject['metadata']> = {}): LiveObject {
  return {
    apiVersion: 'example.com/v1',
    kind: 'Database',
    metadata: { name: 'main', namespace: 'shop', uid: 'u1', resourceVersion: '7', generation: 2, ...metadata },
    ...more,
  };
}

const cases: readonly (readonly [what: string, written: Written, object: JsonObject, status: HealthStatus, message: string])[] = [
  ['what is true', {}, { status: { phase: 'Running' } }, 'Current', '`current` is true'],
  ['what is not true yet', {}, { status: { phase: 'Starting' } }, 'InProgress', '`current` is not true yet'],
  ['a status that is not there yet', {}, {}, 'InProgress', '`current` is not true yet'],
  [
    'an entry that is not there yet',
    { current: "status.phases[0] == 'Up'" },
    { status: { phases: [] } },
    'InProgress',
    '`current` is not true yet',
  ],
  [
    'a failure, before all else',
    { failed: 'status.broken', inProgress: 'true' },
    { status: { phase: 'Running', broken: true } },
    'Failed',
    '`failed` is true',
  ],
  [
    'progress, before success',
    { inProgress: 'status.moving' },
    { status: { phase: 'Running', moving: true } },
    'InProgress',
    '`inProgress` is true',
  ],
  [
    'a failure that the status does not tell of',
    { failed: 'status.broken' },
    { status: { phase: 'Running' } },
    'Current',
    '`current` is true',
  ],
  [
    'its own words, their first line',
    { message: "status.phase + ', ready: ' + string(status.ready) + '\\nmore'" },
    { status: { phase: 'Running', ready: 3 } },
    'Current',
    'Running, ready: 3',
  ],
  ['words that are not there yet', { message: 'status.why' }, { status: { phase: 'Running' } }, 'Current', '`current` is true'],
  [
    'a condition, as others are looked for',
    { current: "status.conditions.exists(c, c.type == 'Up' && c.status == 'True' && c.observedGeneration == metadata.generation)" },
    { status: { conditions: [{ type: 'Up', status: 'True', observedGeneration: 2 }] } },
    'Current',
    '`current` is true',
  ],
  [
    'all of an object',
    { current: "has(self.data.done) && self.kind == 'Database'" },
    { data: { done: 'yes' } },
    'Current',
    '`current` is true',
  ],
  ['presence, where the whole status is missing', { current: '!has(status.phase)' }, {}, 'Current', '`current` is true'],
  [
    'what is neither true nor false',
    { current: 'status.phase' },
    { status: { phase: 'Running' } },
    'Unknown',
    '`current` is neither true nor false',
  ],
  ['what is wrong', { current: 'status.ready > 2' }, { status: { ready: 'three' } }, 'Unknown', '`current` is wrong: no such overload'],
  [
    'a function that nobody knows',
    { current: 'status.ready.isReady()' },
    { status: { ready: 'x' } },
    'Unknown',
    '`current` cannot be told: ',
  ],
];

for (const [what, written, object, status, message] of cases) {
  test(`tells ${what}`, () => {
    const health = healthOf(database(object), { rule: ruleOf(written) });
    assert.equal(health.status, status, health.message);
    assert.ok(health.message.startsWith(message) && (message.endsWith(': ') || health.message === message), health.message);
  });
}

test('no expression stands above a deletion, or believes a status of another generation', () => {
  const rule = ruleOf({ current: 'true' });
  const leaving = healthOf(database({}, { deletionTimestamp: '2026-01-01T00:00:00Z' }), { rule });
  assert.equal(leaving.status, 'Terminating');
  const outdated = healthOf(database({ status: { observedGeneration: 1 } }), { rule });
  assert.deepEqual(outdated, { status: 'InProgress', message: 'generation: 2, seen: 1' });
});

test('an expression stands in place of what is built in', () => {
  const deployment: LiveObject = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', uid: 'u1', resourceVersion: '7', generation: 1 },
    spec: { replicas: 3 },
    status: { observedGeneration: 1, replicas: 3, readyReplicas: 1 },
  };
  const rule = rulesByExpressions([
    {
      group: 'apps',
      kind: 'Deployment',
      current: 'status.readyReplicas >= 1',
      failed: undefined,
      inProgress: undefined,
      message: undefined,
    },
  ]).get('Deployment.apps');
  assert.equal(healthOf(deployment, { rule }).status, 'Current');
  assert.equal(healthOf(deployment).status, 'InProgress');
});

test('an expression that goes on and on ends', () => {
  const list = `[${'0,'.repeat(999)}0]`;
  const rule = ruleOf({ current: `${list}.all(a, ${list}.all(b, ${list}.all(c, a + b + c == 0)))` });
  assert.equal(healthOf(database({}), { rule }).status, 'Unknown');
});

test('a chain without end is known to be none that can be told', () => {
  for (const current of [`${Array.from({ length: 20_000 }, () => '1').join('+')} > 0`, `self${'.a'.repeat(1_000)}`]) {
    const health = healthOf(database({}), { rule: ruleOf({ current }) });
    assert.ok(['Unknown', 'InProgress'].includes(health.status), health.message);
  }
});
