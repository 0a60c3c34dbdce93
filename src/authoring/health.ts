/**
 * How the objects of a kind do, in expressions of CEL (Common Expression Language, with the libraries that Kubernetes has). They see the
 * object as `self`, and its parts as `metadata`, `spec`, `status` and `data`. The agent evaluates them in this order, after it has made
 * sure that the object is not being deleted and that `status.observedGeneration`, where there is one, is the present generation: `failed`,
 * `inProgress`, `current`. Conditions that have a generation of their own are the expressions' to look at. Whole numbers are ints:
 * `double(status.progress)` is one that may be a fraction. Where
 * none of them is true, the object is in progress. A field that is not there (yet) makes an expression false.
 */
export interface HealthRule {
  readonly kind: string;
  /** May be left out for Kubernetes' own kinds. */
  readonly group?: string;
  /** Whether it is as wanted: what depends on it may begin. `status.phase == 'Running'` */
  readonly current: string;
  /** Whether it is not, and time alone will not mend it. */
  readonly failed?: string;
  /** Whether it is not yet, although `current` is true. */
  readonly inProgress?: string;
  /** A text that says why, in a few words: it is told with the status, so it must hold no secret. */
  readonly message?: string;
}
