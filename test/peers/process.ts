import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { PeerFailure } from './failure.ts';

/** A peer's program to start, in a folder that is its home too: nothing of the user's counts. */
export interface Start {
  readonly program: string;
  readonly args: readonly string[];
  readonly folder: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** A peer's program that was started. */
export interface Running {
  readonly pid: number | undefined;
  /** What it wrote to either output, line by line. */
  readonly lines: readonly string[];
  /** Asks again and again until `isDone` says yes. Throws a PeerFailure when the program ends, or `seconds` have passed. */
  until(isDone: () => boolean | Promise<boolean>, seconds: number): Promise<void>;
  /** Asks the program to end, and waits until it has; ends it after ten seconds. */
  stop(): Promise<void>;
}

/** Starts a peer's program. */
export function start({ program, args, folder, env }: Start): Running {
  const own = { PATH: process.env['PATH'] ?? '', HOME: folder, TMPDIR: folder, TZ: 'UTC' };
  const child = spawn(program, args, { cwd: folder, env: { ...own, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  const lines: string[] = [];
  for (const input of [child.stdout, child.stderr]) createInterface({ input }).on('line', (line) => lines.push(line));
  child.on('error', (thrown) => lines.push(thrown.message));
  return {
    pid: child.pid,
    lines,
    async until(isDone, seconds) {
      const deadline = performance.now() + seconds * 1000;
      while (!(await isDone())) {
        if (hasEnded(child)) throw new PeerFailure(`ended with ${child.signalCode ?? child.exitCode}`, lines.at(-1) ?? '');
        if (performance.now() > deadline) throw new PeerFailure(`gave up after ${seconds} s`, lines.at(-1) ?? '');
        await sleep(20);
      }
    },
    async stop() {
      if (hasEnded(child)) return;
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
      await ended;
      clearTimeout(timer);
    },
  };
}

function hasEnded(child: ChildProcess): boolean {
  return child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
}
