import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import type { Identity } from '../ports.ts';

/**
 * The identity of the process `pid`, which is this one: `<host>/<pid>/<8 hex digits>`. Only a process of the same host can be
 * known to be gone. A container that was started again has the host's name and the pid of the one before it. What follows `@` in another
 * name is not looked at.
 */
export function processIdentity(pid: number): Identity {
  const host = hostname();
  const name = `${host}/${pid}/${randomBytes(4).toString('hex')}`;
  return {
    name,
    isGone(other) {
      const [, itsHost, itsPid] = /^(.*)\/([1-9]\d*)\/[0-9a-f]{8}(?:@.*)?$/.exec(other) ?? [];
      if (itsHost !== host || other === name) return false;
      return Number(itsPid) === pid || !isRunning(Number(itsPid));
    },
  };
}

/** Whether there is such a process, whosever it is. Signal 0 only asks. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    return !(thrown instanceof Error && 'code' in thrown && thrown.code === 'ESRCH');
  }
}
