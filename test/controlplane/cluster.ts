import { existsSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { Command, CommanderError, Option } from 'commander';
import { failureJson, formatFailure } from '../../src/cli/failure.ts';
import { type Paint, painter } from '../../src/cli/paint.ts';
import { type ExitCode, exitCodes, type Failure } from '../../src/model/failure.ts';
import { ToolFailure } from '../support/toolfailure.ts';
import { findPrograms } from './find.ts';
import { cacheFolder } from './key.ts';
import { down, type Facts, type LastingState, look, up } from './lasting.ts';

/** What every verb is told. */
interface Options {
  readonly folder: string;
  readonly output: 'text' | 'json';
}

type Verb = (options: Options) => Promise<ExitCode>;

const { env, stdout, stderr } = process;
const out = (line: string): void => void stdout.write(`${line}\n`);
const say = (line: string): void => void stderr.write(`${line}\n`);
const isColoured = (stream: NodeJS.WriteStream): boolean => stream.isTTY && !env['NO_COLOR'] && env['TERM'] !== 'dumb';
const retry = 'start one: `npm run cluster -- up`';

/** Standard output gets one line to evaluate: `eval "$(npm run --silent cluster -- up)"`. */
const upVerb: Verb = async ({ folder, output }) => {
  const begun = performance.now();
  const { did, found } = await up(folder, say);
  if (found.state !== 'up') throw notUp(found);
  for (const note of [...found.notes, ...kubectlNote(found)]) say(`note: ${note}`);
  const how = did === 'nothing' ? `already up since ${found.startedAt}` : `up after ${((performance.now() - begun) / 1000).toFixed(1)} s`;
  say(`${how}: Kubernetes ${found.version} at ${found.server}`);
  out(output === 'json' ? JSON.stringify(found, undefined, 2) : `export KUBECONFIG=${shellQuoted(found.kubeconfig)}`);
  return exitCodes.done;
};

const downVerb: Verb = async ({ folder, output }) => {
  const ended = await down(folder, say);
  if (output === 'json') out(JSON.stringify({ state: 'down', folder, ended: ended ?? [] }, undefined, 2));
  else out(ended === undefined ? 'nothing was up' : `down: ${ended.length} processes ended, ${folder} removed`);
  return exitCodes.done;
};

/** Ends with 3 unless a control plane is up, as `systemctl status` does. */
const statusVerb: Verb = async ({ folder, output }) => {
  const found = await look(folder);
  if (output === 'json') out(JSON.stringify(found, undefined, 2));
  else for (const line of statusLines(found, painter(isColoured(stdout)))) out(line);
  return found.state === 'up' ? exitCodes.done : exitCodes.world;
};

const kubeconfigVerb: Verb = async ({ folder, output }) => {
  const found = await look(folder);
  if (found.state !== 'up') throw notUp(found);
  out(output === 'json' ? JSON.stringify({ kubeconfig: found.kubeconfig }) : found.kubeconfig);
  return exitCodes.done;
};

/** Builds what is not built yet: minutes, the first time. */
const programsVerb: Verb = async ({ output }) => {
  const programs = await findPrograms();
  const { notes, kwok, ...rest } = programs;
  if (output === 'json') out(JSON.stringify(programs, undefined, 2));
  else {
    for (const note of notes) say(`note: ${note}`);
    for (const path of Object.values({ ...rest, ...(kwok === undefined ? {} : { kwok: kwok.program }) })) out(path);
  }
  return exitCodes.done;
};

function notUp(found: LastingState): Failure {
  if (found.state === 'broken') return new ToolFailure('cluster-broken', `the control plane is broken: ${found.reason}`, { help: retry });
  return new ToolFailure(`cluster-${found.state}`, `the control plane is ${found.state}`, { help: retry });
}

function statusLines(found: LastingState, paint: Paint): readonly string[] {
  if (found.state === 'down') return ['down', `  ${paint.dim('help:')} ${retry}`];
  const colour = found.state === 'up' ? paint.green : found.state === 'broken' ? paint.red : paint.yellow;
  const head = `${colour(found.state)}, started at ${found.startedAt}${found.version === null ? '' : `, Kubernetes ${found.version}`}`;
  const broken =
    found.state === 'broken' ? [`  ${found.reason}`, `  ${paint.dim('help:')} begin anew, empty: \`npm run cluster -- up\``] : [];
  return [head, ...broken, ...factLines(found, paint), ...found.notes.map((note) => `note: ${note}`)];
}

function factLines(facts: Facts, paint: Paint): readonly string[] {
  const rows = [
    ['server', facts.server],
    ['kubeconfig', facts.kubeconfig],
    ['folder', facts.folder],
    ...(facts.kubectl === null ? [] : [['kubectl', facts.kubectl]]),
    ...facts.processes.map((one) => [one.name, one.running ? `runs as process ${one.pid}` : paint.red('ended')]),
  ];
  return rows.map(([name = '', value]) => `  ${name.padEnd(24)} ${value}`);
}

function kubectlNote({ kubectl }: Facts): readonly string[] {
  const isInPath = (env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, 'kubectl')));
  return isInPath || kubectl === null ? [] : [`kubectl is not in PATH; there is one at ${kubectl}`];
}

