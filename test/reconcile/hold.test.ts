import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LiveObject } from '../../src/model/manifest.ts';
import { heldBecause, holdIn, isHeld } from '../../src/reconcile/hold.ts';

const now = new Date('2026-05-01T10:00:00Z');
const hold = { owner: 'ada@example.com', reason: 'the queue is full', until: '2026-05-01T18:00:00Z' };

/** A live object whose annotation says `text`. */
function annotated(text: string): LiveObject {
  const annotations = { 'lockstep.dev/hold': text };
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'flags', namespace: 'shop', uid: 'u1', resourceVersion: '7', annotations },
  };
}

function found(value: unknown): ReturnType<typeof holdIn> {
  return holdIn(annotated(JSON.stringify(value)), now);
}

test('an object without the annotation is not held', () => {
  assert.equal(holdIn({ ...annotated(''), metadata: { name: 'flags', uid: 'u1', resourceVersion: '7' } }, now), undefined);
});

test('a hold says who, why and until when', () => {
  assert.deepEqual(found(hold), hold);
  assert.deepEqual(found({ ...hold, owner: ' ada@example.com ', ticket: 'OPS-1' }), hold);
  assert.equal(heldBecause(hold), 'held by ada@example.com until 2026-05-01T18:00:00Z: the queue is full');
});

test('a time may stand in any zone, and with fractions of a second', () => {
  for (const until of ['2026-05-01T20:00:00+02:00', '2026-05-01t18:00:00.5z'])
    assert.deepEqual(found({ ...hold, until }), { ...hold, until });
});

test('what is no hold is told, and why', () => {
  const problems: readonly (readonly [unknown, string])[] = [
    ['until Monday', 'is no JSON object with `owner`, `reason` and `until`'],
    [[hold], 'is no JSON object with `owner`, `reason` and `until`'],
    [{ ...hold, owner: undefined }, 'needs a text as `owner`'],
    [{ ...hold, owner: 7 }, 'needs a text as `owner`'],
    [{ ...hold, reason: '  ' }, 'needs a text as `reason`'],
    [{ ...hold, reason: 'x'.repeat(201) }, 'has more than 200 characters as `reason`'],
    [{ ...hold, reason: 'one\ntwo' }, 'has control characters in its `reason`'],
    [{ ...hold, until: undefined }, 'needs a time as `until`, such as `2026-05-01T18:00:00Z`'],
    [{ ...hold, until: 'tomorrow' }, 'has "tomorrow" where it needs a time as `until`, such as `2026-05-01T18:00:00Z`'],
    [{ ...hold, until: '2026-05-01' }, 'has "2026-05-01" where it needs a time as `until`, such as `2026-05-01T18:00:00Z`'],
    [
      { ...hold, until: '2026-05-01T18:00:00' },
      'has "2026-05-01T18:00:00" where it needs a time as `until`, such as `2026-05-01T18:00:00Z`',
    ],
    [{ ...hold, until: '2026-05-08T10:00:01Z' }, 'lasts until 2026-05-08T10:00:01Z, which is more than 7 days ahead'],
  ];
  for (const [value, problem] of problems)
    assert.deepEqual(found(value), { problem: `the annotation \`lockstep.dev/hold\` ${problem}` }, JSON.stringify(value));
  assert.deepEqual(holdIn(annotated('{'), now), found('no object'));
});

test('a day that no calendar has is no time', () => {
  const until = '2026-04-31T10:00:00Z';
  assert.match(JSON.stringify(found({ ...hold, until })), /needs a time/);
});

test('a hold counts until its time is over, and at most a week ahead', () => {
  assert.equal(isHeld(hold, now), true);
  assert.equal(isHeld(hold, new Date('2026-05-01T17:59:59.999Z')), true);
  assert.equal(isHeld(hold, new Date('2026-05-01T18:00:00Z')), false);
  assert.equal(isHeld({ ...hold, until: '2026-05-08T10:00:00Z' }, now), true);
  assert.equal(isHeld({ ...hold, until: '2026-05-08T10:00:01Z' }, now), false);
});

test('a hold whose time is over is still one, so that nobody has to wonder at it', () => {
  const over = { ...hold, until: '2026-04-30T10:00:00Z' };
  assert.deepEqual(found(over), over);
  assert.equal(isHeld(over, now), false);
});
