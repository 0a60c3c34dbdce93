/** The day of a moment, in UTC (ISO 8601): `2027-01-31`. */
export function dayOf(moment: Date): string {
  return moment.toISOString().slice(0, 10);
}

/** Whether `text` is a day that the calendar has (ISO 8601): `2027-01-31`. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const day = new Date(`${text}T00:00:00Z`);
  // The engine takes the 30th of February for the 2nd of March.
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}

/** A moment to the second, in UTC (RFC 3339): `2027-01-31T12:00:00Z`. */
export function secondOf(moment: Date): string {
  return moment.toISOString().replace(/\.\d+Z$/, 'Z');
}

/**
 * Whether less than `milliseconds` have passed since `since` (milliseconds since 1970). What is ahead was noted before the clock was set back:
 * it counts as passed, or whatever waits for it would wait for as long as the clock was set back.
 */
export function isRecent(since: number, milliseconds: number, now: Date): boolean {
  const age = now.getTime() - since;
  return age >= 0 && age < milliseconds;
}

/** A server that failed is not asked again within this many milliseconds, whoever wants it. */
export const failurePause = 5_000;
