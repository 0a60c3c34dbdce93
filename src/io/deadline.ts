import type { Clock } from '../ports.ts';
import { whenAborted } from './abort.ts';

/** A signal for one piece of work that aborts when its time is up or when a caller's signal does. */
export interface Deadline {
  readonly signal: AbortSignal;
  /** Whether the time was up, as opposed to a caller that wants no more. */
  readonly passed: () => boolean;
  /** Time no longer matters; the callers' signals still do. */
  readonly met: () => void;
  /** Must be called when the work is done: lets go of the timer and of the callers' signals. */
  readonly done: () => void;
}

/** Why a timer is stopped that is needed no more. Without a reason an error is made of each, with a stack: a tenth of the agent's work. */
export const inTime = 'in time';

/**
 * Starts a deadline of `ms` milliseconds. By hand, since on Node 20 `AbortSignal.any` for each request lets memory grow, and one with an
 * `AbortSignal.timeout` in it may be collected as garbage and never abort.
 */
export function startDeadline(ms: number, clock: Clock, callers: readonly (AbortSignal | undefined)[]): Deadline {
  const work = new AbortController();
  const timer = new AbortController();
  let passed = false;
  const abort = (): void => work.abort();
  const letGo = callers.map((caller) => whenAborted(caller, abort));
  void clock.sleep(ms, timer.signal).then(() => {
    if (timer.signal.aborted) return;
    passed = true;
    abort();
  });
  return {
    signal: work.signal,
    passed: () => passed,
    met: () => timer.abort(inTime),
    done() {
      timer.abort(inTime);
      for (const one of letGo) one();
    },
  };
}
