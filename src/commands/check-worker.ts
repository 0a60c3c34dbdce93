import type { CheckedEnvironment } from '../cli/check.ts';
import type { Command } from '../cli/context.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import { exitCodes } from '../model/failure.ts';

/** What a process that compiles for another one tells it. */
export interface Compiled {
  readonly environments: readonly CheckedEnvironment[];
  readonly diagnostics: readonly Diagnostic[];
  /** The files of the author that it looked at, absolute. */
  readonly looked: readonly string[];
}

/**
 * Compiles environments once, when standard input says so, and writes a `Compiled` as a line. Until then it makes itself ready: it
 * compiles what there is, so that all code has run once, and forgets the modules of the project again.
 */
export const answerOnce: Command<{ readonly what: readonly string[] }> = async ({ world, out }, { what: names }) => {
  let isAsked = false;
  const asked = world.input().then((text) => {
    isAsked = true;
    return text !== '';
  });
  const { renderEnvironments } = await import('./render.ts');
  const results = await world.results();
  const ready = world.modules.fresh();
  await ready.ready();
  if (!isAsked) await renderEnvironments({ ...world, modules: world.modules }, names);
  if (!(await asked)) return exitCodes.done;
  const { value, looked } = await results.follow(() => renderEnvironments({ ...world, modules: ready }, names));
  const environments = value.value.map(({ tree }) => ({ name: tree.environment, objects: tree.index.objects.length }));
  const compiled: Compiled = { environments, diagnostics: value.diagnostics, looked };
  out(JSON.stringify(compiled));
  return exitCodes.done;
};
