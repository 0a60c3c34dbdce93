import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { InventoryEntry } from '../../src/model/inventory.ts';
import { type Change, type Hold, type Live, type Plan, refOfChange, type Suspended } from '../../src/model/plan.ts';
import { formatRef } from '../../src/model/ref.ts';
import { type ObjectRules, type RenderedIndex, usualRules } from '../../src/model/rendered.ts';
import type { DesiredTree } from '../../src/reconcile/desired.ts';
import { makePlan } from '../../src/reconcile/plan.ts';
import { desired, entry, index, inventory, live, observed, print, ref, tree } from './samples.ts';

const web = 'Deployment/shop/web';
const now = new Date('2026-05-01T10:00:00Z');
const hold: Hold = { owner: 'ada', reason: 'the queue is full', until: '2026-05-01T18:00:00Z' };
const over: Hold = { ...hold, until: '2026-05-01T09:00:00Z' };
const because = 'held by ada until 2026-05-01T18:00:00Z: the queue is full';

const op = (change: Change): string => `${change.op} ${formatRef(refOfChange(change))}`;

/** The plan that makes a cluster which looks like `objects` equal to `want`. */
function planOf(
  want: DesiredTree,
  entries: readonly InventoryEntry[],
  objects: Readonly<Record<string, Live>>,
  suspended: Suspended = new Map(),
): Plan {
  return makePlan({ desired: want, inventory: inventory(...entries), observed: observed(objects), suspended, now });
}

/** A revision without objects. */
function empty(rest: Partial<RenderedIndex> = {}): DesiredTree {
  return { ...tree(), index: index(rest) };
}

test('what is new on the branch is created', () => {
  assert.deepEqual(planOf(tree(desired(web)), [], {}).changes, [{ op: 'create', desired: desired(web), because: 'new' }]);
});

test('what was written ahead and never answered for is created as if it were new', () => {
  const plan = planOf(tree(desired(web)), [entry(web, 'a', { seen: undefined })], {});
  assert.deepEqual(plan.changes, [{ op: 'create', desired: desired(web), because: 'new' }]);
});

test('what was written ahead and is there after all is applied again', () => {
  const plan = planOf(tree(desired(web)), [entry(web, 'a', { seen: undefined })], { [web]: live() });
  assert.deepEqual(plan.changes.map(op), [`update ${web}`]);
});

test('what vanished from the cluster is created again', () => {
  const plan = planOf(tree(desired(web)), [entry(web)], {});
  assert.deepEqual(plan.changes, [{ op: 'create', desired: desired(web), because: 'vanished' }]);
});

test('what the branch changed is updated with the live state as precondition', () => {
  const plan = planOf(tree(desired(web, 'b')), [entry(web, 'a')], { [web]: live() });
  assert.deepEqual(plan.changes, [{ op: 'update', desired: desired(web, 'b'), live: live() }]);
});

test('another API version of the same content is an update', () => {
  const plan = planOf(tree(desired(web)), [entry(web, 'a', { apiVersion: 'apps/v1beta2' })], { [web]: live() });
  assert.deepEqual(plan.changes.map(op), [`update ${web}`]);
});

test('rules that make another apply of the same manifest are an update, others are not', () => {
  const ops = (rules: Partial<ObjectRules>): readonly string[] =>
    planOf(tree(desired(web, 'a', { rules: { ...usualRules, ...rules } })), [entry(web)], { [web]: live() }).changes.map(op);
  assert.deepEqual(ops({ ownership: 'strict' }), [`update ${web}`]);
  assert.deepEqual(ops({ ignore: ['/spec/replicas'] }), [`update ${web}`]);
  assert.deepEqual(ops({ keep: true, replace: true, deadline: 60 }), []);
});

