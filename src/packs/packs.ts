import type { Explanation } from '../model/codes/explanation.ts';
import { accessTexts } from './access/texts.ts';
import { costTexts } from './cost/texts.ts';
import { networkTexts } from './network.ts';
import type { RuleTexts } from './pack.ts';
import { baselineTexts, restrictedTexts } from './pod-security/texts.ts';
import { reliabilityTexts } from './reliability/texts.ts';
import { supplyChainTexts } from './supply-chain.ts';

const packs: Readonly<Record<string, RuleTexts>> = {
  access: accessTexts,
  baseline: baselineTexts,
  cost: costTexts,
  network: networkTexts,
  reliability: reliabilityTexts,
  restricted: restrictedTexts,
  'supply-chain': supplyChainTexts,
};

/** Every rule of every built-in pack by its code, `policy/<pack>/<rule>`, with what there is to say of it. */
export const packRules: ReadonlyMap<string, Explanation> = new Map(
  Object.entries(packs).flatMap(([pack, texts]) =>
    Object.entries(texts).map(([rule, { severity: _, ...text }]) => [`policy/${pack}/${rule}`, text]),
  ),
);
