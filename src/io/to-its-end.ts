import { spawn } from 'node:child_process';
import { cleanText } from './git/failures.ts';
import { endGroup } from './group.ts';

/** As many characters are told of what a program says: the reason stands at the end. */
const told = 600;

/** How a program is run. */
export interface RunToEnd {
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  /** Ends it, with all that it started. */
  readonly signal: AbortSignal;
  /** Ends it after so many milliseconds. */
  readonly timeLimit?: number;
}

/** Runs a program to its end. Tells why it failed, in the end of its own words; undefined where it did not. Whoever aborts it asks `signal`. */
export async function whyItFails(
  command: string,
  args: readonly string[],
  { folder, env, signal, timeLimit }: RunToEnd,
): Promise<string | undefined> {
  const child = spawn(command, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true, windowsHide: true });
  const end = (): void => endGroup(child);
  signal.addEventListener('abort', end, { once: true });
  const timer = timeLimit === undefined ? undefined : setTimeout(end, timeLimit);
  let words = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      words = `${words}${text}`.slice(-told);
    });
  }
  try {
    const exit = await new Promise<number | Error | null>((resolve) => {
      child.once('error', resolve);
      child.once('close', resolve);
    });
    if (exit === 0) return undefined;
    return exit instanceof Error ? exit.message : cleanText(words, []).trim() || `exit code ${exit ?? 'unknown'}`;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', end);
  }
}
