import type { EnvironmentStatus, SyncEvent } from '../model/event.ts';
import { asFailure, type ExitCode, exitCodes, type Failure } from '../model/failure.ts';
import { isRecent } from '../model/time.ts';
import { hasLasted, lasting, sinceThen } from '../reconcile/lasting.ts';
import { isHeldUp, isReady } from '../reconcile/status.ts';
import { type Agent, type AgentPorts, type AgentSpec, type Known, openAgent, revisionRetry } from './agent.ts';
import { aside, fetchingAside } from './aside.ts';
import { type Branch, followBranch, type Tip } from './branch.ts';
import { cycle } from './cycle.ts';
import { holdLease, type LeaseTerms, type Tenure } from './lease.ts';
import { remember, withAccepted } from './memory.ts';
import { patrol } from './patrol.ts';
import { dueAt, type OnFailing, type OnStatus, publishFailing, publishLate, publishStatus, type Reported, statusNow } from './report.ts';
import { type SuspensionWatch, watchSuspensions } from './suspension-watch.ts';
import { type SuspendedNow, suspendedNow } from './suspensions.ts';
import type { Telling } from './teller.ts';
import { openWakeup, type Wakeup } from './wakeup.ts';

/** How an agent runs. */
export interface LoopOptions {
  /** Milliseconds between two looks at the branch; spread by a tenth. */
  readonly interval: number;
  /** End when everything is Current or held, when the commit is refused, when something is out of reach, or after `timeout` milliseconds. */
  readonly once?: { readonly timeout: number };
  /** How long the environment's Lease is held without a renewal; as usual unless told. */
  readonly lease?: LeaseTerms;
  /** End when the environment is no more and nothing of it is left. */
  readonly untilRemoved?: boolean;
  /** Asked before the first turn under a Lease, and before a commit is looked at, whether this agent is still to act. Without it, it is. */
  readonly isWanted?: (signal: AbortSignal) => Promise<boolean>;
  /** Told of every event as it happens. */
  readonly report: (event: SyncEvent) => void;
  /** Told of the status when it is recorded. */
  readonly onStatus?: OnStatus;
  /** Told why no turn comes to its end, once that has lasted, where no status is known. */
  readonly onFailing?: OnFailing;
  /** Tells a forge of the status, too. */
  readonly telling?: Pick<Telling, 'note' | 'forget'> | undefined;
  /**
   * Told when a turn is to begin, which waits for what this returns, and when it is over. While a turn waits for the repository's server, it
   * is told to be over.
   */
  readonly onTurn?: (moment: 'begin' | 'end') => Promise<void> | void;
  /** Calls `listener` whenever the branch is to be looked at now, until `signal` aborts. */
  readonly pokes?: (listener: () => void, signal: AbortSignal) => void;
  readonly signal: AbortSignal;
}

/** How an agent ended, and how the environment was then. */
export interface LoopEnd {
  readonly exit: ExitCode;
  readonly status: EnvironmentStatus | undefined;
  /** Whether the environment is no more and nothing of it is left. */
  readonly removed: boolean;
}

/** Changes in the cluster within this many milliseconds are answered by one cycle. */
const gather = 20;

/** Something may have changed unseen, a right granted or a kind served: look again after this many milliseconds. */
const slowest = 30_000;

/** What tells an agent's loop when to turn, and whether it may. */
interface Surroundings {
  readonly wakeup: Wakeup;
  readonly branch: Branch;
  readonly suspensions: SuspensionWatch;
  readonly tenure: Tenure;
  /** Told what is known after each turn; undefined while another agent is at work. */
  readonly onKnown: (known: Known | undefined) => void;
}

/**
 * Keeps one environment's cluster equal to its branch until `signal` aborts, or, with `once`, until it is so. While another
 * agent holds the environment's lease, this one changes nothing.
 */
