import { statusIn } from '../agent/state.ts';
import type { Command } from '../cli/context.ts';
import { exitOf, formatStatus } from '../cli/status.ts';
import { parentOf } from '../model/applyset.ts';
import type { EnvironmentStatus } from '../model/event.ts';
import { exitCodes, Failure } from '../model/failure.ts';
import type { Cluster, ClusterOptions } from '../ports.ts';

/** `lockstep status`. */
export interface StatusOptions extends ClusterOptions {
  readonly environment: string;
  readonly namespace: string;
  readonly watch: boolean;
}

/** Milliseconds between two looks with `--watch`. */
const watchPause = 1_000;

/** Shows how an environment does in its cluster, as its agent recorded it. */
export const status: Command<StatusOptions> = async (context, options) => {
  const { clock } = context.world;
  const cluster = await context.world.cluster(options);
  const show = (found: EnvironmentStatus): void => {
    if (context.output === 'json') context.out(JSON.stringify(found, undefined, options.watch ? undefined : 2));
    else for (const line of formatStatus(found, context.paint.out)) context.out(line);
  };
  try {
    let found = await readStatus(cluster, options, context.signal);
    show(found);
    while (options.watch && !context.signal.aborted) {
      await clock.sleep(watchPause, context.signal);
      if (context.signal.aborted) break;
      const next = await readStatus(cluster, options, context.signal);
      if (next.updated !== found.updated) show(next);
      found = next;
    }
    // To be stopped is how watching ends.
    return options.watch ? exitCodes.done : exitOf(found);
  } finally {
    await cluster.close();
  }
};

/** The status that the agent of an environment recorded last. Throws a `Failure` where there is none. */
export async function readStatus(
  cluster: Cluster,
  { environment, namespace }: Pick<StatusOptions, 'environment' | 'namespace'>,
  signal: AbortSignal,
): Promise<EnvironmentStatus> {
  const parent = parentOf(environment, namespace);
  const answer = await cluster.get('v1', parent, signal);
  if (!answer.ok) throw new Failure('status-unreadable', `the status of \`${environment}\` cannot be read: ${answer.error.message}`);
  const found = answer.value === undefined ? undefined : statusIn(answer.value);
  if (found !== undefined) return found;
  throw new Failure('status-missing', `no agent has recorded a status of \`${environment}\` in namespace \`${namespace}\``, {
    help: `start one: \`lockstep agent --environment ${environment} --source <git url>\``,
  });
}
