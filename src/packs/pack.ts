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
/** A pack that is a policy as it stands, and makes another one when it is called with options. */
export type PackWithOptions<O> = Policy & ((options: O) => Policy);

/** The pack that `make` returns without options, callable with them. */
export function withOptions<O>(make: (options: O | undefined) => Policy): PackWithOptions<O> {
  const { name, rules, [brand]: mark } = make(undefined);
  const called = (options: O): Policy => make(options);
  // A function's own name is read-only, and must be defined anew.
  Object.defineProperty(called, 'name', { value: name });
  return Object.freeze(Object.assign(called, { rules, [brand]: mark })) as PackWithOptions<O>;
}