export async function runAgent(ports: AgentPorts, spec: AgentSpec, options: LoopOptions): Promise<LoopEnd> {
  const end = new AbortController();
  const signal = AbortSignal.any([options.signal, end.signal]);
  const wakeup = openWakeup(ports.clock, gather);
  const turning = { ...ports, source: fetchingAside(ports.source, options.onTurn) };
  const agent = openAgent(turning, spec, { onChange: wakeup.call, signal });
  const branch = followBranch({ ...ports, branch: agent.branch, interval: options.interval, onChange: wakeup.call, signal });
  const suspensions = watchSuspensions({ ...ports, ...spec, onChange: wakeup.call }, signal);
  const terms = options.lease === undefined ? {} : { terms: options.lease };
  const tenure = holdLease({ ...ports, ...spec, ...terms, cluster: ports.leases ?? ports.home, onChange: wakeup.call }, signal);
  spec.gate?.follow(wakeup.call, signal);
  options.pokes?.(branch.look, signal);
  let known: Known | undefined;
  const patrolled = patrol(agent, () => known, signal);
  const onKnown = (now: Known | undefined): void => {
    known = now;
  };
  try {
    return await keep(agent, { ...options, signal }, { wakeup, branch, suspensions, tenure, onKnown });
  } finally {
    end.abort();
    await branch.ended;
    await suspensions.ended;
    await patrolled;
    await tenure.release();
  }
}

/** Turn after turn: a cycle, its status, then silence until something happens or is due. */
async function keep(agent: Agent, options: LoopOptions, { wakeup, tenure, onKnown, ...followed }: Surroundings): Promise<LoopEnd> {
  const { clock } = agent;
  const started = clock.now().getTime();
  let turn: Turn = { known: undefined, status: undefined, outage: undefined, reported: undefined };
  while (!options.signal.aborted) {
    const before = turn;
    turn = await telling(options.onTurn, () => turnIfHolder(agent, before, { ...options, ...followed, tenure }));
    onKnown(turn.known);
    const left = options.once === undefined ? Number.POSITIVE_INFINITY : started + options.once.timeout - clock.now().getTime();
    const exit = options.once === undefined ? undefined : verdict(turn, left <= 0);
    const removed = turn.known?.removed === true;
    if (removed && options.untilRemoved) return { exit: exitCodes.done, status: turn.status, removed };
    if (exit !== undefined) return { exit, status: await lastWord(agent, turn), removed };
    await wakeup.sleep(Math.min(left, pauseAfter(agent, turn, followed)), options.signal);
  }
  return { exit: exitCodes.interrupted, status: await lastWord(agent, turn), removed: turn.known?.removed === true };
}

/** Tells `onTurn` when `turn` begins, and when it is over, however it ends. */
async function telling(onTurn: LoopOptions['onTurn'], turn: () => Promise<Turn>): Promise<Turn> {
  await onTurn?.('begin');
  try {
    return await turn();
  } finally {
    await onTurn?.('end');
  }
}

/** How long the last status may still be written after a stop, in milliseconds. */
const grace = 2_000;

/** Records what is known at the end, which may be newer than what was recorded last. */
async function lastWord({ store }: Agent, { known, status, outage }: Turn): Promise<EnvironmentStatus | undefined> {
  // What cannot be recorded now is found out again by the next agent.
  if (status !== undefined && outage === undefined && !known?.removed)
    await store.report(status, AbortSignal.timeout(grace)).catch(() => undefined);
  return status;
}

/** What a turn left behind. What is known is forgotten when it may not be what the cluster has recorded. */
interface Turn {
  readonly known: Known | undefined;
  readonly status: EnvironmentStatus | undefined;
  readonly outage:
    | {
        readonly failure: Failure;
        readonly retryIn: number;
        /** Since when no turn has come to its end: milliseconds since 1970. */
        readonly failing?: number;
      }
    | undefined;
  readonly reported: Reported | undefined;
}

const turnRetry = 'turn';

