import type { ComposedTree, ComposeSlices, HeldTree, Obstacle } from '../model/composed.ts';
import type { HealthByKind } from '../model/health.ts';
import { compareText, formatGroupKind, formatRef, keyOf, type ObjectKey, type ObjectRef } from '../model/ref.ts';
import { byPath, type IndexedObject, type RenderedIndex } from '../model/rendered.ts';
import { accessOf } from './access.ts';
import type { Draft } from './draft.ts';
import type { External } from './external.ts';
import { order } from './order.ts';
import { type KindTable, kindsServed } from './served.ts';
import { judgeReferences } from './validate/references/references.ts';
import { subjectsOf } from './validate/subject.ts';

/**
 * Composes what is in force, `before`, with the objects of `slices` as they are in `after`. Order and access are computed of the whole, as they are when
 * everything is rendered; decisions on objects of the slices come with them, and the settings of the environment stay those in force.
 * `external` is what exists although the environment does not make it.
 */
export function slicesComposer(external: readonly External[]): ComposeSlices {
  return (before, after, slices) => composeSlices(before, after, { slices, external });
}

function composeSlices(
  before: HeldTree,
  after: HeldTree,
  { slices, external }: { readonly slices: ReadonlySet<string>; readonly external: readonly External[] },
): ComposedTree {
  const isOwn = ({ slice }: IndexedObject): boolean => slices.has(slice);
  const own = after.index.objects.filter(isOwn);
  const others = before.index.objects.filter((object) => !isOwn(object));
  const chosen = [...own.map((object) => ({ object, tree: after })), ...others.map((object) => ({ object, tree: before }))];
  const drafts = chosen.flatMap(({ object, tree }) => draftOf(object, tree)).toSorted((a, b) => compareText(a.construct, b.construct));
  const kinds = kindsServed(drafts.map(({ manifest }) => manifest));
  const { value: ordered, diagnostics: circles } = order(drafts);
  const places = new Map(
    ordered.map(({ construct, wave, dependsOn }) => [construct, { wave, dependsOn: [...dependsOn].sort(compareText) }]),
  );
  const objects = [...own, ...others].map((object) => ({ ...object, ...places.get(object.path) })).sort(byPath);
  const ownKeys = new Set([...own, ...before.index.objects.filter(isOwn)].map(({ ref }) => keyOf(ref)));
  const decided = decisionsOf(before.index, after.index, { ownKeys, objects });
  const index: RenderedIndex = {
    ...before.index,
    ...decided,
    objects,
    access: accessOf(
      drafts.map(({ manifest }) => manifest),
      kinds,
    ).whole,
    health: healthOf(before.index, after.index, { own, others }),
  };
  const settled: readonly Obstacle[] = [...settingsOf(before.index, after.index), ...movesOf(before.index, after.index, slices)];
  if (settled.length > 0) return { index, obstacles: settled };
  const lacks = [
    ...dependenciesLost(objects),
    ...circles.map(({ message }) => message),
    ...referencesLost(drafts, { before, kinds, index, external }),
  ];
  return { index, obstacles: lacks.map((message) => ({ is: 'lack', message })) };
}

/** An object of an index as the compiler's passes take it, by its path in place of a construct. */
function draftOf({ path, ref, slice, dependsOn, rules }: IndexedObject, { manifests }: HeldTree): readonly Draft[] {
  const manifest = manifests.get(keyOf(ref));
  if (manifest === undefined) return [];
  const chart = { name: path.slice(0, path.indexOf('/')), slice };
  return [{ manifest, construct: path, chart, dependsOn, rules, place: () => ({}) }];
}

function settingsOf(before: RenderedIndex, after: RenderedIndex): readonly Obstacle[] {
  return (['cluster', 'kubernetes', 'removed'] as const)
    .filter((name) => before[name] !== after[name] || (name === 'removed' && after[name] !== undefined))
    .map((name) => ({ is: 'setting', name }));
}

function movesOf(before: RenderedIndex, after: RenderedIndex, slices: ReadonlySet<string>): readonly Obstacle[] {
  const was = new Map(before.objects.map(({ ref, slice }) => [keyOf(ref), slice]));
  return after.objects.flatMap(({ ref, slice: to }): readonly Obstacle[] => {
    const from = was.get(keyOf(ref));
    // Where both change at once, it is none.
    return from === undefined || from === to || slices.has(from) === slices.has(to) ? [] : [{ is: 'move', ref, from, to }];
  });
}

