import type { HealthByKind } from '../model/health.ts';
import { isObject, parseJson } from '../model/json.ts';
import { compareText, type ObjectRef } from '../model/ref.ts';
import {
  type AccessRule,
  type Adoption,
  type Approval,
  byPath,
  type HandOver,
  type IndexedObject,
  indexFormat,
  type ObjectRules,
  type RenderedIndex,
} from '../model/rendered.ts';
import type { SyncWindow } from '../model/window.ts';
import { checkIndex } from './index-check.ts';
import { unmetBy, usedBy } from './index-features.ts';
import type { Reading, Unreadable } from './reading.ts';

/** UTF-16 units. An index of 10,000 objects has about 4 million. */
const maxLength = 64 * 1024 * 1024;

/**
 * The text of `.lockstep/index`: JSON with one object, access rule and approval to a line, sorted, so that a change of
 * one object is one line of a git diff (and a comma). Equal content gives equal bytes. A ref is written flat: its group
 * is that of the apiVersion. What is empty or as usual is left out, but for the lists that every index has.
 */
export function writeIndex(index: RenderedIndex): string {
  const { environment, cluster, kubernetes, removed } = index;
  const format = `${indexFormat.major}.${indexFormat.minor}`;
  const preflight = index.preflight === 'all' ? undefined : index.preflight;
  const onFailure = index.onFailure === 'stay' ? undefined : index.onFailure;
  const used = usedBy(index);
  const requires = used.length === 0 ? undefined : used;
  const fields = Object.entries({ format, requires, environment, cluster, kubernetes, preflight, onFailure, removed });
  const lists = [
    list('objects', [...index.objects].sort(byPath).map(objectLine)),
    list('access', index.access.map(accessLine).sort(compareText)),
    list('approvals', index.approvals.map(approvalLine).sort(compareText)),
    ...(index.adopt.length === 0 ? [] : [list('adopt', index.adopt.map(adoptionLine).sort(compareText))]),
    ...(index.handOver.length === 0 ? [] : [list('handOver', index.handOver.map(handOverLine).sort(compareText))]),
    ...(index.syncWindows.length === 0 ? [] : [list('syncWindows', index.syncWindows.map(windowLine).sort(compareText))]),
    ...(index.health.length === 0 ? [] : [list('health', index.health.map(healthLine).sort(compareText))]),
  ];
  const texts = fields.flatMap(([key, value]) => (value === undefined ? [] : [`  "${key}": ${JSON.stringify(value)}`]));
  return `{\n${[...texts, ...lists].join(',\n')}\n}\n`;
}

/** An index, or why it cannot be read. */
export type IndexReading = Extract<Reading<RenderedIndex>, { readonly ok: true }> | UnreadableIndex;

/** Why an index cannot be read; `isNewer` says that a newer version can. */
interface UnreadableIndex extends Unreadable {
  readonly isNewer?: true;
}

/**
 * The index in `text`, which is not trusted: it comes from a branch. Every index of this major version is read, and what
 * a newer minor version added is ignored, unless the index requires that it is understood. Never throws.
 */
export function readIndex(text: string): IndexReading {
  if (text.length > maxLength) return unreadable(`it has ${text.length} characters, more than the ${maxLength} that are read`);
  const found = parseJson(text);
  if (!isObject(found)) return unreadable('it is not a JSON object');
  const { format } = found;
  const major = typeof format === 'string' ? /^(\d{1,9})\.\d{1,9}$/.exec(format)?.[1] : undefined;
  if (major === undefined) return unreadable('it does not say its format');
  if (Number(major) !== indexFormat.major) return otherMajor(Number(major));
  // First of all: what a newer version requires may have changed the form of the rest.
  const unmet = unmetBy(found);
  return unmet === undefined ? checkIndex(found) : unmet;
}

function otherMajor(major: number): UnreadableIndex {
  const reads = `it has format ${major}, and this version of lockstep reads format ${indexFormat.major}`;
  if (major > indexFormat.major) return { ...unreadable(`${reads}: upgrade the agent`), isNewer: true };
  return unreadable(`${reads}: publish the environment again with this version of lockstep`);
}

function unreadable(message: string): Unreadable {
  return { ok: false, message };
}

function list(key: string, lines: readonly string[]): string {
  return lines.length === 0 ? `  "${key}": []` : `  "${key}": [\n${lines.map((line) => `    ${line}`).join(',\n')}\n  ]`;
}

function objectLine({ path, ref, apiVersion, sha256, construct, wave, dependsOn, slice, rules }: IndexedObject): string {
  const { kind, namespace, name } = ref;
  return JSON.stringify({
    path,
    apiVersion,
    kind,
    namespace: namespace === '' ? undefined : namespace,
    name,
    sha256,
    construct,
    wave,
    dependsOn: sortedOrNone(dependsOn),
    slice: slice === '' ? undefined : slice,
    ...ruleFields(rules),
  });
}

function ruleFields({ ignore, replace, keep, ownership, deadline, when }: ObjectRules): object {
  return {
    ignore: sortedOrNone(ignore),
    replace: replace ? 'onImmutableChange' : undefined,
    keep: keep ? true : undefined,
    ownership,
    deadline,
    when,
  };
}

function sortedOrNone(texts: readonly string[]): readonly string[] | undefined {
  return texts.length === 0 ? undefined : [...texts].sort(compareText);
}

function accessLine({ namespace, groups, resources, verbs, names }: AccessRule): string {
  return JSON.stringify({ namespace, groups, resources, verbs, names });
}

function approvalLine({ ref, reason }: Approval): string {
  return JSON.stringify({ ...refFields(ref), reason });
}

function adoptionLine({ object, reason }: Adoption): string {
  return JSON.stringify(object === 'all' ? { all: true, reason } : { ...refFields(object), reason });
}

function handOverLine({ ref, to }: HandOver): string {
  return JSON.stringify({ ...refFields(ref), to });
}

function windowLine({ type, days, from, to, timeZone, reason }: SyncWindow): string {
  return JSON.stringify({ type, days, from, to, timeZone, reason });
}

function healthLine({ group, kind, failed, inProgress, current, message }: HealthByKind): string {
  return JSON.stringify({ group, kind, failed, inProgress, current, message });
}

/** The parts of a ref in the order in which they are written. */
function refFields({ group, kind, namespace, name }: ObjectRef): ObjectRef {
  return { group, kind, namespace, name };
}
