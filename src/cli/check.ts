import { counted } from '../model/count.ts';
import type { Shard } from '../model/shard.ts';
import { commandLine } from './command-line.ts';
import type { Paint } from './paint.ts';

/** An environment in which no error was found. */
export interface CheckedEnvironment {
  readonly name: string;
  /** Objects that it has. */
  readonly objects: number;
}

/** What was checked: the next command is for the same. */
export interface CheckChoice {
  /** Environments by name; none means all. */
  readonly what: readonly string[];
  /** Only this part of them. */
  readonly shard?: Shard;
}

/** What is said of environments without errors: one line, with the next command. */
export function formatCheck(environments: readonly CheckedEnvironment[], { what, shard }: CheckChoice, paint: Paint): readonly string[] {
  if (environments.length === 0) return ['no environment is in this shard'];
  const objects = environments.reduce((sum, one) => sum + one.objects, 0);
  const names = environments.map(({ name }) => name).join(', ');
  const next = commandLine(['lockstep', 'synth', ...what, ...(shard === undefined ? [] : ['--shard', `${shard.index}/${shard.count}`])]);
  return [`${paint.green('no errors')} in ${names} (${counted(objects, 'object')}); next: ${paint.bold(next)}`];
}

/** What is said of files without errors. */
export function formatCheckedFiles(
  { files, objects }: { readonly files: number; readonly objects: number },
  paint: Paint,
): readonly string[] {
  return [`${paint.green('no errors')} in ${counted(objects, 'object')} of ${counted(files, 'file')}`];
}
