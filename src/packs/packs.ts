import type { Explanation } from '../model/codes/explanation.ts';
import type { RuleTexts } from './pack.ts';
import { baselineTexts, restrictedTexts } from './pod-security/texts.ts';

const packs: Readonly<Record<string, RuleTexts>> = {
  baseline: baselineTexts,
  restricted: restrictedTexts,
};

/** Every rule of every built-in pack by its code, `policy/<pack>/<rule>`, with what there is to say of it. */
export const packRules: ReadonlyMap<string, Explanation> = new Map(
  Object.entries(packs).flatMap(([pack, texts]) =>
    Object.entries(texts).map(([rule, { severity: _, ...text }]) => [`policy/${pack}/${rule}`, text]),
  ),
);
