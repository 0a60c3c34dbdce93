import type { Literal } from './syntax.ts';
import { utf8 } from './text.ts';
import { Uint } from './values.ts';

/** A piece of an expression. `offset` counts UTF-16 units from the beginning. */
export type Token = { readonly offset: number } & (
  | { readonly type: 'name' | 'quoted-name' | 'sign'; readonly text: string }
  | { readonly type: 'literal'; readonly value: Literal }
  | { readonly type: 'end' }
);

/** What makes an expression unreadable. */
export class SyntaxProblem extends Error {}

const blank = /(?:[\t \r\n\f]+|\/\/[^\n]*)*/y;
const float = /\d+\.\d+(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+|\.\d+(?:[eE][+-]?\d+)?/y;
const integer = /(0x[0-9a-fA-F]+|\d+)([uU]?)/y;
const text =
  /([bB]?)(?:([rR])(?:"""([\s\S]*?)"""|'''([\s\S]*?)'''|"([^"\n\r]*)"|'([^'\n\r]*)')|(?:"""((?:\\[\s\S]|[^\\])*?)"""|'''((?:\\[\s\S]|[^\\])*?)'''|"((?:\\.|[^\\"\n\r])*)"|'((?:\\.|[^\\'\n\r])*)'))/y;
const name = /[A-Za-z_][A-Za-z0-9_]*/y;
const quotedName = /`([A-Za-z0-9_.\-/ ]+)`/y;
const sign = /==|!=|<=|>=|&&|\|\||[[\](){}.,\-!?:+*/%<>]/y;

/** The tokens of `source`, the last of which is its end. Throws `SyntaxProblem`. */
export function tokensOf(source: string): readonly Token[] {
  const tokens: Token[] = [];
  let offset = 0;
  for (;;) {
    offset = matchAt(blank, source, offset)?.end ?? offset;
    if (offset === source.length) return [...tokens, { type: 'end', offset }];
    const { token, end } = tokenAt(source, offset);
    tokens.push(token);
    offset = end;
  }
}

interface Found {
  readonly groups: RegExpExecArray;
  readonly end: number;
}

function matchAt(pattern: RegExp, source: string, offset: number): Found | undefined {
  pattern.lastIndex = offset;
  const groups = pattern.exec(source);
  return groups === null ? undefined : { groups, end: pattern.lastIndex };
}

function tokenAt(source: string, offset: number): { readonly token: Token; readonly end: number } {
  const quoted = matchAt(text, source, offset);
  if (quoted !== undefined) return { token: { type: 'literal', value: textOf(quoted.groups), offset }, end: quoted.end };
  const fraction = matchAt(float, source, offset);
  if (fraction !== undefined) return { token: { type: 'literal', value: Number(fraction.groups[0]), offset }, end: fraction.end };
  const whole = matchAt(integer, source, offset);
  if (whole !== undefined) return { token: { type: 'literal', value: wholeOf(whole.groups), offset }, end: whole.end };
  const word = matchAt(name, source, offset);
  if (word !== undefined) return { token: wordOf(word.groups[0], offset), end: word.end };
  const escaped = matchAt(quotedName, source, offset);
  if (escaped !== undefined) return { token: { type: 'quoted-name', text: escaped.groups[1] ?? '', offset }, end: escaped.end };
  const mark = matchAt(sign, source, offset);
  if (mark !== undefined) return { token: { type: 'sign', text: mark.groups[0], offset }, end: mark.end };
  throw new SyntaxProblem(`\`${source.slice(offset, offset + 1)}\` is out of place`);
}

const words: ReadonlyMap<string, Literal> = new Map<string, Literal>([
  ['true', true],
  ['false', false],
  ['null', null],
]);

function wordOf(word: string, offset: number): Token {
  if (word === 'in') return { type: 'sign', text: word, offset };
  const value = words.get(word);
  return value === undefined ? { type: 'name', text: word, offset } : { type: 'literal', value, offset };
}

/** The range is judged by the parser, which knows the sign. */
function wholeOf([, digits = '', unsigned]: RegExpExecArray): Literal {
  const value = BigInt(digits);
  if (unsigned === '') return value;
  if (value > Uint.max) throw new SyntaxProblem(`\`${digits}u\` is too large`);
  return new Uint(value);
}

function textOf([, bytes, raw, ...bodies]: RegExpExecArray): string | Uint8Array {
  const body = bodies.find((one) => one !== undefined) ?? '';
  if (bytes === '') return raw === undefined ? body.replace(escapes, unescapedText) : body;
  return raw === undefined ? bytesOf(body) : utf8(body);
}

const escapes = /\\(?:([abfnrtv"'`\\?])|[xX]([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-3][0-7]{2})|)/g;
const plain: Readonly<Record<string, string>> = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

function unescapedText(all: string, simple?: string, hex?: string, short?: string, long?: string, octal?: string): string {
  if (simple !== undefined) return plain[simple] ?? simple;
  const digits = hex ?? short ?? long;
  const code = digits === undefined ? Number.parseInt(octal ?? '', 8) : Number.parseInt(digits, 16);
  const isCharacter = code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
  if (!isCharacter) throw new SyntaxProblem(`\`${all}\` is no escape of a character`);
  return String.fromCodePoint(code);
}

/** In bytes, `\x` and octal escapes are bytes; everything else is UTF-8. */
function bytesOf(body: string): Uint8Array {
  const bytes: number[] = [];
  let done = 0;
  for (const { index, 0: all, 1: simple, 2: hex, 5: octal } of body.matchAll(escapes)) {
    bytes.push(...utf8(body.slice(done, index)));
    done = index + all.length;
    if (simple !== undefined) bytes.push(...utf8(plain[simple] ?? simple));
    else if (hex !== undefined) bytes.push(Number.parseInt(hex, 16));
    else if (octal !== undefined) bytes.push(Number.parseInt(octal, 8));
    else throw new SyntaxProblem(`\`${all}\` is no escape of a byte`);
  }
  return Uint8Array.from([...bytes, ...utf8(body.slice(done))]);
}
