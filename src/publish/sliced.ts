import { isSliceName } from '../codec/index-check.ts';
import { writeIndex } from '../codec/index-file.ts';
import { comparedTree, emptyTree } from '../diff/tree.ts';
import type { ComposeSlices, HeldTree, Obstacle } from '../model/composed.ts';
import { didYouMean } from '../model/diagnostic.ts';
import { exitCodes, Failure } from '../model/failure.ts';
import { compareText, formatRef } from '../model/ref.ts';
import { indexPath, type RenderedFile, type RenderedIndex, type RenderedTree } from '../model/rendered.ts';
import { formatSlice } from '../model/slice.ts';
import type { RenderedRepository } from '../ports.ts';
import { isOwnersText, type Owners, ownersIn } from './owners.ts';
import { type RenderedCommit, textsOf } from './tree.ts';

/** One slice, and what puts it into what is in force of the others. */
export interface Slicing {
  readonly slice: string;
  readonly compose: ComposeSlices;
}

/** What is in force, with one slice as it is rendered now. */
export interface SlicedTree {
  readonly index: RenderedIndex;
  /** The files of the slice, and the index. */
  readonly files: readonly RenderedFile[];
  /** Files of the slice that are in force and are there no longer. */
  readonly removed: readonly string[];
}

/**
 * Composes what is in force with one slice of what is rendered now. Throws a `Failure` that refuses where the slice cannot come alone: where an
 * object moves to it or from it, where something that all slices have in common is another one, or where something would be missing.
 */
export async function composeSlice(
  repository: RenderedRepository,
  active: RenderedCommit | undefined,
  tree: RenderedTree,
  { slice, compose }: Slicing,
): Promise<SlicedTree> {
  const { environment } = tree;
  const after = readable(environment, tree.index, new Map(tree.files.map(({ path, text }) => [path, text])));
  const before =
    active?.index === undefined
      ? emptyTree(tree.index)
      : readable(environment, active.index, await textsOf(repository, { ...active, index: active.index }));
  const names = [...new Set([...before.index.objects, ...after.index.objects].map((object) => object.slice))].sort(compareText);
  if (!names.includes(slice) || !isSliceName(slice)) throw unknownSlice(environment, slice, names);
  const composed = (slices: readonly string[]) => compose(before, after, new Set(slices));
  const { index, obstacles } = composed([slice]);
  if (obstacles.length > 0) {
    const partners = names.filter((name) => name !== slice && composed([slice, name]).obstacles.length === 0);
    throw refused({ environment, slice, partners }, obstacles, { was: before.index, is: after.index });
  }
  const own = new Set(index.objects.flatMap((object) => (object.slice === slice ? [object.path] : [])));
  return {
    index,
    files: [...tree.files.filter(({ path }) => own.has(path)), { path: indexPath, text: writeIndex(index) }],
    removed: before.index.objects.flatMap((object) => (object.slice === slice && !own.has(object.path) ? [object.path] : [])),
  };
}

/** The owners in force, but for those of the slice, which are as they are told now. */
export async function composedOwners(
  repository: RenderedRepository,
  active: RenderedCommit | undefined,
  { slice, owners }: { readonly slice: string; readonly owners: Owners },
): Promise<Owners> {
  if (active?.index === undefined) return owners;
  const text = active.owners === undefined ? '' : (await repository.read(active.owners)).toString('utf8');
  const held = isOwnersText(text) ? [...ownersIn(text, active.index.objects)] : [];
  return new Map([...held.filter(([name]) => name !== slice), [slice, owners.get(slice) ?? []]]);
}

function readable(environment: string, index: RenderedIndex, texts: ReadonlyMap<string, string>): HeldTree {
  const read = comparedTree(index, texts, new Map());
  if (read.ok) return read.value;
  throw new Failure('slice-unreadable', `what is in force of \`${environment}\` cannot be composed with one slice: ${read.message}`, {
    help: `undo what was changed there by hand, or publish the whole environment: \`lockstep publish ${environment}\``,
    exit: exitCodes.refused,
  });
}

function unknownSlice(environment: string, slice: string, names: readonly string[]): Failure {
  const known = names.filter((name) => name !== '');
  const meant = didYouMean(slice, known);
  const list = known.length === 0 ? 'give a chart an `owner` or a `slice`' : `there are ${quotedList(known)}`;
  return new Failure('slice-unknown', `\`${environment}\` has no slice \`${slice}\``, {
    help: meant === undefined ? list : `did you mean \`${meant}\`?`,
    exit: exitCodes.input,
  });
}

/** How many obstacles are told. */
const shown = 5;

function refused(
  { environment, slice, partners }: { readonly environment: string; readonly slice: string; readonly partners: readonly string[] },
  obstacles: readonly Obstacle[],
  { was, is }: { readonly was: RenderedIndex; readonly is: RenderedIndex },
): Failure {
  const whole = `publish the whole environment: \`lockstep publish ${environment}\``;
  const [first] = obstacles;
  if (first?.is === 'setting') {
    const [from, to] = [was[first.name], is[first.name]].map((value) => (value === undefined ? 'none' : `\`${value}\``));
    const message = `\`${slice}\` of \`${environment}\` cannot be deployed alone: \`${first.name}\` goes from ${from} to ${to}, which is a matter of all slices`;
    return new Failure('slice-settings', message, { help: whole, exit: exitCodes.refused });
  }
  const words = obstacles.slice(0, shown).map(wordsOf);
  const more = obstacles.length > words.length ? `; and ${obstacles.length - words.length} more` : '';
  const message = `\`${slice}\` of \`${environment}\` cannot be deployed alone: ${words.join('; ')}${more}`;
  const others = partners.filter((name) => name !== '');
  const before = `deploy ${others.map((name) => `\`${name}\``).join(' or ')} first: \`lockstep publish ${environment} --slice ${others[0] ?? ''}\`; or ${whole}`;
  const help = first?.is === 'lack' && others.length > 0 ? before : whole;
  return new Failure(first?.is === 'move' ? 'slice-moves' : 'slice-incomplete', message, { help, exit: exitCodes.refused });
}

function wordsOf(obstacle: Obstacle): string {
  switch (obstacle.is) {
    case 'move':
      return `\`${formatRef(obstacle.ref)}\` goes from ${formatSlice(obstacle.from)} to ${formatSlice(obstacle.to)}`;
    case 'setting':
      return `\`${obstacle.name}\` is another one`;
    case 'lack':
      return obstacle.message;
  }
}

function quotedList(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(', ');
}
