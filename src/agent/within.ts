import type { Clock } from '../ports.ts';

/**
 * Runs `task` with a signal that aborts when its time, in milliseconds, is up, or when `signal` does. (`AbortSignal.any` for each of many
 * tasks lets memory grow on Node 20, hence by hand.)
 */
export async function within<T>(
  clock: Clock,
  { milliseconds, signal }: { readonly milliseconds: number; readonly signal: AbortSignal },
  task: (limit: AbortSignal) => Promise<T>,
): Promise<T> {
  const limit = new AbortController();
  const timer = new AbortController();
  const stop = (): void => {
    timer.abort();
    limit.abort();
  };
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop, { once: true });
  const timed = clock.sleep(milliseconds, timer.signal).then(() => limit.abort());
  try {
    return await task(limit.signal);
  } finally {
    signal.removeEventListener('abort', stop);
    timer.abort();
    await timed;
  }
}
