import { textOfUtf8, utf8 } from '../text.ts';
import { CelError, type CelMap, type List, NotEvaluated, type Tag, tagOf, typeNames, Uint, type Value } from '../values.ts';
import { formatDouble, formatExponent, formatFixed, parseDouble } from './numbers.ts';
import { formatDuration, formatTimestamp } from './time.ts';

/** `format` with `values` in the places of its clauses: `%s`, `%d`, `%f`, `%e`, `%b`, `%x`, `%X` and `%o`. */
export function printed(format: string, values: readonly Value[]): string {
  let next = 0;
  return format.replace(/%(%|(?:\.(\d*))?([a-zA-Z]?))/g, (all, percent: string, precision?: string, clause?: string) => {
    if (percent === '%') return '%';
    const print = clause === undefined ? undefined : clauses[clause];
    if (print === undefined) throw new CelError(`could not parse formatting clause: unrecognized formatting clause "${all.slice(1)}"`);
    const value = values[next++];
    if (value === undefined) throw new CelError(`index ${next - 1} out of range`);
    const digits = precision === undefined || precision === '' ? 6 : Number(precision);
    if (digits > mostDigits) throw new NotEvaluated(`it formats with ${digits} digits`);
    return print(value, digits);
  });
}

/** What JavaScript can write behind a point. */
const mostDigits = 100;

type Clause = (value: Value, precision: number) => string;

const clauses: Readonly<Record<string, Clause>> = {
  s: shownText,
  d: (value) => whole(value, 'd', 10),
  f: (value, precision) => fixed(double(value, 'f'), precision),
  e: (value, precision) => scientific(double(value, 'e'), precision),
  b: (value) => (typeof value === 'boolean' ? (value ? '1' : '0') : whole(value, 'b', 2)),
  o: (value) => whole(value, 'o', 8),
  x: hexadecimal,
  X: (value) => hexadecimal(value).toUpperCase(),
};

function unfit(clause: string, value: Value): CelError {
  return new CelError(`error during formatting: %${clause} does not take ${typeNames[tagOf(value)]}`);
}

function whole(value: Value, clause: string, radix: number): string {
  if (value instanceof Uint) return value.value.toString(radix);
  if (typeof value !== 'bigint') throw unfit(clause, value);
  return value.toString(radix);
}

function hexadecimal(value: Value): string {
  const bytes = typeof value === 'string' ? utf8(value) : value;
  if (bytes instanceof Uint8Array) return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return whole(bytes, 'x', 16);
}

function double(value: Value, clause: string): number {
  const isNamed = value === 'NaN' || value === 'Infinity' || value === '-Infinity';
  const number = isNamed ? parseDouble(value) : value;
  if (typeof number !== 'number') throw unfit(clause, value);
  return number;
}

/** The way of golang.org/x/text for `en`: groups of three digits, and signs of its own. */
function fixed(value: number, precision: number): string {
  if (!Number.isFinite(value)) return special(value);
  const [digits = '', fraction] = formatFixed(value, precision).split('.');
  const grouped = digits.replace(/\B(?=(?:\d{3})+$)/g, ',');
  return `${grouped}${fraction === undefined ? '' : `.${fraction}`}`;
}

/** cel-go takes the precision for a width. */
function scientific(value: number, width: number): string {
  if (!Number.isFinite(value)) return special(value);
  const [mantissa = '', power = ''] = value.toExponential(6).split('e');
  return `${mantissa}×10${superscript(formatExponent(Number(power)))}`.padStart(width);
}

const raised: Readonly<Record<string, string>> = {
  '-': '⁻',
  '0': '⁰',
  '1': '¹',
  '2': '²',
  '3': '³',
  '4': '⁴',
  '5': '⁵',
  '6': '⁶',
  '7': '⁷',
  '8': '⁸',
  '9': '⁹',
};

function superscript(exponent: string): string {
  return [...exponent.slice(1).replace('+', '')].map((digit) => raised[digit] ?? '').join('');
}

function special(value: number): string {
  return Number.isNaN(value) ? 'NaN' : value > 0 ? '∞' : '-∞';
}

const texts: Partial<Readonly<Record<Tag, (value: never) => string>>> = {
  string: (value: string) => value,
  bool: String,
  int: String,
  uint: (value: Uint) => String(value.value),
  double: formatDouble,
  bytes: (value: Uint8Array) => textOfUtf8(value) ?? '',
  timestamp: formatTimestamp,
  duration: formatDuration,
  null: () => 'null',
  type: (value: Extract<Value, { readonly type: 'type' }>) => value.name,
  list: listText,
  map: mapText,
};

function shownText(value: Value): string {
  const text = texts[tagOf(value)] as ((value: Value) => string) | undefined;
  if (text === undefined) throw unfit('s', value);
  return text(value);
}

/** A value inside of a list or a map. */
function nested(value: Value): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (value instanceof Uint8Array) return `b${JSON.stringify(textOfUtf8(value) ?? '')}`;
  if (typeof value === 'number') return Number.isFinite(value) ? formatFixed(value, 6) : JSON.stringify(formatDouble(value));
  const tag = tagOf(value);
  if (tag === 'timestamp' || tag === 'duration') return `${tag}(${JSON.stringify(shownText(value))})`;
  return tag === 'type' ? `type(${shownText(value)})` : shownText(value);
}

function listText({ items }: List): string {
  return `[${items.map(nested).join(', ')}]`;
}

function mapText({ entries }: CelMap): string {
  const shown = [...entries].map(([key, value]) => [nested(key), nested(value)] as const);
  return `{${shown
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([key, value]) => `${key}:${value}`)
    .join(', ')}}`;
}
