import { brand } from './brand.ts';
import type { Kinds } from './kinds.ts';
import { type CodePoint, whereCalled } from './place.ts';

/** Any part of a value; null removes what is there. Items of lists are as they are written. */
type PartOf<T> = T extends readonly (infer U)[]
  ? readonly PartOf<U>[]
  : T extends object
    ? { readonly [K in keyof T]?: PartOf<T[K]> | null }
    : T;

/** An operation of RFC 6902. */
export type JsonPatchOperation =
  | { readonly op: 'add' | 'replace' | 'test'; readonly path: string; readonly value: unknown }
  | { readonly op: 'remove'; readonly path: string }
  | { readonly op: 'move' | 'copy'; readonly from: string; readonly path: string };

/** A change of rendered objects of one kind. */
export interface Patch {
  readonly [brand]: 'patch';
  readonly kind: string;
  /** The name of the object; `*` stands for anything. */
  readonly name: string;
  readonly change: { readonly merge: unknown } | { readonly operations: readonly JsonPatchOperation[] };
  /** Where it is written. */
  readonly at: CodePoint;
}

/**
 * Merges a part of an object, as it stands in YAML, into the objects of that kind and name. Items of lists are told apart by the keys
 * that the schema names, as the API server does it; null removes a field. It is an error when there is no such object.
 */
export function patch<K extends keyof Kinds>(kind: K, name: string, merge: NoInfer<PartOf<Kinds[K]>>): Patch {
  return Object.freeze({ [brand]: 'patch' as const, kind, name, change: { merge }, at: whereCalled(patch) });
}

/** Applies operations of RFC 6902 to the objects of that kind and name. It is an error when there is no such object, or no such field. */
export function jsonPatch<K extends keyof Kinds>(kind: K, name: string, operations: readonly JsonPatchOperation[]): Patch {
  return Object.freeze({ [brand]: 'patch' as const, kind, name, change: { operations }, at: whereCalled(jsonPatch) });
}
