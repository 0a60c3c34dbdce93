import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mapBounded, mapQueue } from '../../src/agent/bounded.ts';

test('every item is done once, and never more than the limit at once', async () => {
  let running = 0;
  let most = 0;
  const task = async (item: number): Promise<number> => {
    most = Math.max(most, ++running);
    await new Promise((resolve) => setTimeout(resolve, item % 3));
    running -= 1;
    return item * 2;
  };
  const outcomes: number[] = [];
  for await (const outcome of mapBounded(
    Array.from({ length: 20 }, (_, i) => i),
    task,
    { limit: 4 },
  ))
    outcomes.push(outcome);
  assert.deepEqual(
    outcomes.sort((a, b) => a - b),
    Array.from({ length: 20 }, (_, i) => i * 2),
  );
  assert.equal(most, 4);
});

test('after a stop nothing more is begun, and what runs is finished', async () => {
  const stop = new AbortController();
  const begun: number[] = [];
  const outcomes: number[] = [];
  const task = async (item: number): Promise<number> => {
    begun.push(item);
    await new Promise((resolve) => setImmediate(resolve));
    return item;
  };
  for await (const outcome of mapBounded([1, 2, 3, 4, 5], task, { limit: 2, stopped: () => stop.signal.aborted })) {
    outcomes.push(outcome);
    stop.abort();
  }
  assert.deepEqual(outcomes.sort(), begun.sort());
  assert.ok(begun.length < 5, `began ${begun.length}`);
});

test('no items give no outcomes', async () => {
  for await (const outcome of mapBounded([], async () => 1, { limit: 2 })) assert.fail(`got ${outcome}`);
});

test('a queue that has nothing to begin is asked again when something has ended, and as often as there is room', async () => {
  const steps: string[] = [];
  const rest = [['a'], ['b', 'c', 'd'], ['e']];
  let running = 0;
  const queue = {
    take() {
      const item = rest[0]?.shift();
      if (item === undefined) return undefined;
      running += 1;
      steps.push(`begin ${item}`);
      return item;
    },
    ended(item: string) {
      running -= 1;
      steps.push(`end ${item}`);
      if (running === 0) rest.shift();
    },
  };
  for await (const outcome of mapQueue(queue, async (item) => item, { limit: 2 })) steps.push(`got ${outcome}`);
  assert.deepEqual(steps, [
    ...['begin a', 'end a', 'begin b', 'begin c', 'got a'],
    ...['end b', 'begin d', 'got b', 'end c', 'got c', 'end d', 'begin e', 'got d', 'end e', 'got e'],
  ]);
});

test('a task that rejects ends it with its error, after what runs and before anything else', async () => {
  const begun: number[] = [];
  const finished: number[] = [];
  const task = async (item: number): Promise<number> => {
    begun.push(item);
    if (item === 1) throw new Error('no');
    await new Promise((resolve) => setImmediate(resolve));
    finished.push(item);
    return item;
  };
  await assert.rejects(async () => {
    for await (const outcome of mapBounded([1, 2, 3, 4], task, { limit: 2 })) assert.fail(`got ${outcome}`);
  }, /^Error: no$/);
  assert.deepEqual([begun, finished], [[1, 2], [2]]);
});
