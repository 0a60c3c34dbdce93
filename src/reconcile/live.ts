import { type Health, workloadKinds } from '../model/health.ts';
import { type Json, listAt, objectAt, stringAt } from '../model/json.ts';
import { type LiveObject, refOf } from '../model/manifest.ts';
import type { Live } from '../model/plan.ts';
import { formatGroupKind } from '../model/ref.ts';
import { isAppliedByOthers } from './claims.ts';
import { fingerprintOf, lastForeignManager, sameFingerprint } from './fingerprint.ts';
import { healthOf, type KindFacts } from './health/health.ts';
import { holdIn, sameHold } from './hold.ts';
import { isCoOwned } from './ownership.ts';

/** What is kept of a live object: a few hundred bytes, never its content. */
export interface LiveState extends Live {
  readonly apiVersion: string;
  readonly health: Health;
  readonly generation: number | undefined;
  /** When its health or its generation last changed, or when it was seen first: milliseconds since 1970, by our clock. */
  readonly since: number;
  /** Who else wrote to it last. */
  readonly by: string | undefined;
  /** The label selector of its pods, for the kinds that make some. */
  readonly selector: string | undefined;
  /** Why the hold that stands on it does not count. */
  readonly holdProblem: string | undefined;
}

/** What a state is told from, beside the object. */
export interface StateContext extends KindFacts {
  readonly manager: string;
  readonly now: Date;
  /** What was known of the object until now. */
  readonly before: LiveState | undefined;
}

/** What is kept of `object`. */
export function stateOf(object: LiveObject, { manager, now, before, ...facts }: StateContext): LiveState {
  const { resourceVersion, generation, deletionTimestamp } = object.metadata;
  const found = holdIn(object, now);
  const isProblem = found !== undefined && 'problem' in found;
  const state: LiveState = {
    apiVersion: object.apiVersion,
    fingerprint: fingerprintOf(object, manager),
    resourceVersion,
    deleting: deletionTimestamp !== undefined,
    coOwned: isCoOwned(object, manager),
    appliedByOthers: isAppliedByOthers(object, manager),
    hold: isProblem ? undefined : found,
    health: healthOf(object, facts),
    generation,
    since: now.getTime(),
    by: lastForeignManager(object, manager),
    selector: podSelector(object),
    holdProblem: isProblem ? found.problem : undefined,
  };
  // Where the clock was set back, nothing would last before it is as late again.
  return before === undefined || hasMoved(before, state) ? state : { ...state, since: Math.min(before.since, state.since) };
}

/** Whether an object looks otherwise than before. A hold is looked at too: an annotation does not move the generation. */
export function differs(a: LiveState, b: LiveState): boolean {
  return (
    !sameFingerprint(a.fingerprint, b.fingerprint) ||
    a.deleting !== b.deleting ||
    a.holdProblem !== b.holdProblem ||
    !sameHold(a.hold, b.hold) ||
    !sameHealth(a.health, b.health)
  );
}

/**
 * Whether `resourceVersion` is older than what is known: the echo of a change that an own write already answered for.
 * Resource versions of one object compare as numbers (KEP-5504); where they are no numbers, the newer news wins.
 */
export function isOlder(resourceVersion: string, known: LiveState): boolean {
  const decimal = /^\d+$/;
  if (!decimal.test(resourceVersion) || !decimal.test(known.resourceVersion)) return false;
  return BigInt(resourceVersion) < BigInt(known.resourceVersion);
}

/** Whether an object is another one, or has come on. That somebody wrote to it is no progress. */
function hasMoved(a: LiveState, b: LiveState): boolean {
  return a.fingerprint.uid !== b.fingerprint.uid || a.generation !== b.generation || !sameHealth(a.health, b.health);
}

function sameHealth(a: Health, b: Health): boolean {
  return a.status === b.status && a.message === b.message;
}

const workloads: ReadonlySet<string> = new Set(workloadKinds.map(formatGroupKind));

/** The text of the selector that a workload finds its pods by. Nothing selects by an empty one. */
function podSelector(object: LiveObject): string | undefined {
  const { group, kind, name } = refOf(object);
  if (!workloads.has(formatGroupKind({ group, kind }))) return undefined;
  const selector = objectAt(object, 'spec', 'selector');
  // Older than the others, it selects by labels alone.
  const labels = kind === 'ReplicationController' ? selector : objectAt(selector, 'matchLabels');
  const terms = [
    ...Object.entries(labels).map(([key, value]) => `${key}=${String(value)}`),
    ...listAt(selector, 'matchExpressions').map(termOf),
  ];
  if (terms.length === 0) return kind === 'Job' ? `batch.kubernetes.io/job-name=${name}` : undefined;
  // Without a term that nobody can read, the pods of others would be found too.
  return terms.includes(undefined) ? undefined : terms.join(',');
}

/** One of a selector's matchExpressions, in the words of a query. */
function termOf(expression: Json): string | undefined {
  const key = stringAt(expression, 'key') ?? '';
  const values = listAt(expression, 'values').join(',');
  switch (stringAt(expression, 'operator')) {
    case 'In':
      return `${key} in (${values})`;
    case 'NotIn':
      return `${key} notin (${values})`;
    case 'Exists':
      return key;
    case 'DoesNotExist':
      return `!${key}`;
    default:
      return undefined;
  }
}
