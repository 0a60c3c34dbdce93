import type { Json, JsonObject } from '../model/json.ts';
import { isPlain, literalHeader, maxImplicitKey, quote, writeNumber } from './yaml-scalar.ts';

/** Keys that stand first in an object, in this order. All others follow by code unit. */
const topKeys = ['apiVersion', 'kind', 'metadata'];
const metadataKeys = ['name', 'namespace', 'labels', 'annotations'];
const itemKeys = ['name'];
const noKeys: readonly string[] = [];

/**
 * The canonical YAML of `value`: equal values give equal bytes, in whatever order their keys were added. Block style,
 * two spaces, lists level with their key; no anchors, tags, folded lines or comments; every string that any reader
 * might take for something else is quoted; texts of several lines are literal blocks. Keys are sorted by code unit,
 * but for apiVersion, kind, metadata at the top, name, namespace, labels, annotations in metadata, and `name` in items
 * of lists. Properties that are undefined are left out. Ends with one newline.
 */
export function writeYaml(value: JsonObject): string {
  const keys = keysOf(value, topKeys);
  if (keys.length === 0) return '{}\n';
  return keys.map((key) => writeKey(key, '') + writeEntry(value[key], '', key === 'metadata' ? metadataKeys : noKeys)).join('');
}

/** The keys of `value` that have a value: those of `first` in its order, then the rest by code unit. */
function keysOf(value: JsonObject, first: readonly string[]): readonly string[] {
  const keys = Object.keys(value).filter((key) => value[key] !== undefined);
  // Without a comparator, sort goes by code unit.
  if (keys.length > 1) keys.sort();
  for (const key of first.toReversed()) {
    const found = keys.indexOf(key);
    if (found > 0) keys.unshift(...keys.splice(found, 1));
  }
  return keys;
}

/** The lines of an object whose first key stands behind its indentation already. */
function writeMap(value: JsonObject, keys: readonly string[], indent: string): string {
  let text = '';
  for (const key of keys) {
    if (text !== '') text += indent;
    text += writeKey(key, indent) + writeEntry(value[key], indent, noKeys);
  }
  return text;
}

/** The lines of a list whose first dash stands behind its indentation already. */
function writeList(items: readonly Json[], indent: string): string {
  let text = '';
  for (const item of items) {
    if (text !== '') text += indent;
    text += `- ${writeItem(item, indent)}`;
  }
  return text;
}

function writeKey(key: string, indent: string): string {
  const text = isPlain(key) ? key : quote(key);
  return text.length > maxImplicitKey ? `? ${text}\n${indent}:` : `${text}:`;
}

/** What follows the colon of a key at `indent`. */
function writeEntry(value: Json | undefined, indent: string, first: readonly string[]): string {
  if (isList(value)) return value.length === 0 ? ' []\n' : `\n${indent}${writeList(value, indent)}`;
  if (typeof value !== 'object' || value === null) return ` ${writeScalar(value, indent)}\n`;
  const keys = keysOf(value, first);
  const deeper = `${indent}  `;
  return keys.length === 0 ? ' {}\n' : `\n${deeper}${writeMap(value, keys, deeper)}`;
}

/** What follows a dash at `indent`. */
function writeItem(item: Json, indent: string): string {
  const deeper = `${indent}  `;
  if (isList(item)) return item.length === 0 ? '[]\n' : writeList(item, deeper);
  if (typeof item !== 'object' || item === null) return `${writeScalar(item, indent)}\n`;
  const keys = keysOf(item, itemKeys);
  return keys.length === 0 ? '{}\n' : writeMap(item, keys, deeper);
}

function writeScalar(value: string | number | boolean | null | undefined, indent: string): string {
  if (typeof value === 'string') return writeString(value, indent);
  if (typeof value === 'number') return writeNumber(value);
  return String(value ?? null);
}

function writeString(text: string, indent: string): string {
  if (isPlain(text)) return text;
  const header = literalHeader(text);
  if (header === undefined) return quote(text);
  const lines = (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n');
  return `${header}\n${lines.map((line) => (line === '' ? '' : `${indent}  ${line}`)).join('\n')}`;
}

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}
