import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parse } from 'yaml';
import { maxDepth, readCanonical } from '../../src/codec/yaml-canonical.ts';
import { readDocument } from '../../src/codec/yaml-document.ts';
import { writeYaml } from '../../src/codec/yaml-write.ts';
import type { Json, JsonObject } from '../../src/model/json.ts';
import { jsonObject, text, trickyTexts } from './arbitraries.ts';

test('what was written is read as the same value, and written the same again', () => {
  const check = (value: JsonObject): void => {
    const written = writeYaml(value);
    const read = readCanonical(written);
    assert.deepEqual(read, value);
    assert.equal(writeYaml(read ?? {}), written);
  };
  check({ values: trickyTexts, keys: Object.fromEntries(trickyTexts.map((each) => [each, [{ [each]: each }]])) });
  fc.assert(fc.property(jsonObject, check), { numRuns: 500 });
});

test('lone surrogates survive', () => {
  const value = { '\ud800': ['\udc00 a', '\udc00\ud800'] };
  assert.deepEqual(readCanonical(writeYaml(value)), value);
});

test('keys that objects inherit are ordinary keys, and change no prototype', () => {
  const value: JsonObject = JSON.parse('{"__proto__":{"polluted":1},"constructor":{"prototype":{"a":1}},"toString":"x"}');
  const read = readCanonical(writeYaml(value));
  assert.deepEqual(Object.keys(read ?? {}), ['__proto__', 'constructor', 'toString']);
  assert.equal(Object.getPrototypeOf(read), Object.prototype);
  assert.equal(Reflect.get({}, 'polluted'), undefined);
});

const foreign: readonly (readonly [string, string])[] = [
  ['nothing', ''],
  ['a scalar', 'a\n'],
  ['a list', '- a\n'],
  ['no newline at the end', 'a: b'],
  ['a literal block without a newline at the end', 'a: |-\n  b\n  c'],
  ['an empty line', 'a: b\n\nc: d\n'],
  ['a comment', 'a: b # c\n'],
  ['a line of comment', '# c\na: b\n'],
  ['the start of a document', '---\na: b\n'],
  ['the end of a document', 'a: b\n...\n'],
  ['a second document', 'a: b\n---\na: b\n'],
  ['two spaces after the colon', 'a:  b\n'],
  ['a space at the end', 'a: b \n'],
  ['a space after the last colon', 'a: \n'],
  ['no value', 'a:\n'],
  ['a carriage return', 'a: b\r\n'],
  ['a tab', 'a:\tb\n'],
  ['single quotes', "a: 'b'\n"],
  ['another escape in double quotes', 'a: "\\x41"\n'],
  ['an escape that is not needed', 'a: "\\u0041:"\n'],
  ['a folded block', 'a: >\n  b\n  c\n'],
  ['a block that keeps its end', 'a: |+\n  b\n  c\n'],
  ['a block of one line', 'a: |-\n  b\n'],
  ['a block with blank lines at its end', 'a: |\n  b\n  c\n\nd: e\n'],
  ['a block that is indented further', 'a: |\n    b\n    c\n'],
  ['flow style', 'a: {b: c}\n'],
  ['a text that should have quotes', 'a: yes\n'],
  ['an anchor', 'a: &b c\n'],
  ['a tag', 'a: !!str b\n'],
  ['a merge key', '<<: {}\n'],
  ['a number in another form', 'a: 0x1F\n'],
  ['a number with a plus', 'a: +1\n'],
  ['minus zero', 'a: -0\n'],
  ['an integer that would lose digits', 'a: 9007199254740993\n'],
  ['NaN', 'a: .nan\n'],
  ['the same key twice', 'a: b\na: b\n'],
  ['the same key twice, once in quotes', '"yes": b\n"yes": c\n'],
  ['a list that is indented', 'a:\n  - b\n'],
  ['an object that is indented by four', 'a:\n    b: c\n'],
  ['an object that is not indented', 'a:\nb: c\n'],
  ['a line that is indented too far', 'a: b\n  c: d\n'],
  ['an item after the keys of an object', 'a: b\n- c\n'],
  ['a long key without a question mark', `${'k'.repeat(1025)}: a\n`],
  ['a short key with a question mark', '? a\n: b\n'],
  ['an open quote', 'a: "b\n'],
  ['a line break in double quotes', 'a: "b\n  c"\n'],
  ['text after the closing quote', 'a: "b:" c\n'],
];

for (const [name, source] of foreign) {
  test(`leaves ${name} to the other reader`, () => assert.equal(readCanonical(source), undefined));
}

test('the order of keys and needless quotes are let through', () => {
  assert.deepEqual(readCanonical('kind: "a"\nb: 1\n"a": 2\n'), { kind: 'a', b: 1, a: 2 });
});

test(`reads ${maxDepth} levels, not one more`, () => {
  const nested = (depth: number): JsonObject => ({ a: depth === 1 ? 1 : nested(depth - 1) });
  assert.deepEqual(readCanonical(writeYaml(nested(maxDepth))), nested(maxDepth));
  assert.equal(readCanonical(writeYaml(nested(maxDepth + 1))), undefined);
});

const insertions = [
  ...[' ', '  ', '\n', '- ', ': ', ':', '"', "'", '#', ' #', '|', '|2', '>', '? ', '0', '.', 'e', '-', '_', '+', 'y', '\t', '\r', '\\'],
  ...['{}', '[a]', '{a: 1}', '&a ', '*a', '!!str ', '---\n', '...\n', 'null', 'a: 1\n', '<<: ', '\u0085', '\ufeff', ''],
];

/** Canonical texts with a few cuts and insertions. */
const mutated = fc
  .tuple(
    jsonObject,
    fc.array(fc.record({ at: fc.nat(10_000), cut: fc.nat(3), insert: fc.oneof(fc.constantFrom(...insertions), text) }), {
      minLength: 1,
      maxLength: 3,
    }),
  )
  .map(([value, edits]) =>
    edits.reduce((source, { at, cut, insert }) => {
      const start = at % source.length;
      return `${source.slice(0, start)}${insert}${source.slice(start + cut)}\n`.replace(/\n\n$/, '\n');
    }, writeYaml(value)),
  );

test('any text that it accepts is read alike by the `yaml` package, in both versions, and by the other reader', () => {
  let accepted = 0;
  const check = (source: string): void => {
    const value: Json | undefined = readCanonical(source);
    if (value === undefined) return;
    accepted++;
    assert.deepEqual(parse(source, { version: '1.1' }), value);
    assert.deepEqual(parse(source, { version: '1.2' }), value);
    assert.deepEqual(readDocument(source), { ok: true, value });
  };
  fc.assert(fc.property(mutated, check), { numRuns: 2000 });
  assert.ok(accepted > 100, `only ${accepted} texts were accepted`);
});
