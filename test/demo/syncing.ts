import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Manifest } from '../../src/model/manifest.ts';
import { indexPath } from '../../src/model/rendered.ts';
import { writeKubeconfig } from './account.ts';
import { type AgentProcess, startAgent } from './program.ts';
import { showSync } from './show-sync.ts';
import { type AgentStage, applyAll, type ClusterStage, indexIn, ready } from './stage.ts';

/** The agent is let in, and makes the cluster equal to the branch. `rights` is what an administrator applies. */
export async function tellSyncing(stage: ClusterStage, rights: readonly Manifest[]): Promise<AgentStage> {
  await letInChapter(stage, rights);
  return syncChapter(stage);
}

async function letInChapter(stage: ClusterStage, rights: readonly Manifest[]): Promise<void> {
  const { teller, reach } = stage;
  teller.chapter('5. An administrator lets the agent in, with exactly the rights that dev needs');
  teller.tell(`the cluster: ${reach.what}`);
  await applyAll(stage, rights);
  teller.tell('what `lockstep bootstrap dev` printed is applied: the agent is the ServiceAccount lockstep/lockstep-dev');
  await applyAll(stage, [databaseSecret()]);
  teller.tell('Secret/shop/database is made, too: a password comes from a vault, never from a branch');
}

async function syncChapter(stage: ClusterStage): Promise<AgentStage> {
  const { teller, project } = stage;
  teller.chapter('6. The agent makes the cluster equal to the branch, in the order that things need each other');
  const agent = await startIn(stage);
  const withAgent = { ...stage, agent };
  const index = indexIn(project.git('--git-dir', project.remote, 'show', `environments/dev:${indexPath}`));
  await showSync(withAgent, index);
  await ready(withAgent);
  return withAgent;
}

async function startIn({ project, folder, reach, closing, signal }: ClusterStage): Promise<AgentProcess> {
  const kubeconfig = join(folder, 'agent.kubeconfig');
  const account = { namespace: 'lockstep', serviceAccount: 'lockstep-dev', expirationSeconds: 86_400 };
  await writeKubeconfig(reach.config, account, kubeconfig);
  signal.throwIfAborted();
  const what = ['--environment', 'dev', '--source', project.remote, '--interval', '1'];
  const agent = startAgent(project.folder, [...what, '--kubeconfig', kubeconfig, '--cache', join(folder, 'cache')]);
  const end = (): Promise<unknown> => {
    agent.kill('SIGTERM');
    return agent.ended;
  };
  signal.addEventListener('abort', end);
  closing.push(end);
  return agent;
}

/** What the vault's operator makes where there is one: pods of the database do not start without it. */
function databaseSecret(): Manifest {
  const password = randomBytes(18).toString('base64');
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'database', namespace: 'shop' },
    data: { password: Buffer.from(password).toString('base64') },
  };
}
