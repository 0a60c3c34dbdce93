import { createHash } from 'node:crypto';
import type { TreeEntry } from '../../ports.ts';
import { requireId } from './names.ts';
import { type Git, gitText, runGit } from './run.ts';

/** Whether `commit` is here. */
export async function hasCommit(git: Git, commit: string): Promise<boolean> {
  const { exit } = await runGit(git, ['cat-file', '-e', `${requireId(commit)}^{commit}`], { answers: [0, 1, 128] });
  return exit === 0;
}

/** Whether `ancestor` is `commit` or in its history. A commit that is not here is in no history, since histories are whole. */
export async function isAncestor(git: Git, ancestor: string, commit: string): Promise<boolean> {
  if (!(await hasCommit(git, ancestor))) return false;
  const { exit } = await runGit(git, ['merge-base', '--is-ancestor', requireId(ancestor), requireId(commit)], { answers: [0, 1] });
  return exit === 0;
}

/** Whether the repository lacks a part of its history. */
export async function isShallow(git: Git): Promise<boolean> {
  return (await gitText(git, ['rev-parse', '--is-shallow-repository'])) === 'true';
}

/** The id of the tree of a commit, or of a folder of it: that of an empty one where there is no such folder. */
export async function treeOf(git: Git, commit: string, folder = ''): Promise<string> {
  if (folder === '') return gitText(git, ['rev-parse', '--verify', `${requireId(commit)}^{tree}`]);
  const [tree] = await treesOf(git, [commit], folder);
  return tree ?? '';
}

/** The same of a folder of several commits, by one process. */
export async function treesOf(git: Git, commits: readonly string[], folder: string): Promise<readonly string[]> {
  const found = await foldersAt(git, commits, folder);
  return found.map((tree, i) => tree ?? emptyTree(commits[i] ?? ''));
}

/** The id that an empty tree has beside `commit`. Git knows that tree in every repository. */
export function emptyTree(commit: string): string {
  return createHash(formatOfId(commit)).update('tree 0\0').digest('hex');
}

/** The tree of a folder in each of several commits, by one process; undefined where there is none. No folder has a line end. */
async function foldersAt(git: Git, commits: readonly string[], folder: string): Promise<readonly (string | undefined)[]> {
  if (commits.length === 0) return [];
  const stdin = commits.map((commit) => `${requireId(commit)}:${folder}\n`).join('');
  const lines = (await gitText(git, ['cat-file', '--batch-check=%(objecttype) %(objectname)'], { stdin })).split('\n');
  return commits.map((_, i) => /^tree (.*)$/.exec(lines[i] ?? '')?.[1]);
}

/**
 * All entries of `commit`, or of a folder of it, that are not folders: files, executables (100755), symbolic links (120000), submodules (160000).
 * None where there is no such folder.
 */
export async function listFiles(git: Git, commit: string, folder = ''): Promise<readonly TreeEntry[]> {
  const [tree] = folder === '' ? [requireId(commit)] : await foldersAt(git, [commit], folder);
  if (tree === undefined) return [];
  const { stdout } = await runGit(git, ['ls-tree', '-r', '-z', '--full-tree', tree]);
  return stdout.toString('utf8').split('\0').slice(0, -1).map(entryOf);
}

/** The commit or other object that a full ref name stands for here, or undefined. */
export async function resolveRef(git: Git, ref: string): Promise<string | undefined> {
  const { exit, stdout } = await runGit(git, ['rev-parse', '--verify', '--quiet', '--end-of-options', ref], { answers: [0, 1] });
  return exit === 0 ? stdout.toString('utf8').trim() : undefined;
}

/** The same of what a person wrote: what git cannot read (`HEAD@{999}`, a short id that fits two) stands for nothing either. */
export async function resolveWord(git: Git, word: string): Promise<string | undefined> {
  const { exit, stdout } = await runGit(git, ['rev-parse', '--verify', '--quiet', '--end-of-options', word], { answers: [0, 1, 128] });
  return exit === 0 ? stdout.toString('utf8').trim() : undefined;
}

/** The hash that names the objects of a repository: in 40 or in 64 hexadecimal digits. */
export type ObjectFormat = 'sha1' | 'sha256';

/** The object format of a repository. */
export async function objectFormat(git: Git): Promise<ObjectFormat> {
  return (await gitText(git, ['rev-parse', '--show-object-format'])) === 'sha256' ? 'sha256' : 'sha1';
}

/** The object format that a full id is of. */
export function formatOfId(id: string): ObjectFormat {
  return id.length === 64 ? 'sha256' : 'sha1';
}

/** `<mode> <type> <id>\t<path>` */
function entryOf(line: string): TreeEntry {
  const tab = line.indexOf('\t');
  const [mode = '', , blob = ''] = line.slice(0, tab).split(' ');
  return { path: line.slice(tab + 1), mode, blob };
}
