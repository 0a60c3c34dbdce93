import type { Context } from '../cli/context.ts';
import { type ExitCode, exitCodes } from '../model/failure.ts';
import type { World } from '../ports.ts';

/**
 * Does something once, when this process is asked, and writes what came of it as JSON on a line. Until then the process makes itself
 * ready: it compiles what there is, so that all code has run once, and forgets the modules of the project again.
 */
export async function answerOnce(
  { world, out }: Context,
  { names, answer }: { readonly names: readonly string[]; readonly answer: () => Promise<object> },
): Promise<ExitCode> {
  let isAsked = false;
  const asked = world
    .questions()
    [Symbol.asyncIterator]()
    .next()
    .then(({ done }) => {
      isAsked = true;
      return done !== true;
    });
  await world.modules.ready();
  await warmUp(world, { names, isEnough: () => isAsked });
  if (!(await asked)) return exitCodes.done;
  out(JSON.stringify(await answer()));
  return exitCodes.done;
}

/** Compiles environments, one after the other, until it is enough: whoever asks waits for one at most. */
async function warmUp(
  world: World,
  { names, isEnough }: { readonly names: readonly string[]; readonly isEnough: () => boolean },
): Promise<void> {
  const [{ renderEnvironments }, { findEnvironments, prepareSources }] = await Promise.all([import('./render.ts'), import('./sources.ts')]);
  await prepareSources(world, names);
  if (isEnough()) return;
  const forgotten = { ...world, modules: world.modules.fresh() };
  const { value: environments } = await findEnvironments(forgotten, names);
  for (const { environment } of environments) {
    if (isEnough()) return;
    await renderEnvironments(forgotten, [environment.name]);
  }
}
