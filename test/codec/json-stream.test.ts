import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jsonValues } from '../../src/codec/json-stream.ts';

test('values of JSON one after the other are told apart, with their lines', () => {
  const first = '{\n  "a": "}{\\"",\n  "b": [{}]\n}';
  assert.deepEqual(jsonValues(`${first}\n{"c":1}{"d":2}\n`), [
    { text: first, line: 1 },
    { text: '{"c":1}', line: 5 },
    { text: '{"d":2}', line: 5 },
  ]);
});

const others: readonly (readonly [string, string])[] = [
  ['one value', '{"a":1}\n'],
  ['none', '\n'],
  ['YAML', 'a: {}\nb: {}\n'],
  ['a flow of YAML with more behind it', '{a: b}\n---\n{c: d}\n'],
  ['values with commas between them', '{"a":1},{"b":2}'],
  ['a value without an end', '{"a":1}{"b":2'],
  ['an end too many', '{"a":1}}{"b":2}'],
  ['a text without an end', '{"a":"1}{}'],
];
for (const [title, text] of others) {
  test(`no stream of JSON: ${title}`, () => {
    assert.equal(jsonValues(text), undefined);
  });
}
