import type { EnvironmentStatus, SyncEvent } from '../model/event.ts';
import { asFailure } from '../model/failure.ts';
import { type CommitState, contextOf } from '../model/forge.ts';
import type { Clock, Forge } from '../ports.ts';
import { type Verdict, verdictOf } from '../reconcile/verdict.ts';
import { delayAfter } from './retry.ts';
import { openWakeup, type Wakeup } from './wakeup.ts';

/** What is told of one environment, and where. */
export interface Told {
  readonly environment: string;
  /** Which forge that is: one forge is told one thing at a time, with pauses, whoever they are about. */
  readonly forge: string;
  /** Opens the repository of the rendered branch there, each time that something is told. Throws `Failure`. */
  readonly open: () => Promise<Pick<Forge, 'report' | 'statuses'>>;
  readonly report: (event: SyncEvent) => void;
}

/** Tells a forge how one environment does. None of it waits or throws. */
export interface Telling {
  note(status: EnvironmentStatus): void;
  /** Somebody else may have told otherwise by now: the forge is asked before it is told again. */
  forget(): void;
  /** Nothing is told of the environment any more. */
  end(): void;
}

/**
 * Tells forges how environments do at their commits, beside what the agents do: an outage of a forge is no matter of an environment. Of each
 * environment only the latest is told, and only what the forge does not know yet.
 */
export interface Teller {
  begin(told: Told): Telling;
  /** Tells at once what is left to tell, unless that takes longer than so many milliseconds. */
  finish(patience: number): Promise<void>;
}

/** The least milliseconds between two requests to one forge: GitHub wants a second between two that write. */
const pauses = { asked: 200, told: 1_000 } as const;

/** What a forge was told of a commit, and how many times. */
interface Known {
  readonly commit: string;
  readonly state: CommitState;
  readonly times: number;
}

/** What is to be told of one environment. */
interface Matter {
  readonly told: Told;
  verdict: Verdict | undefined;
  /** When it became what it is, in milliseconds since 1970. */
  since: number;
  /** What the forge knows; undefined until it was asked. */
  known: Known | undefined;
  failures: number;
  notBefore: number;
}

/** What is to be told at one forge. */
interface Lane {
  readonly matters: Set<Matter>;
  readonly wakeup: Wakeup;
  failures: number;
  notBefore: number;
  isRunning: boolean;
}

interface Ground {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Whether there is no later any more. */
  readonly isLast: () => boolean;
}

/**
 * When a verdict may be told, in milliseconds since 1970; undefined when the forge knows it. What failed or succeeded is not taken back for a
 * moment's sake, and the less the more often that was so: forges keep no more than so many statuses of a commit.
 */
function dueAt({ verdict, since, known }: Pick<Matter, 'verdict' | 'since' | 'known'>): number | undefined {
  if (verdict === undefined) return undefined;
  const { commit, state, lasting } = verdict;
  if (known === undefined) return since;
  if (known.commit !== commit) return since + lasting;
  if (known.state === state) return undefined;
  const isTakenBack = known.state !== 'pending' && state !== 'success';
  const hesitation = isTakenBack ? Math.min(3_600_000, 60_000 * 2 ** Math.max(0, known.times - 2)) : 0;
  return since + Math.max(lasting, hesitation);
}

/** A teller with nothing to tell. It ends when `signal` aborts. */
export function openTeller(clock: Clock, signal: AbortSignal): Teller {
  const lanes = new Map<string, Lane>();
  const running = new Set<Promise<void>>();
  let isLast = false;
  const ground: Ground = { clock, signal, isLast: () => isLast };

  const wake = (lane: Lane): void => {
    lane.wakeup.call();
    if (lane.isRunning) return;
    lane.isRunning = true;
    const run = tellAll(ground, lane).finally(() => running.delete(run));
    running.add(run);
  };
  return {
    begin(told) {
      const lane = lanes.get(told.forge) ?? openLane(clock);
      lanes.set(told.forge, lane);
      let matter = openMatter(told);
      lane.matters.add(matter);
      return {
        note(status) {
          const verdict = verdictOf(status);
          if (verdict === undefined || !lane.matters.has(matter)) return;
          const isSame = matter.verdict?.commit === verdict.commit && matter.verdict.state === verdict.state;
          matter.verdict = verdict;
          if (isSame) return;
          matter.since = clock.now().getTime();
          wake(lane);
        },
        forget() {
          if (!lane.matters.delete(matter)) return;
          matter = openMatter(told);
          lane.matters.add(matter);
        },
        end() {
          lane.matters.delete(matter);
          // Whoever sleeps for it need not wait any more.
          lane.wakeup.call();
          if (lane.matters.size === 0) lanes.delete(told.forge);
        },
      };
    },
    async finish(patience) {
      isLast = true;
      for (const { wakeup } of lanes.values()) wakeup.call();
      const late = new AbortController();
      await Promise.race([Promise.all(running), clock.sleep(patience, late.signal)]);
      late.abort();
    },
  };
}

