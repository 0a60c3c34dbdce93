import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Rule } from '../../../../src/compile/validate/rules/rule.ts';
import { type Json, pointer } from '../../../../src/model/json.ts';

/** What `rule` says of `value`: each problem as its code and its place. */
export function said(rule: Rule, value: Json): readonly string[] {
  return rule(value, []).map(({ code, path }) => `${code} ${pointer(path)}`.trimEnd());
}

/** A value, and what a rule says of it. */
export type RuleCase = readonly [value: Json, ...problems: readonly string[]];

/** A test for each rule, that it says just what its cases tell, and nothing of any value of another type. */
export function testRules(rules: Readonly<Record<string, { readonly rule: Rule; readonly cases: readonly RuleCase[] }>>): void {
  for (const [name, { rule, cases }] of Object.entries(rules)) {
    test(name, () => {
      for (const [value, ...problems] of cases) assert.deepEqual(said(rule, value).toSorted(), problems.toSorted(), JSON.stringify(value));
      assert.ok(cases.some(([, ...problems]) => problems.length > 0) && cases.some(([, ...problems]) => problems.length === 0));
    });
  }
}

/** Values of every type, in one another: no rule may throw for one. */
export const strangeValues: readonly Json[] = [null, true, 0, -1.5, '', 'text', [], {}, [null, [], {}, ''], { a: null, b: [{}], '': {} }];
