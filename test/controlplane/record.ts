import { lstatSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { filesOf } from './flags.ts';
import { endProcesses, isRunning, type ProcessRecord, recordOf } from './processes.ts';

/** What a control plane's folder tells others: who runs here, and for whom. */
export interface ControlPlaneRecord {
  readonly server: string;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  /** The process that started it, and with which it ends unless it is detached. */
  readonly startedBy: ProcessRecord;
  readonly lifetime: 'process' | 'detached';
  readonly processes: readonly ProcessRecord[];
  /** True once it was ready. */
  readonly ready: boolean;
  readonly kubectl: string | null;
  readonly notes: readonly string[];
}

/** The beginning of the names of temporary control planes' folders. */
export const temporaryPrefix = 'lockstep-controlplane-';

/** Writes the record of a folder, whole or not at all. */
export function writeRecord(folder: string, record: ControlPlaneRecord): void {
  const path = filesOf(folder).record;
  writeFileSync(`${path}.new`, `${JSON.stringify(record, undefined, 2)}\n`, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

/** Reads the record of a folder; undefined when there is none. */
export function readRecord(folder: string): ControlPlaneRecord | undefined {
  try {
    // Only this program writes such a file, whole, into folders of its own.
    return JSON.parse(readFileSync(filesOf(folder).record, 'utf8')) as ControlPlaneRecord;
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return undefined;
    throw thrown;
  }
}

/** This process, for others to see whether it still runs. */
export function thisProcess(): ProcessRecord {
  return recordOf('node', process.pid) ?? { name: 'node', pid: process.pid, startTime: '' };
}

/**
 * Ends and removes temporary control planes of this user whose starter is gone, for the case that their watchdog was
 * ended too.
 */
export async function removeLeftovers(): Promise<void> {
  const names = readdirSync(tmpdir()).filter((name) => name.startsWith(temporaryPrefix));
  const folders = names.map((name) => join(tmpdir(), name));
  for (const folder of folders) {
    const record = isOurs(folder) ? readRecord(folder) : undefined;
    if (record === undefined || record.lifetime === 'detached' || isRunning(record.startedBy)) continue;
    await endProcesses(record.processes, 0);
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Anybody may write to the temporary folder; another user's record must not tell us which processes to end. */
function isOurs(folder: string): boolean {
  const found = lstatSync(folder, { throwIfNoEntry: false });
  return found?.isDirectory() === true && found.uid === userInfo().uid;
}
