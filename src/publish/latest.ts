import type { RenderedRepository } from '../ports.ts';
import { metadataPath, readDrySha } from './provenance.ts';
import { readSliceSources, type SliceSources } from './slice-sources.ts';
import { type RenderedCommit, readRendered } from './tree.ts';

/** What an environment holds in its branch now. */
export interface Latest {
  readonly rendered: RenderedCommit;
  /** The branch that was read; `origin/environments/prod` where it is that of a remote. */
  readonly branch: string;
  /** The same without the remote. */
  readonly active: string;
  /** Whether the branch of this repository is rendered from a later source than that of the remote, which was read. */
  readonly isUnpushed: boolean;
  /** The commit of the source that it is rendered from, or that renders to the same. */
  readonly source: string | undefined;
  /** Whether changes that were not committed went into it, so that `source` is not all that it is made of. */
  readonly isDirty: boolean;
  /** Whether its slices were published alone, from several commits of which none holds all of it. */
  readonly isMixed: boolean;
}

/** What the branch of an environment holds: at `remote`, or here where the remote has none, or where there is no such remote. */
export async function readLatest(repository: RenderedRepository, environment: string, remote: string): Promise<Latest | undefined> {
  const { active } = repository.branchesOf(environment);
  // Of a remote that is out of reach nobody knows what it has: what lies here may be long past.
  const isThere = (await repository.remotes()).includes(remote) || remote !== usualRemote;
  const there = isThere ? await repository.branch(active, remote) : undefined;
  const here = await repository.branch(active, undefined);
  if (there === undefined) {
    if (here === undefined) return undefined;
    return { ...(await readAt(repository, here, { environment, remote: undefined })), active, branch: active, isUnpushed: false };
  }
  const read = await readAt(repository, there, { environment, remote });
  return {
    ...read,
    active,
    branch: `${remote}/${active}`,
    isUnpushed: await isLater(repository, await ownSource(repository, here), read.source),
  };
}

async function readAt(
  repository: RenderedRepository,
  commit: string,
  { environment, remote }: { readonly environment: string; readonly remote: string | undefined },
): Promise<Pick<Latest, 'rendered' | 'source' | 'isDirty' | 'isMixed'>> {
  const rendered = await readRendered(repository, commit, { environment, branch: repository.branchesOf(environment).active });
  const { source, isMoved, slices } = await sourceOf(repository, rendered, remote);
  // Another commit that renders to the same is all that it is made of.
  return { rendered, source, isDirty: !isMoved && (await isMadeDirty(repository, commit)), isMixed: slices !== undefined };
}

/** What a rendered commit was rendered from. */
export interface RenderedSources {
  /** The source commit; where slices were published alone, that of the last of them. */
  readonly source: string | undefined;
  /** Whether it is another one than it was made of: the note of a commit moves on where another source renders to the same. */
  readonly isMoved: boolean;
  /** Those of slices that were published alone; undefined where the source is that of the whole. */
  readonly slices: SliceSources | undefined;
}

/** The source of a rendered commit, by its note, which is of the whole, else by what it says itself. */
export async function sourceOf(
  repository: RenderedRepository,
  rendered: Pick<RenderedCommit, 'commit' | 'files'>,
  remote: string | undefined,
): Promise<RenderedSources> {
  const note = await repository.noteOf(rendered.commit, remote);
  const noted = note === undefined ? undefined : readDrySha(note);
  const dry = await drySourceOf(repository, rendered);
  const slices = await readSliceSources(repository, rendered.files);
  if (noted === undefined) return { source: dry, isMoved: false, slices };
  return { source: noted, isMoved: noted !== dry || slices !== undefined, slices: undefined };
}

/** The source of one slice, or of the whole; undefined where nobody knows it, or where there is no such slice. */
export function sourceOfSlice(
  { source, slices }: Pick<RenderedSources, 'source' | 'slices'>,
  slice: string | undefined,
): string | undefined {
  return slice === undefined || slices === undefined ? source : slices.get(slice);
}

/** The source of the branch of this repository, which anybody may have written. */
async function ownSource(repository: RenderedRepository, commit: string | undefined): Promise<string | undefined> {
  if (commit === undefined) return undefined;
  return (await sourceOf(repository, { commit, files: await repository.files(commit) }, undefined)).source;
}

/** Whether a source comes after another one. A branch that was published here long ago is no matter. */
async function isLater(repository: RenderedRepository, source: string | undefined, than: string | undefined): Promise<boolean> {
  if (source === undefined || than === undefined || source === than) return false;
  return (await repository.describe(source)) !== undefined && repository.isAncestor(than, source);
}

/** A branch of `origin` as it was when somebody fetched it: a clone has no other of the rendered branches. */
export function lastFetched(repository: RenderedRepository, branch: string): Promise<string | undefined> {
  return repository.resolve(`refs/remotes/origin/${branch}`);
}

/** The remote that is asked unless told: a project that was published nowhere yet need not have it. */
export const usualRemote = 'origin';

/** Whether a rendered commit, or the one that it goes back to, says that not all of its source was committed. */
async function isMadeDirty(repository: RenderedRepository, commit: string): Promise<boolean> {
  const body = (await repository.describe(commit))?.body ?? '';
  const restored = /^Rendered-rollback-to: (\S+)$/m.exec(body)?.[1];
  return restored === undefined ? /^Rendered-dirty: true$/m.test(body) : isMadeDirty(repository, restored);
}

/** The commit of the source that a rendered commit says it was rendered from. */
export async function drySourceOf(repository: RenderedRepository, { files }: Pick<RenderedCommit, 'files'>): Promise<string | undefined> {
  const file = files.find(({ path, mode }) => path === metadataPath && mode === '100644');
  return file && readDrySha((await repository.read(file.blob)).toString('utf8'));
}
