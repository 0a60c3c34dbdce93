import type { Command } from '../cli/context.ts';
import { doneWords, reopening } from '../cli/publish.ts';
import { exitCodes, Failure } from '../model/failure.ts';
import type { PullRequestText, RenderedRepository, SourceCommit } from '../ports.ts';
import { type ForgeChoice, forgeOfRemote } from './forges.ts';

/** `lockstep propose`. */
export interface ProposeOptions extends ForgeChoice {
  readonly branch: string;
  readonly into?: string;
  /** Whether people are asked also for a commit that one of them declined. */
  readonly reopen: boolean;
}

/** Asks people to merge a branch of the source that was pushed: opens a pull request, or lets the one that is open say what the commit does. */
export const propose: Command<ProposeOptions> = async (context, options) => {
  const { world, output, out, say } = context;
  const { branch, remote } = options;
  const repository = await world.repository();
  try {
    const base = options.into ?? (await repository.reviewedBranches(remote))[0];
    if (base === undefined) throw unknown(`\`${remote}\` has no default branch`, 'say which branch it is for: `--into main`');
    if (base === branch)
      throw new Failure('propose-itself', `\`${branch}\` cannot be merged into itself`, {
        help: 'name the branch that has the change',
        exit: exitCodes.input,
      });
    const tip = await tipOf(repository, branch, remote);
    const text = textOf(tip);
    const forge = await forgeOfRemote({ world, repository }, options);
    const route = { head: branch, base };
    const open = await forge.find(route);
    const declined = open === undefined && !options.reopen ? await forge.declined(route, { commit: tip.commit }) : undefined;
    if (declined !== undefined) {
      if (output === 'json') out(JSON.stringify({ op: 'declined', ...declined, ...route }, undefined, 2));
      else say(`${doneWords({ op: 'declined', ...declined })}: ${declined.url}; next: ${reopening}`);
      return exitCodes.done;
    }
    const { number, url } = await (open === undefined ? forge.open(route, text) : forge.update(open, text, []));
    const op = open === undefined ? 'opened' : 'updated';
    if (output === 'json') out(JSON.stringify({ op, number, url, ...route }, undefined, 2));
    else say(`${op} ${url}: ${text.title}`);
    return exitCodes.done;
  } finally {
    await repository.close();
  }
};

async function tipOf(repository: RenderedRepository, branch: string, remote: string): Promise<SourceCommit> {
  const commit = await repository.branch(branch, remote);
  const tip = commit === undefined ? undefined : await repository.describe(commit);
  if (tip === undefined)
    throw unknown(`there is no branch \`${branch}\` at \`${remote}\``, `push it first: \`git push ${remote} HEAD:${branch}\``);
  return tip;
}

/** The request says what the commit says. */
function textOf({ subject, body }: SourceCommit): PullRequestText {
  return { title: subject, body, labels: [] };
}

function unknown(message: string, help: string): Failure {
  return new Failure('propose-unknown', message, { help, exit: exitCodes.input });
}
