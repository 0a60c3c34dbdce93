import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Condition } from '../../src/model/event.ts';
import type { HealthStatus } from '../../src/model/health.ts';
import { formatRef } from '../../src/model/ref.ts';
import { isHeldUp, isReady, type StatusInput, statusOf } from '../../src/reconcile/status.ts';
import { ref } from './samples.ts';

const healthOf = (text: string, status: HealthStatus) => ({ ref: ref(text), health: { status, message: `it is ${status}` } });
const healthy: StatusInput = {
  environment: 'dev',
  latest: 'c1',
  revision: 'c1',
  behind: new Map(),
  refused: undefined,
  failed: [],
  waiting: [],
  unfinished: 0,
  held: [],
  rewritten: [],
  objects: 1,
  unhealthy: [],
  outage: undefined,
  now: new Date('2026-05-01T10:00:00Z'),
};
const problem = { ref: ref('Service/shop/web'), path: 'web/s.yaml', message: 'no' };
const refused: NonNullable<StatusInput['refused']> = {
  commit: 'c0ffee00c0ffee00',
  refusal: { code: 'preflight-failed', message: 'the API server would refuse 1 object', help: '' },
  problems: [problem],
  slices: [],
};
const fight: NonNullable<StatusInput['contended']>[number] = {
  ref: ref('Service/shop/web'),
  path: 'web/s.yaml',
  contest: { repairs: 5, seen: ['/spec/type'], fields: ['/spec/type'], rival: 'other', isMissing: false, at: 0 },
};
const held = { ref: ref('Service/shop/web'), path: 'web/s.yaml', because: 'held by ada until noon: it is full' };

/** The condition `type` of a status that differs from a healthy one by `change`. */
function condition(type: Condition['type'], change: Partial<StatusInput>): Condition | undefined {
  return statusOf({ ...healthy, ...change }).conditions.find((one) => one.type === type);
}

test('what is as the branch says is ready, and tells when', () => {
  const status = statusOf(healthy);
  assert.deepEqual(status, {
    environment: 'dev',
    latest: 'c1',
    revision: 'c1',
    behind: [],
    objects: 1,
    conditions: [
      { type: 'Ready', status: 'True', reason: 'Synced', message: '1 object is Current' },
      { type: 'Reconciling', status: 'False', reason: 'None', message: '' },
      { type: 'Stalled', status: 'False', reason: 'None', message: '' },
    ],
    problems: [],
    unhealthy: [],
    held: [],
    suspended: [],
    rewritten: [],
    updated: '2026-05-01T10:00:00.000Z',
  });
  assert.deepEqual([isReady(status), isHeldUp(status)], [true, false]);
});

test('exactly one condition is true', () => {
  for (const change of [{}, { refused }, { unfinished: 1 }, { failed: [{ problem, passing: false }] }, { held: [held] }]) {
    const { conditions } = statusOf({ ...healthy, ...change });
    assert.equal(conditions.filter(({ status }) => status === 'True').length, 1);
    assert.deepEqual(
      conditions.map(({ type }) => type),
      ['Ready', 'Reconciling', 'Stalled'],
    );
  }
});

test('a refusal stalls the environment, or the slices that it is of', () => {
  const all = condition('Stalled', { refused });
  assert.deepEqual(all, {
    type: 'Stalled',
    status: 'True',
    reason: 'PreflightFailed',
    message: 'c0ffee00c0ff is refused: the API server would refuse 1 object',
  });
  assert.match(
    condition('Stalled', { refused: { ...refused, slices: ['', '@web'] } })?.message ?? '',
    /^what no team owns, `@web` of c0ffee00c0ff is/,
  );
});

test('a slice that stays behind is not ready, even before anybody knows whether it is refused again', () => {
  const message = '`@data`, `@web` of c1 is being considered';
  const behind = new Map([
    ['@web', 'c0'],
    ['@data', 'c0'],
  ]);
  assert.deepEqual(condition('Ready', { behind }), { type: 'Ready', status: 'False', reason: 'NewRevision', message });
});

test('a fight is told with its file, and named in the condition', () => {
  const { problems } = statusOf({ ...healthy, contended: [fight] });
  const message = '`/spec/type` is set again and again by `other`: declare it in `ignore`, or stop the other one';
  assert.deepEqual(problems, [{ ref: problem.ref, path: 'web/s.yaml', message }]);
  assert.equal(condition('Ready', { contended: [fight] })?.message, `\`Service/shop/web\`: ${message}`);
});

