import type { Row } from '../signature.ts';
import { CelError, type List, listOf } from '../values.ts';
import { printed } from './printf.ts';

/** The methods of text from cel-go's extension (version 2). Indices count code points. */
export const strings: readonly Row[] = [
  ['string->charAt(int): string', ([text, index]: [string, bigint]) => charAt([...text], index)],
  ['string->indexOf(string): int', ([text, part]: [string, string]) => indexOf([...text], part, 0n)],
  ['string->indexOf(string, int): int', ([text, part, from]: [string, string, bigint]) => indexOf([...text], part, from)],
  ['string->lastIndexOf(string): int', ([text, part]: [string, string]) => lastIndexOf([...text], part)],
  ['string->lastIndexOf(string, int): int', ([text, part, from]: [string, string, bigint]) => lastIndexOfFrom([...text], part, from)],
  ['string->lowerAscii(): string', ([text]: [string]) => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())],
  ['string->upperAscii(): string', ([text]: [string]) => text.replace(/[a-z]+/g, (letters) => letters.toUpperCase())],
  ['string->replace(string, string): string', ([text, from, to]: [string, string, string]) => replaceSome([text, from, to, -1n])],
  ['string->replace(string, string, int): string', replaceSome],
  ['string->split(string): list<string>', ([text, by]: [string, string]) => listOf(parts(text, by))],
  ['string->split(string, int): list<string>', splitSome],
  ['string->substring(int): string', ([text, from]: [string, bigint]) => substring([...text], from)],
  ['string->substring(int, int): string', ([text, from, to]: [string, bigint, bigint]) => substring([...text], from, to)],
  ['string->trim(): string', ([text]: [string]) => text.replace(blankStart, '').replace(blankEnd, '')],
  ['string->format(list<dyn>): string', ([text, values]: [string, List]) => printed(text, values.items)],
  ['strings.quote(string): string', ([text]: [string]) => quoted(text)],
  ['list<string>->join(): string', ([list]: [List]) => join(list, '')],
  ['list<string>->join(string): string', ([list, by]: [List, string]) => join(list, by)],
];

/** What Unicode calls white space, as Go trims it. */
const blank = '[\\t\\n\\v\\f\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]+';
const blankStart = new RegExp(`^${blank}`, 'u');
const blankEnd = new RegExp(`${blank}$`, 'u');

function outOfRange(index: bigint): CelError {
  return new CelError(`index out of range: ${index}`);
}

function charAt(points: readonly string[], index: bigint): string {
  if (index < 0n || index > BigInt(points.length)) throw outOfRange(index);
  return points[Number(index)] ?? '';
}

function indexOf(points: readonly string[], part: string, from: bigint): bigint {
  if (part === '') return from;
  if (from < 0n) throw outOfRange(from);
  const wanted = [...part];
  for (let i = Number(from); i <= points.length - wanted.length; i++) if (standsAt(points, wanted, i)) return BigInt(i);
  return -1n;
}

function lastIndexOf(points: readonly string[], part: string): bigint {
  if (part === '') return BigInt(points.length);
  return points.length === 0 ? -1n : lastIndexOfFrom(points, part, BigInt(points.length - 1));
}

function lastIndexOfFrom(points: readonly string[], part: string, from: bigint): bigint {
  if (part === '') return from;
  if (from < 0n) throw outOfRange(from);
  if (from >= BigInt(points.length)) return -1n;
  const wanted = [...part];
  for (let i = Math.min(Number(from), points.length - wanted.length); i >= 0; i--) if (standsAt(points, wanted, i)) return BigInt(i);
  return -1n;
}

function standsAt(points: readonly string[], wanted: readonly string[], at: number): boolean {
  return wanted.every((point, i) => points[at + i] === point);
}

/** Split at nothing gives code points. */
function parts(text: string, by: string): readonly string[] {
  return by === '' ? [...text] : text.split(by);
}

function splitSome([text, by, limit]: [string, string, bigint]): List {
  if (limit === 0n) return listOf([]);
  const all = parts(text, by);
  if (limit < 0n || BigInt(all.length) <= limit) return listOf(all);
  const last = Number(limit) - 1;
  return listOf([...all.slice(0, last), all.slice(last).join(by)]);
}

function replaceSome([text, from, to, limit]: [string, string, string, bigint]): string {
  if (limit < 0n) return from === '' ? `${to}${[...text].map((point) => `${point}${to}`).join('')}` : text.split(from).join(to);
  if (from === '') {
    const points = [...text];
    return [...points, ''].map((point, i) => (BigInt(i) < limit ? `${to}${point}` : point)).join('');
  }
  const all = text.split(from);
  const count = Math.min(Number(limit), all.length - 1);
  const replaced = all.slice(0, count + 1).join(to);
  return [replaced, ...all.slice(count + 1)].join(from);
}

function substring(points: readonly string[], from: bigint, to = BigInt(points.length)): string {
  if (from > to) throw new CelError(`invalid substring range. start: ${from}, end: ${to}`);
  for (const index of [from, to]) if (index < 0n || index > BigInt(points.length)) throw outOfRange(index);
  return points.slice(Number(from), Number(to)).join('');
}

function join({ items }: List, by: string): string {
  const other = items.find((item) => typeof item !== 'string');
  if (other !== undefined) throw new CelError('join: invalid input');
  return items.join(by);
}

const escapes: Readonly<Record<string, string>> = {
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '\\': '\\\\',
  '"': '\\"',
};

/** Text as a literal of CEL. */
function quoted(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that have an escape
  return `"${text.replace(/[\x07\b\f\n\r\t\v\\"]/g, (one) => escapes[one] ?? one)}"`;
}
