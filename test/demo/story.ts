import { systemClock } from '../../src/io/clock.ts';
import { openCluster } from '../../src/io/kube/cluster.ts';
import { exitCodes, type Failure } from '../../src/model/failure.ts';
import { startInBackground } from '../controlplane/background.ts';
import { ToolFailure } from '../support/toolfailure.ts';
import { tellAuthoring } from './authoring.ts';
import { tellChanging } from './changing.ts';
import { announcement, askToGoOn, footprintOf, refuseOthers, removeFootprint } from './own.ts';
import { makeProject } from './project.ts';
import type { AgentStage, ClusterStage, Stage } from './stage.ts';
import { tellSyncing } from './syncing.ts';
import { type Repair, tellTampering } from './tampering.ts';

/** What the user chose. */
export interface DemoOptions {
  readonly keep: boolean;
  /** A context of the user's kubeconfig. */
  readonly context?: string;
  /** Not to be asked. */
  readonly yes: boolean;
  /** Whether there is somebody to ask. */
  readonly canAsk: boolean;
}

/** Tells all of it. Throws when a chapter did not really happen. */
export async function tellStory(set: Omit<Stage, 'project'>, options: DemoOptions): Promise<AgentStage> {
  const stage = { ...set, project: makeProject(set.folder) };
  const ground = options.context === undefined ? playedGround(stage) : await ownGround(stage, options.context, options);
  const { teller } = stage;
  teller.tell(teller.paint.bold('Lockstep keeps a cluster equal to YAML that was compiled from TypeScript, and reviewed.'));
  teller.tell('This is a small shop, in a git repository made for this demo: eight charts, and five environments of which we use dev.');
  const rights = await tellAuthoring(stage);
  const agentStage = await tellSyncing({ ...stage, ...(await ground()) }, rights);
  const repairs = await tellTampering(agentStage);
  await tellChanging(agentStage);
  tellEnd(agentStage, repairs);
  return agentStage;
}

/** Loading what reads kubeconfigs takes seconds, so it is done while something else goes on. */
const loadConfigs = () => import('../../src/io/kube/config.ts');

/** Where the story goes on from chapter 5. */
type Ground = () => Promise<Pick<ClusterStage, 'reach' | 'cluster'>>;

/** A control plane of the demo's own, made ready while the first chapters play. */
function playedGround({ teller, closing, signal }: Stage): Ground {
  const start = startInBackground(process.env, (line) => teller.background(line));
  closing.push(() => start.close());
  const configs = loadConfigs();
  let isSettled = false;
  const settle = (news: string): void => {
    isSettled = true;
    teller.background(undefined);
    teller.news(news);
  };
  start.plane.then(
    () => settle('the control plane is ready'),
    () => settle('there is no control plane; the chapters that need none go on'),
  );
  return async () => {
    if (!isSettled) teller.tell('What comes next needs the control plane, which is not ready yet.');
    const plane = await teller.openly(unlessAborted(start.plane, signal));
    const { openConfig } = await configs;
    const args = ['--kubeconfig', plane.kubeconfig];
    const config = openConfig({ env: {}, kubeconfig: plane.kubeconfig });
    const cluster = openCluster({ config, clock: systemClock });
    closing.push(() => cluster.close());
    for (const note of plane.notes) teller.tell(teller.paint.yellow(`note: ${note}`));
    const what = `a real API server at ${plane.server}, with controllers and a scheduler; nodes and pods are played`;
    return { cluster, reach: { config, args, what, kubectl: `${plane.kubectl ?? 'kubectl'} ${args.join('=')}`, patience: 60_000 } };
  };
}

async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const aborted = new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  return Promise.race([work, aborted]);
}

/** A cluster of the user's, who is asked, and gets it back as it was. */
async function ownGround(stage: Stage, context: string, { yes, canAsk }: DemoOptions): Promise<Ground> {
  const { teller, closing, signal } = stage;
  if (!yes && !canAsk) throw noAgreement();
  const { openConfig } = await loadConfigs();
  const config = openConfig({ env: process.env, context });
  const cluster = openCluster({ config, clock: systemClock });
  closing.push(() => cluster.close());
  const args = ['--context', context];
  const reach = { config, args, what: config.server.origin, kubectl: `kubectl ${args.join('=')}`, patience: 900_000 };
  const footprint = await footprintOf(stage);
  await refuseOthers(cluster, footprint);
  for (const line of announcement(reach, footprint)) teller.tell(line);
  if (!yes) await askToGoOn(signal);
  closing.push(() => removeFootprint(cluster, footprint, teller.tell));
  return async () => ({ cluster, reach });
}

function noAgreement(): Failure {
  return new ToolFailure('not-agreed', '`--context` asks before it touches a cluster, and there is no terminal to ask at', {
    help: 'say `--yes` as well',
    exit: exitCodes.input,
  });
}

function tellEnd({ teller, project, agent }: AgentStage, repairs: readonly Repair[]): void {
  const took = repairs.map(({ milliseconds }) => milliseconds);
  const refused = new Set(agent.events.flatMap((event) => (event.type === 'refused' ? [event.revision] : [])));
  teller.chapter('The end: everything above really happened.');
  teller.tell(`${teller.seconds().toFixed(0)} seconds in all`);
  teller.tell(`${took.length} tamperings, put right after ${Math.min(...took)} to ${Math.max(...took)} ms`);
  teller.tell(`${refused.size} commits refused, and nothing done of what was wrong`);
  teller.tell('The history of environments/dev, newest first:');
  for (const line of project.git('--git-dir', project.remote, 'log', '--oneline', 'environments/dev').split('\n')) teller.tell(`  ${line}`);
  teller.tell('Next: `npm run demo -- --keep` to look around; README.md, "An environment of your own", to begin.');
}

/** Prints how to look at what runs, and waits for Ctrl-C. */
export async function keepRunning({ teller, reach, project, signal }: AgentStage): Promise<void> {
  teller.tell('');
  teller.tell('Everything keeps running until Ctrl-C, then it is removed. To look at it, in another terminal:');
  const lines = [
    `${reach.kubectl} -n shop get deployments,statefulsets,pods`,
    `${reach.kubectl} -n shop scale deployment/web --replicas=5   # and see it put right`,
    `cd ${project.folder}`,
    `node build/main.js status dev ${reach.args.join(' ')} --watch`,
    `git --git-dir ${project.remote} log --oneline environments/dev`,
  ];
  for (const line of lines) teller.tell(`  ${line}`);
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve));
}
