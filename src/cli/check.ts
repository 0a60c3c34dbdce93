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
  return [
    `${paint.green('no errors')} in ${names} (${objects === 1 ? '1 object' : `${objects} objects`}); next: ${paint.bold('lockstep synth')}`,
  ];
}
