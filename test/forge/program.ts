import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ProgramSet } from '../controlplane/programs.ts';
import { findBuilt } from '../support/built.ts';

/** Gitea; `gitea/go.mod` has its version. Its pages and texts come with it. */
const giteaProgram: ProgramSet<'gitea'> = {
  title: 'a forge for the tests, Gitea',
  takes: '4 minutes',
  home: fileURLToPath(new URL('.', import.meta.url)),
  cache: 'gitea',
  recipes: {
    gitea: { module: 'gitea', package: 'code.gitea.io/gitea', linkerFlags: '-s -w', tags: 'sqlite,sqlite_unlock_notify', isPartlyC: true },
  },
  files: [{ of: 'gitea', module: 'gitea', source: 'code.gitea.io/gitea', paths: ['templates', 'options', 'public'] }],
};

/** Gitea's program, and the folder that it takes its pages and texts from. */
export interface GiteaProgram {
  readonly program: string;
  readonly statics: string;
}

/** Finds Gitea in the cache, or builds it. Throws a Failure when neither can be. */
export async function findGitea(): Promise<GiteaProgram> {
  const { folder, files } = await findBuilt(giteaProgram, 'gitea', { what: 'Gitea' });
  return { program: join(folder, 'gitea'), statics: dirname(files[0] ?? folder) };
}
