import type { ForgeType } from '../model/forge.ts';
import type { RenderedFile, RenderedIndex, RenderedTree } from '../model/rendered.ts';
import { ownersPath } from '../model/shared-branch.ts';
import type { NewCommit, RenderedRepository, SourceState } from '../ports.ts';
import type { Tips } from './branches.ts';
import { sourceOf } from './latest.ts';
import { type Owners, ownersFile } from './owners.ts';
import type { Provenance } from './provenance.ts';
import { sourcesPath } from './slice-sources.ts';
import { composedOwners, composeSlice, type Slicing } from './sliced.ts';
import { contentOf, type Held, type RenderedCommit } from './tree.ts';

/** What a branch is to hold: a whole tree, or what is in force with one slice replaced. */
export interface Wanted extends Held {
  readonly index: RenderedIndex;
  /** Files that are written: all of them, or those that replace others. */
  readonly files: readonly RenderedFile[];
  /** What they replace, if anything: a commit, and which of its files are there no longer. */
  readonly replaces: { readonly commit: string; readonly removed: readonly string[] } | undefined;
}

interface Owning {
  readonly owners?: Owners | undefined;
  readonly forge?: ForgeType | undefined;
}

/** All of what is rendered. */
export async function wholeOf(repository: RenderedRepository, tree: RenderedTree, owning: Owning): Promise<Wanted> {
  const { index } = tree;
  const file = ownersFile(index.objects, owning.owners ?? new Map(), owning.forge ?? 'github');
  return {
    index,
    content: await contentOf(repository, tree.files),
    owners: file && (await repository.blobOf(file.text)),
    files: [...tree.files, ...listOf(file)],
    replaces: undefined,
  };
}

/** What is in force, with one slice as it is rendered now. Files of others stay as they are, whoever wrote them. */
export async function sliceOf(
  repository: RenderedRepository,
  active: RenderedCommit | undefined,
  tree: RenderedTree,
  { sliced, owners = new Map(), forge = 'github' }: Owning & { readonly sliced: Slicing },
): Promise<Wanted> {
  const { slice } = sliced;
  const { index, files, removed } = await composeSlice(repository, active, tree, sliced);
  const content = new Map(active?.content ?? []);
  for (const path of removed) content.delete(path);
  const file = ownersFile(index.objects, await composedOwners(repository, active, { slice, owners }), forge);
  for (const [path, blob] of await contentOf(repository, files)) content.set(path, blob);
  return {
    index,
    content,
    owners: file && (await repository.blobOf(file.text)),
    files: [...files.filter(({ path }) => content.get(path) !== active?.content.get(path)), ...listOf(file)],
    replaces: active && { commit: active.commit, removed: [...removed, ownersPath] },
  };
}

/** What a commit holds that is wanted, with the files that say where it comes from. */
export function commitContent({ files, replaces }: Wanted, provenance: readonly RenderedFile[]): NewCommit['content'] {
  if (replaces === undefined) return [...files, ...provenance];
  return { of: replaces.commit, written: [...files, ...provenance], removed: [...replaces.removed, sourcesPath] };
}

/** From which commits the slices come, once one of them is published alone. */
export async function slicedFrom(
  repository: RenderedRepository,
  { active, destination: { remote } }: Tips,
  { source, slice, wanted }: { readonly source: SourceState; readonly slice: string; readonly wanted: Pick<Wanted, 'index'> },
): Promise<NonNullable<Provenance['sliced']>> {
  const there = active?.index === undefined ? undefined : await sourceOf(repository, active, remote);
  const names = [...new Set(wanted.index.objects.map((object) => object.slice))];
  const sources = names.flatMap((name) => {
    const commit = name === slice ? source.commit : there && (there.slices === undefined ? there.source : there.slices.get(name));
    return commit === undefined ? [] : [[name, commit] as const];
  });
  return { slice, sources: new Map(sources) };
}

function listOf<T>(one: T | undefined): readonly T[] {
  return one === undefined ? [] : [one];
}
