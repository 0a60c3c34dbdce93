import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Failure } from '../../src/model/failure.ts';
import { ToolFailure } from '../support/toolfailure.ts';
import { filesOf } from './flags.ts';
import { type ProcessRecord, recordOf } from './processes.ts';

/** A program to start. */
export interface Start {
  readonly name: string;
  readonly program: string;
  readonly flags: readonly string[];
  /** The program's folder, where it works and logs. */
  readonly folder: string;
  /** Variables beside those that every program gets. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A program that was started. */
export interface Started {
  readonly record: ProcessRecord;
  readonly child: ChildProcess;
  /** Settles when the program has ended. */
  readonly ended: Promise<unknown>;
}

/**
 * Starts a program in a session of its own, so that a Ctrl-C in this terminal does not reach it, with its output in a log
 * file. It does not keep this process running. Throws a Failure when the program cannot be started.
 */
export async function startProgram({ name, program, flags, folder, env }: Start): Promise<Started> {
  mkdirSync(filesOf(folder).logs, { recursive: true });
  const log = openSync(logOf(folder, name), 'a');
  const own = { ...environmentFor(folder), ...env };
  const child = spawn(program, flags, { cwd: folder, env: own, detached: true, stdio: ['ignore', log, log] });
  closeSync(log);
  await once(child, 'spawn').catch((thrown: unknown) => {
    throw new ToolFailure('program-not-started', `\`${name}\` cannot be started from \`${program}\``, { cause: thrown });
  });
  const ended = once(child, 'exit');
  child.unref();
  const record = child.pid === undefined ? undefined : recordOf(name, child.pid);
  if (record === undefined) throw programEnded(folder, name);
  return { record, child, ended };
}

/** The failure of a program that ended although it should run, with the end of its log. */
export function programEnded(folder: string, name: string): Failure {
  return new ToolFailure('program-ended', `\`${name}\` ended; the end of its log:\n${tailOf(folder, name)}`, {
    help: `the whole log is ${logOf(folder, name)}`,
  });
}

/** The last lines of a program's log. */
export function tailOf(folder: string, name: string): string {
  return readFileSync(logOf(folder, name), 'utf8').trimEnd().split('\n').slice(-10).join('\n');
}

/** Nothing of the user's: no kubeconfig, no ~/.kwok, no proxy. */
function environmentFor(folder: string): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'] ?? '', HOME: folder, TZ: 'UTC' };
}

/** The file that a program logs to. */
export function logOf(folder: string, name: string): string {
  return join(filesOf(folder).logs, `${name}.log`);
}
