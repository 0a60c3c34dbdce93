import { type Built, buildPrograms } from '../controlplane/build.ts';
import type { Variables } from '../controlplane/key.ts';
import { goVersion, type ProgramSet } from '../controlplane/programs.ts';
import { progressOn } from '../controlplane/progress.ts';
import { ToolFailure } from './toolfailure.ts';

/**
 * Finds a program that tests talk to in the cache, or builds it, once, told on standard error. `what` names it where it is missing: `the
 * registry`. Throws a Failure when neither can be.
 */
export async function findBuilt<Name extends string>(
  set: ProgramSet<Name>,
  name: Name,
  { what, env = process.env }: { readonly what: string; readonly env?: Variables },
): Promise<Built> {
  try {
    return await buildPrograms(set, [name], { env, progress: progressOn(process.stderr) });
  } catch (thrown) {
    if (!(thrown instanceof ToolFailure)) throw thrown;
    const isWithoutGo = thrown.tool === 'go-missing';
    throw new ToolFailure(thrown.tool, isWithoutGo ? `${what} is not built yet, and \`go\` is not in PATH` : thrown.message, {
      help: `install Go ${goVersion} or newer (https://go.dev/dl/) and try again where modules can be fetched: it is built once`,
      cause: thrown,
    });
  }
}
