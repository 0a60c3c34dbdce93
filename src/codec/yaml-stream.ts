import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  type Document as ParsedDocument,
  parseAllDocuments,
  type YAMLMap,
} from 'yaml';
import type { Json, JsonObject, Path } from '../model/json.ts';
import { jsonValues } from './json-stream.ts';
import { placeAt, type Reading } from './reading.ts';
import { readCanonical } from './yaml-canonical.ts';
import { parserOptions, parserWords, valueIn } from './yaml-document.ts';

/** A place in a text: line and column, both from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** One document of a stream that somebody wrote, with the places of all that is in it. */
export interface StreamDocument {
  /** Its value, as kubectl would read it, or the first thing that is wrong in it. */
  readonly reading: Reading<Json>;
  /** The keys of the object that it is, as far as they can be told; none when it is none. */
  readonly keys: readonly string[];
  /** Where the key or the entry stands that `path` leads to; where it ends early, what is nearest to it. */
  readonly positionOf: (path: Path) => Position;
}

/** What no YAML reader of Kubernetes takes (go-yaml 2, readerc.go). */
const control = /(?![\t\n\r\u0085])\p{Cc}/u;

/**
 * The documents of a YAML or JSON text of anywhere, empty ones left out. What is wrong in one does not keep the others from being
 * read, as far as the parser finds where they begin. Never throws.
 */
export function readStream(given: string): readonly StreamDocument[] {
  // Readers of YAML pass over a byte order mark at the beginning of a line, where it comes to stand when files are joined.
  const text = given.includes('\ufeff') ? given.replaceAll(/^\ufeff/gm, '') : given;
  const value = readCanonical(text);
  if (value !== undefined) return [canonical(value, text)];
  return (
    jsonValues(text)?.flatMap(({ text: part, line }) => parsedStream(part).map((document) => below(document, line))) ?? parsedStream(text)
  );
}

/** A document of a part of a text that begins on `line`. */
function below({ reading, keys, positionOf }: StreamDocument, line: number): StreamDocument {
  const moved = <T extends { readonly line?: number }>(at: T): T => (at.line === undefined ? at : { ...at, line: at.line + line - 1 });
  return { reading: reading.ok ? reading : moved(reading), keys, positionOf: (path) => moved(positionOf(path)) };
}

/** A text as `writeYaml` writes it is read by a fast reader, and parsed only to tell where something stands. */
function canonical(value: JsonObject, text: string): StreamDocument {
  let parsed: readonly StreamDocument[] | undefined;
  const positionOf = (path: Path): Position => {
    if (path.length === 0) return { line: 1, column: 1 };
    parsed ??= parsedStream(text);
    return parsed[0]?.positionOf(path) ?? { line: 1, column: 1 };
  };
  return { reading: { ok: true, value }, keys: Object.keys(value), positionOf };
}

function parsedStream(text: string): readonly StreamDocument[] {
  // What a reader of UTF-8 makes of the byte order mark of UTF-16, in which PowerShell writes files.
  if (/^\ufffd\ufffd.\0|^\ufffd\ufffd\0./.test(text))
    return [unreadable('the text is UTF-16, and has to be UTF-8', { line: 1, column: 1 })];
  const found = text.search(control);
  if (found >= 0) return [unreadable('a control character stands here: escape it in double quotes', placeAt(text, found))];
  try {
    const lineCounter = new LineCounter();
    const parsed = parseAllDocuments(text, { ...parserOptions, lineCounter });
    const documents = parsed.map((document) => read(document, text, lineCounter));
    return documents.filter(({ reading }) => !reading.ok || reading.value !== null);
  } catch {
    // The parser recurses: a text that is nested thousands deep exhausts the stack.
    return [unreadable('the text is nested too deeply to be read', { line: 1, column: 1 })];
  }
}

function unreadable(message: string, at: Position): StreamDocument {
  return { reading: { ok: false, message, ...at }, keys: [], positionOf: () => at };
}

function read(document: ParsedDocument.Parsed, text: string, lines: LineCounter): StreamDocument {
  const [error] = document.errors;
  const positionAt = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const { contents } = document;
  const pairs: KnownPairs = new Map();
  const keys = isMap(contents) ? contents.items.flatMap(({ key }) => (isScalar(key) ? [String(key.value)] : [])) : [];
  const reading: Reading<Json> =
    error === undefined
      ? valueIn(contents, text, 'lenient')
      : { ok: false, message: `the text is ${parserWords(error)}`, ...positionAt(error.pos[0]) };
  return { reading, keys, positionOf: (path) => positionAt(offsetOf(document, path, pairs)) };
}

/** The pairs of maps by their keys, which are looked up once for each map: there may be thousands of keys, each with a problem. */
type KnownPairs = Map<YAMLMap, ReadonlyMap<string, Pair>>;

function pairsOf(map: YAMLMap, known: KnownPairs): ReadonlyMap<string, Pair> {
  const before = known.get(map);
  if (before !== undefined) return before;
  const pairs = new Map(map.items.toReversed().flatMap((pair) => (isScalar(pair.key) ? [[String(pair.key.value), pair] as const] : [])));
  known.set(map, pairs);
  return pairs;
}

/** Where in the text the key or the entry begins that `path` leads to, or the last one on the way to it. */
function offsetOf(document: ParsedDocument.Parsed, path: Path, pairs: KnownPairs): number {
  let node: unknown = document.contents;
  let offset = (document.contents as Node | null)?.range?.[0] ?? 0;
  for (const key of path) {
    const target = isAlias(node) ? node.resolve(document) : node;
    if (isMap(target)) {
      const pair = pairsOf(target, pairs).get(String(key));
      if (pair === undefined) break;
      offset = (pair.key as Node).range?.[0] ?? offset;
      node = pair.value;
    } else if (isSeq(target)) {
      const item = target.items[Number(key)] as Node | undefined;
      if (item === undefined) break;
      offset = item.range?.[0] ?? offset;
      node = item;
    } else break;
  }
  return offset;
}
