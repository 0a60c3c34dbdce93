/** A part of a text, and the line of the text that it begins on, from 1. */
export interface Part {
  readonly text: string;
  readonly line: number;
}

/**
 * The values of JSON that stand in `text` one after the other, as kubectl reads them; undefined when it is none, or only one. What is
 * wrong inside a value is not looked at.
 */
export function jsonValues(text: string): readonly Part[] | undefined {
  if (!/^\s*\{/.test(text)) return undefined;
  const parts: Part[] = [];
  let [start, depth, line, startLine] = [0, 0, 1, 1];
  for (const { 0: token, index } of text.matchAll(/"(?:[^"\\]|\\[\s\S])*"|[{}[\]\n]|[^\s"{}[\]]+|"/g)) {
    // A text without an end.
    if (token === '"') return undefined;
    if (depth === 0 && token !== '\n') {
      // Between two values there is nothing, or a comma in no JSON.
      if (token !== '{') return undefined;
      [start, startLine] = [index, line];
    }
    if (token === '{' || token === '[') depth++;
    if (token === '}' || token === ']') depth--;
    if (token === '\n') line++;
    else if (depth === 0) parts.push({ text: text.slice(start, index + 1), line: startLine });
  }
  return depth === 0 && parts.length > 1 ? parts : undefined;
}
