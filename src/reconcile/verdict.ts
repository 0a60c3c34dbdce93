import type { ReasonOf, StatusCode } from '../model/code.ts';
import type { EnvironmentStatus } from '../model/event.ts';
import type { CommitState } from '../model/forge.ts';
import { formatRef } from '../model/ref.ts';
import { isReady } from './status.ts';

/** How an environment does at the newest commit of its branch, as it is told to whoever reviews commits. */
export interface Verdict {
  readonly commit: string;
  readonly state: CommitState;
  /** One line. It names objects, and repeats nothing that a server or a container said: forges show it to more people than clusters do. */
  readonly description: string;
  /** Milliseconds that it has to last before it counts. */
  readonly lasting: number;
}

/** What is wrong with objects, rather than with a commit. */
const ofObjects: readonly string[] = [
  'ApplyFailed',
  'Contended',
  'DeletionStuck',
  'HealthFailed',
] satisfies readonly ReasonOf<StatusCode>[];

/** Whoever reports how an object does may not have looked at what was applied just now, and a webhook that refuses may only be starting. */
const settling = 10_000;

/** What a status says of the newest commit; undefined where it says nothing of it, or it is not known which one that is. */
export function verdictOf(status: EnvironmentStatus): Verdict | undefined {
  const { environment, latest, revision, conditions } = status;
  const ready = conditions.find(({ type }) => type === 'Ready');
  // Whether the branch has another commit by now nobody knows while it is out of reach.
  if (latest === undefined || ready === undefined || ready.reason === 'Unreachable') return undefined;
  if (isReady(status)) return { commit: latest, state: 'success', description: ready.message, lasting: 0 };
  const isStalled = conditions.some(({ type, status: is }) => type === 'Stalled' && is === 'True');
  // What fails while a commit is not taken yet is as the one before says.
  const isFailure = isStalled && (revision === latest || !ofObjects.includes(ready.reason));
  const words = [ready.reason, ...whereIn(status, ready.reason)].join(': ');
  return {
    commit: latest,
    state: isFailure ? 'failure' : 'pending',
    description: `${words}; \`lockstep status ${environment}\` tells more`,
    lasting: isFailure ? settling : 0,
  };
}

/** The object that is waited for, or has to be mended, where it is known. */
function whereIn({ unhealthy: [worst], problems: [problem] }: EnvironmentStatus, reason: string): readonly string[] {
  if (/^Health/.test(reason)) return worst === undefined ? [] : [`${formatRef(worst.ref)} is ${worst.health.status}`];
  return problem === undefined ? [] : [formatRef(problem.ref)];
}
