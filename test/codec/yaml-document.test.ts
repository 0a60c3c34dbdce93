import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readDocument } from '../../src/codec/yaml-document.ts';
import { writeYaml } from '../../src/codec/yaml-write.ts';
import type { Json } from '../../src/model/json.ts';
import { jsonObject } from './arbitraries.ts';

const good: readonly (readonly [string, string, Json])[] = [
  ['nothing as null', '', null],
  ['comments alone as null', '# a\n', null],
  ['a document with its marks', '--- # a\na: b # c\n...\n', { a: 'b' }],
  ['flow style', 'a: {b: [1, "x", \'y\'], c: }\n', { a: { b: [1, 'x', 'y'], c: null } }],
  ['Windows line breaks', 'a: b\r\nc: |\r\n  d\r\n  e\r\n', { a: 'b', c: 'd\ne\n' }],
  ['folded and kept blocks', 'a: >-\n  b\n  c\nd: |+\n  e\n\n', { a: 'b c', d: 'e\n\n' }],
  ['text over several lines', 'a: b\n  c\nd: "e\n  f"\n', { a: 'b c', d: 'e f' }],
  ['booleans of YAML 1.1', 'a: yes\nb: Off\nc: "yes"\n', { a: true, b: false, c: 'yes' }],
  ['octal numbers', 'mode: 0644\n', { mode: 420 }],
  ['quoted numbers as text', 'a: \'1\'\nb: "2"\n', { a: '1', b: '2' }],
  ['integers as keys by their digits', '8080: a\n-1: b\n', { '8080': 'a', '-1': 'b' }],
  ['long and quoted keys', '? a b\n: c\n"d: e": f\n', { 'a b': 'c', 'd: e': 'f' }],
  ['aliases', 'a: &x [1]\nb: *x\nc: &x 2\nd: [*x, *x]\n', { a: [1], b: [1], c: 2, d: [2, 2] }],
];

for (const [name, source, value] of good) {
  test(`reads ${name}`, () => assert.deepEqual(readDocument(source), { ok: true, value }));
}

const bad: readonly (readonly [string, string, { line: number; column: number; message: RegExp }])[] = [
  ['bad indentation', 'a: b\n c: d\n', { line: 1, column: 4, message: /^the text is not YAML: nested mappings/ }],
  ['an open quote', 'a: "b\n', { line: 2, column: 1, message: /^the text is not YAML: missing closing "quote$/ }],
  ['a second document', 'a: b\n---\nc: d\n', { line: 2, column: 1, message: /second document/ }],
  ['the same key twice', 'a: b\nc: d\n"a": e\n', { line: 3, column: 1, message: /second time/ }],
  ['an integer and its text as two keys', '1: a\n"1": b\n', { line: 2, column: 1, message: /second time/ }],
  ['a boolean as a key', 'a:\n  yes: b\n', { line: 2, column: 3, message: /quote it/ }],
  ['null as a key', '~: a\n', { line: 1, column: 1, message: /quote it/ }],
  ['an octal number as a key', '010: a\n', { line: 1, column: 1, message: /quote it/ }],
  ['a list as a key', '[a]: b\n', { line: 1, column: 1, message: /a key must be text/ }],
  ['an alias as a key', 'a: &x b\n*x : c\n', { line: 2, column: 1, message: /a key must be text/ }],
  ['a merge key', 'a: &x {b: c}\nd:\n  <<: *x\n', { line: 3, column: 3, message: /merge keys/ }],
  ['a tag', 'a: !!binary aGk=\n', { line: 1, column: 13, message: /tags/ }],
  ['a tag of a list', 'a: !x [b]\n', { line: 1, column: 7, message: /tags/ }],
  ['an unknown alias', 'a: *x\n', { line: 1, column: 4, message: /anchor/ }],
  ['an alias within its own anchor', 'a: &x [*x]\n', { line: 1, column: 7, message: /more than 100 deep/ }],
  ['an integer that would lose digits', 'a:\n- 9007199254740993\n', { line: 2, column: 3, message: /loses digits/ }],
  ['infinity', 'a: .inf\n', { line: 1, column: 4, message: /infinite/ }],
  ['a control character', 'a: "\x1b"\n', { line: 1, column: 5, message: /control character/ }],
  ['a line break of YAML 1.1', 'a: b\u2028c\n', { line: 1, column: 5, message: /uncommon line break/ }],
  ['a carriage return alone', 'a: b\rc: d\n', { line: 1, column: 5, message: /uncommon line break/ }],
  ['a byte order mark', '\ufeffa: b\n', { line: 1, column: 1, message: /byte order mark/ }],
  ['a level too much', `${'['.repeat(101)}${']'.repeat(101)}\n`, { line: 1, column: 101, message: /more than 100 deep/ }],
];

for (const [name, source, { line, column, message }] of bad) {
  test(`refuses ${name}`, () => {
    const read = readDocument(source);
    assert.equal(read.ok, false);
    assert.match(read.ok ? '' : read.message, message);
    assert.deepEqual(read, { ok: false, message: read.ok ? '' : read.message, line, column });
  });
}

test('refuses aliases that stand for aliases that stand for thousands of values', () => {
  const names = [...'abcdefghij'];
  const lines = names.map(
    (name, i) =>
      `${name}: &${name} [${Array(10)
        .fill(i === 0 ? '1' : `*${names[i - 1]}`)
        .join(', ')}]\n`,
  );
  const read = readDocument(lines.join(''));
  assert.match(read.ok ? '' : read.message, /aliases stand for more than 10000 values/);
});

test('refuses a text that is nested deeper than the parser can go', () => {
  const read = readDocument('['.repeat(20_000));
  assert.match(read.ok ? '' : read.message, /nested too deeply/);
});

test('does not cite the text, which may be a secret', () => {
  for (const source of [
    'a: |hunter2\n  b\n',
    'a: b\n"hunter2"\n',
    'data: {a: hunter2]\n',
    'a: "\\hunter2"\n',
    'a: 99999999999999999999\n',
    '- }hunter2\n',
  ]) {
    const read = readDocument(source);
    assert.equal(read.ok, false);
    assert.doesNotMatch(read.ok ? '' : read.message, /hunter2|9999/);
  }
});

test('keys that objects inherit are ordinary keys', () => {
  const read = readDocument('__proto__: {polluted: 1} #\nconstructor: 2\n');
  assert.deepEqual(read, { ok: true, value: JSON.parse('{"__proto__":{"polluted":1},"constructor":2}') });
  assert.equal(Reflect.get({}, 'polluted'), undefined);
});

test('reads whatever the writer writes', () => {
  fc.assert(fc.property(jsonObject, (value) => assert.deepEqual(readDocument(writeYaml(value)), { ok: true, value })));
});

test('never throws', () => {
  const parts = fc.constantFrom(
    'a',
    ': ',
    '- ',
    '\n',
    ' ',
    '  ',
    '[',
    ']',
    '{',
    '}',
    '&a ',
    '*a',
    '!',
    '? ',
    '|',
    '>',
    '"',
    "'",
    '#',
    ',',
    '%',
    '---',
    '\t',
    '1',
  );
  fc.assert(
    fc.property(fc.array(parts, { maxLength: 30 }), (some) => assert.equal(typeof readDocument(some.join('')).ok, 'boolean')),
    { numRuns: 1000 },
  );
});
