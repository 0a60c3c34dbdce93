import { unlessAborted } from './abort.ts';

/** Does `work` when it is its turn; whoever wants no more before that leaves. */
export type Gate = <T>(work: () => Promise<T>, signal: AbortSignal | undefined) => Promise<T>;

/** Lets `places` works be done at once. The others wait, in the order in which they came; whoever leaves before that throws what `left` does. */
export function openGate(places: number, left: () => never): Gate {
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
  const enter = async (signal: AbortSignal | undefined): Promise<void> => {
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
      await unlessAborted(called, signal, left);
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
