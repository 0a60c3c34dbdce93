import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readStream } from '../../src/codec/yaml-stream.ts';
import type { Json, Path } from '../../src/model/json.ts';

const values: readonly (readonly [string, string, readonly Json[]])[] = [
  ['nothing', '', []],
  ['only comments and separators', '# a\n---\n---\n# b\n', []],
  ['several documents', 'a: 1\n---\nb: x\n...\n---\n- c\n', [{ a: 1 }, { b: 'x' }, ['c']]],
  ['JSON', '{"a": [1, "x", null], "b": {"c": true}}', [{ a: [1, 'x', null], b: { c: true } }]],
  ['JSON with tabs', '{\n\t"a":\t1\n}\n', [{ a: 1 }]],
  ['a byte order mark and line ends of Windows', '\ufeffa: 1\r\nb: 2\r\n', [{ a: 1, b: 2 }]],
  ['scalars as kubectl reads them', 'a: yes\nb: 0755\nc: 1:30\nd: 2026-01-01\n', [{ a: true, b: 493, c: '1:30', d: '2026-01-01' }]],
  ['anchors and aliases', 'a: &x {b: 1}\nc: *x\n', [{ a: { b: 1 }, c: { b: 1 } }]],
  [
    'merge keys, of which what is written counts more',
    'a: &x {b: 1, c: 2}\nd: {<<: *x, c: 3}\n',
    [{ a: { b: 1, c: 2 }, d: { c: 3, b: 1 } }],
  ],
  [
    'several merged, of which the first counts more',
    'a: &x {b: 1}\nc: &y {b: 2, d: 3}\ne: {<<: [*x, *y]}\n',
    [{ a: { b: 1 }, c: { b: 2, d: 3 }, e: { b: 1, d: 3 } }],
  ],
  ['tags of own types', 'a: !!str 1\nb: !!int "2"\nc: !!map {d: 1}\n', [{ a: '1', b: 2, c: { d: 1 } }]],
  ['keys that are no text', 'yes: 1\n1.5: 2\n3: 3\n', [{ true: 1, '1.5': 2, '3': 3 }]],
  ['numbers that lose digits', 'a: 9007199254740993\nb: 0x20000000000001\n', [{ a: 2 ** 53, b: 2 ** 53 }]],
];
for (const [title, text, expected] of values) {
  test(`a stream is read as kubectl reads it: ${title}`, () => {
    assert.deepEqual(
      readStream(text).map(({ reading }) => (reading.ok ? reading.value : reading.message)),
      expected,
    );
  });
}

const mistakes: readonly (readonly [string, string, readonly string[]])[] = [
  ['a key that stands twice', 'a: 1\nb:\n  c: 1\n  c: 2\n', ['4:3 this key stands here a second time']],
  ['a tag of something else', 'a: !Ref b\n', ['1:9 tags have no place in a manifest']],
  ['a control character', 'a: "x"\nb: \u0007\n', ['2:4 a control character stands here: escape it in double quotes']],
  ['one document of three', 'a: 1\n---\nb: {c\n---\nd: 1\n', ['ok', 'not ok', 'ok']],
  ['an alias of nothing', 'a: *x\n', ['1:4 nothing before this alias has an anchor of its name']],
  ['a nest', '['.repeat(5_000), ['not ok']],
];
for (const [title, text, expected] of mistakes) {
  test(`a mistake in a stream has its place: ${title}`, () => {
    const told = readStream(text).map(({ reading }, i) => {
      if (reading.ok) return 'ok';
      return expected[i] === 'not ok' ? 'not ok' : `${reading.line}:${reading.column} ${reading.message}`;
    });
    assert.deepEqual(told, expected);
  });
}

const stream = `kind: A
---
# a comment
kind: B
spec:
  template: &t
    list:
      - one: 1
      -
        two: {deep: [x, y]}
  other: *t
  "a/b": 1
`;
const places: readonly (readonly [Path, string])[] = [
  [[], '4:1'],
  [['kind'], '4:1'],
  [['spec', 'template', 'list', 0, 'one'], '8:9'],
  [['spec', 'template', 'list', '1', 'two', 'deep', 1], '10:25'],
  [['spec', 'other', 'list', 0, 'one'], '8:9'],
  [['spec', 'a/b'], '12:3'],
  [['spec', 'missing'], '5:1'],
  [['spec', 'template', 'list', 7], '7:5'],
  [['kind', 'deeper'], '4:1'],
];
test('every path has the place of its key or entry, or of what is nearest to it', () => {
  const document = readStream(stream)[1];
  for (const [path, expected] of places) {
    const { line, column } = document?.positionOf(path) ?? {};
    assert.equal(`${line}:${column}`, expected, path.join('/'));
  }
  assert.deepEqual(document?.keys, ['kind', 'spec']);
});

test('objects of JSON one after the other are documents, each with the lines of the text', () => {
  const [first, second] = readStream('{"a": 1}\n{"b": {"c": 2}}\n');
  assert.deepEqual(
    [first?.reading, second?.reading],
    [
      { ok: true, value: { a: 1 } },
      { ok: true, value: { b: { c: 2 } } },
    ],
  );
  assert.deepEqual(second?.positionOf(['b', 'c']), { line: 2, column: 8 });
  assert.deepEqual(readStream('{"a": 1}\n{"a": 1, "a": 2}\n')[1]?.reading, {
    ok: false,
    message: 'this key stands here a second time',
    line: 2,
    column: 10,
  });
});

test('a byte order mark at the beginning of a line is passed over', () => {
  const values = readStream('\ufeffa: 1\n---\n\ufeffb: 2\n').map(({ reading }) => reading);
  assert.deepEqual(values, [
    { ok: true, value: { a: 1 } },
    { ok: true, value: { b: 2 } },
  ]);
});

test('UTF-16 is told for what it is', () => {
  for (const bytes of [Buffer.from('\ufeffa: 1\n', 'utf16le'), Buffer.from('\ufeffa: 1\n', 'utf16le').swap16()]) {
    const [document] = readStream(bytes.toString('utf8'));
    assert.deepEqual(document?.reading, { ok: false, message: 'the text is UTF-16, and has to be UTF-8', line: 1, column: 1 });
  }
});
