import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as checks from '../../../../src/compile/validate/rules/checks.ts';
import { all, each, eachValue, fields, object, type Rule, when } from '../../../../src/compile/validate/rules/rule.ts';
import { dnsLabel } from '../../../../src/schema/formats.ts';
import { said, strangeValues, testRules } from './said.ts';

const {
  atLeast,
  atMostEntries,
  atMostOne,
  between,
  exactlyOne,
  filled,
  formatted,
  formattedIfAny,
  keyed,
  named,
  oneOf,
  required,
  without,
} = checks;

testRules({
  'a text of a format': { rule: formatted(dnsLabel), cases: [['a'], ['A', 'field-invalid'], ['', 'field-invalid'], [7]] },
  'a text of a format, if any': { rule: formattedIfAny(dnsLabel), cases: [['a'], [''], ['A', 'field-invalid']] },
  'a name': { rule: named(dnsLabel), cases: [['a'], ['', 'field-required'], ['A', 'field-invalid']] },
  'keys of a format': { rule: keyed(dnsLabel), cases: [[{ a: 1 }], [{ A: 1 }, 'field-invalid /A'], ['A']] },
  'one of several': { rule: oneOf('a', 'b'), cases: [['b'], ['c', 'field-invalid'], [1]] },
  'a number in a range': { rule: between(1, 3), cases: [[1], [3], [0, 'field-range'], [4, 'field-range'], ['4']] },
  'a number from somewhere': { rule: atLeast(0), cases: [[0], [-1, 'field-range'], ['-1']] },
  'not empty': {
    rule: filled,
    cases: [['a'], [{ a: 1 }], [0], [false], ['', 'field-required'], [[], 'field-required'], [{}, 'field-required']],
  },
  'fields that are needed': {
    rule: required('a', 'b'),
    cases: [[{ a: 1, b: 'x' }], [{ a: null, b: '' }, 'field-required /a', 'field-required /b'], [[]]],
  },
  'at most so many entries': {
    rule: atMostEntries(1),
    cases: [[[1]], [{ a: 1 }], [[1, 2], 'field-range'], [{ a: 1, b: 2 }, 'field-range']],
  },
  'at most one field': {
    rule: atMostOne('a', 'b'),
    cases: [[{}], [{ a: {} }], [{ a: {}, b: null }], [{ a: {}, b: {} }, 'field-conflict /b']],
  },
  'just one field': {
    rule: exactlyOne('a', 'b'),
    cases: [[{ a: {} }], [{ a: null }, 'field-required'], [{}, 'field-required'], [{ a: {}, b: {} }, 'field-conflict /b'], ['']],
  },
  'fields that may not be set': { rule: without(['a'], 'no'), cases: [[{ b: 1 }], [{ a: null }], [{ a: '' }, 'field-forbidden /a']] },
  'rules for fields': {
    rule: fields({ a: filled, b: filled }),
    cases: [[{ a: 'x', c: '' }], [{ a: null }], [{ a: '', b: '' }, 'field-required /a', 'field-required /b'], [['']]],
  },
  'rules for entries': { rule: each(filled), cases: [[['a']], [['', 'a', ''], 'field-required /0', 'field-required /2'], [{ a: '' }]] },
  'rules for values': {
    rule: eachValue(filled),
    cases: [[{ a: 'x', b: 1 }], [{ b: null }, 'field-required /b'], [{ 'a/b': '' }, 'field-required /a~1b'], [['']]],
  },
  'rules for some objects': {
    rule: when((value) => value['a'] === 1, required('b')),
    cases: [[{}], [{ a: 1, b: 1 }], [{ a: 1 }, 'field-required /b'], [1]],
  },
  'several rules': { rule: all(filled, formatted(dnsLabel)), cases: [['a'], ['', 'field-required', 'field-invalid']] },
});

test('messages name the field and quote the value', () => {
  const messages: readonly (readonly [Rule, Parameters<Rule>[0], string])[] = [
    [fields({ a: formatted({ test: /x/, what: 'has an x' }) }), { a: 'y' }, '`a` cannot be `"y"`: it has an x'],
    [fields({ a: each(filled) }), { a: [''] }, '`a` is empty, and must not be'],
    [fields({ a: oneOf('x', 'y') }), { a: 'z' }, '`a` cannot be `"z"`: it is one of `x`, `y`'],
    [fields({ a: atLeast(1) }), { a: 0 }, '`a` is `0`, and must be at least 1'],
    [fields({ a: exactlyOne('x', 'y') }), { a: {} }, '`a` has none of `x`, `y`, and needs one'],
    [atMostOne('x', 'y'), { x: 1, y: 1 }, '`x` and `y` are set, and only one of them may be'],
    [object((_, path) => [checks.missing([...path, 'a'], 'b is set')]), {}, '`a` is missing: b is set'],
    [object((_, path) => [checks.outOfRange([...path, 'a', 0], 7, 'odd')]), {}, '`a` is `7`, and must be odd'],
    [object((_, path) => [checks.forbidden([...path, 'a'], 'b is set')]), {}, '`a` may not be set: b is set'],
    [fields({ a: checks.text((text) => `it is ${text.length} long`) }), { a: 'x' }, '`a` cannot be `"x"`: it is 1 long'],
    [
      fields({ a: keyed(dnsLabel) }),
      { a: { A: 1 } },
      '`A` cannot be a key of `a`: it may hold lower-case letters, digits and `-`, with a letter or a digit at both ends',
    ],
    [object((_, path) => [checks.duplicate(path, 'a', 'volumes')]), {}, 'two volumes are called `"a"`'],
  ];
  for (const [rule, value, message] of messages)
    assert.deepEqual(
      rule(value, []).map((problem) => problem.message),
      [message],
    );
});

test('a field is called by its last key that is no index', () => {
  assert.deepEqual([checks.fieldName([]), checks.fieldName(['a', 'b', 0])], ['object', 'b']);
});

test('no rule throws, whatever it is given', () => {
  const rules = [
    filled,
    required('a'),
    exactlyOne('a', 'b'),
    without(['a'], 'no'),
    fields({ a: filled }),
    each(filled),
    eachValue(keyed(dnsLabel)),
  ];
  for (const rule of rules) for (const value of strangeValues) said(rule, value);
});
