import type { Inventory } from '../model/inventory.ts';
import type { DesiredObject, Refusal } from '../model/plan.ts';
import { keyOf, type ObjectKey, type ObjectRef } from '../model/ref.ts';
import type { RenderedIndex } from '../model/rendered.ts';

/** A file of a commit: what `git ls-tree -r` says of it. */
interface CommittedFile {
  readonly path: string;
  readonly mode: string;
  readonly blob: string;
}

/** What a revision of the rendered branch wants, by object. */
export interface DesiredTree {
  readonly commit: string;
  readonly index: RenderedIndex;
  readonly objects: ReadonlyMap<ObjectKey, DesiredObject>;
}

/**
 * Joins the index of `commit` with the files of that commit. A manifest that the index does not know, one that it knows
 * and that is missing, and anything but a plain file is a refusal: somebody edited the branch by hand.
 */
export function desiredTree(commit: string, index: RenderedIndex, files: readonly CommittedFile[]): DesiredTree | Refusal {
  const manifests = new Map(files.filter((file) => isManifest(file.path)).map((file) => [file.path, file]));
  const odd = files.find((file) => file.mode !== '100644');
  if (odd !== undefined) return edited(`\`${odd.path}\` has mode ${odd.mode}, which is not a plain file`);
  // Git does not write such a tree, and a server may take it: two programs need not read the same of both.
  const names = new Set<string>();
  const twice = files.find(({ path }) => names.size === names.add(path).size);
  if (twice !== undefined) return edited(`it has \`${twice.path}\` twice`);

  const adoptable = adoptableIn(index);
  const refs = new Map<string, ObjectRef>(index.objects.map((object) => [object.path, object.ref]));
  const objects = new Map<ObjectKey, DesiredObject>();
  for (const { path, ref, dependsOn, construct: _, ...rest } of index.objects) {
    const file = manifests.get(path);
    if (file === undefined) return edited(`\`${path}\` stands in the index and is missing`);
    const needs = dependsOn.flatMap((needed) => refs.get(needed) ?? []);
    objects.set(keyOf(ref), { ...rest, ref, path, blob: file.blob, dependsOn: needs, adopt: adoptable(ref) });
    manifests.delete(path);
  }
  const [extra] = manifests.keys();
  if (extra !== undefined) return edited(`\`${extra}\` does not stand in the index`);
  if (objects.size !== index.objects.length) return edited('the index names one object twice');
  return { commit, index, objects };
}

/**
 * What an agent keeps when `next` is accepted but for the slices in `refused`: those have what they had in `before`, without
 * what another slice takes. An object that moves into a slice that is refused is in neither; nobody touches it meanwhile.
 */
export function compose(next: DesiredTree, before: DesiredTree | undefined, refused: ReadonlySet<string>): DesiredTree {
  if (refused.size === 0) return next;
  const kept = [...(before?.objects ?? [])].filter(([, object]) => refused.has(object.slice));
  const taken = [...next.objects].filter(([, object]) => !refused.has(object.slice));
  // What slices went back from is in the index of neither.
  const index = before?.commit === next.commit ? before.index : next.index;
  return { ...next, index, objects: new Map([...kept, ...taken]) };
}

/** `tree`, in which all that `slices` had in `before` is still theirs: those that are suspended give nothing away. */
export function withoutTaken(tree: DesiredTree, before: DesiredTree | undefined, slices: ReadonlySet<string>): DesiredTree {
  if (slices.size === 0) return tree;
  const own = [...(before?.objects ?? [])].filter(([, { slice }]) => slices.has(slice));
  return { ...tree, objects: new Map([...tree.objects, ...own]) };
}

/**
 * `tree` without what its commit alone brought into slices that went back from it, each to what it has in `trees`: that is pruned, while
 * what else the index says of them is left alone.
 */
export function withoutBrought(tree: DesiredTree, trees: ReadonlyMap<string, DesiredTree>): DesiredTree {
  if (trees.size === 0) return tree;
  const objects = tree.index.objects.filter(({ slice, ref }) => trees.get(slice)?.objects.has(keyOf(ref)) !== false);
  return { ...tree, index: { ...tree.index, objects } };
}

/**
 * What an agent keeps, found out anew: `next` but for the slices that are behind, which still have what they had in `trees`,
 * each in the commit that it is kept equal to. What another slice took since, and what it could not take, is told by the inventory.
 */
export function recompose(next: DesiredTree, trees: ReadonlyMap<string, DesiredTree>, { behind, entries }: Inventory): DesiredTree {
  const kept = [...trees].flatMap(([slice, { objects }]) =>
    [...objects].filter(([key, object]) => object.slice === slice && entries.get(key)?.slice === slice),
  );
  const before = { ...next, objects: new Map(kept) };
  const slices = new Set(behind.keys());
  return withoutTaken(compose(next, before, slices), before, slices);
}

/** Whether `tree` is a refusal. */
export function isRefusal(tree: DesiredTree | Refusal): tree is Refusal {
  return 'code' in tree;
}

/** Tells which objects are taken over where somebody else made them. */
export function adoptableIn({ adopt }: Pick<RenderedIndex, 'adopt'>): (ref: ObjectRef) => boolean {
  const all = adopt.some(({ object }) => object === 'all');
  const named = new Set(adopt.flatMap(({ object }) => (object === 'all' ? [] : [keyOf(object)])));
  return (ref) => all || named.has(keyOf(ref));
}

function isManifest(path: string): boolean {
  return path.endsWith('.yaml') || path.endsWith('.yml');
}

function edited(message: string): Refusal {
  return {
    code: 'branch-edited',
    message: `the rendered branch is not as it was published: ${message}`,
    help: 'change the source and publish again: the rendered branch is never edited by hand',
  };
}
