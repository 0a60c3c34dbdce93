import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openTurns } from '../../src/agent/turns.ts';
import { handClock, settled } from '../support/clock.ts';

const never = new AbortController().signal;

/** Environments that take turns in `places`, and who is in, in the order in which they came in. */
function played(places: number) {
  const clock = handClock();
  const turns = openTurns(clock, places);
  const inside: string[] = [];
  const environment = (name: string) => {
    const room = turns.room(never);
    return {
      enter: () => room.enter().then(() => void inside.push(name)),
      leave() {
        inside.splice(inside.indexOf(name), 1);
        room.leave();
      },
    };
  };
  return { inside, environment, clock };
}

test('no more take a turn at once than there are places, in the order in which they came', async () => {
  const { inside, environment } = played(2);
  const [a, b, c, d] = ['a', 'b', 'c', 'd'].map(environment);
  for (const one of [a, b, c, d]) void one?.enter();
  await settled();
  assert.deepEqual(inside, ['a', 'b']);
  b?.leave();
  await settled();
  assert.deepEqual(inside, ['a', 'c']);
  a?.leave();
  c?.leave();
  void b?.enter();
  await settled();
  assert.deepEqual(inside.toSorted(), ['b', 'd']);
});

test('whoever ends waits no more, and takes no place; who is not in gives none up', async () => {
  const turns = openTurns(handClock(), 1);
  const end = new AbortController();
  const [first, ended, last] = [turns.room(never), turns.room(end.signal), turns.room(never)];
  await first.enter();
  const ending = ended.enter();
  let isLastIn = false;
  const lasting = last.enter().then(() => {
    isLastIn = true;
  });
  end.abort();
  await ending;
  ended.leave();
  await ended.enter();
  ended.leave();
  await settled();
  assert.equal(isLastIn, false);
  first.leave();
  await lasting;
  first.leave();
  const again = first.enter();
  last.leave();
  await again;
});

test('whoever stays very long keeps nobody out, and takes no place twice', async () => {
  const { inside, environment, clock } = played(1);
  const [a, b, c] = ['a', 'b', 'c'].map(environment);
  void a?.enter();
  await settled();
  void b?.enter();
  await clock.advance(29_000);
  assert.deepEqual(inside, ['a']);
  await clock.advance(1_000);
  assert.deepEqual(inside, ['a', 'b']);
  void c?.enter();
  a?.leave();
  await settled();
  assert.deepEqual(inside, ['b'], 'the place of a was given away already');
  b?.leave();
  await settled();
  assert.deepEqual(inside, ['c']);
  void a?.enter();
  await clock.advance(5_000);
  c?.leave();
  await settled();
  // It was in for five seconds: its time before does not count.
  await clock.advance(29_000);
  void b?.enter();
  await settled();
  assert.deepEqual(inside, ['a']);
});
