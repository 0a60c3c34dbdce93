import { type CheckedEnvironment, formatCheck } from '../cli/check.ts';
import type { Command } from '../cli/context.ts';
import { type Diagnostic, hasErrors } from '../model/diagnostic.ts';
import { type ExitCode, exitCodes } from '../model/failure.ts';
import type { World } from '../ports.ts';
import { tell } from './tell.ts';
import { withTypes } from './types.ts';

/** `lockstep check`. */
export interface CheckOptions {
  /** None means all. */
  readonly environments: readonly string[];
}

/** What came of a check. */
export interface CheckResult {
  /** Those that could be rendered. */
  readonly environments: readonly CheckedEnvironment[];
  readonly diagnostics: readonly Diagnostic[];
  readonly exit: ExitCode;
}

/** Compiles environments and checks their types, and writes nothing. */
export const check: Command<CheckOptions> = async (context, options) => {
  const result = await checkProject(context.world, options, context.signal);
  const environments = result.environments.map(({ name }) => name);
  const lines = result.exit === exitCodes.done ? formatCheck(result.environments, context.paint.say) : [];
  await tell(context, { result, diagnostics: result.diagnostics, environments, lines });
  return result.exit;
};

/** Everything that is wrong with environments, and with the types of the project. Throws `Failure`. */
export async function checkProject(
  world: Pick<World, 'clock' | 'files' | 'modules' | 'types'>,
  { environments: names }: CheckOptions,
  signal: AbortSignal,
): Promise<CheckResult> {
  // TypeScript runs in a process of its own, beside the compiler.
  const [types, { value, diagnostics }] = await Promise.all([
    world.types.check(signal),
    import('./render.ts').then(({ renderEnvironments }) => renderEnvironments(world, names)),
  ]);
  const found = withTypes(diagnostics, types);
  return {
    environments: value.map(({ tree }) => ({ name: tree.environment, objects: tree.index.objects.length })),
    diagnostics: found,
    exit: hasErrors(found) ? exitCodes.input : exitCodes.done,
  };
}
