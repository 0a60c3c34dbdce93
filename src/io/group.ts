import type { ChildProcess } from 'node:child_process';

/** Milliseconds between asking a process to end and ending it. */
const patience = 2_000;

/** Ends a process that leads a group of its own (`detached`), with all that it started: politely, and 2 s later for sure. */
export function endGroup(child: ChildProcess): void {
  const kill = (signal: 'SIGTERM' | 'SIGKILL'): void => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, signal);
    } catch {
      // The group has ended by itself.
    }
  };
  kill('SIGTERM');
  const last = setTimeout(() => kill('SIGKILL'), patience);
  child.once('close', () => clearTimeout(last));
}
