import type { ObjectKey, ObjectRef } from './ref.ts';

/**
 * What makes a live object's state recognisable without its content. Two equal fingerprints mean that nobody but us has
 * touched what we apply; any difference is a suspicion that one apply answers.
 */
export interface Fingerprint {
  readonly uid: string;
  /** A digest of our manager's managedFields entry, its time included; '' when there is none. */
  readonly fields: string;
  /** metadata.generation, or the resourceVersion for kinds that have no generation. */
  readonly version: string;
}

/** One object that an environment owns. */
export interface InventoryEntry {
  readonly ref: ObjectRef;
  readonly apiVersion: string;
  /** The file that it was last applied from, and the blob: the same blob need not be applied again. */
  readonly path: string;
  readonly blob: string;
  /** The wave it was applied in: pruning runs by descending wave. */
  readonly wave: number;
  /** The slice of the environment that it belongs to. */
  readonly slice: string;
  /** False while it stands only in a revision whose preflight needed it (a namespace), and that was not accepted yet. */
  readonly accepted: boolean;
  /** How a Job ended: when it is gone, its TTL removed it, and it is not run again. Undefined while it runs, and for all else. */
  readonly finished: JobEnd | undefined;
  /** When the branch holds it no longer, it is let go, and stays in the cluster. */
  readonly keep: boolean;
  /** Why nobody can be sure that it may be deleted, whatever the branch says; a person has to agree (`approvals`). */
  readonly unsure: string | undefined;
  /** How it was shared with others when it was applied last (`sharingOf`). Undefined when it was as usual. */
  readonly sharing?: string | undefined;
  /** JSON pointers of what admission made otherwise than the branch says, when it was applied last. */
  readonly rewritten: readonly string[];
  /** It was Failed already when the revision was taken, which does not change it, and has not been Current since: that is no failure of it. */
  readonly ailing?: true | undefined;
  /** Undefined from the write ahead until the API server answered: perhaps created, perhaps not. */
  readonly seen: Fingerprint | undefined;
}

/**
 * How a Job ended; `unseen` is one that its TTL removed before anybody looked, and `earlier` one that ran to its end before the commit
 * that was returned from: what stands in its place, if anything does, is that commit's. `unneeded` is one that was to run only when
 * something failed, and nothing did: it never ran.
 */
export type JobEnd = 'succeeded' | 'failed' | 'unseen' | 'earlier' | 'unneeded';

/** What an environment owns in a cluster: nothing else is ever deleted. */
export interface Inventory {
  /** The commit that the cluster is being made equal to: checked, accepted, its write-ahead done. */
  readonly revision: string | undefined;
  /** The slices that `revision` was refused for, and the commit that each is kept equal to; '' for none at all. */
  readonly behind: ReadonlyMap<string, string>;
  readonly entries: ReadonlyMap<ObjectKey, InventoryEntry>;
  /** Undefined where the environment does not go back from what fails. */
  readonly rollouts?: Rollouts | undefined;
}

/** How revisions did, in an environment that goes back from those that fail. */
export interface Rollouts {
  /** By slice, the last commit at which all of it was as that commit says, and Current. */
  readonly healthy: ReadonlyMap<string, string>;
  /** The slices of which something was Failed already when the revision was taken: what it did not change there says nothing of it. */
  readonly ailing: readonly string[];
  /** The commit that was gone back from, until another one is taken. */
  readonly failed: FailedRollout | undefined;
}

/** A commit whose rollout failed. */
export interface FailedRollout {
  readonly commit: string;
  /** The slices that went back; none when the whole environment did. */
  readonly slices: readonly string[];
  /** What failed, and what the cluster is kept equal to since then. */
  readonly message: string;
}

/** The inventory of an environment that was never synced. */
export const emptyInventory: Inventory = { revision: undefined, behind: new Map(), entries: new Map() };
