import type { Answer, ApiError } from '../model/apierror.ts';
import type { LiveObject } from '../model/manifest.ts';
import type { DesiredObject, Live } from '../model/plan.ts';
import { formatRef, keyOf } from '../model/ref.ts';
import type { Applied } from '../ports.ts';
import { fingerprintOf } from '../reconcile/fingerprint.ts';
import { entryAhead, healthOfAbsent, isOwn } from '../reconcile/inventory.ts';
import { readDesired, toApply } from './manifests.ts';
import { type ApplyContext, failed, kept, maxLooks, type Outcome, waiting } from './outcome.ts';
import { notOurs, type Write } from './preflight.ts';

/** Applies one object, when what it depends on is Current, and only to the object that the plan was made for. */
export async function write(change: Write, context: ApplyContext): Promise<Outcome> {
  const { desired } = change;
  const waitsFor = unready(desired, context);
  if (waitsFor !== undefined) return waiting(desired.ref, waitsFor, context);
  const manifest = await readDesired(context.source, desired);
  if (!manifest.ok) return failed(manifest.problem, context);

  // The watch may tell of our own write, which leaves nobody to blame, before its answer is here.
  const by = context.observer.live.get(keyOf(desired.ref))?.by;
  let live = await before(change, context);
  for (let looks = 1; ; looks++) {
    if (!live.ok) return refused(desired, live.error, context);
    if (live.value?.deleting) return waiting(desired.ref, 'its own deletion, which a finalizer holds', context);
    const answer = await context.cluster.apply(toApply(manifest.value, context.setId, live.value), {
      manager: context.manager,
      signal: context.signal,
    });
    if (answer.ok) return applied(change, { answer: answer.value, live: live.value, by }, context);
    if (answer.error.reason !== 'conflict' || looks === maxLooks) return refused(desired, answer.error, context);
    live = await look(desired, context);
  }
}

/** The first dependency that is not Current yet, or not yet what the branch wants, in words. */
function unready({ dependsOn }: DesiredObject, { observer, inventory, unfinished }: ApplyContext): string | undefined {
  for (const ref of dependsOn) {
    const key = keyOf(ref);
    if (unfinished.has(key)) return `\`${formatRef(ref)}\`, which is not applied yet`;
    const health = observer.live.get(key)?.health ?? healthOfAbsent(inventory.entries.get(key));
    if (health.status !== 'Current') return `\`${formatRef(ref)}\`, which is ${health.status}: ${health.message}`;
  }
  return undefined;
}

/**
 * The object as it is known to be before the change. One that vanished from the watch may only have lost its label. One that
 * is new and was not checked just now may meanwhile have been made by somebody else, and is not taken over.
 */
async function before(change: Write, context: ApplyContext): Promise<Answer<Live | undefined>> {
  if (change.op !== 'create') return { ok: true, value: change.live };
  const { desired, because } = change;
  const key = keyOf(desired.ref);
  if (because === 'new' && context.checked.has(key) && !context.retries.tried(key)) return { ok: true, value: undefined };
  const answer = await context.cluster.get(desired.apiVersion, desired.ref, context.signal);
  if (!answer.ok) return answer;
  if (because === 'new' && answer.value !== undefined && !isOwn(answer.value, context)) {
    return { ok: false, error: { reason: 'invalid', status: 0, message: notOurs } };
  }
  return { ok: true, value: answer.value && stateBefore(answer.value, context) };
}

async function look({ apiVersion, ref }: DesiredObject, context: ApplyContext): Promise<Answer<Live | undefined>> {
  const answer = await context.cluster.get(apiVersion, ref, context.signal);
  return answer.ok ? { ok: true, value: answer.value && stateBefore(answer.value, context) } : answer;
}

function stateBefore(live: LiveObject, { manager }: ApplyContext): Live {
  const { resourceVersion, deletionTimestamp } = live.metadata;
  return { fingerprint: fingerprintOf(live, manager), resourceVersion, deleting: deletionTimestamp !== undefined };
}

/** An apply that worked: the answer, the object as it was before, and who else had written to it. */
interface Done {
  readonly answer: Applied;
  readonly live: Live | undefined;
  readonly by: string | undefined;
}

function applied(change: Write, { answer, live, by }: Done, context: ApplyContext): Outcome {
  const { ref } = change.desired;
  context.observer.note(answer.object);
  context.retries.succeeded(keyOf(ref));
  // An object that vanished is put right too, even where it has to be made anew.
  const op = change.op === 'create' && change.because === 'vanished' ? 'repair' : change.op;
  const same = live?.resourceVersion === answer.object.metadata.resourceVersion;
  const outcome = answer.created ? 'created' : same ? 'unchanged' : 'configured';
  return {
    event: { type: 'applied', ref, op, outcome, ...(op === 'repair' && by !== undefined ? { by } : {}) },
    record: { op: 'set', entry: { ...entryAhead(change.desired, true), seen: fingerprintOf(answer.object, context.manager) } },
  };
}

async function refused({ ref, path, apiVersion }: DesiredObject, error: ApiError, context: ApplyContext): Promise<Outcome> {
  const served = error.reason === 'missing' ? await context.cluster.resource(apiVersion, ref.kind, context.signal) : undefined;
  const outcome = failed({ ref, path, message: error.message }, context, error);
  if (!served?.ok || served.value !== undefined) return outcome;
  return kept({ type: 'waiting', ref, for: `the kind \`${ref.kind}\` of \`${apiVersion}\`, which nobody serves yet` });
}