type Decisions = Pick<RenderedIndex, 'approvals' | 'adopt' | 'handOver'>;

/** Decisions on objects of the slices are those of `after`, and those on others stay. Who adopts all now adopts what the slices bring. */
function decisionsOf(
  before: RenderedIndex,
  after: RenderedIndex,
  { ownKeys, objects }: { readonly ownKeys: ReadonlySet<ObjectKey>; readonly objects: readonly IndexedObject[] },
): Decisions {
  const joined = <T>(was: readonly T[], is: readonly T[], refOf: (one: T) => ObjectRef | undefined): readonly T[] => {
    const isOwn = (one: T): boolean => {
      const ref = refOf(one);
      return ref !== undefined && ownKeys.has(keyOf(ref));
    };
    return [...was.filter((one) => !isOwn(one)), ...is.filter(isOwn)];
  };
  const known = new Set(before.objects.map(({ ref }) => keyOf(ref)));
  const all = before.adopt.some(({ object }) => object === 'all') ? undefined : after.adopt.find(({ object }) => object === 'all');
  const adopt = joined(before.adopt, after.adopt, ({ object }) => (object === 'all' ? undefined : object));
  const told = new Set(adopt.flatMap(({ object }) => (object === 'all' ? [] : [keyOf(object)])));
  const brought = objects.filter(({ ref }) => ownKeys.has(keyOf(ref)) && !known.has(keyOf(ref)) && !told.has(keyOf(ref)));
  return {
    approvals: joined(before.approvals, after.approvals, ({ ref }) => ref),
    adopt: all === undefined ? adopt : [...adopt, ...brought.map(({ ref }) => ({ object: ref, reason: all.reason }))],
    handOver: joined(before.handOver, after.handOver, ({ ref }) => ref),
  };
}

/** How health is told stays as it is for kinds that the rest has, and is new for those that the slices alone have. */
function healthOf(
  before: RenderedIndex,
  after: RenderedIndex,
  { own, others }: { readonly own: readonly IndexedObject[]; readonly others: readonly IndexedObject[] },
): readonly HealthByKind[] {
  const kept = new Set(others.map(({ ref }) => formatGroupKind(ref)));
  const brought = new Set(own.map(({ ref }) => formatGroupKind(ref)).filter((kind) => !kept.has(kind)));
  return [
    ...before.health.filter((one) => kept.has(formatGroupKind(one))),
    ...after.health.filter((one) => brought.has(formatGroupKind(one))),
  ];
}

function dependenciesLost(objects: readonly IndexedObject[]): readonly string[] {
  const paths = new Set(objects.map(({ path }) => path));
  return objects.flatMap(({ ref, dependsOn }) =>
    dependsOn.filter((path) => !paths.has(path)).map((path) => `\`${formatRef(ref)}\` waits for \`${path}\`, which would not be there`),
  );
}

/** What is named and would not be there, and is not missing already in what is in force. */
function referencesLost(
  drafts: readonly Draft[],
  {
    before,
    kinds,
    index,
    external,
  }: { readonly before: HeldTree; readonly kinds: KindTable; readonly index: RenderedIndex; readonly external: readonly External[] },
): readonly string[] {
  const held = before.index.objects.flatMap((object) => draftOf(object, before));
  const heldKinds = kindsServed(held.map(({ manifest }) => manifest));
  const known = new Set(errorsIn(held, heldKinds, { external, handOver: before.index.handOver, removed: undefined }));
  const found = errorsIn(drafts, kinds, { external, handOver: index.handOver, removed: undefined });
  return [...new Set(found)].filter((message) => !known.has(message));
}

function errorsIn(drafts: readonly Draft[], kinds: KindTable, outside: Parameters<typeof judgeReferences>[2]): readonly string[] {
  return judgeReferences(subjectsOf(drafts), kinds, outside)
    .filter(({ severity }) => severity === 'error')
    .map(({ message, at }) => (at.object === undefined ? message : `${formatRef(at.object)}: ${message}`));
}
