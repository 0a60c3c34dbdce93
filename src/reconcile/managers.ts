import { objectAt } from '../model/json.ts';
import type { LiveObject, ManagedFieldsEntry } from '../model/manifest.ts';
import { compareText } from '../model/ref.ts';
import type { ObjectRules } from '../model/rendered.ts';
import type { FieldPath } from './fields.ts';

/** Whose eyes an object is judged with. */
export interface Judged {
  readonly manager: string;
  readonly rules: Pick<ObjectRules, 'ignore' | 'ownership'>;
}

/** Managers of the cluster itself, as distributions call them too: what they write, they write by their office. */
const controllers: readonly RegExp[] = [
  /^kube-(controller-manager|scheduler|apiserver)$/,
  /^(cloud-controller-manager|kubelet|.*-aggregation-controller|apiextensions|autoscaler|vpa-.*)$/,
  /^(k3s|rke2|k0s|kubelite)$/,
  // Pull secrets of service accounts, and what the pods of a namespace may do.
  /^(openshift.*|cluster-policy-controller|pod-security-admission-label-synchronization-controller)$/,
];

function isController({ manager = '' }: ManagedFieldsEntry): boolean {
  return controllers.some((controller) => controller.test(manager));
}

/** The entries of people and tools, others than `manager`'s own. A subresource is written by whoever has its office. */
export function writersOf(live: LiveObject, manager: string): readonly ManagedFieldsEntry[] {
  return coOwnersOf(live, manager).filter((entry) => entry.manager !== ignoredManager(manager) && entry.manager !== manager);
}

/** Who, of people and tools, wrote to `live`: the last one first, three at most. */
export function namesOfWriters(live: LiveObject): readonly string[] {
  const latest = writersOf(live, '').toSorted((a, b) => compareText(b.time ?? '', a.time ?? ''));
  return [...new Set(latest.flatMap(({ manager }) => manager ?? []))].slice(0, 3);
}

/** The entries that keep a field in `live` which `manager` drops: its own by other ways of writing are among them. */
export function coOwnersOf({ metadata }: LiveObject, manager: string): readonly ManagedFieldsEntry[] {
  const isOwn = (entry: ManagedFieldsEntry): boolean => entry.manager === manager && entry.operation === 'Apply';
  return (metadata.managedFields ?? []).filter((entry) => !entry.subresource && !isOwn(entry) && !isController(entry));
}

/** The manager that holds the fields which are left to others: see `ignore`. */
export function ignoredManager(manager: string): string {
  // No environment has a colon in its name.
  return `${manager}:ignored`;
}

/** Well-known marks of people and controllers at work. */
const marks: readonly RegExp[] = [
  /^f:(kubectl\.kubernetes\.io|deployment\.kubernetes\.io|autoscaling\.alpha\.kubernetes\.io|pv\.kubernetes\.io|volume\.(beta\.)?kubernetes\.io|control-plane\.alpha\.kubernetes\.io)\//,
  /^f:lockstep\.dev\/hold$/,
];

/** Whether `path` leads to a mark, or into one. */
export function isMark(path: FieldPath): boolean {
  const at = path.indexOf('f:annotations');
  return at >= 0 && isMarkName(path[at + 1] ?? '');
}

function isMarkName(step: string): boolean {
  return marks.some((mark) => mark.test(step));
}

/** Whether an entry holds nothing but marks: the controller of a Deployment numbers its revisions, whoever makes them. */
export function isOfMarks({ fieldsV1 = {} }: ManagedFieldsEntry): boolean {
  const { 'f:metadata': metadata, ...content } = fieldsV1;
  const { 'f:annotations': annotations, ...others } = objectAt(metadata);
  const names = Object.keys(objectAt(annotations)).filter((step) => step !== '.');
  return names.length > 0 && names.every(isMarkName) && [content, others].every((rest) => Object.keys(rest).length === 0);
}
