import type { Clock } from '../ports.ts';

/** Wakes one sleeper. A call while nobody sleeps is kept until the next sleep. */
export interface Wakeup {
  call(): void;
  /** Resolves at a call, after `ms` milliseconds, or when `signal` aborts; then all calls up to now are answered. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** Calls that come within `gather` milliseconds of the first wake the sleeper once. */
export function openWakeup(clock: Clock, gather: number): Wakeup {
  let rung = false;
  let wake = (): void => {};
  return {
    call() {
      rung = true;
      wake();
    },
    async sleep(ms, signal) {
      if (!rung) {
        const early = new AbortController();
        wake = () => early.abort();
        if (signal.aborted) wake();
        signal.addEventListener('abort', wake);
        await clock.sleep(ms, early.signal);
        signal.removeEventListener('abort', wake);
      }
      if (rung) await clock.sleep(gather, signal);
      rung = false;
    },
  };
}
