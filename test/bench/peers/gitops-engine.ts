import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../../controlplane/port.ts';
import { gitEnvironment, runGitIn } from '../../support/repository.ts';
import { NoFigure } from '../measure.ts';
import { namespace } from '../server.ts';
import { type Peer, type PeerOptions, writeApplications } from './peer.ts';
import { type Running, start } from './process.ts';

/** gitops-engine's agent over a git work tree: it syncs at its start and whenever its API is told to, and prints a table each time. */
export async function gitopsEngine({ program, kubeconfig, folder, patience }: PeerOptions): Promise<Peer> {
  const repository = join(folder, 'repository');
  mkdirSync(repository, { recursive: true });
  const env = gitEnvironment(join(folder, 'home'));
  runGitIn(repository, env, 'init', '--quiet', '.');
  const port = await freePort();
  let running: Running | undefined;

  const synced = async (agent: Running, since: number): Promise<void> => {
    const end = /^RESOURCE\s+RESULT$|Failed to (parse target|synchronize cluster) state|Fatal error/;
    await agent.until(() => agent.lines.slice(since).some((line) => end.test(line)), patience);
    const line = agent.lines.slice(since).find((one) => end.test(one)) ?? '';
    if (!line.startsWith('RESOURCE')) throw new NoFigure('failed', line);
  };
  return {
    async put(manifests) {
      writeApplications(repository, manifests);
      runGitIn(repository, env, 'add', '--all');
      runGitIn(repository, env, 'commit', '--quiet', '--allow-empty', '--message', 'Render');
    },
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
