import { comparePoints } from './text.ts';
import { type CelMap, type Key, type List, noOverload, tagOf, Uint, type Value } from './values.ts';

/** Whether two values are equal. Numbers of all types compare by what they are; values of other types differ. */
export function isEqual(a: Value, b: Value): boolean {
  if (a === b) return true;
  const [left, right] = [numberOf(a), numberOf(b)];
  // A bigint and a double compare exactly.
  // biome-ignore lint/suspicious/noDoubleEquals: only loose equality compares across the two types
  if (left !== undefined && right !== undefined) return left == right;
  const tag = tagOf(a);
  if (tag !== tagOf(b) || a === null || b === null) return false;
  const equal = equals[tag] as ((a: Value, b: Value) => boolean) | undefined;
  return equal?.(a, b) ?? false;
}

/** Negative, 0, positive, or NaN for what has no order, such as `NaN`. Throws what CEL says of types that cannot be compared. */
export function compare(a: Value, b: Value): number {
  const [left, right] = [numberOf(a), numberOf(b)];
  if (left !== undefined && right !== undefined) return left < right ? -1 : left > right ? 1 : Number(left) === Number(right) ? 0 : NaN;
  if (typeof a === 'string' && typeof b === 'string') return comparePoints(a, b);
  if (typeof a === 'boolean' && typeof b === 'boolean') return Number(a) - Number(b);
  if (a instanceof Uint8Array && b instanceof Uint8Array) return compareBytes(a, b);
  if (isTime(a) && isTime(b) && a.type === b.type) return a.nanos < b.nanos ? -1 : a.nanos > b.nanos ? 1 : 0;
  throw noOverload();
}

/** The key that finds `value` in a map, or undefined for what is no key. */
export function keyOf(value: Value): Key | undefined {
  if (value instanceof Uint) return value.value;
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : undefined;
  return typeof value === 'string' || typeof value === 'bigint' || typeof value === 'boolean' ? value : undefined;
}

/** What `value` is called in a list by keys: equal elements have equal identities. */
export function identityIn({ by }: List, value: Value): unknown {
  if (by === undefined || by === 'set' || tagOf(value) !== 'map') return scalar(value);
  const { entries } = value as CelMap;
  return JSON.stringify(by.map((key) => String(scalar(entries.get(key) ?? null))));
}

function scalar(value: Value): unknown {
  return value instanceof Uint ? value.value : value;
}

function numberOf(value: Value): bigint | number | undefined {
  if (typeof value === 'bigint' || typeof value === 'number') return value;
  return value instanceof Uint ? value.value : undefined;
}

function isTime(value: Value): value is Extract<Value, { readonly type: 'timestamp' | 'duration' }> {
  const tag = tagOf(value);
  return tag === 'timestamp' || tag === 'duration';
}

type Typed<T extends string> = Extract<Value, { readonly type: T }>;

const equals = {
  bytes: (a: Uint8Array, b: Uint8Array) => compareBytes(a, b) === 0,
  list: equalLists,
  map: equalMaps,
  timestamp: (a: Typed<'timestamp'>, b: Typed<'timestamp'>) => a.nanos === b.nanos,
  duration: (a: Typed<'duration'>, b: Typed<'duration'>) => a.nanos === b.nanos,
  optional: (a: Typed<'optional'>, b: Typed<'optional'>) =>
    a.value === undefined || b.value === undefined ? a.value === b.value : isEqual(a.value, b.value),
  type: (a: Typed<'type'>, b: Typed<'type'>) => a.name === b.name,
  quantity: (a: Typed<'quantity'>, b: Typed<'quantity'>) => a.nanos === b.nanos,
  ip: (a: Typed<'ip'>, b: Typed<'ip'>) => a.family === b.family && a.bits === b.bits,
  cidr: (a: Typed<'cidr'>, b: Typed<'cidr'>) => a.length === b.length && isEqual(a.ip, b.ip),
  semver: (a: Typed<'semver'>, b: Typed<'semver'>) =>
    JSON.stringify([...a.numbers.map(String), a.pre]) === JSON.stringify([...b.numbers.map(String), b.pre]),
  url: (a: Typed<'url'>, b: Typed<'url'>) => a.text === b.text,
  format: (a: Typed<'format'>, b: Typed<'format'>) => a.name === b.name,
} as unknown as Readonly<Record<string, unknown>>;

function equalLists(a: List, b: List): boolean {
  if (a.items.length !== b.items.length) return false;
  if (a.by === undefined) return a.items.every((item, i) => isEqual(item, b.items[i] as Value));
  const known = new Map(a.items.map((item) => [identityIn(a, item), item]));
  return b.items.every((item) => {
    const other = known.get(identityIn(a, item));
    return other !== undefined && isEqual(other, item);
  });
}

function equalMaps(a: CelMap, b: CelMap): boolean {
  if (a.entries.size !== b.entries.size) return false;
  return [...a.entries].every(([key, value]) => {
    const other = b.entries.get(key);
    return other !== undefined && isEqual(value, other);
  });
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const differing = a.findIndex((byte, i) => byte !== b[i]);
  return differing === -1 ? a.length - b.length : (a[differing] ?? -1) - (b[differing] ?? -1);
}
