import type { FailureCode } from './code.ts';
import type { Fingerprint, InventoryEntry } from './inventory.ts';
import type { ObjectRef } from './ref.ts';
import type { ObjectRules } from './rendered.ts';

/** An object as the branch wants it, its text not read yet. */
export interface DesiredObject {
  readonly ref: ObjectRef;
  readonly apiVersion: string;
  readonly path: string;
  readonly blob: string;
  readonly sha256: string;
  readonly wave: number;
  readonly dependsOn: readonly ObjectRef[];
  /** The slice of the environment that it belongs to: slices fail alone. */
  readonly slice: string;
  readonly rules: ObjectRules;
  /** Whether one that somebody else made is taken over. */
  readonly adopt: boolean;
}

/** What is to be done with one object, and why. */
export type Change =
  /** It is new to the environment, or it vanished. */
  | { readonly op: 'create'; readonly desired: DesiredObject; readonly because: 'new' | 'vanished' }
  /** The branch says something else than before. */
  | { readonly op: 'update'; readonly desired: DesiredObject; readonly live: Live }
  /** The branch says the same, the cluster does not look the same: suspicion of drift. */
  | { readonly op: 'repair'; readonly desired: DesiredObject; readonly live: Live }
  /** The branch holds it no longer. `approved` says that a person agreed, where nobody can be sure what it is. */
  | { readonly op: 'prune'; readonly entry: InventoryEntry; readonly live: Live | undefined; readonly approved?: true | undefined }
  /** The branch holds it no longer, and it stays: it is let go. `because` says why, in a few words. */
  | { readonly op: 'release'; readonly entry: InventoryEntry; readonly live: Live | undefined; readonly because: string };

/** A change that writes what the branch wants. */
export type Write = Extract<Change, { readonly op: 'create' | 'update' | 'repair' }>;

/** What is known of a live object before it is changed: the preconditions of the change. */
export interface Live {
  readonly fingerprint: Fingerprint;
  readonly resourceVersion: string;
  /** It is being deleted: a finalizer holds it. */
  readonly deleting: boolean;
  /** Another manager holds fields that we apply: what we drop would stay. */
  readonly coOwned?: boolean | undefined;
  /** Another manager applies to it, too: what a commit adds may be that one's. */
  readonly appliedByOthers?: boolean | undefined;
  /** Somebody keeps it as it is, for a time. */
  readonly hold?: Hold | undefined;
}

/** A person's word that an object, or a slice, stays as it is in the cluster, whatever the branch says, until `until` (RFC 3339). */
export interface Hold {
  readonly owner: string;
  readonly reason: string;
  readonly until: string;
}

/** The slices that somebody keeps as they are now, by name: nothing of them is changed, and they take no new commit. */
export type Suspended = ReadonlyMap<string, Hold>;

/** A change that is due and that a person has to allow, or holds up. */
export interface Held {
  readonly ref: ObjectRef;
  readonly path: string;
  readonly because: string;
}

/** All that a sync will do: first everything is written, then what the branch holds no longer goes. */
export interface Plan {
  readonly revision: string;
  readonly changes: readonly Change[];
  /** What is left as it is, although the branch says otherwise. */
  readonly held: readonly Held[];
  /** Objects that need nothing, or that wait for their own deletion. */
  readonly unchanged: number;
}

/** Why a plan is not carried out; nothing of it was done. */
export interface Refusal {
  readonly code: FailureCode;
  readonly message: string;
  readonly help: string;
}

/** The object that `change` is about. */
export function refOfChange(change: Change): ObjectRef {
  return isWrite(change) ? change.desired.ref : change.entry.ref;
}

/** Whether `change` writes what the branch wants. */
export function isWrite(change: Change): change is Write {
  return change.op !== 'prune' && change.op !== 'release';
}

/** Whether `change` puts right what somebody did in the cluster, be it that an object is made anew. */
export function isRepair(change: Change): boolean {
  return change.op === 'repair' || (change.op === 'create' && change.because === 'vanished');
}
