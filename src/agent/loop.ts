import type { EnvironmentStatus, SyncEvent } from '../model/event.ts';
import { type ExitCode, exitCodes, Failure, messageOf } from '../model/failure.ts';
import { isRefusal } from '../reconcile/desired.ts';
import { healthOfAbsent } from '../reconcile/inventory.ts';
import { isReady, type StatusInput, statusOf } from '../reconcile/status.ts';
import { type Agent, type AgentPorts, type AgentSpec, type Known, nothingKnown, openAgent, revisionRetry } from './agent.ts';
import { type Branch, followBranch, type Tip } from './branch.ts';
import { cycle } from './cycle.ts';
import { readTree } from './manifests.ts';
import { openWakeup, type Wakeup } from './wakeup.ts';

/** How an agent runs. */
export interface LoopOptions {
  /** Milliseconds between two looks at the branch; spread by a tenth. */
  readonly interval: number;
  /** End when everything is Current, when the commit is refused, when something is out of reach, or after `timeout` milliseconds. */
  readonly once?: { readonly timeout: number };
  /** Told of every event as it happens. */
  readonly report: (event: SyncEvent) => void;
  readonly signal: AbortSignal;
}

/** How an agent ended, and how the environment was then. */
export interface LoopEnd {
  readonly exit: ExitCode;
  readonly status: EnvironmentStatus | undefined;
}

/** Changes in the cluster within this many milliseconds are answered by one cycle. */
const gather = 20;

/** The least milliseconds between two writes of the status: when a condition changed, and when none did. */
const statusPause = { changed: 1_000, same: 5_000 } as const;

/** Something may have changed unseen, a right granted or a kind served: look again after this many milliseconds. */
const slowest = 30_000;

/** Keeps one environment's cluster equal to its branch until `signal` aborts, or, with `once`, until it is so. */
export async function runAgent(ports: AgentPorts, spec: AgentSpec, options: LoopOptions): Promise<LoopEnd> {
  const end = new AbortController();
  const signal = AbortSignal.any([options.signal, end.signal]);
  const wakeup = openWakeup(ports.clock, gather);
  const agent = openAgent(ports, spec, { onChange: wakeup.call, signal });
  const branch = followBranch({ ...ports, branch: agent.branch, interval: options.interval, onChange: wakeup.call, signal });
  try {
    return await keep(agent, { ...options, signal }, { wakeup, branch });
  } finally {
    end.abort();
    await branch.ended;
  }
}

/** Turn after turn: a cycle, its status, then silence until something happens or is due. */
async function keep(
  agent: Agent,
  options: LoopOptions,
  { wakeup, branch }: { readonly wakeup: Wakeup; readonly branch: Branch },
): Promise<LoopEnd> {
  const { clock } = agent;
  const started = clock.now().getTime();
  let turn: Turn = { known: undefined, status: undefined, outage: undefined, reported: undefined };
  while (!options.signal.aborted) {
    turn = await takeTurn(agent, turn, { ...options, branch });
    const left = options.once === undefined ? Number.POSITIVE_INFINITY : started + options.once.timeout - clock.now().getTime();
    const exit = options.once === undefined ? undefined : verdict(turn, left <= 0);
    if (exit !== undefined) return { exit, status: await lastWord(agent, turn) };
    await wakeup.sleep(Math.min(left, pauseAfter(agent, turn)), options.signal);
  }
  return { exit: exitCodes.interrupted, status: await lastWord(agent, turn) };
}

/** How long the last status may still be written after a stop, in milliseconds. */
const grace = 2_000;

/** Records what is known at the end, which may be newer than what was recorded last. */
async function lastWord({ store }: Agent, { status, outage }: Turn): Promise<EnvironmentStatus | undefined> {
  // What cannot be recorded now is found out again by the next agent.
  if (status !== undefined && outage === undefined) await store.report(status, AbortSignal.timeout(grace)).catch(() => undefined);
  return status;
}

/** What a turn left behind. What is known is forgotten when it may not be what the cluster has recorded. */
interface Turn {
  readonly known: Known | undefined;
  readonly status: EnvironmentStatus | undefined;
  readonly outage: { readonly failure: Failure; readonly retryIn: number } | undefined;
  /** The status that was written to the cluster last, and when (milliseconds). */
  readonly reported: { readonly status: EnvironmentStatus; readonly at: number } | undefined;
}

const turnRetry = 'turn';

