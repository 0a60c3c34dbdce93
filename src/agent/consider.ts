import { counted } from '../model/count.ts';
import type { ObjectProblem, SyncEvent } from '../model/event.ts';
import { grouped } from '../model/grouped.ts';
import type { Inventory } from '../model/inventory.ts';
import { type Change, isWrite, type Plan, type Refusal, refOfChange } from '../model/plan.ts';
import { formatRef, keyOf } from '../model/ref.ts';
import { withAiling } from '../reconcile/ailing.ts';
import { compose, type DesiredTree, withoutTaken } from '../reconcile/desired.ts';
import { guardAll } from '../reconcile/guard.ts';
import { hooksAhead } from '../reconcile/hooks.ts';
import { accept, leftBehindBy, writeAhead } from '../reconcile/inventory.ts';
import { makePlan } from '../reconcile/plan.ts';
import { failedBefore, rolloutsTaken } from '../reconcile/rollout.ts';
import { suspendedBecause } from '../reconcile/suspended.ts';
import { closedBecause } from '../reconcile/windows.ts';
import { type Agent, type Known, type Postponed, type Refused, revisionRetry, type Signals } from './agent.ts';
import { unwatchable } from './observe.ts';
import { checkStaged, type Staged } from './staged.ts';

/**
 * Plan, guard, preflight: for each slice, all of `candidate` is accepted, its write-ahead done, or nothing of it. A refused
 * commit changes nothing, and is looked at again later, since the cluster may have changed its mind. A slice that is suspended takes
 * nothing, and stays behind until that is over.
 */
export async function* consider(
  agent: Agent,
  { known: before, candidate }: { readonly known: Known; readonly candidate: DesiredTree | Refused },
  { signal }: Signals,
): AsyncGenerator<SyncEvent, Known> {
  if ('refusal' in candidate) return yield* refuse(agent, before, candidate);
  const { commit, index } = candidate;
  const known = { ...before, postponed: undefined };
  const failed = failedBefore(known.inventory, commit);
  // No window, and no other environment, brings what failed.
  if (failed !== undefined && isAllThatIsLeft(failed.slices, known))
    return yield* refuse(agent, known, { commit, problems: [], ...failed });
  if (isOver(candidate, known)) {
    await agent.store.clear(signal);
    return { ...known, accepted: candidate, refused: undefined, removed: true };
  }
  const waiting = async (): Promise<Postponed | undefined> => {
    const outside = closedBecause(index.syncWindows, agent.clock.now());
    if (outside !== undefined) return { commit, reason: 'OutsideWindow', because: outside, tree: candidate };
    const because = await agent.gate?.closed(commit);
    if (because !== undefined) return { commit, reason: 'DependencyNotReady', because, tree: candidate };
    const unreadable = isUnknown(known) ? suspendedBecause(known.suspended, ...known.suspended.keys()) : undefined;
    return unreadable === undefined ? undefined : { commit, reason: 'Suspended', because: unreadable, tree: candidate };
  };
  const postponed = await waiting();
  // What some slices refused before is not tried for them now, either.
  if (postponed !== undefined) return yield* postpone(agent, before, postponed);
  // Who may sign may be otherwise than when it began to wait.
  const untrusted = before.postponed?.commit === commit ? await agent.trust.refusalOf(commit, signal) : undefined;
  if (untrusted !== undefined) return yield* refuse(agent, known, { commit, refusal: untrusted, problems: [], slices: [] });
  const { inventory, suspended } = known;
  const plan = makePlan({ desired: candidate, inventory, observed: agent.observer.live, suspended, now: agent.clock.now() });
  // A commit that is looked at again is no news.
  if (known.refused?.commit !== commit) yield planned(plan);
  const hooks = hooksAhead(candidate, { accepted: known.accepted, inventory, observed: agent.observer.live, suspended });
  const asked = { ...plan, changes: [...plan.changes, ...hooks] };
  const early = refusedEarly(agent, asked, { known, candidate });
  const isAllowed = (change: Change): boolean => !early.has(sliceOf(change));
  const staged = yield* checkStaged(agent, { inventory, candidate, plan: { ...asked, changes: asked.changes.filter(isAllowed) } }, signal);
  if (staged.outages.length > 0) return yield* unanswered(agent, { ...known, inventory: staged.inventory }, { commit, staged });
  const refusals = new Map([...early, ...refusedByServer(staged.problems, candidate)]);
  const refused = refusedAll(commit, refusals);
  // A commit that was taken already, but for some slices, is considered for those alone.
  const isTaken = commit === known.accepted?.commit;
  if (refused !== undefined && (isUnknown(known) || (!isTaken && isWhole(asked, refusals))))
    return yield* refuse(agent, { ...known, inventory: staged.inventory }, { ...refused, slices: [] });
  // To ask the API server may take longer than the window lasts.
  const afterAll = await waiting();
  if (afterAll !== undefined) return yield* postpone(agent, { ...before, inventory: staged.inventory }, afterAll);
  return yield* take(agent, known, { candidate, refused, refusals, staged, changes: plan.changes.filter(isAllowed), signal });
}