for (const [what, state] of [
  ['generation', { ...print(), version: '2' }],
  ['our managed fields', { ...print(), fields: 'f2' }],
  ['the uid', { ...print(), uid: 'u2' }],
] as const) {
  test(`a difference in ${what} is a suspicion of drift`, () => {
    const plan = planOf(tree(desired(web)), [entry(web)], { [web]: live(1, { fingerprint: state }) });
    assert.deepEqual(plan.changes.map(op), [`repair ${web}`]);
  });
}

test('what looks as it did needs nothing', () => {
  const plan = planOf(tree(desired(web)), [entry(web)], { [web]: live() });
  assert.deepEqual(plan, { revision: 'c0ffee', changes: [], held: [], unchanged: 1 });
});

test('a file, a wave or a slice that moved is no change of its object', () => {
  for (const rest of [{ path: 'other/place.yaml' }, { wave: 3 }, { slice: '@web' }])
    assert.deepEqual(planOf(tree(desired(web, 'a', rest)), [entry(web)], { [web]: live() }).changes, []);
});

test('what the commit has in a slice that does not take it is left alone', () => {
  const behind = { ...tree(), index: index({ objects: [{ ...desired(web), construct: 'web', dependsOn: [] }] }) };
  for (const rest of [{}, { accepted: false }, { keep: true }])
    assert.deepEqual(planOf(behind, [entry(web, 'a', rest)], { [web]: live(2) }), {
      revision: 'c0ffee',
      changes: [],
      held: [],
      unchanged: 1,
    });
});

test('what the branch dropped is pruned, and only that', () => {
  const old = entry('Service/shop/old');
  const plan = planOf(tree(desired(web)), [entry(web), old], {
    [web]: live(),
    'Service/shop/old': live(),
    'Service/shop/foreign': live(),
  });
  assert.deepEqual(plan.changes, [{ op: 'prune', entry: old, live: live() }]);
});

test('an object that is being deleted is left alone until it is gone', () => {
  const plan = planOf(tree(desired(web, 'b')), [entry(web)], { [web]: live(1, { deleting: true }) });
  assert.deepEqual(plan, { revision: 'c0ffee', changes: [], held: [], unchanged: 1 });
});

test('changes are sorted by wave, then by object', () => {
  const plan = planOf(
    tree(desired('Service/shop/b'), desired('Service/shop/a', 'a', { wave: 2 }), desired('ConfigMap/shop/c')),
    [entry('Secret/shop/old', 'a', { wave: 1 })],
    {},
  );
  assert.deepEqual(plan.changes.map(op), [
    'create ConfigMap/shop/c',
    'create Service/shop/b',
    'prune Secret/shop/old',
    'create Service/shop/a',
  ]);
});

const leaving: readonly (readonly [string, DesiredTree, Partial<InventoryEntry>, string])[] = [
  ['is handed over', empty({ handOver: [{ ref: ref(web), to: 'platform' }] }), {}, 'it is handed over to `platform`'],
  ['has a rule that keeps it', empty(), { keep: true }, 'its rule keeps it in the cluster'],
  ['was of an environment that lets go', empty({ removed: 'keep' }), {}, 'the environment lets go of what it owned'],
];
for (const [what, want, rest, why] of leaving) {
  test(`what the branch dropped and ${what} stays in the cluster`, () => {
    const gone = entry(web, 'a', rest);
    const [change, ...others] = planOf(want, [gone], { [web]: live() }).changes;
    assert.deepEqual(others, []);
    assert.ok(change?.op === 'release');
    assert.deepEqual([change.entry, change.live, change.because], [gone, live(), why]);
  });
}

test('what is handed over goes there, whatever else is said of it', () => {
  const want = empty({ handOver: [{ ref: ref(web), to: 'platform' }], removed: 'keep' });
  const [change] = planOf(want, [entry(web, 'a', { keep: true })], { [web]: live() }).changes;
  assert.ok(change?.op === 'release');
  assert.equal(change.because, 'it is handed over to `platform`');
});

