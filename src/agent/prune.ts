import type { Answer, ApiError } from '../model/apierror.ts';
import { partOfLabel } from '../model/applyset.ts';
import type { InventoryEntry } from '../model/inventory.ts';
import type { Change } from '../model/plan.ts';
import { keyOf, namespaceRef, type ObjectRef } from '../model/ref.ts';
import { deletion, heldBy } from '../reconcile/health/deletion.ts';
import type { InventoryChange } from '../reconcile/inventory.ts';
import { type ApplyContext, deletionOf, failed, holdOn, kept, maxLooks, type Outcome, waiting } from './outcome.ts';

/** The object that stands under a pruned entry's name now. */
interface Target {
  readonly uid: string;
  readonly resourceVersion: string;
  readonly labelled: boolean;
  /** Who holds it, in words. */
  readonly hold?: string | undefined;
}

/** Deletes what the inventory recorded and what still carries our label; anything else is let go, not deleted. */
export async function prune({ entry, live, approved }: Extract<Change, { readonly op: 'prune' }>, context: ApplyContext): Promise<Outcome> {
  const { ref, apiVersion } = entry;
  if (live?.deleting && !isHomeless(ref, context)) return waiting(ref, `its ${deletionOf(ref, context)}`, context);
  let target =
    live === undefined || live.deleting
      ? await look(entry, context)
      : seen({ uid: live.fingerprint.uid, resourceVersion: live.resourceVersion, labelled: true });
  for (let looks = 1; ; looks++) {
    if (!target.ok) return unasked(entry, target.error, context);
    if (target.value === undefined) return gone(ref, context);
    if (target.value.hold !== undefined) return waiting(ref, target.value.hold, context);
    const because = foreign(entry, { ...target.value, approved });
    if (because !== undefined) return { event: { type: 'pruned', ref, outcome: 'kept', because }, record: afterwards(entry, target.value) };
    const answer = await context.cluster.remove(apiVersion, ref, target.value, context.signal);
    if (answer.ok) return answer.value === 'gone' ? gone(ref, context) : kept({ type: 'pruned', ref, outcome: 'deleting' });
    if (answer.error.reason !== 'conflict' || looks === maxLooks) return unasked(entry, answer.error, context);
    target = await look(entry, context);
  }
}

/** Whether the namespace of `ref` is not seen: the watch that tells of its end may have ended with the rights in there. */
function isHomeless({ namespace }: ObjectRef, { observer }: ApplyContext): boolean {
  return namespace !== '' && !observer.live.has(keyOf(namespaceRef(namespace)));
}

/**
 * What becomes of an object of which the API server says no more than `error`. Rights in a namespace go with it, while it is
 * being deleted: then the namespace tells.
 */
export async function unasked({ ref, path }: InventoryEntry, error: ApiError, context: ApplyContext): Promise<Outcome> {
  const { cluster, signal } = context;
  const isAsked = error.reason === 'forbidden' && ref.namespace !== '';
  const home = isAsked ? await cluster.get('v1', namespaceRef(ref.namespace), signal) : undefined;
  if (home?.ok && home.value === undefined) return gone(ref, context);
  const leaving = home?.ok && home.value !== undefined ? deletion(home.value) : undefined;
  if (leaving !== undefined) return waiting(ref, `the deletion of its namespace ${heldBy(leaving)}`, context);
  return failed({ ref, path, message: error.message }, context, error);
}

async function look({ apiVersion, ref }: InventoryEntry, context: ApplyContext): Promise<Answer<Target | undefined>> {
  const { cluster, setId, signal } = context;
  const answer = await cluster.get(apiVersion, ref, signal);
  // Where the namespace or the kind is gone, so is the object.
  if (!answer.ok) return answer.error.reason === 'missing' ? seen(undefined) : answer;
  if (answer.value === undefined) return seen(undefined);
  const { uid, resourceVersion, labels } = answer.value.metadata;
  return seen({ uid, resourceVersion, labelled: labels?.[partOfLabel] === setId, hold: holdOn(answer.value, context) });
}

function seen(target: Target | undefined): Answer<Target | undefined> {
  return { ok: true, value: target };
}

/** Why the object is not ours to delete, or undefined. Once a person has agreed, it does not matter any more which object it is. */
function foreign(
  { seen: recorded, unsure }: InventoryEntry,
  target: Target & { readonly approved?: true | undefined },
): string | undefined {
  if (!target.labelled) return 'it carries our label no longer';
  if (unsure !== undefined) return target.approved ? undefined : unsure;
  return recorded !== undefined && recorded.uid !== target.uid ? anotherObject : undefined;
}

const anotherObject = 'another object stands under its name than the one that the environment made';

/** What carries no label of ours is nothing to us. What does may come from a restored backup: a person has to say. */
function afterwards(entry: InventoryEntry, target: Target): InventoryChange {
  return target.labelled ? { op: 'set', entry: { ...entry, unsure: entry.unsure ?? anotherObject } } : { op: 'drop', ref: entry.ref };
}

function gone(ref: ObjectRef, { observer, retries }: ApplyContext): Outcome {
  observer.forget(ref);
  retries.succeeded(keyOf(ref));
  return { event: { type: 'pruned', ref, outcome: 'gone' }, record: { op: 'drop', ref } };
}
