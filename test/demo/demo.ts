import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { painter } from '../../src/cli/paint.ts';
import { parseManifest } from '../../src/codec/yaml-read.ts';
import { systemClock } from '../../src/io/clock.ts';
import { openCluster } from '../../src/io/kube/cluster.ts';
import { openConfig } from '../../src/io/kube/config.ts';
import { messageOf } from '../../src/model/failure.ts';
import { numberAt } from '../../src/model/json.ts';
import type { LiveObject } from '../../src/model/manifest.ts';
import { formatRef, type ObjectRef } from '../../src/model/ref.ts';
import type { Cluster, PatchOperation } from '../../src/ports.ts';
import { kubeconfigFor } from '../controlplane/kubeconfig.ts';
import { type ControlPlane, startControlPlane } from '../controlplane/start.ts';
import { type AgentProcess, type Ended, runLockstep, startAgent, type TimedEvent } from './program.ts';
import { makeProject, type Project } from './project.ts';

const usage = `Usage: npm run demo [-- --keep]

Tells Lockstep's story on a real Kubernetes API server: render, publish, sync, tamper, repair, change, roll back.
The first run builds the control plane from source; later runs start it in seconds.

  --keep   leave everything running at the end, until Ctrl-C
  --help   this text
`;

const begun = Date.now();
const paint = painter(process.stdout.isTTY && !process.env['NO_COLOR']);
const web: ObjectRef = { group: 'apps', kind: 'Deployment', namespace: 'shop', name: 'web' };
const webService: ObjectRef = { group: '', kind: 'Service', namespace: 'shop', name: 'web' };

/** Writes a line with the seconds since the start. */
function tell(line: string): void {
  const seconds = ((Date.now() - begun) / 1000).toFixed(1).padStart(6);
  process.stdout.write(`${paint.dim(`${seconds} s`)}  ${line}\n`);
}

function chapter(title: string): void {
  tell('');
  tell(paint.bold(title));
}

/** What has to be ended, last first. */
type Close = () => unknown;

/** What the story is told with. */
interface Set {
  readonly project: Project;
  readonly plane: ControlPlane;
  readonly cluster: Cluster;
  readonly agent: AgentProcess;
}

async function main(args: readonly string[]): Promise<number> {
  if (args.includes('--help')) {
    process.stdout.write(usage);
    return 0;
  }
  const unknown = args.find((arg) => arg !== '--keep');
  if (unknown !== undefined) {
    process.stderr.write(`unknown option \`${unknown}\`\n\n${usage}`);
    return 2;
  }
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-demo-'));
  const closing: Close[] = [() => rmSync(folder, { recursive: true, force: true })];
  const interrupted = new Promise<void>((resolve) => process.once('SIGINT', resolve));
  let told = false;
  const story = async (): Promise<void> => {
    const set = await tellStory(folder, closing);
    told = true;
    if (args.includes('--keep')) await keepRunning(set, interrupted);
  };
  try {
    const telling = story();
    // What is cut off fails somewhere, and nobody has to hear of it.
    void interrupted.then(() => telling.catch(() => {}));
    await Promise.race([telling, interrupted]);
    if (!told) process.stderr.write('\ninterrupted; cleaning up\n');
    return told ? 0 : 130;
  } catch (thrown) {
    process.stderr.write(`\n${paint.red('the demo stopped:')} ${messageOf(thrown)}\n`);
    return 3;
  } finally {
    for (const close of closing.reverse()) await close();
  }
}

async function tellStory(folder: string, closing: Close[]): Promise<Set> {
  const project = makeProject(folder);
  await renderChapter(project);
  await publishChapter(project);
  const plane = await startChapter(closing);
  const config = openConfig({ env: {}, kubeconfig: plane.kubeconfig });
  const cluster = openCluster({ config, clock: systemClock });
  closing.push(() => cluster.close());
  const agent = await syncChapter(project, { plane, cluster, closing, folder });
  const set = { project, plane, cluster, agent };
  await tamperChapter(set);
  await mistakeChapter(set);
  await changeChapter(set);
  await rollbackChapter(set);
  chapter('The end: everything above really happened.');
  const status = await runLockstep(project.folder, ['status', 'dev', '--kubeconfig', plane.kubeconfig]);
  tellOutput(must(status, 0));
  return set;
}

async function renderChapter(project: Project): Promise<void> {
  chapter('1. Typed environments become pinned YAML');
  const synth = await step(project, ['synth']);
  tellOutput(must(synth, 0));
}

async function publishChapter(project: Project): Promise<void> {
  chapter('2. The YAML goes to the rendered branch of dev');
  tellOutput(must(await step(project, ['publish', 'dev', '--direct', '--push', 'origin']), 0));
}

