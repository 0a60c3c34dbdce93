import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import type { Worker } from '../ports.ts';

/** How the running program is started once more. */
export interface WorkerOptions {
  /** The path of the node program, and that of ours. */
  readonly node: string;
  readonly program: string;
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * A process of this program with these arguments, which may make itself ready: it is asked when its standard input says something,
 * and not needed any more when that ends without a word. What it says goes where our own words go.
 */
export function startWorker(args: readonly string[], { node, program, folder, env }: WorkerOptions): Worker {
  // In a group of its own: it may have started others, and an interruption at the terminal is for us to handle.
  const child = spawn(node, [program, ...args], { cwd: folder, env, stdio: ['pipe', 'pipe', 'inherit'], detached: true });
  child.stdin.on('error', () => {});
  let hasEnded = false;
  const ended = new Promise<void>((resolve) => {
    const end = (): void => {
      hasEnded = true;
      resolve();
    };
    child.once('error', end);
    child.once('close', end);
  });
  const answer = Promise.all([textOf(child.stdout), ended]).then(([text]) => text);
  return {
    get hasEnded() {
      return hasEnded;
    },
    ask() {
      child.stdin.end('go\n');
      return answer;
    },
    async end() {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      } catch {
        // It has ended by itself.
      }
      await ended;
    },
  };
}

async function textOf(stream: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
