import type { Answer } from '../model/apierror.ts';
import { at, type Json, objectAt, pointer, sameJson } from '../model/json.ts';
import { type LiveObject, type ManagedFieldsEntry, type Manifest, refOf } from '../model/manifest.ts';
import type { DesiredObject } from '../model/plan.ts';
import { lostByReplacing } from '../model/protected.ts';
import { appliedEntry, fieldsOf, partOf } from '../reconcile/fields.ts';
import { holdAnnotation, holdIn, isHeld } from '../reconcile/hold.ts';
import { ignoredFields, withoutIgnored } from '../reconcile/ignored.ts';
import { ignoredManager } from '../reconcile/managers.ts';
import { foreignFields, inOrder } from '../reconcile/ownership.ts';
import { heldAlone, inTheWay, isWrittenInOther, takenOver } from '../reconcile/takeover.ts';
import type { Ground } from './ground.ts';
import { type Preconditions, toApply, unborn } from './manifests.ts';
import type { ApplyContext } from './outcome.ts';
import { sameObject } from './release.ts';

/** What is applied, and to what. */
export interface Put {
  readonly desired: DesiredObject;
  readonly manifest: Manifest;
  readonly ground: Ground;
}

/** The object as it stands after an apply, and all that belongs to it. */
export interface Standing {
  readonly object: LiveObject;
  readonly outcome: 'created' | 'configured' | 'adopted' | 'replaced';
  /** JSON pointers of what others had added and is removed. */
  readonly removed: readonly string[];
}

/**
 * Makes the object equal to its manifest: takes it over where somebody else made it, leaves to others what is theirs, holds
 * alone what is to go, applies, and removes what is nobody's to add. `deleting` when it cannot be changed, is to be made
 * anew, and something holds the old one. A conflict means that somebody wrote to it meanwhile.
 */
export async function put(it: Put, context: ApplyContext): Promise<Answer<Standing | 'deleting'>> {
  const { desired, manifest, ground } = it;
  const wanted = ground.live === undefined ? manifest : withoutIgnored(manifest, desired.rules.ignore);
  const before = await prepared({ ...it, manifest: wanted }, context);
  if (!before.ok) return before;
  const ready: Ready = { ...it, wanted, preconditions: preconditionsOf(ground, before.value) };
  const answer = await applied(ready, context);
  if (!answer.ok) return otherwise(ready, answer, context);
  const { object } = answer.value;
  const { isForeign } = ground;
  const isPartly = isForeign && isWrittenInOther(object, { manager: context.manager, apiVersion: desired.apiVersion });
  return isPartly ? put({ ...it, ground: { ...ground, object } }, context) : answer;
}

/** What is applied, and to what. */
interface Ready extends Put {
  /** The manifest without what is left to others. */
  readonly wanted: Manifest;
  readonly preconditions: Preconditions;
}

async function applied({ desired, wanted, ground, preconditions }: Ready, context: ApplyContext): Promise<Answer<Standing>> {
  const { cluster, setId, manager, signal } = context;
  const answer = await cluster.apply(toApply(wanted, setId, preconditions), { manager, signal });
  if (!answer.ok) return answer;
  const { object, created } = answer.value;
  const outcome = created ? 'created' : ground.isForeign ? 'adopted' : 'configured';
  return cleaned({ object, outcome, removed: [] }, desired, context);
}

/** What else can be done about an object whose apply was refused. */
async function otherwise(ready: Ready, refusal: Refused, context: ApplyContext): Promise<Answer<Standing | 'deleting'>> {
  const { reason } = refusal.error;
  if (reason === 'immutable' && ready.desired.rules.replace) return replaced(ready, refusal, context);
  return reason === 'invalid' && ready.ground.live !== undefined ? takenBack(ready, refusal, context) : refusal;
}

type Refused = Extract<Answer<never>, { readonly ok: false }>;

/** Takes over what others have in the way: it goes in the very moment in which the object is applied. */
async function takenBack(ready: Ready, refusal: Refused, context: ApplyContext): Promise<Answer<Standing>> {
  const { desired, wanted, preconditions } = ready;
  const { cluster, manager, signal } = context;
  const answer = await cluster.get(desired.apiVersion, desired.ref, signal);
  if (!answer.ok) return answer;
  const object = answer.value;
  if (object === undefined || object.metadata.uid !== preconditions.uid) return refusal;
  const owners = inTheWay(object, toApply(wanted, context.setId), { manager, rules: desired.rules });
  if (owners === undefined) return refusal;
  const taken = await withOwners(object, owners, context);
  return taken.ok ? applied({ ...ready, preconditions: taken.value.metadata }, context) : taken;
}

function preconditionsOf({ live }: Ground, object: LiveObject | undefined): Preconditions {
  if (object !== undefined) return object.metadata;
  return live === undefined ? unborn : { uid: live.fingerprint.uid, resourceVersion: live.resourceVersion };
}

