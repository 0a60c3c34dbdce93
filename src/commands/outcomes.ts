import { failureJson } from '../cli/failure.ts';
import type { Outcome } from '../cli/publish.ts';
import { type ExitCode, exitCodes, Failure } from '../model/failure.ts';

/** What was done for one environment. */
export type Done = Omit<Extract<Outcome, { readonly result: unknown }>, 'environment'>;

/** Something that is done for an environment. */
interface Task<T> {
  readonly environment: string;
  readonly act: () => Promise<T>;
}

/** What became of it. */
export type Settled<T> = { readonly environment: string } & (T | { readonly failure: Failure });

/** Does something for each of several environments, one after the other: what fails for one is told, and the others go on. */
export async function settleEach<T extends object>(tasks: readonly Task<T>[]): Promise<readonly Settled<T>[]> {
  const outcomes: Settled<T>[] = [];
  for (const task of tasks) outcomes.push(await settle(task));
  return outcomes;
}

/** Waits until all have ended, so that nothing goes on when one of them throws. */
export async function allEnded<T>(acts: readonly Promise<T>[]): Promise<readonly T[]> {
  await Promise.allSettled(acts);
  return Promise.all(acts);
}

/** Does something for an environment, and tells what failed. */
export async function settle<T extends object>({ environment, act }: Task<T>): Promise<Settled<T>> {
  try {
    return { environment, ...(await act()) };
  } catch (thrown) {
    if (!(thrown instanceof Failure)) throw thrown;
    return { environment, failure: thrown };
  }
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
