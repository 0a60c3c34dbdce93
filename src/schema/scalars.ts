import { quantityOf } from '../model/quantity.ts';

/** What the text of a value has to be. */
export interface Format {
  readonly test: (text: string) => boolean;
  /** What is expected, for the end of `and must be …`. */
  readonly expected: string;
}

/** A fixed-point number with a unit: the grammar of `resource.Quantity` in k8s.io/apimachinery. */
export const quantity: Format = {
  test: (text) => quantityOf(text) !== undefined,
  expected: 'a quantity such as `500m`, `1.5` or `128Mi`',
};

/** A moment (RFC 3339, section 5.6), as Go reads it: with a date that there is. */
export const dateTime: Format = { test: isMoment, expected: 'a time such as `2026-01-31T12:00:00Z` (RFC 3339)' };

/** A span of time as Go's `time.ParseDuration` reads it. */
export const duration: Format = {
  test: matcher(/^[+-]?(?:0|(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+)$/),
  expected: 'a duration such as `30s` or `1h30m`',
};

/** Bytes in base64 (RFC 4648, section 4), padded; line breaks are skipped, as Go does. */
export const base64: Format = { test: isBase64, expected: 'base64 (RFC 4648)' };

function matcher(expression: RegExp): (text: string) => boolean {
  return (text) => expression.test(text);
}

function isMoment(text: string): boolean {
  const found = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:[.,]\d+)?(?:Z|[+-](\d\d):(\d\d))$/.exec(text);
  if (found === null) return false;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, offsetHour = 0, offsetMinute = 0] = found
    .slice(1)
    .map((part) => Number(part ?? 0));
  const days = new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate();
  const isDate = month >= 1 && month <= 12 && day >= 1 && day <= days;
  return isDate && hour < 24 && minute < 60 && second < 60 && offsetHour <= 24 && offsetMinute < 60;
}

function isBase64(text: string): boolean {
  const joined = text.replaceAll(/[\r\n]/g, '');
  return joined.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(joined);
}
