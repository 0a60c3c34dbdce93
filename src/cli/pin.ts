import type { Paint } from './paint.ts';

/** What became of the pin of an image. */
export interface ShownPin {
  readonly image: string;
  readonly status: 'new' | 'moved' | 'same' | 'unused';
  readonly digest: string | undefined;
  readonly was: string | undefined;
  readonly platforms: readonly string[];
}

/** What became of the pins of an environment. */
export interface PinnedEnvironment {
  readonly name: string;
  /** Its lockfile, relative to the project. */
  readonly lock: string;
  /** How many images it uses that need a pin. */
  readonly images: number;
  readonly changes: readonly ShownPin[];
}

/** Hexadecimal digits of a digest that people tell it by. */
const shown = 12;

function short(digest: string | undefined): string {
  return digest === undefined ? 'none' : digest.slice(0, 'sha256:'.length + shown);
}

/** For people: a line for each environment, with what changed below it, and the next command where all is well. */
export function formatPins(
  environments: readonly PinnedEnvironment[],
  { isCheck, isWhole }: { readonly isCheck: boolean; readonly isWhole: boolean },
  paint: Paint,
): readonly string[] {
  const lines = environments.flatMap(({ lock, images, changes }) => {
    const changed = changes.filter(({ status }) => status !== 'same');
    const count = `${images} ${images === 1 ? 'image' : 'images'}`;
    const state = changed.length > 0 ? tally(changed, isCheck) : isCheck ? 'every tag is where it was pinned' : 'nothing to pin';
    return [`${lock}: ${count} (${state})`, ...changed.map((change) => `  ${formatChange(change, paint)}`)];
  });
  const isChanged = environments.some(({ changes }) => changes.some(({ status }) => status !== 'same'));
  const next = isCheck ? (isChanged ? ['lockstep pin'] : []) : ['lockstep synth'];
  return [...lines, ...(isWhole ? next.map((command) => `next: ${paint.bold(command)}`) : [])];
}

const verbs: Readonly<Record<'new' | 'moved' | 'unused', readonly [done: string, due: string]>> = {
  new: ['pinned', 'not pinned'],
  moved: ['moved', 'moved'],
  unused: ['removed', 'unused'],
};

function tally(changed: readonly ShownPin[], isCheck: boolean): string {
  const counts = (['new', 'moved', 'unused'] as const).map((status) => ({
    status,
    count: changed.filter((one) => one.status === status).length,
  }));
  return counts
    .filter(({ count }) => count > 0)
    .map(({ status, count }) => `${count} ${verbs[status][isCheck ? 1 : 0]}`)
    .join(', ');
}

function formatChange({ image, status, digest, was, platforms }: ShownPin, paint: Paint): string {
  switch (status) {
    case 'new':
      return `${paint.green('+')} ${image} ${short(digest)}${platforms.length === 0 ? '' : ` (${platforms.join(', ')})`}`;
    case 'moved':
      return `${paint.yellow('~')} ${image} ${short(was)} → ${short(digest)}`;
    case 'unused':
      return `${paint.red('-')} ${image} ${short(was)}`;
    case 'same':
      return `  ${image} ${short(digest)}`;
  }
}
