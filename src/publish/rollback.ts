import { isIdOf } from '../model/commit-id.ts';
import { exitCodes, Failure } from '../model/failure.ts';
import { isOwnBranch } from '../model/rendered.ts';
import type { HistoryEntry, RenderedRepository } from '../ports.ts';
import { type Destination, editsIn, holderOf, land, type PublishResult, readTips } from './branches.ts';
import { drySourceOf } from './latest.ts';
import { sourcesPath } from './slice-sources.ts';
import { isSame, type RenderedCommit, readRendered } from './tree.ts';

/** How an environment is rolled back. */
export interface RollbackOptions extends Destination {
  /** Lockstep's version. */
  readonly version: string;
  /** A commit that the active branch once pointed to, or the first 7 or more digits of one; by default the last with other manifests. */
  readonly to?: string | undefined;
  /** Whether the commit is signed; undefined: as git's configuration says. What was attested of its tree stays true. */
  readonly sign?: boolean | undefined;
}

/** What came of rolling back. */
export interface RollbackResult extends PublishResult {
  /** What it goes back to. */
  readonly target: Pick<HistoryEntry, 'commit' | 'subject'>;
}

/** How far back a rollback looks. */
const historyLimit = 10_000;

interface Target {
  readonly entry: HistoryEntry;
  readonly rendered: RenderedCommit;
}

/**
 * Writes a commit on top of the active branch that holds what an earlier commit of it held, provenance included: as a
 * proposal, or in force at once. The active branch only ever goes forward. Hand edits do not stop it; the result names them.
 * Throws a `Failure` of input when there is nothing to go back to, or `to` is no earlier commit of the branch.
 */
export async function rollback(repository: RenderedRepository, environment: string, options: RollbackOptions): Promise<RollbackResult> {
  const tips = await readTips(repository, environment, options);
  const { active } = tips;
  const branch = tips.branches.active;
  if (active === undefined || active.files.length === 0) throw neverPublished({ environment, branch, remote: options.remote });
  const { entry, rendered } = await targetOf(repository, active, { environment, branch, to: options.to });
  const edited = await editsIn(repository, tips, rendered);
  const holder = holderOf(tips, rendered);
  const commit = holder ?? (await restore(repository, active.commit, { ...options, entry, environment }));
  const landed = await land(repository, tips, { commit, content: rendered.content, owners: rendered.owners });
  // A note is of the whole: what was published slice by slice comes from no one commit.
  const isMixed = rendered.files.some(({ path }) => path === sourcesPath);
  const drySha = holder === undefined && !isMixed ? await drySourceOf(repository, rendered) : undefined;
  if (drySha !== undefined) await repository.note(commit, { drySha }, options.remote);
  const target = { commit: entry.commit, subject: entry.subject };
  return { op: holder === undefined ? 'committed' : 'unchanged', ...landed, edited, target };
}

/** The commit to go back to: a first-parent ancestor of the active tip, which the branch has pointed to. */
async function targetOf(
  repository: RenderedRepository,
  active: RenderedCommit,
  { environment, branch, to }: { readonly environment: string; readonly branch: string; readonly to: string | undefined },
): Promise<Target> {
  const [, ...earlier] = await repository.history(active.commit, historyLimit);
  const candidates = to === undefined ? earlier : earlier.filter(({ commit }) => isIdOf(commit, to));
  if (to !== undefined && candidates.length !== 1) throw unknownTarget({ environment, branch, to });
  for (const entry of candidates) {
    const rendered = await readRendered(repository, entry.commit, { environment, branch });
    const empty = rendered.index === undefined || rendered.index.objects.length === 0;
    if (to !== undefined && empty) throw isEmpty(entry);
    if (to !== undefined || !(empty || isSame(rendered.content, active.content))) return { entry, rendered };
  }
  throw nothingBefore(branch);
}

async function restore(
  repository: RenderedRepository,
  active: string,
  { entry, environment, version, sign }: RollbackOptions & { readonly entry: HistoryEntry; readonly environment: string },
): Promise<string> {
  const who = await repository.identity();
  const isSigned = sign ?? (await repository.signs());
  const message = `Roll back ${environment} to ${entry.commit.slice(0, 7)} (${entry.subject})

Restores the files of ${entry.commit}
in place of those of ${active}.

Rendered-by: lockstep/${version}
Rendered-environment: ${environment}
Rendered-rollback-to: ${entry.commit}
`;
  return repository.commit({ content: { sameAs: entry.commit }, parent: active, author: who, committer: who, message, isSigned });
}

function neverPublished({
  environment,
  branch,
  remote,
}: {
  readonly environment: string;
  readonly branch: string;
  readonly remote: string | undefined;
}): Failure {
  const where = remote === undefined ? 'in this repository' : `at \`${remote}\``;
  return new Failure('rollback-nothing', `there is no \`${branch}\` ${where}: \`${environment}\` was never published there`, {
    help:
      remote === undefined
        ? 'if a remote has the branch, name it: `--push origin`'
        : 'look at the names of the environment and of the remote',
    exit: exitCodes.input,
  });
}

function isEmpty({ commit }: HistoryEntry): Failure {
  return new Failure('empty-render', `${commit} holds no object: going back to it would delete everything in the cluster`, {
    exit: exitCodes.refused,
  });
}

function nothingBefore(branch: string): Failure {
  return new Failure('rollback-nothing', `\`${branch}\` never held other manifests than now`, { exit: exitCodes.input });
}

function unknownTarget({
  environment,
  branch,
  to,
}: {
  readonly environment: string;
  readonly branch: string;
  readonly to: string;
}): Failure {
  const isOwn = isOwnBranch(environment, branch);
  // Of a branch that others share, the environment goes back to what its folder was.
  const [whose, folder] = isOwn ? ['', ''] : [`\`${environment}\` in `, ` -- ${environment}`];
  return new Failure('rollback-unknown', `\`${to}\` is not an earlier commit of ${whose}\`${branch}\``, {
    help: `choose one of \`git log --first-parent ${branch}${folder}\``,
    exit: exitCodes.input,
  });
}
