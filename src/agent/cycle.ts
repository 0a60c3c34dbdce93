import type { SyncEvent } from '../model/event.ts';
import { type Plan, refOfChange } from '../model/plan.ts';
import { keyOf, type ObjectKey } from '../model/ref.ts';
import { finishedJobs, settle } from '../reconcile/inventory.ts';
import { makePlan } from '../reconcile/plan.ts';
import type { Agent, Known, Signals, Trouble } from './agent.ts';
import { consider } from './consider.ts';
import { execute } from './execute.ts';
import { newest } from './newest.ts';
import { scopesOf, unwatchable } from './observe.ts';
import type { Outcome } from './outcome.ts';

/**
 * One turn: takes the newest commit if it may be taken, then makes the cluster equal to what was accepted. Level-triggered:
 * it looks at what is, not at what happened, so it may end anywhere and be run again. Yields what happens, and returns
 * what is known afterwards.
 */
export async function* cycle(agent: Agent, known: Known, signals: Signals): AsyncGenerator<SyncEvent, Known> {
  const candidate = yield* newest(agent, known, signals);
  const considered = candidate === undefined ? known : yield* consider(agent, { known, candidate }, signals);
  return yield* converge(agent, await recordFinished(agent, considered, signals), signals);
}

/** Records the Jobs that ran to their end, before their TTL removes them and nobody can tell any more. */
async function recordFinished(agent: Agent, known: Known, { signal }: Signals): Promise<Known> {
  const finished = finishedJobs(known.inventory, (key) => agent.observer.live.get(key)?.health.status === 'Current');
  if (finished.length === 0) return known;
  const inventory = settle(known.inventory, finished);
  await agent.store.save(inventory, signal);
  return { ...known, inventory };
}

/** How long what was done may still be recorded after a stop, in milliseconds. */
const grace = 5_000;

/** Applies, repairs and prunes until the cluster equals the accepted revision, and settles the inventory. */
async function* converge(agent: Agent, known: Known, { signal, stop }: Signals): AsyncGenerator<SyncEvent, Known> {
  const { accepted } = known;
  if (accepted === undefined) return known;
  const started = agent.clock.now().getTime();
  await agent.observer.cover(scopesOf(accepted, known.inventory));
  const { plan, blind } = watchable(agent, withoutHeld(makePlan(accepted, known.inventory, agent.observer.live), known));
  for (const trouble of blind) if (!isOld(trouble, known)) yield trouble;

  const done: Outcome[] = [];
  for await (const outcome of execute(plan, { ...agent, inventory: known.inventory, checked: known.checked, signal }, stop)) {
    // What a stop cut off did not fail.
    if (signal.aborted && outcome.record.op === 'keep') continue;
    done.push(outcome);
    if (isNews(outcome, known)) yield outcome.event;
  }
  const changed = done.filter((outcome) => outcome.record.op !== 'keep');
  const inventory = settle(
    known.inventory,
    changed.map((outcome) => outcome.record),
  );
  const unfinished = plan.changes.length - changed.length + blind.length;
  const news = changed.filter((outcome) => isNews(outcome, known)).length;
  if (news > 0) {
    await agent.store.save(inventory, signal.aborted ? AbortSignal.timeout(grace) : signal);
    const milliseconds = agent.clock.now().getTime() - started;
    if (unfinished === 0) yield { type: 'synced', revision: accepted.commit, changed: news, milliseconds };
  }
  return { ...known, inventory, unfinished, troubles: troublesAfter(known, { plan, blind, done }) };
}

/** What a preflight made for a commit that is not accepted yet stays: it may be what the commit, or a mended one, needs. */
function withoutHeld(plan: Plan, { latest, accepted }: Known): Plan {
  if (latest === accepted?.commit) return plan;
  return { ...plan, changes: plan.changes.filter((change) => change.op !== 'prune' || change.entry.accepted) };
}

/** Leaves out what cannot be watched. */
function watchable({ observer }: Agent, plan: Plan): { readonly plan: Plan; readonly blind: readonly Trouble[] } {
  const found = plan.changes.map((change) => ({ change, problems: unwatchable(observer, change) }));
  return {
    plan: { ...plan, changes: found.flatMap(({ change, problems }) => (problems.length === 0 ? [change] : [])) },
    blind: found.flatMap(({ problems }) => problems.map((problem): Trouble => ({ type: 'failed', problem, passing: true, retryIn: 0 }))),
  };
}

/** An apply that found nothing to repair has only answered a suspicion, and what waits as before is told already. */
function isNews({ event }: Outcome, known: Known): boolean {
  if (event.type === 'waiting') return !isOld(event, known);
  return !(event.type === 'applied' && event.op === 'repair' && event.outcome === 'unchanged');
}

function isOld(trouble: Trouble, { troubles }: Known): boolean {
  const before = troubles.get(keyOf(refOfTrouble(trouble)));
  if (trouble.type === 'waiting') return before?.type === 'waiting' && before.for === trouble.for;
  return before?.type === 'failed' && before.problem.message === trouble.problem.message;
}

function refOfTrouble(trouble: Trouble) {
  return trouble.type === 'failed' ? trouble.problem.ref : trouble.ref;
}

/** The troubles that are left: those of before that are still planned, and those of now. */
function troublesAfter(
  known: Known,
  { plan, blind, done }: { readonly plan: Plan; readonly blind: readonly Trouble[]; readonly done: readonly Outcome[] },
): ReadonlyMap<ObjectKey, Trouble> {
  const planned = new Set(plan.changes.map((change) => keyOf(refOfChange(change))));
  const troubles = new Map([...known.troubles].filter(([key]) => planned.has(key)));
  for (const event of [...blind, ...done.map((outcome) => outcome.event)]) {
    if (event.type === 'failed' || event.type === 'waiting') troubles.set(keyOf(refOfTrouble(event)), event);
    else if (event.type === 'applied' || event.type === 'pruned') troubles.delete(keyOf(event.ref));
  }
  return troubles;
}
