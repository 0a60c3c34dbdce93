import { type Manifest, refOf } from '../../src/model/manifest.ts';
import { formatRef } from '../../src/model/ref.ts';
import type { PreflightMode } from '../../src/model/rendered.ts';
import { type AgentProcess, startAgent, type TimedEvent } from '../demo/program.ts';
import type { Stage } from '../e2e/stage.ts';
import { type Counter, type Figure, peakMemory, percentile, type Subject, timed, told } from './measure.ts';
import { calm } from './server.ts';
import { sizeOf, type VersionOf, workload } from './workload.ts';

/** What the agent is measured on. */
export interface AgentBench {
  readonly stage: Stage;
  readonly counter: Counter;
  readonly apps: number;
  readonly say: Subject['say'];
}

/** How many objects are tampered with, one after the other. */
const tamperings = 50;

const who = 'lockstep';

/**
 * The built agent, as its own process with its own rights, in an environment that lets nothing be asked for beforehand: what
 * the floor does, with all else that an agent does.
 */
export async function measureUnasked(bench: AgentBench): Promise<readonly Figure[]> {
  const run = await startOn(bench, 'none');
  const figures = [
    await run.synced('first apply, without preflight', () => 1),
    await run.synced('all changed, without preflight', () => 2),
  ];
  await run.stop();
  return figures;
}

/** The same in an environment as they are unless told otherwise: every step with what it asked of the API server. */
export async function measureUsual(bench: AgentBench): Promise<readonly Figure[]> {
  const run = await startOn(bench, 'all');
  const figures = [
    await run.synced('first apply', () => 1),
    await run.synced('one application changed', (app) => (app === 0 ? 2 : 1)),
    await run.synced('all changed', () => 3),
    ...(await drift(bench, run)),
  ];
  const megabytes = peakMemory(run.agent.pid);
  await run.stop();
  await settled(run.args);
  run.requests();
  const agent = startAgent('.', [...run.args, '--once']);
  const seconds = await timed(() => agent.ended);
  return [
    ...figures,
    told({ who, what: 'nothing changed, from start to ready', seconds, requests: run.requests() }, bench.say),
    ...(megabytes === undefined ? [] : [{ who, what: 'all of it, peak memory', megabytes }]),
  ];
}

/** An agent at work on a workload. */
interface Run {
  readonly agent: AgentProcess;
  /** What it was started with, but for how often it looks. */
  readonly args: readonly string[];
  /** Its requests since the last call. */
  readonly requests: () => number;
  /** Publishes the workload in these versions: from the moment at which the agent has read the commit until all is applied. */
  synced(what: string, versionOf: VersionOf): Promise<Figure>;
  stop(): Promise<unknown>;
}

async function startOn({ stage, counter, apps, say }: AgentBench, preflight: PreflightMode): Promise<Run> {
  const of = (versionOf: VersionOf): readonly Manifest[] => workload(apps, { versionOf });
  await stage.allow(of(() => 1));
  const user = `system:serviceaccount:lockstep:lockstep-${stage.environment}`;
  const args = stage.arguments();
  const patience = 60_000 + sizeOf(apps) * 60;
  const requests = (): number => counter.requestsOf(user);
  const agent = startAgent('.', [...args, '--interval', '1']);
  return {
    agent,
    args,
    requests,
    async synced(what, versionOf) {
      await calm(stage.admin);
      const since = agent.events.length;
      requests();
      const commit = await stage.publish(of(versionOf), { preflight });
      const isOf = (type: string) => (event: TimedEvent) => event.type === type && 'revision' in event && event.revision === commit;
      const planned = await agent.until(isOf('planned'), { since, what, patience });
      const done = await agent.until(isOf('synced'), { since, what, patience });
      const seconds = (Date.parse(done.time) - Date.parse(planned.time)) / 1000;
      return told({ who, what, seconds, requests: requests() }, say);
    },
    stop() {
      agent.kill('SIGTERM');
      return agent.ended;
    },
  };
}

/** Waits until controllers have nothing left to do, so that the next start finds everything as it should be. */
async function settled(args: readonly string[]): Promise<void> {
  const agent = startAgent('.', [...args, '--once', '--timeout', '600']);
  const exit = await agent.ended;
  if (exit !== 0) throw new Error(`the environment did not become ready: ${JSON.stringify(agent.events.slice(-3))}`);
}

async function drift({ stage, apps, say }: AgentBench, { agent, requests }: Pick<Run, 'agent' | 'requests'>): Promise<readonly Figure[]> {
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
    told({ who, what: 'drift repaired, p50', seconds: percentile(seconds, 0.5) }, say),
    told({ who, what: 'drift repaired, p95', seconds: percentile(seconds, 0.95), requests: requests() }, say),
  ];
}
