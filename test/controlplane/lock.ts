import { randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isRunning, type ProcessRecord } from './processes.ts';
import { thisProcess } from './record.ts';

/** What the lock file says: who holds it, and a word of its own, so that two holders' files never look alike. */
interface Holder {
  readonly process: ProcessRecord;
  readonly word: string;
}

/**
 * Runs `act` while no other process that asks for the same file does. A holder that is gone holds nothing. `waiting` is
 * told once, with the holder's process id, when there is something to wait for.
 */
export async function withLock<T>(path: string, waiting: (pid: number) => void, act: () => Promise<T>): Promise<T> {
  mkdirSync(dirname(path), { recursive: true });
  const mine: Holder = { process: thisProcess(), word: randomUUID() };
  let isTold = false;
  while (!take(path, mine)) {
    const holder = readHolder(path);
    if (holder === undefined || !isRunning(holder.process)) breakLock(path, holder);
    else {
      if (!isTold) waiting(holder.process.pid);
      isTold = true;
      await sleep(200);
    }
  }
  try {
    return await act();
  } finally {
    rmSync(path, { force: true });
  }
}

/** Makes the file with its text in one step, so that nobody ever reads half of it. False when it exists. */
function take(path: string, mine: Holder): boolean {
  const written = `${path}.${mine.word}`;
  writeFileSync(written, JSON.stringify(mine));
  try {
    linkSync(written, path);
    return true;
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'EEXIST') return false;
    throw thrown;
  } finally {
    rmSync(written);
  }
}

/** Moves a dead holder's file away; where somebody else was quicker and holds the lock now, that one's goes back. */
function breakLock(path: string, dead: Holder | undefined): void {
  const aside = `${path}.${randomUUID()}`;
  try {
    renameSync(path, aside);
    if (readHolder(aside)?.word !== dead?.word) linkSync(aside, path);
  } catch {
    // It is gone already, or taken again: the next look tells.
  } finally {
    rmSync(aside, { force: true });
  }
}

function readHolder(path: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Holder;
  } catch {
    return undefined;
  }
}
