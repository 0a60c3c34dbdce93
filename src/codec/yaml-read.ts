import { isObject, type Json, type JsonObject } from '../model/json.ts';
import type { Manifest } from '../model/manifest.ts';
import type { Reading, Unreadable } from './reading.ts';
import { readCanonical } from './yaml-canonical.ts';
import { readDocument } from './yaml-document.ts';

/** What a text may be at most. */
export interface ReadLimits {
  /** In UTF-16 units. */
  readonly length: number;
}

/** The API server takes no body above 3 MiB. */
const usualLimits: ReadLimits = { length: 4 * 1024 * 1024 };

/**
 * The value of one YAML document. Text as `writeYaml` writes it is read by a fast reader; anything else by the `yaml`
 * package, with the meaning that it has for Kubernetes (`readDocument`). Both give the same value. Never throws.
 */
export function readManifest(text: string, limits: ReadLimits = usualLimits): Reading<Json> {
  if (text.length > limits.length)
    return unreadable(`the text has ${text.length} characters, more than the ${limits.length} that are read`);
  const value = readCanonical(text);
  return value === undefined ? readDocument(text) : { ok: true, value };
}

/**
 * The Kubernetes object of a YAML text: with apiVersion, kind and metadata.name. A namespace, labels or annotations that
 * are null count as absent, as they do for Kubernetes, and are dropped. Never throws.
 */
export function parseManifest(text: string, limits: ReadLimits = usualLimits): Reading<Manifest> {
  const read = readManifest(text, limits);
  if (!read.ok) return read;
  const { value } = read;
  if (!isObject(value)) return unreadable(`a manifest is an object, this is ${typeName(value)}`);
  const { apiVersion, kind, metadata } = value;
  if (!isName(apiVersion)) return wrongType('apiVersion', nonEmptyText, apiVersion);
  if (!isName(kind)) return wrongType('kind', nonEmptyText, kind);
  if (!isObject(metadata)) return wrongType('metadata', 'an object', metadata);
  const known = withoutNulls(metadata);
  return metadataProblem(known) ?? { ok: true, value: { ...value, metadata: known } as Manifest };
}

const nonEmptyText = 'text that is not empty';
const optionalKeys: readonly string[] = ['namespace', 'labels', 'annotations'];

function withoutNulls(metadata: JsonObject): JsonObject {
  if (!optionalKeys.some((key) => metadata[key] === null)) return metadata;
  return Object.fromEntries(Object.entries(metadata).filter(([key, value]) => value !== null || !optionalKeys.includes(key)));
}

function metadataProblem({ name, namespace, labels, annotations }: JsonObject): Unreadable | undefined {
  if (!isName(name)) return wrongType('metadata.name', nonEmptyText, name);
  if (namespace !== undefined && typeof namespace !== 'string') return wrongType('metadata.namespace', 'text', namespace);
  return textsProblem('metadata.labels', labels) ?? textsProblem('metadata.annotations', annotations);
}

function textsProblem(path: string, texts: Json | undefined): Unreadable | undefined {
  if (texts === undefined) return undefined;
  if (!isObject(texts)) return wrongType(path, 'an object', texts);
  const wrong = Object.entries(texts).find(([, text]) => typeof text !== 'string');
  return wrong === undefined ? undefined : wrongType(`${path}.${wrong[0]}`, 'text, perhaps in quotes', wrong[1]);
}

function isName(value: Json | undefined): value is string {
  return typeof value === 'string' && value !== '';
}

function wrongType(path: string, expected: string, found: Json | undefined): Unreadable {
  return unreadable(`\`${path}\` must be ${expected}, but it is ${typeName(found)}`);
}

function typeName(value: Json | undefined): string {
  if (value === undefined) return 'missing';
  if (value === '') return 'empty';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : typeof value === 'string' ? 'text' : `the ${typeof value} \`${value}\``;
}

function unreadable(message: string): Unreadable {
  return { ok: false, message };
}
