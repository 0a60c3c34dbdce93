import type { ApiError } from '../model/apierror.ts';
import { numberAt } from '../model/json.ts';
import type { Manifest } from '../model/manifest.ts';
import { type DesiredObject, isRepair, type Write } from '../model/plan.ts';
import { isProtected } from '../model/protected.ts';
import { formatRef, keyOf } from '../model/ref.ts';
import { retaken } from '../reconcile/contention.ts';
import { fingerprintOf, lastForeignManager } from '../reconcile/fingerprint.ts';
import { entryAhead, healthShown } from '../reconcile/inventory.ts';
import { rewrittenFields } from '../reconcile/rewritten.ts';
import { type Ground, groundOf, lookAgain } from './ground.ts';
import { readDesired, toApply } from './manifests.ts';
import { type ApplyContext, type Awaited, deletionOf, failed, holdOn, kept, maxLooks, type Outcome, waiting } from './outcome.ts';
import { leavingHome, ownedBy, unchangeable } from './preflight.ts';
import { put, type Standing } from './put.ts';

/** Applies one object, when what it depends on is Current, and only to the object that the plan was made for. */
export async function write(change: Write, context: ApplyContext): Promise<Outcome> {
  const { desired } = change;
  const waitsFor = unready(desired, context);
  if (waitsFor !== undefined) return waiting(desired.ref, waitsFor, context);
  const manifest = await readDesired(context.source, desired);
  if (!manifest.ok) return failed(manifest.problem, context);

  // The watch may tell of our own write, which leaves nobody to blame, before its answer is here.
  const by = context.observer.live.get(keyOf(desired.ref))?.by;
  let ground = await groundOf(change, context);
  for (let looks = 1; ; looks++) {
    if (!ground.ok) return refused(desired, ground.error, context);
    const { live, owner } = ground.value;
    if (live === undefined && mayHaveRun(change, manifest.value, context)) return unseenEnd(desired, context);
    if (live?.deleting) return waiting(desired.ref, `its own ${deletionOf(desired.ref, context)}`, context);
    if (owner !== undefined) return ownedByOther(desired, owner, context);
    const hold = ground.value.object && holdOn(ground.value.object, context);
    if (hold !== undefined) return waiting(desired.ref, hold, context);
    const answer = await put({ desired, manifest: manifest.value, ground: ground.value }, context);
    if (answer.ok && answer.value === 'deleting') return waiting(desired.ref, 'its own deletion, before it is made anew', context);
    if (answer.ok && answer.value !== 'deleting')
      return applied(change, { ...answer.value, manifest: manifest.value, ground: ground.value, by }, context);
    if (!answer.ok && (answer.error.reason !== 'conflict' || looks === maxLooks)) return refused(desired, answer.error, context);
    ground = await lookAgain(change, context);
  }
}

/** The namespace that has to go first, or the first dependency that is not Current yet or not what the branch wants. */
function unready(desired: DesiredObject, { observer, inventory, unfinished }: ApplyContext): Awaited | undefined {
  const home = leavingHome(desired, observer);
  if (home !== undefined)
    return {
      on: home,
      for: `the end of \`${formatRef(home)}\`, which is ${observer.live.get(keyOf(home))?.health.message ?? 'being deleted'}`,
    };
  for (const on of desired.dependsOn) {
    const key = keyOf(on);
    if (unfinished.has(key)) return { on, for: `\`${formatRef(on)}\`, which is not applied yet` };
    const health = healthShown(inventory.entries.get(key), observer.live.get(key));
    if (health.status !== 'Current') return { on, for: `\`${formatRef(on)}\`, which is ${health.status}: ${health.message}` };
  }
  return undefined;
}

/**
 * Whether a Job is gone that its TTL may have removed while nobody looked: then it may have run to its end. One with other
 * content has not run yet.
 */
function mayHaveRun(change: Write, manifest: Manifest, { observer, inventory }: ApplyContext): boolean {
  if (change.op !== 'create' || change.because !== 'vanished' || manifest.kind !== 'Job') return false;
  const key = keyOf(change.desired.ref);
  const isSame = inventory.entries.get(key)?.blob === change.desired.blob;
  const wasDeleted = observer.ended.get(key)?.end === 'deleted';
  return isSame && !wasDeleted && numberAt(manifest, 'spec', 'ttlSecondsAfterFinished') !== undefined;
}

