import { exitCodes, Failure } from '../model/failure.ts';
import { refuseScanner, variablesFor, withoutPlugins } from './installer-bounds.ts';
import type { Installer } from './packages.ts';
import { whyItFails } from './to-its-end.ts';
import { refuseMadePackages } from './yarn-bounds.ts';

/** What a package manager runs in. */
export interface InstallOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

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
  const reason = await whyItFails(command, args, { folder, env, signal });
  if (signal.aborted) throw interrupted();
  if (reason === undefined) return;
  throw new Failure('packages-failed', `\`${[command, ...args].join(' ')}\` failed: ${reason}`, {
    help: `the packages are those of the commit's own lock; see that \`${command}\` is installed and that it reaches its registry`,
  });
}

function interrupted(): Failure {
  return new Failure('interrupted', 'the packages were not installed', { exit: exitCodes.interrupted });
}
