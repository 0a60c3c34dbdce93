import type { Health } from '../../../model/health.ts';
import type { LiveObject } from '../../../model/manifest.ts';
import { because, conditionOf, current, failed, inProgress, type LiveCondition, outdated, unobserved } from '../rule.ts';

/** What the conditions of a kind say of its objects. */
export interface ConditionWords {
  readonly by: 'conditions';
  /** The types that are all True of an object that is as wanted. */
  readonly current: readonly string[];
  /** The types that are True only of what nobody but a person can mend. */
  readonly failed: readonly string[];
  /** The reasons of a type of `current` that is False, after which the controller tries no more. */
  readonly final: readonly string[] | 'any';
  /** The types that are True while the object is on its way. */
  readonly busy: readonly string[];
  /**
   * Where its controllers, in all their versions, say which generation they speak of: what says none speaks of no generation at
   * all. Undefined for kinds that do not say, or have not always: theirs is compared where it stands.
   */
  readonly seen: 'status' | 'condition' | undefined;
}

/** The words of a kind, by default those of one that only tells whether it is ready. */
export function conditions(words: Partial<Omit<ConditionWords, 'by'>> = {}): ConditionWords {
  return { by: 'conditions', current: ['Ready'], failed: [], final: [], busy: [], seen: undefined, ...words };
}

/** How `object` does, by the conditions of its kind. What is no more than late is told by the condition that says so. */
export function judgeConditions(words: ConditionWords, object: LiveObject): Health {
  return (
    (words.seen === 'status' ? unobserved(object) : undefined) ??
    firstOf(words.failed, (type) => raised(object, type, failed)) ??
    firstOf(words.busy, (type) => raised(object, type, inProgress)) ??
    firstOf(words.current, (type) => unmet(words, object, conditionOf(object, type))) ??
    current(words.current.map(inWords).join(', '))
  );
}

/** InProgress while `condition` does not say, of the present generation, that the object is as wanted; Failed when it never will. */
export function unmet(
  { final, seen }: Pick<ConditionWords, 'final' | 'seen'>,
  object: LiveObject,
  condition: LiveCondition | undefined,
): Health | undefined {
  if (condition === undefined) return inProgress('not seen by its controller yet');
  const late = outdated(object, condition.observedGeneration);
  if (late !== undefined) return late;
  if (condition.status === 'False' && (final === 'any' || final.includes(condition.reason))) return failed(because(condition));
  if (condition.status !== 'True') return inProgress(because(condition));
  if (seen !== 'condition' || condition.observedGeneration !== undefined) return undefined;
  return inProgress(`\`${condition.type}\` does not say of which generation`);
}

function raised(object: LiveObject, type: string, as: (message: string) => Health): Health | undefined {
  const condition = conditionOf(object, type);
  if (condition?.status !== 'True') return undefined;
  return outdated(object, condition.observedGeneration) ?? as(because(condition));
}

function firstOf(types: readonly string[], judge: (type: string) => Health | undefined): Health | undefined {
  for (const type of types) {
    const found = judge(type);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** `all replicas ready` of `AllReplicasReady`. */
function inWords(type: string): string {
  return type.replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase();
}