/** Whether the environment is no more, and owned nothing before: an agent was started anew. */
function isOver({ index }: DesiredTree, { inventory }: Known): boolean {
  return index.removed !== undefined && inventory.revision === undefined && inventory.entries.size === 0;
}

/** What a slice that does not take a commit is kept equal to must be known, or all that it has would be taken for dropped. */
function isUnknown({ accepted, inventory }: Known): boolean {
  return accepted === undefined && inventory.revision !== undefined;
}

/** Whether every slice that did not take the commit is one of those whose rollout failed. */
function isAllThatIsLeft(failed: readonly string[], { inventory }: Known): boolean {
  return [...inventory.behind.keys()].every((slice) => failed.includes(slice));
}

/** Why a slice does not take a commit. */
interface SliceRefusal {
  readonly refusal: Refusal;
  readonly problems: readonly ObjectProblem[];
}

type Refusals = ReadonlyMap<string, SliceRefusal>;

/** The slices that are refused without asking the API server about an object. */
function refusedEarly(
  agent: Agent,
  plan: Plan,
  { known, candidate }: { readonly known: Known; readonly candidate: DesiredTree },
): Refusals {
  const { inventory, suspended } = known;
  const input = { desired: candidate, inventory, observed: agent.observer.live, suspended };
  const guarded = [...guardAll(plan, input)].map(([slice, refusal]): readonly [string, SliceRefusal] => [slice, { refusal, problems: [] }]);
  const blind = plan.changes
    .map((change) => ({ change, problems: unwatchable(agent.observer, change) }))
    .filter(({ problems }) => problems.length > 0);
  const unwatched = [...grouped(blind, ({ change }) => sliceOf(change))].map(
    ([slice, found]) => [slice, found.flatMap(({ problems }) => problems)] as const,
  );
  const { refusal, slices } = failedBefore(known.inventory, candidate.commit) ?? { slices: [] };
  return new Map([
    ...guarded,
    ...unwatched.map(([slice, problems]) => [slice, { refusal: unseen(problems, agent), problems }] as const),
    ...slices.flatMap((slice) => (refusal === undefined ? [] : [[slice, { refusal, problems: [] }] as const])),
  ]);
}

function refusedByServer(problems: readonly ObjectProblem[], { objects }: DesiredTree): Refusals {
  const slices = grouped(problems, ({ ref }) => objects.get(keyOf(ref))?.slice ?? '');
  return new Map([...slices].map(([slice, found]) => [slice, { refusal: invalid(found), problems: found }] as const));
}

/** All refusals of a commit as one: the code and the advice of the first, the words of all. */
function refusedAll(commit: string, refusals: Refusals): Refused | undefined {
  const all = [...refusals.values()];
  const [first] = all;
  if (first === undefined) return undefined;
  const messages = [...new Set(all.map(({ refusal }) => refusal.message))];
  return {
    commit,
    refusal: { ...first.refusal, message: messages.join('; ') },
    problems: all.flatMap(({ problems }) => problems),
    slices: [...refusals.keys()].sort(),
  };
}

/** Whether no slice is left that would take anything of the commit. */
function isWhole(plan: Plan, refusals: Refusals): boolean {
  return plan.changes.every((change) => refusals.has(sliceOf(change)));
}

function sliceOf(change: Change): string {
  return isWrite(change) ? change.desired.slice : change.entry.slice;
}

/** What is taken of a commit, and what is not. */
interface Taking {
  readonly candidate: DesiredTree;
  readonly refused: Refused | undefined;
  readonly refusals: Refusals;
  readonly staged: Staged;
  readonly changes: readonly Change[];
  readonly signal: AbortSignal;
}

/** Accepts `candidate`, but for the slices that are refused or suspended: those are kept equal to what they had. */
async function* take(agent: Agent, known: Known, taking: Taking): AsyncGenerator<SyncEvent, Known> {
  const { candidate, refused, refusals, staged } = taking;
  const { commit } = candidate;
  const changes = taking.changes.filter((change) => !refusals.has(sliceOf(change)));
  const suspended = suspendedSlices(known, candidate);
  const left = new Set([...refusals.keys(), ...suspended]);
  const tree = withoutTaken(compose(candidate, known.accepted, left), known.accepted, suspended);
  const behind = leftBehindBy(known.inventory, left);
  const isNew = known.accepted?.commit !== commit || !isSameBehind(known.inventory.behind, behind);
  const accepting = accept(writeAhead(staged.inventory, changes), tree, behind);
  const isTaking = (slice: string): boolean =>
    !left.has(slice) && (known.inventory.revision !== commit || known.inventory.behind.has(slice));
  const owned = isNew ? withRollouts(agent, accepting, { candidate, tree, isTaking }) : accepting;
  await keepReadable(agent, owned);
  await agent.store.save(owned, taking.signal);
  // What failed before may be what this commit mends: it is tried at once.
  if (isNew) for (const change of changes) agent.retries.succeeded(keyOf(refOfChange(change)));
  if (isNew) yield { type: 'accepted', revision: commit };
  const anew = { troubles: new Map(), staysBecause: undefined, healthySince: new Map(), doneSince: new Map() };
  const accepted = { ...known, inventory: owned, accepted: tree, ...(isNew ? anew : {}) };
  if (refused !== undefined) return yield* refuse(agent, accepted, refused);
  agent.retries.succeeded(revisionRetry(commit));
  return { ...accepted, refused: undefined };
}

