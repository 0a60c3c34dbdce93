import type { Diagnostic } from '../model/diagnostic.ts';
import type { IncludedChange, PinChange } from '../model/lockfile.ts';
import { type PinnedEnvironment, shortDigest } from './pin.ts';
import { dueCommands, type PinChoice } from './pin-next.ts';

/** What a check found to be due, for the forms that have no place for anything but what was found. */
export function pinDifferences(pinned: readonly PinnedEnvironment[], choice: PinChoice): readonly Diagnostic[] {
  const commands = dueCommands(pinned, choice).map((command) => `\`${command}\``);
  return pinned.flatMap(({ name, lock, changes, included }) =>
    [...included.map(includedMessage), ...changes.flatMap((change) => pinMessage(change) ?? [])].map(
      (message): Diagnostic => ({
        code: 'check-difference',
        severity: 'error',
        message,
        at: { file: lock, environment: name },
        help: `if that is meant: ${commands.join(', then ')}`,
      }),
    ),
  );
}

function pinMessage({ image, status, tag, wasTag, digest, was }: PinChange): string | undefined {
  switch (status) {
    case 'new':
      return `\`${image}\` is not pinned`;
    case 'upgraded':
      return `\`${image}\` has a newer tag: \`${tag ?? image}\`, where \`${wasTag ?? image}\` is pinned`;
    case 'moved':
      return `the tag of \`${image}\` has moved: it was pinned at \`${shortDigest(was)}\`, and is \`${shortDigest(digest)}\` now`;
    case 'signed':
      return `\`${image}\` is signed, which the lock does not note`;
    case 'unused':
      return `\`${image}\` is pinned, and nothing uses it`;
    case 'same':
      return undefined;
  }
}

function includedMessage({ name, status, is, was }: IncludedChange): string {
  switch (status) {
    case 'new':
      return `\`${name}\` is not in the lock`;
    case 'moved':
      return `\`${name}\` is another one: \`${is ?? ''}\`, where \`${was ?? ''}\` is in the lock`;
    case 'unused':
      return `\`${name}\` is in the lock, and nothing includes it`;
  }
}
