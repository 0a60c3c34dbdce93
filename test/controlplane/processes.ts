import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** A process as it can be found again later, also by another program. */
export interface ProcessRecord {
  /** The program's name: `etcd`. */
  readonly name: string;
  readonly pid: number;
  /** When it started, in the operating system's own words: only good for comparing. Process ids are used again, pairs of both are not. */
  readonly startTime: string;
}

/** The record of a process that runs now; undefined when there is none of this id, or only its remains (a zombie). */
export function recordOf(name: string, pid: number): ProcessRecord | undefined {
  const startTime = startTimeOf(pid);
  return startTime === undefined ? undefined : { name, pid, startTime };
}

/** Whether the very process of the record still runs, and not another one that got its id. */
export function isRunning(record: ProcessRecord): boolean {
  return startTimeOf(record.pid) === record.startTime;
}

/**
 * Ends processes: asks all with SIGTERM, waits up to `graceMs` milliseconds, then ends the rest with SIGKILL. A process
 * is only signalled while its start time is the record's. Returns when none of them runs.
 */
export async function endProcesses(records: readonly ProcessRecord[], graceMs = 5_000): Promise<void> {
  for (const record of records) signal(record, 'SIGTERM');
  const deadline = performance.now() + graceMs;
  while (records.some(isRunning) && performance.now() < deadline) await sleep(20);
  while (records.some(isRunning)) {
    for (const record of records) signal(record, 'SIGKILL');
    await sleep(20);
  }
}

function signal(record: ProcessRecord, name: 'SIGTERM' | 'SIGKILL'): void {
  if (!isRunning(record)) return;
  try {
    process.kill(record.pid, name);
  } catch (thrown) {
    // It ended between the look and the signal.
    if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'ESRCH')) throw thrown;
  }
}

function startTimeOf(pid: number): string | undefined {
  return process.platform === 'linux' ? startTimeFromProc(pid) : startTimeFromPs(pid);
}

/** Reads proc_pid_stat(5): state is field 3, the start in ticks since boot field 22. The name, field 2, may hold spaces and brackets. */
function startTimeFromProc(pid: number): string | undefined {
  const stat = tryRead(`/proc/${pid}/stat`);
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (fields === undefined || /^[ZX]/.test(fields[0] ?? '')) return undefined;
  return `${tryRead('/proc/sys/kernel/random/boot_id')?.trim() ?? ''}/${fields[19]}`;
}

function startTimeFromPs(pid: number): string | undefined {
  try {
    const line = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      env: { LC_ALL: 'C', PATH: '/bin:/usr/bin' },
    });
    const [state = '', ...started] = line.trim().split(/\s+/);
    return state.startsWith('Z') ? undefined : started.join(' ');
  } catch {
    // ps ends with 1 when there is no such process.
    return undefined;
  }
}

function tryRead(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
