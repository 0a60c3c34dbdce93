import { exitCodes, Failure } from '../model/failure.ts';
import type { ForgeType } from '../model/forge.ts';
import { compareText } from '../model/ref.ts';
import { isOwnBranch, type RenderedIndex, type RenderedTree } from '../model/rendered.ts';
import type { RenderedRepository, SourceState } from '../ports.ts';
import { signStatement } from './attestation.ts';
import { type Destination, editsIn, holderOf, land, overtaken, type PublishResult, readTips, type Tips, tipOf } from './branches.ts';
import { leavingObjects, movesOf, wouldBeMadeAgain } from './moving.ts';
import { overtakenBy } from './overtaken.ts';
import type { Owners } from './owners.ts';
import { commitMessage, type Judged, type Provenance, provenanceFiles } from './provenance.ts';
import type { Slicing } from './sliced.ts';
import { listed } from './tree.ts';
import { undoneBy, wouldUndo } from './undone.ts';
import { commitContent, slicedFrom, sliceOf, type Wanted, wholeOf } from './wanted.ts';

/** How an environment is published. */
export interface PublishOptions extends Omit<Destination, 'slice'> {
  /** Lockstep's version. */
  readonly version: string;
  /** Where people find the source, as the config declares it. */
  readonly repoURL?: string | undefined;
  /** Who reviews what, and what the file that says so is read by; GitHub unless told. */
  readonly owners?: Owners | undefined;
  readonly forge?: ForgeType | undefined;
  /** The one slice that is published; undefined for all of the environment. */
  readonly sliced?: Slicing | undefined;
  /** The commit that the lock names as the source, and the lock, relative to the project. Undefined: all is of the work tree. */
  readonly from?: { readonly commit: string; readonly lock: string } | undefined;
  /** Render what is not committed too; the commit says so. */
  readonly allowDirty?: boolean | undefined;
  /** Undo what somebody changed by hand in the rendered branch. */
  readonly overwriteEdits?: boolean | undefined;
  /** Publish also what is older than what the branch is rendered from. */
  readonly allowOlder?: boolean | undefined;
  /** Publish also what a rollback took away. */
  readonly undoRollback?: boolean | undefined;
  /** The repository as it was before the tree was rendered; undefined: nothing can have changed meanwhile. */
  readonly before?: SourceState | undefined;
  /** The same as it is now that all is rendered; it is asked unless told. */
  readonly now?: SourceState | undefined;
  /** Whether commits are signed, and their trees attested; undefined: as git's configuration says. */
  readonly sign?: boolean | undefined;
  /** What the tree was judged and pinned by. */
  readonly judged?: Judged | undefined;
  /** Renders the other environments of the project: asked for only when objects leave this one. */
  readonly others?: (() => Promise<readonly RenderedTree[]>) | undefined;
}

/** What is written of an environment: all of it is made, and no branch leads to it yet. */
export interface Decision {
  readonly tips: Tips;
  readonly wanted: Wanted;
  /** The commit that holds it, and whether that was made now. */
  readonly commit: string;
  readonly isNew: boolean;
  /** The signed statement on its tree, where there is one to be told. */
  readonly statement: string | undefined;
  /** The source that its note is to tell; undefined where it says nothing of that. */
  readonly noted: string | undefined;
  /** Files with changes made by hand, which this undoes. */
  readonly edited: readonly string[];
}

/**
 * Commits `tree` to the environment's proposal branch, or to the active one. A proposal stands on the proposal before it
 * while that one stands on the active branch, otherwise on the active branch itself. What is there already makes no commit, and what is older
 * than the source of the branch is not published: another publish was quicker.
 * Where one slice is published, it is put into what is in force of the others.
 * Throws a `Failure` that refuses (exit code 4) an empty tree that nobody asked for, uncommitted changes, a commit that has changed
 * since, a branch of others, hand edits, what a rollback took away, and the deletion of what only moves to another environment.
 */
export async function publish(repository: RenderedRepository, tree: RenderedTree, options: PublishOptions): Promise<PublishResult> {
  const decided = await decide(repository, tree, options);
  if ('op' in decided) return decided;
  await attest(repository, decided);
  const landed = await land(repository, decided.tips, { ...decided.wanted, commit: decided.commit });
  await note(repository, decided);
  return resultOf(decided, landed);
}

