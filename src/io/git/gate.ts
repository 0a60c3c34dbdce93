import { unlessAborted } from '../abort.ts';
import { stoppedWaiting } from './run.ts';

/** Does `work` when it is its turn; whoever wants no more before that leaves. */
export type Gate = <T>(work: () => Promise<T>, signal: AbortSignal) => Promise<T>;

/** What talks to remotes has to pass. */
export interface Gates {
  readonly looks: Gate;
  readonly fetches: Gate;
}

/** Everybody passes at once. */
export const openWide: Gates = { looks: (work) => work(), fetches: (work) => work() };

/** The gates of a process that talks to the remotes of many. A fetch takes far more memory than a look. */
export function narrowGates(): Gates {
  return { looks: openGate(16), fetches: openGate(4) };
}

/** Lets `places` works be done at once. The others wait, in the order in which they came. */
export function openGate(places: number): Gate {
  const waiting = new Set<() => void>();
  let free = places;
  const leave = (): void => {
    const [next] = waiting;
    if (next === undefined) free += 1;
    else {
      waiting.delete(next);
      next();
    }
  };
  const enter = async (signal: AbortSignal): Promise<void> => {
    if (free > 0) {
      free -= 1;
      return;
    }
    let call = (): void => {};
    const called = new Promise<void>((resolve) => {
      call = resolve;
    });
    waiting.add(call);
    try {
      await unlessAborted(called, signal, stoppedWaiting);
    } catch (thrown) {
      // Whoever was called and leaves calls the next one.
      if (!waiting.delete(call)) leave();
      throw thrown;
    }
  };
  return async (work, signal) => {
    await enter(signal);
    try {
      return await work();
    } finally {
      leave();
    }
  };
}