const reasons: readonly (readonly [string, Condition['type'], Partial<StatusInput>])[] = [
  ['PreflightFailed', 'Stalled', { refused, failed: [{ problem, passing: false }] }],
  ['ApplyFailed', 'Stalled', { failed: [{ problem, passing: false }], unhealthy: [healthOf('Service/shop/web', 'Failed')] }],
  ['Contended', 'Stalled', { contended: [fight], unhealthy: [healthOf('Service/shop/web', 'Failed')], unfinished: 1 }],
  ['ApplyFailed', 'Stalled', { failed: [{ problem, passing: false }], contended: [fight] }],
  ['HealthFailed', 'Stalled', { unhealthy: [healthOf('Service/shop/web', 'Failed')], outage: 'no route' }],
  ['DeletionStuck', 'Stalled', { stuck: [healthOf('ConfigMap/shop/old', 'Terminating')], waiting: [{ ref: problem.ref, for: 'it' }] }],
  [
    'HealthFailed',
    'Stalled',
    { unhealthy: [healthOf('Service/shop/web', 'Failed')], stuck: [healthOf('ConfigMap/shop/old', 'Terminating')] },
  ],
  ['Unreachable', 'Reconciling', { outage: 'no route', latest: 'c2' }],
  ['Unreachable', 'Reconciling', { outage: 'no route', unheard: 'forbidden' }],
  ['Unwatched', 'Reconciling', { unheard: 'forbidden', latest: 'c2' }],
  ['NewRevision', 'Reconciling', { latest: 'c2', waiting: [{ ref: problem.ref, for: 'it' }] }],
  ['NewRevision', 'Reconciling', { latest: undefined, revision: undefined }],
  ['Waiting', 'Reconciling', { waiting: [{ ref: problem.ref, for: 'it' }], failed: [{ problem, passing: true }] }],
  ['Retrying', 'Reconciling', { failed: [{ problem, passing: true }], unfinished: 2 }],
  ['Applying', 'Reconciling', { unfinished: 2, unhealthy: [healthOf('Service/shop/web', 'InProgress')] }],
  ['HealthPending', 'Reconciling', { unhealthy: [healthOf('Service/shop/web', 'Unknown')], held: [held] }],
  ['Held', 'Reconciling', { held: [held] }],
];
for (const [reason, type, change] of reasons) {
  test(`${type} because of ${reason}: ${Object.keys(change).join(', ')}`, () => {
    assert.equal(condition(type, change)?.status, 'True');
    assert.equal(condition('Ready', change)?.reason, reason);
  });
}

test('a commit outside of its sync windows is told with what keeps it, and no time is waited for it', () => {
  const postponed = {
    commit: 'c0ffee00c0ffee00',
    reason: 'OutsideWindow',
    because: 'no sync window allows it now: Fri 09:00 to 17:00 (UTC)',
  } as const;
  const change = { latest: postponed.commit, postponed };
  assert.deepEqual(condition('Ready', change), {
    type: 'Ready',
    status: 'False',
    reason: 'OutsideWindow',
    message: `c0ffee00c0ff waits: ${postponed.because}`,
  });
  assert.equal(condition('Reconciling', change)?.status, 'True');
  assert.equal(isHeldUp(statusOf({ ...healthy, ...change })), true);
  // What is not done yet of what was accepted is told first, and waited for.
  const busy = { ...change, unfinished: 1 };
  assert.deepEqual([condition('Ready', busy)?.reason, isHeldUp(statusOf({ ...healthy, ...busy }))], ['Applying', false]);
});

test('where a newer commit may mend what is refused, and has to wait, both are told', () => {
  const postponed = { commit: 'deadbeef00deadbeef', reason: 'OutsideWindow', because: 'no sync window allows it now' } as const;
  const change = { latest: postponed.commit, refused, postponed };
  const alone = condition('Stalled', { refused })?.message ?? '';
  assert.equal(condition('Stalled', change)?.message, `${alone}; deadbeef00de waits: no sync window allows it now`);
  const same = { ...change, postponed: { ...postponed, commit: refused.commit } };
  assert.equal(condition('Stalled', same)?.message, alone);
});

test('only what somebody holds, or has to allow, is held up by nothing else', () => {
  const isUp = (change: Partial<StatusInput>): boolean => isHeldUp(statusOf({ ...healthy, ...change }));
  assert.equal(isUp({ held: [held] }), true);
  assert.equal(isUp({ held: [held], unfinished: 1 }), false);
  assert.equal(isUp({ held: [held], unhealthy: [healthOf('Service/shop/web', 'InProgress')] }), false);
});

