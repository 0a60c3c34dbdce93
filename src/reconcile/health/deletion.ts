import type { Health } from '../../model/health.ts';
import { at, listAt, numberAt } from '../../model/json.ts';
import { type LiveObject, refOf } from '../../model/manifest.ts';
import { formatGroupKind } from '../../model/ref.ts';
import { secondOf } from '../../model/time.ts';
import { conditionOf, firstLine } from './rule.ts';

/**
 * Terminating, since when, and what holds it: its finalizers, each with who takes it off, and what its own status says is left to be
 * deleted. Undefined for an object that nobody deleted.
 */
export function deletion(object: LiveObject): Health | undefined {
  const since = deletedAt(object);
  if (since === undefined) return undefined;
  const finalizers = finalizersOf(object).map((finalizer) => withHandler(finalizer, object));
  const more = finalizers.length - most;
  const list = more > 0 ? `${finalizers.slice(0, most).join(', ')} and ${more} more` : finalizers.join(', ');
  const left = (conditionsByKind[formatGroupKind(refOf(object))] ?? []).flatMap((type) => {
    const condition = conditionOf(object, type);
    return condition?.status === 'True' ? [firstLine(condition.message)] : [];
  });
  const parts = [`being deleted since ${since}`, ...(list === '' ? [] : [`finalizers: ${list}`]), ...left];
  return { status: 'Terminating', message: parts.join(', ') };
}

/** What is told by `deletion` of an object, in brackets behind a word for it: `(since …, finalizers: …)`. */
export function heldBy({ message }: Health): string {
  return `(${message.replace(/^being deleted /, '')})`;
}

/** The most finalizers that are named. */
const most = 5;

/** What says why objects of a kind do not go: the names are those of Kubernetes' own controllers. */
const conditionsByKind: Readonly<Record<string, readonly string[]>> = {
  Namespace: [
    // The first three are why nobody can tell, or cannot delete, what is left: an API that does not answer, most often.
    'NamespaceDeletionDiscoveryFailure',
    'NamespaceDeletionGroupVersionParsingFailure',
    'NamespaceDeletionContentFailure',
    'NamespaceContentRemaining',
    'NamespaceFinalizersRemaining',
  ],
  'CustomResourceDefinition.apiextensions.k8s.io': ['Terminating'],
};

/** When Kubernetes itself takes its finalizers off: admission puts them there, in the name of whoever made the object. */
const handlers: Readonly<Record<string, string>> = {
  'customresourcecleanup.apiextensions.k8s.io': 'until its custom resources are gone',
  foregroundDeletion: 'until its dependents are gone',
  'kubernetes.io/pv-protection': 'until no claim is bound to it',
  'kubernetes.io/pvc-protection': 'until no pod uses it',
  orphan: 'until its dependents are let go',
  'service.kubernetes.io/load-balancer-cleanup': 'until the cloud has removed its load balancer',
};

/** `finalizer` with what is known of who takes it off: most often whoever put it there. */
function withHandler(finalizer: string, { metadata }: LiveObject): string {
  const known = handlers[finalizer];
  if (known !== undefined) return `${finalizer} (${known})`;
  const step = `v:${JSON.stringify(finalizer)}`;
  const owners = (metadata.managedFields ?? []).filter((entry) => at(entry.fieldsV1, 'f:metadata', 'f:finalizers', step) !== undefined);
  const names = [...new Set(owners.map(({ manager }) => `\`${manager ?? ''}\``))];
  return names.length === 0 ? finalizer : `${finalizer} (put there by ${names.join(', ')})`;
}

/** Those of a namespace stand in its spec, too: `kubernetes` is that of every one, whose work its status tells. */
function finalizersOf(object: LiveObject): readonly string[] {
  const own = formatGroupKind(refOf(object)) === 'Namespace' ? listAt(object, 'spec', 'finalizers') : [];
  const others = own.flatMap((finalizer) => (typeof finalizer === 'string' && finalizer !== 'kubernetes' ? [finalizer] : []));
  return [...(object.metadata.finalizers ?? []), ...others];
}

/** When somebody deleted `object`: the time that stands in it is that at which it may be gone, after its grace period. */
function deletedAt({ metadata }: LiveObject): string | undefined {
  const { deletionTimestamp } = metadata;
  const grace = numberAt(metadata, 'deletionGracePeriodSeconds') ?? 0;
  const start = new Date(Date.parse(deletionTimestamp ?? '') - grace * 1_000);
  // A grace period may be longer than there are dates.
  if (grace === 0 || Number.isNaN(start.getTime())) return deletionTimestamp;
  return secondOf(start);
}
