import type { ApiError } from '../model/apierror.ts';
import type { ObjectProblem } from '../model/event.ts';
import type { Inventory } from '../model/inventory.ts';
import type { LiveObject, Manifest } from '../model/manifest.ts';
import type { Change, DesiredObject, Write } from '../model/plan.ts';
import { lostByReplacing } from '../model/protected.ts';
import { compareText, type GroupKind, keyOf, namespaceRef, type ObjectRef } from '../model/ref.ts';
import type { Cluster, RenderedSource } from '../ports.ts';
import { claimsOf } from '../reconcile/claims.ts';
import { withoutIgnored } from '../reconcile/ignored.ts';
import { isOwn, otherEnvironment } from '../reconcile/inventory.ts';
import { namesOfWriters } from '../reconcile/managers.ts';
import { parallel } from './agent.ts';
import { mapBounded } from './bounded.ts';
import { asNewcomer, readApplied, readDesired, toApply } from './manifests.ts';
import type { Observer } from './observe.ts';

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

/** The kinds without which others of the same plan cannot be checked, in layers: each may stand on those before. They only add. */
const groundworkKinds: readonly (readonly GroupKind[])[] = [
  [
    { group: '', kind: 'Namespace' },
    { group: 'apiextensions.k8s.io', kind: 'CustomResourceDefinition' },
  ],
  [
    { group: 'rbac.authorization.k8s.io', kind: 'Role' },
    { group: 'rbac.authorization.k8s.io', kind: 'ClusterRole' },
  ],
];

/** What `changes` make that the check of others needs, layer by layer. */
export function groundwork(changes: readonly Write[]): readonly (readonly Write[])[] {
  return groundworkKinds.map((kinds) => changes.filter((change) => change.op === 'create' && isOneOf(change.desired.ref, kinds)));
}

/** What is wrong with an object that somebody else made, with who it seems to have been. */
export function notOurs(live: LiveObject): string {
  const names = namesOfWriters(live);
  const who = names.length === 0 ? '' : ` (written by ${names.map((name) => `\`${name}\``).join(', ')})`;
  return `an object of this name exists already, and it is not part of this environment${who}; to take it over, declare it in the environment (\`adopt\`)`;
}

/** What is wrong with an object that is part of `owner`, another Lockstep environment. */
export function ownedBy(owner: string): string {
  return `it is part of ${owner}; to move it, let go of it there (\`handOver\`) and declare it here (\`adopt\`)`;
}

/** Whether `change` makes something that the check of other objects needs. */
export function isGroundwork(change: Change): change is Extract<Change, { readonly op: 'create' }> {
  return change.op === 'create' && isOneOf(change.desired.ref, groundworkKinds.flat());
}