const suspension = { slice: '@web', owner: 'ada', reason: 'a look', until: '2026-05-01T18:00:00Z' };

test('a slice that stays behind because somebody suspended it is waited for by nobody, and is no new revision', () => {
  const change = { behind: new Map([['@web', 'c0']]), suspended: [suspension] };
  const message = '`@web` is suspended by ada until 2026-05-01T18:00:00Z: a look';
  assert.deepEqual(condition('Ready', change), { type: 'Ready', status: 'False', reason: 'Suspended', message });
  assert.equal(condition('Stalled', change)?.status, 'False');
  assert.equal(isHeldUp(statusOf({ ...healthy, ...change })), true);
  const both = { ...change, behind: new Map([...change.behind, ['@data', 'c0']]) };
  assert.deepEqual(condition('Ready', both)?.message, '`@data` of c1 is being considered');
});

test('what of a suspended slice is otherwise than the branch says is held, and without that the environment is Ready', () => {
  assert.deepEqual(condition('Ready', { suspended: [suspension] })?.status, 'True');
  assert.deepEqual(condition('Ready', { suspended: [suspension], held: [held] })?.reason, 'Held');
  assert.deepEqual(statusOf({ ...healthy, suspended: [suspension] }).suspended, [suspension]);
});

test('slices that stay behind are told in one order, whenever they were refused', () => {
  const behind = new Map([
    ['@web', 'c0'],
    ['', ''],
    ['@data', 'c1'],
  ]);
  assert.deepEqual(statusOf({ ...healthy, behind }).behind, [
    { slice: '', revision: '' },
    { slice: '@data', revision: 'c1' },
    { slice: '@web', revision: 'c0' },
  ]);
});

test('what does badly is told the worst first', () => {
  const all = (['InProgress', 'Current', 'Unknown', 'Failed', 'NotFound', 'Terminating', 'Failed'] as const).map((status, i) =>
    healthOf(`Service/shop/s${9 - i}`, status),
  );
  const bad = all.filter((one) => one.health.status !== 'Current');
  const { unhealthy, objects } = statusOf({ ...healthy, objects: all.length, unhealthy: bad });
  assert.deepEqual(
    unhealthy.map((one) => `${one.health.status} ${formatRef(one.ref)}`),
    [
      'Failed Service/shop/s3',
      'Failed Service/shop/s6',
      'NotFound Service/shop/s5',
      'Terminating Service/shop/s4',
      'Unknown Service/shop/s7',
      'InProgress Service/shop/s9',
    ],
  );
  assert.equal(objects, 7);
});

test('a refusal is told first, then what failed, what waits, and what is held wrongly', () => {
  const say = (message: string) => ({ ...problem, message });
  const { problems } = statusOf({
    ...healthy,
    refused: { ...refused, problems: [say('refused')] },
    failed: [{ problem: say('failed'), passing: true }],
    waiting: [{ ref: problem.ref, for: '`Namespace/shop`' }],
    wronglyHeld: [say('the annotation is none')],
  });
  assert.deepEqual(
    problems.map(({ message }) => message),
    ['refused', 'failed', 'waits for `Namespace/shop`', 'the annotation is none'],
  );
});

test('a status does not grow with what is wrong', () => {
  const many = <Item>(item: Item): readonly Item[] => Array.from({ length: 50 }, () => item);
  const status = statusOf({
    ...healthy,
    failed: many({ problem, passing: true }),
    held: many(held),
    rewritten: many({ ref: problem.ref, fields: ['/spec/x'] }),
    unhealthy: many(healthOf('Service/shop/web', 'Failed')),
  });
  assert.deepEqual(
    [status.problems, status.held, status.rewritten, status.unhealthy].map(({ length }) => length),
    [20, 20, 20, 20],
  );
});

test('what failed and does not go back says why', () => {
  const unhealthy = [healthOf('Deployment/shop/web', 'Failed')];
  assert.deepEqual(condition('Stalled', { unhealthy, staysBecause: 'it would delete a volume' }), {
    type: 'Stalled',
    status: 'True',
    reason: 'HealthFailed',
    message: '`Deployment/shop/web`: it is Failed; it does not go back: it would delete a volume',
  });
});

test('a commit that was gone back from is refused for what failed', () => {
  const refusal = { code: 'rollout-failed', message: 'its rollout failed: …', help: '' } as const;
  assert.deepEqual(condition('Ready', { refused: { ...refused, refusal, problems: [] } }), {
    type: 'Ready',
    status: 'False',
    reason: 'RolloutFailed',
    message: 'c0ffee00c0ff is refused: its rollout failed: …',
  });
});
