import { exitCodes, Failure } from '../model/failure.ts';
import { branchesOf } from '../model/rendered.ts';
import type { RenderedRepository } from '../ports.ts';
import { metadataPath, readDrySha } from './provenance.ts';
import { type RenderedCommit, readRendered } from './tree.ts';

/** What an environment holds in its branch now. */
export interface Latest {
  readonly rendered: RenderedCommit;
  /** The commit of the source that it is rendered from, or that renders to the same. */
  readonly source: string | undefined;
}

/** What the branch of an environment holds: at `remote`, or here where the remote has none or cannot be asked. */
export async function readLatest(repository: RenderedRepository, environment: string, remote: string): Promise<Latest | undefined> {
  const branch = branchesOf(environment).active;
  const there = await repository.branch(branch, remote).catch(unlessInterrupted);
  const commit = there ?? (await repository.branch(branch, undefined));
  if (commit === undefined) return undefined;
  const rendered = await readRendered(repository, commit, { environment, branch });
  // The note moves on where another source renders to the same.
  const note = await repository.noteOf(commit, there === undefined ? undefined : remote);
  const noted = note === undefined ? undefined : readDrySha(note);
  return { rendered, source: noted ?? (await drySourceOf(repository, rendered)) };
}

/** The commit of the source that a rendered commit says it was rendered from. */
export async function drySourceOf(repository: RenderedRepository, { files }: RenderedCommit): Promise<string | undefined> {
  const file = files.find(({ path }) => path === metadataPath);
  return file && readDrySha((await repository.read(file.blob)).toString('utf8'));
}

function unlessInterrupted(thrown: unknown): undefined {
  if (!(thrown instanceof Failure) || thrown.exit === exitCodes.interrupted) throw thrown;
  return undefined;
}
