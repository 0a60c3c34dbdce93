import { didYouMean } from '../model/diagnostic.ts';
import { jsonWithoutSecrets } from './validate/secrets/mask.ts';

/** An author's own value, short enough for a line, without what is a secret, or has the name of one. `key` is the value's own. */
export function shown(value: unknown, key?: string | number): string {
  const text = jsonWithoutSecrets(value, key) ?? String(value);
  return `\`${text.length > 80 ? `${text.slice(0, 79)}…` : text}\``;
}

/** Names for the end of a sentence. */
export function quotedList(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(', ');
}

/** A help that asks first whether `given` is a typo of something in `known`, and says what else to do. */
export function meantAnd(otherwise: string, given: string, known: Iterable<string>): string {
  const found = didYouMean(given, comparable(given, [...known]));
  return found === undefined ? otherwise : `did you mean \`${found}\`? if not, ${otherwise}`;
}

/** Beyond this many names, only some that begin alike are compared, so that many mistakes among many names stay cheap. */
const maxCompared = 100;

function comparable(given: string, names: readonly string[]): readonly string[] {
  if (names.length <= maxCompared) return names;
  const start = given.slice(0, 3);
  return names.filter((name) => name.startsWith(start)).slice(0, maxCompared);
}

/** A help that names what `given` may be a typo of, or `otherwise`. */
export function meantOr(otherwise: string, given: string, known: Iterable<string>): string {
  const found = didYouMean(given, known);
  return found === undefined ? otherwise : `did you mean \`${found}\`?`;
}
