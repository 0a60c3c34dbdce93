import { setMaxListeners } from 'node:events';

/**
 * What comes of `work`, which goes on for others, unless `signal` aborts before: then whoever waited leaves with what `left` gives, or
 * with what it throws.
 */
export async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined, left: () => T): Promise<T> {
  let letGo = (): void => {};
  const aborted = new Promise<void>((resolve) => {
    letGo = whenAborted(signal, resolve);
  });
  try {
    return await Promise.race([work, aborted.then(left)]);
  } finally {
    letGo();
  }
}

/** Calls `act` when `signal` aborts, at once if it has already. Returns what lets go of the signal; call it when it no longer matters. */
export function whenAborted(signal: AbortSignal | undefined, act: () => void): () => void {
  if (signal === undefined) return () => {};
  if (signal.aborted) {
    act();
    return () => {};
  }
  // Many wait for one signal: that is no leak, and Node need not warn of one.
  setMaxListeners(0, signal);
  signal.addEventListener('abort', act, { once: true });
  return () => signal.removeEventListener('abort', act);
}
