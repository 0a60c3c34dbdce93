import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isRecent } from '../../src/model/time.ts';

test('what was noted before the clock was set back counts as passed', () => {
  const now = new Date('2026-01-01T00:00:00Z');
  const ago = (milliseconds: number) => isRecent(now.getTime() - milliseconds, 1_000, now);
  assert.deepEqual([ago(0), ago(999), ago(1_000), ago(-1), ago(Number.POSITIVE_INFINITY)], [true, true, false, false, false]);
});
