import type { EnvironmentStatus, ObjectProblem } from '../model/event.ts';
import type { Failure } from '../model/failure.ts';
import type { Inventory } from '../model/inventory.ts';
import { keyOf } from '../model/ref.ts';
import { runsOnFailure } from '../model/rendered.ts';
import { isRecent } from '../model/time.ts';
import type { DesiredTree } from '../reconcile/desired.ts';
import { isStuck, lateHealth } from '../reconcile/health/deadline.ts';
import { healthShown } from '../reconcile/inventory.ts';
import { lasting } from '../reconcile/lasting.ts';
import { busyWith, type StatusInput, statusOf } from '../reconcile/status.ts';
import type { Agent, Known } from './agent.ts';
import type { ObjectHealth } from './explain.ts';
import { scopesOf } from './observe.ts';

/** The status that was written to the cluster last, and when (milliseconds since 1970). */
export interface Reported {
  readonly status: EnvironmentStatus;
  readonly at: number;
}

/** How the environment does now, with what is wrong with the pods of its workloads. `outage` is why the branch is out of reach. */
export async function statusNow(
  agent: Agent,
  { known, outage }: { readonly known: Known; readonly outage: string | undefined },
  signal: AbortSignal,
): Promise<EnvironmentStatus> {
  const words = inWords(agent, known);
  const unhealthy = await agent.explanations.explain(words.unhealthy, agent.observer.live, signal);
  const { accepted, inventory } = known;
  const unheard = accepted && agent.observer.unheard(() => scopesOf(accepted, inventory));
  return statusOf({ ...words, unhealthy, outage, unheard });
}

/** The least milliseconds between two writes of the status: when a condition changed, and when none did. */
const statusPause = { changed: 1_000, same: 5_000 } as const;

/** Tells somebody else how an environment does. Never rejects. */
export type OnStatus = (status: EnvironmentStatus, signal: AbortSignal) => Promise<void>;

/**
 * Writes the status, and tells it `onStatus`, but not so often that a rollout floods the API server: sooner when a condition changed.
 */
export async function publishStatus(
  { store, clock }: Agent,
  {
    status,
    before,
    onStatus,
  }: { readonly status: EnvironmentStatus; readonly before: Reported | undefined; readonly onStatus: OnStatus | undefined },
  signal: AbortSignal,
): Promise<Reported | undefined> {
  const now = clock.now();
  if (before !== undefined && isRecent(before.at, pauseAfter(before, status), now)) return before;
  await store.report(status, signal);
  await onStatus?.(status, signal);
  return { status, at: now.getTime() };
}

/** Tells somebody else why nothing is known of how an environment does. Never rejects. */
export type OnFailing = (failure: Failure, signal: AbortSignal) => Promise<void>;

/** Writes and tells that no turn comes to its end: what was told `before` need not hold any more. Returns the status that holds now. */
export async function publishFailing(
  { store, clock }: Agent,
  {
    failure,
    before,
    onStatus,
    onFailing,
  }: {
    readonly failure: Failure;
    readonly before: EnvironmentStatus | undefined;
    readonly onStatus: OnStatus | undefined;
    readonly onFailing: OnFailing | undefined;
  },
  signal: AbortSignal,
): Promise<EnvironmentStatus | undefined> {
  if (before === undefined) {
    await onFailing?.(failure, signal);
    return undefined;
  }
  const conditions = busyWith({ reason: 'Unreachable', message: failure.message });
  const status = { ...before, conditions, updated: clock.now().toISOString() };
  // It may be this very state that cannot be written.
  await store.report(status, signal).catch(() => undefined);
  await onStatus?.(status, signal);
  return status;
}

/** A turn that may last. */
interface Late {
  readonly status: EnvironmentStatus | undefined;
  readonly reported: Reported | undefined;
  /** The commit that the branch has now, and whether it is another one than at the turn before. */
  readonly latest: string | undefined;
  readonly isNew: boolean;
  readonly onStatus: OnStatus | undefined;
  /** Aborts when the turn is over. */
  readonly ending: AbortSignal;
}

/**
 * Writes and tells that a turn goes on, once it has lasted: a webhook may let it wait, and what was told before need not hold any more. Never
 * rejects; returns what was written last when the turn is over.
 */
