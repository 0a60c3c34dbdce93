import type { Option } from 'commander';
import type { Context, Output } from '../../cli/context.ts';
import type { ExitCode } from '../../model/failure.ts';

/** One command: how it is called, what it does, and the module that does it. */
export interface Definition {
  readonly usage: string;
  readonly description: string;
  readonly options?: readonly Option[];
  /** Default: text and JSON. */
  readonly outputs?: readonly Output[];
  readonly examples: readonly string[];
  readonly run: (context: Context, options: never) => Promise<ExitCode>;
}
