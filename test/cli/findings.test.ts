import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findingsOf, folded } from '../../src/cli/findings.ts';
import type { Diagnostic, Place } from '../../src/model/diagnostic.ts';
import { ref } from '../reconcile/samples.ts';

const at = (file: string, line?: number, rest: Place = {}): Place => ({ file, ...(line === undefined ? {} : { line }), ...rest });
const error = (message: string, place: Place, code: Diagnostic['code'] = 'name-invalid'): Diagnostic => ({
  code,
  severity: 'error',
  message,
  at: place,
});
const messages = (diagnostics: readonly Diagnostic[]) => findingsOf(diagnostics).map(({ diagnostic }) => diagnostic.message);

test('a problem that several environments have is one, with the environments', () => {
  const found = ['dev', 'staging', 'prod'].map((environment) => error('a', at('a.ts', 1, { environment, object: ref('Pod/a/b') })));
  assert.deepEqual(
    findingsOf([...found, ...found]).map(({ environments, sameHelp }) => [environments, sameHelp]),
    [[['dev', 'staging', 'prod'], true]],
  );
});

const differences: readonly (readonly [string, Diagnostic])[] = [
  ['message', error('b', at('a.ts', 1))],
  ['line', error('a', at('a.ts', 2))],
  ['column', error('a', at('a.ts', 1, { column: 1 }))],
  ['file', error('a', at('b.ts', 1))],
  ['construct', error('a', at('a.ts', 1, { construct: 'x' }))],
  ['object', error('a', at('a.ts', 1, { object: ref('Pod/a/b') }))],
  ['pointer', error('a', at('a.ts', 1, { pointer: '/a' }))],
  ['code', error('a', at('a.ts', 1), 'namespace-invalid')],
  ['severity', { ...error('a', at('a.ts', 1)), severity: 'warning' }],
];
for (const [what, other] of differences) {
  test(`problems that differ in their ${what} are two`, () => {
    assert.equal(findingsOf([error('a', at('a.ts', 1)), other]).length, 2);
  });
}

test('the first help counts, and it is told when others differ', () => {
  const [finding] = findingsOf([
    { ...error('a', at('a.ts', 1, { environment: 'dev' })), help: 'for dev' },
    { ...error('a', at('a.ts', 1, { environment: 'prod' })), help: 'for prod' },
    { ...error('a', at('a.ts', 1, { environment: 'test' })), help: 'for dev' },
  ]);
  assert.deepEqual([finding?.diagnostic.help, finding?.sameHelp], ['for dev', false]);
});

test('they stand by severity, file and line, and else as they were found', () => {
  assert.deepEqual(
    messages([
      error('b2', at('b.ts', 2)),
      error('a10', at('a.ts', 10)),
      error('a9, second', at('a.ts', 9, { column: 2 })),
      error('a9, first', at('a.ts', 9, { column: 1 })),
      error('a9, third', at('a.ts', 9, { column: 2 })),
      error('nowhere', {}),
      { ...error('a warning', at('z.ts', 1)), severity: 'warning' },
      { ...error('a note', at('z.ts', 1)), severity: 'note' },
    ]),
    ['a note', 'a warning', 'nowhere', 'a9, first', 'a9, second', 'a9, third', 'a10', 'b2'],
  );
});

const pods = (count: number, place: (i: number) => Place = () => at('a.ts', 1)): readonly Diagnostic[] =>
  Array.from({ length: count }, (_, i) => error(`a pod \`p${i}\``, { ...place(i), object: ref(`Pod/a/p${i}`) }));

const folds: readonly (readonly [string, readonly Diagnostic[], readonly (readonly [number, number])[]])[] = [
  ['fifty of a loop are two, and 48 more', pods(50), [[2, 48]]],
  [
    'other words are not folded',
    pods(4).map((one, i) => ({ ...one, message: 'abcd'.charAt(i) })),
    [
      [1, 0],
      [1, 0],
      [1, 0],
      [1, 0],
    ],
  ],
  ['three of a loop are three', pods(3), [[3, 0]]],
  ['four are two, and 2 more', pods(4), [[2, 2]]],
  [
    'different lines are not folded',
    pods(4, (i) => at('a.ts', i)),
    [
      [1, 0],
      [1, 0],
      [1, 0],
      [1, 0],
    ],
  ],
  [
    'an unknown line is not folded',
    pods(2, () => at('a.ts')).concat(pods(2, () => ({}))),
    [
      [1, 0],
      [1, 0],
      [1, 0],
      [1, 0],
    ],
  ],
  [
    'different fields are not folded',
    pods(4, (i) => at('a.ts', 1, { pointer: `/spec/f${i}` })),
    [
      [1, 0],
      [1, 0],
      [1, 0],
      [1, 0],
    ],
  ],
  ['entries of a list are one field', pods(4, (i) => at('a.ts', 1, { pointer: `/spec/containers/${i}/image` })), [[2, 2]]],
];
for (const [title, diagnostics, expected] of folds) {
  test(`folded by line: ${title}`, () => {
    assert.deepEqual(
      folded(findingsOf(diagnostics)).map(({ shown, more }) => [shown.length, more]),
      expected,
    );
  });
}
