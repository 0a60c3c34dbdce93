import type { SyncEvent } from '../model/event.ts';
import { type Plan, refOfChange } from '../model/plan.ts';
import { keyOf, type ObjectKey } from '../model/ref.ts';
import { withoutMended } from '../reconcile/ailing.ts';
import type { DesiredTree } from '../reconcile/desired.ts';
import { decideHooks } from '../reconcile/hooks.ts';
import { finishedJobs, isJob, recover, settle } from '../reconcile/inventory.ts';
import { makePlan } from '../reconcile/plan.ts';
import type { Agent, Known, Refused, Signals, Trouble } from './agent.ts';
import { consider } from './consider.ts';
import { execute } from './execute.ts';
import { newest } from './newest.ts';
import { scopesOf, unwatchable } from './observe.ts';
import type { Outcome } from './outcome.ts';
import { goBack, noteHealthy } from './rollout.ts';
import { suspendedNow } from './suspensions.ts';

/**
 * One turn: takes the newest commit if it may be taken, goes back from one whose rollout failed, then makes the cluster equal to what was
 * accepted. Level-triggered: it looks at what is, not at what happened, so it may end anywhere and be run again. Yields what happens, and
 * returns what is known afterwards.
 */
export async function* cycle(agent: Agent, known: Known, signals: Signals): AsyncGenerator<SyncEvent, Known> {
  const candidate = yield* newest(agent, known, signals);
  const looked = await look(agent, known, { candidate, ...signals });
  const considered = candidate === undefined ? looked : yield* consider(agent, { known: looked, candidate }, signals);
  // Before anything goes back: what is to run because something failed is that of the commit that failed.
  const kept = yield* goBack(agent, await decided(agent, considered, signals), signals);
  const converged = yield* converge(agent, kept, signals);
  return yield* dissolve(agent, await decided(agent, await noteHealthy(agent, converged, signals), signals), signals);
}

/**
 * Notes what is well again, and decides of hooks that run only when something failed: before what that asks for is done, and again when
 * what was done shows.
 */
async function decided(agent: Agent, known: Known, { signal }: Signals): Promise<Known> {
  const { accepted, inventory, suspended } = known;
  const input = accepted && { accepted, inventory, live: agent.observer.live, suspended, now: agent.clock.now() };
  if (input === undefined || signal.aborted) return known;
  const mended = withoutMended(input);
  const { doneSince, ...hooks } = decideHooks({ ...input, inventory: mended ?? inventory }, known.doneSince);
  const next = hooks.inventory ?? mended;
  if (next === undefined) return { ...known, doneSince };
  // Never own less than was touched: what is to run stands in the inventory before it is made.
  await agent.store.save(next, signal);
  return { ...known, doneSince, inventory: next };
}

/** Sees to it that everything that matters is watched, and that the inventory says what the watches show. */
async function look(
  agent: Agent,
  known: Known,
  { candidate, signal }: Signals & { readonly candidate: DesiredTree | Refused | undefined },
): Promise<Known> {
  const wanted = [known.accepted, candidate].filter(isTree);
  const [first] = wanted;
  if (first !== undefined) await agent.observer.judgeBy(first.index.health);
  for (const tree of wanted) await agent.observer.cover(scopesOf(tree, known.inventory));
  const recovered = wanted.length === 0 ? undefined : recover(known.inventory, newestOf(wanted), agent.observer.live);
  const inventory = recovered ?? known.inventory;
  // Before its TTL removes a Job that ran to its end, and nobody can tell any more.
  const finished = finishedJobs(inventory, agent.observer.ended);
  if (recovered === undefined && finished.length === 0) return known;
  const settled = settle(inventory, finished);
  await agent.store.save(settled, signal);
  return { ...known, inventory: settled };
}

/** What is wanted now, but for Jobs as they were before: one that is new, or has other content, has not run yet. */
function newestOf([before, newest]: readonly DesiredTree[]): DesiredTree | undefined {
  if (before === undefined || newest === undefined) return before;
  const objects = [...newest.objects].flatMap(([key, object]) => {
    const known = isJob(object.ref) ? before.objects.get(key) : object;
    return known === undefined ? [] : [[key, known] as const];
  });
  return { ...newest, objects: new Map(objects) };
}

function isTree(tree: DesiredTree | Refused | undefined): tree is DesiredTree {
  return tree !== undefined && !('refusal' in tree);
}

/** Once an environment that was removed owns nothing any more, its state goes, too. */
async function* dissolve(agent: Agent, known: Known, { signal }: Signals): AsyncGenerator<SyncEvent, Known> {
  const { accepted, inventory, removed, latest } = known;
  const isOver =
    accepted !== undefined && accepted.index.removed !== undefined && accepted.commit === latest && inventory.entries.size === 0;
  if (!isOver) return { ...known, removed: false };
  if (!removed) {
    await agent.store.clear(signal);
    yield { type: 'removed', revision: accepted.commit };
  }
  return { ...known, removed: true };
}

