import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ObjectProblem } from '../../src/model/event.ts';
import type { ObjectRef } from '../../src/model/ref.ts';
import { type StatusInput, statusOf } from '../../src/reconcile/status.ts';
import { verdictOf } from '../../src/reconcile/verdict.ts';

const [older, commit] = ['a'.repeat(40), 'b'.repeat(40)];
const web: ObjectRef = { group: 'apps', kind: 'Deployment', namespace: 'shop', name: 'web' };
const problem: ObjectProblem = { ref: web, path: 'web.yaml', message: 'password hunter2 is wrong' };

function verdict(about: Partial<StatusInput>) {
  const status = statusOf({
    environment: 'staging',
    latest: commit,
    revision: commit,
    refused: undefined,
    behind: new Map(),
    failed: [],
    waiting: [],
    unfinished: 0,
    held: [],
    rewritten: [],
    objects: 3,
    unhealthy: [],
    outage: undefined,
    now: new Date('2026-01-01T00:00:00Z'),
    ...about,
  });
  return verdictOf(status);
}

const refused = {
  commit,
  refusal: { code: 'preflight-failed', message: 'password hunter2 is wrong', help: 'mend it' },
  problems: [problem],
  slices: [],
} as const;
const more = '`lockstep status staging` tells more';

test('what is Ready at the newest commit is a success', () => {
  assert.deepEqual(verdict({}), { commit, state: 'success', description: '3 objects are Current', lasting: 0 });
});

test('what time should bring is pending', () => {
  const pending = (about: Partial<StatusInput>) => verdict(about)?.state;
  assert.equal(pending({ revision: older }), 'pending');
  assert.equal(pending({ unfinished: 2 }), 'pending');
  assert.equal(pending({ failed: [{ problem, passing: true }] }), 'pending');
  assert.equal(pending({ behind: new Map([['web', older]]) }), 'pending');
  assert.equal(pending({ held: [{ ref: web, path: 'web.yaml', because: 'an incident' }] }), 'pending');
  assert.deepEqual(verdict({ unhealthy: [{ ref: web, health: { status: 'InProgress', message: 'hunter2' } }] }), {
    commit,
    state: 'pending',
    description: `HealthPending: Deployment/shop/web is InProgress; ${more}`,
    lasting: 0,
  });
});

test('what a person has to mend is a failure, without the words of servers and containers', () => {
  const failures: readonly Partial<StatusInput>[] = [
    { refused },
    { revision: older, refused },
    { refused: { ...refused, slices: ['web'] } },
    { failed: [{ problem, passing: false }] },
    { unhealthy: [{ ref: web, health: { status: 'Failed', message: 'hunter2' } }] },
    { revision: older, refused: { ...refused, refusal: { ...refused.refusal, code: 'rollout-failed' } } },
  ];
  for (const about of failures) {
    const found = verdict(about);
    assert.equal(found?.state, 'failure');
    assert.equal(found?.lasting, 10_000);
    assert.doesNotMatch(found?.description ?? '', /hunter2/);
  }
  assert.equal(verdict({ refused })?.description, `PreflightFailed: Deployment/shop/web; ${more}`);
});

test('what fails at the commit before says nothing of the one that waits', () => {
  const unhealthy = [{ ref: web, health: { status: 'Failed', message: '' } }] as const;
  const postponed = { commit, reason: 'OutsideWindow', because: 'until 18:00' } as const;
  assert.equal(verdict({ revision: older, postponed, unhealthy })?.state, 'pending');
  assert.equal(verdict({ revision: older, unhealthy })?.state, 'pending');
});

test('where the branch is not known, nothing is said', () => {
  assert.equal(verdict({ latest: undefined, revision: undefined }), undefined);
  assert.equal(verdict({ outage: 'no route to host' }), undefined);
});
