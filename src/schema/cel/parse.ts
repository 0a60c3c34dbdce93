import type { Expr, Item } from './syntax.ts';
import { SyntaxProblem, type Token, tokensOf } from './tokens.ts';
import { maxInt, minInt } from './values.ts';

/** An expression, or why there is none. */
export type Parsed = { readonly expr: Expr } | { readonly problem: string };

/** Reads an expression by the grammar of cel-go 0.26. Macros stay the calls that they look like. */
export function parse(source: string): Parsed {
  try {
    const reader = new Reader(tokensOf(source));
    const expr = expression(reader);
    if (reader.next().type !== 'end') throw reader.unexpected();
    return { expr };
  } catch (thrown) {
    if (thrown instanceof SyntaxProblem) return { problem: thrown.message };
    throw thrown;
  }
}

/** Names that no variable and no function may have. */
const reserved: ReadonlySet<string> = new Set(
  'as break const continue else for function if import let loop package namespace return var void while'.split(' '),
);

/** How deep expressions may stand in each other: what cel-go allows. */
const maxDepth = 250;

/** The tokens, and how far they are read. */
class Reader {
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  next(ahead = 0): Token {
    return this.#tokens[Math.min(this.#at + ahead, this.#tokens.length - 1)] as Token;
  }

  take(): Token {
    const token = this.next();
    this.#at++;
    return token;
  }

  /** Whether the next token is one of `signs`: then it is taken, and told. */
  takeSign(...signs: readonly string[]): string | undefined {
    const token = this.next();
    if (token.type !== 'sign' || !signs.includes(token.text)) return undefined;
    this.#at++;
    return token.text;
  }

  expect(sign: string): void {
    if (this.takeSign(sign) === undefined) throw this.unexpected(`\`${sign}\``);
  }

  /** The next token does not belong here. */
  unexpected(expected?: string): SyntaxProblem {
    const token = this.next();
    const wanted = expected === undefined ? '' : `${expected} is missing`;
    if (token.type === 'end') return new SyntaxProblem(expected === undefined ? 'it is not finished' : `${wanted} at its end`);
    const found = token.type === 'literal' ? 'a value' : `\`${token.text}\``;
    return new SyntaxProblem(expected === undefined ? `${found} is out of place` : `${wanted} before ${found}`);
  }

