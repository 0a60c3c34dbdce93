import { compare, isEqual } from '../equality.ts';
import type { CallInfo, Row } from '../signature.ts';
import { CelError, type Duration, type List, listOf, none, noOverload, type Optional, some, tagOf, Uint, type Value } from '../values.ts';
import { int, uint } from './operators.ts';
import { durationOf } from './time.ts';

const comparable = ['int', 'uint', 'double', 'bool', 'duration', 'timestamp', 'string', 'bytes'];
const summable = ['int', 'uint', 'double', 'duration'];

/** Kubernetes' own methods of lists. */
export const kubernetesLists: readonly Row[] = [
  ...comparable.flatMap((type): readonly Row[] => [
    [`list<${type}>->isSorted(): bool`, ([list]: [List]) => isSorted(list.items)],
    [`list<${type}>->max(): ${type}`, ([list]: [List]) => extreme('max', list.items, -1)],
    [`list<${type}>->min(): ${type}`, ([list]: [List]) => extreme('min', list.items, 1)],
  ]),
  ...summable.map((type): Row => [`list<${type}>->sum(): ${type}`, ([list]: [List], call) => sum(list.items, call)]),
  ['list<A>->indexOf(A): int', ([list, item]: [List, Value]) => BigInt(list.items.findIndex((one) => isEqual(one, item)))],
  ['list<A>->lastIndexOf(A): int', ([list, item]: [List, Value]) => BigInt(list.items.findLastIndex((one) => isEqual(one, item)))],
];

/** Lists as sets. */
export const sets: readonly Row[] = [
  ['sets.contains(list<A>, list<A>): bool', ([all, some]: [List, List]) => contains(all, some)],
  ['sets.equivalent(list<A>, list<A>): bool', ([a, b]: [List, List]) => contains(a, b) && contains(b, a)],
  ['sets.intersects(list<A>, list<A>): bool', ([a, b]: [List, List]) => a.items.some((item) => has(b, item))],
];

/** The methods of lists from cel-go's extension (version 3), and those for optional values. */
export const moreLists: readonly Row[] = [
  ...comparable.map((type): Row => [`list<${type}>->sort(): list<${type}>`, ([list]: [List]) => sortedBy(list, list)]),
  ['list<A>->slice(int, int): list<A>', slice],
  ['list<A>->flatten(): list<dyn>', ([list]: [List]) => listOf(flat(list, 1n))],
  ['list<A>->flatten(int): list<dyn>', ([list, depth]: [List, bigint]) => listOf(flat(list, depth))],
  ['lists.range(int): list<int>', ([end]: [bigint]) => listOf(range(end))],
  ['list<A>->reverse(): list<A>', ([list]: [List]) => listOf([...list.items].reverse())],
  ['list<A>->distinct(): list<A>', ([list]: [List]) => listOf(distinct(list.items))],
  ['list<A>->first(): optional<A>', ([list]: [List]) => optionalOf(list.items[0])],
  ['list<A>->last(): optional<A>', ([list]: [List]) => optionalOf(list.items.at(-1))],
  ['optional.unwrap(list<optional<A>>): list<A>', ([list]: [List]) => unwrapped(list)],
  ['list<optional<A>>->unwrapOpt(): list<A>', ([list]: [List]) => unwrapped(list)],
];

function optionalOf(value: Value | undefined): Optional {
  return value === undefined ? none : some(value);
}

function has({ items }: List, item: Value): boolean {
  return items.some((one) => isEqual(one, item));
}

function contains(all: List, some: List): boolean {
  return some.items.every((item) => has(all, item));
}

function isSorted(items: readonly Value[]): boolean {
  return items.every((item, i) => i === 0 || !(compare(items[i - 1] as Value, item) > 0));
}

/** The first of the greatest or the least: what an item must compare as to take the place of the one before. */
function extreme(name: string, items: readonly Value[], replacing: 1 | -1): Value {
  const [first, ...others] = items;
  if (first === undefined) throw new CelError(`${name} called on empty list`);
  return others.reduce((best, item) => (Math.sign(compare(best, item)) === replacing ? item : best), first);
}

const zeros: Readonly<Record<string, Value>> = { int: 0n, uint: new Uint(0n), double: 0, duration: durationOf(0n) };

function sum(items: readonly Value[], { result }: CallInfo): Value {
  const zero = items[0] === undefined ? zeros[result.kind] : zeros[tagOf(items[0])];
  return items.reduce(plus, zero ?? 0n);
}

function plus(a: Value, b: Value): Value {
  if (typeof a === 'bigint' && typeof b === 'bigint') return int(a + b);
  if (typeof a === 'number' && typeof b === 'number') return a + b;
  if (a instanceof Uint && b instanceof Uint) return uint(a.value + b.value);
  if (tagOf(a) === 'duration' && tagOf(b) === 'duration') return durationOf((a as Duration).nanos + (b as Duration).nanos);
  throw noOverload();
}

function sortedBy(list: List, keys: List): List {
  const pairs = list.items.map((item, i) => [item, keys.items[i] as Value] as const);
  const tag = pairs[0] === undefined ? undefined : tagOf(pairs[0][1]);
  if (pairs.some(([, key]) => tagOf(key) !== tag)) throw new CelError('list elements must have the same type');
  return listOf(pairs.sort(([, a], [, b]) => compare(a, b)).map(([item]) => item));
}

function slice([list, start, end]: [List, bigint, bigint]): List {
  const call = `cannot slice(${start}, ${end})`;
  if (start < 0n || end < 0n) throw new CelError(`${call}, negative indexes not supported`);
  if (start > end) throw new CelError(`${call}, start index must be less than or equal to end index`);
  if (BigInt(list.items.length) < end) throw new CelError(`${call}, list is length ${list.items.length}`);
  return listOf(list.items.slice(Number(start), Number(end)));
}

function flat({ items }: List, depth: bigint): readonly Value[] {
  if (depth < 0n) throw new CelError('level must be non-negative');
  return items.flatMap((item) => (depth > 0n && tagOf(item) === 'list' ? flat(item as List, depth - 1n) : [item]));
}

/** The server's limit of cost stops far earlier. */
const longestRange = 1_000_000n;

function range(end: bigint): readonly bigint[] {
  if (end > longestRange) throw new CelError('operation cancelled: actual cost limit exceeded');
  return Array.from({ length: end > 0n ? Number(end) : 0 }, (_, i) => BigInt(i));
}

function distinct(items: readonly Value[]): readonly Value[] {
  return items.filter((item, i) => items.findIndex((one) => isEqual(one, item)) === i);
}

function unwrapped({ items }: List): List {
  return listOf(items.flatMap((item) => ((item as Optional).value === undefined ? [] : [(item as Optional).value as Value])));
}
