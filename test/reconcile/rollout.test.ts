import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Health } from '../../src/model/health.ts';
import type { Inventory, Rollouts } from '../../src/model/inventory.ts';
import type { DesiredObject, Hold, Suspended } from '../../src/model/plan.ts';
import { keyOf } from '../../src/model/ref.ts';
import type { DesiredTree } from '../../src/reconcile/desired.ts';
import type { LiveState } from '../../src/reconcile/live.ts';
import {
  failedBefore,
  failingSlices,
  healthySlices,
  type RolloutInput,
  rolloutsTaken,
  staysFor,
  wayBack,
  withHealthy,
} from '../../src/reconcile/rollout.ts';
import { desired, entry, index, inventory, print, ref, tree } from './samples.ts';

const now = new Date('2026-05-01T10:00:00Z');
const web = 'Deployment/shop/web';
const api = 'Deployment/shop/api';
const bad: Health = { status: 'Failed', message: 'stuck' };
const good: Health = { status: 'Current', message: '' };
const hold: Hold = { owner: 'ada', reason: 'looking', until: '2026-05-01T18:00:00Z' };

/** What is seen of an object that does so since a minute. */
function seen(health: Health, rest: Partial<LiveState> = {}): LiveState {
  const unusual = { apiVersion: 'apps/v1', generation: 1, by: undefined, selector: undefined, holdProblem: undefined };
  return { ...unusual, fingerprint: print(), resourceVersion: '1', deleting: false, health, since: now.getTime() - 60_000, ...rest };
}

function returning(commit: string, ...objects: readonly DesiredObject[]): DesiredTree {
  return { ...tree(...objects), commit, index: index({ onFailure: 'return' }) };
}

const rollouts: Rollouts = {
  healthy: new Map([
    ['', 'c1'],
    ['pear', 'c1'],
    ['fig', 'c0'],
  ]),
  ailing: [],
  failed: undefined,
};

/** An environment at the commit c2, with what is seen of its objects. */
function at(
  accepted: DesiredTree,
  live: Readonly<Record<string, LiveState>>,
  rest: Partial<Inventory> = {},
  suspended: Suspended = new Map(),
): RolloutInput {
  const entries = [...accepted.objects.values()].map(({ ref: of, blob, slice }) => ({
    ...entry(`${of.kind}/${of.namespace}/${of.name}`, blob),
    slice,
  }));
  const states = new Map(Object.entries(live).map(([text, state]) => [keyOf(ref(text)), state]));
  return { accepted, inventory: { ...inventory(...entries), revision: accepted.commit, rollouts, ...rest }, live: states, suspended, now };
}

const both = returning('c2', desired(web, 'b', { slice: 'pear' }), desired(api, 'b', { slice: 'fig' }));

test('a slice is healthy when all of it is written and Current, and nobody holds any of it', () => {
  assert.deepEqual(healthySlices(at(both, { [web]: seen(good), [api]: seen(bad) })), ['pear']);
  assert.deepEqual(healthySlices(at(both, { [web]: seen(good, { hold }), [api]: seen(good) })), ['fig']);
  assert.deepEqual(healthySlices(at(both, { [web]: seen(good), [api]: seen(good) }, { behind: new Map([['fig', 'c0']]) })), ['pear']);
  const unwritten = inventory({ ...entry(web, 'a'), slice: 'pear' });
  assert.deepEqual(healthySlices(at(both, { [web]: seen(good), [api]: seen(good) }, { entries: unwritten.entries })), []);
});

test('what is Failed counts when it is what was written, has lasted, and its slice was never healthy there', () => {
  const failing = (state: LiveState, rest: Partial<Inventory> = {}): readonly string[] => [
    ...failingSlices(at(both, { [web]: state, [api]: seen(good) }, rest)).keys(),
  ];
  assert.deepEqual(failing(seen(bad)), ['pear']);
  assert.deepEqual(failing(seen(bad, { since: now.getTime() - 9_999 })), []);
  assert.deepEqual(failing(seen(bad, { fingerprint: print(2) })), []);
  assert.deepEqual(failing(seen(bad, { hold })), []);
  assert.deepEqual(failing(seen(bad), { behind: new Map([['pear', 'c1']]) }), []);
  assert.deepEqual(failing(seen(bad), { rollouts: { ...rollouts, healthy: new Map([['pear', 'c2']]) } }), []);
  // A deadline that has passed is a failure like others.
  assert.deepEqual(failing(seen({ status: 'Unknown', message: '?' })), []);
});

test('slices go back each to where it was healthy, and stay at the commit otherwise', () => {
  const first = returning('c1', desired(web, 'a', { slice: 'pear' }), desired(api, 'a', { slice: 'fig' }));
  const zero = { ...first, commit: 'c0' };
  const input = at(both, { [web]: seen(bad), [api]: seen(bad) });
  const way = wayBack(
    input,
    failingSlices(input),
    new Map([
      ['pear', first],
      ['fig', zero],
    ]),
  );
  assert.ok(way !== undefined && 'tree' in way);
  assert.equal(way.tree.commit, 'c2');
  assert.deepEqual(Object.fromEntries(way.inventory.behind), { pear: 'c1', fig: 'c0' });
  assert.deepEqual(way.failed.slices, ['pear', 'fig']);
  assert.deepEqual(
    [...way.tree.objects.values()].map(({ blob }) => blob),
    ['a', 'a'],
  );
});

test('when all slices go back to one commit, the environment is at that commit', () => {
  const first = returning('c1', desired(web, 'a', { slice: 'pear' }));
  const input = at(returning('c2', desired(web, 'b', { slice: 'pear' })), { [web]: seen(bad) });
  const way = wayBack(input, failingSlices(input), new Map([['pear', first]]));
  assert.ok(way !== undefined && 'tree' in way);
  assert.deepEqual([way.tree.commit, way.inventory.behind.size, way.failed.slices], ['c1', 0, []]);
  assert.equal(way.failed.message, '`Deployment/shop/web` failed: stuck; the environment is back at c1, where it was healthy');
});

