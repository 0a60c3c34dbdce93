import { formatCheck } from '../cli/check.ts';
import type { Command } from '../cli/context.ts';
import { hasErrors } from '../model/diagnostic.ts';
import { exitCodes } from '../model/failure.ts';
import type { CheckResult } from './check.ts';
import type { Compiled } from './check-worker.ts';
import { withTypes } from './types.ts';
import { askOnce, compilerDied, watchProject } from './watch.ts';

/** Checks environments again whenever something changes that they are made from, until interrupted. */
export const watchChecks: Command<{ readonly what: readonly string[] }> = async (context, { what }) =>
  watchProject(context, {
    worker: ['check', ...what, '--when-asked'],
    look: async (worker, signal) => {
      const [answer, types] = await Promise.all([askOnce<Compiled>(worker), context.world.types.check(signal)]);
      const { environments, diagnostics, looked } = answer ?? { environments: [], diagnostics: [compilerDied], looked: [] };
      const found = withTypes(diagnostics, types);
      const exit = hasErrors(found) ? exitCodes.input : exitCodes.done;
      const result: CheckResult = { environments, diagnostics: found, exit };
      const lines = exit === exitCodes.done ? formatCheck(environments, { what }, context.paint.say) : [];
      return { told: { result, diagnostics: found, environments: environments.map(({ name }) => name), lines }, looked };
    },
  });
