import type { AgentPorts } from '../agent/agent.ts';
import { runAgent } from '../agent/loop.ts';
import { openTeller } from '../agent/teller.ts';
import type { Command, Context } from '../cli/context.ts';
import { showEvent } from '../cli/events.ts';
import { formatStatus } from '../cli/status.ts';
import type { SyncEvent } from '../model/event.ts';
import { type ExitCode, exitCodes, Failure } from '../model/failure.ts';
import type { ForgeType } from '../model/forge.ts';
import type { ListenAddress } from '../model/listen.ts';
import { homeOf } from '../model/rendered.ts';
import type { Cluster, ClusterOptions, SourceOptions } from '../ports.ts';
import { serving } from './serving.ts';
import { signersIn } from './signers.ts';
import { type TellingPlace, toldAt } from './telling.ts';

/** `lockstep agent`. Times in seconds. */
export interface AgentOptions extends ClusterOptions, Partial<SourceOptions> {
  /** Undefined for all that objects `Environment` declare. */
  readonly environment?: string;
  /** Whether those of all namespaces count. */
  readonly allNamespaces: boolean;
  readonly namespace: string;
  /** Of one environment. Default: 15. */
  readonly interval?: number;
  readonly once: boolean;
  /** With `once`. Default: 300. */
  readonly timeout?: number;
  /** The file with those who may sign what is taken; without, nobody has to. */
  readonly signers?: string;
  /** Whether the forge that the repository is at is told how the environment does. */
  readonly report: boolean;
  /** What that forge is, where its host does not tell. */
  readonly forge?: ForgeType;
  readonly forgeUrl?: string;
  /** Where health, metrics and a hook are served; nowhere unless told. */
  readonly listen?: ListenAddress;
}

/** An agent that is told of its one environment by options. */
type OneOptions = AgentOptions & SourceOptions & { readonly environment: string };

/** Keeps a cluster equal to a rendered branch, or to those of all environments that are declared in it. */
export const agent: Command<AgentOptions> = async (context, options) => {
  if (isForOne(options)) return agentForOne(context, options);
  const { agentForAll } = await import('./fleet.ts');
  return agentForAll(context, options);
};

function isForOne(options: AgentOptions): options is OneOptions {
  const { environment, source, branch, interval, once, timeout, allNamespaces, signers, report, forge, forgeUrl } = options;
  if (timeout !== undefined && !once) throw misused('`--timeout` needs `--once`: without, an agent runs until it is stopped');
  if (report && environment === undefined)
    throw misused('`--report` needs `--environment`: without, objects `Environment` say which forge is told how they do');
  if (!report && (forge ?? forgeUrl) !== undefined)
    throw misused(`\`--${forge === undefined ? 'forge-url' : 'forge'}\` needs \`--report\``);
  if (environment !== undefined) {
    if (source === undefined) throw misused('`--environment` needs `--source`: the repository of the rendered branch');
    if (allNamespaces) throw misused('`--environment` and `--all-namespaces` exclude each other');
    return true;
  }
  if (source !== undefined) throw misused('`--source` needs `--environment`: without, objects `Environment` say what is kept');
  if (branch !== undefined) throw misused('`--branch` needs `--environment`: without, objects `Environment` say which branch holds them');
  if (interval !== undefined)
    throw misused('`--interval` needs `--environment`: without, objects `Environment` say how often their branches are looked at');
  if (signers !== undefined)
    throw misused('`--signers` needs `--environment`: without, objects `Environment` say who may sign (`spec.source.signers`)');
  if (once) throw misused('`--once` needs `--environment`: without, an agent runs until it is stopped');
  return false;
}

function misused(message: string): Failure {
  return new Failure('agent-options-unfit', message, { help: 'see `lockstep agent --help`', exit: exitCodes.input });
}

async function agentForOne(context: Context, options: OneOptions): Promise<ExitCode> {
  const { world } = context;
  const signers = options.signers === undefined ? undefined : await signersIn(world.files, options.signers);
  // A forge that nobody can ask is told before anything is done.
  if (options.report) await world.forge(forgeOf(options));
  const [cluster, leases] = await Promise.all([world.cluster(options), world.cluster(options)]);
  const { folder } = homeOf(options.environment, options.branch);
  const source = await world.source({ ...options, folder, reader: `agent-${options.environment}` });
  try {
    return await keep(context, options, { cluster, leases, source, signers });
  } finally {
    await source.close();
    await Promise.all([cluster.close(), leases.close()]);
  }
}

function forgeOf({ source, forge, forgeUrl }: OneOptions): TellingPlace {
  return { remote: source, type: forge, url: forgeUrl };
}

/** How long the forge may take to hear the last of an agent that ends by itself, in milliseconds. */
const lastPatience = 15_000;

async function keep(
  context: Context,
  options: OneOptions,
  { cluster, leases, source, signers }: Pick<AgentPorts, 'source' | 'signers'> & { readonly cluster: Cluster; readonly leases: Cluster },
): Promise<ExitCode> {
  const { clock, identity } = context.world;
  const name = `${options.namespace}/${options.environment}`;
  const { interval = 15, timeout = 300 } = options;
  const { vitals, pokes, close } = await serving(context, { listen: options.listen, requests: () => cluster.requests + leases.requests });
  const report = (event: SyncEvent): void => {
    vitals.event(name, event);
    showEvent(context, event);
  };
  const teller = openTeller(clock, context.signal);
  const telling = options.report
    ? teller.begin({ ...toldAt(context.world, forgeOf(options)), environment: options.environment, report })
    : undefined;
  try {
    const { exit, status } = await runAgent(
      { cluster, home: cluster, leases, source, clock, identity, signers },
      { environment: options.environment, namespace: options.namespace, branch: options.branch },
      {
        interval: interval * 1000,
        ...(options.once ? { once: { timeout: timeout * 1000 } } : {}),
        signal: context.signal,
        onStatus: async (recorded) => vitals.status(name, recorded),
        onTurn: (moment) => vitals.turn(name, moment),
        pokes,
        telling,
        report,
      },
    );
    if (options.once) await teller.finish(lastPatience);
    if (options.once && status !== undefined && context.output === 'text')
      for (const line of formatStatus(status, context.paint.say)) context.say(line);
    // A stop that was asked for is no failure of a program that runs until it is stopped.
    return exit === exitCodes.interrupted && !options.once ? exitCodes.done : exit;
  } finally {
    telling?.end();
    await close();
  }
}
