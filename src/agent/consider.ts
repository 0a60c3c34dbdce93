import type { ObjectProblem, SyncEvent } from '../model/event.ts';
import { type Plan, type Refusal, refOfChange } from '../model/plan.ts';
import { formatRef, keyOf } from '../model/ref.ts';
import type { DesiredTree } from '../reconcile/desired.ts';
import { guard } from '../reconcile/guard.ts';
import { accept, writeAhead } from '../reconcile/inventory.ts';
import { makePlan } from '../reconcile/plan.ts';
import { type Agent, type Known, type Refused, revisionRetry, type Signals } from './agent.ts';
import { scopesOf, unwatchable } from './observe.ts';
import { checkStaged } from './staged.ts';

/**
 * Plan, guard, preflight: all of `candidate` is accepted, its write-ahead done, or nothing of it. A refused commit changes
 * nothing, and is looked at again later, since the cluster may have changed its mind.
 */
export async function* consider(
  agent: Agent,
  { known, candidate }: { readonly known: Known; readonly candidate: DesiredTree | Refused },
  { signal }: Signals,
): AsyncGenerator<SyncEvent, Known> {
  if ('refusal' in candidate) return yield* refuse(agent, known, candidate);
  const { commit, index } = candidate;
  await agent.observer.cover(scopesOf(candidate, known.inventory));
  const plan = makePlan(candidate, known.inventory, agent.observer.live);
  // A commit that is looked at again is no news.
  if (known.refused?.commit !== commit) yield planned(plan);
  const blind = plan.changes.flatMap((change) => unwatchable(agent.observer, change));
  if (blind.length > 0) return yield* refuse(agent, known, { commit, refusal: unseen(blind, agent), problems: blind });
  const refusal = guard(plan, known.inventory.entries.size, index.approvals);
  if (refusal !== undefined) return yield* refuse(agent, known, { commit, refusal, problems: [] });

  const {
    inventory,
    problems,
    outages,
    retryAfter,
    checked = new Set(),
  } = yield* checkStaged(agent, { inventory: known.inventory, candidate, plan }, signal);
  if (problems.length > 0) return yield* refuse(agent, { ...known, inventory }, { commit, refusal: invalid(problems), problems });
  if (outages.length > 0) {
    const retryIn = agent.retries.failed(revisionRetry(commit), { atLeast: retryAfter, cap: 'unanswered' });
    yield { type: 'outage', code: 'preflight-unanswered', message: summary(outages), retryIn };
    return { ...known, inventory };
  }
  const owned = accept(writeAhead(inventory, plan.changes), candidate);
  await agent.source.keep(agent.environment, commit);
  await agent.store.save(owned, signal);
  agent.retries.succeeded(revisionRetry(commit));
  // What failed before may be what this commit mends: it is tried at once.
  for (const change of plan.changes) agent.retries.succeeded(keyOf(refOfChange(change)));
  yield { type: 'accepted', revision: commit };
  return { ...known, inventory: owned, accepted: candidate, refused: undefined, troubles: new Map(), checked };
}

async function* refuse(agent: Agent, known: Known, refused: Refused): AsyncGenerator<SyncEvent, Known> {
  const { commit, refusal, problems } = refused;
  agent.retries.failed(revisionRetry(commit));
  const again = known.refused?.commit === commit && known.refused.refusal.message === refusal.message;
  if (!again) yield { type: 'refused', revision: commit, refusal, problems };
  return { ...known, refused };
}

function planned({ revision, changes, unchanged }: Plan): SyncEvent {
  const count = (op: string): number => changes.filter((change) => change.op === op).length;
  return {
    type: 'planned',
    revision,
    creates: count('create'),
    updates: count('update'),
    repairs: count('repair'),
    prunes: count('prune'),
    unchanged,
  };
}

/** Without seeing them, nobody can say what is there already, or keep it so. */
function unseen(problems: readonly ObjectProblem[], { environment }: Agent): Refusal {
  return {
    code: 'watch-refused',
    message: `the agent may not see ${problems.length === 1 ? '1 object' : `${problems.length} objects`} of the commit: ${summary(problems)}`,
    help: `when it is a right that is missing, an administrator applies what \`lockstep bootstrap ${environment}\` prints`,
  };
}

function invalid(problems: readonly ObjectProblem[]): Refusal {
  return {
    code: 'preflight-failed',
    message: `the API server would refuse ${problems.length === 1 ? '1 object' : `${problems.length} objects`}: ${summary(problems)}`,
    help: 'nothing was changed; mend the source and publish again, or revert the commit',
  };
}

/** For a sentence: the first object with what is wrong with it, and how many more there are. */
function summary(problems: readonly ObjectProblem[]): string {
  const [first, ...rest] = problems;
  if (first === undefined) return 'nothing';
  const more = rest.length === 0 ? '' : ` (and ${rest.length} more)`;
  return `\`${formatRef(first.ref)}\` in \`${first.path}\`: ${first.message}${more}`;
}
