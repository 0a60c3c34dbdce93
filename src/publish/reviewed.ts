import { exitCodes, Failure } from '../model/failure.ts';
import type { RenderedRepository } from '../ports.ts';

/** Where a commit has to be, so that people have reviewed it. */
export interface ReviewedBy {
  /** The environment that is to be rendered from it. */
  readonly environment: string;
  /** The name or URL of the remote whose branches are reviewed. */
  readonly remote: string;
  /** Branches of it beside its default branch, and the one that is tracked. */
  readonly branches: readonly string[];
}

/**
 * Refuses, with a `Failure`, a commit of which nobody knows that it was reviewed. A forge gives out commits of forks by their ids as if they
 * were its own, and in a lock one id looks like the other. What is in the history of the commit that is checked out is as good as that.
 */
export async function requireReviewed(repository: RenderedRepository, commit: string, by: ReviewedBy): Promise<void> {
  const head = await repository.resolve('HEAD');
  if (head !== undefined && (await repository.isAncestor(commit, head))) return;
  const isKnown = (await repository.remotes()).includes(by.remote) || /[/:]/.test(by.remote);
  const remote = isKnown ? by.remote : undefined;
  const branches = new Set([...(remote === undefined ? [] : await repository.reviewedBranches(remote)), ...by.branches]);
  for (const branch of branches) {
    const tip = await repository.branch(branch, remote);
    if (tip !== undefined && (await repository.isAncestor(commit, tip))) return;
  }
  throw (await repository.isShallow()) ? withoutHistory(commit, by) : isUnreviewed(commit, { ...by, branches: [...branches] });
}

function isUnreviewed(commit: string, { environment, branches }: ReviewedBy): Failure {
  const looked = ['of what is checked out', ...branches.map((branch) => `of \`${branch}\``)].join(', ');
  const message = `the source \`${commit.slice(0, 7)}\` of \`${environment}\` is in no history that was reviewed: ${looked}`;
  return new Failure('source-unreviewed', message, {
    help: 'merge it first; if it is on another branch that is reviewed, name that: `--reviewed <branch>`',
    exit: exitCodes.refused,
  });
}

function withoutHistory(commit: string, { environment }: ReviewedBy): Failure {
  const message = `it cannot be told whether the source \`${commit.slice(0, 7)}\` of \`${environment}\` was reviewed: this clone has no history`;
  return new Failure('history-missing', message, { help: unshallow, exit: exitCodes.refused });
}

/** What brings the history here. */
export const unshallow = 'bring the history here: `git fetch --unshallow`, or in CI a clone of full depth';
