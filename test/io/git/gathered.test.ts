import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { gathered } from '../../../src/io/git/gathered.ts';

test('what comes while something is done is done together, one of each name at a time, and each fails alone', async () => {
  const done: string[] = [];
  const gather = gathered<string>({
    act: async (items) => {
      await sleep(5);
      done.push(items.join(' '));
      if (items.includes('all')) throw new Error('all');
      return items.map((item) => (item === 'bad' ? new Error('bad') : undefined));
    },
    most: 3,
    nameOf: (item) => item.replace(/\d+$/, ''),
  });
  const items = ['a1', 'b1', 'a2', 'a3', 'bad', 'c', 'd', 'all'];
  const outcomes = await Promise.allSettled(items.map(gather));
  assert.deepEqual(done, ['a1', 'b1 a2 bad', 'a3 c d', 'all']);
  assert.deepEqual(
    outcomes.map((one) => (one.status === 'fulfilled' ? 'done' : (one.reason as Error).message)),
    ['done', 'done', 'done', 'done', 'bad', 'done', 'done', 'all'],
  );
  await gather('later');
});
