import type { Manifest } from '../model/manifest.ts';
import { compareText, keyOf, type ObjectRef } from '../model/ref.ts';
import { compareFields, type FieldChange } from './fields.ts';
import { findRenames, type Lone } from './renames.ts';
import { type NodeOf, nodesOf } from './schemas.ts';
import type { ComparedTree } from './tree.ts';

/** What becomes of one object between two trees. */
export type ObjectChange =
  | { readonly op: 'add'; readonly ref: ObjectRef; readonly after: Manifest }
  | { readonly op: 'remove'; readonly ref: ObjectRef; readonly before: Manifest }
  | {
      readonly op: 'change';
      readonly ref: ObjectRef;
      readonly before: Manifest;
      readonly after: Manifest;
      /** None where only `keep` is gone. */
      readonly fields: readonly FieldChange[];
    }
  | {
      readonly op: 'rename';
      readonly from: ObjectRef;
      readonly ref: ObjectRef;
      readonly before: Manifest;
      readonly after: Manifest;
      readonly fields: readonly FieldChange[];
      /** Whether no more than the digest of its content is another one in its name. */
      readonly isHashed: boolean;
    };

/** What the object of `change` is before, and after; undefined where it is not there. */
export function sidesOf(change: ObjectChange): { readonly before: Manifest | undefined; readonly after: Manifest | undefined } {
  return { before: change.op === 'add' ? undefined : change.before, after: change.op === 'remove' ? undefined : change.after };
}

/** Whether an object is in another namespace than before: what it did there is done no more. */
export function isElsewhere(change: ObjectChange): boolean {
  return change.op === 'rename' && change.from.namespace !== change.ref.namespace;
}

/** The fields of an object that differ; none where it is in one tree only. */
export function fieldsOf(change: ObjectChange): readonly FieldChange[] {
  return change.op === 'add' || change.op === 'remove' ? [] : change.fields;
}

/** What differs in `after`, object by object, sorted. Objects are matched by what they are called; those that are left, by what they are. */
export function compareTrees(before: ComparedTree, after: ComparedTree): readonly ObjectChange[] {
  const nodeOf = nodesOf([after, before]);
  const added = lonely(after, before);
  const removed = lonely(before, after);
  const renames = findRenames(removed, added);
  const gone = new Set([...renames.values()].map(({ from }) => keyOf(from.ref)));
  return [
    ...changed(before, after, nodeOf),
    ...removed.filter(({ ref }) => !gone.has(keyOf(ref))).map(({ ref, manifest }) => ({ op: 'remove', ref, before: manifest }) as const),
    ...added.map(({ ref, manifest }): ObjectChange => {
      const rename = renames.get(keyOf(ref));
      if (rename === undefined) return { op: 'add', ref, after: manifest };
      const { from, isHashed } = rename;
      const fields = compareFields(from.manifest, manifest, nodeOf(manifest));
      return { op: 'rename', from: from.ref, ref, before: from.manifest, after: manifest, fields, isHashed };
    }),
  ].toSorted((a, b) => compareText(keyOf(a.ref), keyOf(b.ref)));
}

function lonely({ index, manifests }: ComparedTree, other: ComparedTree): readonly Lone[] {
  return index.objects.flatMap(({ ref }) => {
    const key = keyOf(ref);
    const manifest = manifests.get(key);
    return manifest === undefined || other.manifests.has(key) ? [] : [{ ref, manifest }];
  });
}

function changed(before: ComparedTree, after: ComparedTree, nodeOf: NodeOf): readonly ObjectChange[] {
  const kept = new Set(before.index.objects.flatMap(({ ref, rules }) => (rules.keep ? [keyOf(ref)] : [])));
  return after.index.objects.flatMap(({ ref, rules }): readonly ObjectChange[] => {
    const [was, now] = [before.manifests.get(keyOf(ref)), after.manifests.get(keyOf(ref))];
    if (was === undefined || now === undefined) return [];
    // What was kept and is not any more may be deleted by a later commit, although nothing of it is another today.
    const isLetGo = kept.has(keyOf(ref)) && !rules.keep;
    const fields = was === now ? [] : compareFields(was, now, nodeOf(now));
    return fields.length === 0 && !isLetGo ? [] : [{ op: 'change', ref, before: was, after: now, fields }];
  });
}
