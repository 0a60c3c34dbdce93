import type { Json } from '../model/json.ts';

/** Words about something, for people. */
export interface Doc {
  readonly description?: string | undefined;
  readonly default?: Json | undefined;
  readonly deprecation?: string | undefined;
}

/** Characters of a line. */
const width = 110;

/** Defaults that are longer tell nothing at a glance. */
const longestDefault = 60;

/** The lines of a doc comment, each behind `indent`; none where nothing is said. */
export function docLines({ description = '', default: value, deprecation }: Doc, indent: string): readonly string[] {
  const written = value === undefined ? '' : JSON.stringify(value);
  const lines = [
    ...wordsIn(description).flatMap(wrapped),
    ...(written === '' || written.length > longestDefault ? [] : [`@default ${harmless(written)}`]),
    ...(deprecation === undefined ? [] : [`@deprecated ${wordsIn(deprecation).join(' ')}`]),
  ];
  const [first] = lines;
  if (first === undefined) return [];
  if (lines.length === 1) return [`${indent}/** ${first} */`];
  return [`${indent}/**`, ...lines.map((line) => `${indent} *${line === '' ? '' : ` ${line}`}`), `${indent} */`];
}

/** The lines of a description: no two empty ones in a row, none at its ends. */
function wordsIn(description: string): readonly string[] {
  const text = harmless(description)
    .trim()
    .replaceAll(/\s*\n(?:\s*\n)+/g, '\n\n');
  return text === '' ? [] : text.split('\n').map((line) => line.trimEnd());
}

/** `text` as it may stand in a comment: nothing ends it, and nothing in it is invisible. */
function harmless(text: string): string {
  return text.replaceAll('*/', '*\\/').replaceAll(/(?!\n)[\p{Cc}\u2028\u2029]/gu, ' ');
}

/** A line, broken at spaces; the rest is indented as it is. */
function wrapped(line: string): readonly string[] {
  const indent = /^\s*/.exec(line)?.[0] ?? '';
  const lines: string[] = [];
  let here = indent;
  for (const word of line.trim().split(/\s+/)) {
    if (here !== indent && here.length + 1 + word.length > width) {
      lines.push(here);
      here = indent;
    }
    here += here === indent ? word : ` ${word}`;
  }
  return [...lines, here];
}