export async function publishLate(
  agent: Agent,
  { status, reported, latest, isNew, onStatus, ending }: Late,
  signal: AbortSignal,
): Promise<Reported | undefined> {
  const { clock } = agent;
  const begun = clock.now();
  await clock.sleep(lasting, AbortSignal.any([signal, ending]));
  if (signal.aborted || ending.aborted || status === undefined) return reported;
  const conditions = isNew
    ? busyWith({ reason: 'NewRevision', message: `${latest?.slice(0, 12) ?? 'the first commit'} is being considered or applied` })
    : busyWith({ reason: 'Applying', message: `what was begun at ${begun.toISOString()} is not done yet` });
  const late = { ...status, latest, conditions, updated: clock.now().toISOString() };
  return publishStatus(agent, { status: late, before: reported, onStatus }, signal).catch(() => reported);
}

/** When a status may be written after the one before, in milliseconds since 1970. */
export function dueAt(before: Reported, status: EnvironmentStatus): number {
  return before.at + pauseAfter(before, status);
}

function pauseAfter(before: Reported, status: EnvironmentStatus): number {
  return summaryOf(before.status) === summaryOf(status) ? statusPause.same : statusPause.changed;
}

function summaryOf({ latest, revision, conditions }: EnvironmentStatus): string {
  return JSON.stringify([latest, revision, conditions.map((condition) => [condition.status, condition.reason])]);
}

function inWords(
  { environment, observer, contests, clock }: Agent,
  { latest, inventory, accepted, refused, postponed, troubles, unfinished, held, suspended, wronglySuspended, staysBecause }: Known,
): Omit<StatusInput, 'outage'> {
  const all = [...troubles.values()];
  const now = clock.now();
  const amiss = amissIn(accepted, { live: observer.live, inventory, now });
  return {
    environment,
    latest,
    revision: accepted?.commit,
    behind: inventory.behind,
    refused,
    postponed,
    unfinished,
    failed: all.flatMap((trouble) => (trouble.type === 'failed' ? [trouble] : [])),
    waiting: all.flatMap((trouble) => (trouble.type === 'waiting' ? [trouble] : [])),
    contended: contests.all().flatMap(({ ref, contest }) => {
      const path = accepted?.objects.get(keyOf(ref))?.path;
      return path === undefined ? [] : [{ ref, path, contest }];
    }),
    held,
    staysBecause,
    rewritten: rewrittenIn(inventory),
    suspended: [...suspended].map(([slice, hold]) => ({ slice, ...hold })),
    ...amiss,
    wronglyHeld: [...wronglySuspended, ...amiss.wronglyHeld],
    stuck: stuckIn(inventory, { accepted, live: observer.live, now }),
    now,
  };
}

// These look at every object, at every turn, and nearly all have nothing to tell: they make nothing for those.

/** How many objects are wanted, those of them that are not Current, and those that somebody wants to hold in a way that does not count. */
function amissIn(
  accepted: DesiredTree | undefined,
  { live, inventory, now }: Pick<Known, 'inventory'> & { readonly live: Agent['observer']['live']; readonly now: Date },
): { readonly objects: number; readonly unhealthy: readonly ObjectHealth[]; readonly wronglyHeld: readonly ObjectProblem[] } {
  let objects = 0;
  const unhealthy: ObjectHealth[] = [];
  const wronglyHeld: ObjectProblem[] = [];
  for (const [key, { ref, path, rules }] of accepted?.objects ?? []) {
    if (runsOnFailure(rules)) continue;
    objects += 1;
    const state = live.get(key);
    const shown = healthShown(inventory.entries.get(key), state);
    const health = state === undefined ? shown : lateHealth(shown, { ref, since: state.since, now, deadline: rules.deadline });
    if (health.status !== 'Current') unhealthy.push({ ref, health });
    const problem = state?.holdProblem;
    if (problem !== undefined) wronglyHeld.push({ ref, path, message: `nothing holds it: ${problem}` });
  }
  return { objects, unhealthy, wronglyHeld };
}

/** The objects that are being deleted and do not go, those that the branch dropped among them. */
function stuckIn(
  { entries }: Inventory,
  { accepted, live, now }: Pick<Known, 'accepted'> & { readonly live: Agent['observer']['live']; readonly now: Date },
): readonly ObjectHealth[] {
  const stuck: ObjectHealth[] = [];
  for (const [key, { ref }] of entries) {
    const state = live.get(key);
    if (!state?.deleting) continue;
    const deadline = accepted?.objects.get(key)?.rules.deadline;
    if (isStuck({ since: state.since, now, deadline })) stuck.push({ ref, health: state.health });
  }
  return stuck;
}

function rewrittenIn({ entries }: Inventory): StatusInput['rewritten'] {
  const found: EnvironmentStatus['rewritten'][number][] = [];
  for (const { ref, rewritten } of entries.values()) if (rewritten.length > 0) found.push({ ref, fields: rewritten });
  return found;
}
