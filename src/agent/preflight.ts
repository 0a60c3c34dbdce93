import type { ApiError } from '../model/apierror.ts';
import type { ObjectProblem } from '../model/event.ts';
import type { Inventory } from '../model/inventory.ts';
import type { Change, DesiredObject } from '../model/plan.ts';
import { compareText, type GroupKind, type ObjectRef } from '../model/ref.ts';
import type { Cluster, RenderedSource } from '../ports.ts';
import { isOwn } from '../reconcile/inventory.ts';
import { parallel } from './agent.ts';
import { mapBounded } from './bounded.ts';
import { readDesired, toApply } from './manifests.ts';

/** A change that writes what the branch wants. */
export type Write = Exclude<Change, { readonly op: 'prune' }>;

/** What a preflight found. `pending` objects could not be checked yet, and are no reason to refuse. */
export interface Preflight {
  readonly problems: readonly ObjectProblem[];
  readonly pending: readonly { readonly ref: ObjectRef; readonly for: string }[];
  /** The API server could not answer for these: try again later. */
  readonly outages: readonly ObjectProblem[];
  /** The most milliseconds that the server asked to wait. */
  readonly retryAfter: number;
}

/** What a preflight needs. */
export interface PreflightOptions {
  readonly source: RenderedSource;
  readonly cluster: Cluster;
  readonly manager: string;
  readonly setId: string;
  /** What the environment owns: an object that is in it may have lost its label, and is ours all the same. */
  readonly inventory: Inventory;
  readonly signal: AbortSignal;
}

/** The kinds without which others of the same plan cannot be checked. They only add, so they are made first. */
const groundwork: readonly GroupKind[] = [
  { group: '', kind: 'Namespace' },
  { group: 'apiextensions.k8s.io', kind: 'CustomResourceDefinition' },
  { group: 'rbac.authorization.k8s.io', kind: 'Role' },
  { group: 'rbac.authorization.k8s.io', kind: 'ClusterRole' },
];

/** What is wrong with an object that somebody else made. */
export const notOurs = 'an object of this name exists already, and it is not part of this environment';

/** Whether `change` makes something that the check of other objects needs. */
export function isGroundwork(change: Change): change is Extract<Change, { readonly op: 'create' }> {
  return change.op === 'create' && isOneOf(change.desired.ref, groundwork);
}

/** Asks the API server, without writing, what it would say to each of `changes`. Nothing stops at the first problem. */
export async function preflight(changes: readonly Write[], options: PreflightOptions): Promise<Preflight> {
  const found: Finding[] = [];
  for await (const finding of mapBounded(changes, (change) => check(change, options), {
    limit: parallel,
    stopped: () => options.signal.aborted,
  })) {
    if (finding !== undefined) found.push(finding);
  }
  return {
    problems: found.flatMap((finding) => (finding.type === 'problem' ? [finding.problem] : [])).sort(byFile),
    pending: found.flatMap((finding) => (finding.type === 'pending' ? [finding] : [])),
    outages: found.flatMap((finding) => (finding.type === 'outage' ? [finding.problem] : [])).sort(byFile),
    retryAfter: Math.max(0, ...found.map((finding) => (finding.type === 'outage' ? (finding.retryAfter ?? 0) : 0))),
  };
}

type Finding =
  | { readonly type: 'problem'; readonly problem: ObjectProblem }
  | { readonly type: 'outage'; readonly problem: ObjectProblem; readonly retryAfter: number | undefined }
  | { readonly type: 'pending'; readonly ref: ObjectRef; readonly for: string };

async function check(
  change: Write,
  { source, cluster, manager, setId, inventory, signal }: PreflightOptions,
): Promise<Finding | undefined> {
  const { desired } = change;
  const manifest = await readDesired(source, desired);
  if (!manifest.ok) return { type: 'problem', problem: manifest.problem };
  const live = change.op === 'create' ? undefined : { fingerprint: change.live.fingerprint };
  const answer = await cluster.apply(toApply(manifest.value, setId, live), { manager, dryRun: true, signal });
  if (!answer.ok) return findingOf(desired, answer.error, await isServed(cluster, desired, signal));
  if (change.op !== 'create' || answer.value.created) return undefined;
  // A dry run shows our own label; who made the object shows in who manages it.
  const before = await cluster.get(desired.apiVersion, desired.ref, signal);
  if (!before.ok || before.value === undefined || isOwn(before.value, { setId, inventory })) return undefined;
  return { type: 'problem', problem: problemOf(desired, notOurs) };
}

function findingOf(desired: DesiredObject, error: ApiError, served: boolean): Finding {
  // A conflict is another writer in this moment.
  if (error.reason === 'unavailable' || error.reason === 'conflict')
    return { type: 'outage', problem: problemOf(desired, error.message), retryAfter: error.retryAfter };
  if (!served)
    return {
      type: 'pending',
      ref: desired.ref,
      for: `the kind \`${desired.ref.kind}\` of \`${desired.apiVersion}\`, which nobody serves yet`,
    };
  return { type: 'problem', problem: problemOf(desired, error.message) };
}

async function isServed(cluster: Cluster, { apiVersion, ref }: DesiredObject, signal: AbortSignal): Promise<boolean> {
  const answer = await cluster.resource(apiVersion, ref.kind, signal);
  return !answer.ok || answer.value !== undefined;
}

function byFile(a: ObjectProblem, b: ObjectProblem): number {
  return compareText(a.path, b.path);
}

function problemOf({ ref, path }: DesiredObject, message: string): ObjectProblem {
  return { ref, path, message };
}

function isOneOf(ref: ObjectRef, kinds: readonly GroupKind[]): boolean {
  return kinds.some(({ group, kind }) => group === ref.group && kind === ref.kind);
}
