import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { Command, CommanderError } from 'commander';
import { formatFailure } from '../../src/cli/failure.ts';
import { painter } from '../../src/cli/paint.ts';
import { type ExitCode, exitCodes, Failure, messageOf } from '../../src/model/failure.ts';
import { ToolFailure } from '../support/toolfailure.ts';
import { openScreen } from './screen.ts';
import type { Closing } from './stage.ts';
import { type DemoOptions, keepRunning, tellStory } from './story.ts';
import { openTeller } from './teller.ts';

const { env, stdin, stdout, stderr } = process;
const isColoured = (stream: NodeJS.WriteStream): boolean => stream.isTTY && !env['NO_COLOR'] && env['TERM'] !== 'dumb';
const say = (line: string): void => void stderr.write(`${line}\n`);

const epilogue = `
Without --context it starts a Kubernetes control plane of its own: found in KUBEBUILDER_ASSETS, or built from source the first
time (Go 1.26, about ten minutes on two cores), while the first chapters play. Nodes and pods are played, so no image is pulled.
With --context pods are real, and the agent still runs on this machine.

Examples:
  $ npm run demo
  $ npm run demo -- --keep
  $ npm run demo -- --context kind-try

Exit codes: 0 every chapter really happened, 2 wrong usage, 3 one did not, 4 the cluster or you said no, 130 interrupted.
`;

function commandOf(argv: readonly string[]): DemoOptions {
  const program = new Command('demo')
    .usage('-- [options]')
    .description("Tell Lockstep's story in the terminal, on a real Kubernetes API server.")
    .option('--keep', 'leave everything running at the end, until Ctrl-C', false)
    .option('--context <name>', 'use a cluster of your own: a context of your kubeconfig; asks first, and cleans up')
    .option('--yes', 'with --context: do not ask', false)
    .exitOverride()
    .addHelpText('after', epilogue)
    .parse([...argv], { from: 'user' });
  return { ...program.opts<Omit<DemoOptions, 'canAsk'>>(), canAsk: stdin.isTTY && stderr.isTTY };
}

/** Tells the story, and whatever becomes of it, leaves nothing behind. Returns all that went wrong. */
async function demo(options: DemoOptions, signal: AbortSignal): Promise<readonly unknown[]> {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-demo-'));
  const closing: Closing = [() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 })];
  const teller = openTeller(openScreen(stdout, env), Date.now, { isColoured: isColoured(stdout) });
  const failures: unknown[] = [];
  try {
    const stage = await tellStory({ teller, folder, signal, closing }, options);
    if (options.keep) await keepRunning(stage);
  } catch (thrown) {
    // A Ctrl-C reaches what we run, too: that may be heard of first.
    await setImmediate();
    failures.push(signal.aborted ? signal.reason : failureOf(thrown));
  }
  teller.close();
  if (signal.aborted) say('cleaning up; a second Ctrl-C leaves all as it is');
  for (const close of closing.reverse())
    await Promise.resolve()
      .then(close)
      .catch((thrown: unknown) => failures.push(thrown));
  return failures;
}

/** Whatever goes wrong in the story is a chapter that did not happen. */
function failureOf(thrown: unknown): Failure {
  return thrown instanceof Failure ? thrown : new ToolFailure('chapter-failed', messageOf(thrown), { cause: thrown });
}

async function main(): Promise<ExitCode> {
  const interrupted = new AbortController();
  let first: number | undefined;
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      // npm may pass on a Ctrl-C that came here as well. A second one, later, is meant.
      if (first !== undefined && Date.now() - first > 1_000) process.exit(exitCodes.interrupted);
      first ??= Date.now();
      interrupted.abort();
    });
  }
  // Whoever reads us may stop reading: `npm run demo | head`.
  stdout.on('error', () => interrupted.abort());
  let exit: ExitCode = exitCodes.done;
  try {
    for (const thrown of await demo(commandOf(process.argv.slice(2)), interrupted.signal)) {
      const shown = formatFailure(thrown, { paint: painter(isColoured(stderr)), interrupted: thrown === interrupted.signal.reason });
      for (const line of shown.lines) say(line);
      exit = shown.exit;
    }
    return exit;
  } catch (thrown) {
    if (!(thrown instanceof CommanderError)) throw thrown;
    return thrown.exitCode === 0 ? exitCodes.done : exitCodes.input;
  }
}

process.exitCode = await main();
