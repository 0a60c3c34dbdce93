import { Worker } from 'node:worker_threads';

/** Milliseconds between two looks. */
const pause = 1_000;

/**
 * Ends this process `pid`, which leads a group of its own, with all that it started, when the process `ppid` is gone that started it:
 * also while a module of the project runs in circles, and nothing else is heard of. Where systems give no orphan another parent
 * (Windows), it does nothing.
 */
export function endWithParent({ pid, ppid }: { readonly pid: number; readonly ppid: number }): void {
  const watch = `setInterval(() => { if (process.ppid !== ${ppid}) process.kill(-${pid}, 'SIGKILL'); }, ${pause});`;
  new Worker(watch, { eval: true }).unref();
}
