import type { Weekday } from '../model/window.ts';

/**
 * A time in which an agent may, or may not, take new commits, by the clock on a wall in `timeZone`: between two times of day (`'22:00'`
 * and `'04:00'`) on days of the week, or between two days (`'2027-12-23'` and `'2028-01-02'`), the last one included.
 */
export interface SyncWindowOptions {
  readonly from: string;
  readonly to: string;
  /** A name of the IANA time zone database: `Europe/Berlin`. */
  readonly timeZone: string;
  /** The days that it begins on. Default: all. */
  readonly days?: readonly Weekday[];
  /** Why, for people: it is told with the status. */
  readonly reason?: string;
}

/** When an agent takes new commits: within one of `allow`, if there are any, and within none of `deny`. */
export interface SyncWindows {
  readonly allow?: readonly SyncWindowOptions[];
  readonly deny?: readonly SyncWindowOptions[];
}
