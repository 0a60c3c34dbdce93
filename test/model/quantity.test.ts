import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseQuantity, perUnit, quantityOf } from '../../src/model/quantity.ts';

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

test('digits may be left out, where the API server goes its short way', () => {
  for (const text of ['Mi', '.Ti', '-Ki', 'k', 'E', '-', '+', '.', 'e3', 'e-9']) assert.equal(quantityOf(text), 0n, text);
  for (const text of ['Pi', '.Ei', 'e-10']) assert.equal(parseQuantity(text), 'digits', text);
});

test('a binary suffix makes no more than the greatest number of 64 bits', () => {
  const most = (2n ** 63n - 1n) * perUnit;
  assert.equal(quantityOf('8Ei'), most);
  assert.equal(quantityOf('-100Ei'), -most);
  assert.equal(quantityOf('100E'), 100n * 10n ** 18n * perUnit);
});

test('of an exponent 32 bits count, and none fills the memory', () => {
  assert.equal(quantityOf('1e4294967299'), 1000n * perUnit);
  assert.equal(quantityOf('1e-100'), 1n);
  assert.equal(quantityOf('0e-2000000000'), 0n);
  assert.ok((quantityOf('1e2000000000') ?? 0n) > 10n ** 900n);
  assert.equal(quantityOf('1e-2000000000'), 1n);
  assert.equal(parseQuantity('1e9223372036854775808'), 'suffix');
});

test('spaces around a field are skipped, in code they are not', () => {
  for (const text of [' 5', '5 ', '\u00a05\u3000']) assert.equal(quantityOf(text), 5n * perUnit, text);
  for (const text of ['\t5', '5\n', '\ufeff5', '5 Mi', ' ']) assert.equal(quantityOf(text), undefined, text);
  assert.equal(parseQuantity(' 5'), 'form');
});

test('what is no quantity is told so', () => {
  for (const value of ['', 'a', '1_0', '1.2.3', '1ki', '--1', '0x1', true, null, undefined, {}])
    assert.equal(quantityOf(value), undefined, String(value));
  for (const text of ['1K', '1e', '1Em', '1e+', 'eE', '12ie3', '1-5']) assert.equal(parseQuantity(text), 'suffix', text);
});
