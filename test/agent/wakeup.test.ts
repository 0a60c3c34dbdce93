import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openWakeup } from '../../src/agent/wakeup.ts';
import { handClock, settled } from '../support/clock.ts';

const never = new AbortController().signal;

test('a call ends the sleep, once the calls that follow it closely are in too', async () => {
  const clock = handClock();
  const wakeup = openWakeup(clock, 20);
  let awake = false;
  void wakeup.sleep(1_000, never).then(() => {
    awake = true;
  });
  await clock.advance(100);
  wakeup.call();
  await settled();
  assert.equal(awake, false);
  wakeup.call();
  await clock.advance(20);
  assert.equal(awake, true);
});

test('a call while nobody sleeps ends the next sleep, and only that', async () => {
  const clock = handClock();
  const wakeup = openWakeup(clock, 20);
  wakeup.call();
  const first = wakeup.sleep(1_000, never);
  await clock.advance(20);
  await first;
  let awake = false;
  void wakeup.sleep(1_000, never).then(() => {
    awake = true;
  });
  await clock.advance(999);
  assert.equal(awake, false);
  await clock.advance(1);
  assert.equal(awake, true);
});

test('an abort ends the sleep', async () => {
  const ended = new AbortController();
  const sleep = openWakeup(handClock(), 20).sleep(1_000, ended.signal);
  ended.abort();
  await sleep;
});