function openLane(clock: Clock): Lane {
  return { matters: new Set(), wakeup: openWakeup(clock, 0), failures: 0, notBefore: 0, isRunning: false };
}

function openMatter(told: Told): Matter {
  return { told, verdict: undefined, since: 0, known: undefined, failures: 0, notBefore: 0 };
}

/** Tells what there is to tell at one forge, until there is nothing. Never rejects. */
async function tellAll(ground: Ground, lane: Lane): Promise<void> {
  const { clock, signal } = ground;
  for (;;) {
    const now = clock.now().getTime();
    const next = signal.aborted ? undefined : nextOf(ground, lane.matters);
    if (next === undefined) break;
    const pause = Math.max(next.due, lane.notBefore) - now;
    if (pause > 0) await lane.wakeup.sleep(pause, signal);
    else await tell(ground, lane, next);
  }
  lane.isRunning = false;
}

interface Due {
  readonly matter: Matter;
  readonly verdict: Verdict;
  readonly due: number;
}

/** What is told next: of what is due, what is over before what goes on, and the oldest first; otherwise what is due first. */
function nextOf({ clock, isLast }: Ground, matters: Iterable<Matter>): Due | undefined {
  const now = clock.now().getTime();
  const rankOf = ({ due, verdict }: Due): number => (due > now ? 2 : verdict.state === 'pending' ? 1 : 0);
  let best: Due | undefined;
  for (const matter of matters) {
    const { verdict } = matter;
    const at = dueAt(matter);
    if (verdict === undefined || at === undefined) continue;
    const one = { matter, verdict, due: Math.max(isLast() ? 0 : at, matter.notBefore) };
    const order = best === undefined ? -1 : rankOf(one) - rankOf(best) || one.due - best.due;
    if (order < 0) best = one;
  }
  return best;
}

/** Tells one verdict, or why it cannot be told. */
async function tell({ clock, signal }: Ground, lane: Lane, { matter, verdict }: Due): Promise<void> {
  const { told } = matter;
  const { commit, state } = verdict;
  const later = (milliseconds: number): number => clock.now().getTime() + milliseconds;
  const report = (event: SyncEvent): void => {
    if (lane.matters.has(matter)) told.report(event);
  };
  try {
    const forge = await told.open();
    if (matter.known === undefined) {
      matter.known = await ask(forge, matter, commit);
      lane.notBefore = later(pauses.asked);
    } else {
      await forge.report(commit, { context: contextOf(told.environment), state, description: verdict.description });
      matter.known = { commit, state, times: matter.known.commit === commit ? matter.known.times + 1 : 1 };
      lane.notBefore = later(pauses.told);
      report({ type: 'told', revision: commit, state });
    }
    lane.failures = 0;
    matter.failures = 0;
  } catch (thrown) {
    if (signal.aborted) return;
    const { code, message } = asFailure(thrown, 'agent-failed');
    // One that gives no answer is left alone as a whole; what it refuses is a matter of who asks.
    const isOut = code === 'forge-unreachable';
    const retryIn = delayAfter(isOut ? ++lane.failures : ++matter.failures, clock.random());
    lane.notBefore = later(isOut ? retryIn : pauses.told);
    matter.notBefore = later(retryIn);
    report({ type: 'untold', revision: commit, state, code, message, retryIn });
  }
}

/** What the forge knows of a commit, which another process may have told. */
async function ask(forge: Pick<Forge, 'statuses'>, { told }: Matter, commit: string): Promise<Known> {
  const context = contextOf(told.environment);
  const there = (await forge.statuses(commit)).find((one) => one.context === context);
  return there === undefined ? { commit: '', state: 'pending', times: 0 } : { commit, state: there.state, times: 1 };
}
