import assert from 'node:assert/strict';
import { test } from 'node:test';
import { durationIn } from '../../src/model/duration.ts';

test('a duration is a number of one of the units that may be used', () => {
  const units = ['ms', 's', 'm', 'h', 'd'] as const;
  const found = ['250ms', '90s', '10m', '2h', '7d', '0s'].map((text) => durationIn(text, units));
  assert.deepEqual(found, [250, 90_000, 600_000, 7_200_000, 604_800_000, 0]);
  for (const text of ['', '5', 's', '1m30s', '-1s', '1.5h', '1 h', '1S', '1234567s', '1s\n', '1constructor'])
    assert.equal(durationIn(text, units), undefined, text);
  assert.equal(durationIn('1d', ['s', 'm', 'h']), undefined);
});