test('an environment that is no more and keeps nothing deletes all but what a rule keeps', () => {
  const plan = planOf(empty({ removed: 'prune' }), [entry(web, 'a', { keep: true }), entry('Secret/shop/x', 'a', { unsure: 'found' })], {
    [web]: live(),
    'Secret/shop/x': live(),
  });
  assert.deepEqual(plan.changes.map(op), ['prune Secret/shop/x', `release ${web}`]);
});

test('what somebody holds stays as it is while the hold lasts, whatever the branch or others make of it', () => {
  const held = [{ ref: ref(web), path: `${web}.yaml`, because }];
  for (const [want, entries] of [
    [tree(desired(web, 'b')), [entry(web)]],
    [tree(desired(web)), [entry(web)]],
    [empty(), [entry(web)]],
    [empty(), [entry(web, 'a', { keep: true })]],
    [tree(desired(web)), []],
  ] as const)
    assert.deepEqual(planOf(want, entries, { [web]: live(2, { hold }) }), { revision: 'c0ffee', changes: [], held, unchanged: 0 });
});

test('a hold on what is as it should be, or is going anyway, holds up nothing', () => {
  assert.deepEqual(planOf(tree(desired(web)), [entry(web)], { [web]: live(1, { hold }) }).held, []);
  assert.deepEqual(planOf(tree(desired(web, 'b')), [entry(web)], { [web]: live(1, { hold, deleting: true }) }).held, []);
});

test('a hold that is over is taken off, even where nothing else is to be done', () => {
  const objects = { [web]: live(1, { hold: over }) };
  assert.deepEqual(planOf(tree(desired(web)), [entry(web)], objects).changes.map(op), [`repair ${web}`]);
  assert.deepEqual(planOf(tree(desired(web, 'b')), [entry(web)], objects).changes.map(op), [`update ${web}`]);
  assert.deepEqual(planOf(empty(), [entry(web)], objects).changes.map(op), [`prune ${web}`]);
});

const unsure = 'nobody knows where it is from';

test('what nobody is sure of is deleted only when a person agrees', () => {
  const entries = [entry(web, 'a', { unsure })];
  const approvals = [{ ref: ref(web), reason: 'it is from the old cluster' }];
  assert.deepEqual(planOf(empty(), entries, { [web]: live() }), {
    revision: 'c0ffee',
    changes: [],
    held: [{ ref: ref(web), path: `${web}.yaml`, because: `${unsure}: approve its deletion (\`approvals\`), or take its label away` }],
    unchanged: 0,
  });
  assert.deepEqual(planOf(empty({ approvals }), entries, { [web]: live() }).changes.map(op), [`prune ${web}`]);
  assert.deepEqual(planOf(empty({ removed: 'prune' }), entries, { [web]: live() }).changes.map(op), [`prune ${web}`]);
});

test('what nobody is sure of may be let go, and is forgotten when it is gone', () => {
  const entries = [entry(web, 'a', { unsure })];
  const handOver = [{ ref: ref(web), to: 'platform' }];
  assert.deepEqual(planOf(empty({ handOver }), entries, { [web]: live() }).changes.map(op), [`release ${web}`]);
  assert.deepEqual(planOf(empty(), entries, {}), {
    revision: 'c0ffee',
    changes: [{ op: 'prune', entry: entries[0], live: undefined }],
    held: [],
    unchanged: 0,
  });
});

test('a hold goes before the question whether something may be deleted', () => {
  const [held] = planOf(empty(), [entry(web, 'a', { unsure })], { [web]: live(1, { hold }) }).held;
  assert.equal(held?.because, because);
});

const job = 'Job/shop/migrate-1';

for (const finished of ['succeeded', 'failed', 'unseen'] as const) {
  test(`a Job that ended (${finished}) and is gone is not run again, unless it has other content`, () => {
    const ended = entry(job, 'a', { finished });
    assert.deepEqual(planOf(tree(desired(job)), [ended], {}), { revision: 'c0ffee', changes: [], held: [], unchanged: 1 });
    assert.deepEqual(planOf(tree(desired(job, 'b')), [ended], {}).changes.map(op), [`create ${job}`]);
  });
}

