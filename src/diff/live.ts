import { isObject, type Json, type JsonObject, type Path, pointer } from '../model/json.ts';
import type { Leftover, LiveFinding } from '../model/live.ts';
import type { LiveObject, Manifest } from '../model/manifest.ts';
import { formatRef, keyOf, type ObjectKey, type ObjectRef } from '../model/ref.ts';
import { type IndexedObject, usualRules } from '../model/rendered.ts';
import type { Node } from '../schema/node.ts';
import { isSameValue } from '../schema/same-value.ts';
import { fieldsOf, type ObjectChange } from './compare.ts';
import { listed, quoted } from './consequence.ts';
import type { Step } from './fields.ts';
import type { Hiding } from './hide.ts';
import { identityOf } from './lists.ts';
import { placeOf } from './place.ts';
import { nodesOf } from './schemas.ts';
import type { ComparedTree } from './tree.ts';

/** What a cluster holds of a tree. */
export interface FoundObjects {
  readonly findings: readonly LiveFinding[];
  readonly leftovers: readonly Leftover[];
}

/** What somebody else than the environment did to an object in the cluster. */
export interface ForeignChange {
  readonly object: ObjectRef;
  /** `changed` is taken back by an apply, `deleted` is made again, `added` stays. */
  readonly op: 'changed' | 'deleted' | 'added';
  /** Field managers; none where nobody knows. */
  readonly by: readonly string[];
  /** The fields, for people; none where it is the whole object. */
  readonly places: readonly string[];
}

/** What is told of a cluster beside what an apply would change. */
export interface LiveSummary {
  readonly foreign: readonly ForeignChange[];
  /** What keeps an agent from applying objects. */
  readonly problems: readonly { readonly object: ObjectRef; readonly message: string }[];
  /** Of how many objects the API server was not asked: whoever looks may not apply, and they were compared field by field. */
  readonly unasked: number;
}

/** A tree as the cluster holds it, and as it would be there after an apply. */
export function liveTrees(
  tree: ComparedTree,
  { findings, leftovers }: FoundObjects,
): { readonly before: ComparedTree; readonly after: ComparedTree } {
  const nodeOf = nodesOf([tree]);
  const [before, after] = [new Map<ObjectKey, Manifest>(), new Map<ObjectKey, Manifest>()];
  for (const { ref, state, wanted, live, next, dropped } of findings) {
    const key = keyOf(ref);
    if (state === 'over' || state === 'unknown') continue;
    if (live !== undefined) before.set(key, written(live));
    if (next !== undefined) after.set(key, written(next));
    else after.set(key, live === undefined ? wanted : written(applied(live, wanted, { dropped, node: nodeOf(wanted) })));
  }
  for (const { entry, live } of leftovers) before.set(keyOf(entry.ref), written(live));
  const own = tree.index.objects.filter(({ ref }) => before.has(keyOf(ref)));
  const owned = leftovers.map(({ entry }): IndexedObject => {
    const { ref, apiVersion, path, wave, slice, keep } = entry;
    return { ref, apiVersion, path, wave, slice, sha256: '', construct: '', dependsOn: [], rules: { ...usualRules, keep } };
  });
  return {
    before: { index: { ...tree.index, objects: [...own, ...owned] }, manifests: before },
    after: { index: { ...tree.index, objects: tree.index.objects.filter(({ ref }) => after.has(keyOf(ref))) }, manifests: after },
  };
}

/** An object without the book-keeping of the server, and without what only its controllers write. */
function written({ status: _, metadata, ...content }: LiveObject | Manifest): Manifest {
  const { managedFields, resourceVersion, generation, uid, creationTimestamp, selfLink, ...kept } = metadata;
  return { ...content, metadata: kept } as Manifest;
}

interface Applying {
  readonly dropped: readonly Path[];
  readonly node: Node | undefined;
}

/** What an apply makes of an object, as far as can be told without the API server. */
function applied(live: LiveObject, wanted: Manifest, { dropped, node }: Applying): Manifest {
  const deepest = dropped.toSorted((a, b) => b.length - a.length || comparePlaces(b, a));
  const left = deepest.reduce<Json>((value, path) => withoutField(value, path), live);
  return laidOver(left, wanted, node) as Manifest;
}

/** The later item of a list first: taking it away moves none that is still to go. */
function comparePlaces(a: Path, b: Path): number {
  const at = a.findIndex((key, i) => key !== b[i]);
  return typeof a[at] === 'number' && typeof b[at] === 'number' ? a[at] - (b[at] as number) : 0;
}

