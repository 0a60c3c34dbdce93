import type { ApiObject, JsonPatch } from 'cdk8s';
import type { IConstruct } from 'constructs';
import type { CodePoint } from '../authoring/place.ts';
import { isObject } from '../model/json.ts';
import { type MissedPatch, type Patched, patched } from './patches.ts';

/** The points in the code that made constructs. */
export type Points = WeakMap<IConstruct, CodePoint>;

/** Deep enough for the layers of cdk8s-plus that stand between an object and the author's line. */
const stackDepth = 30;

/** The one method that every construct passes through; it is private in types only. */
interface Nodes {
  addChild(child: IConstruct, name: string): void;
}

/**
 * Runs `build` and keeps for every construct that it adds below `root` the point in the code. Constructs keep a stack only when
 * their author asks for it, so this watches how they join the tree; afterwards all is as before.
 */
export function watchingConstructs(root: IConstruct, points: Points, build: () => void): void {
  // Several copies of the package may be installed: that of the tree counts.
  const nodes: Nodes = Object.getPrototypeOf(root.node);
  const { addChild } = nodes;
  const limit = Error.stackTraceLimit;
  nodes.addChild = function watched(child, name) {
    const point: CodePoint = {};
    // A line of a generated class is nobody's: what called it is.
    const callee = isImported(child) ? child.constructor : watched;
    Error.captureStackTrace(point, callee);
    points.set(child, point);
    try {
      addChild.call(this, child, name);
    } catch (thrown) {
      if (callee !== watched && thrown instanceof Error) Error.captureStackTrace(thrown, callee);
      throw thrown;
    }
  };
  Error.stackTraceLimit = stackDepth;
  try {
    build();
  } finally {
    nodes.addChild = addChild;
    Error.stackTraceLimit = limit;
  }
}

/** What an object says of itself. */
export interface Serialized {
  readonly object: ApiObject;
  /** What came of it, as its class writes it; or what was thrown. */
  readonly outcome: { readonly ok: true; readonly json: unknown } | { readonly ok: false; readonly thrown: unknown };
  /** What it held before a class generated from a schema picked the fields that it knows. */
  readonly plain: unknown;
  /** Its patches that changed nothing, or not what they name. */
  readonly missed: readonly MissedPatch[];
}

/**
 * Serializes each object once. A generated class asks `ApiObject` for everything and keeps the fields that it knows:
 * what it asked for is kept, too, by watching `ApiObject.prototype.toJson` of every copy of cdk8s at hand.
 */
export function serialize(objects: readonly ApiObject[]): readonly Serialized[] {
  const asked = new Map<unknown, Patched>();
  const restore = [...new Set(objects.map(basePrototype))].map((prototype) => watchJson(prototype, asked));
  try {
    return objects.map((object) => {
      const outcome = attempt(() => object.toJson());
      return { object, outcome, plain: asked.get(object)?.json, missed: asked.get(object)?.missed ?? [] };
    });
  } finally {
    for (const undo of restore) undo();
  }
}

/** What the class of `object` is called if it was generated from a schema and writes the JSON itself. */
export function generatedClass(object: ApiObject): string | undefined {
  const writer = prototypeWith(object, 'toJson').constructor;
  return Object.hasOwn(writer, 'GVK') ? writer.name : undefined;
}

/** Whether the class of `construct` was made by `lockstep import`: then it says which kind its objects are of, and keeps all that it is given. */
function isImported(construct: object): boolean {
  return 'apiVersion' in construct.constructor && 'kind' in construct.constructor;
}

/** Whether `construct` is an ApiObject, of whatever copy of cdk8s. */
export function isApiObject(construct: IConstruct): construct is ApiObject {
  return Symbol.for('cdk8s.ApiObject') in construct;
}

function watchJson(prototype: { toJson(): unknown }, asked: Map<unknown, Patched>): () => void {
  const { toJson } = prototype;
  prototype.toJson = function watched(this: { patches: readonly JsonPatch[]; readonly props: object }) {
    const { patches } = this;
    // The patches are private in types only. They are applied here, one by one: cdk8s does not tell of one that misses.
    this.patches = [];
    try {
      const json = toJson.call(this as never);
      const found = patched(isImported(this) ? withNulls(json, { ...this.props, metadata: undefined }) : json, patches);
      asked.set(this, found);
      return found.json;
    } finally {
      this.patches = patches;
    }
  };
  return () => {
    prototype.toJson = toJson;
  };
}

/** `json` with the nulls that stand in `given`, which cdk8s leaves out: where a field may be null, that is no default. */
function withNulls(json: unknown, given: unknown): unknown {
  if (Array.isArray(json) && Array.isArray(given)) return json.map((item, i) => (given[i] === null ? null : withNulls(item, given[i])));
  if (!isObject(json) || !isObject(given)) return json;
  const nulls = Object.entries(given).filter(([, value]) => value === null);
  return Object.fromEntries([...Object.entries(json).map(([key, value]) => [key, withNulls(value, given[key])]), ...nulls]);
}

function attempt(act: () => unknown): Serialized['outcome'] {
  try {
    return { ok: true, json: act() };
  } catch (thrown) {
    return { ok: false, thrown };
  }
}

/** The prototype of ApiObject in the copy of cdk8s that `object` comes from. */
function basePrototype(object: ApiObject): ApiObject {
  return prototypeWith(object, 'addJsonPatch');
}

/** The nearest prototype of `object` with a `method` of its own. */
function prototypeWith(object: ApiObject, method: string): ApiObject {
  let prototype: ApiObject = Object.getPrototypeOf(object);
  while (!Object.hasOwn(prototype, method)) prototype = Object.getPrototypeOf(prototype);
  return prototype;
}
