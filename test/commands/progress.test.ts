import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Context } from '../../src/cli/context.ts';
import { formatProgress } from '../../src/cli/progress.ts';
import { showingProgress } from '../../src/commands/progress.ts';

test('how far it is, and about how long the rest takes', () => {
  assert.equal(formatProgress({ done: 12, total: 50, elapsed: 3_000 }), 'compiling: 12 of 50 environments, about 10 s left');
  assert.equal(formatProgress({ done: 1, total: 50, elapsed: 3_000 }), 'compiling: 1 of 50 environments, about 3 min left');
  assert.equal(formatProgress({ done: 50, total: 50, elapsed: 3_000 }), 'compiling: 50 of 50 environments');
});

test('it is shown as long as it lasts, also when that fails, and not for one environment', async () => {
  const shown: (string | undefined)[] = [];
  const context = {
    world: { clock: { now: () => new Date(0) } },
    show: (line: string | undefined) => void shown.push(line),
  } as unknown as Context;
  await showingProgress(context, async (onProgress) => onProgress(1, 1));
  await assert.rejects(
    showingProgress(context, async (onProgress) => {
      onProgress(1, 2);
      throw new Error('no');
    }),
    /no/,
  );
  assert.deepEqual(shown, [undefined, 'compiling: 1 of 2 environments', undefined]);
});
