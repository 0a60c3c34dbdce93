/**
 * The types behind `extends`: what a definition may give, and what an environment still owes. A schema's objects merge by
 * key; unions, lists and records count as one value. The recursion is shallow on purpose, since the editor pays for it.
 */

type Simplify<T> = { [K in keyof T]: T[K] } & {};

/** A value that is replaced whole. */
type Atom = string | number | boolean | bigint | symbol | null | undefined | Date | readonly unknown[] | ((...given: never[]) => unknown);

/** `[T] extends [...]` keeps a union from distributing over the question. */
type IsUnion<T, U = T> = [T] extends [never] ? false : T extends unknown ? ([U] extends [T] ? false : true) : never;
type IsRecord<T> = string extends keyof T ? true : false;
type Mergeable<T> = [T] extends [Atom]
  ? false
  : IsUnion<T> extends true
    ? false
    : IsRecord<T> extends true
      ? false
      : [T] extends [object]
        ? true
        : false;

type IsAny<T> = 0 extends 1 & T ? true : false;

/** `const V` infers readonly lists: a constraint with mutable ones would refuse them, and V would silently become the constraint. */
type Frozen<T> =
  IsAny<T> extends true
    ? T
    : T extends Date | ((...given: never[]) => unknown)
      ? T
      : T extends object
        ? { readonly [K in keyof T]: Frozen<T[K]> }
        : T;

type DeepPartial<T> = Mergeable<T> extends true ? { readonly [K in keyof T]?: DeepPartial<Exclude<T[K], undefined>> } : Frozen<T>;

/** What a base may give of the values `I`: any part. A mapped type, so that `{}` fits while the charts are still unknown. */
export type PartialValues<I> = { readonly [K in keyof I]?: DeepPartial<I[K]> };

type Sub<G, K> = K extends keyof G ? G[K] : object;
type IsOptional<T, K extends keyof T> = object extends Pick<T, K> ? true : false;

/** Owed: required by the schema and not given by an ancestor. An object is owed when something in it is. */
type OwedKeys<I, G> = {
  [K in keyof I]-?: IsOptional<I, K> extends true
    ? never
    : Mergeable<I[K]> extends true
      ? [OwedKeys<I[K], Sub<G, K>>] extends [never]
        ? never
        : K
      : K extends keyof G
        ? never
        : K;
}[keyof I];

/** What must still be given of `I` when ancestors gave `G`: what is owed is required, everything else may be overridden. */
export type Remaining<I, G> = Simplify<
  { readonly [K in OwedKeys<I, G>]: Rest<I[K], Sub<G, K>> } & {
    readonly [K in Exclude<keyof I, OwedKeys<I, G>>]?: Rest<Exclude<I[K], undefined>, Sub<G, K>>;
  }
>;
type Rest<T, G> = Mergeable<T> extends true ? Remaining<T, G> : Frozen<T>;

/** Keys of `V` that `Shape` does not have become an error: TypeScript checks no excess keys of inferred type parameters. */
export type NoExtra<Shape, V> = V extends Atom
  ? V
  : {
      [K in keyof V]: K extends keyof Shape
        ? Mergeable<Exclude<Shape[K], undefined>> extends true
          ? NoExtra<Exclude<Shape[K], undefined>, V[K]>
          : V[K]
        : `unknown value '${K & string}'`;
    };

/** `A` with `B` on top. Only the keys matter for what is still owed. */
export type Merge<A, B> = Simplify<{
  [K in keyof A | keyof B]: K extends keyof B
    ? K extends keyof A
      ? Mergeable<A[K]> extends true
        ? Mergeable<B[K]> extends true
          ? Merge<A[K], B[K]>
          : B[K]
        : B[K]
      : B[K]
    : K extends keyof A
      ? A[K]
      : never;
}>;
