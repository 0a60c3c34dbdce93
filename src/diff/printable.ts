/** Signs that move the cursor, colour a terminal, or turn the direction of what follows: a value may hold them, and lines must not. */
const unseen = /[\p{Cc}\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu;

/** A text of one line whose every sign can be seen: others stand as `\u001b`. */
export function printable(text: string): string {
  return text.replaceAll(unseen, (sign) => (sign === '\t' ? sign : `\\u${(sign.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`));
}
