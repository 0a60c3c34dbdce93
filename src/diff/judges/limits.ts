import { type Json, listAt, objectAt, stringAt } from '../../model/json.ts';
import type { Manifest } from '../../model/manifest.ts';
import { quantityOf } from '../../model/quantity.ts';
import { formatGroupKind } from '../../model/ref.ts';
import { sidesOf } from '../compare.ts';
import { type Consequence, listed, quoted } from '../consequence.ts';
import type { Judge, Scene } from '../scene.ts';

/** What is allowed less than before: by quotas, by limits of what a pod may ask for, and claims that would hold less. */
export const limits: Judge = (change, scene) => {
  const { before, after } = sidesOf(change);
  if (after === undefined || (before === undefined && !isLivedIn(change.ref.namespace, scene))) return [];
  switch (formatGroupKind(change.ref)) {
    case 'ResourceQuota':
      return restricts('what is made from now on is refused where there is more: ', lowered(hardOf(before), hardOf(after)));
    case 'LimitRange':
      return restricts('pods from now on are bound by: ', [
        ...lowered(boundsOf(before, 'max'), boundsOf(after, 'max')),
        ...lowered(boundsOf(before, 'maxLimitRequestRatio'), boundsOf(after, 'maxLimitRequestRatio')),
        ...raised(boundsOf(before, 'min'), boundsOf(after, 'min')),
      ]);
    case 'PersistentVolumeClaim':
      return before === undefined ? [] : shrunk(before, after);
    default:
      return [];
  }
};

/** Whether anything is in a namespace already: what is made with it is not restricted by it, but meant so. */
function isLivedIn(namespace: string, { before }: Scene): boolean {
  return [...before.manifests.values()].some(({ metadata }) => metadata.namespace === namespace);
}

/** Quantities as they are written, by what they are of. */
type Bounds = ReadonlyMap<string, Json>;

function hardOf(quota: Manifest | undefined): Bounds {
  return new Map(entriesOf(objectAt(quota, 'spec', 'hard')));
}

function boundsOf(range: Manifest | undefined, bound: 'max' | 'min' | 'maxLimitRequestRatio'): Bounds {
  const all = listAt(range, 'spec', 'limits').flatMap((limit) =>
    entriesOf(objectAt(limit, bound)).map(([name, value]) => [`${bound} ${name} of a ${stringAt(limit, 'type') ?? ''}`, value] as const),
  );
  return new Map(all);
}

function entriesOf(values: Readonly<Record<string, Json | undefined>>): readonly (readonly [string, Json])[] {
  return Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
}

function lowered(before: Bounds, after: Bounds): readonly string[] {
  return tightened(before, after, (was, now) => now < was);
}

function raised(before: Bounds, after: Bounds): readonly string[] {
  return tightened(before, after, (was, now) => now > was);
}

function tightened(before: Bounds, after: Bounds, isTighter: (was: bigint, now: bigint) => boolean): readonly string[] {
  return [...after].flatMap(([name, value]) => {
    const old = before.get(name);
    if (old === undefined) return [`${quoted(name)} ${quoted(value)}, which had no bound`];
    const [was, now] = [quantityOf(old), quantityOf(value)];
    return was === undefined || now === undefined || !isTighter(was, now) ? [] : [`${quoted(name)} ${quoted(old)} → ${quoted(value)}`];
  });
}

function restricts(beginning: string, found: readonly string[]): readonly Consequence[] {
  return found.length === 0 ? [] : [{ type: 'restricts', message: `${beginning}${listed(found)}` }];
}

/** No claim ever gets smaller. */
function shrunk(before: Manifest, after: Manifest): readonly Consequence[] {
  const [old, size] = [before, after].map((claim) => stringAt(claim, 'spec', 'resources', 'requests', 'storage'));
  const [was, now] = [quantityOf(old), quantityOf(size)];
  if (was === undefined || now === undefined || now >= was) return [];
  return [{ type: 'refused', message: `a claim never gets smaller, ${quoted(old)} → ${quoted(size)}: the API server refuses it` }];
}
