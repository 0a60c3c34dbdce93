import { grouped } from '../model/grouped.ts';
import { isObject, type Json } from '../model/json.ts';
import type { Manifest } from '../model/manifest.ts';
import { compareText, formatGroupKind, keyOf, type ObjectKey, type ObjectRef } from '../model/ref.ts';
import { baseOf } from './hashed.ts';

/** An object that is in one of two trees only. */
export interface Lone {
  readonly ref: ObjectRef;
  readonly manifest: Manifest;
}

/** What went, by what came in its place under another name. */
export type Renames = ReadonlyMap<ObjectKey, { readonly from: Lone; readonly isHashed: boolean }>;

/** How much of two objects must be equal, so that the one is the other under another name. */
const leastAlike = 0.8;

/** Objects of fewer values say too little: any two of them would be alike. */
const fewestValues = 4;

/** How many pairs of a kind are looked at one by one: beyond that only equal content is recognised. */
const mostPairs = 100_000;

/**
 * Finds, among what went and what came, the objects that are the same under another name or in another namespace: of one kind, and with
 * content that is equal or nearly so, where the own name in it does not count. A digest of the content in a name is no other name.
 */
export function findRenames(removed: readonly Lone[], added: readonly Lone[]): Renames {
  const found = new Map<ObjectKey, { readonly from: Lone; readonly isHashed: boolean }>();
  const taken = new Set<ObjectKey>();
  const pair = (from: Lone, to: Lone, isHashed: boolean): void => {
    if (taken.has(keyOf(from.ref)) || found.has(keyOf(to.ref))) return;
    taken.add(keyOf(from.ref));
    found.set(keyOf(to.ref), { from, isHashed });
  };
  const hashed = grouped(removed, hashedAs);
  for (const to of added) for (const from of hashed.get(hashedAs(to) ?? '') ?? []) pair(from, to, true);
  const before = grouped(removed, ({ ref }) => formatGroupKind(ref));
  for (const [kind, came] of grouped(added, ({ ref }) => formatGroupKind(ref)))
    for (const [from, to] of alike(before.get(kind) ?? [], came)) pair(from, to, false);
  return found;
}

function hashedAs({ ref }: Lone): string | undefined {
  const base = baseOf(ref);
  return base === undefined ? undefined : keyOf({ ...ref, name: `${base}-${ref.name.length}` });
}

/** Pairs that are alike, those first that are most so. */
function alike(removed: readonly Lone[], added: readonly Lone[]): readonly (readonly [Lone, Lone])[] {
  if (removed.length === 0) return [];
  const [before, after] = [removed, added].map((all) => all.map(profileOf).filter(({ values }) => values.size >= fewestValues));
  if (before === undefined || after === undefined) return [];
  if (before.length * after.length > mostPairs) {
    const known = new Map(before.map((one) => [textOf(one), one.lone]));
    return after.flatMap((one) => {
      const from = known.get(textOf(one));
      return from === undefined ? [] : [[from, one.lone] as const];
    });
  }
  return before
    .flatMap((from) => after.map((to) => ({ from, to, likeness: likeness(from.values, to.values) })))
    .filter((one) => one.likeness >= leastAlike)
    .toSorted((a, b) => b.likeness - a.likeness || compareText(a.to.lone.ref.name, b.to.lone.ref.name))
    .map(({ from, to }) => [from.lone, to.lone]);
}

/** The values of an object by their places: as they are, and without the object's own names in them. Either may be what stays. */
interface Profile {
  readonly lone: Lone;
  readonly values: ReadonlyMap<string, { readonly written: string; readonly unnamed: string }>;
}

function profileOf(lone: Lone): Profile {
  const { name, namespace } = lone.ref;
  const values = new Map<string, { readonly written: string; readonly unnamed: string }>();
  const withoutNames = (text: string): string => {
    const unnamed = text.replaceAll(name, '\u0000');
    return namespace === '' ? unnamed : unnamed.replaceAll(namespace, '\u0001');
  };
  const visit = (value: Json | undefined, at: string): void => {
    if (Array.isArray(value)) for (const [i, item] of value.entries()) visit(item, `${at}/${i}`);
    else if (isObject(value)) for (const key in value) visit(value[key], `${at}/${key}`);
    else values.set(at, { written: String(value), unnamed: withoutNames(String(value)) });
  };
  const { metadata, apiVersion: _, kind: __, ...content } = lone.manifest;
  const { name: ___, namespace: ____, ...rest } = metadata;
  visit({ ...content, metadata: rest }, '');
  return { lone, values };
}

function textOf({ values }: Profile): string {
  return JSON.stringify([...values].map(([at, { unnamed }]) => [at, unnamed]).toSorted());
}

function likeness(a: Profile['values'], b: Profile['values']): number {
  // Sizes alone tell of most pairs that they are not alike.
  if (Math.min(a.size, b.size) < leastAlike * Math.max(a.size, b.size)) return 0;
  let both = 0;
  for (const [at, { written, unnamed }] of a) {
    const other = b.get(at);
    if (other !== undefined && (other.written === written || other.unnamed === unnamed)) both++;
  }
  return both / (a.size + b.size - both);
}
