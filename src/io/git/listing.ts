import { failurePause, isRecent } from '../../model/time.ts';
import type { Clock } from '../../ports.ts';
import { unlessAborted } from '../abort.ts';
import { stoppedWaiting } from './run.ts';

/** Commits by the branches that lead to them. A branch that is asked for and not in it is not at the remote. */
export type Tips = ReadonlyMap<string, string>;

/** What somebody wants to know of the remote. `freshFor` is how old an answer may be, in milliseconds. */
export interface Question {
  readonly branch: string;
  readonly freshFor: number;
  readonly signal: AbortSignal;
}

/** One look at the remote for all who ask at about the same time. */
export interface Listing {
  /** The commit that a branch leads to, or undefined. Throws what looking throws; that, too, is an answer to all who ask meanwhile. */
  tip(question: Question): Promise<string | undefined>;
  /** What was seen until now is too old for whoever asks from now on; that a look failed is so after `failurePause`. */
  refresh(): void;
}

/** What came of a look that began at `since`, in milliseconds since 1970, or that failed then. */
interface Look {
  readonly since: number;
  readonly branches: ReadonlySet<string>;
  readonly tips: () => Tips;
  /** Whether it gave nothing. */
  readonly isFailure: boolean;
  /** The oldest that it may be to answer anybody, in milliseconds. */
  readonly lastsFor: number;
}

/** A look for those who wait for it. */
interface Round {
  /** What it asks for, once it has begun. */
  branches: ReadonlySet<string> | undefined;
  /** Nobody may join it any more. */
  isClosed: boolean;
  waiting: number;
  readonly end: AbortController;
  readonly tips: Promise<Tips>;
}

/** How long those are waited for who ask at the same time, in milliseconds. */
const gathering = 50;

/**
 * Looks by `look` at all `branches` that somebody follows, once for all who ask: whoever asks joins the look that goes on, or the one after
 * it. A look that nobody waits for any more is stopped.
 */
export function sharedListing({
  clock,
  branches,
  look,
}: {
  readonly clock: Clock;
  readonly branches: () => Iterable<string>;
  readonly look: (branches: readonly string[], signal: AbortSignal) => Promise<Tips>;
}): Listing {
  let kept: Look | undefined;
  let running: Round | undefined;
  let next: Round | undefined;

  const keep = (result: Omit<Look, 'lastsFor'>, round: Round): void => {
    if (result.isFailure) kept = { ...result, lastsFor: round.isClosed ? failurePause : Number.POSITIVE_INFINITY };
    else if (!round.isClosed) kept = { ...result, lastsFor: Number.POSITIVE_INFINITY };
  };
  const run = async (round: () => Round, signal: AbortSignal): Promise<Tips> => {
    await clock.sleep(gathering, signal);
    await running?.tips.catch(() => {});
    const mine = round();
    if (next === mine) next = undefined;
    if (signal.aborted) stoppedWaiting();
    const asked = new Set(branches());
    const since = clock.now().getTime();
    mine.branches = asked;
    running = mine;
    try {
      const tips = await look([...asked], signal);
      keep({ since, branches: asked, tips: () => tips, isFailure: false }, mine);
      return tips;
    } catch (thrown) {
      const again = (): never => {
        throw thrown;
      };
      if (!signal.aborted) keep({ since: clock.now().getTime(), branches: asked, tips: again, isFailure: true }, mine);
      throw thrown;
    } finally {
      running = undefined;
    }
  };
  const begin = (): Round => {
    const end = new AbortController();
    const round: Round = { branches: undefined, isClosed: false, waiting: 0, end, tips: run(() => round, end.signal) };
    // Who waits is told; whether anybody still does is not for this promise to know.
    round.tips.catch(() => {});
    return round;
  };
  const wait = async (round: Round, signal: AbortSignal): Promise<Tips> => {
    round.waiting += 1;
    try {
      return await unlessAborted(round.tips, signal, stoppedWaiting);
    } finally {
      round.waiting -= 1;
      if (round.waiting === 0) {
        round.isClosed = true;
        if (next === round) next = undefined;
        round.end.abort();
      }
    }
  };
  return {
    async tip({ branch, freshFor, signal }) {
      if (kept?.branches.has(branch) && isRecent(kept.since, Math.min(freshFor, kept.lastsFor), clock.now()))
        return kept.tips().get(branch);
      const joined = running?.branches?.has(branch) && !running.isClosed ? running : undefined;
      next = joined === undefined ? (next ?? begin()) : next;
      const round = joined ?? next;
      return round === undefined ? undefined : (await wait(round, signal)).get(branch);
    },
    refresh() {
      kept = kept?.isFailure ? { ...kept, lastsFor: failurePause } : undefined;
      if (running !== undefined) running.isClosed = true;
    },
  };
}
