import type { IConstruct } from 'constructs';
import { messageOf } from '../model/failure.ts';
import { compareText } from '../model/ref.ts';
import { isApiObject } from './constructs.ts';
import { RenderedNode } from './include/node.ts';

/** What the constructs of a tree declare to depend on. */
export interface Dependencies {
  /** By the path of an object, the paths of those it depends on, sorted. */
  readonly edges: ReadonlyMap<string, readonly string[]>;
  /** Constructs whose dependencies cannot be told, and why. */
  readonly problems: readonly { readonly construct: IConstruct; readonly message: string }[];
}

/**
 * The dependencies between objects that `constructs`, a whole tree in preorder, declare by `addDependency`: every object of
 * the one construct depends on every object of the other. Of two constructs of which one holds the other, the objects that
 * both hold count for the inner one only. Each declaration is looked at once; cdk8s itself follows every path.
 */
export function dependenciesOf(constructs: readonly IConstruct[]): Dependencies {
  const ranges = rangesOf(constructs);
  const objects = constructs.filter(isObject).map(({ node }) => node.path);
  const edges = new Map<string, Set<string>>();
  const problems: { construct: IConstruct; message: string }[] = [];
  for (const construct of constructs) {
    for (const target of declared(construct, problems)) {
      const [from, to] = [ranges.get(construct), ranges.get(target)];
      if (from === undefined || to === undefined || construct === target) continue;
      for (const source of objectsIn(objects, from, to)) {
        const known = edges.get(source) ?? new Set();
        for (const needed of objectsIn(objects, to, from)) known.add(needed);
        edges.set(source, known);
      }
    }
  }
  return { edges: new Map([...edges].map(([path, needed]) => [path, [...needed].sort(compareText)])), problems };
}

/** Whether an object of the environment is made of a construct. */
function isObject(construct: IConstruct): boolean {
  return isApiObject(construct) || construct instanceof RenderedNode;
}

/** Which objects a construct holds: from this one to before that one, in preorder. */
interface Range {
  readonly start: number;
  readonly end: number;
}

function rangesOf(constructs: readonly IConstruct[]): ReadonlyMap<IConstruct, Range> {
  const starts = new Map<IConstruct, number>();
  const ends = new Map<IConstruct, number>();
  let count = 0;
  for (const construct of constructs) {
    starts.set(construct, count);
    if (isObject(construct)) count++;
    // Preorder: whatever comes later in the same scopes moves their end further.
    for (const scope of construct.node.scopes) ends.set(scope, count);
  }
  return new Map([...starts].map(([construct, start]) => [construct, { start, end: ends.get(construct) ?? start }]));
}

/** The objects in `range`, but for those of a smaller range inside it. */
function objectsIn(objects: readonly string[], range: Range, other: Range): readonly string[] {
  const inside = range.start <= other.start && other.end <= range.end;
  const own = objects.slice(range.start, range.end);
  return inside ? [...objects.slice(range.start, other.start), ...objects.slice(other.end, range.end)] : own;
}

function declared(construct: IConstruct, problems: { construct: IConstruct; message: string }[]): readonly IConstruct[] {
  try {
    return construct.node.dependencies;
  } catch (thrown) {
    problems.push({ construct, message: messageOf(thrown) });
    return [];
  }
}
