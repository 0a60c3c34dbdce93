import type { Json } from '../../../model/json.ts';
import { duplicate } from './checks.ts';
import { fine, isSet, type Rule } from './rule.ts';

/**
 * A list in which no two entries have the same identity, which stands under `key`; entries without one are not compared.
 * `what` is what the entries are, in the plural.
 */
export function once(what: string, identityOf: (entry: Json) => Json | undefined, ...key: readonly string[]): Rule {
  return (value, path) => {
    if (!Array.isArray(value) || value.length < 2) return fine;
    const seen = new Set<string>();
    return (value as readonly Json[]).flatMap((entry, i) => {
      const identity = identityOf(entry);
      if (!isSet(identity)) return fine;
      const text = typeof identity === 'string' ? identity : JSON.stringify(identity);
      if (seen.has(text)) return [duplicate([...path, i, ...key], identity, what)];
      seen.add(text);
      return fine;
    });
  };
}
