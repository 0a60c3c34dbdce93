import { brand } from '../authoring/brand.ts';
import type { Policy } from '../authoring/policy.ts';
import type { Check, Rule } from '../authoring/rule.ts';
import type { Explanation } from '../model/codes/explanation.ts';

/** What is told of a rule beside its findings: what it asks for, what happens where it is not kept, and what to write instead. */
export interface RuleText extends Explanation {
  /** Default: error. */
  readonly severity?: 'warning';
}

/** The rules of a pack by name. */
export type RuleTexts = Readonly<Record<string, RuleText>>;

/** The pack `name`: those rules of `texts` that have a check. */
export function packOf<T extends RuleTexts>(name: string, texts: T, checks: { readonly [K in keyof T]: Check | undefined }): Policy {
  const rules = Object.entries<RuleText>(texts).flatMap(([rule, text]): readonly Rule[] => {
    const check: Check | undefined = checks[rule];
    return check === undefined ? [] : [{ name: rule, severity: text.severity ?? 'error', check }];
  });
  return Object.freeze({ [brand]: 'policy' as const, name, rules });
}
