import type { CheckedEnvironment } from '../cli/check.ts';
import type { Command } from '../cli/context.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import { answerOnce } from './asked.ts';

/** What a process that compiles for another one tells it. */
export interface Compiled {
  readonly environments: readonly CheckedEnvironment[];
  readonly diagnostics: readonly Diagnostic[];
  /** The files of the author that it looked at, absolute. */
  readonly looked: readonly string[];
}

/** Compiles environments once, when this process is asked, and tells a `Compiled`. */
export const answerWithCheck: Command<{ readonly what: readonly string[] }> = (context, { what: names }) =>
  answerOnce(context, {
    names,
    answer: async (): Promise<Compiled> => {
      const { renderEnvironments } = await import('./render.ts');
      const { value, diagnostics, looked } = await renderEnvironments(context.world, names);
      const environments = value.map(({ tree }) => ({ name: tree.environment, objects: tree.index.objects.length }));
      return { environments, diagnostics, looked: looked.files };
    },
  });