async function startChapter(closing: Close[]): Promise<ControlPlane> {
  chapter('3. A Kubernetes control plane starts: etcd, API server, controllers, scheduler, simulated nodes');
  const plane = await startControlPlane();
  closing.push(() => plane.stop());
  tell(`ready at ${plane.server}`);
  return plane;
}

async function syncChapter(
  project: Project,
  {
    plane,
    cluster,
    closing,
    folder,
  }: {
    readonly plane: ControlPlane;
    readonly cluster: Cluster;
    readonly closing: Close[];
    readonly folder: string;
  },
): Promise<AgentProcess> {
  chapter('4. An administrator lets the agent in, with exactly the rights that dev needs');
  await letIn(project, cluster);

  chapter('5. The agent makes the cluster equal to the branch');
  const kubeconfig = await kubeconfigFor(plane, { namespace: 'lockstep', serviceAccount: 'lockstep-dev' });
  const agent = startAgent(project.folder, [
    '--environment',
    'dev',
    '--source',
    project.remote,
    '--kubeconfig',
    kubeconfig,
    '--interval',
    '1',
    '--cache',
    join(folder, 'cache'),
  ]);
  closing.push(async () => {
    agent.kill('SIGTERM');
    await agent.ended;
  });
  tell(syncedText(await watchSync(agent)));
  await ready(project, plane);
  return agent;
}

/** What somebody does to a Deployment who may change it. */
const tamperings: readonly { readonly done: string; readonly operations: readonly PatchOperation[] }[] = [
  { done: 'scales Deployment/shop/web to 5', operations: [{ op: 'replace', path: '/spec/replicas', value: 5 }] },
  {
    done: 'puts another image into Deployment/shop/web',
    operations: [{ op: 'replace', path: '/spec/template/spec/containers/0/image', value: 'registry.example/cheaper:latest' }],
  },
  {
    done: 'injects a container into Deployment/shop/web',
    operations: [{ op: 'add', path: '/spec/template/spec/containers/-', value: { name: 'miner', image: 'registry.example/miner:1' } }],
  },
];

/** What a Deployment says, as one text. */
function contentOf({ spec }: LiveObject): string {
  return JSON.stringify(spec);
}

/** Tells what the agent does while it does it, until everything is applied. */
async function watchSync(agent: AgentProcess): Promise<TimedEvent> {
  for (let since = 0; ; since++) {
    const event = await agent.until(() => true, { since, what: 'the first sync' });
    if (event.type === 'applied') tell(`${paint.green(event.outcome)} ${formatRef(event.ref)}`);
    if (event.type === 'waiting') tell(`${paint.yellow('waiting')} ${formatRef(event.ref)} for ${event.for}`);
    if (event.type === 'synced') return event;
  }
}

/** What an administrator does: applies what `lockstep bootstrap` prints. */
async function letIn(project: Project, cluster: Cluster): Promise<void> {
  const bootstrap = must(await step(project, ['bootstrap', 'dev']), 0);
  const documents = bootstrap.out.split(/^---\n/m).filter((text) => text.trim() !== '');
  for (const document of documents) {
    const read = parseManifest(document);
    if (!read.ok) throw new Error(read.message);
    const answer = await cluster.apply(read.value, { manager: 'administrator' });
    if (!answer.ok) throw new Error(answer.error.message);
  }
  tell(`${documents.length} objects applied; the agent is the ServiceAccount lockstep/lockstep-dev`);
}

async function tamperChapter({ project, plane, cluster, agent }: Set): Promise<void> {
  chapter('6. Somebody tampers with the cluster');
  const wanted = contentOf(await get(cluster, 'apps/v1', web));
  for (const { done, operations } of tamperings) {
    const since = agent.events.length;
    const started = Date.now();
    const answer = await cluster.patch('apps/v1', web, operations, { manager: 'somebody-at-night' });
    if (!answer.ok) throw new Error(answer.error.message);
    tell(`somebody ${done}`);
    await repairOf(agent, { ref: web, since, started });
    if (contentOf(await get(cluster, 'apps/v1', web)) !== wanted) throw new Error('the Deployment is not as it was');
  }

  const deleted = agent.events.length;
  const service = await get(cluster, 'v1', webService);
  const startedAgain = Date.now();
  const answer = await cluster.remove('v1', webService, service.metadata);
  if (!answer.ok) throw new Error(answer.error.message);
  tell('somebody deletes Service/shop/web');
  await repairOf(agent, { ref: webService, since: deleted, started: startedAgain });
  await get(cluster, 'v1', webService);
  await ready(project, plane);
}

async function mistakeChapter({ project }: Set): Promise<void> {
  chapter('7. A mistake never leaves the keyboard');
  project.edit('environments/dev.ts', { from: 'workers: 1', to: 'wrokers: 1' });
  tell('environments/dev.ts now says `wrokers: 1`');
  tellOutput(must(await step(project, ['synth', 'dev']), 2));
  project.undo();
}

