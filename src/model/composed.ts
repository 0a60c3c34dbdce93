import type { Manifest } from './manifest.ts';
import type { ObjectKey, ObjectRef } from './ref.ts';
import type { RenderedIndex } from './rendered.ts';

/** A rendered tree by what it holds: its index, and the manifests of its objects. */
export interface HeldTree {
  readonly index: RenderedIndex;
  readonly manifests: ReadonlyMap<ObjectKey, Manifest>;
}

/** What keeps a part of a rendered tree from standing beside what is in force of the rest. */
export type Obstacle =
  /** An object that goes from one slice to another: both have to change at once. */
  | { readonly is: 'move'; readonly ref: ObjectRef; readonly from: string; readonly to: string }
  /** Something that all slices have in common, and that is another one now. */
  | { readonly is: 'setting'; readonly name: 'cluster' | 'kubernetes' | 'removed' }
  /** Something would not be there that an object needs. */
  | { readonly is: 'lack'; readonly message: string };

/** A tree of what is in force, in which slices are as they are rendered now. */
export interface ComposedTree {
  readonly index: RenderedIndex;
  /** None: then it is as right as the trees that it is made of. */
  readonly obstacles: readonly Obstacle[];
}

/** Puts slices of one tree into another. */
export type ComposeSlices = (before: HeldTree, after: HeldTree, slices: ReadonlySet<string>) => ComposedTree;
