/** A part of an action of a template. */
export interface Token {
  readonly type: 'text' | 'number' | 'path' | 'name' | 'sign';
  readonly text: string;
  /** Where the next one may begin. */
  readonly end: number;
}

const types = ['text', 'number', 'path', 'name', 'sign'] as const;
const token =
  /(?<text>"(?:[^"\\\n]|\\.)*"|`[^`]*`)|(?<number>'(?:[^'\\\n]|\\.)+'|[+-]?\.?\d[\w.+]*)|(?<path>\$\w*(?:\.\w+)*|\.(?:\w+(?:\.\w+)*)?)|(?<name>\w+)|(?<sign>:?=|[|()])/y;

/** What stands in an action, and where that ends; or where it is seen to be none. */
interface Tokens {
  readonly tokens: readonly Token[];
  readonly end: number;
  readonly isWhole: boolean;
}

/** What stands in an action that begins at `start`. */
export function tokensFrom(text: string, start: number): Tokens {
  const tokens: Token[] = [];
  let at = start;
  for (; at < text.length && !text.startsWith('}}', at); ) {
    token.lastIndex = at;
    const { groups, 0: found = '' } = token.exec(text) ?? {};
    const type = types.find((one) => groups?.[one] !== undefined);
    // A quote that nothing closes.
    if (type === undefined && /["'`]/.test(text.charAt(at))) return { tokens, end: at + 1, isWhole: false };
    at += type === undefined ? 1 : found.length;
    if (type !== undefined) tokens.push({ type, text: found, end: at });
  }
  return { tokens, end: at + 2, isWhole: at < text.length };
}
