import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LiveObject } from '../../src/model/manifest.ts';
import { suspendedBecause, suspensionData, suspensionInWords, suspensionsIn } from '../../src/reconcile/suspended.ts';

const now = new Date('2026-05-01T10:00:00Z');
const hold = { owner: 'ada', reason: 'the database is being moved', until: '2026-05-01T18:00:00Z' };

function saying(data: { readonly [key: string]: string }): LiveObject {
  const metadata = { name: 'lockstep-prod.suspended', namespace: 'lockstep', uid: 'u', resourceVersion: '1' };
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata, data };
}

test('what is written of slices is what is read of them', () => {
  const suspended = new Map([
    ['payments', hold],
    ['', hold],
  ]);
  assert.deepEqual(suspensionsIn(saying(suspensionData(suspended)), now), { suspended, problems: [] });
});

test('nothing is suspended where nothing is said', () => {
  for (const object of [undefined, saying({})]) assert.deepEqual(suspensionsIn(object, now), { suspended: new Map(), problems: [] });
});

test('a suspension that is over does not count, and is no problem', () => {
  const over = { ...hold, until: '2026-05-01T10:00:00Z' };
  assert.deepEqual(suspensionsIn(saying(suspensionData(new Map([['payments', over]]))), now), { suspended: new Map(), problems: [] });
});

for (const [what, slices, problem] of [
  ['no JSON', 'payments', 'nothing is suspended: `slices` is no JSON object'],
  ['a list', '[]', 'nothing is suspended: `slices` is no JSON object'],
  [
    'no reason',
    JSON.stringify({ payments: { ...hold, reason: ' ' } }),
    '`payments` is not suspended: what is said of it needs a text as `reason`',
  ],
  [
    'a month',
    JSON.stringify({ payments: { ...hold, until: '2026-06-01T10:00:00Z' } }),
    '`payments` is not suspended: what is said of it lasts until 2026-06-01T10:00:00Z, which is more than 7 days ahead',
  ],
] as const) {
  test(`what is said wrongly does not count, and is told: ${what}`, () => {
    assert.deepEqual(suspensionsIn(saying({ slices }), now), { suspended: new Map(), problems: [problem] });
  });
}

test('one that is said wrongly takes nothing from another', () => {
  const read = suspensionsIn(saying({ slices: JSON.stringify({ payments: hold, shop: 1 }) }), now);
  assert.deepEqual([[...read.suspended.keys()], read.problems.length], [['payments'], 1]);
});

test('why something is left as it is names the slice, who, until when and why', () => {
  const suspended = new Map([['payments', hold]]);
  const words = '`payments` is suspended by ada until 2026-05-01T18:00:00Z: the database is being moved';
  assert.equal(suspendedBecause(suspended, undefined, 'payments'), words);
  assert.equal(suspendedBecause(suspended, 'shop'), undefined);
  assert.match(suspensionInWords({ slice: '', ...hold }), /^what no team owns is suspended by ada/);
});
