/** Aborts when the last of `signals` does, none of which has yet. */
export function allAborted(signals: readonly AbortSignal[]): AbortSignal {
  const end = new AbortController();
  let left = signals.length;
  const leave = (): void => {
    left -= 1;
    if (left === 0) end.abort();
  };
  for (const signal of signals) signal.addEventListener('abort', leave, { once: true });
  return end.signal;
}
