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

  const refs = new Map<string, ObjectRef>(index.objects.map((object) => [object.path, object.ref]));
  const objects = new Map<ObjectKey, DesiredObject>();
  for (const { path, ref, apiVersion, sha256, wave, dependsOn } of index.objects) {
    const file = manifests.get(path);
    if (file === undefined) return edited(`\`${path}\` stands in the index and is missing`);
    const needs = dependsOn.flatMap((needed) => refs.get(needed) ?? []);
    objects.set(keyOf(ref), { ref, apiVersion, path, blob: file.blob, sha256, wave, dependsOn: needs });
    manifests.delete(path);
  }
  const [extra] = manifests.keys();
  if (extra !== undefined) return edited(`\`${extra}\` does not stand in the index`);
  if (objects.size !== index.objects.length) return edited('the index names one object twice');
  return { commit, index, objects };
}

/** Whether `tree` is a refusal. */
export function isRefusal(tree: DesiredTree | Refusal): tree is Refusal {
  return 'code' in tree;
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