/** Decides what is written, as `publish` says, and makes it: no branch has moved, but one that had to begin. What is overtaken has a result. */
export async function decide(
  repository: RenderedRepository,
  tree: RenderedTree,
  options: PublishOptions,
): Promise<Decision | PublishResult> {
  const { environment } = tree;
  const { sliced: slicing } = options;
  if (slicing === undefined) requireObjects(environment, tree.index);
  const state = options.now ?? (await repository.state());
  const { before = state } = options;
  if (before.commit !== state.commit) throw hasMoved(before, state);
  const source = sourceOf({ ...state, dirty: [...new Set([...before.dirty, ...state.dirty])].sort(compareText) }, options.from);
  if (source.dirty.length > 0 && !options.allowDirty) throw isDirty(source);
  const tips = await begun(repository, await readTips(repository, environment, { ...options, slice: slicing?.slice }), {
    source,
    version: options.version,
  });
  const later = options.allowOlder ? undefined : await overtakenBy(repository, tips, source.commit);
  if (later !== undefined) return overtaken(tips, later);
  const wanted = await (slicing === undefined
    ? wholeOf(repository, tree, options)
    : sliceOf(repository, tips.active, tree, { ...options, sliced: slicing }));
  requireObjects(environment, wanted.index);
  const leaving = leavingObjects(tips.active?.index, wanted.index);
  const moves = leaving.length === 0 ? [] : movesOf(leaving, tree.index, (await options.others?.()) ?? []);
  if (moves.length > 0) throw wouldBeMadeAgain(environment, moves);
  const undone = options.undoRollback ? undefined : await undoneBy(repository, tips, wanted.content);
  if (undone !== undefined) throw wouldUndo(environment, undone);
  const edited = await editsIn(repository, tips, wanted);
  if (edited.length > 0 && !options.overwriteEdits) throw isEdited(environment, edited);
  const holder = holderOf(tips, wanted);
  const { from, repoURL, version } = options;
  const described = from === undefined ? undefined : ((await repository.describe(from.commit)) ?? { commit: from.commit });
  const sliced = slicing && (await slicedFrom(repository, tips, { source, slice: slicing.slice, wanted }));
  const provenance: Provenance = {
    environment,
    branches: tips.branches,
    source,
    from: described,
    repoURL,
    version,
    judged: options.judged,
    sliced,
  };
  const isSigned = options.sign ?? (await repository.signs());
  const commit = holder ?? (await commitTree(repository, wanted, { provenance, tips, isSigned }));
  // Whatever is here already was attested when it was made, or is now for the first time: by what can be had again, which no part is.
  const canBeHad = sliced === undefined && source.dirty.length === 0;
  const isNew = holder === undefined;
  const isTold = isSigned && (isNew || (canBeHad && !(await isAttested(repository, holder, options.remote))));
  const statement = isTold ? await signStatement(repository, provenance, commit) : undefined;
  // What was rendered from more than a commit, or is a part alone, says nothing of that commit.
  const isWhole = sliced === undefined && (isNew || source.dirty.length === 0);
  return { tips, wanted, commit, isNew, statement, noted: isWhole ? source.commit : undefined, edited };
}

/** Lets everybody know what was attested. */
export async function attest(repository: RenderedRepository, { tips, statement }: Decision): Promise<void> {
  if (statement !== undefined) await repository.attest(statement, tips.destination.remote);
}

/** Notes which commit of the source it is rendered from now. */
export async function note(repository: RenderedRepository, { tips, commit, noted }: Decision): Promise<void> {
  if (noted !== undefined) await repository.note(commit, { drySha: noted }, tips.destination.remote);
}

/** What is told of what was written. */
export function resultOf({ isNew, edited }: Decision, landed: Omit<PublishResult, 'op' | 'edited'>): PublishResult {
  return { op: isNew ? 'committed' : 'unchanged', ...landed, edited };
}

/**
 * The tips, with an active branch: an empty one where there was none, and where one was asked for, or where several share it: what they
 * commit needs a beginning in common. Equal sources make equal commits.
 */
