import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Worker } from '../ports.ts';

/** How the running program is started once more. */
export interface WorkerOptions {
  /** The path of the node program, and that of ours. */
  readonly node: string;
  readonly program: string;
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Told what it says on standard error, after it was asked. */
  readonly say: (text: string) => void;
}

/**
 * A process of this program with these arguments, which may make itself ready: it is asked by lines on its standard input, and not
 * needed any more when that ends. What it says before nobody asked for.
 */
export function startWorker(args: readonly string[], { node, program, folder, env, say }: WorkerOptions): Worker {
  // In a group of its own: it may have started others, and an interruption at the terminal is for us to handle.
  const child = spawn(node, [program, ...args], { cwd: folder, env, stdio: 'pipe', detached: true });
  child.stdin.on('error', () => {});
  let hasEnded = false;
  let isAsked = false;
  const ended = new Promise<void>((resolve) => {
    const end = (): void => {
      hasEnded = true;
      resolve();
    };
    child.once('error', end);
    child.once('close', end);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    if (isAsked) say(text);
  });
  const lines = createInterface({ input: child.stdout });
  return {
    get hasEnded() {
      return hasEnded;
    },
    async ask<T>(question: string, read: (line: string) => T | undefined) {
      isAsked = true;
      let take: (line: string) => void = () => {};
      const answer = new Promise<T>((resolve) => {
        take = (line) => {
          const found = read(line);
          if (found !== undefined) resolve(found);
        };
      });
      lines.on('line', take);
      child.stdin.write(`${question}\n`);
      try {
        return await Promise.race([answer, ended.then(() => undefined)]);
      } finally {
        lines.off('line', take);
      }
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
