import { isObject, type Json, type JsonObject } from '../model/json.ts';
import { groupOf } from '../model/ref.ts';
import { type AccessRule, type Approval, byPath, type IndexedObject, type RenderedIndex } from '../model/rendered.ts';
import type { Reading } from './reading.ts';

/** No list of an index has more entries: a branch is not trusted to stay within reason. */
const maxEntries = 100_000;

/** What is being checked. After the first problem, values are stand-ins that nobody gets to see. */
interface Check {
  /** The entry of a list, `objects[12]`, or '' for the index itself. */
  place: string;
  problem: string | undefined;
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

/** The index that `found` is, or what is wrong with it. Fields that are not known are ignored. */
export function checkIndex(found: JsonObject): Reading<RenderedIndex> {
  const check: Check = { place: '', problem: undefined };
  const index: RenderedIndex = {
    environment: textIn(check, found, 'environment', part),
    cluster: textIn(check, found, 'cluster'),
    kubernetes: textIn(check, found, 'kubernetes', minorVersion),
    objects: objectsIn(check, found),
    access: entriesIn(check, found, 'access', accessOf),
    approvals: entriesIn(check, found, 'approvals', approvalOf),
  };
  return check.problem === undefined ? { ok: true, value: index } : { ok: false, message: check.problem };
}

function objectsIn(check: Check, index: JsonObject): readonly IndexedObject[] {
  const objects = entriesIn(check, index, 'objects', objectOf);
  const paths = new Set<string>();
  for (const { path } of objects) {
    if (paths.has(path)) check.problem ??= `two objects have the path ${quoted(path)}`;
    paths.add(path);
  }
  for (const { path, dependsOn } of objects) {
    const missing = dependsOn.find((needed) => !paths.has(needed));
    if (missing !== undefined) check.problem ??= `${quoted(path)} depends on ${quoted(missing)}, which is not among the objects`;
  }
  return [...objects].sort(byPath);
}

function objectOf(check: Check, entry: JsonObject): IndexedObject {
  const apiVersion = textIn(check, entry, 'apiVersion', groupVersion);
  return {
    path: textIn(check, entry, 'path', manifestPath),
    ref: {
      group: groupOf(apiVersion),
      kind: textIn(check, entry, 'kind', part),
      namespace: entry['namespace'] === undefined ? '' : textIn(check, entry, 'namespace', part),
      name: textIn(check, entry, 'name', part),
    },
    apiVersion,
    sha256: textIn(check, entry, 'sha256', digest),
    construct: textIn(check, entry, 'construct'),
    wave: waveIn(check, entry),
    dependsOn: entry['dependsOn'] === undefined ? [] : textsIn(check, entry, 'dependsOn'),
  };
}

function accessOf(check: Check, entry: JsonObject): AccessRule {
  const rule = {
    namespace: textIn(check, entry, 'namespace', partOrEmpty),
    groups: textsIn(check, entry, 'groups'),
    resources: textsIn(check, entry, 'resources'),
    verbs: textsIn(check, entry, 'verbs'),
  };
  return entry['names'] === undefined ? rule : { ...rule, names: textsIn(check, entry, 'names') };
}

function approvalOf(check: Check, entry: JsonObject): Approval {
  const ref = {
    group: textIn(check, entry, 'group', partOrEmpty),
    kind: textIn(check, entry, 'kind', part),
    namespace: textIn(check, entry, 'namespace', partOrEmpty),
    name: textIn(check, entry, 'name', part),
  };
  return { ref, reason: textIn(check, entry, 'reason') };
}

function entriesIn<T>(check: Check, index: JsonObject, key: string, entryOf: (check: Check, entry: JsonObject) => T): readonly T[] {
  const entries = index[key];
  if (!Array.isArray(entries)) return refuse(check, key, 'a list', []);
  if (entries.length > maxEntries) return refuse(check, key, `a list of ${maxEntries} entries at most`, []);
  const values = entries.map((entry: Json, position) => {
    check.place = `${key}[${position}]`;
    return entryOf(check, isObject(entry) ? entry : refuse(check, '', 'an object', {}));
  });
  check.place = '';
  return values;
}

function textIn(check: Check, from: JsonObject, key: string, form: Form = anyText): string {
  const value = from[key];
  return typeof value === 'string' && form.test.test(value) ? value : refuse(check, key, form.name, '');
}

function textsIn(check: Check, from: JsonObject, key: string): readonly string[] {
  const value = from[key];
  const isTexts = Array.isArray(value) && value.every((text) => typeof text === 'string');
  return isTexts ? (value as readonly string[]) : refuse(check, key, 'a list of texts', []);
}

function waveIn(check: Check, from: JsonObject): number {
  const value = from['wave'];
  const isWave = typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
  return isWave ? value : refuse(check, 'wave', 'a whole number from 0', 0);
}

/** Records that `key` of the entry being checked is not `expected`. Gives `standIn`, so that checking goes on. */
function refuse<T>(check: Check, key: string, expected: string, standIn: T): T {
  const place = [check.place, key].filter((step) => step !== '').join('.');
  check.problem ??= `\`${place}\` is not ${expected}`;
  return standIn;
}

/** A text of the index for a message, without what could disturb a terminal. */
function quoted(text: string): string {
  return `\`${JSON.stringify(text).slice(1, -1)}\``;
}
