import { brand } from './brand.ts';
import type { Kinds } from './kinds.ts';

/** What a policy may know of where an object comes from. */
export interface PolicyContext {
  readonly env: { readonly name: string; readonly cluster: string };
  /** The chart that made the object: its name in the environment, and its owner. */
  readonly chart: { readonly name: string; readonly owner?: string };
}

/** An object of one of the kinds `K`: `kind` tells which. */
export type ObjectOf<K extends keyof Kinds> = { [P in K]: { readonly apiVersion: string; readonly kind: P } & Kinds[P] }[K];

/** What `definePolicy` takes. */
export interface PolicyOptions<K extends keyof Kinds> {
  /** Stands in every message: `error[policy/<name>]`. */
  readonly name: string;
  /** The kinds it looks at. */
  readonly on: readonly K[];
  /** An error keeps the environment from being rendered. Default: error. */
  readonly severity?: 'error' | 'warning';
  /** What is wrong with `object`, or undefined when nothing is. */
  check(object: ObjectOf<K>, context: PolicyContext): string | undefined;
}

/** A rule that rendered objects must keep. */
export interface Policy {
  readonly [brand]: 'policy';
  readonly name: string;
  readonly on: readonly string[];
  readonly severity: 'error' | 'warning';
  check(object: unknown, context: PolicyContext): string | undefined;
}

/** A date: `2027-01-31`. */
export type DateText = `${number}-${number}-${number}`;

/** Why a policy does not apply to an environment, and the last day on which it does not. */
export interface PolicyException {
  readonly off: string;
  readonly until: DateText;
}

/** The policies of an environment by name: new ones, and those of ancestors that are switched off for a while. */
export type Policies = Readonly<Record<string, Policy | PolicyException>>;

/** Defines a policy. */
export function definePolicy<const K extends keyof Kinds>(options: PolicyOptions<K>): Policy {
  const { name, on, severity = 'error' } = options;
  return Object.freeze({
    [brand]: 'policy' as const,
    name,
    on,
    severity,
    // Only objects of the kinds in `on` are ever given.
    check: (object: unknown, context: PolicyContext) => options.check(object as ObjectOf<K>, context),
  });
}