async function changeChapter({ project, plane, cluster, agent }: Set): Promise<void> {
  chapter('8. A change: one line of TypeScript, reviewed as YAML');
  project.edit('environments/dev.ts', { from: 'scale: { replicas: 1 }, logLevel', to: 'scale: { replicas: 3 }, logLevel' });
  project.commit('Try dev with three pods');
  const since = agent.events.length;
  tellOutput(must(await step(project, ['publish', 'dev', '--direct', '--push', 'origin']), 0));
  const refused = await agent.until((event) => event.type === 'refused', { since, what: 'the refusal' });
  if (refused.type === 'refused') tell(`${paint.yellow('refused')} ${refused.problems[0]?.message}`);
  tell('three pods bring a PodDisruptionBudget, a kind that dev never had: the agent cannot give itself that right');
  await letIn(project, cluster);
  tell(syncedText(await agent.until(isSynced, { since, what: 'the change' })));
  if (numberAt(await get(cluster, 'apps/v1', web), 'spec', 'replicas') !== 3) throw new Error('the change was not applied');
  await ready(project, plane);
}

async function rollbackChapter({ project, plane, cluster, agent }: Set): Promise<void> {
  chapter('9. And back: a rollback is a commit');
  const since = agent.events.length;
  tellOutput(must(await step(project, ['rollback', 'dev', '--direct', '--push', 'origin']), 0));
  tell(syncedText(await agent.until(isSynced, { since, what: 'the rollback' })));
  if (numberAt(await get(cluster, 'apps/v1', web), 'spec', 'replicas') !== 1) throw new Error('the rollback was not applied');
  await ready(project, plane);
}

async function keepRunning({ plane, project }: Set, interrupted: Promise<unknown>): Promise<void> {
  tell('');
  tell('Everything keeps running until Ctrl-C. To look at it, in another terminal:');
  tell(`  export KUBECONFIG=${plane.kubeconfig}`);
  tell(`  ${plane.kubectl ?? 'kubectl'} -n shop get deployments,services --show-managed-fields -o yaml`);
  tell(`  the project: ${project.folder}`);
  await interrupted;
}

/** Runs `lockstep <args>` in the project, and shows the command. */
async function step(project: Project, args: readonly string[]): Promise<Ended> {
  tell(`${paint.dim('$')} lockstep ${args.join(' ')}`);
  return runLockstep(project.folder, args);
}

function must(ended: Ended, exit: number): Ended {
  if (ended.exit === exit) return ended;
  throw new Error(`the command ended with ${ended.exit}, not ${exit}:\n${ended.out}${ended.talk}`);
}

function tellOutput({ out, talk }: Ended): void {
  for (const line of `${out}${talk}`.trimEnd().split('\n')) tell(`  ${line}`);
}

async function repairOf(
  agent: AgentProcess,
  { ref, since, started }: { readonly ref: ObjectRef; readonly since: number; readonly started: number },
): Promise<void> {
  const isRepair = (event: TimedEvent): boolean =>
    event.type === 'applied' && event.op === 'repair' && formatRef(event.ref) === formatRef(ref);
  const event = await agent.until(isRepair, { since, what: `the repair of ${formatRef(ref)}` });
  tell(`${paint.green('repaired')} ${formatRef(ref)} after ${Date.parse(event.time) - started} ms`);
}

/** Waits until the agent says that all is Ready, at the commit that the branch points to. */
async function ready(project: Project, plane: ControlPlane): Promise<void> {
  const revision = project.git('ls-remote', 'origin', 'refs/heads/environments/dev').slice(0, 12);
  for (let tries = 0; tries < 120; tries++) {
    const { exit, out } = await runLockstep(project.folder, ['status', 'dev', '--kubeconfig', plane.kubeconfig]);
    if (exit === 0 && out.includes(revision)) return tell(out.trimEnd());
    await systemClock.sleep(250);
  }
  throw new Error('dev did not become Ready');
}

async function get(cluster: Cluster, apiVersion: string, ref: ObjectRef): Promise<LiveObject> {
  const answer = await cluster.get(apiVersion, ref);
  if (!answer.ok || answer.value === undefined) throw new Error(`${formatRef(ref)} is not there`);
  return answer.value;
}

function isSynced(event: TimedEvent): boolean {
  return event.type === 'synced';
}

function syncedText(event: TimedEvent): string {
  return event.type === 'synced'
    ? `${paint.green('synced')} ${event.revision.slice(0, 12)}: ${event.changed} changed in ${event.milliseconds} ms`
    : '';
}

process.exitCode = await main(process.argv.slice(2));
