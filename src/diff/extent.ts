/** A part of a text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** How far the value goes that begins at `at`, or behind blanks there, and is given to the name at `index`. */
export function extent(text: string, index: number, at: number): Span {
  const start = at + (matchAt(/[^\S\n]*/y, text, at)?.length ?? 0);
  const open = matchAt(/\s*[[{]/y, text, start);
  if (open !== undefined) return { start, end: closing(text, start + open.length) };
  const quote = matchAt(/\s*(?:"""|'''|\\*["'`])/y, text, start);
  if (quote === undefined) return { start, end: restOf(text, index, start) };
  const mark = quote.trim();
  const end = endOfQuoted(text, start + quote.length, mark);
  if (end === undefined) return { start, end: text.length };
  const isOver = end === text.length || /[\s,;&)\]}>\\"'/?]/.test(text[end] ?? '');
  return isOver ? { start: start + quote.length, end: end - mark.length } : { start, end: restOf(text, index, end) };
}

/** Behind the quotation mark that ends what begins at `from`. */
function endOfQuoted(text: string, from: number, mark: string): number | undefined {
  for (let at = text.indexOf(mark, from); at >= 0; at = text.indexOf(mark, at + mark.length)) {
    const isTwice = mark === "'" && text[at + 1] === "'";
    if (isTwice) at++;
    else if (!isEscaped(text, at)) return at + mark.length;
  }
  return undefined;
}

function isEscaped(text: string, at: number): boolean {
  let count = 0;
  while (text[at - 1 - count] === '\\') count++;
  return count % 2 === 1;
}

/** Behind the bracket that closes what was opened before `from`. Those in quotes count, too: then more is hidden. */
function closing(text: string, from: number): number {
  let depth = 1;
  for (let at = from; at < text.length; at++) {
    const quote = /["']/.test(text[at] ?? '') ? endOfQuoted(text, at + 1, text[at] ?? '') : undefined;
    if (quote !== undefined) at = quote - 1;
    else if (/[[{]/.test(text[at] ?? '')) depth++;
    else if (/[\]}]/.test(text[at] ?? '') && --depth === 0) return at + 1;
  }
  return text.length;
}

/** The end of the line, and of those that go on with it: after a backslash, or further in. */
function restOf(text: string, index: number, start: number): number {
  const begin = text.lastIndexOf('\n', index - 1) + 1;
  const before = text.slice(begin, index);
  // What is the first on its line may have lines below it.
  const isFirst = /^\s*(?:- +)*(?:export +)?["']?$/.test(before);
  const depth = /^\s*(?:- +)*/.exec(before)?.[0].length ?? 0;
  const isEmpty = text[start] === '\n';
  let end = endOfLine(text, start);
  while (end < text.length) {
    const next = end + 1;
    const line = text.slice(next, endOfLine(text, next));
    const indent = /^\s*/.exec(line)?.[0].length ?? 0;
    const isBelow = isFirst && (line.trim() === '' || indent > depth || (isEmpty && indent === depth && /^\s*- /.test(line)));
    if (text[end - 1] !== '\\' && !isBelow) break;
    end = endOfLine(text, next);
  }
  return text[end - 1] === '\n' ? end - 1 : end;
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
}

/** What `pattern`, a sticky one, matches at a place. */
export function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}
