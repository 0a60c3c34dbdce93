import assert from 'node:assert/strict';
import { test } from 'node:test';
import { applySetId, parentOf } from '../../src/model/applyset.ts';
import type { InventoryEntry, JobEnd } from '../../src/model/inventory.ts';
import type { Live } from '../../src/model/plan.ts';
import { keyOf, type ObjectKey } from '../../src/model/ref.ts';
import { usualRules } from '../../src/model/rendered.ts';
import {
  accept,
  entryAhead,
  finishedJobs,
  healthOfAbsent,
  isOwn,
  leftBehindBy,
  otherEnvironment,
  recover,
  settle,
  writeAhead,
} from '../../src/reconcile/inventory.ts';
import { applied, liveOf, manager, written } from './owners.ts';
import { desired, entry, inventory, live, ref, tree } from './samples.ts';

const web = 'Deployment/shop/web';
const job = 'Job/shop/migrate-1';
const key = (text: string): ObjectKey => keyOf(ref(text));

test('an object is in the inventory before it is written, and may not be there yet', () => {
  const wanted = desired(web, 'b', { wave: 3, slice: '@web', rules: { ...usualRules, keep: true } });
  const before = inventory(entry('Service/shop/web'));
  const after = writeAhead(before, [
    { op: 'create', desired: wanted, because: 'new' },
    { op: 'prune', entry: entry('Secret/shop/old'), live: undefined },
  ]);
  assert.deepEqual([...after.entries.keys()], [key('Service/shop/web'), key(web)]);
  assert.deepEqual(after.entries.get(key(web)), {
    ...entry(web, 'b', { wave: 3, slice: '@web', keep: true }),
    accepted: false,
    seen: undefined,
  });
  assert.equal(after.revision, before.revision);
});

test('an object that the inventory knows keeps its entry until it is written', () => {
  const before = inventory(entry(web));
  const after = writeAhead(before, [{ op: 'update', desired: desired(web, 'b'), live: live() }]);
  assert.deepEqual(after, before);
});

test('an object that only moved to another file, wave or slice is accepted there without a write', () => {
  const moved = desired(web, 'b', { path: 'new/place.yaml', wave: 4, slice: '@web', rules: { ...usualRules, keep: true } });
  const before = inventory(
    entry(web, 'a', { accepted: false, unsure: 'found by its label', rewritten: ['/spec/x'] }),
    entry('Secret/shop/old'),
  );
  const after = accept(before, tree(moved), new Map([['@data', 'c0']]));
  assert.equal(after.revision, 'c0ffee');
  assert.deepEqual(after.behind, new Map([['@data', 'c0']]));
  assert.deepEqual(after.entries.get(key(web)), {
    ...entry(web, 'a', { wave: 4, slice: '@web', keep: true, rewritten: ['/spec/x'] }),
    path: 'new/place.yaml',
  });
});

test('what a revision does not want keeps its entry as it is', () => {
  const old = entry('Secret/shop/old', 'a', { accepted: false, unsure: 'found by its label', keep: true, slice: '@web' });
  assert.deepEqual(accept(inventory(old), tree(desired(web)), new Map()).entries, inventory(old).entries);
});

test('a slice that refuses stays at the commit that it took last', () => {
  const known = { ...inventory(), revision: 'c3', behind: new Map([['@web', 'c1']]) };
  assert.deepEqual(
    leftBehindBy(known, ['@web', '@data', '']),
    new Map([
      ['@web', 'c1'],
      ['@data', 'c3'],
      ['', 'c3'],
    ]),
  );
  assert.deepEqual(leftBehindBy(known, []), new Map());
  assert.deepEqual(leftBehindBy({ ...known, revision: undefined, behind: new Map() }, ['@web']), new Map([['@web', '']]));
});

test('how a Job ended is recorded once, and only of the very Job', () => {
  const ends = (uid: string, end: JobEnd | 'deleted') => new Map([[key(job), { uid, end }]]);
  const running = inventory(entry(job));
  for (const end of ['succeeded', 'failed'] as const)
    assert.deepEqual(finishedJobs(running, ends('u1', end)), [{ op: 'set', entry: entry(job, 'a', { finished: end }) }]);
  assert.deepEqual(finishedJobs(running, ends('u1', 'deleted')), []);
  assert.deepEqual(finishedJobs(running, ends('u2', 'succeeded')), []);
  assert.deepEqual(finishedJobs(inventory(entry(job, 'a', { finished: 'failed' })), ends('u1', 'succeeded')), []);
  assert.deepEqual(finishedJobs(inventory(entry(job, 'a', { seen: undefined })), ends('u1', 'succeeded')), []);
  assert.deepEqual(finishedJobs(inventory(), ends('u1', 'succeeded')), []);
});

/** What carries the environment's label, of the apiVersion `v1`. */
const labelled = (objects: Readonly<Record<string, Partial<Live>>>) =>
  new Map(Object.entries(objects).map(([text, rest]) => [key(text), { ...live(1, rest), apiVersion: 'v1' }]));
const unseen = { fingerprint: { uid: 'u1', fields: '', version: '1' } };

test('nothing is recovered where nothing is missing', () => {
  assert.equal(recover(inventory(entry(web)), tree(desired(web), desired(job)), labelled({ [web]: {} })), undefined);
  assert.equal(recover(inventory(), tree(desired(web)), labelled({})), undefined);
  assert.equal(recover(inventory(), undefined, labelled({})), undefined);
});

test('what copied the label and was not applied by us is not recovered', () => {
  assert.equal(recover(inventory(), tree(desired(job)), labelled({ 'Endpoints/shop/web': unseen })), undefined);
});

