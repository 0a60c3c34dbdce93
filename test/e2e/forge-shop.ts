import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { type Ended, runLockstep } from '../demo/program.ts';
import { makeProject, type Project } from '../demo/project.ts';
import type { Gitea, GiteaRepository } from '../forge/gitea.ts';
import { temporaryFolder } from '../support/repository.ts';

/** A pull request, as Gitea tells of it. */
export interface Pull {
  readonly number: number;
  readonly state: string;
  readonly merged: boolean;
  readonly title: string;
  readonly body: string;
  readonly labels: readonly { readonly name: string }[];
  readonly head: { readonly ref: string; readonly sha: string };
  readonly base: { readonly ref: string };
  readonly requested_reviewers: readonly { readonly login: string }[] | null;
}

/** The sample system at a forge. */
export interface ForgeShop {
  readonly project: Project;
  readonly repository: GiteaRepository;
  run(...args: readonly string[]): Promise<Ended>;
  /** The same from another clone, as another job has it. */
  clone(): Promise<(...args: readonly string[]) => Promise<Ended>>;
  pulls(state?: 'all' | 'open'): Promise<readonly Pull[]>;
}

/** The sample system, pushed to a repository of the forge, in which only pull requests change what is in force. */
export async function makeForgeShop(t: TestContext, gitea: Gitea, name: string): Promise<ForgeShop> {
  const folder = temporaryFolder(t);
  const project = makeProject(folder);
  const repository = await gitea.repository(name);
  project.git('remote', 'set-url', 'origin', repository.remote);
  // As jobs have it: a rewritten URL that holds the token.
  project.git('config', `url.${repository.remoteOfUser}.insteadOf`, repository.remote);
  project.edit('environments/base.ts', { from: "  kubernetes: '1.35',\n", to: "  kubernetes: '1.35',\n  rendered: { forge: 'gitea' },\n" });
  project.commit('Name the forge');
  project.git('push', '--quiet', '--force', 'origin', 'main');
  const env = { ...process.env, LOCKSTEP_FORGE_TOKEN: gitea.token } as Record<string, string>;
  const runIn =
    (where: string) =>
    async (...args: readonly string[]): Promise<Ended> => {
      const ended = await runLockstep(where, args, { env });
      assert.ok(!`${ended.out}${ended.talk}`.includes(gitea.token), 'nobody sees the token');
      return ended;
    };
  const root = `/repos/${repository.name}`;
  return {
    project,
    repository,
    run: runIn(project.folder),
    async clone() {
      const other = join(temporaryFolder(t), 'shop');
      execFileSync('cp', ['-a', project.folder, other]);
      return runIn(other);
    },
    pulls: async (state = 'open') => (await gitea.api('GET', `${root}/pulls?state=${state}`)) as readonly Pull[],
  };
}
