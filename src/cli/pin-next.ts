import type { PinChange } from '../model/lockfile.ts';
import { commandLine, repeated } from './command-line.ts';
import type { PinnedEnvironment } from './pin.ts';

/** How pins were asked for: the next command asks for the same. */
export interface PinChoice {
  /** None means all. */
  readonly environments: readonly string[];
  /** The images that are pinned anew; none means those that are not pinned. */
  readonly image: readonly string[];
  /** Lets newer tags stand in for those that charts write, where environments allow that. */
  readonly upgrade: boolean;
  /** Pins the programs that are installed in the place of those that are pinned. */
  readonly tools: boolean;
  /** Registries that may do without TLS. */
  readonly insecureRegistry: readonly string[];
}

/** The commands that do what a check found to be due: a tag that moved is pinned anew only where it is named. */
export function dueCommands(pinned: readonly PinnedEnvironment[], choice: PinChoice): readonly string[] {
  const isNaming = choice.image.length > 0 && !choice.upgrade;
  const byName = isNaming ? [] : pinned.filter(({ changes }) => changes.some(isMoved));
  const isElseDue = pinned.some(
    ({ changes, included }) => included.length > 0 || changes.some((one) => one.status !== 'same' && (isNaming || !isMoved(one))),
  );
  const moved = [...new Set(byName.flatMap(({ changes }) => changes.filter(isMoved).map(({ image }) => image)))];
  const environments = byName.map(({ name }) => name);
  const { insecureRegistry } = choice;
  return [
    ...(isElseDue ? [pinCommand(choice)] : []),
    ...(moved.length > 0 ? [pinCommand({ environments, image: moved, upgrade: false, tools: false, insecureRegistry })] : []),
  ];
}

/** The command that comes after pins were written. */
export function commandAfter(pinned: readonly PinnedEnvironment[], { environments, insecureRegistry }: PinChoice): string {
  const isLeft = pinned.some(({ unpinned }) => unpinned > 0);
  return isLeft
    ? pinCommand({ environments, image: [], upgrade: false, tools: false, insecureRegistry })
    : commandLine(['lockstep', 'synth', ...environments]);
}

function pinCommand({ environments, image, upgrade, tools, insecureRegistry }: PinChoice): string {
  return commandLine([
    ...['lockstep', 'pin', ...environments],
    ...repeated('--image', image),
    ...(upgrade ? ['--upgrade'] : []),
    ...(tools ? ['--tools'] : []),
    ...repeated('--insecure-registry', insecureRegistry),
  ]);
}

function isMoved({ status }: PinChange): boolean {
  return status === 'moved';
}
