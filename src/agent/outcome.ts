import type { ApiError } from '../model/apierror.ts';
import type { ObjectProblem, SyncEvent } from '../model/event.ts';
import type { Inventory } from '../model/inventory.ts';
import type { LiveObject } from '../model/manifest.ts';
import { keyOf, type ObjectKey, type ObjectRef } from '../model/ref.ts';
import { heldBy } from '../reconcile/health/deletion.ts';
import { heldBecause, holdIn, isHeld } from '../reconcile/hold.ts';
import type { InventoryChange } from '../reconcile/inventory.ts';
import type { Agent } from './agent.ts';

/** What it takes to change one object. */
export interface ApplyContext
  extends Pick<Agent, 'source' | 'cluster' | 'clock' | 'observer' | 'retries' | 'contests' | 'manager' | 'setId'> {
  readonly signal: AbortSignal;
  /** What the environment owns. */
  readonly inventory: Inventory;
  /** Objects of the same plan that are still to be written: whatever they look like, they are not what others depend on. */
  readonly unfinished: ReadonlySet<ObjectKey>;
}

/** What became of one change, and what the inventory says of the object from now on. */
export interface Outcome {
  readonly event: SyncEvent;
  readonly record: InventoryChange;
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

/** What is waited for: an object, and how it does, in words. */
export interface Awaited {
  readonly on: ObjectRef;
  readonly for: string;
}

/** It waits for something that tells when it happens: nothing has to be tried before that. */
export function waiting(ref: ObjectRef, what: string | Awaited, { retries }: ApplyContext): Outcome {
  retries.succeeded(keyOf(ref));
  return kept({ type: 'waiting', ref, ...(typeof what === 'string' ? { for: what } : what) });
}

/** The deletion of an object, with what holds it as far as that is seen: `deletion (since …, finalizers: example.com/guard)`. */
export function deletionOf(ref: ObjectRef, { observer }: ApplyContext): string {
  const live = observer.live.get(keyOf(ref));
  return live?.deleting ? `deletion ${heldBy(live.health)}` : 'deletion';
}

/** Who has come to hold an object since the plan was made, in words. */
export function holdOn(object: LiveObject, { clock }: ApplyContext): string | undefined {
  const now = clock.now();
  const hold = holdIn(object, now);
  return hold !== undefined && 'until' in hold && isHeld(hold, now) ? `the end of a hold: ${heldBecause(hold)}` : undefined;
}

/** Reasons that time alone does not take away. */
const lasting: ReadonlySet<ApiError['reason']> = new Set(['invalid', 'forbidden', 'immutable']);

/** It did not work, and is tried again. `passing` is what time may mend. */
export function failed(problem: ObjectProblem, { retries }: ApplyContext, error?: ApiError): Outcome {
  const passing = error !== undefined && !lasting.has(error.reason);
  const retryIn = retries.failed(keyOf(problem.ref), { atLeast: error?.retryAfter, cap: passing ? 'unanswered' : 'refused' });
  return kept({ type: 'failed', problem, passing, retryIn });
}
