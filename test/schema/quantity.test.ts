import assert from 'node:assert/strict';
import { test } from 'node:test';
import { perUnit, quantityOf } from '../../src/schema/quantity.ts';

test('quantities are read as the API server reads them', () => {
  const units: Readonly<Record<string, number>> = {
    '1': 1,
    '+2': 2,
    '-3': -3,
    '1k': 1000,
    '1e3': 1000,
    '1E2': 100,
    '2Ki': 2048,
    '.5': 0.5,
    '5.': 5,
    '250m': 0.25,
    '1.5Gi': 1.5 * 2 ** 30,
  };
  for (const [text, value] of Object.entries(units)) assert.equal(quantityOf(text), BigInt(value * 1e9), text);
  assert.equal(quantityOf('1E'), perUnit * 10n ** 18n);
  assert.equal(quantityOf(1.5), 1_500_000_000n);
});

test('what is smaller than a billionth is rounded away from zero', () => {
  assert.equal(quantityOf('0.1n'), 1n);
  assert.equal(quantityOf('-0.1n'), -1n);
});

test('what is no quantity is told so', () => {
  for (const value of ['', '.', 'a', '1K', '1ki', '1 k', '1e', '1e1000', true, null, undefined, {}])
    assert.equal(quantityOf(value), undefined, String(value));
});
