import { type Change, isWrite, refOfChange } from '../model/plan.ts';
import { keyOf, type ObjectRef } from '../model/ref.ts';

/**
 * Who waits for whom. The first nodes are the changes. Each of the others stands for a group of nodes and is reached when
 * they all have ended: so n changes that wait for m others take n + m edges, not n times m.
 */
export interface Graph {
  /** In the order in which they begin where nothing else decides. */
  readonly changes: readonly Change[];
  /** By node, the nodes that it waits for. One that stands there twice counts twice in `followers`, too. */
  readonly after: readonly (readonly number[])[];
  /** By node, the nodes that wait for it. */
  readonly followers: readonly (readonly number[])[];
}

/**
 * The order of writing `changes`. An object comes after what it depends on, after its namespace and the definitions of
 * its group, and after what is of a lower wave and stands in the same namespace or in none. Namespaces and definitions
 * hold up nobody else, and wait only for what they depend on. Two namespaces have nothing to do with each other.
 */
export function writeGraph(changes: readonly Change[]): Graph {
  const sorted = [...changes].sort((a, b) => waveOf(a) - waveOf(b));
  const after = edgesOf(sorted);
  return { changes: sorted, after, followers: transposed(after) };
}

/** The order of deleting `changes`, or of letting them go: each before all that would be written before it. */
export function deletionGraph(changes: readonly Change[]): Graph {
  const sorted = [...changes].sort((a, b) => waveOf(b) - waveOf(a));
  const followers = edgesOf(sorted);
  return { changes: sorted, after: transposed(followers), followers };
}

/** How far a graph has come: which nodes wait for nothing from the start, and which are freed by the end of another one. */
export interface Countdown {
  readonly free: readonly number[];
  /** Called once for every change that ended; returns the changes that wait for nothing any more. */
  ended(node: number): readonly number[];
}

/** Counts what the changes of `graph` still wait for. What waits in a circle for itself is never freed. */
export function countdown({ changes, after, followers }: Graph): Countdown {
  const left = after.map((before) => before.length);
  const isChange = (node: number) => node < changes.length;
  const freedBy = (ended: readonly number[]): readonly number[] => {
    const done = [...ended];
    const freed: number[] = [];
    for (const one of done) {
      for (const next of followers[one] ?? []) {
        const count = (left[next] ?? 0) - 1;
        left[next] = count;
        // A group has nothing to do itself: it has ended as soon as it is reached.
        if (count === 0) (isChange(next) ? freed : done).push(next);
      }
    }
    return freed;
  };
  const first = [...after.keys()].filter((node) => left[node] === 0);
  const rest = freedBy(first.filter((node) => !isChange(node)));
  return { free: [...first.filter(isChange), ...rest].sort((a, b) => a - b), ended: (node) => freedBy([node]) };
}

/** By node, the nodes that are written before it: those of `changes`, then those of groups. */
function edgesOf(changes: readonly Change[]): readonly (readonly number[])[] {
  const edges = namedBefore(changes);
  // By group, the node that stands for its members on all levels so far.
  const places = new Map<string, number>();
  const definitions = new Map<string, number>();
  const reach = (reached: Map<string, number>, groups: ReadonlyMap<string, number[]>): void => {
    for (const [group, members] of groups) {
      addTo(members, reached.get(group));
      reached.set(group, edges.push(members) - 1);
    }
  };
  for (const level of levelsOf(changes, edges)) {
    for (const { change, before } of level) {
      const ref = refOfChange(change);
      if (isGround(ref)) continue;
      addTo(before, definitions.get(ref.group));
      addTo(before, places.get(cluster));
      if (ref.namespace !== '') addTo(before, places.get(ref.namespace));
      else if (needsServer(change)) addTo(before, places.get(anyNamespace));
    }
    reach(places, grouped(level, placesOf));
    reach(definitions, grouped(level, groupsDefinedBy));
  }
  return edges;
}

