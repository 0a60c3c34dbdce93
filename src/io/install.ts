import { spawn } from 'node:child_process';
import { exitCodes, Failure } from '../model/failure.ts';
import { cleanText } from './git/failures.ts';
import { endGroup } from './group.ts';
import { refuseScanner, variablesFor, withoutPlugins } from './installer-bounds.ts';
import type { Installer } from './packages.ts';
import { refuseMadePackages } from './yarn-bounds.ts';

/** What a package manager runs in. */
export interface InstallOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

/** Characters of what a package manager says that are told when it fails: the reason stands at the end. */
const told = 600;

/**
 * Installs packages by a lock, in its folder. The package manager gets what it needs of the variables, and runs nothing of the project: no
 * scripts, hooks or plugins. Throws the `Failure` `packages-failed`, with the package manager's own words.
 */
export async function install(installer: Installer, { env, signal }: InstallOptions): Promise<void> {
  if (signal.aborted) throw interrupted();
  refuseScanner(installer);
  refuseMadePackages(installer);
  const restore = withoutPlugins(installer);
  try {
    await run(installer, { env: variablesFor(env), signal });
  } finally {
    restore();
  }
}

async function run({ command, args, folder }: Installer, { env, signal }: InstallOptions): Promise<void> {
  const child = spawn(command, args, {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    windowsHide: true,
  });
  const end = (): void => endGroup(child);
  signal.addEventListener('abort', end, { once: true });
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
    if (signal.aborted) throw interrupted();
    if (exit === 0) return;
    const reason = exit instanceof Error ? exit.message : cleanText(words, []).trim() || `exit code ${exit ?? 'unknown'}`;
    throw new Failure('packages-failed', `\`${[command, ...args].join(' ')}\` failed: ${reason}`, {
      help: `the packages are those of the commit's own lock; see that \`${command}\` is installed and that it reaches its registry`,
    });
  } finally {
    signal.removeEventListener('abort', end);
  }
}

function interrupted(): Failure {
  return new Failure('interrupted', 'the packages were not installed', { exit: exitCodes.interrupted });
}
