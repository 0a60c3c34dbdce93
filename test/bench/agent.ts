import type { Manifest } from '../../src/model/manifest.ts';
import { refOf } from '../../src/model/manifest.ts';
import { formatRef } from '../../src/model/ref.ts';
import { kubeconfigFor } from '../controlplane/kubeconfig.ts';
import { type AgentProcess, startAgent, type TimedEvent } from '../demo/program.ts';
import type { Stage } from '../e2e/stage.ts';
import { type Counter, type Figure, peakMemory, percentile, timed } from './measure.ts';
import { sizeOf, workload } from './workload.ts';

/** What the agent is measured on. */
export interface AgentBench {
  readonly stage: Stage;
  readonly counter: Counter;
  readonly apps: number;
  /** Where the agent keeps what it fetched. */
  readonly cache: string;
}

/** How many objects are tampered with, one after the other. */
const tamperings = 50;

const who = 'lockstep';

/** The built agent, as its own process with its own rights: every step with what it asked of the API server. */
export async function measureAgent(bench: AgentBench): Promise<readonly Figure[]> {
  const { stage, apps } = bench;
  await stage.allow(workload(apps));
  const account = { namespace: 'lockstep', serviceAccount: `lockstep-${stage.environment}` };
  const kubeconfig = await kubeconfigFor(stage.plane, account);
  const user = `system:serviceaccount:${account.namespace}:${account.serviceAccount}`;
  const args = ['--environment', stage.environment, '--source', stage.repository, '--kubeconfig', kubeconfig, '--cache', bench.cache];
  const patience = 60_000 + sizeOf(apps) * 60;
  const requests = (): number => bench.counter.requestsOf(user);

  let agent = startAgent('.', [...args, '--interval', '0.2']);
  const synced = async (what: string, manifests: readonly Manifest[]): Promise<Figure> => {
    const since = agent.events.length;
    requests();
    const commit = await stage.publish(manifests);
    const isOf = (type: string) => (event: TimedEvent) => event.type === type && 'revision' in event && event.revision === commit;
    const planned = await agent.until(isOf('planned'), { since, what, patience });
    const done = await agent.until(isOf('synced'), { since, what, patience });
    return { who, what, seconds: (Date.parse(done.time) - Date.parse(planned.time)) / 1000, requests: requests() };
  };
  const figures = [
    await synced('first apply', workload(apps)),
    await synced('one application changed', workload(apps, { versionOf: (app) => (app === 0 ? 2 : 1) })),
    await synced('all changed', workload(apps, { versionOf: () => 3 })),
    ...(await drift(bench, { agent, requests })),
  ];
  const megabytes = peakMemory(agent.pid);
  agent.kill('SIGTERM');
  await agent.ended;
  await settled(args);
  requests();
  agent = startAgent('.', [...args, '--once']);
  const seconds = await timed(() => agent.ended);
  return [
    ...figures,
    { who, what: 'nothing changed, from start to ready', seconds, requests: requests() },
    ...(megabytes === undefined ? [] : [{ who, what: 'all of it, peak memory', seconds: 0, megabytes }]),
  ];
}

/** Waits until controllers have nothing left to do, so that the next start finds everything as it should be. */
async function settled(args: readonly string[]): Promise<void> {
  const agent = startAgent('.', [...args, '--once', '--timeout', '600']);
  const exit = await agent.ended;
  if (exit !== 0) throw new Error(`the environment did not become ready: ${JSON.stringify(agent.events.slice(-3))}`);
}

async function drift(
  { stage, apps }: AgentBench,
  { agent, requests }: { readonly agent: AgentProcess; readonly requests: () => number },
): Promise<readonly Figure[]> {
  const deployments = workload(apps)
    .filter(({ kind }) => kind === 'Deployment')
    .slice(0, tamperings);
  const seconds: number[] = [];
  requests();
  for (const manifest of deployments) {
    const since = agent.events.length;
    const began = Date.now();
    const evil = [{ op: 'replace', path: '/spec/template/spec/containers/0/image', value: 'registry.example/evil:1' }] as const;
    const answer = await stage.admin.patch('apps/v1', refOf(manifest), evil, { manager: 'somebody' });
    if (!answer.ok) throw new Error(answer.error.message);
    const name = formatRef(refOf(manifest));
    const isRepair = (event: TimedEvent): boolean => event.type === 'applied' && event.op === 'repair' && formatRef(event.ref) === name;
    const repaired = await agent.until(isRepair, { since, what: `the repair of ${name}` });
    seconds.push((Date.parse(repaired.time) - began) / 1000);
  }
  return [
    { who, what: 'drift repaired, p50', seconds: percentile(seconds, 0.5) },
    { who, what: 'drift repaired, p95', seconds: percentile(seconds, 0.95), requests: requests() },
  ];
}
