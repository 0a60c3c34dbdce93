import type { Explanation } from '../model/codes/explanation.ts';
import type { Paint } from './paint.ts';

/** What is known of one code, for people. */
export function formatExplanation(code: string, { meaning, reason, remedy, example }: Explanation, paint: Paint): readonly string[] {
  const parts = [
    [paint.bold(code)],
    wrapped(meaning),
    ['Why it matters', ...wrapped(reason)].map((line, i) => (i === 0 ? paint.dim(line) : line)),
    ['What to do', ...wrapped(remedy)].map((line, i) => (i === 0 ? paint.dim(line) : line)),
    example === undefined ? [] : [paint.dim('Example'), ...example.split('\n').map((line) => `  ${line}`)],
  ];
  return parts.filter((part) => part.length > 0).flatMap((part, i) => (i === 0 ? part : ['', ...part]));
}

/** All codes with what each means, in columns. */
export function formatCodes(codes: readonly (readonly [code: string, explanation: Explanation])[], paint: Paint): readonly string[] {
  const width = Math.max(...codes.map(([code]) => code.length));
  return codes.map(([code, { meaning }]) => `${paint.bold(code.padEnd(width))}  ${firstClause(meaning)}`);
}

/** As much of a sentence as a line of a list holds. */
function firstClause(meaning: string): string {
  return /^.*?(?=[:.](?: |$))/.exec(meaning)?.[0] ?? meaning;
}

/** Columns that running text takes at most. */
const columns = 100;

/** `text` in lines that are broken between words. */
function wrapped(text: string): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > columns) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}
