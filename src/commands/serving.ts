import { openVitals, type Vitals } from '../agent/vitals.ts';
import type { Context } from '../cli/context.ts';
import type { ListenAddress } from '../model/listen.ts';

/** What an agent tells of itself while it works, and who pokes it. */
export interface Serving {
  readonly vitals: Vitals;
  /** Calls `listener` whenever somebody says that a branch may have moved, until `signal` aborts. */
  readonly pokes: (listener: () => void, signal: AbortSignal) => void;
  close(): Promise<void>;
}

/**
 * Serves how an agent does, where it is told to; without `listen` nobody hears of it. `requests` counts those to the Kubernetes API. It
 * says that it is not ready any more as soon as the agent is to stop, and serves until it is closed.
 */
export async function serving(
  { world, signal, version, say }: Context,
  { listen, requests }: { readonly listen: ListenAddress | undefined; readonly requests: () => number },
): Promise<Serving> {
  const vitals = openVitals(world.clock);
  const listeners = new Set<() => void>();
  const pokes: Serving['pokes'] = (listener, until) => {
    listeners.add(listener);
    until.addEventListener('abort', () => listeners.delete(listener), { once: true });
  };
  if (listen === undefined) return { vitals, pokes, close: async () => {} };
  const server = await world.serve({
    listen,
    dead: vitals.hung,
    unready: () => (signal.aborted ? 'the agent is about to end' : vitals.unready()),
    metrics() {
      const { started, ...usage } = world.usage();
      return vitals.metrics({ version, ...usage, startTime: started.getTime() / 1_000, kubernetesRequests: requests() });
    },
    onHook() {
      for (const listener of listeners) listener();
    },
  });
  if (listen.port === 0) say(`listening at port ${server.port}`);
  return { vitals, pokes, close: server.close };
}
