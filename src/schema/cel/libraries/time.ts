import type { Row } from '../signature.ts';
import { CelError, type Duration, NotEvaluated, type Timestamp } from '../values.ts';

const second = 1_000_000_000n;
const largest = 2n ** 63n - 1n;

/** A duration of `nanos`, in the range of Go. */
export function durationOf(nanos: bigint): Duration {
  if (nanos > largest || nanos < -largest - 1n) throw new CelError('duration overflow');
  return { type: 'duration', nanos };
}

// The seconds of the years 1 and 9999.
const [earliest, latest] = [-62_135_596_800n * second, 253_402_300_800n * second - 1n];

/** A moment `nanos` after 1970, in the years 1 to 9999. */
export function timestampOf({ nanos, zone = 0 }: Moment): Timestamp {
  if (nanos < earliest || nanos > latest) throw new CelError('timestamp overflow');
  return { type: 'timestamp', nanos, zone };
}

/** Nanoseconds since 1970, and the time zone that they were written in, in minutes. */
type Moment = Pick<Timestamp, 'nanos' | 'zone'>;

const units: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n,
  μs: 1_000n,
  ms: 1_000_000n,
  s: second,
  m: 60n * second,
  h: 3_600n * second,
};

/** Nanoseconds of Go's way of writing a duration (`1h30m`, `-1.5s`), or undefined. */
export function parseDuration(text: string): bigint | undefined {
  const [, sign, body = ''] = /^([-+]?)(.*)$/s.exec(text) ?? [];
  if (body === '0') return 0n;
  if (!/^(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/.test(body)) return undefined;
  let nanos = 0n;
  for (const [, whole = '', fraction = '', unit = ''] of body.matchAll(/(\d*)\.?(\d*)([a-zµμ]+)/g)) {
    const scale = units[unit] ?? 0n;
    nanos +=
      BigInt(whole === '' ? '0' : whole) * scale + (fraction === '' ? 0n : (BigInt(fraction) * scale) / 10n ** BigInt(fraction.length));
  }
  const signed = sign === '-' ? -nanos : nanos;
  return signed > largest || signed < -largest - 1n ? undefined : signed;
}

const rfc3339 = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:[.,](\d+))?(?:Z|([+-])(\d\d):(\d\d))$/;

/** A moment as RFC 3339 writes it, or undefined. */
export function parseTimestamp(text: string): Moment | undefined {
  const found = rfc3339.exec(text);
  if (found === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, seconds = 0] = found.slice(1, 7).map(Number);
  const [, , , , , , , fraction = '', sign = '+', hours = '0', minutes = '0'] = found;
  if (hour > 23 || minute > 59 || seconds > 59 || Number(hours) > 24 || Number(minutes) > 60) return undefined;
  const midnight = dayStart(year, month, day);
  if (midnight === undefined) return undefined;
  const zone = (Number(hours) * 60 + Number(minutes)) * (sign === '-' ? -1 : 1);
  const whole = BigInt(midnight / 1000 + hour * 3600 + minute * 60 + seconds - zone * 60);
  return { nanos: whole * second + BigInt(fraction.slice(0, 9).padEnd(9, '0')), zone };
}

/** Milliseconds since 1970 at the beginning of a day (UTC), or undefined when there is no such day. `month` counts from 1. */
export function dayStart(year: number, month: number, day: number): number | undefined {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day && month > 0 ? date.getTime() : undefined;
}

/** A moment as RFC 3339 writes it, in its time zone, with no more digits than needed. */
export function formatTimestamp({ nanos, zone = 0 }: Timestamp): string {
  const fraction = ((nanos % second) + second) % second;
  const date = new Date(Number((nanos - fraction) / 1_000_000n) + zone * 60_000);
  const digits = fraction === 0n ? '' : `.${fraction.toString().padStart(9, '0').replace(/0+$/, '')}`;
  return `${date.toISOString().slice(0, 19)}${digits}${formatZone(zone)}`;
}

function formatZone(zone: number): string {
  if (zone === 0) return 'Z';
  const [hours, minutes] = [Math.floor(Math.abs(zone) / 60), Math.abs(zone) % 60].map((part) => String(part).padStart(2, '0'));
  return `${zone < 0 ? '-' : '+'}${hours}:${minutes}`;
}

/** A duration in seconds (`5400s`), as CEL converts it to text. */
export function formatDuration({ nanos }: Duration): string {
  const size = nanos < 0n ? -nanos : nanos;
  const fraction = size % second;
  const digits = fraction === 0n ? '' : `.${fraction.toString().padStart(9, '0').replace(/0+$/, '')}`;
  return `${nanos < 0n ? '-' : ''}${size / second}${digits}s`;
}

type Part = (date: Date) => number;

const parts: Readonly<Record<string, Part>> = {
  getFullYear: (date) => date.getUTCFullYear(),
  getMonth: (date) => date.getUTCMonth(),
  getDayOfMonth: (date) => date.getUTCDate() - 1,
  getDate: (date) => date.getUTCDate(),
  getDayOfWeek: (date) => date.getUTCDay(),
  getDayOfYear: (date) => Math.floor((date.getTime() - (dayStart(date.getUTCFullYear(), 1, 1) ?? 0)) / 86_400_000),
  getHours: (date) => date.getUTCHours(),
  getMinutes: (date) => date.getUTCMinutes(),
  getSeconds: (date) => date.getUTCSeconds(),
  getMilliseconds: (date) => date.getUTCMilliseconds(),
};

function dateIn({ nanos }: Timestamp, zone: string): Date {
  const offset = /^([+-]?)(\d\d):(\d\d)$/.exec(zone);
  if (offset === null && zone !== 'UTC' && zone !== '') throw new NotEvaluated(`the time zone \`${zone}\` is not known here`);
  const minutes = offset === null ? 0 : (Number(offset[2]) * 60 + Number(offset[3])) * (offset[1] === '-' ? -1 : 1);
  const millis = ((nanos % 1_000_000n) + 1_000_000n) % 1_000_000n;
  return new Date(Number((nanos - millis) / 1_000_000n) + minutes * 60_000);
}

/** How long each of what a duration can be asked for is. */
const lengths: Readonly<Record<string, bigint>> = {
  getHours: 3_600n * second,
  getMinutes: 60n * second,
  getSeconds: second,
  getMilliseconds: 1_000_000n,
};

/** The methods of moments and durations. */
export const times: readonly Row[] = [
  ...Object.entries(parts).flatMap(([name, part]): readonly Row[] => [
    [`timestamp->${name}(): int`, ([time]: [Timestamp]) => BigInt(part(dateIn(time, 'UTC')))],
    [`timestamp->${name}(string): int`, ([time, zone]: [Timestamp, string]) => BigInt(part(dateIn(time, zone)))],
  ]),
  ...Object.entries(lengths).map(
    ([name, length]): Row => [`duration->${name}(): int`, ([duration]: [Duration]) => duration.nanos / length],
  ),
];
