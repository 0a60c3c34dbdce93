import assert from 'node:assert/strict';
import { test } from 'node:test';
import { highest, isAdmitted, isComparable, isHigher, readTagRule, type TagRule } from '../../src/compile/tags.ts';

function ruleOf(given: string | RegExp): TagRule {
  const rule = readTagRule(given);
  assert.ok(rule !== undefined, String(given));
  return rule;
}

const cases: readonly (readonly [
  title: string,
  rule: string | RegExp,
  own: string,
  tags: readonly string[],
  expected: string | undefined,
])[] = [
  ['the highest that a range admits', '~2.4', '2.4.1', ['2.4.2', '2.4.10', '2.4.9', '2.5.0', 'latest'], '2.4.10'],
  ['nothing, where the own one is the highest', '~2.4', '2.4.10', ['2.4.2', '2.4.10'], undefined],
  ['nothing lower', '^2', '2.4.1', ['2.4.0', '2.3.9'], undefined],
  ['nothing outside', '~2.4', '2.4.1', ['2.5.0', '3.0.0', '1.0.0'], undefined],
  ['only the same variant', '^1.27', '1.27.1-alpine', ['1.27.9', '1.28.0-bookworm', '1.27.3-alpine', '1.28.0-alpine3.20'], '1.27.3-alpine'],
  ['no variant, where there is none', '^1.27', '1.27.1', ['1.27.3-alpine', '1.27.2'], '1.27.2'],
  ['only with a `v` where there is one', '^2', 'v2.0.0', ['2.9.0', 'v2.1.0'], 'v2.1.0'],
  ['only without a `v` where there is none', '^2', '2.0.0', ['v2.9.0', '2.1.0'], '2.1.0'],
  ['no pre-release', '^2', '2.0.0', ['2.1.0-rc.1', '3.0.0-alpha', '2.1.0-beta'], undefined],
  ['a pre-release where the range names one', '^2.1.0-rc.1', '2.1.0-rc.1', ['2.1.0-rc.10', '2.1.0-rc.9', '2.2.0-rc.1'], '2.1.0-rc.10'],
  ['a release after its pre-release', '^2.1.0-rc.1', '2.1.0-rc.1', ['2.1.0-rc.2', '2.1.0'], '2.1.0'],
  ['pre-releases however they are written', '>=1.0.0-rc.1', '1.0.0-rc1', ['1.0.0-rc2', '1.0.0-rc10', '1.0.0-beta3'], '1.0.0-rc10'],
  ['a pre-release of a variant', '>=1.0.0-rc.1', '1.0.0-rc.1-alpine', ['1.0.0-rc.2', '1.0.0-rc.2-alpine'], '1.0.0-rc.2-alpine'],
  ['what begins like a pre-release and is a variant', '^1', '1.0.0-mysql', ['1.1.0-m2', '1.1.0-mysql'], '1.1.0-mysql'],
  [
    'versions of two numbers',
    '17 || 18',
    '17.2-alpine',
    ['17-alpine', '17.10-alpine', '18-alpine', '18.0-alpine', '19.0-alpine'],
    '18.0-alpine',
  ],
  ['versions of one number', '>=20', '20', ['22', '21', 'lts'], '22'],
  ['no version of four numbers', '*', '1.2.3', ['1.2.3.4', '9.0'], '9.0'],
  ['no lone number, where there are more', '*', '1.2.3', ['9', '2023', '1.3.0'], '1.3.0'],
  ['no day and no build', '>=1', '1.2.3', ['20231105', '1234567', '20231105.1', '1234567.0.0', '1.3.0'], '1.3.0'],
  ['no day where there is one number', '>=20', '20', ['20231105', '1234567', '22'], '22'],
  ['a later day', '*', '20231105', ['20231106', '9.0.0', '99'], '20231106'],
  ['the same place of numbers, also where a group is absent', /^(\d+)(?:-(\d+))?-b(\d+)$/, '2-b3', ['2-b9', '2-1-b1', '1-9-b9'], '2-1-b1'],
  ['what an absent group does not shift', /^(?:(\d+)-)?(\d+)$/, '1-5', ['9', '1-6'], '1-6'],
  ['nothing for what is no version', '*', 'latest', ['1.2.3', 'latest'], undefined],
  ['no number with a zero before it', '*', '1.2.3', ['01.2.4', '2024.01.01'], undefined],
  ['no numbers beyond all bounds', '*', '1.2.3', ['99999999999999999999.0.0'], undefined],
  [
    'what an expression matches, number by number',
    /^16\.\d+-alpine$/,
    '16.2-alpine',
    ['16.10-alpine', '16.9-alpine', '17.0-alpine', '16.11'],
    '16.10-alpine',
  ],
  ['what an expression captures', /^r(\d+)-build\d+$/, 'r1-build9', ['r2-build1', 'r1-build10'], 'r2-build1'],
  ['dates', /^\d{4}-\d\d-\d\d$/, '2024-01-31', ['2024-02-01', '2023-12-31'], '2024-02-01'],
  ['numbers of any size', /^\d+$/, '9'.repeat(40), [`1${'0'.repeat(40)}`], `1${'0'.repeat(40)}`],
  ['the first by name of equals', /^1\.(\d+)-\w+$/, '1.1-a', ['1.2-c', '1.2-b'], '1.2-b'],
  ['each time the same, also by an expression that remembers', /^\d+$/g, '1', ['2', '3'], '3'],
  ['more numbers above fewer', /^\d+(?:\.\d+)*$/, '1', ['1.0'], '1.0'],
];
for (const [title, rule, own, tags, expected] of cases) {
  test(`a newer tag is ${title}`, () => {
    assert.equal(highest(ruleOf(rule), own, tags), expected);
    assert.equal(highest(ruleOf(rule), own, tags.toReversed()), expected);
  });
}

test('what is no range is none', () => {
  for (const text of ['latest', '~2.4 or so', '>=', '2.4.x.y']) assert.equal(readTagRule(text), undefined, text);
});

test('what a rule admits, and what it can compare', () => {
  const [range, expression] = [ruleOf('~2.4'), ruleOf(/^16\.\d+$/)];
  assert.deepEqual(
    ['2.4.0', '2.5.0', 'latest'].map((tag) => [isAdmitted(range, tag), isComparable(range, tag)]),
    [
      [true, true],
      [false, true],
      [false, false],
    ],
  );
  assert.deepEqual([isAdmitted(expression, '16.1'), isAdmitted(expression, '15.1')], [true, false]);
  assert.deepEqual(
    [isHigher(range, '2.4.2', '2.4.1'), isHigher(range, '2.4.2-a', '2.4.1'), isHigher(range, 'x', '2.4.1')],
    [true, false, false],
  );
});

test('a long list is gone through at once', () => {
  const tags = Array.from({ length: 200_000 }, (_, i) => `1.${i}.0`);
  const began = performance.now();
  assert.equal(highest(ruleOf('^1'), '1.0.0', tags), '1.199999.0');
  assert.ok(performance.now() - began < 20_000);
});

test('a tag that is made to be hard to read is read at once, and is no version', () => {
  const began = performance.now();
  assert.equal(highest(ruleOf('^1'), '1.0.0', [`1.0.0-dev${'1'.repeat(100)}a`, `1.1.0-rc${'.1'.repeat(50)}!`, '1.0.1']), '1.0.1');
  assert.ok(performance.now() - began < 20_000);
});
