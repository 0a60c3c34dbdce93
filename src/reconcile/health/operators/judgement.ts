import type { Rule } from '../rule.ts';
import { type ConditionWords, judgeConditions } from './conditions.ts';
import { judgePhase, type PhaseWords } from './phase.ts';

/** How the objects of a kind of an operator are judged: by words, or by a rule where words do not do. */
export type Judgement = ConditionWords | PhaseWords | Rule;

/** Judgements by group and kind. */
export type Judgements = Readonly<Record<string, Judgement>>;

/** The rule that `judgement` stands for. */
export function ruleOf(judgement: Judgement): Rule {
  if (typeof judgement === 'function') return judgement;
  return judgement.by === 'phase' ? (object) => judgePhase(judgement, object) : (object) => judgeConditions(judgement, object);
}

/** Judgements of kinds of one group, by kind. */
export function inGroup(group: string, judgements: Judgements): Judgements {
  return Object.fromEntries(Object.entries(judgements).map(([kind, judgement]) => [`${kind}.${group}`, judgement]));
}

/** The same for several kinds of one group, by group and kind. */
export function alike<T>(group: string, kinds: readonly string[], one: T): Readonly<Record<string, T>> {
  return Object.fromEntries(kinds.map((kind) => [`${kind}.${group}`, one]));
}
