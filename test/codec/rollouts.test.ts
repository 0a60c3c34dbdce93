import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readRollouts, writeRollouts } from '../../src/codec/rollouts.ts';
import type { Rollouts } from '../../src/model/inventory.ts';

const failed = { commit: 'c2', slices: ['pear'], message: '`Deployment/shop/web` failed: stuck' };
const rollouts: Rollouts = {
  healthy: new Map([
    ['', 'c1'],
    ['pear', 'c0'],
  ]),
  ailing: ['fig'],
  failed,
};

test('how revisions did is read as it was written', () => {
  assert.deepEqual(readRollouts(writeRollouts(rollouts)), rollouts);
  const none: Rollouts = { healthy: new Map(), ailing: [], failed: undefined };
  assert.deepEqual(readRollouts(writeRollouts(none)), none);
});

test('equal values give equal texts', () => {
  const other: Rollouts = {
    failed,
    ailing: ['fig'],
    healthy: new Map([
      ['pear', 'c0'],
      ['', 'c1'],
    ]),
  };
  assert.equal(writeRollouts(other), writeRollouts(rollouts));
});

test('what nobody wrote counts for nothing', () => {
  for (const text of [
    '',
    'null',
    '[]',
    '{}',
    '{"healthy":[],"ailing":[]}',
    '{"healthy":{"a":1},"ailing":[]}',
    '{"healthy":{},"ailing":[1]}',
  ])
    assert.equal(readRollouts(text), undefined, text);
  for (const wrong of ['null', '{}', '{"commit":"c","message":"m"}', '{"commit":1,"message":"m","slices":[]}'])
    assert.equal(readRollouts(`{"healthy":{},"ailing":[],"failed":${wrong}}`), undefined, wrong);
});

test('never throws', () => {
  fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => void readRollouts(text)));
});
