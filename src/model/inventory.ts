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
  /** False while it stands only in a revision whose preflight needed it (a namespace), and that was not accepted yet. */
  readonly accepted: boolean;
  /** A Job that ran to its end: when it is gone, its TTL removed it, and it is not run again. */
  readonly finished: boolean;
  /** Undefined from the write ahead until the API server answered: perhaps created, perhaps not. */
  readonly seen: Fingerprint | undefined;
}

/** What an environment owns in a cluster: nothing else is ever deleted. */
export interface Inventory {
  /** The commit that the cluster is being made equal to: checked, accepted, its write-ahead done. */
  readonly revision: string | undefined;
  readonly entries: ReadonlyMap<ObjectKey, InventoryEntry>;
}

/** The inventory of an environment that was never synced. */
export const emptyInventory: Inventory = { revision: undefined, entries: new Map() };
