import type { Json, JsonObject } from '../model/json.ts';
import { isPlain, literalHeader, maxImplicitKey, quote, writeNumber } from './yaml-scalar.ts';

/** How deep lists and objects may stand in each other. */
export const maxDepth = 100;

/** Where reading stands. Functions move `at` behind what they read; when one gives undefined, reading is over. */
interface Cursor {
  readonly text: string;
  at: number;
  depth: number;
}

const newline = 0x0a;
const space = 0x20;
const doubleQuote = 0x22;
const dash = 0x2d;
const colon = 0x3a;
const questionMark = 0x3f;
const bar = 0x7c;

/**
 * The value of a text that `writeYaml` wrote, or undefined for any other text. It takes no scalar that the writer would
 * have written in another form, so whatever it accepts every other YAML reader reads alike; only the order of keys and
 * needless quotes are let through.
 */
export function readCanonical(text: string): JsonObject | undefined {
  if (text === '{}\n') return {};
  const cursor: Cursor = { text, at: 0, depth: 0 };
  const value = readMap(cursor, 0);
  return cursor.at === text.length ? value : undefined;
}

/** Sets `key` as an own property whatever its name: assigning to `__proto__` would change the prototype instead. */
export function setOwn(object: Record<string, Json>, key: string, value: Json): void {
  if (key === '__proto__') Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
  else object[key] = value;
}

/** Reads an object whose keys stand at `indent`; the cursor is at its first key. */
function readMap(cursor: Cursor, indent: number): JsonObject | undefined {
  if (++cursor.depth > maxDepth) return undefined;
  const map: Record<string, Json> = {};
  do {
    const key = readKey(cursor, indent);
    if (key === undefined || Object.hasOwn(map, key)) return undefined;
    const value = readEntry(cursor, indent);
    if (value === undefined) return undefined;
    setOwn(map, key, value);
  } while (enterLine(cursor, indent));
  cursor.depth--;
  return map;
}

/** Reads a list whose dashes stand at `indent`; the cursor is at its first dash. */
function readList(cursor: Cursor, indent: number): readonly Json[] | undefined {
  if (++cursor.depth > maxDepth) return undefined;
  const list: Json[] = [];
  do {
    cursor.at += 2;
    const item = readItem(cursor, indent);
    if (item === undefined) return undefined;
    list.push(item);
  } while (indentAt(cursor) === indent && isItem(cursor, cursor.at + indent) && enterLine(cursor, indent));
  cursor.depth--;
  return list;
}

/** Reads a key of an object at `indent`, with its colon. A key that is too long for one line has a `?` before it. */
function readKey(cursor: Cursor, indent: number): string | undefined {
  const { text, at } = cursor;
  if (text.charCodeAt(at) !== questionMark) return readImplicitKey(cursor);
  if (text.charCodeAt(at + 1) !== space) return undefined;
  cursor.at = at + 2;
  const key = text.charCodeAt(at + 2) === doubleQuote ? readQuoted(cursor) : readLine(cursor);
  const isLong = cursor.at - (at + 2) > maxImplicitKey;
  if (!isLong || text.charCodeAt(cursor.at++) !== newline || !enterLine(cursor, indent)) return undefined;
  return text.charCodeAt(cursor.at++) === colon ? key : undefined;
}

function readImplicitKey(cursor: Cursor): string | undefined {
  const { text, at } = cursor;
  if (text.charCodeAt(at) === doubleQuote) {
    const key = readQuoted(cursor);
    return text.charCodeAt(cursor.at++) === colon && cursor.at - 1 - at <= maxImplicitKey ? key : undefined;
  }
  const end = keyEnd(text, at);
  cursor.at = end + 1;
  const key = text.slice(at, end);
  return key.length <= maxImplicitKey && isPlain(key) ? key : undefined;
}

/** Reads plain text to the end of its line. */
function readLine(cursor: Cursor): string | undefined {
  const { text, at } = cursor;
  const end = text.indexOf('\n', at);
  cursor.at = end;
  const line = text.slice(at, end);
  return end >= 0 && isPlain(line) ? line : undefined;
}

/** Where the colon stands that ends the plain key at `start`: the first one before a space or the end of the line. */
function keyEnd(text: string, start: number): number {
  for (let at = text.indexOf(':', start); at >= 0; at = text.indexOf(':', at + 1)) {
    const next = text.charCodeAt(at + 1);
    if (next === space || next === newline) return at;
  }
  return start;
}

