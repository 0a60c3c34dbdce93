/** Text as CEL counts it: in code points, and compared as UTF-8 bytes are. */

const encoder = new TextEncoder();

/** The UTF-8 bytes of `text`. */
export function utf8(text: string): Uint8Array {
  return encoder.encode(text);
}

/** The text that UTF-8 bytes spell, or undefined when they are none. */
export function textOfUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

const ascii = /^[\0-\x7f]*$/;

/** The number of code points of `text`. */
export function lengthOf(text: string): number {
  return ascii.test(text) ? text.length : [...text].length;
}

/** Negative, 0 or positive, as the code points of `a` and `b` compare: the order of their UTF-8 bytes. */
export function comparePoints(a: string, b: string): number {
  if (a === b) return 0;
  let i = 0;
  while (i < a.length && i < b.length && a.charCodeAt(i) === b.charCodeAt(i)) i++;
  // In the middle of a pair, the whole pair is what differs.
  const isLow = (text: string): boolean => text.charCodeAt(i) >= 0xdc00 && text.charCodeAt(i) < 0xe000;
  if (i > 0 && (isLow(a) || isLow(b))) i--;
  return (a.codePointAt(i) ?? -1) - (b.codePointAt(i) ?? -1);
}
