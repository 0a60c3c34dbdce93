import type { Paint } from './paint.ts';

/** The last line of each state while a project is watched: what it came after, and how long it took. */
export function formatWatching(
  { at, because, milliseconds }: { readonly at: Date; readonly because: string | undefined; readonly milliseconds: number },
  paint: Paint,
): string {
  const after = because === undefined ? '' : ` after a change of ${because}`;
  return paint.dim(`${at.toTimeString().slice(0, 8)}${after}, in ${milliseconds} ms; waiting for the next change`);
}

/** What is said while a project is compiled for so many milliseconds already: it may never end. */
export function formatSlow(milliseconds: number): string {
  return `still compiling after ${milliseconds / 1_000} s: a loop in a module or a chart may have no end; the next save starts anew`;
}
