import type { Clock } from '../../src/ports.ts';

/** A clock that stands until it is moved; chance is always a half. */
export interface HandClock extends Clock {
  /** Moves time on by `ms` milliseconds and wakes who slept that long, in order. */
  advance(ms: number): Promise<void>;
  /** How many sleep now. */
  readonly sleepers: number;
}

/** A clock for tests that starts at the first second of 2026. */
export function handClock(): HandClock {
  let now = Date.parse('2026-01-01T00:00:00Z');
  const sleeping = new Set<{ readonly until: number; readonly wake: () => void }>();
  return {
    now: () => new Date(now),
    random: () => 0.5,
    get sleepers() {
      return sleeping.size;
    },
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve();
        const sleeper = {
          until: now + ms,
          wake: () => {
            sleeping.delete(sleeper);
            signal?.removeEventListener('abort', sleeper.wake);
            resolve();
          },
        };
        sleeping.add(sleeper);
        signal?.addEventListener('abort', sleeper.wake, { once: true });
      }),
    async advance(ms) {
      const end = now + ms;
      for (;;) {
        const [next] = [...sleeping].filter((sleeper) => sleeper.until <= end).sort((a, b) => a.until - b.until);
        if (next === undefined) break;
        now = Math.max(now, next.until);
        next.wake();
        await settled();
      }
      now = end;
      await settled();
    },
  };
}

/** Lets everything that can go on without time or input go on. */
export async function settled(): Promise<void> {
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
}
