import type { ForgeWords } from './forge.ts';

/** Where the rendered branches of an environment are, as far as it says so. */
export interface RenderedPlace {
  /** The name of a remote of the project's repository, or a URL. */
  readonly remote?: string | undefined;
  /** The branch that holds a folder for this environment and for others; undefined where it has a branch of its own. */
  readonly branch?: string | undefined;
  /** What it is hosted on; what is not told is known by the remote, or not at all. */
  readonly forge: ForgeWords;
  /** Who reviews what belongs to a slice, as the forge names them: by slice. */
  readonly owners: ReadonlyMap<string, readonly string[]>;
  /** The file, from the root of the project, with those who may sign it; undefined where nobody has to. */
  readonly signedBy?: string | undefined;
}

/**
 * The name of a branch that environments can share, as JavaScript, Go and CEL read patterns: less than git takes, no character that means
 * something to a shell, a forge's pattern or a URL.
 */
export const sharedBranchPattern = '^[A-Za-z0-9_][A-Za-z0-9_-]*([./][A-Za-z0-9_][A-Za-z0-9_-]*)*$';

/** Characters of a branch: GitOps Promoter takes no more. */
export const longestBranch = 100;

/** What is no name of a branch for git, although the pattern takes it. */
export const lockedBranchPattern = '[.]lock(/|$)';

/** Names of proposals. */
export const proposedBranchPattern = '(-next$|^(proposals|sets)/)';

/** What keeps environments from sharing a branch of this name: it is none, or one of proposals. */
export function sharedBranchFault(branch: string): 'unfit' | 'proposed' | undefined {
  const fits = (pattern: string): boolean => new RegExp(pattern).test(branch);
  if (branch.length > longestBranch || !fits(sharedBranchPattern) || fits(lockedBranchPattern)) return 'unfit';
  return fits(proposedBranchPattern) ? 'proposed' : undefined;
}
