import { exitCodes, Failure } from '../model/failure.ts';
import { compareText } from '../model/ref.ts';
import { sha256Of } from '../model/sha256.ts';
import type { DeclinedRequest, RenderedRepository, Route, TreeEntry } from '../ports.ts';
import { listed } from './tree.ts';

/** A change of the source that people are to review. */
export interface SourceChange {
  /** The branch that it is proposed on. */
  readonly branch: string;
  /** The remote that has the source. */
  readonly remote: string;
  /** The subject of its commit. */
  readonly title: string;
  /** What the commit says beside that; '' for nothing. */
  readonly body: string;
  /** Lockstep's version. */
  readonly version: string;
  /** What files are to hold, by their paths from the root of the repository; undefined for those that go. */
  readonly files: ReadonlyMap<string, string | Buffer | undefined>;
  /** What the same files hold here, by sha256: what was decided was decided of that. */
  readonly here: ReadonlyMap<string, string | undefined>;
  /** Who said before that this is not wanted; nobody unless told. */
  readonly declined?: ((route: Route) => Promise<DeclinedRequest | undefined>) | undefined;
}

/** What came of proposing a change of the source. */
export interface SourceProposal {
  /** `none`: the branch that it is for holds all of it, `declined`: somebody does not want it; nothing was written. */
  readonly op: 'committed' | 'unchanged' | 'none' | 'declined';
  readonly branch: string;
  /** The branch that it is for. */
  readonly base: string;
  /** The tip of the branch, or of the base where nothing is proposed. */
  readonly commit: string;
  /** The pull request that was declined. */
  readonly declined?: DeclinedRequest;
}

/**
 * Commits a change on top of the default branch of the remote, on a branch of its own, which moves there with a lease. Work tree and index stay as
 * they are. Throws a `Failure` where the remote has other files than those that the change was decided of, or where people added to the branch.
 */
export async function proposeSource(repository: RenderedRepository, change: SourceChange): Promise<SourceProposal> {
  const { branch, remote, files } = change;
  const [base] = await repository.reviewedBranches(remote);
  const tip = base === undefined ? undefined : await repository.branch(base, remote);
  if (base === undefined || tip === undefined) throw withoutBase(remote);
  const held = new Map((await repository.files(tip)).map((file) => [file.path, file]));
  await requireSame(repository, held, { ...change, base });
  const differing = await differingIn(repository, held, files);
  if (differing.length === 0) return { op: 'none', branch, base, commit: tip };
  const declined = await change.declined?.({ head: branch, base });
  if (declined !== undefined) return { op: 'declined', branch, base, commit: tip, declined };
  const before = await repository.branch(branch, remote);
  if (before !== undefined) await requireOwn(repository, { tip, before }, change);
  const commit = await commitChange(repository, { tip, differing }, change);
  if (before !== undefined && (await isSameChange(repository, before, { tip, commit })))
    return { op: 'unchanged', branch, base, commit: before };
  await repository.move(branch, { from: before, to: commit }, remote);
  return { op: 'committed', branch, base, commit };
}

/** What the pull request of a change says of it to who comes later: it knows by this what people saw, whatever its commit was. */
export function markOf(files: SourceChange['files']): string {
  const contents = [...files].map(([path, content]) => [path, content === undefined ? null : sha256Of(content)] as const);
  return `<!-- lockstep: proposes sha256:${sha256Of(JSON.stringify(contents.sort(([a], [b]) => compareText(a, b))))} -->`;
}

type Content = readonly (readonly [path: string, content: string | Buffer | undefined])[];

async function differingIn(
  repository: RenderedRepository,
  held: ReadonlyMap<string, TreeEntry>,
  files: SourceChange['files'],
): Promise<Content> {
  const found: (readonly [string, string | Buffer | undefined])[] = [];
  for (const [path, content] of files) {
    const wanted = content === undefined ? undefined : sha256Of(content);
    if (wanted !== (await digestOf(repository, held.get(path)))) found.push([path, content]);
  }
  return found;
}

async function digestOf(repository: RenderedRepository, file: TreeEntry | undefined): Promise<string | undefined> {
  return file === undefined ? undefined : sha256Of(await repository.read(file.blob));
}

async function commitChange(
  repository: RenderedRepository,
  { tip, differing }: { readonly tip: string; readonly differing: Content },
  { title, body, version }: SourceChange,
): Promise<string> {
  const who = await repository.identity();
  const message = `${[title, body, `Proposed-by: lockstep/${version}`].filter((part) => part !== '').join('\n\n')}\n`;
  const written = differing.flatMap(([path, text]) => (text === undefined ? [] : [{ path, text }]));
  const removed = differing.flatMap(([path, text]) => (text === undefined ? [path] : []));
  return repository.commit({ content: { of: tip, written, removed }, parent: tip, author: who, committer: who, message });
}

/** Whether the branch holds the change already, in the same words: a time alone is no reason to write it again. */
async function isSameChange(
  repository: RenderedRepository,
  before: string,
  { tip, commit }: { readonly tip: string; readonly commit: string },
): Promise<boolean> {
  const [[last, parent], [next]] = [await repository.history(before, 2), await repository.history(commit, 1)];
  const [was, is] = [await repository.describe(before), await repository.describe(commit)];
  return parent?.commit === tip && last?.tree === next?.tree && was?.subject === is?.subject && was?.body === is?.body;
}

async function requireSame(
  repository: RenderedRepository,
  held: ReadonlyMap<string, TreeEntry>,
  { here, base, remote }: Pick<SourceChange, 'here' | 'remote'> & { readonly base: string },
): Promise<void> {
  const others: string[] = [];
  for (const [path, digest] of here) if ((await digestOf(repository, held.get(path))) !== digest) others.push(path);
  if (others.length === 0) return;
  throw new Failure('proposal-behind', `\`${base}\` at \`${remote}\` does not hold what is here: ${listed(others)}`, {
    help: `bring both together first: \`git pull ${remote} ${base}\`, and merge or undo what was changed here`,
    exit: exitCodes.refused,
  });
}

/** How many commits of a branch are looked at. */
const looked = 50;

/** Refuses to write over commits that somebody added to the branch; merges of what it is for add nothing. */
async function requireOwn(
  repository: RenderedRepository,
  { tip, before }: { readonly tip: string; readonly before: string },
  { branch, remote }: SourceChange,
): Promise<void> {
  const { relation, commits } = await repository.between(tip, before, looked);
  if (relation !== 'ahead' && relation !== 'diverged') return;
  const described = await repository.describeAll(commits.map(({ commit }) => commit));
  const others = commits.filter(({ commit, subject }) => {
    const body = described.get(commit)?.body ?? '';
    return !/^Proposed-by: lockstep\//m.test(body) && !/^Merge /.test(subject);
  });
  const [first] = others;
  if (first === undefined) return;
  throw new Failure('proposal-edited', `somebody added to \`${branch}\`: \`${first.commit.slice(0, 7)}\` (${first.subject})`, {
    help: `merge it, or delete the branch: \`git push ${remote} --delete ${branch}\`; then run it again`,
    exit: exitCodes.refused,
  });
}

function withoutBase(remote: string): Failure {
  return new Failure('proposal-without-base', `\`${remote}\` has no default branch, and the one that is checked out tracks none there`, {
    help: `push the source there first, or let the branch track it: \`git branch --set-upstream-to ${remote}/main\``,
    exit: exitCodes.input,
  });
}
