import type { ObjectRef } from '../model/ref.ts';

/** Kinds whose names may end in a digest of their content: what is in them then never changes, another one takes its place. */
const kinds: ReadonlySet<string> = new Set(['/ConfigMap', '/Secret', 'batch/Job']);

/** A digest as Lockstep, cdk8s and others append it (hexadecimal, with a digit), and as kustomize does (ten signs that spell no words). */
const suffix = /^(.+)-(?:(?=[0-9a-f]*\d)[0-9a-f]{6,64}|[bcdfghkmt2456789]{10})$/;

/** The name without the digest of the content at its end, or undefined where there is none. */
export function baseOf({ group, kind, name }: ObjectRef): string | undefined {
  return kinds.has(`${group}/${kind}`) ? suffix.exec(name)?.[1] : undefined;
}