async function begun(
  repository: RenderedRepository,
  tips: Tips,
  { source, version }: Pick<Provenance, 'source' | 'version'>,
): Promise<Tips> {
  const { environment, destination, branches } = tips;
  const isWanted = !isOwnBranch(environment, branches.active) || (destination.begins && !destination.direct);
  if (tips.active !== undefined || !isWanted) return tips;
  const { author, committer } = source;
  const message = `Begin ${environment}\n\nNothing is deployed yet: the first proposal adds to this.\n\nRendered-by: lockstep/${version}\nRendered-environment: ${environment}\n`;
  const commit = await repository.commit({ content: [], parent: undefined, author, committer, message });
  await repository.move(tips.branches.active, { from: undefined, to: commit }, destination.remote).catch((thrown: unknown) => {
    // Whoever writes that branch itself asks for no proposal.
    const isForProposal = !destination.direct && thrown instanceof Failure && thrown.code === 'git-push-refused';
    throw isForProposal ? mayNotBegin(tips, thrown) : thrown;
  });
  return { ...tips, active: { commit, files: [], content: new Map(), owners: undefined, index: undefined }, stacked: false };
}

/** A rule that lets nobody push to the active branch lets nobody make it, either. */
function mayNotBegin({ environment, branches }: Tips, { code, message, exit }: Failure): Failure {
  const isOwn = isOwnBranch(environment, branches.active);
  const begin = `let somebody who may push to it run \`lockstep publish ${environment} --push\` once, which begins it with nothing in it`;
  const needing = isOwn ? 'a pull request needs' : 'proposals to a branch that environments share need';
  return new Failure(code, `${message}; ${needing} that branch to exist`, {
    help: isOwn ? `${begin}; or write the proposal alone: \`--no-pull-request\`` : begin,
    exit,
  });
}

/** What came from a commit is as it is there: of the work tree only the lock went into it. */
function sourceOf(state: SourceState, from: PublishOptions['from']): SourceState {
  return from === undefined ? state : { ...state, dirty: state.dirty.filter((path) => path === `${state.prefix}${from.lock}`) };
}

/** Whether somebody has attested the tree of a commit already, which is then not done again. */
async function isAttested(repository: RenderedRepository, commit: string, remote: string | undefined): Promise<boolean> {
  return (await repository.attestationOf(await repository.treeOf(commit), remote)) !== undefined;
}

/**
 * Author, committer and dates are the source commit's, so that the commit's id can be had again. Who signs is the committer: forges do not
 * believe a signature of anybody else.
 */
async function commitTree(
  repository: RenderedRepository,
  wanted: Wanted,
  { provenance, tips, isSigned }: { readonly provenance: Provenance; readonly tips: Tips; readonly isSigned: boolean },
): Promise<string> {
  const { author } = provenance.source;
  const committer = isSigned ? await repository.identity() : provenance.source.committer;
  const parent = tipOf(tips)?.commit;
  const content = commitContent(wanted, provenanceFiles(provenance));
  return repository.commit({ content, parent, author, committer, message: commitMessage(provenance), isSigned });
}

function requireObjects(environment: string, { objects, removed }: RenderedIndex): void {
  if (objects.length > 0 || removed !== undefined) return;
  throw new Failure('empty-render', `\`${environment}\` renders to nothing: publishing it would delete everything in its cluster`, {
    help: "check that its charts are still there, or say that it is being dissolved: `removed: 'prune'`",
    exit: exitCodes.refused,
  });
}

function isDirty({ dirty }: SourceState): Failure {
  return new Failure('dirty-source', `the source has changes that are not committed: ${listed(dirty)}`, {
    help: 'commit them, or render them too with `--allow-dirty`',
    exit: exitCodes.refused,
  });
}

function hasMoved(before: SourceState, { commit }: SourceState): Failure {
  const [was, is] = [before.commit.slice(0, 7), commit.slice(0, 7)];
  return new Failure('source-moved', `the repository was at \`${was}\` when rendering began, and is at \`${is}\` now`, {
    help: 'run it again, and leave the work tree alone meanwhile',
    exit: exitCodes.refused,
  });
}

function isEdited(environment: string, edited: readonly string[]): Failure {
  return new Failure('edited-branch', `the rendered branches of \`${environment}\` were changed by hand: ${listed(edited)}`, {
    help: 'make the same changes in the source, or undo them with `--overwrite-edits`',
    exit: exitCodes.refused,
  });
}
