import { isList, isMap, isOptional } from './access.ts';
import { compare, keyOf } from './equality.ts';
import { type Frame, isTrue, moreTelling, type Run, runOf, type Scope } from './evaluate.ts';
import type { Gathering, Macro } from './macros.ts';
import { CelError, type Key, listOf, NotEvaluated, none, noOverload, some, tagOf, type Value } from './values.ts';

/** Makes a macro ready to be evaluated. */
export function runOfMacro(macro: Macro, scope: Scope): Run {
  const { depth } = scope;
  const count = macro.variables.length;
  const slots = new Map([...scope.slots, ...macro.variables.map((name, i) => [name, depth + i] as const)]);
  const inner: Scope = { ...scope, slots, depth: depth + count };
  const range = runOf(macro.range, scope);
  const filter = macro.filter === undefined ? undefined : runOf(macro.filter, inner);
  const body = macro.body === undefined ? undefined : runOf(macro.body, inner);
  const gather = gatherings[macro.gathering];
  return (frame) => gather({ frame, range: range(frame), slot: depth, count, filter, body });
}

/** A macro at work. */
interface Loop {
  readonly frame: Frame;
  readonly range: Value;
  readonly slot: number;
  /** How many variables it has. */
  readonly count: number;
  readonly filter: Run | undefined;
  readonly body: Run | undefined;
}

/** The values of the variables for each element: elements of lists and keys of maps; with two, indices or keys, and values. */
function elementsOf({ range, count }: Loop): readonly (readonly Value[])[] {
  if (isList(range)) return range.items.map((item, i) => (count === 1 ? [item] : [BigInt(i), item]));
  if (!isMap(range)) throw noOverload();
  if (range.unsure !== undefined)
    throw new NotEvaluated('it goes through all fields of an object, and the API server may set more of them');
  return [...range.entries].map(([key, value]) => (count === 1 ? [key] : [key, value]));
}

/** Goes through the elements that pass the filter; `visit` says whether to go on. */
function forEach(loop: Loop, visit: (element: readonly Value[]) => boolean): void {
  const { frame, slot, filter } = loop;
  for (const element of elementsOf(loop)) {
    if (frame.steps-- <= 0) throw new NotEvaluated('it takes too many steps');
    element.forEach((value, i) => {
      frame.slots[slot + i] = value;
    });
    if ((filter === undefined || isTrue(filter(frame))) && !visit(element)) return;
  }
}

function bodyOf({ body, frame }: Loop, [first = null]: readonly Value[]): Value {
  return body === undefined ? first : body(frame);
}

/** `all` and `exists`: an element that decides is enough, whatever is wrong with others. */
function quantified(loop: Loop, deciding: boolean): boolean {
  let wrong: unknown;
  let isDecided = false;
  forEach(loop, (element) => {
    try {
      isDecided = isTrue(bodyOf(loop, element)) === deciding;
    } catch (thrown) {
      wrong = wrong === undefined ? thrown : moreTelling(wrong, thrown);
    }
    return !isDecided;
  });
  if (isDecided) return deciding;
  if (wrong !== undefined) throw wrong;
  return !deciding;
}

function collected(loop: Loop): Value[] {
  const found: Value[] = [];
  forEach(loop, (element) => {
    found.push(bodyOf(loop, element));
    return true;
  });
  return found;
}

function collectedEntries(loop: Loop, entriesOf: (element: readonly Value[], value: Value) => readonly (readonly [Value, Value])[]): Value {
  const entries = new Map<Key, Value>();
  forEach(loop, (element) => {
    for (const [keyValue, value] of entriesOf(element, bodyOf(loop, element))) {
      const key = keyOf(keyValue);
      if (key === undefined) throw noOverload();
      if (entries.has(key)) throw new CelError(`insert failed: key ${String(key)} already exists`);
      entries.set(key, value);
    }
    return true;
  });
  return { type: 'map', entries };
}

function sorted(loop: Loop): Value {
  const keys = collected(loop);
  if (!isList(loop.range)) throw noOverload();
  if (keys.some((key) => tagOf(key) !== tagOf(keys[0] ?? null))) throw new CelError('list elements must have the same type');
  const pairs = loop.range.items.map((item, i) => [item, keys[i] ?? null] as const);
  return listOf(pairs.sort(([, a], [, b]) => compare(a, b)).map(([item]) => item));
}

function inOptional({ frame, range, slot, body }: Loop, wrap: (value: Value) => Value): Value {
  if (!isOptional(range)) throw noOverload();
  if (range.value === undefined || body === undefined) return none;
  frame.slots[slot] = range.value;
  return wrap(body(frame));
}

const gatherings: Readonly<Record<Gathering, (loop: Loop) => Value>> = {
  all: (loop) => quantified(loop, false),
  exists: (loop) => quantified(loop, true),
  existsOne: (loop) => collected(loop).filter(isTrue).length === 1,
  list: (loop) => listOf(collected(loop)),
  map: (loop) => collectedEntries(loop, ([key = null], value) => [[key, value]]),
  entries: (loop) => collectedEntries(loop, (_, value) => (isMap(value) ? [...value.entries] : [])),
  sortBy: sorted,
  optional: (loop) => inOptional(loop, some),
  'flat optional': (loop) => inOptional(loop, (value) => value),
};