/** What has to be done before the apply: the object as it is then, where its content matters. */
async function prepared({ desired, manifest, ground }: Put, context: ApplyContext): Promise<Answer<LiveObject | undefined>> {
  const { object, isForeign } = ground;
  if (object === undefined) return { ok: true, value: undefined };
  const own = isForeign ? await takeOver(object, desired, context) : { ok: true as const, value: object };
  const left = own.ok ? await leaveToOthers(own.value, desired, context) : own;
  if (!left.ok) return left;
  const owners = heldAlone(left.value, toApply(manifest, context.setId), { manager: context.manager, rules: desired.rules });
  return owners === undefined ? left : withOwners(left.value, owners, context);
}

/** Takes over all fields of an object that somebody else made: what the manifest does not hold goes with the apply. */
async function takeOver(object: LiveObject, { apiVersion }: DesiredObject, context: ApplyContext): Promise<Answer<LiveObject>> {
  const owners = takenOver(object, { manager: context.manager, apiVersion });
  return owners === undefined ? { ok: true, value: object } : withOwners(object, owners, context);
}

/** Writes who owns what, and nothing else. */
function withOwners(
  object: LiveObject,
  owners: readonly ManagedFieldsEntry[],
  { cluster, manager, signal }: ApplyContext,
): Promise<Answer<LiveObject>> {
  const operations = [...sameObject(object), { op: 'replace', path: '/metadata/managedFields', value: owners as Json } as const];
  return cluster.patch(object.apiVersion, refOf(object), operations, { manager, signal });
}

/**
 * Gives the fields that are left to others away with the values they have: a field that is simply dropped goes, or falls
 * back to its default (an autoscaled Deployment to one replica).
 */
async function leaveToOthers(object: LiveObject, { rules }: DesiredObject, context: ApplyContext): Promise<Answer<LiveObject>> {
  const { manager, cluster, signal } = context;
  const given = ignoredFields(fieldsOf(appliedEntry(object, manager)), object, rules.ignore);
  if (given.length === 0) return { ok: true, value: object };
  const { name, namespace, uid, resourceVersion } = object.metadata;
  const part = partOf(object, given);
  const identity = { name, ...(namespace === undefined ? {} : { namespace }), uid, resourceVersion };
  const { apiVersion, kind } = object;
  const answer = await cluster.apply(
    { ...part, apiVersion, kind, metadata: { ...objectAt(part, 'metadata'), ...identity } },
    { manager: ignoredManager(manager), signal },
  );
  return answer.ok ? { ok: true, value: answer.value.object } : answer;
}

/** Deletes what cannot be changed and makes it anew, where nothing is lost by it: the old one says what goes with it. */
async function replaced(
  { desired, manifest, ground }: Put,
  refusal: Refused,
  { cluster, manager, setId, signal }: ApplyContext,
): Promise<Answer<Standing | 'deleting'>> {
  const { ref, apiVersion } = desired;
  const old = await cluster.get(apiVersion, ref, signal);
  if (!old.ok) return old;
  const isSame = old.value !== undefined && old.value.metadata.uid === ground.live?.fingerprint.uid;
  if (old.value === undefined || !isSame || lostByReplacing(old.value) !== undefined) return refusal;
  const removed = await cluster.remove(apiVersion, ref, old.value.metadata, signal);
  if (!removed.ok) return removed;
  if (removed.value === 'deleting') return { ok: true, value: 'deleting' };
  const answer = await cluster.apply(toApply(manifest, setId, unborn), { manager, signal });
  return answer.ok ? { ok: true, value: { object: answer.value.object, outcome: 'replaced', removed: [] } } : answer;
}

/** Removes what stands in an applied object and must not: a hold that is over, and what others added. */
async function cleaned(
  standing: Standing,
  desired: DesiredObject,
  { cluster, manager, clock, signal }: ApplyContext,
): Promise<Answer<Standing>> {
  const { object } = standing;
  const foreign = foreignFields(object, { manager, rules: desired.rules });
  const hold = holdIn(object, clock.now());
  const isOver = hold !== undefined && 'until' in hold && !isHeld(hold, clock.now());
  const surplus = inOrder([...foreign, ...(isOver ? [['metadata', 'annotations', holdAnnotation]] : [])]);
  if (surplus.length === 0) return { ok: true, value: standing };
  const operations = [...sameObject(object), ...surplus.map((keys) => ({ op: 'remove', path: pointer(keys) }) as const)];
  const answer = await cluster.patch(desired.apiVersion, desired.ref, operations, { manager, signal });
  if (!answer.ok) return answer;
  // What is the server's default comes back at once.
  const gone = foreign.filter((keys) => !sameJson(at(object, ...keys), at(answer.value, ...keys)));
  return { ok: true, value: { ...standing, object: answer.value, removed: gone.map(pointer) } };
}
