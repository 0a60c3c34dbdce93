import { Agent as PlainAgent } from 'node:http';
import { Agent as TlsAgent } from 'node:https';
import type { ClusterConfig } from './config.ts';
import type { Identity } from './credentials.ts';

/** Which connections a request may use: few and shared, or as many as there are long-lived answers. */
export type Pool = 'calls' | 'watches';

/** Kept-alive connections to one API server. */
export interface Connections {
  /** The agent for `pool` that connects as `identity`. */
  agent(pool: Pool, identity: Identity): Promise<PlainAgent>;
  /** Closes all connections, those in use too, except those of retired identities, which end by themselves. */
  close(): Promise<void>;
}

/** An idle connection is closed by us after this many milliseconds, before a load balancer does it in the middle of a request. */
const idle = 30_000;

/** Connections as `config` says, at most `limit` for calls. When certificates change, new ones are made and old ones run out. */
export function openConnections({ server, throughProxy }: ClusterConfig, limit: number): Connections {
  const agents = new Map<Pool, { readonly connection: string; readonly agent: Promise<PlainAgent> }>();
  const create = async (pool: Pool, { tls }: Identity): Promise<PlainAgent> => {
    const options = { keepAlive: true, maxSockets: pool === 'calls' ? limit : Number.POSITIVE_INFINITY, timeout: idle };
    // The agents that go through a proxy are made without options for connections; their fields can be set. What begins at
    // once may still open more, since Node counts a connection only when it is made, and these take two steps.
    if (throughProxy !== undefined) return Object.assign(await throughProxy(tls), { keepAlive: true, maxSockets: options.maxSockets });
    return server.protocol === 'http:' ? new PlainAgent(options) : new TlsAgent({ ...options, ...tls });
  };
  return {
    async agent(pool, identity) {
      const known = agents.get(pool);
      if (known?.connection === identity.connection) return known.agent;
      const agent = create(pool, identity);
      agents.set(pool, { connection: identity.connection, agent });
      agent.catch(() => agents.delete(pool));
      if (known !== undefined) retire(await known.agent);
      return agent;
    },
    async close() {
      for (const { agent } of agents.values()) (await agent).destroy();
      agents.clear();
    },
  };
}

/** Lets requests in flight end (`destroy` would cut them) and keeps no connection after them. */
function retire(agent: PlainAgent): void {
  agent.maxFreeSockets = 0;
  for (const sockets of Object.values(agent.freeSockets)) for (const socket of sockets ?? []) socket.destroy();
}
