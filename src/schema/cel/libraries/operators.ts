import { lookup } from '../access.ts';
import { compare, identityIn, isEqual } from '../equality.ts';
import type { Row } from '../signature.ts';
import { CelError, type CelMap, type Duration, type List, listOf, maxInt, minInt, type Timestamp, Uint, type Value } from '../values.ts';
import { durationOf, timestampOf } from './time.ts';

type Two<T> = readonly [T, T];

const comparable: readonly Two<string>[] = [
  ...['bool', 'int', 'uint', 'double', 'string', 'bytes', 'timestamp', 'duration'].map((type) => [type, type] as const),
  ...['int', 'uint', 'double'].flatMap((a) => ['int', 'uint', 'double'].filter((b) => b !== a).map((b) => [a, b] as const)),
];

function comparisons(operator: string, holds: (order: number) => boolean): readonly Row[] {
  return comparable.map(([a, b]) => [`${operator}(${a}, ${b}): bool`, ([left, right]: Two<Value>) => holds(ordered(left, right))]);
}

function ordered(a: Value, b: Value): number {
  const order = compare(a, b);
  if (Number.isNaN(order)) throw new CelError('NaN values cannot be ordered');
  return order;
}

/** An `int` in its range. */
export function int(value: bigint): bigint {
  if (value > maxInt || value < minInt) throw new CelError('integer overflow');
  return value;
}

/** A `uint` in its range. */
export function uint(value: bigint): Uint {
  if (value > Uint.max || value < 0n) throw new CelError('unsigned integer overflow');
  return new Uint(value);
}

function divisor(value: bigint, message: string): bigint {
  if (value === 0n) throw new CelError(message);
  return value;
}

const byZero = 'division by zero';
const modulusByZero = 'modulus by zero';

/** The operators of CEL, but those that do not look at all their operands. */
export const operators: readonly Row[] = [
  ['==(A, A): bool', ([a, b]: Two<Value>) => isEqual(a, b)],
  ['!=(A, A): bool', ([a, b]: Two<Value>) => !isEqual(a, b)],
  ['in(A, list<A>): bool', ([value, list]: [Value, List]) => list.items.some((item) => isEqual(item, value))],
  ['in(A, map<A, B>): bool', ([value, map]: [Value, CelMap]) => lookup(map, value) !== undefined],
  ['!(bool): bool', ([a]: [boolean]) => !a],
  ['negate(int): int', ([a]: [bigint]) => int(-a)],
  ['negate(double): double', ([a]: [number]) => -a],
  ...comparisons('<', (order) => order < 0),
  ...comparisons('<=', (order) => order <= 0),
  ...comparisons('>', (order) => order > 0),
  ...comparisons('>=', (order) => order >= 0),
  ['+(int, int): int', ([a, b]: Two<bigint>) => int(a + b)],
  ['+(uint, uint): uint', ([a, b]: Two<Uint>) => uint(a.value + b.value)],
  ['+(double, double): double', ([a, b]: Two<number>) => a + b],
  ['+(string, string): string', ([a, b]: Two<string>) => a + b],
  ['+(bytes, bytes): bytes', ([a, b]: Two<Uint8Array>) => Uint8Array.from([...a, ...b])],
  ['+(list<A>, list<A>): list<A>', ([a, b]: Two<List>) => together(a, b)],
  ['+(duration, duration): duration', ([a, b]: Two<Duration>) => durationOf(a.nanos + b.nanos)],
  ['+(timestamp, duration): timestamp', ([a, b]: [Timestamp, Duration]) => timestampOf({ ...a, nanos: a.nanos + b.nanos })],
  ['+(duration, timestamp): timestamp', ([a, b]: [Duration, Timestamp]) => timestampOf({ ...b, nanos: a.nanos + b.nanos })],
  ['-(int, int): int', ([a, b]: Two<bigint>) => int(a - b)],
  ['-(uint, uint): uint', ([a, b]: Two<Uint>) => uint(a.value - b.value)],
  ['-(double, double): double', ([a, b]: Two<number>) => a - b],
  ['-(duration, duration): duration', ([a, b]: Two<Duration>) => durationOf(a.nanos - b.nanos)],
  ['-(timestamp, duration): timestamp', ([a, b]: [Timestamp, Duration]) => timestampOf({ ...a, nanos: a.nanos - b.nanos })],
  ['-(timestamp, timestamp): duration', ([a, b]: Two<Timestamp>) => durationOf(a.nanos - b.nanos)],
  ['*(int, int): int', ([a, b]: Two<bigint>) => int(a * b)],
  ['*(uint, uint): uint', ([a, b]: Two<Uint>) => uint(a.value * b.value)],
  ['*(double, double): double', ([a, b]: Two<number>) => a * b],
  ['/(int, int): int', ([a, b]: Two<bigint>) => int(a / divisor(b, byZero))],
  ['/(uint, uint): uint', ([a, b]: Two<Uint>) => uint(a.value / divisor(b.value, byZero))],
  ['/(double, double): double', ([a, b]: Two<number>) => a / b],
  ['%(int, int): int', ([a, b]: Two<bigint>) => int(a % divisor(b, modulusByZero))],
  ['%(uint, uint): uint', ([a, b]: Two<Uint>) => uint(a.value % divisor(b.value, modulusByZero))],
];

/** Lists that are sets keep each element once; lists by keys take the later element, at the place of the earlier. */
function together(a: List, b: List): List {
  if (a.by === undefined) return listOf([...a.items, ...b.items]);
  const merged = new Map(a.items.map((item) => [identityIn(a, item), item]));
  for (const item of b.items) {
    const identity = identityIn(a, item);
    if (a.by !== 'set' || !merged.has(identity)) merged.set(identity, item);
  }
  return { ...a, items: [...merged.values()] };
}
