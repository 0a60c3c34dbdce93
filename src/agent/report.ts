import type { EnvironmentStatus } from '../model/event.ts';
import type { Health } from '../model/health.ts';
import type { InventoryEntry } from '../model/inventory.ts';
import { lateHealth, type Patience } from '../reconcile/health/deadline.ts';
import { healthOfAbsent } from '../reconcile/inventory.ts';
import type { LiveState } from '../reconcile/live.ts';
import { type StatusInput, statusOf } from '../reconcile/status.ts';
import type { Agent, Known } from './agent.ts';

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
  const health = await agent.explanations.explain(words.health, agent.observer.live, signal);
  return statusOf({ ...words, health, outage });
}

/** The least milliseconds between two writes of the status: when a condition changed, and when none did. */
const statusPause = { changed: 1_000, same: 5_000 } as const;

/** Writes the status, but not so often that a rollout floods the API server: sooner when a condition changed. */
export async function publishStatus(
  { store, clock }: Agent,
  { status, before }: { readonly status: EnvironmentStatus; readonly before: Reported | undefined },
  signal: AbortSignal,
): Promise<Reported | undefined> {
  const now = clock.now().getTime();
  if (before !== undefined && now < dueAt(before, status)) return before;
  await store.report(status, signal);
  return { status, at: now };
}

/** When a status may be written after the one before, in milliseconds since 1970. */
export function dueAt(before: Reported, status: EnvironmentStatus): number {
  return before.at + (summaryOf(before.status) === summaryOf(status) ? statusPause.same : statusPause.changed);
}

function summaryOf({ latest, revision, conditions }: EnvironmentStatus): string {
  return JSON.stringify([latest, revision, conditions.map((condition) => [condition.status, condition.reason])]);
}

function inWords(
  { environment, observer, clock }: Agent,
  { latest, inventory, accepted, refused, troubles, unfinished, held }: Known,
): Omit<StatusInput, 'outage'> {
  const all = [...troubles.values()];
  const now = clock.now();
  return {
    environment,
    latest,
    revision: accepted?.commit,
    behind: inventory.behind,
    refused,
    unfinished,
    failed: all.flatMap((trouble) => (trouble.type === 'failed' ? [trouble] : [])),
    waiting: all.flatMap((trouble) => (trouble.type === 'waiting' ? [trouble] : [])),
    held,
    wronglyHeld: [...(accepted?.objects ?? [])].flatMap(([key, { ref, path }]) => {
      const problem = observer.live.get(key)?.holdProblem;
      return problem === undefined ? [] : [{ ref, path, message: `nothing holds it: ${problem}` }];
    }),
    rewritten: [...inventory.entries.values()].flatMap(({ ref, rewritten }) =>
      rewritten.length === 0 ? [] : [{ ref, fields: rewritten }],
    ),
    health: [...(accepted?.objects ?? [])].map(([key, { ref, rules }]) => ({
      ref,
      health: healthNow(observer.live.get(key), { ref, now, deadline: rules.deadline, entry: inventory.entries.get(key) }),
    })),
    now,
  };
}

function healthNow(
  live: LiveState | undefined,
  { entry, ...patience }: Omit<Patience, 'since'> & { readonly entry: InventoryEntry | undefined },
): Health {
  return live === undefined ? healthOfAbsent(entry) : lateHealth(live.health, { ...patience, since: live.since });
}
