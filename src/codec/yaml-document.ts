import {
  type Alias,
  isAlias,
  isMap,
  isNode,
  isScalar,
  type Node,
  parseAllDocuments,
  type Scalar,
  type YAMLError,
  type YAMLMap,
} from 'yaml';
import { isObject, type Json } from '../model/json.ts';
import { type Reading, type Unreadable, unreadableAt } from './reading.ts';
import { maxDepth, setOwn } from './yaml-canonical.ts';
import { type Resolved, resolvePlain } from './yaml-resolve.ts';

/** How many values all aliases of a text may stand for together. */
const maxAliased = 10_000;

/** What YAML forbids in a text, and what only some readers take for the end of a line. */
const unclear = /\r(?!\n)|[^\t\n\r -~\u00a0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\u{10000}-\u{10ffff}]/u;
const unclearHere = 'a control character, a byte order mark or an uncommon line break stands here: escape it in double quotes';

/**
 * Who a text is read for: the agent takes only what all readers read alike (`exact`); what somebody else wrote is read as
 * kubectl reads it (`lenient`), with merge keys, the tags of YAML's own types, and keys that are not text.
 */
type Reader = 'exact' | 'lenient';

/** What is known while a document is walked. The first problem stays, and the walk then ends by itself. */
interface Walk {
  readonly text: string;
  readonly reader: Reader;
  readonly anchors: Map<string, Node>;
  depth: number;
  /** How many aliases the walk is inside of, and how many values it has met there. */
  insideAlias: number;
  aliased: number;
  problem: Unreadable | undefined;
}

/**
 * The value of one YAML document as Kubernetes reads it (`resolvePlain`). Refused, since readers differ on them or they
 * have no place in a manifest: tags, merge keys, keys that are no text (an integer is taken as its digits), the same key
 * twice, several documents, characters that end a line for some (NEL, LS, PS, CR alone), numbers that would lose digits.
 * Aliases are followed within limits. No document at all is null. Never throws.
 */
export function readDocument(text: string): Reading<Json> {
  const found = text.search(unclear);
  if (found >= 0) return unreadableAt(text, found, unclearHere);
  try {
    return readParsed(text);
  } catch {
    // The parser recurses: a text that is nested thousands deep exhausts the stack.
    return { ok: false, message: 'the text is nested too deeply to be read' };
  }
}

function readParsed(text: string): Reading<Json> {
  const [document, second] = parseAllDocuments(text, parserOptions);
  if (document === undefined) return { ok: true, value: null };
  const [error] = document.errors;
  if (error !== undefined) return unreadableAt(text, error.pos[0], `the text is ${parserWords(error)}`);
  if (second !== undefined) return unreadableAt(text, second.range[0], 'a second document begins here, but a manifest is one document');
  return valueIn(document.contents, text, 'exact');
}

/** How texts are parsed: into nodes that know their places, every scalar as its text. */
export const parserOptions = {
  schema: 'failsafe',
  resolveKnownTags: false,
  uniqueKeys: false,
  prettyErrors: false,
  logLevel: 'silent',
} as const;

/** The value of a parsed node of `text`, or the first problem in it. Throws a `RangeError` when it is nested thousands deep. */
export function valueIn(contents: unknown, text: string, reader: Reader): Reading<Json> {
  const walk: Walk = { text, reader, anchors: new Map(), depth: 0, insideAlias: 0, aliased: 0, problem: undefined };
  const value = jsonOf(contents, walk);
  return walk.problem ?? { ok: true, value };
}

function jsonOf(node: unknown, walk: Walk): Json {
  if (walk.problem !== undefined || !isNode(node)) return null;
  if (walk.insideAlias > 0 && ++walk.aliased > maxAliased) return refuse(walk, node, `aliases stand for more than ${maxAliased} values`);
  if (isAlias(node)) return aliasValue(node, walk);
  note(node, walk);
  if (node.tag !== undefined && !isTaken(node.tag, walk)) return refuse(walk, node, 'tags have no place in a manifest');
  if (isScalar(node)) return scalarValue(node, walk);
  if (walk.depth === maxDepth) return refuse(walk, node, `lists and objects stand in each other more than ${maxDepth} deep`);
  walk.depth++;
  const value = isMap(node) ? mapValue(node, walk) : node.items.map((item) => jsonOf(item, walk));
  walk.depth--;
  return value;
}

/** Tags of YAML's own types that go-yaml takes for values that JSON has, too. */
const ownTag = /^tag:yaml\.org,2002:(?:str|int|float|bool|null|map|seq)$/;

