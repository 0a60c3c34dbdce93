import { branchesOf } from '../model/rendered.ts';
import type { RenderedRepository } from '../ports.ts';
import { metadataPath, readDrySha } from './provenance.ts';
import { type RenderedCommit, readRendered } from './tree.ts';

/** What an environment holds in its branch now. */
export interface Latest {
  readonly rendered: RenderedCommit;
  /** The commit of the source that it is rendered from, or that renders to the same. */
  readonly source: string | undefined;
  /** Whether changes that were not committed went into it, so that `source` is not all that it is made of. */
  readonly isDirty: boolean;
}

/** What the branch of an environment holds: at `remote`, or here where the remote has none, or where there is no such remote. */
export async function readLatest(repository: RenderedRepository, environment: string, remote: string): Promise<Latest | undefined> {
  const branch = branchesOf(environment).active;
  // Of a remote that is out of reach nobody knows what it has: what lies here may be long past.
  const isThere = (await repository.remotes()).includes(remote) || remote !== usualRemote;
  const there = isThere ? await repository.branch(branch, remote) : undefined;
  const commit = there ?? (await repository.branch(branch, undefined));
  if (commit === undefined) return undefined;
  const rendered = await readRendered(repository, commit, { environment, branch });
  // The note moves on where another source renders to the same.
  const note = await repository.noteOf(commit, there === undefined ? undefined : remote);
  const noted = note === undefined ? undefined : readDrySha(note);
  const dry = await drySourceOf(repository, rendered);
  // Another commit that renders to the same is all that it is made of.
  const isDirty = (noted === undefined || noted === dry) && (await isMadeDirty(repository, commit));
  return { rendered, source: noted ?? dry, isDirty };
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
export async function drySourceOf(repository: RenderedRepository, { files }: RenderedCommit): Promise<string | undefined> {
  const file = files.find(({ path }) => path === metadataPath);
  return file && readDrySha((await repository.read(file.blob)).toString('utf8'));
}
