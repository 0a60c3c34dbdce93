import type { Compared, Origin } from '../diff/report.ts';
import { type ComparedTree, comparedTree, emptyTree, type KnownTexts } from '../diff/tree.ts';
import { exitCodes, Failure } from '../model/failure.ts';
import type { RenderedIndex, RenderedTree } from '../model/rendered.ts';
import type { RenderedPlace } from '../model/rendered-place.ts';
import type { RenderedRepository } from '../ports.ts';
import { readRendered, textsOf } from '../publish/tree.ts';
import type { Rendering } from './render.ts';

/** A tree, what it is for people, and the environment that it is of. */
export interface Side {
  readonly environment: string;
  readonly tree: ComparedTree;
  readonly origin: Origin;
  /** Where its rendered branches are, where it says so. */
  readonly place?: RenderedPlace | undefined;
  /** What its commit was read from, where it is one: of a branch that others share, its folder alone. */
  readonly repository?: RenderedRepository | undefined;
  /** What was rendered, where it is no commit. */
  readonly rendering?: Pick<Rendering, 'external' | 'tree'>;
}

/** What commits are read with. */
export interface SideGround {
  readonly repository: RenderedRepository;
  readonly known: KnownTexts;
}

/** What was rendered, as it is compared. */
export function treeOf({ environment, index, files }: RenderedTree, known: KnownTexts): ComparedTree {
  return readable(environment, index, { texts: new Map(files.map(({ path, text }) => [path, text])), known });
}

/** A tree of texts by their paths. Throws a `Failure` of input where one of them is not what the index says. */
export function readable(
  name: string,
  index: RenderedIndex,
  { texts, known }: { readonly texts: ReadonlyMap<string, string>; readonly known: KnownTexts },
): ComparedTree {
  const read = comparedTree(index, texts, known);
  if (read.ok) return read.value;
  throw new Failure('diff-unreadable', `\`${name}\` cannot be compared: ${read.message}`, {
    help: 'undo what was changed there by hand, or publish the environment again',
    exit: exitCodes.input,
  });
}

/** What a rendered commit holds; undefined where it is empty. */
export async function commitSide(
  { repository, known }: SideGround,
  commit: string,
  { name, environment }: { readonly name: string; readonly environment?: string },
): Promise<Side | undefined> {
  const read = await readRendered(repository, commit, { ...(environment === undefined ? {} : { environment }), branch: name });
  const { index } = read;
  if (index === undefined) return undefined;
  const tree = readable(name, index, { texts: await textsOf(repository, read), known });
  return {
    environment: index.environment,
    tree,
    repository,
    origin: { name: commit.startsWith(name) ? name : `${name} at ${commit.slice(0, 7)}`, commit },
  };
}

/** What an agent goes from and to; from nothing, which is called so, where there is nothing before. */
export function succession(before: Side | undefined, { environment, tree, origin }: Side, nothing = 'nothing'): Compared {
  const from = before ?? { tree: emptyTree(tree.index), origin: { name: nothing, commit: null } };
  return { environment, before: from.tree, after: tree, from: from.origin, to: origin, isSuccessor: true };
}
