import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildPrograms } from '../controlplane/build.ts';
import type { ProgramSet } from '../controlplane/programs.ts';
import { progressOn } from '../controlplane/progress.ts';

/** The linter of GitHub's workflows, and with it the definitions of Tekton's kinds: the folders' `go.mod` have their versions. */
const checks: ProgramSet<'actionlint'> = {
  title: 'what generated pipelines are checked by',
  takes: 'a minute',
  home: fileURLToPath(new URL('.', import.meta.url)),
  cache: 'pipeline',
  recipes: { actionlint: { module: 'actionlint', package: 'github.com/rhysd/actionlint/cmd/actionlint', linkerFlags: '-s -w' } },
  files: [
    {
      of: 'actionlint',
      module: 'tekton',
      source: 'github.com/tektoncd/pipeline',
      paths: ['task', 'pipelinerun'].map((kind) => `config/300-crds/300-${kind}.yaml`),
    },
  ],
};

/** Finds them in the cache, or builds them, once, told on standard error. */
export async function findChecks(): Promise<{ readonly actionlint: string; readonly definitions: readonly string[] }> {
  const { folder, files } = await buildPrograms(checks, ['actionlint'], { env: process.env, progress: progressOn(process.stderr) });
  return { actionlint: join(folder, 'actionlint'), definitions: files };
}
