import type { FailureCode } from './code.ts';
import type { CommitState } from './forge.ts';
import type { Health } from './health.ts';
import type { Held, Hold, Refusal, Write } from './plan.ts';
import type { ObjectRef } from './ref.ts';

/** What was wrong with one object at preflight or at apply. `path` is its file on the branch. */
export interface ObjectProblem {
  readonly ref: ObjectRef;
  readonly path: string;
  /** The server's own words. */
  readonly message: string;
}

/** What happens during a sync. A status is a fold over these. */
export type SyncEvent =
  | {
      readonly type: 'planned';
      readonly revision: string;
      readonly creates: number;
      readonly updates: number;
      readonly repairs: number;
      readonly prunes: number;
      readonly unchanged: number;
    }
  /**
   * The revision is not carried out, or not for `slices` (none: for all of them); there, the last accepted one is kept and
   * repaired.
   */
  | {
      readonly type: 'refused';
      readonly revision: string;
      readonly refusal: Refusal;
      readonly problems: readonly ObjectProblem[];
      readonly slices: readonly string[];
    }
  /** The revision is outside of its sync windows: until one opens, the last accepted one is kept and repaired. */
  | { readonly type: 'postponed'; readonly revision: string; readonly because: string }
  | { readonly type: 'accepted'; readonly revision: string }
  | {
      readonly type: 'applied';
      readonly ref: ObjectRef;
      readonly op: Write['op'];
      readonly outcome: 'created' | 'configured' | 'unchanged' | 'adopted' | 'replaced';
      readonly by?: string;
      /** JSON pointers of what others had added, and is removed. */
      readonly removed?: readonly string[];
    }
  /** Admission makes something else of an object than the branch says, at these JSON pointers. It is left so. */
  | { readonly type: 'rewritten'; readonly ref: ObjectRef; readonly fields: readonly string[] }
  | { readonly type: 'pruned'; readonly ref: ObjectRef; readonly outcome: 'gone' | 'deleting' | 'kept'; readonly because?: string }
  /**
   * Somebody else (`by`) changes an object again and again that is repaired, at these JSON pointers; none when it is deleted, or
   * when nothing tells. It is repaired again after `retryIn` milliseconds.
   */
  | {
      readonly type: 'contended';
      readonly ref: ObjectRef;
      readonly by?: string;
      readonly fields: readonly string[];
      readonly retryIn: number;
    }
  /** One object could not be changed; it is tried again after `retryIn` milliseconds. Time may mend what is `passing`. */
  | { readonly type: 'failed'; readonly problem: ObjectProblem; readonly passing: boolean; readonly retryIn: number }
  /** It waits: for the object `on`, or for something else, such as a kind that nobody serves yet. `for` says it in words. */
  | { readonly type: 'waiting'; readonly ref: ObjectRef; readonly for: string; readonly on?: ObjectRef }
  /** The source or the API server cannot be reached, or the like: tried again after `retryIn` milliseconds. */
  | { readonly type: 'outage'; readonly code: FailureCode; readonly message: string; readonly retryIn: number }
  /** The forge knows how the environment does at the revision. */
  | { readonly type: 'told'; readonly revision: string; readonly state: CommitState }
  /** The forge could not be told; that is tried again after `retryIn` milliseconds, and is no matter of the environment. */
  | {
      readonly type: 'untold';
      readonly revision: string;
      readonly state: CommitState;
      readonly code: FailureCode;
      readonly message: string;
      readonly retryIn: number;
    }
  /** What the environment owned is gone, or let go, and so is what its agent kept in the cluster. */
  | { readonly type: 'removed'; readonly revision: string }
  | { readonly type: 'synced'; readonly revision: string; readonly changed: number; readonly milliseconds: number };

/** A condition of an environment, in the words that kstatus and Flux share. */
export interface Condition {
  readonly type: 'Ready' | 'Reconciling' | 'Stalled';
  readonly status: 'True' | 'False' | 'Unknown';
  /** What `statusOf` writes is a `ReasonOf` a code; what is read back may be that of another version. */
  readonly reason: string;
  readonly message: string;
}

/** How an environment does: what `lockstep status` shows. */
export interface EnvironmentStatus {
  readonly environment: string;
  /** The newest commit of the branch that was seen. */
  readonly latest: string | undefined;
  /** The commit that the cluster is kept equal to. */
  readonly revision: string | undefined;
  /** Slices that `revision` was refused for, and the commit that each is kept equal to ('' for none). */
  readonly behind: readonly { readonly slice: string; readonly revision: string }[];
  readonly objects: number;
  readonly conditions: readonly Condition[];
  /** What is wrong with the latest commit, or with single objects. */
  readonly problems: readonly ObjectProblem[];
  /** Objects that are not Current, worst first. */
  readonly unhealthy: readonly { readonly ref: ObjectRef; readonly health: Health }[];
  /** What is left otherwise than the branch says: until somebody allows it, or for the time that somebody holds it. */
  readonly held: readonly Held[];
  /** Slices that somebody keeps as they are, with why, who is asked about it, and when it ends (RFC 3339). */
  readonly suspended: readonly (Hold & { readonly slice: string })[];
  /** What admission makes of objects, against the branch. */
  readonly rewritten: readonly { readonly ref: ObjectRef; readonly fields: readonly string[] }[];
  /** RFC 3339; when this status last changed. */
  readonly updated: string;
}