test('a Job that ended and is still there is looked after like everything else', () => {
  const ended = entry(job, 'a', { finished: 'succeeded' });
  assert.deepEqual(planOf(tree(desired(job)), [ended], { [job]: live(2) }).changes.map(op), [`repair ${job}`]);
  assert.deepEqual(planOf(empty(), [ended], {}).changes.map(op), [`prune ${job}`]);
});

test('a Job that ran before the commit that was gone back from is left alone, whatever stands in its place', () => {
  const job = 'Job/shop/migrate';
  const entries = [entry(job, 'a', { finished: 'earlier' })];
  for (const objects of [{}, { [job]: live(1) }, { [job]: live(2) }])
    assert.deepEqual(planOf(tree(desired(job)), entries, objects).changes, []);
  assert.deepEqual(planOf(tree(desired(job, 'b')), entries, { [job]: live(2) }).changes.map(op), [`update ${job}`]);
});

test('a Job for failures is made when the inventory has it, and else neither made nor missing', () => {
  const rescue = 'Job/shop/rescue';
  const wanted = tree(desired(rescue, 'a', { rules: { ...usualRules, when: 'failure' } }));
  const opsWith = (...entries: readonly InventoryEntry[]): readonly string[] => planOf(wanted, entries, {}).changes.map(op);
  assert.deepEqual(opsWith(), []);
  assert.deepEqual(opsWith(entry(rescue, 'a', { seen: undefined })), [`create ${rescue}`]);
  assert.deepEqual(opsWith(entry(rescue, 'a', { seen: undefined, finished: 'unneeded' })), []);
  assert.deepEqual(planOf(tree(), [entry(rescue, 'a', { seen: undefined, finished: 'unneeded' })], {}).changes.map(op), [
    `prune ${rescue}`,
  ]);
});

const suspended: Suspended = new Map([['pear', hold]]);
const suspension = '`pear` is suspended by ada until 2026-05-01T18:00:00Z: the queue is full';

test('nothing of a slice that is suspended is made, changed, repaired or deleted, and all else is', () => {
  const [made, changed, drifted, config] = [
    'ConfigMap/shop/made',
    'ConfigMap/shop/changed',
    'ConfigMap/shop/drifted',
    'ConfigMap/shop/own',
  ];
  const of = (slice: string, text: string, content = 'a') => desired(text, content, { slice });
  const plan = planOf(
    tree(of('pear', made), of('pear', changed, 'b'), of('pear', drifted), of('fig', config, 'b')),
    [
      ...[changed, drifted, 'ConfigMap/shop/dropped'].map((text) => entry(text, 'a', { slice: 'pear' })),
      entry(config, 'a', { slice: 'fig' }),
    ],
    { [changed]: live(), [drifted]: live(2), 'ConfigMap/shop/dropped': live(), [config]: live() },
    suspended,
  );
  assert.deepEqual(plan.changes.map(op), [`update ${config}`]);
  assert.deepEqual(
    plan.held.map(({ ref: of, because: why }) => [of.name, why]),
    ['made', 'changed', 'drifted', 'dropped'].map((name) => [name, suspension]),
  );
});

test('what is as the branch says is not held by a suspension', () => {
  const plan = planOf(tree(desired(web, 'a', { slice: 'pear' })), [entry(web, 'a', { slice: 'pear' })], { [web]: live() }, suspended);
  assert.deepEqual([plan.changes, plan.held, plan.unchanged], [[], [], 1]);
});

for (const [before, after] of [
  ['pear', 'fig'],
  ['fig', 'pear'],
] as const) {
  test(`what moves from \`${before}\` to \`${after}\` stays as it is while one of them is suspended`, () => {
    const plan = planOf(tree(desired(web, 'b', { slice: after })), [entry(web, 'a', { slice: before })], { [web]: live() }, suspended);
    assert.deepEqual([plan.changes, plan.held.map(({ because: why }) => why)], [[], [suspension]]);
  });
}