test('what is missing and wanted is known from the branch, and was never answered for', () => {
  const wanted = desired(web, 'b', { wave: 3, slice: '@web', rules: { ...usualRules, keep: true } });
  const recovered = recover(inventory(entry('Service/shop/web')), tree(wanted), labelled({ [web]: {}, 'Service/shop/web': {} }));
  assert.deepEqual(recovered, inventory(entry('Service/shop/web'), entryAhead(wanted, true)));
});

test('what is missing and nobody wants is deleted only when a person agrees', () => {
  const recovered = recover(inventory(), tree(desired(web)), labelled({ 'Secret/shop/old': {} }));
  const { unsure, ...rest } = recovered?.entries.get(key('Secret/shop/old')) ?? assert.fail('not recovered');
  assert.match(unsure ?? '', /no inventory says that the environment made it/);
  assert.deepEqual(rest, {
    ref: ref('Secret/shop/old'),
    apiVersion: 'v1',
    path: '',
    blob: '',
    wave: 0,
    slice: '',
    accepted: true,
    finished: undefined,
    keep: false,
    rewritten: [],
    seen: undefined,
  });
  assert.deepEqual(recover(inventory(), undefined, labelled({ 'Secret/shop/old': {} })), recovered);
});

test('once something was lost, a Job that runs only when something failed has still to be decided of', () => {
  const jobs = tree(desired('Job/shop/rescue', 'a', { rules: { ...usualRules, when: 'failure' } }));
  const recovered = recover(inventory(), jobs, labelled({ 'Secret/shop/old': {} }));
  assert.deepEqual([...(recovered?.entries.keys() ?? [])], [key('Secret/shop/old')]);
});

test('once something was lost, a Job that is gone may have run', () => {
  const jobs = tree(desired(job), desired('Job/shop/running'), desired('Job/shop/known'), desired('Service/shop/gone'));
  const known = entry('Job/shop/known', 'a', { finished: 'failed' });
  const recovered = recover(inventory(known), jobs, labelled({ 'Job/shop/running': {} }));
  const ends = [...(recovered?.entries ?? [])].map(([of, one]): readonly [ObjectKey, InventoryEntry['finished']] => [of, one.finished]);
  assert.deepEqual(ends, [
    [key('Job/shop/known'), 'failed'],
    [key('Job/shop/running'), undefined],
    [key(job), 'unseen'],
  ]);
});

test('records set entries, drop them, or leave them as they are', () => {
  const after = settle(inventory(entry(web), entry('Secret/shop/a')), [
    { op: 'keep' },
    { op: 'set', entry: entry(web, 'b') },
    { op: 'set', entry: entry('Secret/shop/b') },
    { op: 'drop', ref: ref('Secret/shop/a') },
    { op: 'drop', ref: ref('Secret/shop/never') },
  ]);
  assert.deepEqual(after, inventory(entry(web, 'b'), entry('Secret/shop/b')));
});

test('how a Job does that is gone is how it ended', () => {
  const words = (['succeeded', 'failed', 'unseen', undefined] as const).map(
    (finished) => healthOfAbsent(entry(job, 'a', { finished })).status,
  );
  assert.deepEqual(words, ['Current', 'Failed', 'Unknown', 'NotFound']);
  assert.equal(healthOfAbsent(undefined).status, 'NotFound');
});

const setId = applySetId(parentOf('dev', 'lockstep'));
const otherId = applySetId(parentOf('other', 'lockstep'));
const label = { 'f:metadata': { 'f:labels': { 'f:applyset.kubernetes.io/part-of': {} } } };
const member = (id: string, ...entries: Parameters<typeof liveOf>[2]) =>
  liveOf('apps/v1/Deployment', { metadata: { name: 'web', labels: { 'applyset.kubernetes.io/part-of': id } } }, entries);

test('an object is the environment`s by its label, or since it is the very one that was recorded', () => {
  const known = inventory(entry(web));
  assert.equal(isOwn(member(setId), { setId, inventory: inventory() }), true);
  assert.equal(isOwn(member(otherId), { setId, inventory: inventory() }), false);
  assert.equal(isOwn(member(otherId), { setId, inventory: known }), true);
  const another = { ...member(otherId), metadata: { ...member(otherId).metadata, uid: 'u2' } };
  assert.equal(isOwn(another, { setId, inventory: known }), false);
  assert.equal(isOwn(member(otherId), { setId, inventory: inventory(entry(web, 'a', { seen: undefined })) }), false);
});

test('another environment owns what its manager labelled', () => {
  const theirs = applied(label, { manager: 'lockstep-other' });
  assert.equal(otherEnvironment(member(otherId, applied({}), theirs), manager), 'the environment `other`');
  assert.equal(otherEnvironment(member(otherId, theirs), 'lockstep-other'), undefined);
});

test('a label alone proves nothing', () => {
  const theirs = applied(label, { manager: 'lockstep-other' });
  for (const [what, object] of [
    ['nobody applied it', member(otherId)],
    ['no environment applied it', member(otherId, applied(label, { manager: 'kubectl' }))],
    ['it was no apply', member(otherId, written('lockstep-other', label))],
    ['the environment applied something else', member(otherId, applied({ 'f:spec': {} }, { manager: 'lockstep-other' }))],
    ['it is of another tool', member('applyset-short-v1', theirs)],
    ['there is none', liveOf('v1/ConfigMap', {}, [theirs])],
  ] as const)
    assert.equal(otherEnvironment(object, manager), undefined, what);
});
