import type { InventoryEntry } from './inventory.ts';
import type { Path } from './json.ts';
import type { LiveObject, Manifest } from './manifest.ts';
import type { ObjectRef } from './ref.ts';

/** A field that another manager than the environment's holds. */
export interface ForeignField {
  readonly path: Path;
  readonly by: string;
  /** Whether a person or a tool wrote it, no controller of the cluster, and the tree says nothing of it: an apply leaves it as it is. */
  readonly isAddition: boolean;
}

/** One object in the cluster, and what an apply would make of it. */
export interface LiveFinding {
  readonly ref: ObjectRef;
  /**
   * `over`: it is not there, and nothing is to be done: a Job that has run, or one that runs only when something fails. `vanished`: the
   * environment made it, and somebody deleted it. `unknown`: it could not be read.
   */
  readonly state: 'there' | 'absent' | 'vanished' | 'over' | 'unknown';
  /** As it would be applied: without the fields that are left to others, where it is there. */
  readonly wanted: Manifest;
  readonly live: LiveObject | undefined;
  /** As the API server would have it after an apply; undefined where it was not asked, or said no. */
  readonly next: LiveObject | undefined;
  /** What keeps the agent from applying it. */
  readonly problem: string | undefined;
  /** Whether nobody asked the API server what an apply would make, since whoever looks may not apply. */
  readonly isUnasked: boolean;
  readonly foreign: readonly ForeignField[];
  /** Fields that the environment applied, that nobody else holds, and that the tree does not say any more. */
  readonly dropped: readonly Path[];
}

/** An object that the environment owns and the tree does not hold. */
export interface Leftover {
  readonly entry: InventoryEntry;
  readonly live: LiveObject;
}