/** POSIX shells' quoting, only where it is needed. */
function shellQuoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

const epilogue = `
Without Docker and without root: the programs are taken from KUBEBUILDER_ASSETS, or built from source once, which needs
Go 1.26. Nodes and pods are played by kwok. Your own ~/.kube/config and its current context are never touched.

Examples:
  $ eval "$(npm run --silent cluster -- up)"
  $ kubectl get nodes
  $ npm run cluster -- down

Exit codes: 0 done, 2 wrong usage, 3 the world failed (or, of status, not up), 130 interrupted.
`;

const verbs: readonly { readonly name: string; readonly description: string; readonly run: Verb }[] = [
  { name: 'up', description: 'Find or build a control plane, start it and print how to use it. Does nothing when it is up.', run: upVerb },
  { name: 'down', description: 'End its processes and remove its data.', run: downVerb },
  { name: 'status', description: 'Show what runs, since when and where.', run: statusVerb },
  { name: 'kubeconfig', description: 'Print the path of its kubeconfig.', run: kubeconfigVerb },
  { name: 'programs', description: 'Find or build its programs, and print where they are. Nothing is started.', run: programsVerb },
];

async function runCluster(argv: readonly string[]): Promise<ExitCode> {
  let exit: ExitCode = exitCodes.done;
  const program = new Command('cluster')
    .description('A real Kubernetes control plane on this machine, for trying things out.')
    .exitOverride()
    .addHelpText('after', epilogue);
  for (const { name, description, run } of verbs) {
    const command = program
      .command(name)
      .description(description)
      .addOption(new Option('--folder <path>', 'where its data live').default(join(cacheFolder(env), 'cluster'), 'cluster, in the cache'))
      .addOption(new Option('--output <format>', 'what standard output gets').choices(['text', 'json']).default('text'));
    command.action(async () => {
      const options = command.opts<Options>();
      exit = await run({ ...options, folder: resolve(options.folder) });
    });
  }
  try {
    await program.parseAsync(argv.length === 0 ? ['help'] : [...argv], { from: 'user' });
    return exit;
  } catch (thrown) {
    if (!(thrown instanceof CommanderError)) throw thrown;
    return thrown.exitCode === 0 ? exitCodes.done : exitCodes.input;
  }
}

// Whoever reads us may stop reading: `cluster status | head -1`.
stdout.on('error', () => process.exit());

try {
  process.exitCode = await runCluster(process.argv.slice(2));
} catch (thrown) {
  const { lines, exit } = formatFailure(thrown, { paint: painter(isColoured(stderr)), interrupted: false });
  for (const line of lines) say(line);
  if (/--output[= ]json\b/.test(process.argv.join(' '))) out(JSON.stringify(failureJson(thrown, exit), undefined, 2));
  process.exitCode = exit;
}
