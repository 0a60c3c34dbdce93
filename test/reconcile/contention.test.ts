import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LiveObject, ManagedFieldsEntry } from '../../src/model/manifest.ts';
import {
  type Contest,
  contestInWords,
  contestOver,
  endOf,
  isContended,
  isOver,
  isSuspicious,
  pauseIn,
  type Repair,
  retaken,
  withRepair,
} from '../../src/reconcile/contention.ts';

const web = { group: 'apps', kind: 'Deployment', namespace: 'shop', name: 'web' };
const replicas: Omit<Repair, 'at'> = { fields: ['/spec/replicas'], rival: 'hpa-controller', isMissing: false };

/** The contest after repairs, `every` milliseconds one after the other. */
function after(repairs: readonly Partial<Repair>[], every = 1_000): Contest {
  return repairs
    .map((repair, i): Repair => ({ ...replicas, ...repair, at: i * every }))
    .reduce<Contest | undefined>(withRepair, undefined) as Contest;
}

function times(count: number): readonly Partial<Repair>[] {
  return Array.from({ length: count }, () => ({}));
}

test('one repair, or four, are waited for by nobody; from the fifth on the pause doubles up to five minutes', () => {
  assert.deepEqual(
    [1, 4, 5, 6, 7, 10, 11, 12, 1_000].map((count) => pauseIn({ ...after(times(5)), repairs: count })),
    [0, 0, 5_000, 10_000, 20_000, 160_000, 300_000, 300_000, 300_000],
  );
  assert.deepEqual(
    [4, 5].map((count) => isContended(after(times(count)), 5_000)),
    [false, true],
  );
  assert.deepEqual(
    [2, 3].map((count) => isSuspicious(after(times(count)))),
    [false, true],
  );
});

test('repairs that come late after one another are none of a fight', () => {
  assert.equal(after(times(9), 60_000).repairs, 9);
  assert.equal(after(times(9), 300_000).repairs, 1);
  // What waited for its pause comes later by that.
  const fifth = after(times(5));
  assert.equal(withRepair(fifth, { ...replicas, at: fifth.at + 65_000 }).repairs, 6);
  assert.equal(withRepair(fifth, { ...replicas, at: fifth.at + 65_001 }).repairs, 1);
});

test('a fight is over when nothing had to be repaired for a minute after the pause', () => {
  const contest = after(times(5));
  assert.equal(endOf(contest), contest.at + 65_000);
  assert.deepEqual([isOver(contest, endOf(contest)), isOver(contest, endOf(contest) + 1)], [false, true]);
  assert.equal(isContended(contest, endOf(contest) + 1), false);
});

test('somebody who changes another field each time does not fight, and two who take turns do', () => {
  const fields = (...names: readonly string[]) => names.map((name) => ({ fields: [`/data/${name}`] }));
  assert.equal(after(fields('a', 'b', 'c', 'd', 'e', 'f')).repairs, 1);
  const turns = after(fields('a', 'b', 'a', 'b', 'a', 'b', 'a'));
  assert.deepEqual([turns.repairs, turns.fields], [6, ['/data/a', '/data/b']]);
});

test('until the object is read nothing is known of its fields, and all count', () => {
  const contest = after([{ fields: [] }, { fields: [] }, { fields: [] }, {}, {}]);
  assert.deepEqual([contest.repairs, contest.fields], [5, ['/spec/replicas']]);
  assert.equal(after(Array.from({ length: 5 }, () => ({ fields: [] }))).repairs, 5);
});

test('the words name who it is and what it is about, and what mends it', () => {
  assert.equal(
    contestOver(web, after(times(5))),
    '`Deployment/shop/web`: `/spec/replicas` is set again and again by `hpa-controller`: declare it in `ignore`, or stop the other one',
  );
  const unknown = after(Array.from({ length: 5 }, () => ({ fields: [], rival: undefined })));
  assert.equal(
    contestOver(web, unknown),
    '`Deployment/shop/web` is changed again and again by somebody who leaves no name: declare it in `ignore`, or stop the other one',
  );
  const deleted = after(Array.from({ length: 5 }, () => ({ fields: [], rival: undefined, isMissing: true })));
  assert.match(contestOver(web, deleted), /^`Deployment\/shop\/web` is deleted again and again .*drop it from the branch$/);
});

test('however many fields are fought over, the words name five and remember twenty', () => {
  const fields = Array.from({ length: 40 }, (_, i) => `/data/${`${i}`.padStart(2, '0')}`);
  const contest = after(Array.from({ length: 5 }, () => ({ fields })));
  assert.deepEqual([contest.seen.length, contest.fields.length], [20, 20]);
  assert.match(contestInWords(contest), /^`\/data\/00`, `\/data\/01`, `\/data\/02`, `\/data\/03`, `\/data\/04` and 15 more is set/);
});

test('what was taken back is what our entry did not hold before, from whoever held it last', () => {
  const live = (...managedFields: readonly ManagedFieldsEntry[]): LiveObject => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'shop', uid: 'u1', resourceVersion: '7', managedFields },
    spec: { replicas: 3, paused: false },
  });
  const apply = (fieldsV1: ManagedFieldsEntry['fieldsV1']): ManagedFieldsEntry => ({
    manager: 'lockstep-dev',
    operation: 'Apply',
    ...(fieldsV1 && { fieldsV1 }),
  });
  const scale: ManagedFieldsEntry = {
    manager: 'hpa-controller',
    operation: 'Update',
    subresource: 'scale',
    time: '2026-01-01T00:00:01Z',
    fieldsV1: { 'f:spec': { 'f:replicas': {} } },
  };
  const noise: ManagedFieldsEntry = {
    manager: 'reloader',
    operation: 'Update',
    time: '2026-01-01T00:00:09Z',
    fieldsV1: { 'f:metadata': { 'f:annotations': { 'f:reloaded': {} } } },
  };
  const ours = apply({ 'f:spec': { 'f:replicas': {}, 'f:paused': {} } });
  const before = live(apply({ 'f:spec': { 'f:paused': {} } }), scale, noise);
  assert.deepEqual(retaken(before, live(ours), 'lockstep-dev'), { fields: ['/spec/replicas'], rival: 'hpa-controller' });
  // What was taken away leaves nobody's name.
  assert.deepEqual(retaken(live(apply({ 'f:spec': { 'f:paused': {} } }), noise), live(ours), 'lockstep-dev'), {
    fields: ['/spec/replicas'],
    rival: undefined,
  });
  assert.deepEqual(retaken(live(ours), live(ours), 'lockstep-dev'), { fields: [], rival: undefined });
});
