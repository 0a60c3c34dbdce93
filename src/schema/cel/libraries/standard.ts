import type { Row } from '../signature.ts';
import { lengthOf, textOfUtf8, utf8 } from '../text.ts';
import {
  CelError,
  type CelMap,
  type Duration,
  type List,
  maxInt,
  minInt,
  type Tag,
  type Timestamp,
  tagOf,
  typeNames,
  Uint,
  type Value,
} from '../values.ts';
import { formatDouble, parseDouble } from './numbers.ts';
import { int, uint } from './operators.ts';
import { durationOf, formatDuration, formatTimestamp, parseDuration, parseTimestamp, timestampOf } from './time.ts';

const same = ([value]: readonly [Value]): Value => value;

/** `value`, or the error that a text is none of type `to`. */
function converted<T>(value: T | undefined, to: Tag): T {
  if (value === undefined) throw new CelError(`type conversion error from 'string' to '${typeNames[to]}'`);
  return value;
}

const truths: ReadonlyMap<string, boolean> = new Map([
  ...['1', 't', 'T', 'TRUE', 'true', 'True'].map((text) => [text, true] as const),
  ...['0', 'f', 'F', 'FALSE', 'false', 'False'].map((text) => [text, false] as const),
]);

function parseWhole(text: string, min: bigint, max: bigint): bigint | undefined {
  const form = min === 0n ? /^\d+$/ : /^[+-]?\d+$/;
  if (!form.test(text)) return undefined;
  const value = BigInt(text.replace(/^\+/, ''));
  return value < min || value > max ? undefined : value;
}

function truncated(value: number, overflow: string, fits: (value: number) => boolean): bigint {
  if (!Number.isFinite(value) || !fits(value)) throw new CelError(overflow);
  return BigInt(Math.trunc(value));
}

const second = 1_000_000_000n;

function wholeSeconds({ nanos }: Timestamp): bigint {
  return (nanos - (((nanos % second) + second) % second)) / second;
}

function textOfBytes(bytes: Uint8Array): string {
  const text = textOfUtf8(bytes);
  if (text === undefined) throw new CelError('invalid UTF-8 in bytes, cannot convert to string');
  return text;
}

const sizes: readonly Row[] = (
  [
    ['string', (value: string) => lengthOf(value)],
    ['bytes', (value: Uint8Array) => value.length],
    ['list<A>', (value: List) => value.items.length],
    ['map<A, B>', (value: CelMap) => value.entries.size],
  ] as readonly (readonly [string, (value: unknown) => number])[]
).flatMap(([type, sizeOf]): readonly Row[] => [
  [`size(${type}): int`, ([value]: [Value]) => BigInt(sizeOf(value))],
  [`${type}->size(): int`, ([value]: [Value]) => BigInt(sizeOf(value))],
]);

/** What every CEL has: conversions, sizes and the simplest methods of text. */
export const standard: readonly Row[] = [
  ...sizes,
  ['type(A): type<A>', ([value]: [Value]) => ({ type: 'type', name: typeNames[tagOf(value)] })],
  ['dyn(A): dyn', same],
  ['bool(bool): bool', same],
  ['bool(string): bool', ([text]: [string]) => converted(truths.get(text), 'bool')],
  ['bytes(bytes): bytes', same],
  ['bytes(string): bytes', ([text]: [string]) => utf8(text)],
  ['double(double): double', same],
  ['double(int): double', ([value]: [bigint]) => Number(value)],
  ['double(uint): double', ([value]: [Uint]) => Number(value.value)],
  ['double(string): double', ([text]: [string]) => converted(parseDouble(text), 'double')],
  ['duration(duration): duration', same],
  ['duration(int): duration', ([value]: [bigint]) => durationOf(value)],
  ['duration(string): duration', ([text]: [string]) => durationOf(converted(parseDuration(text), 'duration'))],
  ['int(int): int', same],
  ['int(double): int', ([value]: [number]) => truncated(value, 'integer overflow', (one) => one > -(2 ** 63) && one < 2 ** 63)],
  ['int(duration): int', ([value]: [Duration]) => value.nanos],
  ['int(string): int', ([text]: [string]) => converted(parseWhole(text, minInt, maxInt), 'int')],
  ['int(timestamp): int', ([value]: [Timestamp]) => wholeSeconds(value)],
  ['int(uint): int', ([value]: [Uint]) => int(value.value)],
  ['string(string): string', same],
  ['string(bool): string', ([value]: [boolean]) => String(value)],
  ['string(bytes): string', ([value]: [Uint8Array]) => textOfBytes(value)],
  ['string(double): string', ([value]: [number]) => formatDouble(value)],
  ['string(duration): string', ([value]: [Duration]) => formatDuration(value)],
  ['string(int): string', ([value]: [bigint]) => String(value)],
  ['string(timestamp): string', ([value]: [Timestamp]) => formatTimestamp(value)],
  ['string(uint): string', ([value]: [Uint]) => String(value.value)],
  ['timestamp(timestamp): timestamp', same],
  ['timestamp(int): timestamp', ([value]: [bigint]) => timestampOf({ nanos: value * second })],
  ['timestamp(string): timestamp', ([text]: [string]) => timestampOf(converted(parseTimestamp(text), 'timestamp'))],
  ['uint(uint): uint', same],
  ['uint(double): uint', ([value]: [number]) => uint(truncated(value, 'unsigned integer overflow', (one) => one >= 0 && one < 2 ** 64))],
  ['uint(int): uint', ([value]: [bigint]) => uint(value)],
  ['uint(string): uint', ([text]: [string]) => new Uint(converted(parseWhole(text, 0n, Uint.max), 'uint'))],
  ['string->contains(string): bool', ([text, part]: [string, string]) => text.includes(part)],
  ['string->endsWith(string): bool', ([text, part]: [string, string]) => text.endsWith(part)],
  ['string->startsWith(string): bool', ([text, part]: [string, string]) => text.startsWith(part)],
];