  deeper<T>(read: () => T): T {
    if (++this.#depth > maxDepth) throw new SyntaxProblem(`it is more than ${maxDepth} levels deep`);
    const result = read();
    this.#depth--;
    return result;
  }
}

function expression(reader: Reader): Expr {
  return reader.deeper(() => {
    const condition = either(reader);
    if (reader.takeSign('?') === undefined) return condition;
    const yes = either(reader);
    reader.expect(':');
    return call('?:', [condition, yes, expression(reader)]);
  });
}

const either = leftToRight(['||'], leftToRight(['&&'], leftToRight(['<', '<=', '>=', '>', '==', '!=', 'in'], sum)));

function sum(reader: Reader): Expr {
  return leftToRight(['+', '-'], leftToRight(['*', '/', '%'], unary))(reader);
}

/** Operands of `inner` between operators of one rank. */
function leftToRight(operators: readonly string[], inner: (reader: Reader) => Expr): (reader: Reader) => Expr {
  return (reader) => {
    let left = inner(reader);
    for (let operator = reader.takeSign(...operators); operator !== undefined; operator = reader.takeSign(...operators)) {
      left = call(operator, [left, inner(reader)]);
    }
    return left;
  };
}

function unary(reader: Reader): Expr {
  const operator = reader.takeSign('!', '-');
  if (operator === undefined) return member(reader);
  const following = reader.next();
  if (operator === '-' && following.type === 'literal' && (typeof following.value === 'bigint' || typeof following.value === 'number')) {
    return member(reader, true);
  }
  return reader.deeper(() => {
    const other = operator === '-' ? '!' : '-';
    const token = reader.next();
    if (token.type === 'sign' && token.text === other) throw reader.unexpected();
    return call(operator === '-' ? 'negate' : '!', [unary(reader)]);
  });
}

function member(reader: Reader, isNegative = false): Expr {
  let expr = primary(reader, isNegative);
  for (let sign = reader.takeSign('.', '['); sign !== undefined; sign = reader.takeSign('.', '[')) {
    const before = expr;
    const isOptional = reader.takeSign('?') !== undefined;
    if (sign === '[') {
      expr = { op: 'index', of: before, key: expression(reader), isOptional };
      reader.expect(']');
    } else {
      const isCallable = reader.next().type === 'name' && !isOptional;
      const field = fieldName(reader);
      const isCall = isCallable && reader.takeSign('(') !== undefined;
      expr = isCall
        ? { op: 'call', name: field, target: before, args: list(reader, ')', expression) }
        : { op: 'select', of: before, field, isOptional };
    }
  }
  return expr;
}

function fieldName(reader: Reader): string {
  const token = reader.next();
  if (token.type !== 'name' && token.type !== 'quoted-name') throw reader.unexpected('a name');
  reader.take();
  return token.text;
}

function primary(reader: Reader, isNegative: boolean): Expr {
  const token = reader.next();
  if (token.type === 'literal') {
    reader.take();
    return { op: 'literal', value: isNegative ? negated(token.value) : inRange(token.value) };
  }
  if (token.type === 'name' || (token.type === 'sign' && token.text === '.')) return named(reader);
  const sign = reader.takeSign('(', '[', '{');
  if (sign === '(') {
    const inner = expression(reader);
    reader.expect(')');
    return inner;
  }
  if (sign === '[') return { op: 'list', items: list(reader, ']', optionalItem) };
  if (sign === '{') return { op: 'map', entries: list(reader, '}', entry) };
  throw reader.unexpected();
}

type LiteralValue = Extract<Expr, { readonly op: 'literal' }>['value'];

function negated(value: LiteralValue): LiteralValue {
  return typeof value === 'bigint' ? inRange(-value) : typeof value === 'number' ? -value : value;
}

function inRange(value: LiteralValue): LiteralValue {
  if (typeof value === 'bigint' && (value > maxInt || value < minInt)) throw new SyntaxProblem(`\`${value}\` is no 64-bit integer`);
  return value;
}

/** A variable, a function's call or the beginning of a message, which Kubernetes does not have in these expressions. */
function named(reader: Reader): Expr {
  reader.takeSign('.');
  const token = reader.next();
  if (token.type !== 'name') throw reader.unexpected('a name');
  const { text } = token;
  reader.take();
  if (reserved.has(text)) throw new SyntaxProblem(`\`${text}\` is a reserved word`);
  if (reader.takeSign('(') !== undefined) return { op: 'call', name: text, args: list(reader, ')', expression) };
  const message = messageName(reader, text);
  return message ?? { op: 'name', name: text };
}

function messageName(reader: Reader, first: string): Expr | undefined {
  let ahead = 0;
  let type = first;
  for (;;) {
    const [dot, name] = [reader.next(ahead), reader.next(ahead + 1)];
    if (dot.type === 'sign' && dot.text === '{') break;
    if (dot.type !== 'sign' || dot.text !== '.' || name.type !== 'name') return undefined;
    type = `${type}.${name.text}`;
    ahead += 2;
  }
  for (let i = 0; i <= ahead; i++) reader.take();
  list(reader, '}', (inner) => {
    inner.takeSign('?');
    fieldName(inner);
    inner.expect(':');
    expression(inner);
  });
  return { op: 'message', type };
}

function optionalItem(reader: Reader): Item {
  const isOptional = reader.takeSign('?') !== undefined;
  return { value: expression(reader), isOptional };
}

function entry(reader: Reader): readonly [Expr, Item] {
  const { value: key, isOptional } = optionalItem(reader);
  reader.expect(':');
  return [key, { value: expression(reader), isOptional }];
}

/** What `read` reads, between commas and up to `end`. One comma may stand before the end, but of arguments. */
function list<T>(reader: Reader, end: string, read: (reader: Reader) => T): readonly T[] {
  const found: T[] = [];
  while (reader.takeSign(end) === undefined) {
    if (found.length > 0) {
      reader.expect(',');
      if (end !== ')' && reader.takeSign(end) !== undefined) break;
    }
    found.push(read(reader));
  }
  return found;
}

function call(name: string, args: readonly Expr[]): Expr {
  return { op: 'call', name, args };
}
