import type { SyncWindows } from '../authoring/windows.ts';
import type { Checked, Diagnostic } from '../model/diagnostic.ts';
import { isObject } from '../model/json.ts';
import { isDay } from '../model/time.ts';
import { isSpan, isTimeZone, type SyncWindow, type Weekday, weekdays } from '../model/window.ts';
import { readEntries } from './entries.ts';
import type { Layer } from './resolve.ts';
import type { Read } from './targets.ts';
import { meantOr, quotedList, shown } from './wording.ts';

const types = ['allow', 'deny'] as const;

/** The sync windows of an environment: those of the nearest definition that has some. */
export function resolveWindows(layers: readonly Layer[]): Checked<readonly SyncWindow[]> {
  const layer = layers.findLast(({ definition }) => definition.syncWindows !== undefined);
  if (layer === undefined) return { value: [], diagnostics: [] };
  const { definition, at } = layer;
  const given: unknown = definition.syncWindows;
  const error = (message: string, help: string): Diagnostic => ({
    code: 'sync-window-invalid',
    severity: 'error',
    message,
    at: { ...at, pointer: 'syncWindows' },
    help,
  });
  if (!isObject(given)) return { value: [], diagnostics: [error('`syncWindows` neither allows nor denies anything', form)] };
  const stray = Object.keys(given).filter((key) => !types.some((type) => type === key));
  const read = types.map((type) =>
    readEntries({
      given: (given as SyncWindows)[type],
      at: { ...at, pointer: `syncWindows.${type}` },
      code: 'sync-window-invalid',
      read: (one) => readWindow(type, one),
    }),
  );
  return {
    value: read.flatMap(({ value }) => value.map((entry) => entry.value)),
    diagnostics: [
      ...stray.map((key) => error(`\`syncWindows\` has no \`${key}\``, meantOr(`there are ${quotedList(types)}`, key, types))),
      ...read.flatMap(({ diagnostics }) => diagnostics),
    ],
  };
}

const form = "write `{ allow: [{ days: ['Mon', 'Tue'], from: '09:00', to: '17:00', timeZone: 'Europe/Berlin' }] }`";
const fields: readonly string[] = ['from', 'to', 'timeZone', 'days', 'reason'];
/** It stands in the status, and in the index on a line. */
const longestReason = 200;

function readWindow(type: SyncWindow['type'], given: unknown): Read<SyncWindow> {
  if (!isObject(given)) return refused(`${shown(given)} is no sync window`, form);
  const stray = Object.keys(given).find((key) => !fields.includes(key));
  if (stray !== undefined) return refused(`a sync window has no \`${stray}\``, meantOr(`there are ${quotedList(fields)}`, stray, fields));
  const { from, to, timeZone, days, reason } = given;
  if (typeof from !== 'string' || typeof to !== 'string' || !isSpan(from, to)) {
    return refused(
      `a sync window cannot last from ${shown(from)} to ${shown(to)}`,
      "give two times of day (`'22:00'`, `'04:00'`), or two days (`'2027-12-23'`, `'2028-01-02'`)",
    );
  }
  if (typeof timeZone !== 'string' || !isTimeZone(timeZone)) {
    return refused(`${shown(timeZone)} is no time zone`, "give a name of the IANA time zone database: `'Europe/Berlin'`, `'UTC'`");
  }
  if (days !== undefined && isDay(from)) return refused('a sync window between two days has no `days`', 'leave them out');
  const wrong = days === undefined ? undefined : dayProblem(days);
  if (wrong !== undefined) return wrong;
  if (reason !== undefined && !isReason(reason))
    return refused(`${shown(reason)} is no reason`, `give a line of at most ${longestReason} characters`);
  const sorted = days === undefined ? undefined : weekdays.filter((day) => (days as readonly Weekday[]).includes(day));
  return { ok: true, value: { type, from, to, timeZone, days: sorted, reason: reason as string | undefined } };
}

function dayProblem(days: unknown): Read<never> | undefined {
  const help = `give some of ${quotedList(weekdays)}`;
  if (!Array.isArray(days) || days.length === 0) return refused(`${shown(days)} are no days`, help);
  const wrong: unknown = days.find((day) => !weekdays.some((one) => one === day));
  return wrong === undefined ? undefined : refused(`${shown(wrong)} is no day of the week`, help);
}

function isReason(reason: unknown): boolean {
  return typeof reason === 'string' && reason.trim() !== '' && reason.length <= longestReason && !/\p{Cc}/u.test(reason);
}

function refused(message: string, help: string): Read<never> {
  return { ok: false, problem: { message, help } };
}
