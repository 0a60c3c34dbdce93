import type { Fingerprint, InventoryEntry } from './inventory.ts';
import type { ObjectRef } from './ref.ts';

/** An object as the branch wants it, its text not read yet. */
export interface DesiredObject {
  readonly ref: ObjectRef;
  readonly apiVersion: string;
  readonly path: string;
  readonly blob: string;
  readonly sha256: string;
  readonly wave: number;
  readonly dependsOn: readonly ObjectRef[];
}

/** What is to be done with one object, and why. */
export type Change =
  /** It is new to the environment, or it vanished. */
  | { readonly op: 'create'; readonly desired: DesiredObject; readonly because: 'new' | 'vanished' }
  /** The branch says something else than before. */
  | { readonly op: 'update'; readonly desired: DesiredObject; readonly live: Live }
  /** The branch says the same, the cluster does not look the same: suspicion of drift. */
  | { readonly op: 'repair'; readonly desired: DesiredObject; readonly live: Live }
  /** The branch holds it no longer. */
  | { readonly op: 'prune'; readonly entry: InventoryEntry; readonly live: Live | undefined };

/** What is known of a live object before it is changed: the preconditions of the change. */
export interface Live {
  readonly fingerprint: Fingerprint;
  readonly resourceVersion: string;
  /** It is being deleted: a finalizer holds it. */
  readonly deleting: boolean;
}

/** All that a sync will do. Applying runs by ascending wave, pruning after it by descending. */
export interface Plan {
  readonly revision: string;
  readonly changes: readonly Change[];
  /** Objects that need nothing, or that wait for their own deletion. */
  readonly unchanged: number;
}

/** Why a plan is not carried out; nothing of it was done. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly help: string;
}

/** The object that `change` is about. */
export function refOfChange(change: Change): ObjectRef {
  return change.op === 'prune' ? change.entry.ref : change.desired.ref;
}
