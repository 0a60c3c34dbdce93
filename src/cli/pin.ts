import { counted } from '../model/count.ts';
import { parseImage } from '../model/image.ts';
import type { IncludedChange, PinChange } from '../model/lockfile.ts';
import type { Paint } from './paint.ts';
import { commandAfter, dueCommands, type PinChoice } from './pin-next.ts';

/** What became of the pins of an environment. */
export interface PinnedEnvironment {
  readonly name: string;
  /** Its lockfile, relative to the project. */
  readonly lock: string;
  /** How many images it uses that need a pin; undefined where that is not known before a chart is there. */
  readonly images: number | undefined;
  /** How many of them registries were asked for. */
  readonly asked: number;
  /** How many are not pinned yet. */
  readonly unpinned: number;
  readonly changes: readonly PinChange[];
  /** What has changed of programs and charts. */
  readonly included: readonly IncludedChange[];
}

/** What became of pins. */
export interface Pinned {
  readonly environments: readonly PinnedEnvironment[];
  /** Archives of charts in the project that no lock names any more. */
  readonly removed: readonly string[];
}

/** Hexadecimal digits of a digest that people tell it by. */
const shown = 12;

/** A digest as people tell it. */
export function shortDigest(digest: string | undefined): string {
  return digest === undefined ? 'none' : digest.slice(0, 'sha256:'.length + shown);
}

/** For people: a line for each environment, with what changed below it, and the next command where all is well. */
export function formatPins(
  { environments, removed }: Pinned,
  { choice, isCheck, isWhole }: { readonly choice: PinChoice; readonly isCheck: boolean; readonly isWhole: boolean },
  paint: Paint,
): readonly string[] {
  const lines = environments.flatMap((environment) => {
    const { lock, images, changes, included } = environment;
    const changed = changes.filter(isChanged);
    const lines = [...included.map((change) => formatIncluded(change, paint)), ...changed.map((change) => formatChange(change, paint))];
    if (images === undefined) return [`${lock}: images are not known before its charts are fetched`, ...indented(lines)];
    const count = counted(images, 'image');
    const state = changed.length > 0 ? tally(changed, isCheck) : stateOf(environment);
    return [`${lock}: ${count} (${state})`, ...indented(lines)];
  });
  const next = isCheck ? dueCommands(environments, choice) : [commandAfter(environments, choice)];
  return [
    ...lines,
    ...removed.map((path) => `${path}: removed, since no lock names it any more`),
    ...(isWhole ? next.map((command) => `next: ${paint.bold(command)}`) : []),
  ];
}

function indented(lines: readonly string[]): readonly string[] {
  return lines.map((line) => `  ${line}`);
}

/** What is said of an environment of which nothing changed. */
function stateOf({ images, asked, unpinned }: PinnedEnvironment): string {
  const left = unpinned === 0 ? [] : [`${unpinned} not pinned yet`];
  if (asked === 0) return left[0] ?? 'nothing to pin';
  return [asked === images ? 'every tag is where it was pinned' : `${asked} asked for, and where pinned`, ...left].join(', ');
}

/** A pin that is another one, or is to be. */
type Changed = PinChange & { readonly status: Exclude<PinChange['status'], 'same'> };

function isChanged(change: PinChange): change is Changed {
  return change.status !== 'same';
}

const verbs: Readonly<Record<Changed['status'], readonly [done: string, due: string]>> = {
  new: ['pinned', 'not pinned'],
  upgraded: ['upgraded', 'newer'],
  signed: ['found to be signed', 'signed, which is not noted'],
  moved: ['moved', 'moved'],
  unused: ['removed', 'unused'],
};

function tally(changed: readonly Changed[], isCheck: boolean): string {
  const counts = (['new', 'upgraded', 'moved', 'signed', 'unused'] as const).map((status) => ({
    status,
    count: changed.filter((one) => one.status === status).length,
  }));
  return counts
    .filter(({ count }) => count > 0)
    .map(({ status, count }) => `${count} ${verbs[status][isCheck ? 1 : 0]}`)
    .join(', ');
}

function formatChange({ image, status, tag, wasTag, digest, was, platforms }: Changed, paint: Paint): string {
  switch (status) {
    case 'new': {
      const notes = [...(tag === undefined ? [] : [`as \`${tag}\``]), ...platforms];
      return `${paint.green('+')} ${image} ${shortDigest(digest)}${notes.length === 0 ? '' : ` (${notes.join(', ')})`}`;
    }
    case 'upgraded':
    case 'moved': {
      const own = parseImage(image)?.tag;
      const tags = tag === wasTag ? '' : `${wasTag ?? own} → ${tag ?? own}, `;
      return `${status === 'moved' ? paint.yellow('~') : paint.green('^')} ${image} ${tags}${shortDigest(was)} → ${shortDigest(digest)}`;
    }
    case 'signed':
      return `${paint.green('=')} ${image} ${shortDigest(digest)}`;
    case 'unused':
      return `${paint.red('-')} ${image} ${shortDigest(was)}`;
  }
}

function formatIncluded({ name, status, is, was }: IncludedChange, paint: Paint): string {
  switch (status) {
    case 'new':
      return `${paint.green('+')} ${name} ${is ?? ''}`;
    case 'moved':
      return `${paint.yellow('~')} ${name} ${was ?? ''} → ${is ?? ''}`;
    case 'unused':
      return `${paint.red('-')} ${name} ${was ?? ''}`;
  }
}
