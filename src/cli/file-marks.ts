import type { Paint } from './paint.ts';

/** What becomes of a file that is generated: made, made anew, removed, left since somebody edited it, or left since it is so already. */
type FileStatus = 'new' | 'changed' | 'removed' | 'edited' | 'same';

/** The sign before the path of such a file. */
export const fileMarks: Readonly<Record<FileStatus, (paint: Paint) => string>> = {
  new: (paint) => paint.green('+'),
  changed: (paint) => paint.yellow('~'),
  removed: (paint) => paint.red('-'),
  edited: (paint) => paint.red('!'),
  same: () => ' ',
};
