import type { SyncEvent } from '../model/event.ts';
import type { Plan } from '../model/plan.ts';
import { refOfChange } from '../model/plan.ts';
import { keyOf, type ObjectKey } from '../model/ref.ts';
import { settle } from '../reconcile/inventory.ts';
import { makePlan } from '../reconcile/plan.ts';
import type { Agent, Known, Signals, Trouble } from './agent.ts';
import { consider } from './consider.ts';
import { execute } from './execute.ts';
import { newest } from './newest.ts';
import { scopesOf } from './observe.ts';
import type { Outcome } from './outcome.ts';

/**
 * One turn: takes the newest commit if it may be taken, then makes the cluster equal to what was accepted. Level-triggered:
 * it looks at what is, not at what happened, so it may end anywhere and be run again. Yields what happens, and returns
 * what is known afterwards.
 */
export async function* cycle(agent: Agent, known: Known, signals: Signals): AsyncGenerator<SyncEvent, Known> {
  const candidate = yield* newest(agent, known, signals);
  const considered = candidate === undefined ? known : yield* consider(agent, { known, candidate }, signals);
  return yield* converge(agent, considered, signals);
}

/** Applies, repairs and prunes until the cluster equals the accepted revision, and settles the inventory. */
async function* converge(agent: Agent, known: Known, signals: Signals): AsyncGenerator<SyncEvent, Known> {
  const { accepted } = known;
  if (accepted === undefined) return known;
  const started = agent.clock.now().getTime();
  await agent.observer.cover(scopesOf(accepted, known.inventory));
  const { plan, blind } = inSight(agent, withoutHeld(makePlan(accepted, known.inventory, agent.observer.live), known));

  const done: Outcome[] = [];
  for await (const outcome of execute(plan, { ...agent, signal: signals.signal }, signals.stop)) {
    done.push(outcome);
    if (isNews(outcome)) yield outcome.event;
  }
  const inventory = settle(
    known.inventory,
    done.map((outcome) => outcome.record),
  );
  const changed = done.filter((outcome) => outcome.record.op !== 'keep' && isNews(outcome)).length;
  if (changed > 0) {
    await agent.store.save(inventory, signals.signal);
    yield { type: 'synced', revision: accepted.commit, changed, milliseconds: agent.clock.now().getTime() - started };
  }
  return { ...known, inventory, troubles: troublesAfter(known, { plan, blind, done }) };
}

/** What a refused commit's preflight made stays until a commit is accepted: it may be what the mended commit needs. */
function withoutHeld(plan: Plan, { refused }: Known): Plan {
  if (refused === undefined) return plan;
  return { ...plan, changes: plan.changes.filter((change) => change.op !== 'prune' || change.entry.accepted) };
}

/** Leaves out what cannot be watched: an object that is not seen may well be there. */
function inSight({ observer }: Agent, plan: Plan): { readonly plan: Plan; readonly blind: readonly Trouble[] } {
  const blind: Trouble[] = [];
  const changes = plan.changes.filter((change) => {
    const ref = refOfChange(change);
    const why = observer.blind(ref);
    if (why === undefined) return true;
    const path = change.op === 'prune' ? change.entry.path : change.desired.path;
    blind.push({ type: 'failed', problem: { ref, path, message: `it cannot be watched: ${why}` }, retryIn: 0 });
    return false;
  });
  return { plan: { ...plan, changes }, blind };
}

/** An apply that found nothing to repair has only answered a suspicion. */
function isNews({ event }: Outcome): boolean {
  return !(event.type === 'applied' && event.op === 'repair' && event.outcome === 'unchanged');
}

/** The troubles that are left: those of before that are still planned, and those of now. */
function troublesAfter(
  known: Known,
  { plan, blind, done }: { readonly plan: Plan; readonly blind: readonly Trouble[]; readonly done: readonly Outcome[] },
): ReadonlyMap<ObjectKey, Trouble> {
  const planned = new Set(plan.changes.map((change) => keyOf(refOfChange(change))));
  const troubles = new Map([...known.troubles].filter(([key]) => planned.has(key)));
  for (const trouble of [...blind, ...done.map((outcome) => outcome.event)]) {
    if (trouble.type === 'failed') troubles.set(keyOf(trouble.problem.ref), trouble);
    else if (trouble.type === 'waiting') troubles.set(keyOf(trouble.ref), trouble);
    else if (trouble.type === 'applied' || trouble.type === 'pruned') troubles.delete(keyOf(trouble.ref));
  }
  return troubles;
}
