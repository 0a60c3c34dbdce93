import { isDay } from '../model/time.ts';
import { type SyncWindow, type Weekday, wallTime, weekdays } from '../model/window.ts';

/** A status does not grow with windows: this many are named. */
const named = 5;

/**
 * Why no new commit is taken at `now`, or undefined when it may be. A window that denies goes before all that allow; where none allows
 * anything, all times are allowed. What was accepted before is kept and repaired at any time.
 */
export function closedBecause(windows: readonly SyncWindow[], now: Date): string | undefined {
  const denying = windows.find((window) => window.type === 'deny' && isWithin(window, now));
  if (denying !== undefined) return `a sync window denies it: ${inWords(denying)}`;
  const allowing = windows.filter(({ type }) => type === 'allow');
  if (allowing.length === 0 || allowing.some((window) => isWithin(window, now))) return undefined;
  const more = allowing.length > named ? ` (and ${allowing.length - named} more)` : '';
  return `no sync window allows it now: ${allowing.slice(0, named).map(inWords).join('; ')}${more}`;
}

function isWithin({ from, to, timeZone, days = weekdays }: SyncWindow, now: Date): boolean {
  const { date, day, time } = wallTime(now, timeZone);
  if (isDay(from)) return from <= date && date <= to;
  if (from < to) return days.includes(day) && from <= time && time < to;
  // It goes on after midnight, and is of the day that it began on.
  return (days.includes(day) && from <= time) || (days.includes(dayBefore(day)) && time < to);
}

function dayBefore(day: Weekday): Weekday {
  return weekdays[(weekdays.indexOf(day) + weekdays.length - 1) % weekdays.length] ?? day;
}

/** `Mon, Tue 09:00 to 17:00 (Europe/Berlin)`, with the reason. */
function inWords({ from, to, timeZone, days, reason }: SyncWindow): string {
  const when = days === undefined ? '' : `${days.join(', ')} `;
  return `${when}${from} to ${to} (${timeZone})${reason === undefined ? '' : `, ${reason}`}`;
}
