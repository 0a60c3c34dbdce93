/**
 * Characters that a text may show as they are: printable in YAML 1.1 and 1.2, and visible to who reviews it. Left out
 * are controls, line breaks of YAML 1.1 (NEL, LS, PS), spaces other than U+0020, soft hyphens, joiners, marks that
 * turn the direction of text, byte order marks and specials.
 */
const visible =
  ' -~\\u00a1-\\u00ac\\u00ae-\\u061b\\u061d-\\u180d\\u180f-\\u1fff\\u2010-\\u2027\\u2030-\\u205e\\u2070-\\ud7ff' +
  '\\ue000-\\ufefe\\uff00-\\uffef\\u{10000}-\\u{10ffff}';
const visibleOnly = new RegExp(`^[${visible}]*$`, 'u');
const visibleLines = new RegExp(`^[\\t\\n${visible}]*$`, 'u');
const notVisible = new RegExp(`[^${visible}]`, 'gu');

/** Most names, images and paths: needs no further look at single characters. */
const wordLike = /^[A-Za-z_/][A-Za-z0-9_./-]*$/;

/** No indicator of YAML at the start, no `: ` and no ` #` inside, no colon and no space at the end. */
const plainShape = /^(?:[A-Za-z0-9_/$(\\^\u00a1-\uffff]|--?[A-Za-z]|\.\.?[A-Za-z/])(?:[^ :]| (?!#|$)|:(?! |$))*$/;

/**
 * What some reader takes for a boolean, a null, a number or a time: YAML 1.1 and 1.2, go-yaml 2 and 3 (resolve.go),
 * PyYAML, the `yaml` package (which reads `e5` as a float in its YAML 1.1). Generous: a needless quote does no harm.
 */
const typedLike = /^(?:[yn]|yes|no|on|off|true|false|null|\.inf|\.nan|[-.]?e[-+]?\d+|\d[-+.,:_ \da-fxotz]*)$/i;

/** A key without a `?` before it ends within so many characters (YAML 1.2.2, 7.4.2), its quotes counted. */
export const maxImplicitKey = 1024;

/** Whether `text` is read as the same string by every YAML reader when it stands there without quotes. */
export function isPlain(text: string): boolean {
  if (wordLike.test(text)) return !typedLike.test(text);
  return plainShape.test(text) && visibleOnly.test(text) && !typedLike.test(text);
}

/**
 * `text` in double quotes, on one line, with the escapes of JSON. Lone surrogates become `\udxxx`, which go-yaml
 * refuses: no UTF-8 can hold them.
 */
export function quote(text: string): string {
  return JSON.stringify(text).replace(notVisible, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/**
 * The header of the literal block for `text`, or undefined when it is not written as one: it has one line only, or
 * characters that nobody sees, or ends with blank lines (`|+`, which would make them the end of the file). The
 * indentation is told (always 2) where the first line starts with blanks.
 */
export function literalHeader(text: string): '|' | '|-' | '|2' | '|2-' | undefined {
  if (!text.includes('\n') || !/[^ \t\n]/.test(text) || /\n[ \t]*\n$|\n[ \t]+$/.test(text) || !visibleLines.test(text)) return undefined;
  const told = /^\n*[ \t]/.test(text);
  if (text.endsWith('\n')) return told ? '|2' : '|';
  return told ? '|2-' : '|-';
}

/**
 * A number that every reader takes for the same number: integers exactly as far as that goes (2^53 - 1), everything
 * else as a float with the fewest digits; YAML 1.1 wants a dot in it. NaN and infinities are no JSON; they are written
 * as YAML has them and refused when read.
 */
export function writeNumber(value: number): string {
  if (Number.isSafeInteger(value)) return String(value);
  if (!Number.isFinite(value)) return Number.isNaN(value) ? '.nan' : value > 0 ? '.inf' : '-.inf';
  const text = Number.isInteger(value) ? value.toExponential() : String(value);
  return text.includes('.') ? text : text.replace('e', '.0e');
}
