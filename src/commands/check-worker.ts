import type { CheckedEnvironment } from '../cli/check.ts';
import type { Command } from '../cli/context.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import { exitCodes } from '../model/failure.ts';
import type { World } from '../ports.ts';

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
  const asked = world
    .questions()
    [Symbol.asyncIterator]()
    .next()
    .then(({ done }) => {
      isAsked = true;
      return done !== true;
    });
  const { renderEnvironments } = await import('./render.ts');
  const results = await world.results();
  await world.modules.ready();
  await warmUp(world, { names, isEnough: () => isAsked });
  if (!(await asked)) return exitCodes.done;
  const { value, looked } = await results.follow(() => renderEnvironments(world, names));
  const environments = value.value.map(({ tree }) => ({ name: tree.environment, objects: tree.index.objects.length }));
  const compiled: Compiled = { environments, diagnostics: value.diagnostics, looked: looked.files };
  out(JSON.stringify(compiled));
  return exitCodes.done;
};

/** Compiles environments, one after the other, until it is enough: whoever asks waits for one at most. */
async function warmUp(
  world: World,
  { names, isEnough }: { readonly names: readonly string[]; readonly isEnough: () => boolean },
): Promise<void> {
  const [{ renderEnvironments }, { loadEnvironments, selectEnvironments }] = await Promise.all([
    import('./render.ts'),
    import('./load.ts'),
  ]);
  if (isEnough()) return;
  const forgotten = { ...world, modules: world.modules.fresh() };
  const { value: environments } = selectEnvironments(await loadEnvironments(forgotten), names);
  for (const { environment } of environments) {
    if (isEnough()) return;
    await renderEnvironments(forgotten, [environment.name]);
  }
}
