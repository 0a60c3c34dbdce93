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
  const status = statuses.find(({ context }) => context === `lockstep/${environment}`) ?? null;
  return { environment, commit, isHealthy: status?.state === 'success', status };
}

/** For people, in a line. */
export function formatGate({ environment, commit, isHealthy, status }: Gate, paint: Paint): string {
  const told = status === null ? 'its agent has not told how it does' : status.description || status.state;
  const how = isHealthy ? paint.green('is healthy') : paint.yellow('is not healthy yet');
  return `\`${environment}\` ${how} at ${commit.slice(0, 7)}: ${told}`;
}
