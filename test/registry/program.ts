import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Variables } from '../controlplane/key.ts';
import type { ProgramSet } from '../controlplane/programs.ts';
import { findBuilt } from '../support/built.ts';

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

/** Finds the registry's program in the cache, or builds it. Throws a Failure when neither can be. */
export async function findRegistry(env: Variables = process.env): Promise<string> {
  const { folder } = await findBuilt(registryProgram, 'registry', { what: 'the registry', env });
  return join(folder, 'registry');
}