function isTaken(tag: string, { reader }: Walk): boolean {
  return reader === 'lenient' && ownTag.test(tag);
}

/** Remembers the anchor of `node`: an alias means the last one of its name before it. */
function note(node: Exclude<Node, Alias>, walk: Walk): void {
  if (node.anchor !== undefined && walk.insideAlias === 0) walk.anchors.set(node.anchor, node);
}

function aliasValue(alias: Alias, walk: Walk): Json {
  const target = walk.anchors.get(alias.source);
  if (target === undefined) return refuse(walk, alias, 'nothing before this alias has an anchor of its name');
  walk.insideAlias++;
  const value = jsonOf(target, walk);
  walk.insideAlias--;
  return value;
}

function scalarValue(scalar: Scalar, walk: Walk): Json {
  const text = textOf(scalar);
  const isText = scalar.tag === undefined ? scalar.type !== 'PLAIN' : scalar.tag.endsWith(':str');
  if (isText) return text;
  const resolved = walk.reader === 'exact' ? resolvePlain(text) : resolveRoughly(text);
  return resolved.ok ? resolved.value : refuse(walk, scalar, resolved.message);
}

/** What kubectl takes although it loses digits when it is a number of JavaScript: nobody judges such digits. */
function resolveRoughly(text: string): Resolved {
  const resolved = resolvePlain(text);
  const rough = Number(text.replaceAll('_', ''));
  return resolved.ok || !Number.isFinite(rough) ? resolved : { ok: true, value: rough };
}

function mapValue(map: YAMLMap, walk: Walk): Json {
  const value: Record<string, Json> = {};
  const merged: Json[] = [];
  for (const { key: keyNode, value: child } of map.items) {
    if (walk.reader === 'lenient' && isMerge(keyNode)) {
      merged.push(...[jsonOf(child, walk)].flat());
      continue;
    }
    const key = keyOf(keyNode, walk);
    if (key === undefined) return null;
    if (Object.hasOwn(value, key)) return refuse(walk, keyNode, 'this key stands here a second time');
    setOwn(value, key, jsonOf(child, walk));
  }
  // What is written here counts more than what is merged, and of that the first (yaml.org/type/merge.html).
  for (const [key, inner] of merged.filter(isObject).flatMap((one) => Object.entries(one))) {
    if (!Object.hasOwn(value, key) && inner !== undefined) setOwn(value, key, inner);
  }
  return value;
}

function isMerge(key: unknown): boolean {
  return isScalar(key) && key.type === 'PLAIN' && key.tag === undefined && key.value === '<<';
}

function keyOf(node: unknown, walk: Walk): string | undefined {
  if (!isScalar(node) || (node.tag !== undefined && !isTaken(node.tag, walk))) return refuseKey(walk, node, 'a key must be text');
  note(node, walk);
  const text = textOf(node);
  if (node.type !== 'PLAIN') return text;
  if (text === '<<') return refuseKey(walk, node, 'merge keys (`<<`) are not read alike everywhere: write the keys out');
  const resolved = resolvePlain(text);
  if (walk.reader === 'lenient' && resolved.ok && resolved.value !== null) return String(resolved.value);
  const isText = resolved.ok && (typeof resolved.value === 'string' || /^(?:0|-?[1-9]\d*)$/.test(text));
  return isText ? text : refuseKey(walk, node, 'this key would be read as a boolean, null or number: quote it');
}

/** Under the failsafe schema, which is in use here, every scalar is a string. */
function textOf(scalar: Scalar): string {
  return String(scalar.value);
}

function refuseKey(walk: Walk, node: unknown, message: string): undefined {
  refuse(walk, node, message);
}

function refuse(walk: Walk, node: unknown, message: string): null {
  const offset = isNode(node) ? (node.range?.[0] ?? 0) : 0;
  walk.problem ??= unreadableAt(walk.text, offset, message);
  return null;
}

/** What an error of the `yaml` package says, without what it cites from the text after a colon: that may be a secret. */
export function parserWords(error: YAMLError): string {
  if (error.code === 'RESOURCE_EXHAUSTION') return 'nested too deeply to be read';
  // The words of the parser are for whoever calls it.
  if (error.code === 'MULTIPLE_DOCS') return 'more than one document: another one begins here';
  const words = error.message.replace(/(?<! ): .*/s, '');
  return `not YAML: ${words.charAt(0).toLowerCase()}${words.slice(1)}`;
}
