import { spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import type { Started } from './spawn.ts';

/** Ends the programs of a control plane once this process is gone, however it went. */
export interface Watchdog {
  watch(started: Started): void;
  /** Lets go: nothing is ended or removed any more. Can be called again. */
  dismiss(): void;
}

// It reads `+ <pid>` and `- <pid>` until the pipe breaks, which it does when its other end dies, also by SIGKILL.
const watchdogScript = `
pids=
while read -r sign pid; do
  kept=
  for one in $pids; do [ "$one" = "$pid" ] || kept="$kept $one"; done
  if [ "$sign" = + ]; then pids="$kept $pid"; else pids=$kept; fi
done
[ -z "$pids" ] || kill -KILL $pids 2>/dev/null
[ -z "$1" ] || rm -rf -- "$1" || { sleep 1; rm -rf -- "$1"; }
`;

/**
 * Starts a watchdog. With a folder to remove it does so after it ended the programs. It is a shell, so that it is small and
 * does not depend on Node.
 */
export function startWatchdog({ remove }: { readonly remove: string | undefined }): Watchdog {
  const shell = spawn('/bin/sh', ['-c', watchdogScript, 'lockstep-watchdog', remove ?? ''], {
    cwd: '/',
    env: { PATH: '/usr/bin:/bin' },
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  shell.unref();
  // Node gives a pipe as a socket; only as one it can be kept from holding this process.
  (shell.stdin as Socket).unref();
  shell.stdin.on('error', () => {});
  return {
    watch({ record, child }) {
      shell.stdin.write(`+ ${record.pid}\n`);
      child.once('exit', () => shell.stdin.write(`- ${record.pid}\n`));
    },
    dismiss: () => shell.kill('SIGKILL'),
  };
}
