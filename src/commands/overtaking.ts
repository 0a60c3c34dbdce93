import { Failure } from '../model/failure.ts';
import type { Clock } from '../ports.ts';

const attempts = 6;

/**
 * Does what moves a branch, once more where somebody else was quicker: from what is there then, after a random pause that doubles from
 * 100 ms.
 */
export async function again<T>(clock: Clock, act: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await act();
    } catch (thrown) {
      const isOvertaken = thrown instanceof Failure && thrown.code === 'branch-moved';
      if (!isOvertaken || attempt === attempts || signal.aborted) throw thrown;
      await clock.sleep(100 * 2 ** (attempt - 1) * (0.5 + clock.random()), signal);
    }
  }
}
