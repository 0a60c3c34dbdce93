import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { messageOf } from '../../src/model/failure.ts';
import { cacheFolder } from '../controlplane/key.ts';
import { type ControlPlane, startControlPlane } from '../controlplane/start.ts';
import { openStage, type Stage } from '../e2e/stage.ts';
import { administratorFor } from '../peers/account.ts';
import { findPeer } from '../peers/programs.ts';
import { measureUnasked, measureUsual } from './agent.ts';
import { measureFloor, measureKubectl } from './floor.ts';
import { type Counter, type Figure, openCounter } from './measure.ts';
import { measureMttp, mttpNotes, mttpSizes } from './mttp/mttp.ts';
import {
  type AgentPeers,
  agentNotes,
  type CompilerPeers,
  compilerNotes,
  findAgentPeers,
  findCompilerPeers,
  measureFlux,
  measureGitopsEngine,
  measureSynthPeers,
  measureValidationPeers,
} from './peers/peers.ts';
import { measureSynth, synthSizes } from './synth.ts';
import { formatRun, type Run } from './table.ts';
import { measureValidation } from './validation.ts';
import { measureWatch } from './watch.ts';
import { sizeOf } from './workload.ts';

const { stdout, stderr } = process;
const say = (line: string): void => void stderr.write(`${line}\n`);

/** How many applications there are at scale 1: 1,005 objects. */
const appsAtOne = 250;

/** The halves of Lockstep, which can be measured alone. */
const halves = ['compiler', 'agent'] as const;
type Half = (typeof halves)[number];

interface Options {
  readonly scale: number;
  readonly only?: Half;
  readonly peers?: boolean;
  /** How many applications there are, in turn; true for those of Flux's benchmark. */
  readonly mttp?: readonly number[] | true;
  readonly output: 'text' | 'json';
}

async function bench(options: Options): Promise<void> {
  if (options.mttp === undefined) await benchHalves(options);
  else await benchMttp({ ...options, sizes: options.mttp === true ? mttpSizes : options.mttp });
}

/** Many small environments at once, as Flux measures that. */
async function benchMttp({ sizes, peers, output }: Options & { readonly sizes: readonly number[] }): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-bench-'));
  const flux = peers ? await findPeer('kustomize-controller') : undefined;
  try {
    const figures = await measureMttp({ sizes, folder, say, flux, onFreshServer });
    const name = ['mttp', ...sizes, ...(peers ? ['peers'] : [])].join('-');
    const run = { objects: 4 * Math.max(...sizes), date: new Date().toISOString(), figures, notes: mttpNotes(flux) };
    report(run, { name, output });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function benchHalves({ scale, only, peers = false, output }: Options): Promise<void> {
  const apps = appsAtOne * scale;
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-bench-'));
  const is = (half: Half): boolean => only === undefined || only === half;
  const compilers = peers && is('compiler') ? await findCompilerPeers(say) : undefined;
  const agents = peers && is('agent') ? await findAgentPeers() : undefined;
  try {
    const figures: Figure[] = [];
    // First: what a server leaves to be cleaned up would slow it down.
    if (is('compiler')) figures.push(...(await measureCompiler({ apps, folder, programs: compilers })));
    if (is('agent')) figures.push(...(await measureAgent({ apps, folder, programs: agents })));
    const notes = [...(compilers === undefined ? [] : compilerNotes(compilers)), ...(agents === undefined ? [] : agentNotes(agents))];
    const name = [sizeOf(apps), ...(only === undefined ? [] : [only]), ...(peers ? ['peers'] : [])].join('-');
    report({ objects: sizeOf(apps), date: new Date().toISOString(), figures, notes }, { name, output });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What a half is measured with. */
interface Bench<Peers> {
  readonly apps: number;
  readonly folder: string;
  /** The programs of its peers; undefined where they are not measured. */
  readonly programs: Peers | undefined;
}

/** A server of one's own, that nobody has used before. */
interface Ground {
  readonly plane: ControlPlane;
  readonly stage: Stage;
  readonly counter: Counter;
}

type Measure = (ground: Ground) => Promise<readonly Figure[]>;

/** What compiles, checks and writes. */
async function measureCompiler({ apps, folder, programs }: Bench<CompilerPeers>): Promise<readonly Figure[]> {
  say('measuring synth');
  const figures = [...(await measureSynth(folder, apps, say))];
  for (const command of ['check', 'synth'] as const) figures.push(...(await measureWatch(command, { folder, apps, say })));
  if (programs !== undefined) {
    for (const size of synthSizes(apps)) figures.push(...(await measureSynthPeers({ programs, apps: size, folder, say })));
  }
  say('measuring validation');
  const { figures: validated, trees } = await measureValidation(folder, say);
  figures.push(...validated);
  if (programs !== undefined) figures.push(...(await measureValidationPeers({ programs, folder, say, trees })));
  return figures;
}

/** What applies, everybody in turn, each on a fresh server. */
async function measureAgent({ apps, folder, programs }: Bench<AgentPeers>): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  const measure = async (what: string, act: Measure): Promise<void> => {
    say(`measuring ${what}`);
    figures.push(...(await onFreshServer(act)));
  };
  const floor = (time: 1 | 2 | 3): Promise<void> =>
    measure(`the floor, time ${time}: bare server-side apply over 8 connections`, ({ stage }) =>
      measureFloor({ cluster: stage.admin, apps, subject: { who: `floor ${time}`, say } }),
    );

  await floor(1);
  await measure('kubectl apply --server-side', (ground) => measureOwnKubectl(ground, { apps, folder }));
  await measure('the agent without a preflight', (ground) => measureUnasked({ ...ground, apps, say }));
  await measure('the agent', (ground) => measureUsual({ ...ground, apps, say }));
  await floor(2);
  if (programs !== undefined) {
    const peers = { programs, apps, folder, say };
    await measure('Flux', (ground) => measureFlux({ ...peers, ...ground }));
    await measure('gitops-engine', (ground) => measureGitopsEngine({ ...peers, ...ground }));
    await floor(3);
  }
  return figures;
}

async function onFreshServer(act: Measure): Promise<readonly Figure[]> {
  // By default the log begins anew after 100 MB, and what was in it would not be counted.
  const plane = await startControlPlane({
    without: ['kube-scheduler', 'kwok'],
    audit: 'Metadata',
    apiServerFlags: ['--audit-log-maxsize=100000'],
  });
  const stage = await openStage('bench', { plane });
  try {
    return await act({ plane, stage, counter: openCounter(plane.auditLog ?? '') });
  } finally {
    await stage.close();
    await plane.stop();
  }
}

async function measureOwnKubectl({ plane, stage, counter }: Ground, { apps, folder }: Omit<Bench<AgentPeers>, 'programs'>) {
  const { kubectl } = plane;
  if (kubectl === undefined) return [{ who: 'kubectl', what: 'all of it', missing: 'is not there' }];
  const { user, kubeconfig } = await administratorFor(stage, 'kubectl');
  return measureKubectl({ kubectl, kubeconfig, folder, apps, subject: { requests: () => counter.requestsOf(user), say } });
}

/** Shows a run beside the one before of the same `name`, so of the same size and with the same tools, and keeps it for the next. */
function report(run: Run, { name, output }: Pick<Options, 'output'> & { readonly name: string }): void {
  const folder = cacheFolder(process.env, 'bench');
  const file = join(folder, `${name}.json`);
  const before = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Run) : undefined;
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, JSON.stringify(run, undefined, 2));
  const text = output === 'json' ? [JSON.stringify({ ...run, before: before ?? null }, undefined, 2)] : formatRun(run, before);
  for (const line of text) stdout.write(`${line}\n`);
}

