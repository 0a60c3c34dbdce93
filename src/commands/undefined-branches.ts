import type { UndefinedBranch } from '../cli/diff.ts';
import { Failure } from '../model/failure.ts';
import type { RenderedRepository } from '../ports.ts';
import { lastFetched } from '../publish/latest.ts';
import { environmentsIn } from '../publish/shared.ts';
import { readRendered } from '../publish/tree.ts';

const root = 'environments/';

/** Environments that pipelines make for pull requests, and take away again: only there they have a definition. */
const preview = /^preview-\d+$/;

/**
 * Rendered branches, and folders of shared ones, of environments that nobody defines any more: here, with those of `origin` as they were fetched
 * last, or at `remote`. What others wrote is no matter of this.
 */
export async function undefinedBranches(
  repository: RenderedRepository,
  {
    remote,
    defined,
    shared,
  }: { readonly remote: string | undefined; readonly defined: ReadonlySet<string>; readonly shared: ReadonlySet<string> },
): Promise<readonly UndefinedBranch[]> {
  const branches = await repository.branchesBelow(root, remote);
  const isAstray = (branch: string): boolean => {
    const name = branch.slice(root.length);
    return !shared.has(branch) && !defined.has(name) && !name.endsWith('-next') && !preview.test(name);
  };
  const astray = branches.filter(isAstray);
  if (remote !== undefined && astray.length > 0) await repository.lookAhead(astray, remote);
  const found: UndefinedBranch[] = [];
  for (const branch of astray) {
    const environment = branch.slice(root.length);
    const commit = await tipOf(repository, branch, remote);
    const read = commit === undefined ? undefined : await readOwn(repository, commit, { environment, branch });
    if (read !== undefined) found.push({ environment, branch, folder: null, ...read });
  }
  for (const branch of shared) found.push(...(await undefinedFolders(repository, branch, { remote, defined })));
  return found;
}

/** The same of the folders of a branch that environments share. */
async function undefinedFolders(
  repository: RenderedRepository,
  branch: string,
  { remote, defined }: { readonly remote: string | undefined; readonly defined: ReadonlySet<string> },
): Promise<readonly UndefinedBranch[]> {
  const commit = await tipOf(repository, branch, remote);
  const folders = commit === undefined ? [] : environmentsIn(await repository.files(commit));
  const found: UndefinedBranch[] = [];
  for (const folder of folders.filter((name) => !defined.has(name) && !preview.test(name))) {
    const read = await readOwn(repository.of({ branch, folder }), commit ?? '', { environment: folder, branch });
    if (read !== undefined) found.push({ environment: folder, branch, folder, ...read });
  }
  return found;
}

/** A branch at the remote, or here, where one as it was fetched last will do. */
async function tipOf(repository: RenderedRepository, branch: string, remote: string | undefined): Promise<string | undefined> {
  return (await repository.branch(branch, remote)) ?? lastFetched(repository, branch);
}

/** What Lockstep wrote to a branch; undefined where somebody else did. */
async function readOwn(
  repository: RenderedRepository,
  commit: string,
  { environment, branch }: { readonly environment: string; readonly branch: string },
): Promise<Pick<UndefinedBranch, 'objects' | 'removed'> | undefined> {
  try {
    const { index } = await readRendered(repository, commit, { environment, branch });
    return { objects: index?.objects.length ?? 0, removed: index?.removed ?? null };
  } catch (thrown) {
    if (thrown instanceof Failure && thrown.code === 'foreign-branch') return undefined;
    throw thrown;
  }
}