test('a slice that fails later joins those that went back before', () => {
  const first = returning('c1', desired(api, 'a', { slice: 'fig' }));
  const failed = { commit: 'c2', slices: ['pear'], message: 'web failed' };
  const input = at(both, { [web]: seen(good), [api]: seen(bad) }, { behind: new Map([['pear', 'c1']]), rollouts: { ...rollouts, failed } });
  const way = wayBack(input, failingSlices(input), new Map([['fig', first]]));
  assert.ok(way !== undefined && 'tree' in way);
  assert.deepEqual(way.failed.slices, ['pear', 'fig']);
  assert.match(way.failed.message, /^web failed; `Deployment\/shop\/api` failed: stuck; `fig` is back at c1/);
});

test('to go back to the same content would change nothing', () => {
  const input = at(both, { [web]: seen(bad), [api]: seen(good) });
  assert.equal(wayBack(input, failingSlices(input), new Map([['pear', { ...both, commit: 'c1' }]])), undefined);
});

test('a slice that may not go back does not keep another one from it', () => {
  const more = returning('c2', ...both.objects.values(), desired('Namespace/extra', 'a', { slice: 'pear' }));
  const first = returning('c1', desired(web, 'a', { slice: 'pear' }), desired(api, 'a', { slice: 'fig' }));
  const input = at(more, { [web]: seen(bad), [api]: seen(bad), 'Namespace/extra': seen(good) });
  const entries = new Map([...input.inventory.entries, [keyOf(ref('Namespace/extra')), { ...entry('Namespace/extra'), slice: 'pear' }]]);
  const way = wayBack(
    { ...input, inventory: { ...input.inventory, entries } },
    failingSlices(input),
    new Map([
      ['pear', first],
      ['fig', first],
    ]),
  );
  assert.ok(way !== undefined && 'tree' in way);
  assert.deepEqual(Object.fromEntries(way.inventory.behind), { fig: 'c1' });
});

test('what is taken forgets the failure before, and notes what was Failed already', () => {
  const failed = { commit: 'c1', slices: [], message: '' };
  const input = at(both, { [web]: seen(bad), [api]: seen(good) }, { rollouts: { ...rollouts, failed } });
  assert.deepEqual(rolloutsTaken(both, { ...input, isTaking: () => true }), {
    healthy: new Map([
      ['pear', 'c1'],
      ['fig', 'c0'],
    ]),
    ailing: ['pear'],
    failed: undefined,
  });
  assert.equal(rolloutsTaken({ ...both, index: index() }, { ...input, isTaking: () => true }), undefined);
  // What was at the commit before is judged by what it was then.
  assert.deepEqual(rolloutsTaken(both, { ...input, isTaking: (slice) => slice === 'fig' })?.ailing, []);
});

test('a commit is refused for its failed rollout as long as the state says so', () => {
  const failed = { commit: 'c2', slices: ['pear'], message: 'web failed' };
  const owned = { ...inventory(), rollouts: { ...rollouts, failed } };
  assert.equal(failedBefore(owned, 'c3'), undefined);
  assert.deepEqual(failedBefore(owned, 'c2')?.slices, ['pear']);
  assert.match(
    failedBefore(owned, 'c2')?.refusal.message ?? '',
    /^its rollout failed: web failed, until a newer commit comes: mend the source/,
  );
});

test('what is healthy already is not noted again', () => {
  const owned = { ...inventory(), revision: 'c2', rollouts };
  const noted = withHealthy(owned, ['pear']);
  assert.equal(noted?.rollouts?.healthy.get('pear'), 'c2');
  assert.equal(noted && withHealthy(noted, ['pear']), undefined);
  assert.equal(withHealthy({ ...owned, revision: undefined }, ['pear']), undefined);
});

test('a slice that is suspended is not healthy, and does not fail', () => {
  const suspended = new Map([['fig', hold]]);
  assert.deepEqual(healthySlices(at(both, { [web]: seen(good), [api]: seen(good) }, {}, suspended)), ['pear']);
  assert.deepEqual([...failingSlices(at(both, { [web]: seen(bad), [api]: seen(bad) }, {}, suspended)).keys()], ['pear']);
});

test('what a suspended slice has is not changed when another one goes back', () => {
  const first = returning('c1', desired(web, 'a', { slice: 'pear' }), desired(api, 'a', { slice: 'fig' }));
  const input = at(both, { [web]: seen(bad), [api]: seen(bad) }, {}, new Map([['fig', hold]]));
  const way = wayBack(input, failingSlices(input), new Map([['pear', first]]));
  assert.ok(way !== undefined && 'plan' in way);
  assert.deepEqual(
    way.plan.changes.map((change) => 'desired' in change && [change.desired.ref.name, change.desired.blob]),
    [['web', 'a']],
  );
});

test('what was Failed when the commit was taken has not failed because of it, and says why nothing goes back', () => {
  const input = at(both, { [web]: seen(bad), [api]: seen(bad) });
  const entries = new Map(
    [...input.inventory.entries].map(([key, one]) => [key, one.ref.name === 'web' ? { ...one, ailing: true as const } : one]),
  );
  const ailing = { ...input, inventory: { ...input.inventory, entries } };
  assert.deepEqual([...failingSlices(ailing).keys()], ['fig']);
  assert.equal(staysFor(ailing), '`Deployment/shop/web` was Failed before the commit was taken, which does not change it');
  assert.equal(staysFor(input), undefined);
});
