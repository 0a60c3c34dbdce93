import { isObject, type Json, type JsonObject } from '../model/json.ts';
import { groupOf } from '../model/ref.ts';
import { type AccessRule, type Approval, byPath, type IndexedObject, type RenderedIndex } from '../model/rendered.ts';
import type { Reading } from './reading.ts';

/** No list of an index has more entries: a branch is not trusted to stay within reason. */
const maxEntries = 100_000;

/** A JSON object of the index while it is checked. */
interface Entry {
  readonly fields: JsonObject;
  /** Where it stands: `objects[12]`, or '' for the index itself. */
  readonly place: string;
  /** What is wrong, shared by all entries. Once there is something, values are stand-ins that nobody gets to see. */
  readonly problems: string[];
}

/** What a text must look like, and how to say so. */
interface Form {
  readonly test: RegExp;
  readonly name: string;
}

const anyText: Form = { test: /^/, name: 'text' };
/** A part of an `ObjectKey`, which a slash would break. */
const part: Form = { test: /^[^/]+$/, name: 'a name without a slash' };
const partOrEmpty: Form = { test: /^[^/]*$/, name: 'a name without a slash, or empty' };
const groupVersion: Form = { test: /^(?:[^/]+\/)?[^/]+$/, name: 'a version with or without a group, such as `apps/v1`' };
const minorVersion: Form = { test: /^\d+\.\d+$/, name: 'a minor version, such as `1.35`' };
const digest: Form = { test: /^[0-9a-f]{64}$/, name: '64 hexadecimal digits in lower case' };
/** Relative, of plain segments, without what another system might take for a separator. */
const manifestPath: Form = {
  test: /^(?!(?:.*\/)?\.{0,2}\/)[^\\\p{Cc}]*[^\\/\p{Cc}]\.yaml$/u,
  name: 'a relative path that ends with `.yaml`, without `..` or a backslash',
};

/** The index that `fields` are, or what is wrong with it. Fields that are not known are ignored. */
export function checkIndex(fields: JsonObject): Reading<RenderedIndex> {
  const entry: Entry = { fields, place: '', problems: [] };
  const value: RenderedIndex = {
    environment: textIn(entry, 'environment', part),
    cluster: textIn(entry, 'cluster'),
    kubernetes: textIn(entry, 'kubernetes', minorVersion),
    objects: objectsIn(entry),
    access: entriesIn(entry, 'access', accessOf),
    approvals: entriesIn(entry, 'approvals', approvalOf),
  };
  const [message] = entry.problems;
  return message === undefined ? { ok: true, value } : { ok: false, message };
}

function objectsIn(index: Entry): readonly IndexedObject[] {
  const objects = entriesIn(index, 'objects', objectOf);
  const paths = new Set<string>();
  for (const { path } of objects) {
    if (paths.has(path)) index.problems.push(`two objects have the path ${quoted(path)}`);
    paths.add(path);
  }
  for (const { path, dependsOn } of objects) {
    const missing = dependsOn.find((needed) => !paths.has(needed));
    if (missing !== undefined) index.problems.push(`${quoted(path)} depends on ${quoted(missing)}, which is not among the objects`);
  }
  return objects.toSorted(byPath);
}

function objectOf(entry: Entry): IndexedObject {
  const apiVersion = textIn(entry, 'apiVersion', groupVersion);
  return {
    path: textIn(entry, 'path', manifestPath),
    ref: {
      group: groupOf(apiVersion),
      kind: textIn(entry, 'kind', part),
      namespace: entry.fields['namespace'] === undefined ? '' : textIn(entry, 'namespace', part),
      name: textIn(entry, 'name', part),
    },
    apiVersion,
    sha256: textIn(entry, 'sha256', digest),
    construct: textIn(entry, 'construct'),
    wave: waveIn(entry),
    dependsOn: entry.fields['dependsOn'] === undefined ? [] : textsIn(entry, 'dependsOn'),
  };
}

function accessOf(entry: Entry): AccessRule {
  const rule = {
    namespace: textIn(entry, 'namespace', partOrEmpty),
    groups: textsIn(entry, 'groups'),
    resources: textsIn(entry, 'resources'),
    verbs: textsIn(entry, 'verbs'),
  };
  return entry.fields['names'] === undefined ? rule : { ...rule, names: textsIn(entry, 'names') };
}

function approvalOf(entry: Entry): Approval {
  const ref = {
    group: textIn(entry, 'group', partOrEmpty),
    kind: textIn(entry, 'kind', part),
    namespace: textIn(entry, 'namespace', partOrEmpty),
    name: textIn(entry, 'name', part),
  };
  return { ref, reason: textIn(entry, 'reason') };
}

function entriesIn<T>(index: Entry, key: string, read: (entry: Entry) => T): readonly T[] {
  const list = index.fields[key];
  if (!Array.isArray(list) || list.length > maxEntries) {
    refuse(index, key, Array.isArray(list) ? `a list of ${maxEntries} entries at most` : 'a list');
    return [];
  }
  return list.map((fields: Json, position) => {
    const entry: Entry = { fields: isObject(fields) ? fields : {}, place: `${key}[${position}]`, problems: index.problems };
    if (!isObject(fields)) refuse(entry, '', 'an object');
    return read(entry);
  });
}

function textIn(entry: Entry, key: string, form: Form = anyText): string {
  const value = entry.fields[key];
  if (typeof value === 'string' && form.test.test(value)) return value;
  refuse(entry, key, form.name);
  return '';
}

function textsIn(entry: Entry, key: string): readonly string[] {
  const value = entry.fields[key];
  if (Array.isArray(value) && value.every((text) => typeof text === 'string')) return value;
  refuse(entry, key, 'a list of texts');
  return [];
}

function waveIn(entry: Entry): number {
  const value = entry.fields['wave'];
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  refuse(entry, 'wave', 'a whole number from 0');
  return 0;
}

/** Records that `key` of `entry`, or the entry itself for '', is not `expected`. */
function refuse(entry: Entry, key: string, expected: string): void {
  if (entry.problems.length > 0) return;
  const place = [entry.place, key].filter((step) => step !== '').join('.');
  entry.problems.push(`\`${place}\` is not ${expected}`);
}

/** A text of the index for a message, without what could disturb a terminal. */
function quoted(text: string): string {
  return `\`${JSON.stringify(text).slice(1, -1)}\``;
}
