import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readTypeErrors } from '../../src/codec/type-errors.ts';
import type { Place } from '../../src/model/diagnostic.ts';

const cases: readonly (readonly [string, string, readonly (readonly [string, Place])[]])[] = [
  ['nothing', '', []],
  [
    'an error with its place, without the final period',
    `charts/web.ts(12,5): error TS2322: Type 'string' is not assignable to type 'number'.\n`,
    [[`TS2322: Type 'string' is not assignable to type 'number'`, { file: 'charts/web.ts', line: 12, column: 5 }]],
  ],
  [
    'lines that go on belong to it',
    'a.ts(1,2): error TS2322: Outer.\n  Middle.\n    Inner.\nb.ts(3,4): error TS1005: Next.\n',
    [
      ['TS2322: Outer.\n  Middle.\n    Inner', { file: 'a.ts', line: 1, column: 2 }],
      ['TS1005: Next', { file: 'b.ts', line: 3, column: 4 }],
    ],
  ],
  ['line ends of Windows', 'a.ts(1,2): error TS1: One.\r\n  More.\r\n', [['TS1: One.\n  More', { file: 'a.ts', line: 1, column: 2 }]]],
  [
    'brackets and colons in a path',
    'odd (1,2): error/[x](y).ts(3,4): error TS1: One.',
    [['TS1: One', { file: 'odd (1,2): error/[x](y).ts', line: 3, column: 4 }]],
  ],
  [
    'an error of the settings has no place',
    "error TS5023: Unknown compiler option 'x'.",
    [["TS5023: Unknown compiler option 'x'", { file: 'tsconfig.json' }]],
  ],
  ['other words are no errors', 'Found 2 errors.\n  indented\nerror: none\nwarning TS1: no.\n', []],
];

for (const [title, text, expected] of cases) {
  test(`what TypeScript says: ${title}`, () => {
    assert.deepEqual(
      readTypeErrors(text),
      expected.map(([message, at]) => ({ code: 'type-error', severity: 'error', message, at })),
    );
  });
}
