import type { NamedFormat } from './libraries/format.ts';
import type { Url } from './libraries/url.ts';

/** The largest and the smallest `int`. */
export const maxInt = 2n ** 63n - 1n;
export const minInt = -(2n ** 63n);

/** An unsigned integer of 64 bits. */
export class Uint {
  static readonly max = 2n ** 64n - 1n;
  readonly type = 'uint';
  readonly value: bigint;
  constructor(value: bigint) {
    this.value = value;
  }
}

/** A list. One that stands under a schema may be a set or a map by keys: its order does not matter then. */
export interface List {
  readonly type: 'list';
  readonly items: readonly Value[];
  readonly by?: 'set' | readonly string[];
}

/** A key of a map. Kubernetes has no maps with unsigned keys; an integer key is found by any number that equals it. */
export type Key = string | bigint | boolean;

/** A map, or an object under a schema, whose keys are escaped names then. */
export interface CelMap {
  readonly type: 'map';
  readonly entries: ReadonlyMap<Key, Value>;
  /** Why it cannot be told whether there is a value under a key that is not among the entries. */
  readonly unsure?: (key: Key) => string | undefined;
}

/** A moment, in nanoseconds since 1970. */
export interface Timestamp {
  readonly type: 'timestamp';
  readonly nanos: bigint;
  /** The time zone that it was written in, in minutes; it is kept when it is written again. */
  readonly zone?: number;
}

/** A length of time in nanoseconds, at most that of Go: 290 years. */
export interface Duration {
  readonly type: 'duration';
  readonly nanos: bigint;
}

/** A value that may be absent. */
export interface Optional {
  readonly type: 'optional';
  readonly value?: Value;
}

/** The type of a value, as `type(…)` gives it. */
export interface TypeValue {
  readonly type: 'type';
  readonly name: string;
}

/** An exact decimal: `digits` × 10^-9 (Kubernetes' quantities are no finer). */
export interface Quantity {
  readonly type: 'quantity';
  readonly nanos: bigint;
}

/** An IP address: 4 or 16 bytes as a number. */
export interface Ip {
  readonly type: 'ip';
  readonly family: 4 | 6;
  readonly bits: bigint;
}

/** An address with the length of its prefix. */
export interface Cidr {
  readonly type: 'cidr';
  readonly ip: Ip;
  readonly length: number;
}

/** A semantic version. */
export interface Semver {
  readonly type: 'semver';
  readonly numbers: readonly [major: bigint, minor: bigint, patch: bigint];
  readonly pre: readonly string[];
  readonly build: readonly string[];
}

/** A CEL value. */
export type Value =
  | null
  | boolean
  | bigint
  | number
  | string
  | Uint
  | Uint8Array
  | List
  | CelMap
  | Timestamp
  | Duration
  | Optional
  | TypeValue
  | Quantity
  | Ip
  | Cidr
  | Semver
  | Url
  | NamedFormat;

/** Names of the types of values, in signatures and for dispatch. */
export type Tag =
  | 'null'
  | 'bool'
  | 'int'
  | 'double'
  | 'string'
  | 'bytes'
  | 'uint'
  | 'list'
  | 'map'
  | 'timestamp'
  | 'duration'
  | 'optional'
  | 'type'
  | 'quantity'
  | 'ip'
  | 'cidr'
  | 'semver'
  | 'url'
  | 'format';

/** The type of `value`. */
export function tagOf(value: Value): Tag {
  switch (typeof value) {
    case 'string':
      return 'string';
    case 'bigint':
      return 'int';
    case 'boolean':
      return 'bool';
    case 'number':
      return 'double';
    default:
      if (value === null) return 'null';
      return value instanceof Uint8Array ? 'bytes' : value.type;
  }
}

/** The names of types in expressions, where they differ from those in signatures. */
export const typeNames: Readonly<Record<Tag, string>> = {
  null: 'null_type',
  bool: 'bool',
  int: 'int',
  double: 'double',
  string: 'string',
  bytes: 'bytes',
  uint: 'uint',
  list: 'list',
  map: 'map',
  timestamp: 'google.protobuf.Timestamp',
  duration: 'google.protobuf.Duration',
  optional: 'optional_type',
  type: 'type',
  quantity: 'kubernetes.Quantity',
  ip: 'net.IP',
  cidr: 'net.CIDR',
  semver: 'kubernetes.Semver',
  url: 'kubernetes.URL',
  format: 'kubernetes.NamedFormat',
};

/** An error of an evaluation, as CEL has it: `||` and `&&` may get over it. The message is cel-go's own. */
export class CelError extends Error {}

/** Something that is not known here. It is contagious like an error, but nothing is wrong. */
export class NotEvaluated extends Error {}

/** The error of a call that no function of the name takes. */
export function noOverload(): CelError {
  return new CelError('no such overload');
}

/** A list of `items`. */
export function listOf(items: readonly Value[]): List {
  return { type: 'list', items };
}

/** No value. */
export const none: Optional = { type: 'optional' };

/** An optional with `value`. */
export function some(value: Value): Optional {
  return { type: 'optional', value };
}
