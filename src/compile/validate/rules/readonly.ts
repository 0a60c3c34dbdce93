import { isObject, type Json, objectAt, type Path } from '../../../model/json.ts';
import type { Problem } from '../../../model/problem.ts';
import { groupOf, versionOf } from '../../../model/ref.ts';
import { builtinKind } from '../../../schema/kinds.ts';
import { isSet, object, type Rule } from './rule.ts';

/** What the API server makes of a field of its own that a manifest sets, as tried on one of 1.35, and what to say. */
const fates: Readonly<Record<'ignored' | 'refused' | 'harmful' | 'deleting', { readonly why: string; readonly severity?: 'warning' }>> = {
  ignored: { why: 'the API server sets it, and ignores what is written here', severity: 'warning' },
  refused: { why: 'the API server sets it, and refuses an object that brings its own' },
  harmful: { why: 'the object is applied once, and never again: each change makes another one', severity: 'warning' },
  deleting: { why: 'the object would be made as one that is being deleted', severity: 'warning' },
};

const ofMetadata: ReadonlyMap<string, keyof typeof fates> = new Map([
  ['uid', 'refused'],
  ['managedFields', 'refused'],
  ['resourceVersion', 'harmful'],
  ['deletionTimestamp', 'deleting'],
  ['deletionGracePeriodSeconds', 'deleting'],
  ['creationTimestamp', 'ignored'],
  ['generation', 'ignored'],
  ['selfLink', 'ignored'],
]);

/** Fields of `metadata` and, where the kind has a subresource for it, `status`, which the API server writes. */
export const readOnly: Rule = object((value, path) => {
  const metadata = objectAt(value, 'metadata');
  const found: Problem[] = [];
  for (const key in metadata) {
    const fate = ofMetadata.get(key);
    if (fate !== undefined && isGiven(key, metadata[key]))
      found.push(problem([...path, 'metadata', key], isVersion(key, metadata[key]) ? fate : 'refused'));
  }
  if (saysAnything(value['status']) && hasStatus(value)) found.push(problem([...path, 'status'], 'ignored'));
  return found;
});

function problem(path: Path, fate: keyof typeof fates): Problem {
  const { why, severity } = fates[fate];
  const name = String(path.at(-1));
  const said = { code: 'field-read-only' as const, path, message: `\`${name}\` is set: ${why}`, help: `remove \`${name}\`` };
  return severity === undefined ? said : { ...said, severity };
}

/** Whether a field of metadata is more than empty. An empty list of managers is refused, too; a bad generation is told elsewhere. */
function isGiven(key: string, value: Json | undefined): boolean {
  if (key === 'managedFields') return isSet(value);
  return typeof value === 'number' ? value > 0 : saysAnything(value);
}

/** Whether a resourceVersion is a number, as the API server reads it; nothing else is one. */
function isVersion(key: string, value: Json | undefined): boolean {
  return key !== 'resourceVersion' || typeof value !== 'string' || /^\d+$/.test(value);
}

/** Whether there is a value that is not empty in `value`: generators write statuses of empty fields. */
function saysAnything(value: Json | undefined): boolean {
  if (Array.isArray(value)) return value.some(saysAnything);
  if (isObject(value)) return Object.values(value).some(saysAnything);
  return isSet(value) && value !== '';
}

function hasStatus({ apiVersion, kind }: { readonly [key: string]: Json | undefined }): boolean {
  if (typeof apiVersion !== 'string' || typeof kind !== 'string') return false;
  const group = groupOf(apiVersion);
  const version = versionOf(apiVersion);
  return builtinKind({ group, kind })?.versions.some((one) => one.version === version && one.status) === true;
}
