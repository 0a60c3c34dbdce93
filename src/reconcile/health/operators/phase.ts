import type { Health } from '../../../model/health.ts';
import { type Path, stringAt } from '../../../model/json.ts';
import type { LiveObject } from '../../../model/manifest.ts';
import { current, failed, firstLine, inProgress, unobserved } from '../rule.ts';

/** What a word in the status of a kind says of its objects. */
export interface PhaseWords {
  readonly by: 'phase';
  /** Where the word stands in the status. */
  readonly at: Path;
  /** The words of an object that is as wanted. */
  readonly current: readonly string[];
  /** The words after which nothing moves until a person acts. All others are those of a way. */
  readonly failed: readonly string[];
  /** Where the status says why, if it does. */
  readonly message: Path | undefined;
  /** Whether its controllers, in all their versions, say which generation they have seen. */
  readonly seen: boolean;
}

/** The words of a kind, by default those of its `status.phase`. */
export function phase(words: Pick<PhaseWords, 'current'> & Partial<Omit<PhaseWords, 'by'>>): PhaseWords {
  return { by: 'phase', at: ['phase'], failed: [], message: undefined, seen: false, ...words };
}

/** How `object` does, by the word in its status. */
export function judgePhase(words: PhaseWords, object: LiveObject): Health {
  const word = stringAt(object, 'status', ...words.at);
  const early = words.seen ? unobserved(object) : undefined;
  if (early !== undefined) return early;
  if (word === undefined || word === '') return inProgress('not seen by its controller yet');
  const told = `${words.at.at(-1)}: ${word}`;
  if (words.current.includes(word)) return current(told);
  const why = firstLine((words.message && stringAt(object, 'status', ...words.message)) ?? '');
  return (words.failed.includes(word) ? failed : inProgress)(why === '' ? told : `${told}, ${why}`);
}
