import { exitCodes, Failure } from '../../model/failure.ts';
import { branchesOf, homeOf, type RenderedHome } from '../../model/rendered.ts';
import { besideFolders, besidePaths, ownersPath } from '../../model/shared-branch.ts';
import type { NewCommit, RenderedRepository, TreeEntry } from '../../ports.ts';
import { readHistory } from './history.ts';
import type { Surroundings } from './import.ts';
import { remoteOrHere, requireId } from './names.ts';
import { hydratorRef } from './notes.ts';
import { isAncestor, treesOf } from './objects.ts';
import type { ObjectReader } from './reader.ts';
import { type Git, gitText } from './run.ts';
import { readFilesIn, readFolders, readRoot, readTree, treeOfFolder } from './stored.ts';
import { walk, within } from './walk.ts';
import type { RefWriter } from './writing.ts';

/** The repository that a view is of, and what that was opened with. */
interface Whole {
  readonly repository: RenderedRepository;
  readonly git: Git;
  readonly reader: ObjectReader;
  /** Writes a commit whose content stands in a folder, beside what else is there. */
  readonly write: (commit: NewCommit, around: Surroundings) => Promise<string>;
  readonly note: RefWriter['note'];
}

/**
 * The view of an environment whose tree is a folder of a branch that others share. Its commit of that branch is the last one, along first
 * parents, that changed the folder: what others put in force beside it makes no proposal stale, and is kept by what is written.
 * Where a commit `at` is told, the branch is looked at as if it were there.
 */
export function inFolder(
  { repository, git, reader, write: writeAround, note }: Whole,
  { branch: shared, folder }: RenderedHome,
  at?: string,
): RenderedRepository {
  // The tip of the branch that a commit of it was found from: what is written stands on that.
  const tips = new Map<string, string>();
  // The branch that the environment had of its own, as it was found last. An agent goes on only to what comes after that.
  let own: string | undefined;
  const hasFolder = async (commit: string): Promise<boolean> => (await readFolders(reader, commit)).has(folder);
  const treeIn = (commit: string): Promise<string> => treeOfFolder(reader, commit, folder);
  const write = async (commit: NewCommit, merged?: string): Promise<string> => {
    const { parent } = commit;
    const beside = await besideOf(commit, parent);
    return writeAround(commit, { folder, base: parent, beside, merged });
  };
  const besideOf = async ({ content }: NewCommit, base: string | undefined): Promise<Surroundings['beside']> => {
    const owners = new Map(base === undefined ? [] : await ownersAt(reader, base));
    const told = await ownersIn(reader, { content, folder });
    if (told === undefined) owners.delete(folder);
    else owners.set(folder, told);
    return besideFolders(owners);
  };
  const join = async (tip: string, to: string): Promise<string> => {
    const isSigned = await repository.signs();
    const who = await repository.identity();
    const message = `Merge ${folder}\n\nPuts ${to} in force beside what others have here.\n`;
    return write({ content: { sameAs: to }, parent: tip, author: who, committer: who, message, isSigned }, to);
  };

  return {
    ...repository,
    branchesOf: (environment, slice) => branchesOf(environment, { slice, shared }),
    async branch(branch, remote) {
      if (branch !== shared) return repository.branch(branch, remote);
      const tip = at ?? (await repository.branch(branch, remote));
      if (tip !== undefined) requireFolders(shared, await readRoot(reader, tip));
      const found = tip && (await lastChange(git, tip, folder));
      own = found && (await hasFolder(found)) ? undefined : await repository.branch(homeOf(folder).branch, remote);
      if (tip !== undefined && found !== undefined) tips.set(found, tip);
      return found;
    },
    standsOn: async (active, proposal) =>
      (await isAncestor(git, active, proposal)) && changesOnly({ git, reader }, { folder, proposal, tip: tips.get(active) ?? active }),
    treeOf: treeIn,
    files: (commit) => readFilesIn(reader, commit, folder),
    history: (commit, limit) => readHistory(git, commit, { limit, folder }),
    walk: (commit) => walk(git, commit, { folder }),
    async commit(commit) {
      if ('tree' in commit.content) return repository.commit(commit);
      const { parent } = commit;
      if (parent === undefined) return write(commit);
      return write({ ...commit, parent: tips.get(parent) ?? parent }, (await hasFolder(parent)) ? undefined : own);
    },
    async move(branch, { from, to, approve }, remote) {
      if (branch !== shared) return repository.move(branch, { from, to }, remote);
      const tip = from && (tips.get(from) ?? from);
      const isForward =
        tip === undefined || ((await isAncestor(git, tip, to)) && (await changesOnly({ git, reader }, { folder, proposal: to, tip })));
      const next = isForward ? to : await join(tip, to);
      if (!isForward) await approve?.(next);
      await repository.move(branch, { from: tip, to: next }, remote);
      tips.set(next, next);
      return next;
    },
    noteOf: async (commit, remote) => repository.noteOf(await treeIn(commit), remote),
    notesOf: async (commits, remote) => {
      const trees = await treesOf(git, commits, folder);
      const notes = await repository.notesOf(trees, remote);
      return new Map(commits.flatMap((commit, i) => byCommit(commit, notes.get(trees[i] ?? ''))));
    },
    note: async (commit, said, remote) => {
      const text = `${JSON.stringify(said)}\n`;
      await note({ ref: hydratorRef, object: await treeIn(commit), text, by: commit, remote: remoteOrHere(remote) });
    },
  };
}

