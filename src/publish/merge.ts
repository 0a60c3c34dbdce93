import { isIdOf } from '../model/commit-id.ts';
import { exitCodes, Failure } from '../model/failure.ts';
import type { Branches } from '../model/rendered.ts';
import type { RenderedRepository } from '../ports.ts';
import { readTips } from './branches.ts';
import { requireSigned, requireSignedMerge } from './proving.ts';
import { type Changes, changesBetween, holdsSame } from './tree.ts';

/** How a proposal is merged. */
export interface MergeOptions {
  /** The name or URL of the remote that has the branches; the project's own repository unless told. */
  readonly remote?: string | undefined;
  /** The slice whose proposal is merged; undefined for that of the whole. */
  readonly slice?: string | undefined;
  /** The commit that was reviewed, or the first 7 or more digits of it: nothing else is merged. */
  readonly commit?: string | undefined;
  /** Why people elsewhere merge the proposal, or do not; asked where no commit is named. Undefined where nobody does. */
  readonly heldBy?: ((commit: string) => Promise<string | undefined>) | undefined;
  /** The file with those who may have signed it, or what is attested of its tree; undefined where nobody has to. */
  readonly signers?: string | undefined;
}

/** What came of a merge. */
export interface MergeResult {
  /** `unchanged`: the active branch holds the proposal already. */
  readonly op: 'merged' | 'unchanged';
  readonly branch: string;
  /** The tip of the active branch now. */
  readonly commit: string;
  /** What differs from what was in force. */
  readonly changed: Changes;
}

/**
 * Puts the proposal of an environment in force: the active branch goes forward to its commit, which stays the commit that was reviewed. Throws
 * a `Failure` where there is no proposal, where it is another one than was reviewed, where people elsewhere are to merge it and no commit is named,
 * where nobody signed it who may, or where the active branch has moved since it was made.
 */
export async function merge(repository: RenderedRepository, environment: string, options: MergeOptions): Promise<MergeResult> {
  const { active, next, stacked, branches } = await readTips(repository, environment, { remote: options.remote, slice: options.slice });
  if (next === undefined) throw withoutProposal(environment, branches, options);
  if (options.commit !== undefined && !isIdOf(next.commit, options.commit))
    throw isAnother(environment, next.commit, { branches, slice: options.slice, given: options.commit });
  const isThere = active !== undefined && (holdsSame(active, next) || (await repository.isAncestor(next.commit, active.commit)));
  if (isThere)
    return { op: 'unchanged', branch: branches.active, commit: active.commit, changed: changesBetween(active.content, active.content) };
  if (!stacked) throw isStale(environment, branches, options.slice);
  const held = options.commit === undefined ? await options.heldBy?.(next.commit) : undefined;
  if (held !== undefined) throw isHeld(environment, next.commit, { branches, slice: options.slice, why: held });
  await requireSigned(repository, { environment, commit: next.commit, branch: branches.next }, options);
  const approve = requireSignedMerge(repository, { environment, branch: branches.active }, options);
  const commit = await repository.move(branches.active, { from: active?.commit, to: next.commit, approve }, options.remote);
  return {
    op: 'merged',
    branch: branches.active,
    commit,
    changed: changesBetween(active?.content ?? new Map(), next.content),
  };
}

function withoutProposal(environment: string, branches: Branches, { remote, slice }: MergeOptions): Failure {
  const where = remote === undefined ? 'in this repository' : `at \`${remote}\``;
  return new Failure('merge-nothing', `there is no \`${branches.next}\` ${where}: nothing is proposed`, {
    help:
      remote === undefined
        ? 'if a remote has the proposal, name it: `--push`'
        : `\`lockstep publish ${named(environment, slice)} --push\` makes one`,
    exit: exitCodes.input,
  });
}

function isAnother(
  environment: string,
  commit: string,
  { branches, slice, given }: { readonly branches: Branches; readonly slice: string | undefined; readonly given: string },
): Failure {
  const whose = slice === undefined ? `\`${environment}\`` : `\`${slice}\` in \`${environment}\``;
  return new Failure('merge-other', `the proposal of ${whose} is \`${commit.slice(0, 7)}\`, not \`${given}\``, {
    help: `it was published anew: review it, \`lockstep diff ${environment} --to ${branches.next}\``,
    exit: exitCodes.refused,
  });
}

function isHeld(
  environment: string,
  commit: string,
  { branches, slice, why }: { readonly branches: Branches; readonly slice: string | undefined; readonly why: string },
): Failure {
  return new Failure('merge-held', `\`${branches.next}\` is not merged from here: ${why}`, {
    help: `merge it there, or name the commit that was reviewed: \`lockstep merge ${named(environment, slice)} --push --commit ${commit.slice(0, 7)}\``,
    exit: exitCodes.refused,
  });
}

/** The refusal to put in force what was made on something that is not in force any more. */
export function isStale(environment: string, { active, next }: Branches, slice?: string): Failure {
  return new Failure('merge-stale', `\`${next}\` does not stand on \`${active}\` any more: something else was put in force meanwhile`, {
    help: `publish it again: \`lockstep publish ${named(environment, slice)}\``,
    exit: exitCodes.refused,
  });
}

function named(environment: string, slice: string | undefined): string {
  return slice === undefined ? environment : `${environment} --slice ${slice}`;
}