/** A turn, if this agent is the one that acts for the environment; what was known before it was is forgotten. */
async function turnIfHolder(
  agent: Agent,
  before: Turn,
  { tenure, ...options }: LoopOptions & Omit<Surroundings, 'wakeup' | 'onKnown'>,
): Promise<Turn> {
  const standing = await tenure.standing();
  if (standing.status === 'holding') return takeTurn(agent, before, { ...options, signal: standing.signal });
  const { failure, retryIn } = standing;
  options.telling?.forget();
  const isNews = before.outage?.failure.message !== failure.message;
  if (isNews && !options.signal.aborted) options.report(asEvent(failure, retryIn));
  return { known: undefined, status: before.status, outage: { failure, retryIn: slowest }, reported: undefined };
}

async function takeTurn(
  agent: Agent,
  before: Turn,
  {
    branch,
    suspensions,
    report,
    onStatus,
    onFailing,
    onTurn,
    telling,
    isWanted,
    signal,
  }: LoopOptions & Pick<Surroundings, 'branch' | 'suspensions'>,
): Promise<Turn> {
  // The first look may take long, and wait for those at other servers.
  const tip = await aside(onTurn, branch.tip);
  const isNew = before.known === undefined || before.known.latest !== tip.commit;
  if (isNew && isWanted !== undefined && !(await isWanted(signal)))
    return { known: undefined, status: before.status, outage: undefined, reported: undefined };
  if (tip.outage !== undefined && before.outage?.failure.code !== tip.outage.code) report(asEvent(tip.outage, 0));
  const ending = new AbortController();
  const late = publishLate(agent, { ...before, latest: tip.commit, isNew, onStatus, ending: ending.signal }, signal);
  try {
    const remembered = await withAccepted(agent, before.known ?? (await remember(agent, { report, signal })), signal);
    // A failure lasts before anything follows from it: what is to follow is decided in a turn that knows of it.
    const isRestful = !isNew && before.status !== undefined && before.status.unhealthy[0]?.health.status !== 'Failed';
    // Whoever suspends a slice while others are written edits it next: nothing more is begun before that is known.
    const stop = AbortSignal.any([branch.moved(), suspensions.moved()]);
    const suspended = await suspensionsFor(agent, remembered, { isRestful, suspensions, signal });
    const known = await drain(cycle(agent, { ...remembered, ...lookedAt(remembered, tip), ...suspended }, { signal, stop }), report);
    const status = await statusNow(agent, { known, outage: tip.outage?.message }, signal);
    ending.abort();
    const last = await late;
    if (!known.removed) telling?.note(status);
    const reported = known.removed ? last : await publishStatus(agent, { status, before: last, onStatus }, signal);
    agent.retries.succeeded(turnRetry);
    return { known, status, outage: tip.outage === undefined ? undefined : { failure: tip.outage, retryIn: slowest }, reported };
  } catch (thrown) {
    ending.abort();
    await late;
    const failure = asFailure(thrown, 'agent-failed');
    const retryIn = agent.retries.failed(turnRetry, { cap: 'unanswered' });
    if (!signal.aborted) report(asEvent(failure, retryIn));
    const now = agent.clock.now();
    const failing = sinceThen(before.outage?.failing, now);
    const isTold = hasLasted(failing, now) && !signal.aborted;
    const status = isTold ? await publishFailing(agent, { failure, before: before.status, onStatus, onFailing }, signal) : before.status;
    return { known: undefined, status, outage: { failure, retryIn, failing }, reported: undefined };
  }
}

/**
 * Which slices are suspended. Where nothing is new and nothing failed, what is known from before will do as long as nothing changed, or for
 * a while where nobody may watch that: the turn asks before it writes, and who finds nothing to do asks nothing.
 */
async function suspensionsFor(
  agent: Agent,
  known: Known,
  { isRestful, suspensions, signal }: Pick<Surroundings, 'suspensions'> & { readonly isRestful: boolean; readonly signal: AbortSignal },
): Promise<SuspendedNow | Pick<Known, 'areSuspensionsOld'>> {
  const isFresh = isRecent(known.suspensionsAsked, slowest, agent.clock.now()) || suspensions.isStill(known.suspensionsAsked);
  const isEnough = isRestful && known.suspended.size === 0 && isFresh;
  return isEnough ? { areSuspensionsOld: true } : suspendedNow(agent, signal);
}

