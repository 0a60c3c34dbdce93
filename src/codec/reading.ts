/** What came of reading a text: its value, or why there is none. Readers never throw. */
export type Reading<T> = { readonly ok: true; readonly value: T } | Unreadable;

/** Why a text cannot be read. `line` and `column` count from 1 and are there when one place is to blame. */
export interface Unreadable {
  readonly ok: false;
  /** Lower case, no final period; never holds a scalar of the text, which may be a secret. */
  readonly message: string;
  readonly line?: number;
  readonly column?: number;
}

/** `message` about the place `offset` of `text`. */
export function unreadableAt(text: string, offset: number, message: string): Unreadable {
  return { ok: false, message, ...placeAt(text, offset) };
}

/** The line and column, both from 1, of the UTF-16 unit `offset` of `text`. */
export function placeAt(text: string, offset: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, offset);
  return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') };
}
