import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openBell } from '../../src/agent/bell.ts';
import { handClock, settled } from '../support/clock.ts';

const never = new AbortController().signal;

test('a ring ends the sleep, once the rings that follow it closely are in too', async () => {
  const clock = handClock();
  const bell = openBell(clock, 20);
  let awake = false;
  void bell.sleep(1_000, never).then(() => {
    awake = true;
  });
  await clock.advance(100);
  bell.ring();
  await settled();
  assert.equal(awake, false);
  bell.ring();
  await clock.advance(20);
  assert.equal(awake, true);
});

test('a ring while nobody sleeps ends the next sleep, and only that', async () => {
  const clock = handClock();
  const bell = openBell(clock, 20);
  bell.ring();
  const first = bell.sleep(1_000, never);
  await clock.advance(20);
  await first;
  let awake = false;
  void bell.sleep(1_000, never).then(() => {
    awake = true;
  });
  await clock.advance(999);
  assert.equal(awake, false);
  await clock.advance(1);
  assert.equal(awake, true);
});

test('an abort ends the sleep', async () => {
  const ended = new AbortController();
  const sleep = openBell(handClock(), 20).sleep(1_000, ended.signal);
  ended.abort();
  await sleep;
});