function factor(given: string): number {
  const value = Number(given);
  if (Number.isInteger(value) && value > 0 && value <= 40) return value;
  throw new InvalidArgumentError('expected a whole number from 1 to 40.');
}

function applications(given: string): readonly number[] {
  const sizes = given.split(',').map(Number);
  if (sizes.every((size) => Number.isInteger(size) && size > 0 && size <= 5000)) return sizes;
  throw new InvalidArgumentError('expected whole numbers from 1 to 5000, with commas between them.');
}

const program = new Command('bench')
  .description('Measure the agent, synth and validation beside the floor of this machine and kubectl, in one run.')
  .exitOverride()
  .addOption(new Option('--scale <factor>', 'times 1,000 objects').argParser(factor).default(1))
  .addOption(new Option('--only <half>', 'measure one half of Lockstep alone').choices(halves))
  .addOption(new Option('--peers', 'measure gitops-engine, Flux, cdk8s-cli, kustomize, helm and kubeconform as well'))
  .addOption(
    new Option(
      '--mttp [applications]',
      `measure many environments of four objects instead, as Flux's benchmark does: ${mttpSizes.join(',')}`,
    ).argParser(applications),
  )
  .addOption(new Option('--output <format>', 'what standard output gets').choices(['text', 'json']).default('text'))
  .addHelpText(
    'after',
    `
With --peers other tools do the same work in the same run. The first time they are built from source with Go and installed with
npm, both from their usual registries: that takes about 15 minutes with 2 cores. A tool that cannot be built, ends, or takes too
long gets a row that says so. gitops-engine holds what it applies in memory, 2 GB at scale 1, and takes minutes for each step.

Examples:
  $ npm run bench
  $ npm run bench -- --peers
  $ npm run bench -- --only compiler
  $ npm run bench -- --mttp --peers
  $ npm run bench -- --mttp 100 --peers
  $ npm run bench -- --scale 10 --output json > figures.json
`,
  );

try {
  await program.parseAsync();
  await bench(program.opts<Options>());
} catch (thrown) {
  if (thrown instanceof CommanderError) process.exitCode = thrown.exitCode === 0 ? 0 : 2;
  else {
    say(`the bench stopped: ${messageOf(thrown)}`);
    process.exitCode = 3;
  }
}