function unseenEnd({ ref }: DesiredObject, { inventory }: ApplyContext): Outcome {
  const entry = inventory.entries.get(keyOf(ref));
  const event = { type: 'waiting', ref, for: 'a change of its content: its TTL removed it, and nobody saw how it ended' } as const;
  return entry === undefined ? kept(event) : { event, record: { op: 'set', entry: { ...entry, finished: 'unseen' } } };
}

/** No watch tells when another environment lets go of an object: it is looked at again after this many milliseconds. */
const handOverPause = 3_000;

/** Two environments never fight over an object: one that may adopt it waits until the other lets go of it. */
function ownedByOther(desired: DesiredObject, owner: string, context: ApplyContext): Outcome {
  const { ref, path, adopt } = desired;
  if (!adopt) return failed({ ref, path, message: ownedBy(owner) }, context);
  // That it was looked at is no failure, so it never takes longer.
  context.retries.succeeded(keyOf(ref));
  context.retries.failed(keyOf(ref), { atLeast: handOverPause });
  return kept({ type: 'waiting', ref, for: `${owner} to let go of it (\`handOver\`)` });
}

/** An apply that worked: what stands now, what it was applied to, and who else had written to it. */
interface Done extends Standing {
  readonly manifest: Manifest;
  readonly ground: Ground;
  readonly by: string | undefined;
}

function applied(change: Write, { object, outcome, removed, manifest, ground, by }: Done, context: ApplyContext): Outcome {
  const { ref } = change.desired;
  context.observer.note(object);
  context.retries.succeeded(keyOf(ref));
  // An object that vanished is put right too, even where it has to be made anew.
  const op = isRepair(change) ? 'repair' : change.op;
  // One that lost its label was out of sight.
  const who = by ?? (ground.object && lastForeignManager(ground.object, context.manager));
  const same = outcome === 'configured' && ground.live?.resourceVersion === object.metadata.resourceVersion;
  if (op !== 'repair') context.contests.settled(ref);
  else if (!same) {
    const taken = ground.object && retaken(ground.object, object, context.manager);
    const fields = [...(taken?.fields ?? []), ...removed];
    context.contests.repaired(ref, { fields, rival: taken?.rival ?? who, isMissing: change.op === 'create' });
  }
  const rewritten = rewrittenFields(toApply(manifest, context.setId), object, context.manager);
  const seen = fingerprintOf(object, context.manager);
  // It is put right, and not changed by the commit.
  const isAiling = op === 'repair' && context.inventory.entries.get(keyOf(ref))?.ailing;
  return {
    event: {
      type: 'applied',
      ref,
      op,
      outcome: same ? 'unchanged' : outcome,
      ...(op === 'repair' && who !== undefined ? { by: who } : {}),
      ...(removed.length === 0 ? {} : { removed }),
    },
    record: { op: 'set', entry: { ...entryAhead(change.desired, true), rewritten, ...(isAiling ? { ailing: true } : {}), seen } },
  };
}

/** A kind that nobody serves yet is looked for again after this many milliseconds. */
const unservedPause = 5_000;

async function refused(desired: DesiredObject, error: ApiError, context: ApplyContext): Promise<Outcome> {
  const { ref, path, apiVersion } = desired;
  const served = error.reason === 'missing' ? await context.cluster.resource(apiVersion, ref.kind, context.signal) : undefined;
  if (!served?.ok || served.value !== undefined) return failed({ ref, path, message: messageOf(desired, error) }, context, error);
  // However long nobody serves it, it is made soon after somebody does: such waiting does not grow.
  context.retries.succeeded(keyOf(ref));
  context.retries.failed(keyOf(ref), { atLeast: unservedPause });
  return kept({ type: 'waiting', ref, for: `the kind \`${ref.kind}\` of \`${apiVersion}\`, which nobody serves yet` });
}

/** The server's words. Where a preflight could not ask, nobody was told yet what to declare. */
function messageOf({ ref, rules }: DesiredObject, error: ApiError): string {
  return error.reason === 'immutable' && !rules.replace && !isProtected(ref) ? unchangeable(error, undefined) : error.message;
}
