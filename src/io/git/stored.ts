import { Failure } from '../../model/failure.ts';
import type { TreeEntry } from '../../ports.ts';
import { emptyTree } from './objects.ts';
import type { ObjectReader } from './reader.ts';

/** What is read of a commit. */
interface StoredCommit {
  readonly tree: string;
  readonly parents: readonly string[];
}

/** One name in a folder: `mode` is of six octal digits. */
interface StoredEntry {
  readonly mode: string;
  readonly name: string;
  readonly id: string;
}

/** Whether `commit` is here, told by a reader that runs already. */
export async function holdsCommit(reader: ObjectReader, commit: string): Promise<boolean> {
  return (await reader.find(commit))?.type === 'commit';
}

/** Whether `commit` was made right after `ancestor`; of one that lies further back, or is not in its history, this says no. */
export async function isParent(reader: ObjectReader, ancestor: string, commit: string): Promise<boolean> {
  return (await readCommit(reader, commit)).parents.includes(ancestor);
}

/** All entries of `commit` that are no folders, in git's order: what `git ls-tree -r` lists, without a process for it. */
export async function readFiles(reader: ObjectReader, commit: string): Promise<readonly TreeEntry[]> {
  return filesBelow(reader, (await readCommit(reader, commit)).tree, '');
}

/** The folders at the root of `commit`, with their trees. What has such a name and is a file, a link or a submodule is none. */
export async function readFolders(reader: ObjectReader, commit: string): Promise<ReadonlyMap<string, string>> {
  const entries = await readRoot(reader, commit);
  return new Map(entries.filter(({ mode }) => mode === folderMode).map(({ path, blob }) => [path, blob]));
}

/** The same as `readFiles` of one folder at the root of `commit`, with paths from there; none where there is no such folder. */
export async function readFilesIn(reader: ObjectReader, commit: string, folder: string): Promise<readonly TreeEntry[]> {
  const tree = (await readFolders(reader, commit)).get(folder);
  return tree === undefined ? [] : filesBelow(reader, tree, '');
}

/** What stands at the root of `commit`, folders as such (040000). */
export async function readRoot(reader: ObjectReader, commit: string): Promise<readonly TreeEntry[]> {
  return readTree(reader, (await readCommit(reader, commit)).tree);
}

/** What stands in a tree itself, folders as such (040000). */
export async function readTree(reader: ObjectReader, tree: string): Promise<readonly TreeEntry[]> {
  return (await entriesOf(reader, tree)).map(({ mode, name, id }) => ({ path: name, mode, blob: id }));
}

/** The id of the tree of a folder at the root of `commit`: that of an empty one where there is no such folder. */
export async function treeOfFolder(reader: ObjectReader, commit: string, folder: string): Promise<string> {
  return (await readFolders(reader, commit)).get(folder) ?? emptyTree(commit);
}

/** The id of the tree of `commit`. */
export async function treeOfCommit(reader: ObjectReader, commit: string): Promise<string> {
  return (await readCommit(reader, commit)).tree;
}

/** The bytes of `commit`. */
export async function bytesOfCommit(reader: ObjectReader, commit: string): Promise<Buffer> {
  return bytesOf(reader, commit, 'commit');
}

/**
 * The blob of the note of `object` in a commit of notes. Git spreads notes over folders as they become many, each called after two digits of
 * the ids below it: only those that lead to this one are read.
 */
export async function noteOf(reader: ObjectReader, notes: string, object: string): Promise<string | undefined> {
  const { tree } = await readCommit(reader, notes);
  const below = async (folder: string, rest: string): Promise<string | undefined> => {
    const entries = await entriesOf(reader, folder);
    const note = entries.find(({ name, mode }) => name === rest && mode === fileMode);
    if (note !== undefined) return note.id;
    const next = rest.length > 2 ? entries.find(({ name, mode }) => name === rest.slice(0, 2) && mode === folderMode) : undefined;
    return next === undefined ? undefined : below(next.id, rest.slice(2));
  };
  return below(tree, object);
}

const fileMode = '100644';
const folderMode = '040000';

async function filesBelow(reader: ObjectReader, tree: string, folder: string): Promise<readonly TreeEntry[]> {
  const entries = await entriesOf(reader, tree);
  const below = await Promise.all(
    entries.map(({ mode, name, id }) => {
      const path = `${folder}${name}`;
      return mode === folderMode ? filesBelow(reader, id, `${path}/`) : [{ path, mode, blob: id }];
    }),
  );
  return below.flat();
}

async function entriesOf(reader: ObjectReader, tree: string): Promise<readonly StoredEntry[]> {
  return parseTree(await bytesOf(reader, tree, 'tree'), tree.length / 2);
}

async function readCommit(reader: ObjectReader, commit: string): Promise<StoredCommit> {
  return parseCommit(await bytesOf(reader, commit, 'commit'));
}

async function bytesOf(reader: ObjectReader, id: string, type: 'commit' | 'tree'): Promise<Buffer> {
  const found = await reader.find(id);
  if (found?.type === type) return found.bytes;
  throw new Failure('git-corrupt', found === undefined ? `the git object ${id} is missing` : `the git object ${id} is no ${type}`);
}

/** The first lines of a commit name its tree and its parents; an empty one stands before its message. */
export function parseCommit(bytes: Buffer): StoredCommit {
  const end = bytes.indexOf('\n\n');
  const lines = bytes
    .subarray(0, end < 0 ? bytes.length : end)
    .toString('latin1')
    .split('\n');
  const valuesOf = (key: string): readonly string[] =>
    lines.flatMap((line) => (line.startsWith(`${key} `) ? [line.slice(key.length + 1)] : []));
  return { tree: valuesOf('tree')[0] ?? '', parents: valuesOf('parent') };
}

/** A tree is entry after entry: `<mode> <name>`, a zero byte, and the id in as many bytes as the repository's hash has. */
export function parseTree(bytes: Buffer, idBytes: number): readonly StoredEntry[] {
  const entries: StoredEntry[] = [];
  for (let at = 0; at < bytes.length; ) {
    const space = bytes.indexOf(0x20, at);
    const zero = bytes.indexOf(0, space);
    const next = zero + 1 + idBytes;
    if (space < 0 || zero < 0 || next > bytes.length) throw new Failure('git-corrupt', 'a git tree ends in the middle of an entry');
    entries.push({
      mode: bytes.toString('latin1', at, space).padStart(6, '0'),
      name: bytes.toString('utf8', space + 1, zero),
      id: bytes.toString('hex', zero + 1, next),
    });
    at = next;
  }
  return entries;
}