/** Reads what follows the colon of a key at `indent`. */
function readEntry(cursor: Cursor, indent: number): Json | undefined {
  const separator = cursor.text.charCodeAt(cursor.at++);
  if (separator === space) return readScalar(cursor, indent);
  if (separator !== newline) return undefined;
  const found = indentAt(cursor);
  cursor.at += found;
  if (found === indent && isItem(cursor, cursor.at)) return readList(cursor, indent);
  return found === indent + 2 ? readMap(cursor, found) : undefined;
}

/** Reads what follows a dash at `indent`. */
function readItem(cursor: Cursor, indent: number): Json | undefined {
  if (isItem(cursor, cursor.at)) return readList(cursor, indent + 2);
  return startsMap(cursor) ? readMap(cursor, indent + 2) : readScalar(cursor, indent);
}

/** Whether a key with its colon stands at the cursor, not a scalar alone. */
function startsMap(cursor: Cursor): boolean {
  const { text, at } = cursor;
  const first = text.charCodeAt(at);
  if (first === questionMark) return true;
  if (first === doubleQuote) return text.charCodeAt(closingQuote(text, at) + 1) === colon;
  const line = text.slice(at, text.indexOf('\n', at));
  return line.includes(': ') || line.endsWith(':');
}

/** Reads a scalar, `{}` or `[]` with its line, the key or dash of which stands at `indent`. */
function readScalar(cursor: Cursor, indent: number): Json | undefined {
  const { text, at } = cursor;
  const first = text.charCodeAt(at);
  if (first === bar) return readLiteral(cursor, indent + 2);
  if (first === doubleQuote) {
    const value = readQuoted(cursor);
    return text.charCodeAt(cursor.at++) === newline ? value : undefined;
  }
  const end = text.indexOf('\n', at);
  cursor.at = end + 1;
  return end < 0 ? undefined : plainValue(text.slice(at, end));
}

function plainValue(text: string): Json | undefined {
  if (isPlain(text)) return text;
  if (text === 'true' || text === 'false') return text === 'true';
  if (text === 'null') return null;
  if (text === '{}') return {};
  if (text === '[]') return [];
  const number = Number(text);
  return Number.isFinite(number) && writeNumber(number) === text ? number : undefined;
}

/** Reads a string in double quotes; nothing is said of what follows it. */
function readQuoted(cursor: Cursor): string | undefined {
  const { text, at } = cursor;
  const end = closingQuote(text, at);
  cursor.at = end + 1;
  const source = text.slice(at, end + 1);
  try {
    const value: unknown = JSON.parse(source);
    return typeof value === 'string' && quote(value) === source ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Where the string ends that the quote at `start` begins, or -1. */
function closingQuote(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end >= 0 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end;
}

function isEscaped(text: string, at: number): boolean {
  let first = at;
  while (text[first - 1] === '\\') first--;
  return (at - first) % 2 === 1;
}

/** Reads a literal block whose lines stand at `width`; the cursor is at its header. */
function readLiteral(cursor: Cursor, width: number): string | undefined {
  const { text } = cursor;
  const headerEnd = text.indexOf('\n', cursor.at);
  const header = text.slice(cursor.at, headerEnd);
  cursor.at = headerEnd + 1;
  const lines: string[] = [];
  while (cursor.at < text.length) {
    const empty = text.charCodeAt(cursor.at) === newline;
    if (!empty && indentAt(cursor) < width) break;
    const end = text.indexOf('\n', cursor.at);
    if (end < 0) return undefined;
    lines.push(empty ? '' : text.slice(cursor.at + width, end));
    cursor.at = end + 1;
  }
  const value = lines.join('\n') + (header.endsWith('-') ? '' : '\n');
  return literalHeader(value) === header ? value : undefined;
}

/** How many spaces stand at the cursor. */
function indentAt({ text, at }: Cursor): number {
  let end = at;
  while (text.charCodeAt(end) === space) end++;
  return end - at;
}

/** Moves to the content of the line at the cursor when it stands exactly at `indent`. */
function enterLine(cursor: Cursor, indent: number): boolean {
  if (cursor.at >= cursor.text.length || indentAt(cursor) !== indent) return false;
  cursor.at += indent;
  return true;
}

function isItem({ text }: Cursor, at: number): boolean {
  return text.charCodeAt(at) === dash && text.charCodeAt(at + 1) === space;
}
