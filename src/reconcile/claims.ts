import { pointer, sameJson } from '../model/json.ts';
import type { LiveObject, Manifest } from '../model/manifest.ts';
import { compareText } from '../model/ref.ts';
import { appliedEntry, fieldsOf, holdsField, leavesOf, locate, without } from './fields.ts';
import { writersOf } from './managers.ts';

/** A field that another manager applies, and that a commit would set otherwise. */
export interface Claim {
  /** A JSON pointer. */
  readonly field: string;
  readonly by: string;
}

/** An object that a commit changes. */
export interface Claimed {
  readonly live: LiveObject;
  /** As it would be. */
  readonly next: LiveObject;
  readonly manifest: Manifest;
  /** What was applied before. */
  readonly old: Manifest;
  readonly manager: string;
}

/** Whether others than `manager` apply to `live`, too. */
export function isAppliedByOthers(live: LiveObject, manager: string): boolean {
  return writersOf(live, manager).some(({ operation }) => operation === 'Apply');
}

/**
 * The fields that `manifest` begins to say, and that others apply with another value. Who merely edits claims nothing, and
 * what stood on the branch before is ours: that somebody took it since is drift.
 */
export function claimsOf({ live, next, manifest, old, manager }: Claimed): readonly Claim[] {
  const ours = fieldsOf(appliedEntry(live, manager));
  const claims = writersOf(live, manager)
    .filter(({ operation }) => operation === 'Apply')
    .flatMap((entry) =>
      [...leavesOf(without(fieldsOf(entry), ours)).values()].flatMap((path): readonly Claim[] => {
        const before = locate(live, path);
        if (before === undefined || !holdsField(manifest, path) || holdsField(old, path)) return [];
        return sameJson(before.value, locate(next, path)?.value) ? [] : [{ field: pointer(before.keys), by: entry.manager ?? '' }];
      }),
    );
  return claims.sort((a, b) => compareText(a.field, b.field));
}
