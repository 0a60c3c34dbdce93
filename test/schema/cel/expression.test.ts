import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { expressionOf, type Outcome } from '../../../src/schema/cel/expression.ts';
import type { Type } from '../../../src/schema/cel/types.ts';
import { CelError, NotEvaluated, type Value } from '../../../src/schema/cel/values.ts';

const variables = new Map<string, Type>([
  ['five', { kind: 'int' }],
  ['any', { kind: 'dyn' }],
  ['variables.limit', { kind: 'int' }],
  ['wrong', { kind: 'dyn' }],
  ['unknown', { kind: 'dyn' }],
  ['object', { kind: 'object', fields: new Map([['name', { kind: 'string' }]]) }],
]);

const inputs: Readonly<Record<string, () => Value>> = {
  five: () => 5n,
  any: () => 'text',
  'variables.limit': () => 9n,
  object: () => ({ type: 'map', entries: new Map([['name', 'web']]) }),
  wrong: () => {
    throw new CelError('wrong');
  },
  unknown: () => {
    throw new NotEvaluated('nobody knows');
  },
};

function outcomeOf(source: string, minor = 35): Outcome {
  return expressionOf(source, { variables, minor }).evaluate((name) => inputs[name]?.() ?? null);
}

/** The API server gives the same: test/differential/cel.test.ts. */
describe('an expression gives', () => {
  const cases: readonly (readonly [source: string, value: Value])[] = [
    ['1 + 2 * 3 - -4', 11n],
    ['five > 4.5 && five < 6u', true],
    ['variables.limit == 9', true],
    ['object.name', 'web'],
    ["'ÄB'.lowerAscii()", 'Äb'],
    ["'💩a'.indexOf('a')", 1n],
    ['string(1e7)', '1e+07'],
    ["b'é'.size()", 2n],
    ["'x'.matches('(?i)X')", true],
    ['[?optional.of(1), ?optional.none()].size()', 1n],
    ["timestamp('2024-01-01T00:00:00.0000001Z') > timestamp('2024-01-01T00:00:00Z')", true],
    ['[1, 2, 3].transformList(i, v, i > 0, v * 2).sum()', 10n],
    ["quantity('1.5Gi').asInteger()", 1_610_612_736n],
    ["isQuantity('1constructor') || format.named('toString').hasValue()", false],
    ["cidr('10.0.0.0/8').containsIP('10.1.2.3') && !isIP('010.1.2.3')", true],
    ["'%s has %d'.format(['a', 2])", 'a has 2'],
    ['[1, 2].exists(five, five == 2) && five == 5', true],
    ['{1: 2}[dyn(1u)] == 2', true],
    ['type(any) == string && type(five) != string', true],
  ];
  for (const [source, value] of cases) test(source, () => assert.deepEqual(outcomeOf(source), { value }));
});

describe('an error is got over by what decides without it', () => {
  const cases: readonly (readonly [source: string, outcome: Outcome])[] = [
    ['wrong || true', { value: true }],
    ['false && wrong', { value: false }],
    ['wrong && true', { error: 'wrong' }],
    ['unknown || true', { value: true }],
    ['unknown && false', { value: false }],
    ['unknown || false', { unknown: 'nobody knows' }],
    ['wrong || unknown', { unknown: 'nobody knows' }],
    ['[1, 2].all(x, x > 1 || wrong)', { error: 'wrong' }],
    ['[0, 2].all(x, x > 1 && (x == 2 || wrong))', { value: false }],
    ['[1, 2].exists(x, x == 2 || unknown)', { value: true }],
    ['optional.of(1).orValue(wrong) == 1', { value: true }],
    ['9223372036854775807 + five', { error: 'integer overflow' }],
    ['five / (five - 5)', { error: 'division by zero' }],
    ["{'a': 1}['b']", { error: 'no such key: b' }],
    ['[1][five]', { error: 'index out of bounds: 5' }],
    ['any + 1', { error: 'no such overload' }],
  ];
  for (const [source, outcome] of cases) test(source, () => assert.deepEqual(outcomeOf(source), outcome));
});

describe('an expression that the API server does not take has a problem', () => {
  const cases: readonly (readonly [source: string, problem: string])[] = [
    ['1 +', 'it is not finished'],
    ['(1', '`)` is missing at its end'],
    ['five five', '`five` is out of place'],
    ["'open", "`'` is out of place"],
    ["'\\q'", '`\\` is no escape of a character'],
    ['9223372036854775808', '`9223372036854775808` is no 64-bit integer'],
    ['if > 1', '`if` is a reserved word'],
    [`${'('.repeat(300)}1${')'.repeat(300)}`, 'it is more than 250 levels deep'],
    ['absent == 1', '`absent` is no variable'],
    ['object.nam', '`nam` is no field of the schema'],
    ['five.size', 'a int has no field `size`'],
    ["five + 'a'", '`+` does not take `int`, `string`'],
    ["[1, 'a']", 'a `string` stands beside a `int`'],
    ['five.all(x, true)', 'there are no elements in a `int`'],
    ['five ? 1 : 2', 'a condition is a int, and not a bool'],
    ['Type{a: 1}', '`Type` is no type of which a value can be made'],
  ];
  for (const [source, problem] of cases)
    test(source.slice(0, 40), () => assert.equal(expressionOf(source, { variables, minor: 35 }).problem, problem));
});

describe('an expression is not evaluated, and has no problem, when', () => {
  const cases: readonly (readonly [why: string, source: string, minor: number, unknown: string])[] = [
    ['it calls something unknown', 'any.rhymesWith(five)', 35, 'the function `rhymesWith` is not known here'],
    ['a function takes other types', 'five.matches(any)', 35, 'no function `matches` that is known here takes `int`, `dyn`'],
    ['a function came later', "isSemver('1.0.0')", 32, 'Kubernetes has the function `isSemver` since 1.33'],
    ['it formats with too many digits', "'%.101f'.format([1.0]) == ''", 35, 'it formats with 101 digits'],
    [
      'it names a time zone',
      "timestamp('2024-01-01T00:00:00Z').getHours('Europe/Berlin') > 1",
      35,
      'the time zone `Europe/Berlin` is not known here',
    ],
    [
      'it takes too long',
      '[0,1,2,3,4,5,6,7,8,9].all(a, lists.range(1000).all(b, lists.range(1000).all(c, c >= 0)))',
      35,
      'it takes too many steps',
    ],
  ];
  for (const [why, source, minor, unknown] of cases) {
    test(why, () => {
      assert.equal(expressionOf(source, { variables, minor }).problem, undefined);
      assert.deepEqual(outcomeOf(source, minor), { unknown });
    });
  }
});
