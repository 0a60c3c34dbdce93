import type { Answer } from '../model/apierror.ts';
import { partOfLabel } from '../model/applyset.ts';
import type { InventoryEntry } from '../model/inventory.ts';
import { pointer } from '../model/json.ts';
import type { LiveObject } from '../model/manifest.ts';
import type { Change } from '../model/plan.ts';
import { keyOf } from '../model/ref.ts';
import type { PatchOperation } from '../ports.ts';
import { type ApplyContext, holdOn, maxLooks, type Outcome, waiting } from './outcome.ts';
import { unasked } from './prune.ts';

type Release = Extract<Change, { readonly op: 'release' }>;

/**
 * Lets go of an object: it stays in the cluster as it is, without our label. That we applied its fields stays written in it: who
 * takes it over, another environment or this one when it comes back, has to find what was ours, so that it can remove what it does
 * not want. A field that nobody owns can be told from no default of the server, and would stay for ever.
 */
export async function release(change: Release, context: ApplyContext): Promise<Outcome> {
  const { because, entry } = change;
  const { ref } = entry;
  for (let looks = 1; ; looks++) {
    const answer = await letGoOnce(entry, context);
    if (answer.ok && answer.value !== undefined) return waiting(ref, answer.value, context);
    if (answer.ok) {
      context.observer.forget(ref);
      context.retries.succeeded(keyOf(ref));
      return { event: { type: 'pruned', ref, outcome: 'kept', because }, record: { op: 'drop', ref } };
    }
    if (answer.error.reason !== 'conflict' || looks === maxLooks) return unasked(entry, answer.error, context);
  }
}

/** Lets go of the object as it is now, unless somebody has come to hold it: then the answer says who. */
async function letGoOnce({ ref, apiVersion, seen }: InventoryEntry, context: ApplyContext): Promise<Answer<string | undefined>> {
  const { cluster, manager, setId, signal } = context;
  const answer = await cluster.get(apiVersion, ref, signal);
  if (!answer.ok) return answer.error.reason === 'missing' ? { ok: true, value: undefined } : answer;
  const live = answer.value;
  const isOurs = live?.metadata.labels?.[partOfLabel] === setId && (seen === undefined || seen.uid === live.metadata.uid);
  if (live === undefined || !isOurs) return { ok: true, value: undefined };
  const hold = holdOn(live, context);
  if (hold !== undefined) return { ok: true, value: hold };
  const unlabelled: readonly PatchOperation[] = [...sameObject(live), { op: 'remove', path: pointer(['metadata', 'labels', partOfLabel]) }];
  const patched = await cluster.patch(apiVersion, ref, unlabelled, { manager, signal });
  return patched.ok ? { ok: true, value: undefined } : patched;
}

/** The preconditions of a patch: the very object, in the very state that was looked at. */
export function sameObject({ metadata }: Pick<LiveObject, 'metadata'>): readonly PatchOperation[] {
  return [
    { op: 'test', path: '/metadata/uid', value: metadata.uid },
    { op: 'test', path: '/metadata/resourceVersion', value: metadata.resourceVersion },
  ];
}
