import assert from 'node:assert/strict';
import { test } from 'node:test';
import { delayAfter, openRetries } from '../../src/agent/retry.ts';
import { handClock } from '../support/clock.ts';

test('the pause doubles up to five minutes and is spread by a quarter', () => {
  assert.deepEqual(
    [1, 2, 3, 9, 10, 1000].map((attempt) => delayAfter(attempt, 0.5)),
    [1_000, 2_000, 4_000, 256_000, 300_000, 300_000],
  );
  assert.deepEqual([delayAfter(1, 0), delayAfter(1, 1)], [750, 1_250]);
});

test('what failed is due again after its pause, what succeeded at once', async () => {
  const clock = handClock();
  const retries = openRetries(clock);
  assert.equal(retries.failed('a'), 1_000);
  assert.equal(retries.due('a'), false);
  assert.equal(retries.due('b'), true);
  await clock.advance(1_000);
  assert.equal(retries.due('a'), true);
  assert.equal(retries.failed('a'), 2_000);
  retries.succeeded('a');
  assert.equal(retries.due('a'), true);
  assert.equal(retries.failed('a'), 1_000);
});

test('a server that asks for a longer pause gets it', () => {
  assert.equal(openRetries(handClock()).failed('a', { atLeast: 60_000 }), 60_000);
});

test('the next try is the earliest of those that are asked about', async () => {
  const clock = handClock();
  const retries = openRetries(clock);
  retries.failed('a');
  retries.failed('b');
  retries.failed('b');
  assert.equal(retries.next(['b']), 2_000);
  assert.equal(retries.next(['a', 'b', 'c']), 1_000);
  assert.equal(retries.next(['c']), undefined);
  await clock.advance(5_000);
  assert.equal(retries.next(['a']), 0);
});
