import { formatEvent, short } from '../../src/cli/events.ts';
import type { Paint } from '../../src/cli/paint.ts';
import { readIndex } from '../../src/codec/index-file.ts';
import { parseManifest } from '../../src/codec/yaml-read.ts';
import { systemClock } from '../../src/io/clock.ts';
import type { ClusterConfig } from '../../src/io/kube/config.ts';
import { exitCodes, type Failure } from '../../src/model/failure.ts';
import type { LiveObject, Manifest } from '../../src/model/manifest.ts';
import { formatRef, type ObjectRef } from '../../src/model/ref.ts';
import { indexPath, type RenderedIndex } from '../../src/model/rendered.ts';
import type { Cluster } from '../../src/ports.ts';
import { ToolFailure } from '../support/toolfailure.ts';
import { type AgentProcess, type Ended, runLockstep, type TimedEvent } from './program.ts';
import type { Project } from './project.ts';
import type { Teller } from './teller.ts';

/** What every chapter is told with. */
export interface Stage {
  readonly teller: Teller;
  readonly project: Project;
  /** Everything that the demo writes lies here. */
  readonly folder: string;
  /** Aborts when somebody presses Ctrl-C: whatever a chapter waits for then ends, so that nothing is made while all is taken down. */
  readonly signal: AbortSignal;
  readonly closing: Closing;
}

/** What is done at the end, last first. */
export type Closing = (() => unknown)[];

/** A cluster that the story can go on in, as an administrator sees it. */
export interface Reach {
  readonly config: ClusterConfig;
  /** How `lockstep` and kubectl are told of it. */
  readonly args: readonly string[];
  /** What it is, for people. */
  readonly what: string;
  /** The command to look at it with. */
  readonly kubectl: string;
  /** How long pods may take to come up, in milliseconds. */
  readonly patience: number;
}

/** What the chapters in a cluster are told with. */
export interface ClusterStage extends Stage {
  readonly reach: Reach;
  readonly cluster: Cluster;
}

/** The same, once the agent runs. */
export interface AgentStage extends ClusterStage {
  readonly agent: AgentProcess;
}

/** What was expected of a chapter did not come true: the demo ends with 3. */
export function unmet(message: string): Failure {
  return new ToolFailure('chapter-failed', message);
}

/** How a command is run: how it has to end (0 unless told), and arguments that say only where, and are not shown. */
export interface RunOptions {
  readonly exit?: number;
  readonly where?: readonly string[];
}

/** Runs `lockstep <args>`, shows the command, and insists on how it ends. */
export async function run(stage: Stage, args: readonly string[], { exit = exitCodes.done, where = [] }: RunOptions = {}): Promise<Ended> {
  const { teller, project, signal } = stage;
  signal.throwIfAborted();
  teller.tell(`${teller.paint.dim('$')} lockstep ${args.join(' ')}`);
  return must(await runLockstep(project.folder, [...args, ...where], { signal }), exit);
}

/** The same, and tells its result, or where it has none what it said; the middle is left out where that is long. */
export async function runAndTell(stage: Stage, args: readonly string[], options: RunOptions = {}): Promise<void> {
  const { out, talk } = await run(stage, args, options);
  for (const line of folded((out || talk).trimEnd().split('\n'))) stage.teller.tell(`  ${line}`);
}

/** Insists on how a command ended. */
export function must(ended: Ended, exit: number): Ended {
  if (ended.exit === exit) return ended;
  throw unmet(`the command ended with ${ended.exit}, not ${exit}:\n${ended.out}${ended.talk}`);
}

/** What an administrator applies so that the agent may work: what `lockstep bootstrap dev` prints. */
export function manifestsIn({ out }: Ended): readonly Manifest[] {
  const documents = out.split(/^---\n/m).filter((text) => text.trim() !== '');
  return documents.map((document) => {
    const read = parseManifest(document);
    if (!read.ok) throw unmet(read.message);
    return read.value;
  });
}

/** The rendered tree's own table of contents, as `synth` or `publish` wrote it. */
export function indexIn(text: string): RenderedIndex {
  const read = readIndex(text);
  if (!read.ok) throw unmet(`${indexPath}: ${read.message}`);
  return read.value;
}

/** Applies `manifests` as an administrator does with kubectl. */
export async function applyAll({ cluster, signal }: ClusterStage, manifests: readonly Manifest[]): Promise<void> {
  for (const manifest of manifests) {
    signal.throwIfAborted();
    const answer = await cluster.apply(manifest, { manager: 'administrator' });
    if (!answer.ok) throw unmet(`${manifest.kind} ${manifest.metadata.name}: ${answer.error.message}`);
  }
}

/** The live object, which must be there. */
export async function get(cluster: Cluster, apiVersion: string, ref: ObjectRef): Promise<LiveObject> {
  const answer = await cluster.get(apiVersion, ref);
  if (!answer.ok) throw unmet(`${formatRef(ref)}: ${answer.error.message}`);
  if (answer.value === undefined) throw unmet(`${formatRef(ref)} is not there`);
  return answer.value;
}

/** Waits for an event of the agent from its `since`th on, and tells it. */
export async function hear(
  { agent, teller, reach }: AgentStage,
  fits: (event: TimedEvent) => boolean,
  { since, what }: { readonly since: number; readonly what: string },
): Promise<TimedEvent> {
  const event = await agent.until(fits, { since, what, patience: reach.patience });
  for (const line of eventLines(event, teller.paint)) teller.tell(line);
  return event;
}

/** A refusal names each object twice, in its message and in its problems: once will do. */
function eventLines(event: TimedEvent, paint: Paint): readonly string[] {
  if (event.type !== 'refused') return formatEvent(event, paint);
  const { revision, refusal, problems } = event;
  const reasons = problems.map(({ ref, message }) => `  ${formatRef(ref)}: ${message}`);
  return [`${paint.red('refused')}  ${short(revision)} [${refusal.code}]`, ...reasons, `  help: ${refusal.help}`];
}

/** Tells events of `type`. */
export function ofType(type: TimedEvent['type']): (event: TimedEvent) => boolean {
  return (event) => event.type === type;
}

/** The commit that a branch of the project points to where it was pushed to. */
export function tipOf({ project }: Stage, branch: string): string {
  return project.git('ls-remote', 'origin', `refs/heads/${branch}`).slice(0, 40);
}

/** Waits until the agent says that all is Ready, at the commit that the branch points to, and tells it. */
export async function ready(stage: ClusterStage): Promise<void> {
  const { teller, project, reach, signal } = stage;
  const revision = short(tipOf(stage, 'environments/dev'));
  const deadline = Date.now() + reach.patience;
  for (;;) {
    signal.throwIfAborted();
    const { exit, out, talk } = await runLockstep(project.folder, ['status', 'dev', ...reach.args], { signal });
    if (exit === 0 && out.includes(revision)) return teller.tell(out.trimEnd());
    if (Date.now() > deadline) throw unmet(`dev did not become Ready:\n${out}${talk}`);
    await systemClock.sleep(250, signal);
  }
}

/** The beginning and the end of many lines. */
function folded(lines: readonly string[]): readonly string[] {
  const head = 3;
  if (lines.length <= 24) return lines;
  return [...lines.slice(0, head), `  … ${lines.length - head - 1} lines more`, ...lines.slice(-1)];
}
