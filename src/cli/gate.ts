import { type ExitCode, exitCodes } from '../model/failure.ts';
import { contextOf } from '../model/forge.ts';
import type { CommitStatus } from '../ports.ts';
import type { Paint } from './paint.ts';

/** How an environment does at the commit that its rendered branch has, as its agent told the forge. */
export interface Gate {
  readonly environment: string;
  readonly commit: string;
  readonly isHealthy: boolean;
  /** What was told last; null where nothing was. */
  readonly status: CommitStatus | null;
}

/** What the statuses of a commit say of an environment: the agent's own is the one that counts. */
export function gateOf(environment: string, commit: string, statuses: readonly CommitStatus[]): Gate {
  const status = statuses.find(({ context }) => context === contextOf(environment)) ?? null;
  return { environment, commit, isHealthy: status?.state === 'success', status };
}

/** 0 when it is healthy, 4 when somebody has to mend something, 1 while that is not known yet. */
export function exitOfGate({ isHealthy, status }: Gate): ExitCode {
  if (isHealthy) return exitCodes.done;
  return status?.state === 'failure' ? exitCodes.refused : exitCodes.difference;
}

/** For people, in a line. */
export function formatGate(gate: Gate, paint: Paint): string {
  const { environment, commit, status } = gate;
  const told = status === null ? 'its agent has not told how it does' : status.description || status.state;
  const since = status?.at === undefined ? '' : `, since ${status.at}`;
  const how = { 0: paint.green('is healthy'), 4: paint.red('has failed') }[String(exitOfGate(gate))] ?? paint.yellow('is not healthy yet');
  return `\`${environment}\` ${how} at ${commit.slice(0, 7)}${since}: ${told}`;
}