async function takeTurn(agent: Agent, before: Turn, { branch, report, signal }: LoopOptions & { readonly branch: Branch }): Promise<Turn> {
  const tip = await branch.tip();
  if (tip.outage !== undefined && before.outage?.failure.code !== tip.outage.code) report(asEvent(tip.outage, 0));
  try {
    const remembered = await withAccepted(agent, before.known ?? { ...nothingKnown, inventory: await agent.store.load(signal) }, signal);
    const known = await drain(cycle(agent, { ...remembered, ...lookedAt(remembered, tip) }, { signal, stop: branch.moved() }), report);
    const status = statusOf({ ...inWords(agent, known), outage: tip.outage?.message });
    const reported = await publishStatus(agent, { status, before: before.reported }, signal);
    agent.retries.succeeded(turnRetry);
    return { known, status, outage: tip.outage === undefined ? undefined : { failure: tip.outage, retryIn: slowest }, reported };
  } catch (thrown) {
    const failure = thrown instanceof Failure ? thrown : new Failure('agent-failed', messageOf(thrown), { cause: thrown });
    const retryIn = agent.retries.failed(turnRetry, { cap: 'unanswered' });
    if (!signal.aborted) report(asEvent(failure, retryIn));
    return { known: undefined, status: before.status, outage: { failure, retryIn }, reported: undefined };
  }
}

/** Writes the status, but not so often that a rollout floods the API server: sooner when a condition changed. */
async function publishStatus(
  { store, clock }: Agent,
  { status, before }: { readonly status: EnvironmentStatus; readonly before: Turn['reported'] },
  signal: AbortSignal,
): Promise<Turn['reported']> {
  const now = clock.now().getTime();
  if (before !== undefined && now < dueAt(before, status)) return before;
  await store.report(status, signal);
  return { status, at: now };
}

/** When a status may be written after the one before, in milliseconds. */
function dueAt(before: NonNullable<Turn['reported']>, status: EnvironmentStatus): number {
  return before.at + (summaryOf(before.status) === summaryOf(status) ? statusPause.same : statusPause.changed);
}

function summaryOf({ latest, revision, conditions }: EnvironmentStatus): string {
  return JSON.stringify([latest, revision, conditions.map((condition) => [condition.status, condition.reason])]);
}

/**
 * What is known, with the tree of the revision that the inventory is at. While that cannot be read, nothing can be repaired,
 * so it is tried in every turn. A revision that the branch lost is found out when the next commit is verified.
 */
async function withAccepted({ source, branch }: Agent, known: Known, signal: AbortSignal): Promise<Known> {
  const { revision } = known.inventory;
  if (revision === undefined || known.accepted !== undefined) return known;
  if (!(await source.has(revision))) await source.fetch(branch, revision, signal).catch(() => undefined);
  const tree = (await source.has(revision)) ? await readTree(source, revision) : undefined;
  return tree === undefined || isRefusal(tree) ? known : { ...known, accepted: tree };
}

function lookedAt({ refused }: Known, { commit }: Tip): Pick<Known, 'latest' | 'refused'> {
  return { latest: commit, refused: refused?.commit === commit ? refused : undefined };
}

async function drain(events: AsyncGenerator<SyncEvent, Known>, report: LoopOptions['report']): Promise<Known> {
  for (;;) {
    const next = await events.next();
    if (next.done) return next.value;
    report(next.value);
  }
}

function inWords(
  { environment, observer, clock }: Agent,
  { latest, inventory, accepted, refused, troubles, unfinished }: Known,
): Omit<StatusInput, 'outage'> {
  const all = [...troubles.values()];
  return {
    environment,
    latest,
    revision: accepted?.commit,
    refused,
    unfinished,
    failed: all.flatMap((trouble) => (trouble.type === 'failed' ? [trouble] : [])),
    waiting: all.flatMap((trouble) => (trouble.type === 'waiting' ? [trouble] : [])),
    health: [...(accepted?.objects ?? [])].map(([key, { ref }]) => ({
      ref,
      health: observer.live.get(key)?.health ?? healthOfAbsent(inventory.entries.get(key)),
    })),
    now: clock.now(),
  };
}

/** With `once`: how it ends, or undefined while time may still bring what is missing. */
function verdict({ known, status, outage }: Turn, late: boolean): ExitCode | undefined {
  if (outage !== undefined) return outage.failure.exit;
  if (known?.refused !== undefined) return known.refused.refusal.code === 'preflight-failed' ? exitCodes.input : exitCodes.refused;
  if (status !== undefined && isReady(status)) return exitCodes.done;
  return late ? exitCodes.world : undefined;
}

/** How long nothing needs to be looked at, in milliseconds. */
function pauseAfter({ retries, clock }: Agent, { known, outage, status, reported }: Turn): number {
  const names = [...(known?.troubles.keys() ?? []), ...(known?.latest === undefined ? [] : [revisionRetry(known.latest)])];
  const due = retries.next(names) ?? slowest;
  const isWritten = reported === undefined || status === undefined || reported.status === status;
  const unwritten = isWritten ? slowest : dueAt(reported, status) - clock.now().getTime();
  // What is due already was not for this turn to try: it must not make the turns spin.
  return Math.max(pauseFloor, Math.min(due, unwritten, outage?.retryIn ?? slowest));
}

/** The least milliseconds between two turns that nothing in the cluster or on the branch asked for. */
const pauseFloor = 250;

function asEvent(failure: Failure, retryIn: number): SyncEvent {
  return { type: 'outage', code: failure.code, message: failure.message, retryIn };
}