function lookedAt({ refused, postponed }: Known, { commit }: Tip): Pick<Known, 'latest' | 'refused' | 'postponed'> {
  const ofTip = <T extends { readonly commit: string }>(one: T | undefined): T | undefined => (one?.commit === commit ? one : undefined);
  return { latest: commit, refused: ofTip(refused), postponed: ofTip(postponed) };
}

async function drain(events: AsyncGenerator<SyncEvent, Known>, report: LoopOptions['report']): Promise<Known> {
  for (;;) {
    const next = await events.next();
    if (next.done) return next.value;
    report(next.value);
  }
}

/** With `once`: how it ends, or undefined while time may still bring what is missing. */
function verdict({ known, status, outage }: Turn, late: boolean): ExitCode | undefined {
  if (outage !== undefined) return outage.failure.exit;
  // While other slices take the commit, that is not all.
  const isUntouched = known?.refused?.slices.length === 0 && known.refused.refusal.code !== 'rollout-failed';
  const isOver = late || known?.unfinished === 0 || isUntouched;
  if (known?.refused !== undefined && isOver)
    return known.refused.refusal.code === 'preflight-failed' ? exitCodes.input : exitCodes.refused;
  // What is well is noted when it has lasted, or nobody could go back to it later.
  const isNoted = late || known === undefined || known.healthySince.size + known.doneSince.size === 0;
  if (status !== undefined && isReady(status) && isNoted) return exitCodes.done;
  // No time brings what somebody holds up.
  if (status !== undefined && isHeldUp(status)) return exitCodes.difference;
  return late ? exitCodes.world : undefined;
}

/** How long nothing needs to be looked at, in milliseconds. */
function pauseAfter(agent: Agent, { known, outage, status, reported }: Turn, { suspensions }: Pick<Surroundings, 'suspensions'>): number {
  const { retries, contests, clock, explanations, observer } = agent;
  const now = clock.now().getTime();
  const names = [...(known?.troubles.keys() ?? []), ...(known?.latest === undefined ? [] : [revisionRetry(known.latest)])];
  const isWritten = reported === undefined || status === undefined || reported.status === status;
  const holds: number[] = [];
  for (const { hold } of observer.live.values()) if (hold !== undefined) holds.push(Date.parse(hold.until) - now);
  for (const { until } of known?.suspended.values() ?? []) holds.push(Date.parse(until) - now);
  const since = [...(known?.healthySince.values() ?? []), ...(known?.doneSince.values() ?? [])];
  const due = [
    ...since.map((begun) => begun + lasting - now),
    retries.next(names),
    contests.next(),
    explanations.next(),
    isWritten ? undefined : dueAt(reported, status) - now,
    outage?.retryIn,
    // Windows open at full minutes.
    known?.postponed === undefined ? undefined : minute - (now % minute),
    // Somebody may end a suspension before its time.
    known === undefined || known.suspended.size === 0 || suspensions.isStill(known.suspensionsAsked) ? undefined : suspensionPause,
    // A hold that is over already was taken off, or something keeps it from that.
    ...holds.filter((left) => left > 0),
  ].filter((milliseconds) => milliseconds !== undefined);
  // What is due already was not for this turn to try: it must not make the turns spin.
  return Math.max(pauseFloor, Math.min(slowest, ...due));
}

const minute = 60_000;

/** Milliseconds between two looks at whether slices are still suspended, where that is not watched. */
const suspensionPause = 5_000;

/** The least milliseconds between two turns that nothing in the cluster or on the branch asked for. */
const pauseFloor = 250;

function asEvent(failure: Failure, retryIn: number): SyncEvent {
  return { type: 'outage', code: failure.code, message: failure.message, retryIn };
}
