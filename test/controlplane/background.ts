import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { exitCodes, Failure, messageOf } from '../../src/model/failure.ts';
import { ToolFailure } from '../support/toolfailure.ts';
import type { Variables } from './key.ts';
import type { Programs } from './programs.ts';
import { type ControlPlane, startControlPlane } from './start.ts';

/** A control plane that is found or built, and started, while something else goes on. */
export interface BackgroundStart {
  /** Rejects with the Failure that says why there is none. Nobody needs to listen. */
  readonly plane: Promise<ControlPlane>;
  /** Breaks off what still goes on, ends the control plane, and returns when nothing of it is left. Can be called again. */
  close(): Promise<void>;
}

/** Begins to make a control plane ready. `heard` is told each line of progress. */
export function startInBackground(env: Variables, heard: (line: string) => void): BackgroundStart {
  const closed = new AbortController();
  const prepare = async (): Promise<ControlPlane> => {
    heard('finding the programs of the control plane');
    const programs = await findProgramsAside(env, heard, closed.signal);
    heard('starting the control plane');
    return startControlPlane({ programs });
  };
  const plane = prepare();
  // Whoever needs it hears of its failure; until then it is nobody's.
  plane.catch(() => {});
  return {
    plane,
    async close() {
      closed.abort();
      await plane.then(
        (started) => started.stop(),
        () => {},
      );
    },
  };
}

/**
 * Finds or builds the programs in a process of its own, in a process group of its own: so that it can be broken off with all
 * the compilers that a build starts, and so that this process has time for other things.
 */
async function findProgramsAside(env: Variables, heard: (line: string) => void, signal: AbortSignal): Promise<Programs> {
  const script = join(import.meta.dirname, 'cluster.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', script, 'programs', '--output', 'json'], {
    cwd: join(import.meta.dirname, '..', '..'),
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const end = (): void => {
    const isRunning = child.exitCode === null && child.signalCode === null;
    if (child.pid !== undefined && isRunning) process.kill(-child.pid, 'SIGTERM');
  };
  signal.addEventListener('abort', end);
  let hasFailed = false;
  createInterface({ input: child.stderr }).on('line', (line) => {
    // What it failed with comes as JSON, too.
    hasFailed ||= line.startsWith('error[');
    if (!hasFailed) heard(line);
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [out, exit] = await Promise.all([text(child.stdout), ended]);
  signal.removeEventListener('abort', end);
  if (signal.aborted) throw new Failure('interrupted', 'the control plane was not waited for', { exit: exitCodes.interrupted });
  return programsIn(out, exit);
}

/** What the process said: the programs, or why there are none, in the words that it failed with. */
function programsIn(out: string, exit: number | null): Programs {
  const said = parsed(out) as Programs & { readonly error?: { readonly code: string; readonly message: string; readonly help?: string } };
  if (said.error === undefined) return said;
  const { code, message, help } = said.error;
  const isInput = exit === exitCodes.input;
  throw new ToolFailure(code, message, { ...(help === undefined ? {} : { help }), exit: isInput ? exitCodes.input : exitCodes.world });
}

function parsed(out: string): unknown {
  try {
    return JSON.parse(out);
  } catch (thrown) {
    throw new ToolFailure('programs-not-found', `the programs of the control plane were not found: ${messageOf(thrown)}`, {
      cause: thrown,
    });
  }
}
