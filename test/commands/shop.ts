import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { openRepository } from '../../src/io/git/repository.ts';
import { Failure } from '../../src/model/failure.ts';
import type { CommitStatus, DeclinedRequest, Forge, ForgeOptions, MeantRequest, PullRequest, Route, World } from '../../src/ports.ts';
import { type Ended, runCommand } from '../support/command.ts';
import { makeProject, openProject } from '../support/project.ts';
import { gitEnvironment, makeBareRepository, openTestRepository, type TestRepository, temporaryFolder } from '../support/repository.ts';

type Pull = PullRequest & Route & { readonly state: 'open' | 'closed'; readonly why?: string; readonly declined?: string };

/** A forge that keeps pull requests in memory. */
class Pulls implements Forge {
  readonly type = 'gitea';
  pulls: Pull[] = [];
  asked: ForgeOptions | undefined;
  async find({ head, base }: Route): Promise<PullRequest | undefined> {
    return this.pulls.find((one) => one.head === head && one.base === base && one.state === 'open');
  }
  async declined({ head, base }: Route, meant: MeantRequest): Promise<DeclinedRequest | undefined> {
    const isMeant = (one: Pull): boolean => ('commit' in meant ? one.declined === meant.commit : one.body.includes(meant.text));
    const closed = this.pulls.filter((one) => one.head === head && one.base === base && one.declined !== undefined);
    const found = closed.findLast(isMeant);
    return found && { number: found.number, url: found.url, by: 'ora' };
  }
  async open(route: Route, text: Pick<PullRequest, 'title' | 'body' | 'labels'>): Promise<PullRequest> {
    const number = this.pulls.length + 1;
    const pull: Pull = { number, url: `https://git.example.com/shop/pulls/${number}`, state: 'open', ...text, ...route };
    this.pulls.push(pull);
    return pull;
  }
  async update(pull: PullRequest, text: Pick<PullRequest, 'title' | 'body' | 'labels'>, ours: readonly string[]): Promise<PullRequest> {
    const labels = [...new Set([...pull.labels.filter((label) => !ours.includes(label)), ...text.labels])].sort();
    this.pulls = this.pulls.map((one) => (one.number === pull.number ? { ...one, ...text, labels } : one));
    return { ...pull, ...text, labels };
  }
  async close({ number }: PullRequest, why: string): Promise<void> {
    this.pulls = this.pulls.map((one) => (one.number === number ? { ...one, state: 'closed', why } : one));
  }
  /** A person closes all that are open, whose branches are at `commit`. */
  decline(commit: string): void {
    this.pulls = this.pulls.map((one) => (one.state === 'open' ? { ...one, state: 'closed', declined: commit } : one));
  }
  comment(): Promise<void> {
    throw new Error('nobody asks for this');
  }
  report(): Promise<void> {
    throw new Error('nobody asks for this');
  }
  statuses(): Promise<readonly CommitStatus[]> {
    throw new Error('nobody asks for this');
  }
}

/** A project, its remote, and the forge that runs there. */
export interface Shop {
  readonly git: TestRepository;
  readonly there: TestRepository;
  readonly forge: Pulls;
  run(...args: readonly string[]): Promise<Ended>;
}

/** A project with a remote `origin`, at which a forge runs. Without a token, nobody asks it. */
export function makeShop(
  t: TestContext,
  files: Readonly<Record<string, string>>,
  { token = true, more = {} }: { readonly token?: boolean; readonly more?: Partial<World> } = {},
): Shop {
  const { folder } = makeProject(t, files);
  const base = temporaryFolder(t);
  const git = openTestRepository(folder, gitEnvironment(join(base, 'home')));
  makeBareRepository(join(base, 'there.git'), git.env);
  git.git('init', '--quiet');
  git.git('remote', 'add', 'origin', join(base, 'there.git'));
  git.commit({ '.gitignore': 'node_modules\ndist\n' }, 'Start the shop');
  const forge = new Pulls();
  const run = async (...args: readonly string[]): Promise<Ended> => {
    const world: Partial<World> = {
      ...openProject(folder),
      repository: () => openRepository({ folder, env: git.env }),
      forge: async (options) => {
        forge.asked = options;
        if (token) return forge;
        throw new Failure('forge-token', 'there is no token for the forge', { exit: 2 });
      },
      ...more,
    };
    return runCommand(world, args);
  };
  return { git, there: openTestRepository(join(base, 'there.git'), git.env), forge, run };
}

/** How an environment says so. */
export const atGitea = "{ forge: 'gitea', forgeUrl: 'https://git.example.com' }";