function byCommit(commit: string, blob: string | undefined): readonly (readonly [commit: string, blob: string])[] {
  return blob === undefined ? [] : [[commit, blob]];
}

/** The last commit that changed the folder; where none did, the first of the branch: both stay what they are while others go on beside it. */
async function lastChange(git: Git, tip: string, folder: string): Promise<string> {
  const found = await gitText(git, ['rev-list', '--max-count=1', '--first-parent', requireId(tip), ...within(folder)]);
  return found === '' ? gitText(git, ['rev-list', '--first-parent', '--max-parents=0', requireId(tip)]) : found;
}

/**
 * Whether a proposal differs in nothing but the folder from what it has in common with the tip of the branch. What stands beside the folders may
 * differ, but where both have changed it, merging would be a conflict.
 */
async function changesOnly(
  { git, reader }: Pick<Whole, 'git' | 'reader'>,
  { folder, proposal, tip }: { readonly folder: string; readonly proposal: string; readonly tip: string },
): Promise<boolean> {
  const base = requireId(await gitText(git, ['merge-base', requireId(tip), requireId(proposal)]));
  const [was, theirs, ours] = await Promise.all([base, tip, proposal].map(async (commit) => rootOf(await readRoot(reader, commit))));
  if (was === undefined || theirs === undefined || ours === undefined) return false;
  const paths = new Set([...was.keys(), ...ours.keys()].filter((path) => path !== folder));
  return [...paths].every((path) => {
    const [before, there, here] = [was.get(path), theirs.get(path), ours.get(path)];
    return here === before || (besidePaths.has(path) && (there === before || there === here));
  });
}

function rootOf(entries: readonly TreeEntry[]): ReadonlyMap<string, string> {
  return new Map(entries.map(({ path, mode, blob }) => [path, `${mode} ${blob}`]));
}

/** Refuses a branch that holds anything but folders, and what Lockstep writes beside them: that of a source, for instance. */
function requireFolders(branch: string, root: readonly TreeEntry[]): void {
  const stray = root.find(({ path, mode }) => mode !== folderMode && !besidePaths.has(path));
  if (stray === undefined) return;
  throw new Failure('foreign-branch', `\`${branch}\` was not written by Lockstep: it has a file \`${stray.path}\``, {
    help: 'name another branch in `rendered: { branch }`, or move that file out of the way',
    exit: exitCodes.refused,
  });
}

const folderMode = '040000';

/** What each folder of a commit says of who reviews it. What is no name of an environment is none of ours. */
async function ownersAt(reader: ObjectReader, commit: string): Promise<ReadonlyMap<string, string>> {
  const root = await readRoot(reader, commit);
  // Where the root has no such file, no folder has one.
  if (!root.some(({ path }) => path === ownersPath)) return new Map();
  const found = new Map<string, string>();
  for (const { path, mode, blob } of root) {
    const told = mode === folderMode && /^[a-z0-9-]+$/.test(path) ? await ownersOf(reader, blob) : undefined;
    if (told !== undefined) found.set(path, told);
  }
  return found;
}

/** What the tree of a folder says of it. */
async function ownersOf(reader: ObjectReader, tree: string): Promise<string | undefined> {
  const file = (await readTree(reader, tree)).find(({ path, mode }) => path === ownersPath && mode.startsWith('100'));
  return file && (await reader.read(file.blob)).toString('utf8');
}

/** What the folder is going to say of it. */
async function ownersIn(
  reader: ObjectReader,
  { content, folder }: Pick<NewCommit, 'content'> & { readonly folder: string },
): Promise<string | undefined> {
  if ('tree' in content) return undefined;
  const written = 'sameAs' in content ? [] : 'of' in content ? content.written : content;
  const file = written.find(({ path }) => path === ownersPath);
  if (file !== undefined) return file.text.toString();
  const from = 'sameAs' in content ? content.sameAs : 'of' in content && !content.removed.includes(ownersPath) ? content.of : undefined;
  const tree = from === undefined ? undefined : (await readFolders(reader, from)).get(folder);
  return tree && ownersOf(reader, tree);
}
