import { mkdirSync } from 'node:fs';
import { freePort } from '../controlplane/port.ts';
import { namespace } from './account.ts';
import { PeerFailure } from './failure.ts';
import type { Peer, PeerOptions } from './peer.ts';
import { type Running, start } from './process.ts';

/**
 * gitops-engine's agent over the git work tree in `repository`: it syncs at its start and whenever its API is told to, and prints a table
 * each time.
 */
export async function gitopsEngine({
  program,
  kubeconfig,
  folder,
  patience,
  repository,
}: PeerOptions & { readonly repository: string }): Promise<Peer> {
  mkdirSync(folder, { recursive: true });
  const port = await freePort();
  let running: Running | undefined;

  const synced = async (agent: Running, since: number): Promise<void> => {
    const end = /^RESOURCE\s+RESULT$|Failed to (parse target|synchronize cluster) state|Fatal error/;
    await agent.until(() => agent.lines.slice(since).some((line) => end.test(line)), patience);
    const line = agent.lines.slice(since).find((one) => end.test(one)) ?? '';
    if (!line.startsWith('RESOURCE')) throw new PeerFailure('failed', line);
  };
  return {
    async start() {
      const flags = ['--kubeconfig', kubeconfig, '--default-namespace', namespace, '--port', `${port}`, '--resync-seconds', '86400'];
      running = start({ program, args: [repository, ...flags], folder });
      await synced(running, 0);
    },
    async sync() {
      if (running === undefined) throw new Error('start it first');
      const since = running.lines.length;
      await fetch(`http://127.0.0.1:${port}/api/v1/sync`);
      await synced(running, since);
    },
    stop: async () => running?.stop(),
    pid: () => running?.pid,
  };
}
