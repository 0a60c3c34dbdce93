import { spawn } from 'node:child_process';
import { exitCodes, Failure } from '../../model/failure.ts';
import { whenAborted } from '../abort.ts';

/** How a program is run. */
export interface RunOptions {
  /** The folder that it works in. */
  readonly cwd: string;
  /** All variables that it has. */
  readonly env: Readonly<Record<string, string>>;
  /** What its standard input says. */
  readonly input: string;
  readonly signal: AbortSignal;
  readonly bounds?: Bounds;
}

/** What a program may take. */
export interface Bounds {
  /** Milliseconds. */
  readonly patience: number;
  /** Bytes that it prints. */
  readonly limit: number;
}

const usual: Bounds = { patience: 60_000, limit: 64 * 1024 * 1024 };

/** What came of running a program. */
export type Ran =
  | { readonly type: 'done'; readonly text: string }
  /** It ended with an exit code, and these words. */
  | { readonly type: 'failed'; readonly words: string }
  /** It took too long, or said too much. */
  | { readonly type: 'endless'; readonly why: string };

/** Bytes of its complaints that are told. */
const complaintLimit = 64 * 1024;

/** Milliseconds between asking a program to end and ending it. */
const grace = 2_000;

/**
 * Runs a program within bounds, and ends it when they are passed, or when it is interrupted. It stays in the group of this process, so
 * that whoever ends that ends it, too.
 */
export async function run(program: string, args: readonly string[], { cwd, env, input, signal, bounds = usual }: RunOptions): Promise<Ran> {
  if (signal.aborted) throw interrupted();
  const { patience, limit } = bounds;
  const child = spawn(program, args, { cwd, env, stdio: 'pipe', windowsHide: true });
  let why: string | undefined;
  let last: NodeJS.Timeout | undefined;
  const stop = (because: string): void => {
    if (why !== undefined) return;
    why = because;
    child.kill();
    last = setTimeout(() => child.kill('SIGKILL'), grace);
  };
  const timer = setTimeout(() => stop(`took more than ${patience / 1000} s`), patience);
  const release = whenAborted(signal, () => stop('was interrupted'));
  const chunks: Buffer[] = [];
  let size = 0;
  child.stdout.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > limit) stop(`printed more than ${limit} bytes`);
    else chunks.push(chunk);
  });
  let words = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    words = `${words}${text}`.slice(0, complaintLimit);
  });
  // It need not read what it is told.
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  try {
    const exit = await new Promise<number | Error | null>((resolve) => {
      child.once('error', resolve);
      child.once('close', resolve);
    });
    if (signal.aborted) throw interrupted();
    if (why !== undefined) return { type: 'endless', why };
    if (exit === 0) return { type: 'done', text: Buffer.concat(chunks).toString('utf8') };
    return { type: 'failed', words: exit instanceof Error ? exit.message : words.trim() || `it ended with ${exit ?? 'a signal'}` };
  } finally {
    clearTimeout(timer);
    clearTimeout(last);
    release();
  }
}

function interrupted(): Failure {
  return new Failure('interrupted', 'what is included was not rendered to the end', { exit: exitCodes.interrupted });
}
