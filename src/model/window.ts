import { isDay } from './time.ts';

/** The days of a week, as sync windows name them. */
export const weekdays = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const;

/** One of `weekdays`. */
export type Weekday = (typeof weekdays)[number];

/**
 * A time in which an agent may, or may not, take new commits: between two times of day (`09:00`, `24:00` is the end of a day) on days of
 * the week, or between two days (`2027-12-23`), the last one included. Times are those of a wall clock in `timeZone`.
 */
export interface SyncWindow {
  /** A commit is taken within one of `allow`, if there are any, and within none of `deny`. */
  readonly type: 'allow' | 'deny';
  readonly from: string;
  readonly to: string;
  /** A name of the IANA time zone database: `Europe/Berlin`. */
  readonly timeZone: string;
  /** The days that it begins on; undefined for all, and where `from` and `to` are days. */
  readonly days: readonly Weekday[] | undefined;
  /** Why, for people. */
  readonly reason: string | undefined;
}

const time = /^(?:[01]\d|2[0-3]):[0-5]\d$/;

/** Whether `text` is a time of day at which a window may begin. */
function isTimeOfDay(text: string): boolean {
  return time.test(text);
}

/** Whether a window lasts from `from` to `to`: two times, or two days in their order. */
export function isSpan(from: string, to: string): boolean {
  return (isTimeOfDay(from) && (isTimeOfDay(to) || to === '24:00') && from !== to) || (isDay(from) && isDay(to) && from <= to);
}

/** Whether `text` is a time zone. */
export function isTimeZone(text: string): boolean {
  try {
    // An offset is none: it does not know when clocks are set.
    return /^[A-Z]/i.test(text) && new Intl.DateTimeFormat('en', { timeZone: text }) !== undefined;
  } catch {
    return false;
  }
}

/** What a clock on the wall says. */
export interface WallTime {
  /** ISO 8601. */
  readonly date: string;
  readonly day: Weekday;
  /** `09:05`. */
  readonly time: string;
}

/** One for each time zone: to make one takes a millisecond. */
const clocks = new Map<string, Intl.DateTimeFormat>();

/** What clocks in a time zone say at a moment. */
export function wallTime(now: Date, timeZone: string): WallTime {
  const clock = clocks.get(timeZone) ?? clockIn(timeZone);
  clocks.set(timeZone, clock);
  const parts = new Map(clock.formatToParts(now).map(({ type, value }) => [type, value]));
  const [year, month, date, hour, minute] = (['year', 'month', 'day', 'hour', 'minute'] as const).map((part) => parts.get(part));
  const day = weekdays.find((one) => one === parts.get('weekday')) ?? 'Mon';
  return { date: `${year}-${month}-${date}`, day, time: `${hour}:${minute}` };
}

function clockIn(timeZone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    weekday: 'short',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  });
}
