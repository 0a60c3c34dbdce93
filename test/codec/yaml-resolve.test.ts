import assert from 'node:assert/strict';
import { test } from 'node:test';
import { resolvePlain } from '../../src/codec/yaml-resolve.ts';
import type { Json } from '../../src/model/json.ts';

/** What sigs.k8s.io/yaml 1.6.0 gives for `a: <text>`. */
const resolved: readonly (readonly [Json, readonly string[]])[] = [
  [null, ['', '~', 'null', 'Null', 'NULL']],
  [true, ['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON']],
  [false, ['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF']],
  [0, ['0', '-0', '+0', '00', '0.0', '-0.0', '0x0', '.0']],
  [1, ['1', '+1', '01', '0x1', '0b1', '0o1', '0X1', '0B1', '0O1', '1.', '1.0', '1e0', '0_1', '1_']],
  [-1, ['-1', '-01', '-0x1', '-0b1', '-1.0']],
  [8, ['8', '08', '010', '0o10', '0b1000']],
  [493, ['0755', '0o755', '0b111101101', '0x1ed', '493.0', '4_9_3']],
  [1000, ['1000', '1_000', '1e3', '1E3', '1e+3', '1.0e3', '0.1e4']],
  [0.5, ['.5', '0.5', '+.5', '5e-1', '0.5_0']],
  [0.1, ['.1', '.1_0', '0.1']],
];

for (const [value, texts] of resolved) {
  test(`reads ${texts.map((each) => `'${each}'`).join(' ')} as ${value}`, () => {
    assert.deepEqual(texts.map(resolvePlain), Array(texts.length).fill({ ok: true, value }));
  });
}

test('reads words, times, base 60 and broken numbers as text', () => {
  const texts = [
    ...['yEs', 'nO', 'oN', 'tRUE', 'nULL', 'nan', 'inf', '+yes', 'e5', '=', '<<', '_1', '-', '+', '.', '..', '-.', '+_'],
    ...[
      '1:30',
      '190:20:30',
      '1:30.5',
      '2001-01-01',
      '2001-1-1',
      '2001-01-01T00:00:00Z',
      '1.2.3',
      '0x',
      '0b2',
      '0o8',
      '0xg',
      '1e',
      '.1__0',
      '._1',
      '1-1',
    ],
  ];
  assert.deepEqual(
    texts.map(resolvePlain),
    texts.map((value) => ({ ok: true, value })),
  );
});

test('refuses what JSON cannot hold, and integers that would lose digits', () => {
  const texts = [
    '.nan',
    '.NaN',
    '.NAN',
    '.inf',
    '-.Inf',
    '+.INF',
    '1e400',
    '-1e400',
    '9007199254740992',
    '-9007199254740993',
    '0x20000000000000',
    '1'.repeat(400),
  ];
  assert.deepEqual(
    texts.filter((each) => resolvePlain(each).ok),
    [],
  );
  assert.deepEqual(resolvePlain('-9007199254740991'), { ok: true, value: -9007199254740991 });
});
