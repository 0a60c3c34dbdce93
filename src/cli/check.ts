import type { Paint } from './paint.ts';

/** An environment in which no error was found. */
export interface CheckedEnvironment {
  readonly name: string;
  /** Objects that it has. */
  readonly objects: number;
}

/** What is said of environments without errors: one line, with the next command. */
export function formatCheck(environments: readonly CheckedEnvironment[], paint: Paint): readonly string[] {
  if (environments.length === 0) return ['no environment is in this shard'];
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

function count(number: number, noun: string): string {
  return number === 1 ? `1 ${noun}` : `${number} ${noun}s`;
}
