import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readChallenges } from '../../../src/io/registry/challenge.ts';

const cases: readonly (readonly [header: string, challenges: readonly (readonly [scheme: string, parameters: object])[]])[] = [
  ['', []],
  ['Basic realm="a registry"', [['basic', { realm: 'a registry' }]]],
  [
    'Bearer realm="https://auth.example.com/token",service="registry.example.com",scope="repository:a/b:pull"',
    [['bearer', { realm: 'https://auth.example.com/token', service: 'registry.example.com', scope: 'repository:a/b:pull' }]],
  ],
  ['BEARER Realm=plain , Service = "a, b"', [['bearer', { realm: 'plain', service: 'a, b' }]]],
  [
    'Basic realm="a \\"quoted\\" one", Bearer realm="b"',
    [
      ['basic', { realm: 'a "quoted" one' }],
      ['bearer', { realm: 'b' }],
    ],
  ],
  [
    'Negotiate, Basic realm="x"',
    [
      ['negotiate', {}],
      ['basic', { realm: 'x' }],
    ],
  ],
  ['Bearer realm="never closed', [['bearer', {}]]],
  ['realm="of nothing"', []],
  [
    'Basic realm="x",, Bearer realm="y"',
    [
      ['basic', { realm: 'x' }],
      ['bearer', { realm: 'y' }],
    ],
  ],
  [
    'Negotiate YII==, Basic realm="x"',
    [
      ['negotiate', {}],
      ['basic', { realm: 'x' }],
    ],
  ],
];
for (const [header, expected] of cases) {
  test(`challenges are read from ${JSON.stringify(header)}`, () => {
    const found = readChallenges(header).map(({ scheme, parameters }) => [scheme, Object.fromEntries(parameters)]);
    assert.deepEqual(found, expected);
  });
}

test('a long header that is none is read at once', () => {
  assert.deepEqual(readChallenges(`${'a,'.repeat(20_000)}"`).length, 20_000);
  assert.deepEqual(readChallenges(`Bearer realm="${'\\'.repeat(100_000)}`).length > 0, true);
  const began = performance.now();
  for (const run of [' ', ',', ' ,', '=', '"', 'a=']) readChallenges(`Basic ${run.repeat(200_000)}x`);
  assert.ok(performance.now() - began < 20_000);
});
