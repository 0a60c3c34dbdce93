import { brand } from './brand.ts';
import type { ObjectTarget } from './environment.ts';
import type { Container, Kinds, PodSpec } from './kinds.ts';
import type { ObjectMeta } from './metadata.ts';
import type { Check, EnvironmentFindings, Findings, JudgedContainer, JudgedPod, MadeBy, PolicyContext, Rule } from './rule.ts';

/** An object of one of the kinds `K`: `kind` tells which. */
export type ObjectOf<K extends keyof Kinds> = { [P in K]: { readonly apiVersion: string; readonly kind: P } & Kinds[P] }[K];

/** An object of any kind, as far as all have the same form. */
export interface AnyObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta & { readonly name: string };
}

/** A pod, wherever it stands: a Pod, or the template of a workload, a Job or a CronJob. Paths of findings begin here. */
export interface Pod extends Pick<JudgedPod, 'path'> {
  /** The object that it stands in. */
  readonly object: AnyObject;
  readonly metadata: ObjectMeta;
  readonly spec: PodSpec;
  /** Init containers first, then the others, then the ephemeral ones. */
  readonly containers: readonly PodContainer[];
}

/** A container of a pod: the list that it stands in, and the path to it from the pod. */
export interface PodContainer extends Pick<JudgedContainer, 'list' | 'path'> {
  readonly container: Container;
}

/** All objects of an environment, as they are rendered. */
export interface PolicyEnvironment {
  readonly objects: readonly AnyObject[];
  /** The pods of all objects. */
  readonly pods: readonly Pod[];
  /** The objects of a kind: `environment.all('Service')`. */
  all<K extends keyof Kinds>(kind: K): readonly ObjectOf<K>[];
  /** The chart that made `object`, which must be one of these objects. */
  chartOf(object: object): MadeBy | undefined;
}

/** What every policy has. */
interface Common {
  /** Stands in every message: `error[policy/<name>]`. */
  readonly name: string;
  /** An error keeps the environment from being rendered. Default: error. */
  readonly severity?: 'error' | 'warning';
}

/** A policy that looks at the objects of some kinds one by one. */
export interface PolicyOptions<K extends keyof Kinds> extends Common {
  /** The kinds it looks at. */
  readonly on: readonly K[];
  /** What is wrong with `object`, or undefined when nothing is. Pure: an object cannot be changed, and equal objects are judged equally. */
  check(object: ObjectOf<K>, context: PolicyContext): Findings;
}

/** A policy that looks at every pod, whatever holds it. */
export interface PodPolicyOptions extends Common {
  readonly on: 'pods';
  /** What is wrong with `pod`, or undefined when nothing is. */
  check(pod: Pod, context: PolicyContext): Findings;
}

/** A policy that looks at all objects at once. */
export interface EnvironmentPolicyOptions extends Common {
  readonly on?: never;
  /** What is wrong in `environment`, each with the object that it is about. */
  check(environment: PolicyEnvironment, context: Pick<PolicyContext, 'env'>): EnvironmentFindings;
}

/** Rules that rendered objects must keep. */
export interface Policy {
  readonly [brand]: 'policy';
  readonly name: string;
  readonly rules: readonly Rule[];
}

/** A date: `2027-01-31`. */
export type DateText = `${number}-${number}-${number}`;

/** Why a policy does not apply to an environment, and the last day on which it does not. */
export interface PolicyException {
  readonly off: string;
  readonly until: DateText;
}

/** Why one rule of a policy, one object, or one rule for one object is left out, and the last day on which it is. */
export type ObjectException = (
  | { readonly object: ObjectTarget; readonly rule?: string }
  | { readonly object?: never; readonly rule: string }
) & {
  readonly reason: string;
  readonly until: DateText;
};

/** Making a policy stricter is free; making it weaker takes a reason, and the last day on which it is. */
type SeverityChange =
  | { readonly severity?: 'error'; readonly reason?: never; readonly until?: never }
  | { readonly severity: 'warning'; readonly reason: string; readonly until: DateText };

/** How a policy applies here: an ancestor's, or the one given as `policy`. */
export type PolicyChange = SeverityChange & {
  readonly policy?: Policy;
  readonly except?: readonly ObjectException[];
};

/** The policies of an environment by name: new ones, and what is changed for a while about those of ancestors. */
export type Policies = Readonly<Record<string, Policy | PolicyException | PolicyChange>>;

/** Defines a policy. `on` says what it looks at: objects of some kinds, `'pods'`, or all objects at once when it is left out. */
export function definePolicy<const K extends keyof Kinds>(options: PolicyOptions<K>): Policy;
export function definePolicy(options: PodPolicyOptions): Policy;
export function definePolicy(options: EnvironmentPolicyOptions): Policy;
export function definePolicy(options: AnyPolicyOptions): Policy {
  const { name, severity = 'error' } = options;
  return Object.freeze({ [brand]: 'policy' as const, name, rules: [{ severity, check: checkOf(options) }] });
}

/** What is judged is typed for authors only: a policy is given objects of the kinds in `on`, whatever stands in them. */
interface AnyPolicyOptions extends Common {
  readonly on?: readonly string[] | 'pods';
  check(judged: never, context: never): Findings;
}

function checkOf(options: AnyPolicyOptions): Check {
  const check = (judged: unknown, context: unknown): Findings => options.check(judged as never, context as never);
  if (options.on === undefined) return { of: 'environment', check };
  return options.on === 'pods' ? { of: 'pods', check } : { of: 'objects', on: options.on, check };
}
