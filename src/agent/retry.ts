import { isRecent } from '../model/time.ts';
import type { Clock } from '../ports.ts';

/** Milliseconds before the first retry, and the most that is ever waited: for an answer that may change, and for any answer. */
const backoff = { first: 1_000, refused: 300_000, unanswered: 30_000 } as const;

/** How long to wait after the `attempt`th failure (from 1): doubles up to a cap, and is spread by a quarter. */
export function delayAfter(attempt: number, random: number, cap: 'refused' | 'unanswered' = 'refused'): number {
  const full = Math.min(backoff[cap], backoff.first * 2 ** Math.min(attempt - 1, 20));
  return Math.round(full * (0.75 + random / 2));
}

/** When what failed may be tried again, by name. Retries never end; success forgets. */
export interface Retries {
  /** Whether `name` may be tried now. */
  due(name: string): boolean;
  /** Records a failure and returns the milliseconds until the next try; `atLeast` is what the server asked for. */
  failed(name: string, options?: { readonly atLeast?: number | undefined; readonly cap?: 'refused' | 'unanswered' }): number;
  /** Whether `name` failed since it last succeeded. */
  tried(name: string): boolean;
  succeeded(name: string): void;
  /** Milliseconds until the first of `names` may be tried again, or undefined when none of them failed. */
  next(names: Iterable<string>): number | undefined;
}

/** An empty record of failures. */
export function openRetries(clock: Clock): Retries {
  const failures = new Map<string, { readonly attempt: number; readonly since: number; readonly delay: number }>();
  const leftOf = ({ since, delay }: { readonly since: number; readonly delay: number }): number => {
    const now = clock.now();
    return isRecent(since, delay, now) ? since + delay - now.getTime() : 0;
  };
  return {
    due(name) {
      const failure = failures.get(name);
      return failure === undefined || leftOf(failure) === 0;
    },
    failed(name, { atLeast = 0, cap = 'refused' } = {}) {
      const attempt = (failures.get(name)?.attempt ?? 0) + 1;
      const delay = Math.max(atLeast, delayAfter(attempt, clock.random(), cap));
      failures.set(name, { attempt, since: clock.now().getTime(), delay });
      return delay;
    },
    tried: (name) => failures.has(name),
    succeeded: (name) => void failures.delete(name),
    next(names) {
      let least: number | undefined;
      for (const name of names) {
        const failure = failures.get(name);
        if (failure !== undefined) least = Math.min(least ?? Number.POSITIVE_INFINITY, leftOf(failure));
      }
      return least;
    },
  };
}
