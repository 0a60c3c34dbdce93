import type { ObjectProblem, SyncEvent } from '../model/event.ts';
import { keyOf } from '../model/ref.ts';
import type { Record } from '../reconcile/inventory.ts';
import type { Agent } from './agent.ts';

/** What it takes to change one object. */
export type Hands = Pick<Agent, 'source' | 'cluster' | 'observer' | 'retries' | 'manager' | 'setId'> & { readonly signal: AbortSignal };

/** What became of one change, and what the inventory says of the object from now on. */
export interface Outcome {
  readonly event: SyncEvent;
  readonly record: Record;
}

/**
 * A conflict is another writer between our look and our write: look again, this many times in all. Controllers that write
 * the status of a busy object win often, and a retry only comes after a second.
 */
export const maxLooks = 10;

/** Nothing was changed that the inventory has to know. */
export function kept(event: SyncEvent): Outcome {
  return { event, record: { op: 'keep' } };
}

/** It did not work, and is tried again: not before `retryAfter` milliseconds when the server asked for that. */
export function failed(problem: ObjectProblem, { retries }: Hands, retryAfter?: number): Outcome {
  return kept({ type: 'failed', problem, retryIn: retries.failed(keyOf(problem.ref), retryAfter) });
}
