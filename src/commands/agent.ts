import { runAgent } from '../agent/loop.ts';
import type { Command, Context } from '../cli/context.ts';
import { formatEvent } from '../cli/events.ts';
import { formatStatus } from '../cli/status.ts';
import type { SyncEvent } from '../model/event.ts';
import { type ExitCode, exitCodes } from '../model/failure.ts';
import type { ListenAddress } from '../model/listen.ts';
import type { Cluster, ClusterOptions, RenderedSource, SourceOptions } from '../ports.ts';
import { serving } from './serving.ts';

/** `lockstep agent`. Times in seconds. */
export interface AgentOptions extends ClusterOptions, SourceOptions {
  readonly environment: string;
  readonly namespace: string;
  readonly interval: number;
  readonly once: boolean;
  readonly timeout: number;
  /** Where health, metrics and a hook are served; nowhere unless told. */
  readonly listen?: ListenAddress;
}

/** Keeps a cluster equal to a rendered branch. */
export const agent: Command<AgentOptions> = async (context, options) => {
  const cluster = await context.world.cluster(options);
  const source = await context.world.source({ ...options, reader: `agent-${options.environment}` });
  try {
    return await keep(context, options, { cluster, source });
  } finally {
    await source.close();
    await cluster.close();
  }
};

async function keep(
  context: Context,
  options: AgentOptions,
  { cluster, source }: { readonly cluster: Cluster; readonly source: RenderedSource },
): Promise<ExitCode> {
  const { clock, identity } = context.world;
  const name = `${options.namespace}/${options.environment}`;
  const { vitals, pokes, close } = await serving(context, { listen: options.listen, requests: () => cluster.requests });
  try {
    const { exit, status } = await runAgent(
      { cluster, home: cluster, source, clock, identity },
      { environment: options.environment, namespace: options.namespace },
      {
        interval: options.interval * 1000,
        ...(options.once ? { once: { timeout: options.timeout * 1000 } } : {}),
        signal: context.signal,
        onStatus: async (recorded) => vitals.status(name, recorded),
        onTurn: (moment) => vitals.turn(name, moment),
        pokes,
        report(event) {
          vitals.event(name, event);
          show(context, event);
        },
      },
    );
    if (options.once && status !== undefined && context.output === 'text')
      for (const line of formatStatus(status, context.paint.say)) context.say(line);
    // A stop that was asked for is no failure of a program that runs until it is stopped.
    return exit === exitCodes.interrupted && !options.once ? exitCodes.done : exit;
  } finally {
    await close();
  }
}

function show({ world, output, out, paint }: Context, event: SyncEvent): void {
  const time = world.clock.now().toISOString();
  if (output === 'json') out(JSON.stringify({ time, ...event }));
  else for (const line of formatEvent(event, paint.out)) out(`${paint.out.dim(time)} ${line}`);
}
