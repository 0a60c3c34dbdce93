import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DeclaredEnvironment, EnvironmentSpec } from '../../src/model/declared.ts';
import { nameOf } from '../../src/model/declared.ts';
import type { Condition } from '../../src/model/event.ts';
import { Failure } from '../../src/model/failure.ts';
import { courseOf, declaredConditions, unreadyAmong, unseenAmong } from '../../src/reconcile/declared.ts';

const now = new Date('2026-11-29T12:00:00Z');

const usual: EnvironmentSpec = {
  source: { url: 'https://git.example.com/shop.git', branch: undefined, secretName: undefined, interval: 15_000, signersName: undefined },
  report: undefined,
  serviceAccountName: 'lockstep-prod',
  mode: 'sync',
  onDelete: 'keep',
  suspend: undefined,
  dependsOn: [],
};

function declare(name: string, spec: Partial<EnvironmentSpec> = {}, more: Partial<DeclaredEnvironment> = {}): DeclaredEnvironment {
  const own = { name, namespace: 'shop', uid: name, generation: 2, deleting: false, finalizers: [], status: {}, conditions: [] };
  return { ...own, spec: { ...usual, ...spec }, ...more };
}

const among = (...all: readonly DeclaredEnvironment[]) => new Map(all.map((one) => [nameOf(one), one]));
const needs = (...names: readonly string[]) => ({ dependsOn: names.map((name) => ({ namespace: 'shop', name })) });
const ready = (status: string, observedGeneration = 2) => ({
  conditions: [{ type: 'Ready', status, reason: 'Applying', message: '', lastTransitionTime: '', observedGeneration }],
});

const courseAlone = (one: DeclaredEnvironment) => courseOf(one, among(one), now);

test('an environment is kept as long as nothing says otherwise', () => {
  assert.equal(courseAlone(declare('prod')).type, 'keep');
  assert.equal(courseAlone(declare('prod', { mode: 'plan' })).type, 'plan');
});

test('what cannot be understood is left alone, and told', () => {
  const course = courseAlone(declare('prod', {}, { spec: { problem: '`spec.source.url` is missing' } }));
  assert.deepEqual(course, { type: 'rest', why: { reason: 'SpecInvalid', message: '`spec.source.url` is missing' }, until: undefined });
});

test('a suspension lasts until its time, or until somebody ends it', () => {
  const suspend = { reason: 'incident 4711', by: 'ada', until: '2026-11-29T13:00:00Z' };
  assert.deepEqual(courseAlone(declare('prod', { suspend })), {
    type: 'rest',
    why: { reason: 'Suspended', message: 'suspended by ada until 2026-11-29T13:00:00Z: incident 4711' },
    until: Date.parse('2026-11-29T13:00:00Z'),
  });
  assert.equal(courseAlone(declare('prod', { suspend: { ...suspend, until: '2026-11-29T12:00:00Z' } })).type, 'keep');
  const open = courseAlone(declare('prod', { suspend: { reason: 'freeze', by: undefined, until: undefined } }));
  assert.deepEqual(open, { type: 'rest', why: { reason: 'Suspended', message: 'suspended: freeze' }, until: undefined });
});

test('what is deleted is dissolved only where its finalizer and its spec say so', () => {
  const finalizers = ['lockstep.dev/dissolve'];
  const courseOfDeleted = (spec: Partial<EnvironmentSpec>, more: Partial<DeclaredEnvironment>) =>
    courseAlone(declare('prod', spec, { deleting: true, ...more })).type;
  assert.equal(courseOfDeleted({ onDelete: 'prune' }, { finalizers }), 'dissolve');
  assert.equal(courseOfDeleted({ onDelete: 'prune' }, { finalizers: ['foregroundDeletion'] }), 'leave');
  assert.equal(courseOfDeleted({ onDelete: 'keep' }, { finalizers }), 'leave');
  assert.equal(courseOfDeleted({ onDelete: 'prune', mode: 'plan' }, { finalizers }), 'leave');
  const suspend = { reason: 'freeze', by: undefined, until: undefined };
  assert.equal(courseOfDeleted({ onDelete: 'prune', suspend }, { finalizers }), 'rest');
});

test('who needs itself, over others, is told the way', () => {
  const [a, b, c] = [declare('a', needs('b')), declare('b', needs('x', 'c')), declare('c', needs('a'))];
  const course = courseOf(a, among(a, b, c), now);
  assert.equal(
    course.type === 'rest' && course.why.message,
    '`spec.dependsOn` leads in a circle: `shop/a` needs `shop/b` needs `shop/c` needs `shop/a`',
  );
  const outside = declare('d', needs('a'));
  assert.equal(courseOf(outside, among(a, b, c, outside), now).type, 'keep');
});

test('new commits wait until all that is needed is Ready, by its newest spec', () => {
  const needed = [{ namespace: 'shop', name: 'base' }];
  assert.equal(unreadyAmong(needed, among()), 'it needs `shop/base`, and this agent sees no such Environment');
  assert.equal(unreadyAmong(needed, among(declare('base'))), 'it needs `shop/base`, which is not Ready');
  assert.equal(unreadyAmong(needed, among(declare('base', {}, ready('False')))), 'it needs `shop/base`, which is not Ready: Applying');
  assert.equal(unreadyAmong(needed, among(declare('base', {}, ready('True', 1)))), 'it needs `shop/base`, which is not Ready: Applying');
  assert.equal(unreadyAmong(needed, among(declare('base', {}, ready('True')))), undefined);
  const going = declare('base', {}, { ...ready('True'), deleting: true });
  assert.equal(unreadyAmong(needed, among(going)), 'it needs `shop/base`, which is being deleted');
  assert.equal(unreadyAmong([], among()), undefined);
});

test('what is needed counts by what it says of the commit that its branch was seen to lead to', () => {
  const needed = [{ namespace: 'shop', name: 'base' }];
  const latest = 'a'.repeat(40);
  const all = among(declare('base', {}, { status: { latest } }));
  const seen = (tip: string | undefined | Failure) => unseenAmong(needed, all, new Map([['shop/base', tip]]));
  assert.equal(unseenAmong(needed, all, undefined), 'it needs `shop/base`, whose branch is looked at first');
  assert.equal(seen('b'.repeat(40)), 'it needs `shop/base`, which has not judged bbbbbbbbbbbb yet');
  assert.equal(seen(new Failure('git-failed', 'no answer')), 'it needs `shop/base`, whose branch cannot be looked at: no answer');
  assert.equal(seen(latest), undefined);
  // Nobody can look there.
  assert.equal(seen(undefined), undefined);
  assert.equal(unseenAmong([], all, undefined), undefined);
});

test('the time of a condition moves only with its status', () => {
  const before = declare(
    'prod',
    {},
    { generation: 5, conditions: [{ ...ready('False').conditions[0], lastTransitionTime: '2026-11-29T11:00:00Z' }] as never },
  );
  const same: Condition = { type: 'Ready', status: 'False', reason: 'Retrying', message: 'x'.repeat(2_000) };
  const [first] = declaredConditions([same], before, now);
  assert.equal(first?.lastTransitionTime, '2026-11-29T11:00:00Z');
  assert.equal(first?.observedGeneration, 5);
  assert.equal(first?.message.length, 1_024);
  const [other] = declaredConditions([{ ...same, status: 'True' }], before, now);
  assert.equal(other?.lastTransitionTime, '2026-11-29T12:00:00Z');
});
