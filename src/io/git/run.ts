import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { exitCodes, Failure } from '../../model/failure.ts';
import { endGroup } from '../group.ts';
import type { Environment } from './environment.ts';
import { failureOf } from './failures.ts';

/** How git is called. */
export interface Git {
  /** Arguments that stand before every command: `--git-dir`, `-c key=value`. */
  readonly before: readonly string[];
  /** The whole environment of the process. */
  readonly env: Environment;
  /** Strings that must never stand in a message. */
  readonly secrets: readonly string[];
  /** Ends whatever runs, where a call names no signal of its own. */
  readonly signal?: AbortSignal | undefined;
}

/** What one call may do and needs. */
export interface RunOptions {
  readonly stdin?: Buffer | string;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds until the call is stopped; a minute unless told. */
  readonly timeLimit?: number;
  /** Bytes of output that are taken; 64 MiB unless told. */
  readonly outputLimit?: number;
  /** Exit codes that are answers; only 0 unless told. */
  readonly answers?: readonly number[];
  /** Variables beside those of the `Git`. */
  readonly env?: Environment;
}

/** What a call said. */
export interface GitOutput {
  readonly exit: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** The time limit of what brings objects from a remote or to it, or walks through all that was brought, in milliseconds. */
export const remoteTimeLimit = 300_000;

/** The time limit of a look at the refs of a remote, in milliseconds. */
export const lookTimeLimit = 120_000;

const errorLimit = 64 * 1024;

/**
 * Runs one git command, the first of `args`: no shell, no hooks, in a process group of its own, so that what it started ends with it. Throws a
 * `Failure`: `git-missing`, `git-timeout`, `git-output`, `interrupted`, or what git's words mean (see failures.ts).
 */
export async function runGit(git: Git, args: readonly string[], options: RunOptions = {}): Promise<GitOutput> {
  const command = args[0] ?? '';
  const signal = options.signal ?? git.signal;
  if (signal?.aborted) throw interrupted(command, signal);
  const child = startGit(git, args, options.env);
  const ended = ending(child);
  const stop = stopper(child);
  const release = watch(command, { ...options, signal }, stop.because);
  try {
    child.stdin.end(options.stdin ?? '');
    const tooMuch = (): void => stop.because(new Failure('git-output', `\`git ${command}\` said more than is taken from it`));
    const [stdout, stderr, exit] = await Promise.all([
      collect(child.stdout, options.outputLimit ?? 64 * 1024 * 1024, tooMuch),
      collectEnd(child.stderr),
      ended,
    ]);
    if (stop.reason !== undefined) throw stop.reason;
    if (exit === undefined || !(options.answers ?? [0]).includes(exit)) throw failureOf({ command, exit, stderr, secrets: git.secrets });
    return { exit, stdout, stderr };
  } finally {
    release();
  }
}

/** The text that a command prints, without the newline at its end. */
export async function gitText(git: Git, args: readonly string[], options: RunOptions = {}): Promise<string> {
  return (await runGit(git, args, options)).stdout.toString('utf8').replace(/\n$/, '');
}

/** Starts a git process. Its streams never throw for a reader that has gone: the exit says more. */
export function startGit(git: Git, args: readonly string[], env: Environment = {}): ChildProcessWithoutNullStreams {
  const child = spawn('git', ['-c', 'core.hooksPath=/dev/null', ...git.before, ...args], {
    env: { ...git.env, ...env },
    stdio: 'pipe',
    detached: true,
    windowsHide: true,
  });
  child.stdin.on('error', () => {});
  return child;
}

/** The exit code of a process once all its output is read, undefined when a signal ended it. Throws `git-missing` when there is no git. */
export function ending(child: ChildProcessWithoutNullStreams): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    child.once('error', (cause) => reject(notStarted(cause)));
    child.once('close', (code) => resolve(code ?? undefined));
  });
}

function stopper(child: ChildProcessWithoutNullStreams): { reason: Failure | undefined; because(failure: Failure): void } {
  const stop = {
    reason: undefined as Failure | undefined,
    because(failure: Failure): void {
      if (stop.reason !== undefined) return;
      stop.reason = failure;
      endGroup(child);
    },
  };
  return stop;
}

/** Stops the call when its time is up or its caller wants no more. Returns how to end the watch. */
function watch(command: string, { signal, timeLimit = 60_000 }: RunOptions, stop: (failure: Failure) => void): () => void {
  const timer = setTimeout(() => stop(tookTooLong(command, timeLimit)), timeLimit);
  const abort = (): void => stop(interrupted(command, signal));
  signal?.addEventListener('abort', abort, { once: true });
  return () => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  };
}

async function collect(stream: Readable, limit: number, tooMuch: () => void): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= limit) chunks.push(chunk);
    else tooMuch();
  }
  return Buffer.concat(chunks);
}

/** The last of what is said: the reason of a failure stands at the end. */
async function collectEnd(stream: Readable): Promise<string> {
  let end = Buffer.alloc(0);
  for await (const chunk of stream as AsyncIterable<Buffer>) end = Buffer.concat([end, chunk]).subarray(-errorLimit);
  return end.toString('utf8');
}

/** Says that a command was stopped after so many milliseconds. */
export function tookTooLong(command: string, timeLimit: number): Failure {
  return new Failure('git-timeout', `\`git ${command}\` took longer than ${timeLimit / 1000} s`);
}

/** Throws that whoever waited for git wants no more. */
export function stoppedWaiting(): never {
  throw new Failure('interrupted', 'waiting for git was interrupted', { exit: exitCodes.interrupted });
}

function interrupted(command: string, signal: AbortSignal | undefined): Failure {
  return new Failure('interrupted', `\`git ${command}\` was interrupted`, { exit: exitCodes.interrupted, cause: signal?.reason });
}

function notStarted(cause: Error): Failure {
  if ('code' in cause && cause.code === 'ENOENT') {
    return new Failure('git-missing', 'there is no `git` program', { help: 'install git 2.34 or newer', cause });
  }
  return new Failure('git-failed', `git could not be started: ${cause.message}`, { cause });
}
