import { readIndex } from '../codec/index-file.ts';
import { exitCodes, Failure } from '../model/failure.ts';
import { compareText } from '../model/ref.ts';
import { indexPath, type RenderedFile, type RenderedIndex } from '../model/rendered.ts';
import { sha256Of } from '../model/sha256.ts';
import { ownersPath } from '../model/shared-branch.ts';
import type { RenderedRepository, TreeEntry } from '../ports.ts';
import { isOwnersText } from './owners.ts';
import { provenancePaths } from './provenance.ts';
import { environmentsIn } from './shared.ts';

/** What a tree holds besides provenance: from path to mode and blob id. Two trees with equal contents are the same to an agent. */
export type Content = ReadonlyMap<string, string>;

/** What a branch is asked to hold, provenance aside. */
export interface Held {
  readonly content: Content;
  /** The blob of the file that says who reviews what. It is nothing to an agent, but no provenance either: what is changed in it has to arrive. */
  readonly owners: string | undefined;
}

/** A commit that Lockstep wrote. */
export interface RenderedCommit extends Held {
  readonly commit: string;
  readonly files: readonly TreeEntry[];
  /** Undefined for an empty tree, which somebody may make a branch with. */
  readonly index: RenderedIndex | undefined;
}

/** Paths of files that differ between two contents, sorted. */
export interface Changes {
  readonly added: readonly string[];
  readonly modified: readonly string[];
  readonly removed: readonly string[];
}

/** The content of files that are to be committed. */
export async function contentOf(repository: RenderedRepository, files: readonly RenderedFile[]): Promise<Content> {
  const entries = files.map(async ({ path, text }) => [path, `100644 ${await repository.blobOf(text)}`] as const);
  return new Map(await Promise.all(entries));
}

/** The content of the files of a commit. */
export function contentIn(files: readonly TreeEntry[]): Content {
  const isContent = ({ path }: TreeEntry): boolean => !provenancePaths.has(path) && path !== ownersPath;
  return new Map(files.filter(isContent).map(({ path, mode, blob }) => [path, `${mode} ${blob}`]));
}

/** What the files of a commit hold. */
function heldIn(files: readonly TreeEntry[]): Held {
  return { content: contentIn(files), owners: files.find(({ path }) => path === ownersPath)?.blob };
}

/** The first ten of some files, and how many there are besides. */
export function listed(names: readonly string[]): string {
  const shown = names.slice(0, 10).map((name) => `\`${name}\``);
  return names.length > 10 ? `${shown.join(', ')} and ${names.length - 10} more` : shown.join(', ');
}

/**
 * Reads a commit of a rendered branch. Refuses, with a `Failure`, one that Lockstep did not write for this environment; where none is
 * said, for any.
 */
export async function readRendered(
  repository: RenderedRepository,
  commit: string,
  { environment, branch }: { readonly environment?: string; readonly branch: string },
): Promise<RenderedCommit> {
  const files = await repository.files(commit);
  const held = heldIn(files);
  if (files.length === 0) return { commit, files, ...held, index: undefined };
  const entry = files.find(({ path, mode }) => path === indexPath && mode === '100644');
  if (entry === undefined) throw withoutIndex(branch, files);
  const index = readIndex((await repository.read(entry.blob)).toString('utf8'));
  if (!index.ok) throw unreadable(branch, index.message);
  if (environment !== undefined && index.value.environment !== environment)
    throw foreign(branch, `it holds the environment \`${index.value.environment}\``);
  return { commit, files, ...held, index: index.value };
}

/** The texts of the objects of a commit, by path. A file that is a link, or is not there, is not among them. */
export async function textsOf(repository: RenderedRepository, { files, index }: RenderedCommit): Promise<ReadonlyMap<string, string>> {
  const named = new Set(index?.objects.map(({ path }) => path));
  const texts = new Map<string, string>();
  for (const { path, mode, blob } of files) {
    if (mode === '100644' && named.has(path)) texts.set(path, (await repository.read(blob)).toString('utf8'));
  }
  return texts;
}

/** Whether two trees hold the same, provenance aside. */
export function isSame(a: Content, b: Content): boolean {
  return a.size === b.size && [...a].every(([path, blob]) => b.get(path) === blob);
}

/** Whether two commits ask for the same, of the cluster and of those who review. */
export function holdsSame(a: Held, b: Held): boolean {
  return a.owners === b.owners && isSame(a.content, b.content);
}

/** What differs in `after` from `before`: the objects, since the index only follows them, or all that there is. */
export function changesBetween(before: Content, after: Content, which: 'objects' | 'all' = 'objects'): Changes {
  const isMeant = (path: string): boolean => which === 'all' || path !== indexPath;
  const objects = (content: Content): string[] => [...content.keys()].filter(isMeant).sort(compareText);
  return {
    added: objects(after).filter((path) => !before.has(path)),
    modified: objects(after).filter((path) => before.has(path) && before.get(path) !== after.get(path)),
    removed: objects(before).filter((path) => !after.has(path)),
  };
}

/**
 * The files of `rendered` that somebody edited, added or removed by hand, and that `after` would undo. Hand edits show by
 * the digests in the commit's own index, and in the file of owners. Only what differs in `after` is read.
 */
export async function lostEdits(repository: RenderedRepository, rendered: RenderedCommit, after: Held): Promise<readonly string[]> {
  const digests = new Map(rendered.index?.objects.map(({ path, sha256 }) => [path, sha256]));
  const { added, modified, removed } = changesBetween(rendered.content, after.content);
  const deleted = added.filter((path) => digests.has(path));
  const blobs = new Map(rendered.files.map((file) => [file.path, file]));
  const touched = await Promise.all(
    [...modified, ...removed].map(async (path) => {
      const file = blobs.get(path);
      const digest = digests.get(path);
      const same = file?.mode === '100644' && digest !== undefined && sha256Of(await repository.read(file.blob)) === digest;
      return same ? [] : [path];
    }),
  );
  const { owners } = rendered;
  const isOwn = owners === undefined || owners === after.owners || isOwnersText((await repository.read(owners)).toString('utf8'));
  return [...deleted, ...touched.flat(), ...(isOwn ? [] : [ownersPath])].sort(compareText);
}

function unreadable(branch: string, why: string): Failure {
  return new Failure('index-unreadable', `the \`${indexPath}\` of \`${branch}\` cannot be read: ${why}`, {
    help: 'use the version of Lockstep that wrote it or a newer one; repair the branch if it was edited by hand',
    exit: exitCodes.refused,
  });
}

function withoutIndex(branch: string, files: readonly TreeEntry[]): Failure {
  const folders = environmentsIn(files);
  if (folders.length === 0) return foreign(branch, `it has files, but no \`${indexPath}\``);
  const shown = folders.slice(0, 5).map((folder) => `\`${folder}\``);
  const more = folders.length > shown.length ? ` and ${folders.length - shown.length} more` : '';
  return new Failure('foreign-branch', `\`${branch}\` is not of one environment alone: it has folders of ${shown.join(', ')}${more}`, {
    help: 'name one of these, or say in the definition of the one that is meant which branch it shares: `rendered: { branch }`',
    exit: exitCodes.refused,
  });
}

function foreign(branch: string, why: string): Failure {
  return new Failure('foreign-branch', `\`${branch}\` was not written by Lockstep: ${why}`, {
    help: 'use another environment name, or move the branch out of the way',
    exit: exitCodes.refused,
  });
}