function withoutField(value: Json, [key, ...rest]: Path): Json {
  if (key === undefined) return value;
  if (Array.isArray(value)) {
    const list: readonly Json[] = value;
    return list.flatMap((item, i) => (i !== key ? [item] : rest.length === 0 ? [] : [withoutField(item, rest)]));
  }
  if (!isObject(value) || value[key] === undefined) return value;
  const { [key]: inner, ...others } = value;
  return rest.length === 0 ? others : { ...others, [key]: withoutField(inner as Json, rest) };
}

/** `wanted` over what is there: fields of objects, and items of lists that their schema tells apart; anything else is replaced. */
function laidOver(there: Json, wanted: Json, node: Node | undefined): Json {
  if (isSameValue(wanted, there)) return there;
  if (isObject(there) && isObject(wanted)) {
    const all: Record<string, Json | undefined> = { ...there };
    for (const [key, value] of Object.entries(wanted)) {
      const old = (there as JsonObject)[key];
      if (value !== undefined) all[key] = old === undefined ? value : laidOver(old, value, node?.field(key) ?? node?.rest?.());
    }
    return all as JsonObject;
  }
  const keys = node?.keys ?? [];
  if (!Array.isArray(there) || !Array.isArray(wanted) || keys.length === 0) return wanted;
  const [old, now]: readonly (readonly Json[])[] = [there, wanted];
  const items = new Map((old ?? []).map((item) => [identityOf(item, keys), item]));
  const laid = (now ?? []).map((item) => {
    const before = items.get(identityOf(item, keys));
    items.delete(identityOf(item, keys));
    return before === undefined ? item : laidOver(before, item, node?.rest?.());
  });
  return [...laid, ...items.values()];
}

/** What is told of a cluster, of which `changes` are what an apply would do. */
export function liveSummary(found: FoundObjects, changes: readonly ObjectChange[], { withoutSecrets }: Hiding): LiveSummary {
  const changed = new Map(changes.map((change) => [keyOf(change.ref), change]));
  return {
    foreign: found.findings.flatMap((finding) => foreignOf(finding, changed.get(keyOf(finding.ref)), withoutSecrets)),
    problems: found.findings.flatMap(({ ref, problem }) =>
      problem === undefined ? [] : [{ object: ref, message: withoutSecrets(problem) }],
    ),
    unasked: found.findings.filter(({ isUnasked }) => isUnasked).length,
  };
}

function foreignOf(
  { ref, state, live, foreign }: LiveFinding,
  change: ObjectChange | undefined,
  withoutSecrets: Hiding['withoutSecrets'],
): readonly ForeignChange[] {
  if (state === 'vanished') return [{ object: ref, op: 'deleted', by: [], places: [] }];
  if (live === undefined) return [];
  const taken = change === undefined ? [] : fieldsOf(change).flatMap((field) => ('was' in field ? [`${pointer(field.was)}/`] : []));
  const isTaken = (path: Path): boolean => {
    const at = `${pointer(path)}/`;
    return taken.some((one) => one.startsWith(at) || at.startsWith(one));
  };
  const told = (op: ForeignChange['op'], fields: LiveFinding['foreign']): readonly ForeignChange[] => {
    if (fields.length === 0) return [];
    const places = fields.map(({ path }) => withoutSecrets(placeOf(stepsTo(live, path))));
    return [{ object: ref, op, by: [...new Set(fields.map(({ by }) => by))], places: [...new Set(places)] }];
  };
  return [
    ...told(
      'changed',
      foreign.filter(({ path }) => isTaken(path)),
    ),
    ...told(
      'added',
      foreign.filter(({ path, isAddition }) => isAddition && !isTaken(path)),
    ),
  ];
}

/** The way to a field for people: an item of a list is told by its name, where it has one. */
function stepsTo(object: LiveObject, path: Path): readonly Step[] {
  let here: Json | undefined = object;
  return path.map((key) => {
    here = (here as JsonObject | undefined)?.[key as string];
    const name: Json | undefined = typeof key === 'number' && isObject(here) ? here['name'] : undefined;
    return typeof name === 'string' ? { by: [name] } : key;
  });
}

/** A line about what others did, for people. */
export function foreignWords({ object, op, by, places }: ForeignChange): string {
  const [name, who] = [quoted(formatRef(object)), by.length === 0 ? 'somebody' : listed(by.map(quoted))];
  const what = listed(places.map(quoted));
  switch (op) {
    case 'deleted':
      return `${name}: ${who} deleted it, and an apply makes it again`;
    case 'changed':
      return `${name}: ${who} changed ${what}, and an apply takes that back`;
    case 'added':
      return `${name}: ${who} added ${what}, and an apply leaves that`;
  }
}
