import { type HealthByKind, longestExpression } from '../model/health.ts';
import { isObject, type Json, type JsonObject } from '../model/json.ts';
import { formatGroupKind, groupOf, type ObjectRef } from '../model/ref.ts';
import {
  type AccessRule,
  type Adoption,
  type Approval,
  byPath,
  failureModes,
  type HandOver,
  type IndexedObject,
  type ObjectRules,
  preflightModes,
  type RenderedIndex,
  usualRules,
} from '../model/rendered.ts';
import { isSpan, isTimeZone, type SyncWindow, type Weekday, weekdays } from '../model/window.ts';
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
const anyTexts: Form = { test: /^/, name: 'a list of texts' };
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

/** A part of a branch's name, as it will be one: no `..`, and nothing that git or a path would read otherwise. */
const sliceName: Form = {
  test: /^(?=.{1,63}$)(?!.*(?:\.\.|\.lock(?:\/|$)))@?[A-Za-z0-9](?:[\w.@-]*\w)?(?:\/[A-Za-z0-9](?:[\w.@-]*\w)?)*$/,
  name: 'a slice, such as `team-shop`',
};
/** RFC 6901, but for the empty one, which is the whole object. */
const fieldPointers: Form = { test: /^(?:\/(?:[^~/\p{Cc}]|~[01])*)+$/u, name: 'a list of JSON pointers, such as `/spec/replicas`' };

const windowReason: Form = { test: /^\P{Cc}{1,200}$/u, name: 'a line of at most 200 characters' };
const dayNames: Form = { test: new RegExp(`^(?:${weekdays.join('|')})$`), name: 'a list of days, such as `Mon`' };
/** An expression of CEL, as long as they are taken. */
const expression: Form = {
  test: new RegExp(`^[^]{1,${longestExpression}}$`),
  name: `an expression of at most ${longestExpression} characters`,
};

/** Whether `text` can be the name of a slice in an index. */
export function isSliceName(text: string): boolean {
  return sliceName.test.test(text);
}

/** Whether `text` is a JSON pointer (RFC 6901) to a field of an object. */
export function isFieldPointer(text: string): boolean {
  return fieldPointers.test.test(text);
}

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
    adopt: fields['adopt'] === undefined ? [] : entriesIn(entry, 'adopt', adoptionOf),
    handOver: fields['handOver'] === undefined ? [] : entriesIn(entry, 'handOver', handOverOf),
    health: fields['health'] === undefined ? [] : healthIn(entry),
    syncWindows: fields['syncWindows'] === undefined ? [] : entriesIn(entry, 'syncWindows', windowOf),
    preflight: choiceIn(entry, 'preflight', preflightModes) ?? 'all',
    onFailure: choiceIn(entry, 'onFailure', failureModes) ?? 'stay',
    removed: choiceIn(entry, 'removed', ['keep', 'prune']),
  };
  if (value.removed !== undefined && value.objects.length > 0) refuse(entry, 'objects', 'empty, although the environment is removed');
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
    wave: wholeIn(entry, 'wave', 0),
    dependsOn: entry.fields['dependsOn'] === undefined ? [] : textsIn(entry, 'dependsOn'),
    slice: entry.fields['slice'] === undefined ? '' : textIn(entry, 'slice', sliceName),
    rules: rulesIn(entry),
  };
}

function rulesIn(entry: Entry): ObjectRules {
  const { ignore, deadline } = entry.fields;
  const when = choiceIn(entry, 'when', ['failure'] as const);
  return {
    ignore: ignore === undefined ? usualRules.ignore : textsIn(entry, 'ignore', fieldPointers),
    replace: choiceIn(entry, 'replace', ['onImmutableChange']) !== undefined,
    keep: markIn(entry, 'keep'),
    ownership: choiceIn(entry, 'ownership', ['strict', 'shared']),
    deadline: deadline === undefined ? undefined : wholeIn(entry, 'deadline', 1),
    ...(when === undefined ? {} : { when }),
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
  return { ref: refIn(entry), reason: textIn(entry, 'reason') };
}

function adoptionOf(entry: Entry): Adoption {
  return { object: markIn(entry, 'all') ? 'all' : refIn(entry), reason: textIn(entry, 'reason') };
}

function handOverOf(entry: Entry): HandOver {
  return { ref: refIn(entry), to: textIn(entry, 'to', part) };
}

function windowOf(entry: Entry): SyncWindow {
  const { days, reason } = entry.fields;
  const window = {
    type: choiceIn(entry, 'type', ['allow', 'deny'] as const) ?? 'deny',
    from: textIn(entry, 'from'),
    to: textIn(entry, 'to'),
    timeZone: textIn(entry, 'timeZone'),
    days: days === undefined ? undefined : (textsIn(entry, 'days', dayNames) as readonly Weekday[]),
    reason: reason === undefined ? undefined : textIn(entry, 'reason', windowReason),
  };
  if (entry.fields['type'] === undefined) refuse(entry, 'type', '`allow` or `deny`');
  if (!isSpan(window.from, window.to)) refuse(entry, 'to', 'a time of day or a day that fits `from`');
  if (!isTimeZone(window.timeZone)) refuse(entry, 'timeZone', 'a time zone that this agent knows');
  return window;
}

function healthIn(index: Entry): readonly HealthByKind[] {
  const kinds = entriesIn(index, 'health', healthOf);
  const names = kinds.map(formatGroupKind);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) index.problems.push(`\`health\` has two entries for ${quoted(twice)}`);
  // Expressions may tell what they see.
  if (names.includes('Secret')) index.problems.push('`health` has an entry for `Secret`, whose content nothing may tell');
  return kinds;
}

function healthOf(entry: Entry): HealthByKind {
  const maybe = (key: string): string | undefined => (entry.fields[key] === undefined ? undefined : textIn(entry, key, expression));
  return {
    group: textIn(entry, 'group', partOrEmpty),
    kind: textIn(entry, 'kind', part),
    current: textIn(entry, 'current', expression),
    failed: maybe('failed'),
    inProgress: maybe('inProgress'),
    message: maybe('message'),
  };
}

function refIn(entry: Entry): ObjectRef {
  return {
    group: textIn(entry, 'group', partOrEmpty),
    kind: textIn(entry, 'kind', part),
    namespace: textIn(entry, 'namespace', partOrEmpty),
    name: textIn(entry, 'name', part),
  };
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

function textsIn(entry: Entry, key: string, form: Form = anyTexts): readonly string[] {
  const value = entry.fields[key];
  if (Array.isArray(value) && value.every((text) => typeof text === 'string' && form.test.test(text))) return value;
  refuse(entry, key, form.name);
  return [];
}

function wholeIn(entry: Entry, key: string, least: number): number {
  const value = entry.fields[key];
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= least) return value;
  refuse(entry, key, `a whole number from ${least}`);
  return least;
}

/** One of `choices`, or undefined when there is no such field. */
function choiceIn<T extends string>(entry: Entry, key: string, choices: readonly T[]): T | undefined {
  const value = entry.fields[key];
  const choice = choices.find((one) => one === value);
  if (choice === undefined && value !== undefined) refuse(entry, key, choices.map((one) => `\`${one}\``).join(' or '));
  return choice;
}

/** Whether a field is there that can only be true. */
function markIn(entry: Entry, key: string): boolean {
  const value = entry.fields[key];
  if (value !== undefined && value !== true) refuse(entry, key, '`true`');
  return value === true;
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
