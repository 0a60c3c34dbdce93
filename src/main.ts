#!/usr/bin/env node
import { Console } from 'node:console';
import { createRequire } from 'node:module';
import { endedEarly, failureJson, formatFailure } from './cli/failure.ts';
import { type Paint, painter } from './cli/paint.ts';
import { runProgram } from './commands/program.ts';
import { systemClock } from './io/clock.ts';
import { keepHeapSmall } from './io/heap.ts';
import { endWithParent } from './io/orphan.ts';
import { openStatusLine } from './io/status-line.ts';
import { openWorld } from './io/world.ts';
import { type ExitCode, exitCodes } from './model/failure.ts';

const { env, stdout, stderr } = process;
const runtime = `${process.version} ${process.platform}-${process.arch}`;
const { version } = createRequire(import.meta.url)('../package.json') as { readonly version: string };
// Before anything is made that lasts.
if (process.argv[2] === 'agent') keepHeapSmall();
if (process.argv.includes('--when-asked') || process.argv.includes('--worker') || process.argv.includes('--rendering'))
  endWithParent(process);
const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    // The second time it is meant.
    if (interrupted.signal.aborted) end(exitCodes.interrupted);
    interrupted.abort();
  });
}
// Before anything else writes there.
const status = openStatusLine(stderr, () => systemClock.now().getTime());
// Standard output holds results alone: what a chart prints is talk.
globalThis.console = new Console(stderr, stderr);
const write = stdout.write.bind(stdout);
stdout.write = stderr.write.bind(stderr);
const isEndless =
  process.argv[2] === 'agent' || ['--watch', '--when-asked', '--worker', '--rendering'].some((option) => process.argv.includes(option));
// Whoever reads us may stop reading: `lockstep status | head -1`.
stdout.on('error', ({ code }: NodeJS.ErrnoException) => {
  if (code !== 'EPIPE' && code !== 'ERR_STREAM_DESTROYED') end(exitCodes.world);
  // What ends by itself goes on to its end: its exit code is a result, too.
  if (isEndless) end(exitCodes.done);
});

const paintFor = (stream: NodeJS.WriteStream): Paint =>
  painter(stream.isTTY && !process.argv.includes('--no-color') && !env['NO_COLOR'] && env['TERM'] !== 'dumb');

let isOver = false;
function end(exit: ExitCode): never {
  isOver = true;
  process.exit(exit);
}

/** Says what was thrown, and gives the exit code. */
function report(thrown: unknown): ExitCode {
  const { lines, exit } = formatFailure(thrown, { paint: paintFor(stderr), interrupted: interrupted.signal.aborted });
  for (const line of lines) stderr.write(`${line}\n`);
  // Where results are a line each, a reader takes lines.
  const indentation = process.argv[2] === 'agent' || process.argv.includes('--watch') ? undefined : 2;
  if (/--output[= ]json\b/.test(process.argv.join(' '))) write(`${JSON.stringify(failureJson(thrown, exit), undefined, indentation)}\n`);
  return exit;
}

// The code of the project is code: it may end the process, or fail where nobody waits for it. Neither is a success.
process.on('exit', () => {
  if (!isOver) process.exitCode = report(endedEarly());
});
process.on('uncaughtException', (thrown) => {
  if (process.argv[2] === 'agent') end(report(thrown));
  // What hides secrets is a part of the compiler, which the agent has not.
  void import('./commands/aside.ts').then(({ failedAside }) => end(report(failedAside(thrown))));
});

try {
  process.exitCode = await runProgram(process.argv.slice(2), {
    version,
    streams: { out: (text) => void write(text), say: (text) => void stderr.write(text) },
    makeContext: ({ output }) => ({
      world: openWorld({
        folder: process.cwd(),
        host: process,
        program: { folder: import.meta.dirname, runtime },
        signal: interrupted.signal,
        listening: process,
        measured: process,
      }),
      version,
      signal: interrupted.signal,
      output,
      workspace: env['GITHUB_WORKSPACE'] || undefined,
      paint: { out: paintFor(stdout), say: paintFor(stderr) },
      out: (line) => void write(`${line}\n`),
      say: (line) => void stderr.write(`${line}\n`),
      show: (line) => status.show(line),
    }),
  });
} catch (thrown) {
  process.exitCode = report(thrown);
}
isOver = true;
