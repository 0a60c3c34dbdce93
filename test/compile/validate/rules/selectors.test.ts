import assert from 'node:assert/strict';
import { test } from 'node:test';
import { filledSelector, labelSelector } from '../../../../src/compile/validate/rules/selectors.ts';
import { selects } from '../../../../src/schema/selector.ts';
import { testRules } from './said.ts';

const by = (operator: string, ...values: readonly string[]) => ({ matchExpressions: [{ key: 'app', operator, values }] });

testRules({
  'a label selector': {
    rule: labelSelector,
    cases: [
      [{}],
      [{ matchLabels: { app: 'web' }, matchExpressions: [{ key: 'a', operator: 'Exists' }] }],
      [by('In', 'a')],
      [{ matchLabels: { 'a b': 'c' } }, 'field-invalid /matchLabels/a b'],
      [{ matchLabels: { a: 'b c' } }, 'field-invalid /matchLabels/a'],
      [by('In'), 'field-required /matchExpressions/0/values'],
      [by('NotIn'), 'field-required /matchExpressions/0/values'],
      [by('In', 'a b'), 'field-invalid /matchExpressions/0/values/0'],
      [by('Exists', 'a'), 'field-forbidden /matchExpressions/0/values'],
      [by('Exists')],
      [by('Gt', '1'), 'field-invalid /matchExpressions/0/operator'],
      [{ matchExpressions: [{ key: '', operator: 'Exists' }] }, 'field-required /matchExpressions/0/key'],
      [{ matchExpressions: [{ key: 'a b', operator: 'Exists' }] }, 'field-invalid /matchExpressions/0/key'],
      [{ matchExpressions: [{}] }, 'field-required /matchExpressions/0/key', 'field-required /matchExpressions/0/operator'],
    ],
  },
  'a label selector that may not be empty': {
    rule: filledSelector,
    cases: [[by('Exists')], [{}, 'field-required'], [{ matchLabels: {} }, 'field-required']],
  },
});

test('a selector selects labels as the API server does', () => {
  const selected = (selector: Parameters<typeof selects>[0], labels: Parameters<typeof selects>[1]) => selects(selector, labels);
  assert.equal(selected({}, { app: 'web' }), true);
  assert.equal(selected({ matchLabels: { app: 'web' } }, { app: 'web', tier: 'front' }), true);
  assert.equal(selected({ matchLabels: { app: 'web' } }, { app: 'db' }), false);
  for (const [selector, web, db, none] of [
    [by('In', 'web', 'api'), true, false, false],
    [by('NotIn', 'web'), false, true, true],
    [by('Exists'), true, true, false],
    [by('DoesNotExist'), false, false, true],
  ] as const) {
    assert.deepEqual([selected(selector, { app: 'web' }), selected(selector, { app: 'db' }), selected(selector, {})], [web, db, none]);
  }
});
