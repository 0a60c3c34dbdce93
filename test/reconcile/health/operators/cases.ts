import type { JsonObject } from '../../../../src/model/json.ts';

/** One state of an object of generation 2, and what is said of it: `Current: ready`. */
export interface OperatorCase {
  readonly says: string;
  readonly spec?: JsonObject;
  readonly status?: JsonObject;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
}

/** The cases of kinds that are judged alike. */
export interface OperatorCases {
  readonly kinds: readonly string[];
  /** One version that they are served in. */
  readonly version: string;
  readonly cases: readonly OperatorCase[];
}

/** A condition that is True. */
export function yes(type: string, more: JsonObject = {}): JsonObject {
  return { type, status: 'True', lastTransitionTime: '2026-05-01T10:00:00Z', ...more };
}

/** A condition that is False. */
export function no(type: string, reason = 'Waiting', message = 'not there yet.\nmore'): JsonObject {
  return { type, status: 'False', reason, message, lastTransitionTime: '2026-05-01T10:00:00Z' };
}

/** A status of conditions alone. */
export function conditions(...all: readonly JsonObject[]): JsonObject {
  return { conditions: all };
}

/** An object that nobody has looked at. */
export const fresh: OperatorCase = { says: 'InProgress: not seen by its controller yet', status: {} };

/** What is said of the generation before. */
export const stale = 'InProgress: generation: 2, seen: 1';

/** The cases of a kind whose Ready condition tells. */
export const readyCases: readonly OperatorCase[] = [
  { says: 'Current: ready', status: { observedGeneration: 2, ...conditions(yes('Ready', { observedGeneration: 2 })) } },
  { says: 'Current: ready', status: conditions(yes('Ready')) },
  { says: 'InProgress: Waiting: not there yet', status: conditions(no('Ready')) },
  { says: 'InProgress: `Ready` says no more', status: conditions({ type: 'Ready', status: 'Unknown' }) },
  { says: stale, status: conditions(yes('Ready', { observedGeneration: 1 })) },
  { says: stale, status: { observedGeneration: 1, ...conditions(yes('Ready')) } },
  // That its controller has seen it says nothing of how it does.
  { says: 'InProgress: not seen by its controller yet', status: { observedGeneration: 2 } },
  fresh,
];
