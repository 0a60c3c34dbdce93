import type { Answer, ApiError } from '../model/apierror.ts';
import type { DesiredObject, Live } from '../model/plan.ts';
import { formatRef, keyOf } from '../model/ref.ts';
import type { Applied } from '../ports.ts';
import { fingerprintOf } from '../reconcile/fingerprint.ts';
import { entryAhead } from '../reconcile/inventory.ts';
import { isProblem, readDesired, toApply } from './manifests.ts';
import type { Observer } from './observe.ts';
import { failed, type Hands, kept, maxLooks, type Outcome } from './outcome.ts';
import type { Write } from './preflight.ts';

/** Applies one object, when what it depends on is Current, and only to the object that the plan was made for. */
export async function write(change: Write, hands: Hands): Promise<Outcome> {
  const { desired } = change;
  const waitsFor = unready(desired, hands.observer);
  if (waitsFor !== undefined) return kept({ type: 'waiting', ref: desired.ref, for: waitsFor });
  const manifest = await readDesired(hands.source, desired);
  if (isProblem(manifest)) return failed(manifest, hands);

  // The watch may tell of our own write, which leaves nobody to blame, before its answer is here.
  const by = hands.observer.live.get(keyOf(desired.ref))?.by;
  let live = await before(change, hands);
  for (let looks = 1; ; looks++) {
    if (!live.ok) return refused(desired, live.error, hands);
    if (live.value?.deleting) return kept({ type: 'waiting', ref: desired.ref, for: 'its own deletion, which a finalizer holds' });
    const answer = await hands.cluster.apply(toApply(manifest, hands.setId, live.value), { manager: hands.manager, signal: hands.signal });
    if (answer.ok) return applied(change, { answer: answer.value, live: live.value, by }, hands);
    if (answer.error.reason !== 'conflict' || looks === maxLooks) return refused(desired, answer.error, hands);
    live = await look(desired, hands);
  }
}

/** The first dependency that is not Current yet, in words. */
function unready({ dependsOn }: DesiredObject, observer: Observer): string | undefined {
  for (const ref of dependsOn) {
    const health = observer.live.get(keyOf(ref))?.health ?? { status: 'NotFound', message: 'not there yet' };
    if (health.status !== 'Current') return `\`${formatRef(ref)}\`, which is ${health.status}: ${health.message}`;
  }
  return undefined;
}

/** The object as it is known to be before the change. One that vanished from the watch may only have lost its label. */
async function before(change: Write, hands: Hands): Promise<Answer<Live | undefined>> {
  if (change.op !== 'create') return { ok: true, value: change.live };
  return change.because === 'vanished' ? look(change.desired, hands) : { ok: true, value: undefined };
}

async function look({ apiVersion, ref }: DesiredObject, { cluster, manager, signal }: Hands): Promise<Answer<Live | undefined>> {
  const answer = await cluster.get(apiVersion, ref, signal);
  if (!answer.ok || answer.value === undefined) return answer.ok ? { ok: true, value: undefined } : answer;
  const { resourceVersion, deletionTimestamp } = answer.value.metadata;
  return {
    ok: true,
    value: { fingerprint: fingerprintOf(answer.value, manager), resourceVersion, deleting: deletionTimestamp !== undefined },
  };
}

/** An apply that worked: the answer, the object as it was before, and who else had written to it. */
interface Done {
  readonly answer: Applied;
  readonly live: Live | undefined;
  readonly by: string | undefined;
}

function applied(change: Write, { answer, live, by }: Done, hands: Hands): Outcome {
  const { ref } = change.desired;
  hands.observer.note(answer.object);
  hands.retries.succeeded(keyOf(ref));
  // An object that vanished is put right too, even where it has to be made anew.
  const op = change.op === 'create' && change.because === 'vanished' ? 'repair' : change.op;
  const same = live?.resourceVersion === answer.object.metadata.resourceVersion;
  const outcome = answer.created ? 'created' : same ? 'unchanged' : 'configured';
  return {
    event: { type: 'applied', ref, op, outcome, ...(op === 'repair' && by !== undefined ? { by } : {}) },
    record: { op: 'set', entry: { ...entryAhead(change.desired, true), seen: fingerprintOf(answer.object, hands.manager) } },
  };
}

async function refused({ ref, path, apiVersion }: DesiredObject, error: ApiError, hands: Hands): Promise<Outcome> {
  const served = error.reason === 'missing' ? await hands.cluster.resource(apiVersion, ref.kind, hands.signal) : undefined;
  if (!served?.ok || served.value !== undefined) return failed({ ref, path, message: error.message }, hands, error.retryAfter);
  hands.retries.failed(keyOf(ref));
  return kept({ type: 'waiting', ref, for: `the kind \`${ref.kind}\` of \`${apiVersion}\`, which nobody serves yet` });
}
