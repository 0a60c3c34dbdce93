import { stringAt } from './json.ts';
import { type Manifest, refOf } from './manifest.ts';
import type { GroupKind, ObjectRef } from './ref.ts';

/** The kinds that are never deleted without an approval: what they hold cannot be brought back. */
const protectedKinds: readonly GroupKind[] = [
  { group: '', kind: 'Namespace' },
  { group: '', kind: 'PersistentVolume' },
  { group: '', kind: 'PersistentVolumeClaim' },
  { group: 'apiextensions.k8s.io', kind: 'CustomResourceDefinition' },
  { group: 'apps', kind: 'StatefulSet' },
];

/** Whether an object is of a kind that is never deleted without an approval. */
export function isProtected(ref: ObjectRef): boolean {
  return protectedKinds.some(({ group, kind }) => ref.group === group && ref.kind === kind);
}

/** Why the object of `manifest` is never deleted to be made anew: what it holds would be lost. Undefined where nothing is. */
export function lostByReplacing(manifest: Manifest): string | undefined {
  const ref = refOf(manifest);
  if (!isProtected(ref)) return undefined;
  if (ref.kind !== 'StatefulSet') return `what the ${ref.kind} holds would be lost`;
  // What a StatefulSet holds stands in claims of its own, which outlive it unless it says otherwise.
  const retention = stringAt(manifest, 'spec', 'persistentVolumeClaimRetentionPolicy', 'whenDeleted');
  return retention === 'Delete' ? 'its volume claims would be deleted with it' : undefined;
}

/** How many objects one commit may delete without an approval: the larger of the two. */
const deletionBudget = { objects: 5, share: 0.2 } as const;

/** How many objects of an environment of `size` objects one commit may delete. */
export function budgetFor(size: number): number {
  return Math.max(deletionBudget.objects, Math.floor(size * deletionBudget.share));
}
