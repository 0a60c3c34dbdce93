import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HealthStatus } from '../../src/model/health.ts';
import type { InventoryEntry } from '../../src/model/inventory.ts';
import type { DesiredObject } from '../../src/model/plan.ts';
import { keyOf, type ObjectKey } from '../../src/model/ref.ts';
import { usualRules } from '../../src/model/rendered.ts';
import { decideHooks } from '../../src/reconcile/hooks.ts';
import type { LiveState } from '../../src/reconcile/live.ts';
import { desired, entry, inventory, live, ref, tree } from './samples.ts';

const now = new Date('2026-05-01T10:00:00Z');
const [web, migrate, rescue] = ['Deployment/shop/web', 'Job/shop/migrate', 'Job/shop/rescue'] as const;
const inShop = (text: string, content = 'a'): DesiredObject => desired(text, content, { path: `shop/${text.replaceAll('/', '.')}.yaml` });
const wanted = { ...inShop(rescue), rules: { ...usualRules, when: 'failure' as const } };

/** An object that has done so for `seconds`. */
function doing(status: HealthStatus, seconds = 60, more: Partial<LiveState> = {}): LiveState {
  const rest = { apiVersion: 'v1', generation: 1, by: undefined, selector: undefined, holdProblem: undefined };
  return { ...live(), ...rest, health: { status, message: '' }, since: now.getTime() - seconds * 1_000, ...more };
}

/** Its chart is all Current for a minute, as far as it is. */
const since = new Map([[keyOf(wanted.ref), now.getTime() - 60_000]]);

/** What is decided of the hook, where the objects of its chart were applied and do as told. */
function decision(
  states: Readonly<Record<string, LiveState>>,
  { objects = [inShop(web), inShop(migrate)], entries = [entry(web), entry(migrate)] as readonly InventoryEntry[] } = {},
): 'open' | 'runs' | 'unneeded' | undefined {
  const observed = new Map(Object.entries(states).map(([text, state]) => [keyOf(ref(text)), state]));
  const { inventory: next } = decideHooks(
    {
      accepted: tree(...objects, wanted),
      inventory: inventory(...entries),
      live: observed,
      suspended: new Map(),
      now,
    },
    since,
  );
  const decided = next?.entries.get(keyOf(wanted.ref));
  if (decided === undefined) return 'open';
  return decided.finished === undefined ? 'runs' : 'unneeded';
}

const current = doing('Current');

test('a hook for failures runs when something of its chart has failed, and is not needed when all of it is Current', () => {
  assert.equal(decision({ [web]: current, [migrate]: current }), 'unneeded');
  assert.equal(decision({ [web]: current, [migrate]: doing('InProgress') }), 'open');
  assert.equal(decision({ [web]: current, [migrate]: doing('Unknown', 60) }), 'open');
  assert.equal(decision({ [web]: doing('Failed'), [migrate]: doing('InProgress') }), 'runs');
  assert.equal(decision({ [web]: doing('InProgress'), [migrate]: doing('Failed') }), 'runs');
});

test('a failure counts when it has lasted, and that of a Job at once', () => {
  assert.equal(decision({ [web]: doing('Failed', 9), [migrate]: current }), 'open');
  assert.equal(decision({ [web]: current, [migrate]: doing('Failed', 0) }), 'runs');
});

test('a Job that its TTL removed counts as it ended', () => {
  const ended = (finished: 'succeeded' | 'failed') => ({ entries: [entry(web), entry(migrate, 'a', { finished })] });
  assert.equal(decision({ [web]: current }, ended('succeeded')), 'unneeded');
  assert.equal(decision({ [web]: current }, ended('failed')), 'runs');
});

test('what is not as the revision says speaks neither for its rollout nor against it', () => {
  const objects = [inShop(web, 'b'), inShop(migrate)];
  assert.equal(decision({ [web]: doing('Failed'), [migrate]: current }, { objects }), 'open');
  assert.equal(decision({ [web]: current, [migrate]: current }, { objects }), 'open');
  const touched = doing('Failed', 60, { fingerprint: { uid: 'u1', fields: 'theirs', version: '9' } });
  assert.equal(decision({ [web]: touched, [migrate]: current }), 'open');
});

test('only objects of its chart count', () => {
  const objects = [inShop(web), { ...inShop(migrate), path: 'other/migrate.yaml' }];
  assert.equal(decision({ [web]: current, [migrate]: doing('Failed') }, { objects }), 'unneeded');
});

test('what is past its deadline has failed', () => {
  const objects = [{ ...inShop(web), rules: { ...usualRules, deadline: 30 } }, inShop(migrate)];
  assert.equal(decision({ [web]: doing('InProgress', 60), [migrate]: current }, { objects }), 'runs');
});

test('what was decided stays', () => {
  const states = { [web]: doing('Failed'), [migrate]: current };
  const given = [entry(web), entry(migrate), entry(rescue, 'a', { seen: undefined, finished: 'unneeded' as const })];
  const observed = new Map(Object.entries(states).map(([text, state]) => [keyOf(ref(text)), state]));
  const accepted = tree(inShop(web), inShop(migrate), wanted);
  const input = { accepted, inventory: inventory(...given), live: observed, suspended: new Map(), now };
  assert.deepEqual(decideHooks(input, since), { inventory: undefined, doneSince: new Map() });
});

test('nothing is decided of a hook of a slice that is suspended', () => {
  const slice = { ...wanted, slice: 'pear' };
  const hold = { owner: 'ada', reason: 'a look', until: '2026-05-01T18:00:00Z' };
  const observed = new Map([[keyOf(ref(web)), doing('Failed')]]);
  const given = { accepted: tree(inShop(web), slice), inventory: inventory(entry(web)), live: observed, now };
  assert.ok(decideHooks({ ...given, suspended: new Map() }, since).inventory);
  assert.equal(decideHooks({ ...given, suspended: new Map([['pear', hold]]) }, since).inventory, undefined);
});

test('that nothing failed counts when it has lasted, and begins anew when it did not', () => {
  const accepted = tree(inShop(web), wanted);
  const at = (status: HealthStatus, begun: ReadonlyMap<ObjectKey, number>, seconds: number) => {
    const live = new Map([[keyOf(ref(web)), doing(status)]]);
    const later = new Date(now.getTime() + seconds * 1_000);
    return decideHooks({ accepted, inventory: inventory(entry(web)), live, suspended: new Map(), now: later }, begun);
  };
  const begun = at('Current', new Map(), 0);
  assert.deepEqual(begun, { inventory: undefined, doneSince: new Map([[keyOf(wanted.ref), now.getTime()]]) });
  assert.equal(at('Current', begun.doneSince, 9).inventory, undefined);
  assert.deepEqual(at('InProgress', begun.doneSince, 9).doneSince, new Map());
  const decided = at('Current', begun.doneSince, 10);
  assert.equal(decided.inventory?.entries.get(keyOf(wanted.ref))?.finished, 'unneeded');
  assert.deepEqual(decided.doneSince, new Map());
});
