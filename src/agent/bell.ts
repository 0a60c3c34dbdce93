import type { Clock } from '../ports.ts';

/** Wakes one sleeper. A ring while nobody sleeps is kept until the next sleep. */
export interface Bell {
  ring(): void;
  /** Resolves at a ring, after `ms` milliseconds, or when `signal` aborts; then all rings up to now are answered. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** A bell. Rings that come within `gather` milliseconds of the first wake the sleeper once. */
export function openBell(clock: Clock, gather: number): Bell {
  let rung = false;
  let wake = (): void => {};
  return {
    ring() {
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
