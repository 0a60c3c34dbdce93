import type { RenderedSource } from '../ports.ts';
import type { LoopOptions } from './loop.ts';

/**
 * Does `work` beside the turn, which is told to be over meanwhile: how long a server takes says nothing of the agent, and whoever asks it
 * gives up in time.
 */
export async function aside<T>(onTurn: LoopOptions['onTurn'], work: () => Promise<T>): Promise<T> {
  await onTurn?.('end');
  try {
    return await work();
  } finally {
    await onTurn?.('begin');
  }
}

/** `source` for the turns of an agent: what they fetch is waited for beside them. */
export function fetchingAside(source: RenderedSource, onTurn: LoopOptions['onTurn']): RenderedSource {
  return {
    ...source,
    fetch: (...args) => aside(onTurn, () => source.fetch(...args)),
    async *attestations(...args) {
      const found = source.attestations(...args)[Symbol.asyncIterator]();
      for (;;) {
        const next = await aside(onTurn, () => found.next());
        if (next.done) return;
        yield next.value;
      }
    },
  };
}
