import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildPrograms } from '../controlplane/build.ts';
import type { Variables } from '../controlplane/key.ts';
import { goVersion, type ProgramSet } from '../controlplane/programs.ts';
import { progressOn } from '../controlplane/progress.ts';
import { ToolFailure } from '../support/toolfailure.ts';

/** The registry of the CNCF's project Distribution, which others serve images with: `distribution/go.mod` has its version. */
const registryProgram: ProgramSet<'registry'> = {
  title: 'a registry for the tests, Distribution',
  takes: '2 minutes',
  home: fileURLToPath(new URL('.', import.meta.url)),
  cache: 'registry',
  recipes: {
    registry: { module: 'distribution', package: 'github.com/distribution/distribution/v3/cmd/registry', linkerFlags: '-s -w' },
  },
  files: [],
};

/** Finds the registry's program in the cache, or builds it, once, told on standard error. Throws a Failure when neither can be. */
export async function findRegistry(env: Variables = process.env): Promise<string> {
  try {
    const { folder } = await buildPrograms(registryProgram, ['registry'], { env, progress: progressOn(process.stderr) });
    return join(folder, 'registry');
  } catch (thrown) {
    if (!(thrown instanceof ToolFailure)) throw thrown;
    const isWithoutGo = thrown.tool === 'go-missing';
    throw new ToolFailure(thrown.tool, isWithoutGo ? 'the registry is not built yet, and `go` is not in PATH' : thrown.message, {
      help: `install Go ${goVersion} or newer (https://go.dev/dl/) and try again where modules can be fetched: it is built once`,
      cause: thrown,
    });
  }
}
