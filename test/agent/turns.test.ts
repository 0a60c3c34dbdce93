import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openTurns } from '../../src/agent/turns.ts';
import { settled } from '../support/clock.ts';

const never = new AbortController().signal;

/** Environments that take turns in `places`, and who is in, in the order in which they came in. */
function played(places: number) {
  const turns = openTurns(places);
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
  return { inside, environment };
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
  const turns = openTurns(1);
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