/** The slices of the environment that are suspended: what else is said to be is none of it. */
function suspendedSlices({ suspended, accepted }: Known, candidate: DesiredTree): ReadonlySet<string> {
  const found = new Set<string>();
  if (suspended.size === 0) return found;
  for (const tree of [accepted, candidate])
    for (const { slice } of tree?.objects.values() ?? []) if (suspended.has(slice)) found.add(slice);
  return found;
}

function isSameBehind(a: Inventory['behind'], b: Inventory['behind']): boolean {
  return a.size === b.size && [...a].every(([slice, commit]) => b.get(slice) === commit);
}

/** With what is not to be laid at the door of the commit, and what can be gone back to. */
function withRollouts(
  { observer, clock }: Agent,
  inventory: Inventory,
  {
    candidate,
    tree,
    isTaking,
  }: { readonly candidate: DesiredTree; readonly tree: DesiredTree; readonly isTaking: (slice: string) => boolean },
): Inventory {
  const looked = { live: observer.live, now: clock.now(), isTaking };
  const { rollouts: _, ...rest } = withAiling({ ...looked, tree, inventory });
  const rollouts = rolloutsTaken(candidate, { ...looked, inventory });
  return rollouts === undefined ? rest : { ...rest, rollouts };
}

/** Whatever the remote does with its branch, what the cluster is kept equal to can be read, and so can what it may go back to. */
export async function keepReadable({ source, environment }: Agent, { revision, behind, rollouts }: Inventory): Promise<void> {
  if (revision !== undefined) await source.keep(environment, revision);
  const keepAll = async (name: string, commits: Iterable<string>): Promise<void> => {
    const others = [...new Set(commits)].filter((other) => other !== '' && other !== revision);
    for (const [i, other] of others.entries()) await source.keep(`${environment}-${name}-${i}`, other);
  };
  await keepAll('behind', behind.values());
  await keepAll('healthy', rollouts?.healthy.values() ?? []);
  await keepAll('failed', rollouts?.failed === undefined ? [] : [rollouts.failed.commit]);
}

/** What was refused of the same commit stays told. It is looked at again as soon as a window opens, whatever pause a refusal asked for. */
async function* postpone(agent: Agent, known: Known, postponed: Postponed): AsyncGenerator<SyncEvent, Known> {
  const { commit, because } = postponed;
  if (known.postponed?.commit !== commit || known.postponed.because !== because) yield { type: 'postponed', revision: commit, because };
  agent.retries.succeeded(revisionRetry(commit));
  return { ...known, postponed };
}

async function* unanswered(
  agent: Agent,
  known: Known,
  { commit, staged }: { readonly commit: string; readonly staged: Staged },
): AsyncGenerator<SyncEvent, Known> {
  const retryIn = agent.retries.failed(revisionRetry(commit), { atLeast: staged.retryAfter, cap: 'unanswered' });
  yield { type: 'outage', code: 'preflight-unanswered', message: summary(staged.outages), retryIn };
  return known;
}

/** Notes that a commit is refused, and tells it, unless it was told before. */
export async function* refuse(agent: Agent, known: Known, refused: Refused): AsyncGenerator<SyncEvent, Known> {
  const { commit, refusal, problems, slices } = refused;
  agent.retries.failed(revisionRetry(commit));
  const again = known.refused?.commit === commit && known.refused.refusal.message === refusal.message;
  if (!again) yield { type: 'refused', revision: commit, refusal, problems, slices };
  return { ...known, refused };
}

function planned({ revision, changes, unchanged }: Plan): SyncEvent {
  const count = (...ops: readonly Change['op'][]): number => changes.filter((change) => ops.includes(change.op)).length;
  return {
    type: 'planned',
    revision,
    creates: count('create'),
    updates: count('update'),
    repairs: count('repair'),
    prunes: count('prune', 'release'),
    unchanged,
  };
}

/** Without seeing them, nobody can say what is there already, or keep it so. */
function unseen(problems: readonly ObjectProblem[], { environment }: Agent): Refusal {
  return {
    code: 'watch-refused',
    message: `the agent may not see ${counted(problems.length, 'object')} of the commit: ${summary(problems)}`,
    help: `when it is a right that is missing, an administrator applies what \`lockstep bootstrap ${environment}\` prints, for an agent in the cluster with \`--rbac\``,
  };
}

function invalid(problems: readonly ObjectProblem[]): Refusal {
  return {
    code: 'preflight-failed',
    message: `the API server would refuse ${counted(problems.length, 'object')}: ${summary(problems)}`,
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
