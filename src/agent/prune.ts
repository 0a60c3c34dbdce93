import type { Answer } from '../model/apierror.ts';
import { partOfLabel } from '../model/applyset.ts';
import type { InventoryEntry } from '../model/inventory.ts';
import type { Change } from '../model/plan.ts';
import { keyOf, type ObjectRef } from '../model/ref.ts';
import { type ApplyContext, failed, kept, maxLooks, type Outcome, waiting } from './outcome.ts';

/** The object that stands under a pruned entry's name now. */
interface Target {
  readonly uid: string;
  readonly resourceVersion: string;
  readonly labelled: boolean;
}

/** Deletes what the inventory recorded and what still carries our label; anything else is let go, not deleted. */
export async function prune({ entry, live }: Extract<Change, { readonly op: 'prune' }>, context: ApplyContext): Promise<Outcome> {
  const { ref, apiVersion, path } = entry;
  if (live?.deleting) return waiting(ref, 'its deletion, which a finalizer holds', context);
  let target =
    live === undefined
      ? await look(entry, context)
      : seen({ uid: live.fingerprint.uid, resourceVersion: live.resourceVersion, labelled: true });
  for (let looks = 1; ; looks++) {
    if (!target.ok) return failed({ ref, path, message: target.error.message }, context, target.error);
    if (target.value === undefined) return gone(ref, context);
    const because = foreign(entry, target.value);
    if (because !== undefined) return { event: { type: 'pruned', ref, outcome: 'kept', because }, record: { op: 'drop', ref } };
    const answer = await context.cluster.remove(apiVersion, ref, target.value, context.signal);
    if (answer.ok) return answer.value === 'gone' ? gone(ref, context) : kept({ type: 'pruned', ref, outcome: 'deleting' });
    if (answer.error.reason !== 'conflict' || looks === maxLooks)
      return failed({ ref, path, message: answer.error.message }, context, answer.error);
    target = await look(entry, context);
  }
}

async function look({ apiVersion, ref }: InventoryEntry, { cluster, setId, signal }: ApplyContext): Promise<Answer<Target | undefined>> {
  const answer = await cluster.get(apiVersion, ref, signal);
  // Where the namespace or the kind is gone, so is the object.
  if (!answer.ok) return answer.error.reason === 'missing' ? seen(undefined) : answer;
  if (answer.value === undefined) return seen(undefined);
  const { uid, resourceVersion, labels } = answer.value.metadata;
  return seen({ uid, resourceVersion, labelled: labels?.[partOfLabel] === setId });
}

function seen(target: Target | undefined): Answer<Target | undefined> {
  return { ok: true, value: target };
}

/** Why the object is not ours to delete, or undefined. */
function foreign(entry: InventoryEntry, target: Target): string | undefined {
  if (!target.labelled) return 'it carries our label no longer';
  if (entry.seen !== undefined && entry.seen.uid !== target.uid) return 'another object stands under its name';
  return undefined;
}

function gone(ref: ObjectRef, { observer, retries }: ApplyContext): Outcome {
  observer.forget(ref);
  retries.succeeded(keyOf(ref));
  return { event: { type: 'pruned', ref, outcome: 'gone' }, record: { op: 'drop', ref } };
}
