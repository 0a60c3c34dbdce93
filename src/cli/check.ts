import type { Paint } from './paint.ts';

/** An environment in which no error was found. */
export interface CheckedEnvironment {
  readonly name: string;
  /** Objects that it has. */
  readonly objects: number;
}

/** What is said of environments without errors: one line, with the next command. */
export function formatCheck(environments: readonly CheckedEnvironment[], paint: Paint): readonly string[] {
  const objects = environments.reduce((sum, one) => sum + one.objects, 0);
  const names = environments.map(({ name }) => name).join(', ');
  return [`${paint.green('no errors')} in ${names} (${count(objects, 'object')}); next: ${paint.bold('lockstep synth')}`];
}

/** What is said of files without errors. */
export function formatCheckedFiles(
  { files, objects }: { readonly files: number; readonly objects: number },
  paint: Paint,
): readonly string[] {
  return [`${paint.green('no errors')} in ${count(objects, 'object')} of ${count(files, 'file')}`];
}

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

function count(number: number, noun: string): string {
  return number === 1 ? `1 ${noun}` : `${number} ${noun}s`;
}
