import type { Answer } from '../model/apierror.ts';
import { partOfLabel } from '../model/applyset.ts';
import type { LiveObject } from '../model/manifest.ts';
import type { Live, Write } from '../model/plan.ts';
import { keyOf } from '../model/ref.ts';
import { fingerprintOf, sameFingerprint } from '../reconcile/fingerprint.ts';
import { isOwn, otherEnvironment } from '../reconcile/inventory.ts';
import { isCoOwned } from '../reconcile/ownership.ts';
import type { ApplyContext } from './outcome.ts';
import { notOurs } from './preflight.ts';

/** What an apply meets. */
export interface Ground {
  /** What is known of the object; undefined when there is none. */
  readonly live: Live | undefined;
  /** The object itself, where its content matters. */
  readonly object: LiveObject | undefined;
  /** Somebody else made it, and the environment takes it over. */
  readonly isForeign: boolean;
  /** The other environment that it is part of, in words. */
  readonly owner: string | undefined;
}

const nobody: Ground = { live: undefined, object: undefined, isForeign: false, owner: undefined };

/**
 * What stands there before `change`. One that vanished from the watch may only have lost its label. Where fields are shared, or
 * perhaps fought over, the object is read.
 */
export async function groundOf(change: Write, context: ApplyContext): Promise<Answer<Ground>> {
  const { desired } = change;
  if (change.op !== 'create') {
    const isRead = change.live.coOwned || desired.rules.ignore.length > 0 || context.contests.suspects(keyOf(desired.ref));
    return isRead ? lookAgain(change, context) : { ok: true, value: { ...nobody, live: sinceThen(change, context) } };
  }
  // One that is there after all is met as a conflict. Only one that may be adopted is looked for beforehand.
  const isFresh = change.because === 'new' && !desired.adopt && !context.retries.tried(keyOf(desired.ref));
  return isFresh ? { ok: true, value: nobody } : lookAgain(change, context);
}

/** What the plan was made for, as it is now where nothing but its status was written since: that is no reason to look again. */
function sinceThen({ desired, live }: Exclude<Write, { readonly op: 'create' }>, { observer }: ApplyContext): Live {
  const now = observer.live.get(keyOf(desired.ref));
  if (now === undefined || now.deleting || now.hold !== undefined || now.coOwned !== live.coOwned) return live;
  return sameFingerprint(now.fingerprint, live.fingerprint) ? now : live;
}

/** Reads what stands there now. */
export async function lookAgain({ desired }: Write, context: ApplyContext): Promise<Answer<Ground>> {
  const { cluster, inventory, setId, manager, signal } = context;
  const answer = await cluster.get(desired.apiVersion, desired.ref, signal);
  if (!answer.ok) return answer;
  const object = answer.value;
  if (object === undefined) return { ok: true, value: nobody };
  const live = stateOf(object, manager);
  const owner = otherEnvironment(object, manager);
  if (owner !== undefined) return { ok: true, value: { live, object, isForeign: false, owner } };
  const isForeign = !isOwn(object, { setId, inventory });
  if (isForeign && !desired.adopt) return { ok: false, error: { reason: 'invalid', status: 0, message: notOurs(object) } };
  // Adopting begins with taking over the fields, so that one which was interrupted is begun anew.
  return { ok: true, value: { live, object, isForeign: isForeign || (desired.adopt && !isLabelled(object, setId)), owner } };
}

function isLabelled({ metadata }: LiveObject, setId: string): boolean {
  return metadata.labels?.[partOfLabel] === setId;
}

function stateOf(object: LiveObject, manager: string): Live {
  const { resourceVersion, deletionTimestamp } = object.metadata;
  return {
    fingerprint: fingerprintOf(object, manager),
    resourceVersion,
    deleting: deletionTimestamp !== undefined,
    coOwned: isCoOwned(object, manager),
  };
}
