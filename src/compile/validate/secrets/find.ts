import { type SecretPattern, secretPatterns } from './patterns.ts';
import { isExample } from './stand-in.ts';

/** A secret that a pattern recognised in a text: never to be told. */
export interface Match {
  readonly pattern: SecretPattern;
  readonly secret: string;
}

/** UTF-16 units of one text that are looked at: the API server takes no object of more than 3 MiB. */
export const longestText = 3 * 1024 * 1024;

/** No pattern recognises anything in fewer UTF-16 units than `://:pass@h` has. */
export const shortestSecret = 10;

const frequent = secretPatterns.filter(({ isFrequent }) => isFrequent === true);

/** The markers of all others: one pass over a text tells that there is none of them. */
const rare = new RegExp(
  secretPatterns
    .filter(({ isFrequent }) => isFrequent !== true)
    .flatMap(({ markers }) => markers.map((marker) => marker.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')))
    .join('|'),
);

/** What the patterns recognise in `text`, in the order of the patterns. */
export function matchesIn(text: string): readonly Match[] {
  if (text.length < shortestSecret) return [];
  const patterns = rare.test(text) ? secretPatterns : frequent;
  return patterns.filter((pattern) => isMarked(text, pattern)).flatMap((pattern) => matchesOf(pattern, text));
}

/** `text` with `…` in place of every secret that a pattern recognises. */
export function withoutMatches(text: string): string {
  return matchesIn(text).reduce((masked, { secret }) => masked.replaceAll(secret, '…'), text);
}

function isMarked(text: string, { markers }: SecretPattern): boolean {
  return markers.some((marker) => text.includes(marker));
}

function matchesOf(pattern: SecretPattern, text: string): readonly Match[] {
  return [...text.matchAll(pattern.expression)].flatMap((found): readonly Match[] => {
    const [matched] = found;
    const secret = found.groups?.['secret'] ?? matched;
    return isExample(secret) || pattern.isSecret?.(secret, matched) === false ? [] : [{ pattern, secret }];
  });
}
