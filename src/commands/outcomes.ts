import { failureJson } from '../cli/failure.ts';
import type { Outcome } from '../cli/publish.ts';
import { type ExitCode, exitCodes, Failure } from '../model/failure.ts';

/** What was done for one environment. */
export type Done = Omit<Extract<Outcome, { readonly result: unknown }>, 'environment'>;

/** The same as `settleEach`, but for one environment alone, which throws. */
export async function outcomesOf(
  tasks: readonly { readonly environment: string; readonly act: () => Promise<Done> }[],
): Promise<readonly Outcome[]> {
  const [only] = tasks;
  if (tasks.length === 1 && only !== undefined) return [{ environment: only.environment, ...(await only.act()) }];
  return settleEach(tasks);
}

/** Does something for each of several environments, one after the other: what fails for one is told, and the others go on. */
export async function settleEach<T extends object>(
  tasks: readonly { readonly environment: string; readonly act: () => Promise<T> }[],
): Promise<readonly ({ readonly environment: string } & (T | { readonly failure: Failure }))[]> {
  const outcomes: ({ readonly environment: string } & (T | { readonly failure: Failure }))[] = [];
  for (const { environment, act } of tasks) {
    try {
      outcomes.push({ environment, ...(await act()) });
    } catch (thrown) {
      if (!(thrown instanceof Failure)) throw thrown;
      outcomes.push({ environment, failure: thrown });
    }
  }
  return outcomes;
}

/** An outcome as JSON shows it. */
export function outcomeJson(outcome: Outcome): object {
  const { environment } = outcome;
  if ('failure' in outcome) return { environment, ...failureJson(outcome.failure, outcome.failure.exit) };
  const { result, pullRequest = null } = outcome;
  return { environment, ...result, pullRequest };
}

/** How a command ends whose outcomes these are: as the worst of them, the world's failures before refusals and wrong input. */
export function exitOf(outcomes: readonly ({ readonly failure: Failure } | { readonly result: unknown })[]): ExitCode {
  const exits = outcomes.flatMap((outcome) => ('failure' in outcome ? [outcome.failure.exit] : []));
  return [exitCodes.world, exitCodes.refused, exitCodes.input].find((exit) => exits.includes(exit)) ?? exits[0] ?? exitCodes.done;
}
