import { isFullId, isIdOf } from '../model/commit-id.ts';
import { exitCodes, Failure } from '../model/failure.ts';
import type { RenderedFile } from '../model/rendered.ts';
import type { RenderedRepository, SourceState } from '../ports.ts';
import { isStale } from './merge.ts';
import { requireSigned, requireSignedMerge } from './proving.ts';

/**
 * Proposals of several environments that are reviewed as one. A set is a branch with a file for each environment that holds the id of a
 * rendered commit: merging a proposal to it says that all these commits may come into force, and each of them is what was reviewed.
 */
export type SetMembers = ReadonlyMap<string, string>;

/** How a set is proposed. */
export interface SetOptions {
  /** Lockstep's version. */
  readonly version: string;
  /** The name or URL of the remote that has the branches; the project's own repository unless told. */
  readonly remote?: string | undefined;
  /** The commit of the source that the environments were rendered from. */
  readonly source: SourceState;
  /** Undefined: as git's configuration says. */
  readonly sign?: boolean | undefined;
}

/** What came of proposing a set. */
export interface SetResult {
  readonly op: 'unchanged' | 'committed';
  /** The branch that holds the members, and its commit. */
  readonly branch: string;
  readonly commit: string;
  /** Whether there is something to review and merge. */
  readonly pending: boolean;
}

/** The branch that says what of a set may come into force, and the one that proposals to it are made on. */
export function branchesOfSet(name: string): { readonly active: string; readonly next: string } {
  return { active: `sets/${name}`, next: `sets/${name}-next` };
}

/**
 * Proposes that the commits of `members` come into force together. Where there is no branch of the set yet, an empty one is made, since
 * forges take proposals for branches that exist. What is there already makes no commit.
 */
export async function proposeSet(
  repository: RenderedRepository,
  name: string,
  { members, ...options }: SetOptions & { readonly members: SetMembers },
): Promise<SetResult> {
  const { remote } = options;
  const branches = branchesOfSet(name);
  const active = (await repository.branch(branches.active, remote)) ?? (await begin(repository, name, options));
  const next = await repository.branch(branches.next, remote);
  if (isSameSet(await membersOf(repository, name, active), members)) {
    if (next !== undefined && next !== active) await repository.move(branches.next, { from: next, to: active }, remote);
    return { op: 'unchanged', branch: branches.active, commit: active, pending: false };
  }
  const isStacked = next !== undefined && (await repository.isAncestor(active, next));
  if (isStacked && isSameSet(await membersOf(repository, name, next), members))
    return { op: 'unchanged', branch: branches.next, commit: next, pending: true };
  const commit = await commitSet(repository, name, { ...options, members, parent: isStacked ? next : active });
  await repository.move(branches.next, { from: next, to: commit }, remote);
  return { op: 'committed', branch: branches.next, commit, pending: true };
}

/** A proposal to a set that stands on what may come into force of it. */
export interface SetProposal {
  /** The commit of the set as it is, and the one that is proposed. */
  readonly active: string;
  readonly next: string;
  readonly members: SetMembers;
}

/** The proposal that merging would change a set by: undefined where there is none, and where it does not stand on the set, as after a squash. */
export async function proposalOfSet(
  repository: RenderedRepository,
  name: string,
  remote: string | undefined,
): Promise<SetProposal | undefined> {
  const branches = branchesOfSet(name);
  const active = await repository.branch(branches.active, remote);
  const next = active === undefined ? undefined : await repository.branch(branches.next, remote);
  if (active === undefined || next === undefined || next === active || !(await repository.isAncestor(active, next))) return undefined;
  const members = await membersOf(repository, name, next);
  return isSameSet(members, await membersOf(repository, name, active)) ? undefined : { active, next, members };
}

/** Merges a proposal of a set: its branch goes forward to the very commit. Throws a `Failure` where it moved meanwhile. */
export async function mergeProposal(
  repository: RenderedRepository,
  name: string,
  { active, next, remote }: Pick<SetProposal, 'active' | 'next'> & { readonly remote: string | undefined },
): Promise<void> {
  await repository.move(branchesOfSet(name).active, { from: active, to: next }, remote);
}

/** Throws the `Failure` `merge-other` unless `commit`, or the commit that begins so, is what is proposed to a set, or is merged already. */
export async function requireReviewedSet(
  repository: RenderedRepository,
  name: string,
  {
    commit,
    proposal,
    remote,
  }: { readonly commit: string; readonly proposal: SetProposal | undefined; readonly remote: string | undefined },
): Promise<void> {
  if (proposal !== undefined && isIdOf(proposal.next, commit)) return;
  const { active: branch } = branchesOfSet(name);
  const [active, reviewed] = [await repository.branch(branch, remote), await repository.resolve(commit)];
  if (active !== undefined && reviewed !== undefined && (await repository.isAncestor(reviewed, active))) return;
  const is = proposal === undefined ? 'has no proposal' : `is proposed as \`${proposal.next.slice(0, 7)}\``;
  throw new Failure('merge-other', `the set \`${name}\` ${is}, and \`${branch}\` does not hold \`${commit}\``, {
    help: 'it was published anew: review what is proposed, or leave `--commit` away to put in force what was merged',
    exit: exitCodes.refused,
  });
}

