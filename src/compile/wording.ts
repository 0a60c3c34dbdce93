import { didYouMean } from '../model/diagnostic.ts';

/** An author's own value, short enough for a line. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'bigint' ? `${inner}n` : inner)) ?? String(value);
  return `\`${text.length > 80 ? `${text.slice(0, 79)}…` : text}\``;
}

/** Names for the end of a sentence. */
export function quotedList(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(', ');
}

/** A help that asks first whether `given` is a typo of something in `known`, and says what else to do. */
export function meantAnd(otherwise: string, given: string, known: Iterable<string>): string {
  const found = didYouMean(given, known);
  return found === undefined ? otherwise : `did you mean \`${found}\`? if not, ${otherwise}`;
}

/** A help that names what `given` may be a typo of, or `otherwise`. */
export function meantOr(otherwise: string, given: string, known: Iterable<string>): string {
  const found = didYouMean(given, known);
  return found === undefined ? otherwise : `did you mean \`${found}\`?`;
}
