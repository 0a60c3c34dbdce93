import fc from 'fast-check';
import { type Change, isWrite, refOfChange, type Write } from '../../src/model/plan.ts';
import { formatRef, keyOf, type ObjectKey, type ObjectRef } from '../../src/model/ref.ts';
import { desired, entry, live, ref } from './samples.ts';

const groups: Readonly<Record<string, string>> = {
  ClusterRole: 'rbac.authorization.k8s.io',
  Widget: 'example.com',
  ClusterWidget: 'example.com',
  ValidatingWebhookConfiguration: 'admissionregistration.k8s.io',
};

/** `Widget/shop/a` as a ref, also of kinds that only an order tells apart. */
export function refOf(text: string): ObjectRef {
  const known = ref(text);
  return { ...known, group: groups[known.kind] ?? known.group };
}

/** A write of `text` in `wave`. */
export function write(text: string, wave: number, { op = 'create' as Write['op'], dependsOn = [] as readonly string[] } = {}): Write {
  const object = desired(text, 'a', { ref: refOf(text), wave, dependsOn: dependsOn.map(refOf) });
  return op === 'create' ? { op, desired: object, because: 'new' } : { op, desired: object, live: live() };
}

/** The deletion of `text`, which was written in `wave`. */
export function deletion(text: string, wave: number, op: 'prune' | 'release' = 'prune'): Change {
  const object = entry(text, 'a', { ref: refOf(text), wave });
  return op === 'prune' ? { op, entry: object, live: live() } : { op, entry: object, live: live(), because: 'it is kept' };
}

/** What a change is about, for people. */
export function nameOf(change: Change): string {
  return formatRef(refOfChange(change));
}

/** Whether the rules put `later` after `earlier`, when both are written. */
function comesAfter(later: Change, earlier: Change): boolean {
  const [a, b] = [refOfChange(later), refOfChange(earlier)];
  if (isWrite(later) && later.desired.dependsOn.some((needed) => keyOf(needed) === keyOf(b))) return true;
  if (b.kind === 'Namespace') return a.namespace === b.name;
  if (a.kind === 'Namespace' || a.kind === 'CustomResourceDefinition') return false;
  if (b.kind === 'CustomResourceDefinition') return b.name.split('.').slice(1).join('.') === a.group && waveOf(earlier) <= waveOf(later);
  if (waveOf(earlier) >= waveOf(later)) return false;
  return b.namespace === '' || a.namespace === b.namespace || (a.namespace === '' && comesLast(later));
}

function comesLast(change: Change): boolean {
  return !isWrite(change) || (change.op === 'create' && change.desired.ref.kind === 'ValidatingWebhookConfiguration');
}

function waveOf(change: Change): number {
  return isWrite(change) ? change.desired.wave : change.entry.wave;
}

/** By object, all that the rules put before it, near and far. */
export function before(changes: readonly Change[]): ReadonlyMap<ObjectKey, ReadonlySet<ObjectKey>> {
  const direct = new Map(
    changes.map((later) => [
      keyOf(refOfChange(later)),
      changes
        .filter((earlier) => comesAfter(later, earlier))
        .map(refOfChange)
        .map(keyOf),
    ]),
  );
  return new Map([...direct.keys()].map((key) => [key, reachable(key, (one) => direct.get(one) ?? [])]));
}

/** What is reached from `start` by at least one step. */
export function reachable<Place>(start: Place, steps: (from: Place) => readonly Place[]): ReadonlySet<Place> {
  const found = new Set(steps(start));
  for (const one of found) for (const next of steps(one)) found.add(next);
  return found;
}

/** Objects of all the kinds that an order treats differently, few enough that they have to do with each other. */
const names = [
  ...['shop', 'bank', 'desk'].flatMap((namespace) => [
    `Namespace/${namespace}`,
    ...['ConfigMap', 'Deployment', 'Widget'].flatMap((kind) => ['a', 'b', 'c'].map((name) => `${kind}/${namespace}/${name}`)),
  ]),
  ...['widgets.example.com', 'clusterwidgets.example.com', 'oxen.farm.example.com'].map((name) => `CustomResourceDefinition/${name}`),
  ...['ClusterRole', 'ClusterWidget', 'ValidatingWebhookConfiguration'].flatMap((kind) => [`${kind}/a`, `${kind}/b`]),
];

/** Any set of writes, in any order. Their dependencies may well go round in circles. */
export const anyWrites: fc.Arbitrary<readonly Write[]> = fc.uniqueArray(fc.constantFrom(...names), { maxLength: 30 }).chain((texts) =>
  fc.tuple(
    ...texts.map((text) =>
      fc
        .record({
          wave: fc.nat(4),
          op: fc.constantFrom('create' as const, 'update' as const, 'repair' as const),
          dependsOn: fc.oneof(
            { weight: 3, arbitrary: fc.constant([]) },
            { weight: 1, arbitrary: fc.subarray(texts, { maxLength: Math.min(2, texts.length) }) },
          ),
        })
        .map(({ wave, ...rest }) => write(text, wave, rest)),
    ),
  ),
);

/** Any set of deletions, in any order. */
export const anyDeletions: fc.Arbitrary<readonly Change[]> = fc.uniqueArray(
  fc.tuple(fc.constantFrom(...names), fc.nat(4), fc.constantFrom('prune' as const, 'release' as const)).map((parts) => deletion(...parts)),
  { maxLength: 30, selector: nameOf },
);
