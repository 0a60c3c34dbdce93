import type { ExitCode } from '../model/failure.ts';
import type { World } from '../ports.ts';
import type { Paint } from './paint.ts';

/** What standard output may get in place of text: values, and what was found in the forms that others read. */
export const outputs = ['text', 'json', 'sarif', 'github', 'junit'] as const;

/** One of the forms of a result. Markdown and HTML are for what is read beside a proposal: only what differs has these forms. */
export type Output = (typeof outputs)[number] | 'markdown' | 'html';

/** What a command may see of the process it runs in. Only `main.ts` makes one. */
export interface Context {
  readonly world: World;
  /** Lockstep's own version. */
  readonly version: string;
  readonly signal: AbortSignal;
  readonly output: Output;
  /** The folder that GitHub Actions checked the repository out to; undefined elsewhere. */
  readonly workspace?: string | undefined;
  /** How each stream takes colour: a terminal does, a file does not. */
  readonly paint: { readonly out: Paint; readonly say: Paint };
  /** Writes a line of result to standard output. */
  readonly out: (line: string) => void;
  /** Writes a line of talk to standard error. */
  readonly say: (line: string) => void;
  /** Shows a line at the end of standard error that the next one replaces; none any more where it is undefined. */
  readonly show: (line: string | undefined) => void;
}

/** A command, given its options: does its work, writes its result, and tells how the program ends. */
export type Command<Options> = (context: Context, options: Options) => Promise<ExitCode>;
