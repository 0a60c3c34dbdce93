import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { SyncEvent } from '../../src/model/event.ts';

/** The built program. */
const lockstep = resolve(import.meta.dirname, '..', '..', 'build', 'main.js');

/** How a command ended, with what it wrote. */
export interface Ended {
  readonly exit: number | null;
  readonly out: string;
  readonly talk: string;
}

/** How the program is run. */
export interface RunOptions {
  readonly signal?: AbortSignal;
  /** The variables of the process; by default those of this one. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs `lockstep <args>` in `folder` to its end, or until `signal` aborts: then it is asked to end. */
export function runLockstep(folder: string, args: readonly string[], { signal, env }: RunOptions = {}): Promise<Ended> {
  return new Promise((done, fail) => {
    signal?.throwIfAborted();
    const child = spawn(process.execPath, [lockstep, ...args], { cwd: folder, ...(env && { env }), stdio: ['ignore', 'pipe', 'pipe'] });
    const end = (): void => void child.kill('SIGTERM');
    signal?.addEventListener('abort', end);
    let out = '';
    let talk = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      talk += text;
    });
    child.on('error', fail);
    child.on('close', (exit) => {
      signal?.removeEventListener('abort', end);
      done({ exit, out, talk });
    });
  });
}

/** An event of the agent with the time at which it was written. */
export type TimedEvent = SyncEvent & { readonly time: string };

/** A running `lockstep agent`. */
export interface AgentProcess {
  readonly events: readonly TimedEvent[];
  /** What it wrote to standard error until now. */
  talk(): string;
  /** Resolves with the first event at or after the `since`th that fits; rejects after `patience` (a minute, in ms), or when the agent ends. */
  until(
    fits: (event: TimedEvent) => boolean,
    options: { readonly since: number; readonly what: string; readonly patience?: number },
  ): Promise<TimedEvent>;
  kill(signal: NodeJS.Signals): void;
  /** Its process id; undefined when it could not be started. */
  readonly pid: number | undefined;
  readonly ended: Promise<number | null>;
}

/** Starts `lockstep agent <args>` in `folder`. Its events are read as JSON. */
export function startAgent(folder: string, args: readonly string[]): AgentProcess {
  const child = spawn(process.execPath, [lockstep, 'agent', ...args, '--output', 'json'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const events: TimedEvent[] = [];
  const looks = new Set<() => void>();
  let talk = '';
  let over = false;
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    talk += text;
  });
  createInterface({ input: child.stdout }).on('line', (line) => {
    events.push(JSON.parse(line) as TimedEvent);
    for (const look of looks) look();
  });
  const ended = new Promise<number | null>((resolveEnd) => {
    child.on('close', (exit) => {
      over = true;
      for (const look of looks) look();
      resolveEnd(exit);
    });
  });
  return {
    events,
    talk: () => talk,
    ended,
    pid: child.pid,
    kill: (signal) => void child.kill(signal),
    until: (fits, { since, what, patience = 60_000 }) =>
      new Promise((found, fail) => {
        const finish = (act: () => void): void => {
          clearTimeout(timer);
          looks.delete(look);
          act();
        };
        const told = (): string =>
          `${talk}${events
            .slice(-12)
            .map((event) => JSON.stringify(event))
            .join('\n')}`;
        const look = (): void => {
          const event = events.slice(since).find(fits);
          if (event !== undefined) finish(() => found(event));
          else if (over) finish(() => fail(new Error(`the agent ended before ${what}:\n${told()}`)));
        };
        const timer = setTimeout(() => finish(() => fail(new Error(`waited in vain for ${what}:\n${told()}`))), patience);
        looks.add(look);
        look();
      }),
  };
}