/** The namespace of an object, if it is being deleted: nothing can be made there before its name is free again. */
export function leavingHome({ ref }: DesiredObject, { live }: Pick<Observer, 'live'>): ObjectRef | undefined {
  const home = namespaceRef(ref.namespace);
  return live.get(keyOf(home))?.deleting ? home : undefined;
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

async function check(change: Write, options: PreflightOptions): Promise<Finding | undefined> {
  const { source, cluster, manager, setId, signal } = options;
  const { desired } = change;
  const manifest = await readDesired(source, desired);
  if (!manifest.ok) return { type: 'problem', problem: manifest.problem };
  const live = change.op === 'create' ? undefined : { uid: change.live.fingerprint.uid };
  const wanted = change.op === 'create' ? manifest.value : withoutIgnored(manifest.value, desired.rules.ignore);
  const answer = await cluster.apply(toApply(wanted, setId, live), { manager, dryRun: true, signal });
  const isImmutable = !answer.ok && answer.error.reason === 'immutable';
  const isShared = change.op === 'create' ? desired.adopt : change.live.coOwned;
  // Beside what others have in it, an object may be wrong that is right by itself: theirs is taken over before the apply.
  if (!answer.ok && answer.error.reason === 'invalid' && isShared && (await wouldBeMade(manifest.value, options))) return undefined;
  if (!answer.ok && !isImmutable) return findingOf(desired, answer.error, await isServed(cluster, desired, signal));
  const isThere = change.op === 'create' && (isImmutable || (answer.ok && !answer.value.created));
  // Whose it is comes first: nothing of what somebody else made is changed, nor made anew.
  const foreign = isThere && !desired.adopt ? await foreignIn(desired, options) : undefined;
  if (foreign !== undefined) return foreign;
  return answer.ok
    ? claimedIn(change, { manifest: wanted, next: answer.value.object }, options)
    : replacing({ desired, manifest: manifest.value }, answer.error, options);
}

/** What is wrong with a change that would take fields from another manager which applies them. */
async function claimedIn(
  change: Write,
  { manifest, next }: { readonly manifest: Manifest; readonly next: LiveObject },
  { source, cluster, manager, inventory, signal }: PreflightOptions,
): Promise<Finding | undefined> {
  const { desired } = change;
  const entry = inventory.entries.get(keyOf(desired.ref));
  if (change.op !== 'update' || !change.live.appliedByOthers || desired.adopt || entry?.seen === undefined) return undefined;
  const before = await cluster.get(desired.apiVersion, desired.ref, signal);
  if (!before.ok) return findingOf(desired, before.error, true);
  const old = await readApplied(source, entry.blob);
  if (before.value === undefined || old === undefined) return undefined;
  const [first, ...others] = claimsOf({ live: before.value, next, manifest, old, manager });
  if (first === undefined) return undefined;
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
  const message = `\`${first.field}\`${more} is applied by \`${first.by}\`, with another value; to take it over, declare the object in the environment (\`adopt\`); to leave it, declare the field in \`ignore\``;
  return { type: 'problem', problem: problemOf(desired, message) };
}

/** Whether the API server would make the object if there were none. */
async function wouldBeMade(manifest: Manifest, { cluster, manager, setId, signal }: PreflightOptions): Promise<boolean> {
  const answer = await cluster.apply(toApply(asNewcomer(manifest, undefined), setId), { manager, dryRun: true, signal });
  return answer.ok && answer.value.created;
}

/** What is wrong with an object that stands there already and is not the environment's. */
async function foreignIn(
  desired: DesiredObject,
  { cluster, manager, setId, inventory, signal }: PreflightOptions,
): Promise<Finding | undefined> {
  // A dry run shows our own label; who made the object shows in who manages it.
  const before = await cluster.get(desired.apiVersion, desired.ref, signal);
  if (!before.ok) return findingOf(desired, before.error, true);
  if (before.value === undefined) return undefined;
  const owner = otherEnvironment(before.value, manager);
  if (owner !== undefined) return { type: 'problem', problem: problemOf(desired, ownedBy(owner)) };
  return isOwn(before.value, { setId, inventory }) ? undefined : { type: 'problem', problem: problemOf(desired, notOurs(before.value)) };
}

/** An object that cannot be changed: whether it may be made anew, and whether the API server would take the new one. */
async function replacing(
  { desired, manifest }: { readonly desired: DesiredObject; readonly manifest: Manifest },
  error: ApiError,
  { cluster, manager, setId, signal }: PreflightOptions,
): Promise<Finding | undefined> {
  const { ref, apiVersion, rules } = desired;
  const old = await cluster.get(apiVersion, ref, signal);
  if (!old.ok) return findingOf(desired, old.error, true);
  const lost = lostByReplacing(old.value ?? manifest);
  if (lost !== undefined || !rules.replace) return { type: 'problem', problem: problemOf(desired, unchangeable(error, lost)) };
  const answer = await cluster.apply(toApply(asNewcomer(manifest, old.value), setId), { manager, dryRun: true, signal });
  return answer.ok ? undefined : findingOf(desired, answer.error, true);
}

/** Why an object cannot be changed, with what to declare; `lost` is what keeps it from being made anew. */
export function unchangeable({ message }: ApiError, lost: string | undefined): string {
  return lost === undefined
    ? `${message}; only a new object can have that: declare \`replace: 'onImmutableChange'\`, or give it another name`
    : `${message}; ${lost}, so it is never made anew: give the new one another name, and move what the old one holds`;
}

function findingOf(desired: DesiredObject, error: ApiError, served: boolean): Finding {
  // Nothing is made in a namespace that is going away, and all that is known is that its name will be free again.
  if (error.reason === 'unavailable' && error.status === 403) return { type: 'pending', ref: desired.ref, for: error.message };
  // A conflict is another writer in this moment.
  if (error.reason === 'unavailable' || error.reason === 'conflict')
    return { type: 'outage', problem: problemOf(desired, error.message), retryAfter: error.retryAfter };
  // It guards this object and no other: the rest goes on.
  if (error.reason === 'webhook') return { type: 'pending', ref: desired.ref, for: error.message };
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
