import { isMap, isNode, isScalar, isSeq, parseAllDocuments } from 'yaml';
import type { Path } from '../model/json.ts';
import { parserOptions } from './yaml-document.ts';

/**
 * Of each line of a YAML document, which value it is of: the innermost that begins on it, or that it goes on with. The path is empty
 * where a line is of none. Never throws.
 */
export function pathsOfLines(text: string): readonly Path[] {
  const starts = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
  const lineAt = (offset: number): number => {
    let [low, high] = [0, starts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return low;
  };
  const paths: Path[] = starts.map(() => []);
  const mark = (from: number, to: number, path: Path): void => {
    for (let line = lineAt(from); line <= lineAt(Math.max(from, to - 1)); line++) paths[line] = path;
  };
  const visit = (node: unknown, path: Path): void => {
    if (isMap(node)) {
      for (const { key, value } of node.items) {
        if (!isScalar(key)) continue;
        const below = [...path, String(key.value)];
        mark(startOf(key), Math.max(endOf(key), endOf(value)), below);
        visit(value, below);
      }
    } else if (isSeq(node)) {
      for (const [i, item] of node.items.entries()) {
        mark(startOf(item), endOf(item), [...path, i]);
        visit(item, [...path, i]);
      }
    }
  };
  try {
    visit(parseAllDocuments(text, parserOptions)[0]?.contents, []);
  } catch {
    // A text that is nested thousands deep exhausts the stack of the parser: nobody reads its lines.
  }
  return text.endsWith('\n') ? paths.slice(0, -1) : paths;
}

function startOf(node: unknown): number {
  return isNode(node) ? (node.range?.[0] ?? 0) : 0;
}

function endOf(node: unknown): number {
  return isNode(node) ? (node.range?.[1] ?? 0) : 0;
}