/** By change, the single objects that are written before it: what it depends on, and its namespace. */
function namedBefore(changes: readonly Change[]): number[][] {
  const nodes = new Map(changes.map((change, node) => [keyOf(refOfChange(change)), node]));
  const namespaces = new Map(
    changes.flatMap((change, node) => (isNamespace(refOfChange(change)) ? [[refOfChange(change).name, node] as const] : [])),
  );
  return changes.map((change) => {
    const named = isWrite(change) ? change.desired.dependsOn.flatMap((ref) => nodes.get(keyOf(ref)) ?? []) : [];
    addTo(named, namespaces.get(refOfChange(change).namespace));
    return named;
  });
}

/** Where what is cluster-scoped stands, and what stands in any namespace: no namespace has such a name. */
const cluster = '';
const anyNamespace = '*';

/** The places that an object counts for. Namespaces and definitions hold up only what is theirs. */
function placesOf(ref: ObjectRef): readonly string[] {
  if (isGround(ref)) return [];
  return ref.namespace === '' ? [cluster] : [ref.namespace, anyNamespace];
}

/** The API group that a definition is of: its name is its plural, a dot, and the group. */
function groupsDefinedBy(ref: ObjectRef): readonly string[] {
  return isDefinition(ref) ? [ref.name.slice(ref.name.indexOf('.') + 1)] : [];
}

/**
 * Whether what is cluster-scoped stands on what runs in whatever namespace. Admission that is new would refuse the very
 * objects that answer its calls. What is deleted may have a finalizer or a webhook that somebody has to serve meanwhile.
 */
function needsServer(change: Change): boolean {
  if (!isWrite(change)) return true;
  return change.op === 'create' && change.desired.ref.group === 'admissionregistration.k8s.io';
}

/** A change as a node, and the nodes before it that are known so far. */
interface Node {
  readonly change: Change;
  readonly node: number;
  readonly before: number[];
}

/** `changes` by wave, ascending, and of each wave that first which others stand on. */
function levelsOf(changes: readonly Change[], edges: readonly number[][]): readonly (readonly Node[])[] {
  const levels = new Map<number, Node[]>();
  changes.forEach((change, node) => {
    listIn(levels, 2 * waveOf(change) + (isGround(refOfChange(change)) ? 0 : 1)).push({ change, node, before: edges[node] ?? [] });
  });
  return [...levels].sort(([a], [b]) => a - b).map(([, level]) => level);
}

function grouped(level: readonly Node[], groupsOf: (ref: ObjectRef) => readonly string[]): ReadonlyMap<string, number[]> {
  const groups = new Map<string, number[]>();
  for (const { change, node } of level) for (const group of groupsOf(refOfChange(change))) listIn(groups, group).push(node);
  return groups;
}

function listIn<Key, Value>(lists: Map<Key, Value[]>, key: Key): Value[] {
  const list = lists.get(key) ?? [];
  if (list.length === 0) lists.set(key, list);
  return list;
}

function addTo(nodes: number[], node: number | undefined): void {
  if (node !== undefined) nodes.push(node);
}

/** The same edges, seen from their other ends. */
function transposed(edges: readonly (readonly number[])[]): readonly (readonly number[])[] {
  const others: number[][] = edges.map(() => []);
  edges.forEach((ends, node) => {
    for (const end of ends) others[end]?.push(node);
  });
  return others;
}

function isGround(ref: ObjectRef): boolean {
  return isNamespace(ref) || isDefinition(ref);
}

function isNamespace({ group, kind }: ObjectRef): boolean {
  return group === '' && kind === 'Namespace';
}

function isDefinition({ group, kind }: ObjectRef): boolean {
  return group === 'apiextensions.k8s.io' && kind === 'CustomResourceDefinition';
}

function waveOf(change: Change): number {
  return isWrite(change) ? change.desired.wave : change.entry.wave;
}
