import { readFileSync, statSync } from 'node:fs';

/** One figure of a run: what was done, by whom, and what it took. */
export interface Figure {
  readonly who: string;
  readonly what: string;
  readonly seconds: number;
  /** Requests to the API server, where they are counted. */
  readonly requests?: number;
  /** Peak memory of the process, in megabytes. */
  readonly megabytes?: number;
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

/** A counter over the audit log at `path`. */
export function openCounter(path: string): Counter {
  let read = statSync(path).size;
  return {
    requestsOf(user) {
      const text = readFileSync(path).subarray(read).toString('utf8');
      read += Buffer.byteLength(text);
      return text.split('\n').filter((line) => line.includes(`"username":"${user}"`)).length;
    },
  };
}
