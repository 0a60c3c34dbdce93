import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { messageOf } from '../../src/model/failure.ts';
import { cacheFolder } from '../controlplane/key.ts';
import { startControlPlane } from '../controlplane/start.ts';
import { openStage } from '../e2e/stage.ts';
import { measureAgent } from './agent.ts';
import { measureFloor, measureKubectl } from './floor.ts';
import { type Figure, openCounter } from './measure.ts';
import { measureSynth } from './synth.ts';
import { formatRun, type Run } from './table.ts';
import { sizeOf } from './workload.ts';

const { stdout, stderr } = process;
const say = (line: string): void => void stderr.write(`${line}\n`);

/** How many applications there are at scale 1: 1,005 objects. */
const appsAtOne = 250;
/** Above this many objects kubectl would take the most of an hour. */
const mostForKubectl = 2_500;

interface Options {
  readonly scale: number;
  readonly output: 'text' | 'json';
}

async function bench({ scale, output }: Options): Promise<void> {
  const apps = appsAtOne * scale;
  const objects = sizeOf(apps);
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-bench-'));
  const plane = await startControlPlane({ without: ['kube-scheduler', 'kwok'], audit: 'Metadata' });
  const stage = await openStage('bench', { plane });
  try {
    const figures: Figure[] = [];
    const measure = async (what: string, act: () => Promise<readonly Figure[]>): Promise<void> => {
      say(`measuring ${what}`);
      figures.push(...(await act()));
    };
    await measure('the floor: bare server-side apply over 8 connections', () => measureFloor(stage.admin, apps));
    const { kubectl, kubeconfig } = plane;
    if (kubectl === undefined || objects > mostForKubectl)
      say(`kubectl is left out: ${kubectl === undefined ? 'there is none' : `more than ${mostForKubectl} objects`}`);
    else await measure('kubectl apply --server-side', () => measureKubectl({ kubectl, kubeconfig, folder }, apps));
    const counter = openCounter(plane.auditLog ?? '');
    await measure('the agent', () => measureAgent({ stage, counter, apps, cache: join(folder, 'cache') }));
    await measure('synth', () => measureSynth(folder, apps));
    report({ objects, date: new Date().toISOString(), figures }, output);
  } finally {
    await stage.close();
    await plane.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Shows a run beside the one before, and keeps it for the next. */
function report(run: Run, output: Options['output']): void {
  const folder = join(cacheFolder(process.env), '..', 'bench');
  const file = join(folder, `${run.objects}.json`);
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

const program = new Command('bench')
  .description('Measure the agent and synth beside the floor of this machine and kubectl, in one run.')
  .exitOverride()
  .addOption(new Option('--scale <factor>', 'times 1,000 objects').argParser(factor).default(1))
  .addOption(new Option('--output <format>', 'what standard output gets').choices(['text', 'json']).default('text'))
  .addHelpText('after', '\nExamples:\n  $ npm run bench\n  $ npm run bench -- --scale 10 --output json > figures.json\n');

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