/** What became of a member of a set that may come into force. */
export interface MergedMember {
  /** `unchanged`: its branch has the commit already. */
  readonly op: 'merged' | 'unchanged';
  readonly branch: string;
  readonly commit: string;
}

/** The members of a set that may come into force. Throws a `Failure` where there is no such set. */
export async function readSet(repository: RenderedRepository, name: string, remote: string | undefined): Promise<SetMembers> {
  const { active } = branchesOfSet(name);
  const commit = await repository.branch(active, remote);
  if (commit === undefined)
    throw new Failure('set-unknown', `there is no \`${active}\` ${remote === undefined ? 'in this repository' : `at \`${remote}\``}`, {
      help: remote === undefined ? 'if a remote has the set, name it: `--push`' : 'look at the names of the set and of the remote',
      exit: exitCodes.input,
    });
  return membersOf(repository, name, commit);
}

/**
 * Puts a member of a set in force: its branch goes forward to the very commit that the set names, which the proposal of the environment has
 * in its history. Throws the `Failure` `merge-stale` where something else was put in force meanwhile.
 */
export async function mergeMember(
  repository: RenderedRepository,
  {
    environment,
    commit,
    remote,
    signers,
  }: {
    readonly environment: string;
    readonly commit: string;
    readonly remote: string | undefined;
    /** The file with those who may have signed it; undefined where nobody has to. */
    readonly signers?: string | undefined;
  },
): Promise<MergedMember> {
  const branches = repository.branchesOf(environment);
  const active = await repository.branch(branches.active, remote);
  const next = await repository.branch(branches.next, remote);
  const isKnown = (await repository.describe(commit)) !== undefined;
  if (active !== undefined && isKnown && (await repository.isAncestor(commit, active)))
    return { op: 'unchanged', branch: branches.active, commit: active };
  const isProposed = isKnown && next !== undefined && (await repository.isAncestor(commit, next));
  if (!isProposed || (active !== undefined && !(await repository.standsOn(active, commit)))) throw isStale(environment, branches);
  await requireSigned(repository, { environment, commit, branch: branches.next }, { remote, signers });
  const approve = requireSignedMerge(repository, { environment, branch: branches.active }, { remote, signers });
  return {
    op: 'merged',
    branch: branches.active,
    commit: await repository.move(branches.active, { from: active, to: commit, approve }, remote),
  };
}

async function begin(repository: RenderedRepository, name: string, options: SetOptions): Promise<string> {
  const commit = await commitSet(repository, name, { ...options, members: new Map(), parent: undefined });
  await repository.move(branchesOfSet(name).active, { from: undefined, to: commit }, options.remote);
  return commit;
}

async function commitSet(
  repository: RenderedRepository,
  name: string,
  given: SetOptions & { readonly members: SetMembers; readonly parent: string | undefined },
): Promise<string> {
  const { members, parent, source, version, sign } = given;
  const isSigned = sign ?? (await repository.signs());
  const { author } = source;
  const committer = isSigned ? await repository.identity() : source.committer;
  const subject = parent === undefined ? `Begin the set ${name}` : `${source.commit.slice(0, 7)}: ${source.subject}`.trim();
  const message = `${subject}\n\nRendered-by: lockstep/${version}\nRendered-set: ${name}\n`;
  return repository.commit({ content: filesOf(name, members), parent, author, committer, message, isSigned });
}

function filesOf(name: string, members: SetMembers): readonly RenderedFile[] {
  const text = `# ${name}

What is here says which rendered commits of several environments may come into force, and was reviewed as one. Do not edit it.
After a proposal of it is merged, this puts them in force, each the very commit that is named; where there is no pull request to merge, it merges
the proposal, too:

\`\`\`sh
npx lockstep merge --set ${name} --push
\`\`\`
`;
  return [
    { path: 'README.md', text },
    ...[...members].map(([environment, commit]) => ({ path: `${folder}${environment}`, text: `${commit}\n` })),
  ];
}

const folder = 'environments/';

async function membersOf(repository: RenderedRepository, name: string, commit: string): Promise<SetMembers> {
  const members = new Map<string, string>();
  for (const { path, mode, blob } of await repository.files(commit)) {
    if (path === 'README.md') continue;
    const text = mode === '100644' && path.startsWith(folder) ? (await repository.read(blob)).toString('utf8').trim() : '';
    if (!isFullId(text)) throw foreign(name, path);
    members.set(path.slice(folder.length), text);
  }
  return members;
}

function isSameSet(a: SetMembers, b: SetMembers): boolean {
  return a.size === b.size && [...a].every(([environment, commit]) => b.get(environment) === commit);
}

function foreign(name: string, path: string): Failure {
  return new Failure('foreign-branch', `\`${branchesOfSet(name).active}\` was not written by Lockstep: it has a file \`${path}\``, {
    help: 'use another name for the set, or undo what was changed there by hand',
    exit: exitCodes.refused,
  });
}