/** How long what was done may still be recorded after a stop, in milliseconds. */
const grace = 5_000;

/** Applies, repairs and prunes until the cluster equals the accepted revision, and settles the inventory. */
async function* converge(agent: Agent, before: Known, { signal, stop }: Signals): AsyncGenerator<SyncEvent, Known> {
  const { accepted } = before;
  if (accepted === undefined) return before;
  const started = agent.clock.now().getTime();
  await agent.observer.judgeBy(accepted.index.health);
  await agent.observer.cover(scopesOf(accepted, before.inventory));
  const first = planFor(agent, accepted, before);
  // Whoever suspends a slice edits it next: nothing is repaired by what was known before.
  const asksAgain = first.plan.changes.length > 0 && before.areSuspensionsOld;
  const known = asksAgain ? { ...before, ...(await suspendedNow(agent, signal)) } : before;
  const { plan, blind } = asksAgain ? planFor(agent, accepted, known) : first;
  for (const trouble of blind) if (!isOld(trouble, known)) yield trouble;
  for (const { ref } of plan.held) agent.contests.settled(ref);

  const done: Outcome[] = [];
  for await (const outcome of execute(plan, { ...agent, inventory: known.inventory, signal }, stop)) {
    // What a stop cut off did not fail.
    if (signal.aborted && outcome.record.op === 'keep') continue;
    done.push(outcome);
    if (isNews(outcome, known)) yield outcome.event;
    yield* rewritten(outcome, known);
    yield* contended(outcome, agent);
  }
  const changed = done.filter((outcome) => outcome.record.op !== 'keep');
  const settled = settle(
    known.inventory,
    changed.map((outcome) => outcome.record),
  );
  // A Job may have ended since it was looked at, and this turn may be the last one.
  const finished = finishedJobs(settled, agent.observer.ended);
  const inventory = settle(settled, finished);
  const unfinished = plan.changes.length - changed.length + blind.length;
  const news = changed.filter((outcome) => outcome.event.type !== 'waiting' && isNews(outcome, known)).length;
  if (changed.length + finished.length > 0) await agent.store.save(inventory, signal.aborted ? AbortSignal.timeout(grace) : signal);
  const milliseconds = agent.clock.now().getTime() - started;
  if (news > 0 && unfinished === 0) yield { type: 'synced', revision: accepted.commit, changed: news, milliseconds };
  return { ...known, inventory, unfinished, held: plan.held, troubles: troublesAfter(known, { plan, blind, done }) };
}

/** What is to be done for the accepted revision, and what cannot be, since nobody would see what came of it. */
function planFor(agent: Agent, accepted: DesiredTree, known: Known): ReturnType<typeof watchable> {
  const { inventory, suspended } = known;
  const input = { desired: accepted, inventory, observed: agent.observer.live, suspended, now: agent.clock.now() };
  return watchable(agent, withoutHeld(makePlan(input), known));
}

/** Tells what admission made of an object, when it is not what it made of it before. */
function* rewritten({ record }: Outcome, { inventory }: Known): Generator<SyncEvent, void> {
  if (record.op !== 'set' || record.entry.rewritten.length === 0) return;
  const { ref, rewritten: fields } = record.entry;
  const before = inventory.entries.get(keyOf(ref))?.rewritten ?? [];
  if (fields.join(' ') !== before.join(' ')) yield { type: 'rewritten', ref, fields };
}

/** Tells who repaired objects are fought over with, and how long they are left as they are from now on. */
function* contended({ event }: Outcome, { contests }: Agent): Generator<SyncEvent, void> {
  const found = event.type === 'applied' && event.op === 'repair' && event.outcome !== 'unchanged' ? contests.over(event.ref) : undefined;
  if (found === undefined) return;
  const { contest, ref, retryIn } = found;
  yield { type: 'contended', ref, ...(contest.rival === undefined ? {} : { by: contest.rival }), fields: contest.fields, retryIn };
}

/** What a preflight made for a commit that is not wholly accepted yet stays: it may be what the commit, or a mended one, needs. */
function withoutHeld(plan: Plan, { latest, accepted, refused }: Known): Plan {
  if (latest === accepted?.commit && refused === undefined) return plan;
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
  // How the object does that it waits for is told elsewhere.
  if (trouble.type === 'waiting') return before?.type === 'waiting' && awaited(before) === awaited(trouble);
  return before?.type === 'failed' && before.problem.message === trouble.problem.message;
}

function awaited({ on, for: what }: Extract<Trouble, { readonly type: 'waiting' }>): string {
  return on === undefined ? what : keyOf(on);
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
