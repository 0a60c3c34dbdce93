import type { Json, JsonObject, Path } from '../model/json.ts';
import type { Manifest } from '../model/manifest.ts';

/** One thing that a policy finds wrong. */
export interface Finding {
  /** What and why: lower case, no final period, names in backticks. */
  readonly message: string;
  /** The keys that lead to the value, from the object, or from the pod where a policy looks at pods. */
  readonly path?: Path;
  /** What to do about it. */
  readonly help?: string;
}

/** A finding of a policy that looks at the whole environment: `object` is one that it was given; without one, the whole is meant. */
export interface EnvironmentFinding extends Finding {
  readonly object?: object;
}

type OneOrMore<F> = string | F | readonly (string | F)[] | undefined;

/** What a policy says about one object: nothing, what is wrong, or several of it. */
export type Findings = OneOrMore<Finding>;

/** What a policy says about an environment. */
export type EnvironmentFindings = OneOrMore<EnvironmentFinding>;

/** The environment that objects are judged for. */
export interface JudgedFor {
  readonly name: string;
  readonly cluster: string;
  /** The Kubernetes minor of its cluster: `1.35`. */
  readonly kubernetes: string;
  /** Whether images have their digests from its lock, so that one without a digest is told already. */
  readonly locksImages: boolean;
}

/** The chart that made an object: its name in the environment, and its owner. */
export interface MadeBy {
  readonly name: string;
  readonly owner?: string;
}

/** What a policy may know beside the object that it looks at. */
export interface PolicyContext {
  readonly env: JudgedFor;
  readonly chart: MadeBy;
}

/** A pod as it is written, wherever it stands: a Pod, or the template of what makes pods. Any part may be of any type. */
export interface JudgedPod {
  readonly object: Manifest;
  /** The keys that lead from the object to what has the pod's metadata and spec; none for a Pod. */
  readonly path: Path;
  readonly metadata: JsonObject;
  readonly spec: JsonObject;
  /** Init containers first, then the others, then the ephemeral ones: all of them run in the pod. */
  readonly containers: readonly JudgedContainer[];
}

/** A container of a pod, as it is written. */
export interface JudgedContainer {
  readonly list: 'initContainers' | 'containers' | 'ephemeralContainers';
  /** The keys that lead to it from the pod. */
  readonly path: Path;
  readonly container: Json;
}

/** All objects that are judged together. Kinds of the same name in other groups than Kubernetes' own are not meant. */
export interface JudgedObjects {
  readonly objects: readonly Manifest[];
  readonly pods: readonly JudgedPod[];
  all(kind: string): readonly Manifest[];
  chartOf(object: object): MadeBy | undefined;
}

/** What a rule looks at, and how it judges: each object of some kinds, each pod, or everything at once. */
export type Check =
  | { readonly of: 'objects'; readonly on: readonly string[]; check(object: Manifest, context: PolicyContext): Findings }
  | { readonly of: 'pods'; check(pod: JudgedPod, context: PolicyContext): Findings }
  | { readonly of: 'environment'; check(judged: JudgedObjects, context: Pick<PolicyContext, 'env'>): EnvironmentFindings };

/** A rule of a policy. A policy with one rule does not name it. */
export interface Rule {
  readonly name?: string;
  readonly severity: 'error' | 'warning';
  readonly check: Check;
}
