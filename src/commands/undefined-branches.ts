import type { UndefinedBranch } from '../cli/diff.ts';
import { Failure } from '../model/failure.ts';
import type { RenderedRepository } from '../ports.ts';
import { readRendered } from '../publish/tree.ts';

const folder = 'environments/';

/** Environments that pipelines make for pull requests, and take away again: only there they have a definition. */
const preview = /^preview-\d+$/;

/**
 * Rendered branches of environments that nobody defines any more: here, with those of `origin` as they were fetched last, or at `remote`. What
 * others wrote is no matter of this.
 */
export async function undefinedBranches(
  repository: RenderedRepository,
  {
    remote,
    defined,
    shared,
  }: { readonly remote: string | undefined; readonly defined: ReadonlySet<string>; readonly shared: ReadonlySet<string> },
): Promise<readonly UndefinedBranch[]> {
  const branches = await repository.branchesBelow(folder, remote);
  const isAstray = (branch: string): boolean => {
    const name = branch.slice(folder.length);
    return !shared.has(branch) && !defined.has(name) && !name.endsWith('-next') && !preview.test(name);
  };
  const astray = branches.filter(isAstray);
  if (remote !== undefined && astray.length > 0) await repository.lookAhead(astray, remote);
  const found: UndefinedBranch[] = [];
  for (const branch of astray) {
    const commit = (await repository.branch(branch, remote)) ?? (await repository.resolve(`refs/remotes/origin/${branch}`));
    const read = commit === undefined ? undefined : await readOwn(repository, commit, branch);
    if (read !== undefined) found.push({ environment: branch.slice(folder.length), branch, ...read });
  }
  return found;
}

/** What Lockstep wrote to a branch; undefined where somebody else did. */
async function readOwn(
  repository: RenderedRepository,
  commit: string,
  branch: string,
): Promise<Pick<UndefinedBranch, 'objects' | 'removed'> | undefined> {
  try {
    const { index } = await readRendered(repository, commit, { environment: branch.slice(folder.length), branch });
    return { objects: index?.objects.length ?? 0, removed: index?.removed ?? null };
  } catch (thrown) {
    if (thrown instanceof Failure && thrown.code === 'foreign-branch') return undefined;
    throw thrown;
  }
}
