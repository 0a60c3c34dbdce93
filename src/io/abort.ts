import { setMaxListeners } from 'node:events';

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
