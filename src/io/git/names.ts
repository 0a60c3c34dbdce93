import { isFullId } from '../../model/commit-id.ts';
import { exitCodes, Failure } from '../../model/failure.ts';

/**
 * Returns the full ref name of `branch`, or throws a `Failure` of input. The rules are those of git-check-ref-format(1),
 * no leading `-`, and at most 100 characters, which GitOps Promoter asks for.
 */
export function refOfBranch(branch: string): string {
  requireRefName(branch);
  return `refs/heads/${branch}`;
}

/** The full name of a folder of branches, which ends with a slash. */
export function refOfFolder(folder: string): string {
  return `${refOfBranch(folder.replace(/\/$/, ''))}/`;
}

/** Throws a `Failure` of input unless `name` may stand below `refs/`; `refOfBranch` has the rules. */
export function requireRefName(name: string): void {
  const problem = refNameProblem(name);
  if (problem === undefined) return;
  throw new Failure('git-branch-name', `\`${printable(name)}\` is not a branch name: ${problem}`, {
    help: 'use letters, digits, `-`, `_` and `/`',
    exit: exitCodes.input,
  });
}

/** Throws unless `id` is a full object id, of SHA-1 or SHA-256: what it is given to must not be an option or a ref. */
export function requireId(id: string): string {
  if (isFullId(id)) return id;
  throw new Failure('git-object-id', `\`${printable(id)}\` is not the full id of a git object`, { exit: exitCodes.input });
}

/** Throws a `Failure` of input unless `remote` can be the name or the URL of one: git would take it for an option. */
export function requireRemote(remote: string): string {
  if (remote !== '' && !remote.startsWith('-')) return remote;
  throw new Failure('git-remote', `\`${remote}\` is neither the name of a remote nor a URL`, { exit: exitCodes.input });
}

/** The same, where undefined stands for this repository. */
export function remoteOrHere(remote: string | undefined): string | undefined {
  return remote === undefined ? undefined : requireRemote(remote);
}

function refNameProblem(name: string): string | undefined {
  if (name === '' || name.length > 100) return 'it must have 1 to 100 characters';
  if (name.startsWith('-')) return 'it begins with `-`';
  if (name === '@' || name.includes('@{')) return '`@` alone and `@{` mean something else to git';
  if (name.includes('..')) return 'it contains `..`';
  if ([...name].some((character) => character <= ' ' || '\u007f~^:?*[\\'.includes(character))) {
    return 'it contains a space, a control character or one of `~^:?*[\\`';
  }
  if (name.endsWith('.') || name.split('/').some(isForbiddenPart))
    return 'a part of it is empty, begins with `.` or ends with `.lock`, or it ends with `.`';
  return undefined;
}

function isForbiddenPart(part: string): boolean {
  return part === '' || part.startsWith('.') || part.endsWith('.lock');
}

function printable(name: string): string {
  return [...name.slice(0, 100)].map((character) => (character < ' ' || character === '\u007f' ? '?' : character)).join('');
}
