import { closeSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { messageOf } from '../../src/model/failure.ts';
import { PeerFailure } from '../peers/failure.ts';

/** One figure of a run: what was done, by whom, and what it took. */
export interface Figure {
  readonly who: string;
  readonly what: string;
  /** Absent where it is about something else than time. */
  readonly seconds?: number;
  /** Requests to the API server, where they are counted. */
  readonly requests?: number;
  /** Seconds of the processor that it took, where they are counted. */
  readonly processor?: number;
  /** Peak memory of the process, in megabytes. */
  readonly megabytes?: number;
  /** Why there is no figure, for people: `gave up after 451 s`. */
  readonly missing?: string;
}

/** Why there is no figure: `row` for the table, and what else is known about it. */
export class NoFigure extends PeerFailure {
  override readonly name = 'NoFigure';
}

/** A step that is measured. */
export interface Step {
  readonly what: string;
  /** What must be done before, and is not measured. */
  readonly before?: () => Promise<unknown>;
  readonly run: () => Promise<unknown>;
  /** Throws when the step did not do what it should have. Not measured. */
  readonly after?: () => Promise<unknown>;
}

/** Whose steps are measured. */
export interface Subject {
  readonly who: string;
  /** Counts its requests since the last call. */
  readonly requests?: () => number;
  /** Told how each step went, in a line. */
  readonly say: (line: string) => void;
}

/** Tells a figure as soon as it is known: a run takes long, and its table comes at the end. */
export function told<Timed extends Figure & { readonly seconds: number }>(figure: Timed, say: Subject['say']): Timed {
  say(`${figure.who}, ${figure.what}: ${figure.seconds.toFixed(2)} s`);
  return figure;
}

/** Measures steps one after the other. One that fails is a row that says so, and the last: those behind rest on it. */
export async function measureSteps({ who, requests, say }: Subject, steps: readonly Step[]): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const { what, before, run, after } of steps) {
    try {
      await before?.();
      requests?.();
      const seconds = await timed(run);
      const counted = requests === undefined ? {} : { requests: requests() };
      await after?.();
      figures.push(told({ who, what, seconds, ...counted }, say));
    } catch (thrown) {
      say(`${who}, ${what}: ${messageOf(thrown)}`);
      return [...figures, { who, what, missing: thrown instanceof PeerFailure ? thrown.row : 'failed' }];
    }
  }
  return figures;
}

/** The seconds that `act` takes. */
export async function timed(act: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await act();
  return (performance.now() - began) / 1000;
}

/** The value below which `share` of `values` lie. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

/** The most memory that a process ever held, in megabytes; undefined where the system does not tell. */
export function peakMemory(pid: number | undefined): number | undefined {
  try {
    const kilobytes = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kilobytes === undefined ? undefined : Math.round(Number(kilobytes) / 1024);
  } catch {
    return undefined;
  }
}

/** Counts what an API server was asked, by its audit log. */
export interface Counter {
  /** The requests of `user` since the last call, all watches and dry runs included. */
  requestsOf(user: string): number;
}

/** A counter over the audit log at `path`, from its present end on. */
export function openCounter(path: string): Counter {
  let read = statSync(path).size;
  return {
    requestsOf(user) {
      const fresh = bytesFrom(path, read);
      // A line that is still being written counts the next time.
      const lines = fresh.subarray(0, fresh.lastIndexOf('\n') + 1);
      read += lines.length;
      return occurrences(lines, `"user":{"username":"${user}"`);
    },
  };
}

function bytesFrom(path: string, start: number): Buffer {
  const file = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(statSync(path).size - start);
    return bytes.subarray(0, readSync(file, bytes, 0, bytes.length, start));
  } finally {
    closeSync(file);
  }
}

function occurrences(bytes: Buffer, text: string): number {
  let count = 0;
  for (let at = bytes.indexOf(text); at !== -1; at = bytes.indexOf(text, at + 1)) count++;
  return count;
}
