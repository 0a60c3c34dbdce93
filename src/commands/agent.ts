import { runAgent } from '../agent/loop.ts';
import type { Command } from '../cli/context.ts';
import { formatEvent } from '../cli/events.ts';
import { formatStatus } from '../cli/status.ts';
import { exitCodes } from '../model/failure.ts';
import type { ClusterOptions, SourceOptions } from '../ports.ts';

/** `lockstep agent`. Times in seconds. */
export interface AgentOptions extends ClusterOptions, SourceOptions {
  readonly environment: string;
  readonly namespace: string;
  readonly interval: number;
  readonly once: boolean;
  readonly timeout: number;
}

/** Keeps a cluster equal to a rendered branch. */
export const agent: Command<AgentOptions> = async (context, options) => {
  const { clock, identity } = context.world;
  const cluster = await context.world.cluster(options);
  const source = await context.world.source({ ...options, reader: `agent-${options.environment}` });
  const paint = context.paint.out;
  try {
    const { exit, status } = await runAgent(
      { cluster, home: cluster, source, clock, identity },
      { environment: options.environment, namespace: options.namespace },
      {
        interval: options.interval * 1000,
        ...(options.once ? { once: { timeout: options.timeout * 1000 } } : {}),
        signal: context.signal,
        report(event) {
          if (context.output === 'json') context.out(JSON.stringify({ time: clock.now().toISOString(), ...event }));
          else for (const line of formatEvent(event, paint)) context.out(`${paint.dim(clock.now().toISOString())} ${line}`);
        },
      },
    );
    if (options.once && status !== undefined && context.output === 'text')
      for (const line of formatStatus(status, context.paint.say)) context.say(line);
    // A stop that was asked for is no failure of a program that runs until it is stopped.
    return exit === exitCodes.interrupted && !options.once ? exitCodes.done : exit;
  } finally {
    await source.close();
    await cluster.close();
  }
};
