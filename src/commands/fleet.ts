import { runFleet } from '../agent/fleet.ts';
import { shareWatches } from '../agent/shared-watches.ts';
import { openTeller } from '../agent/teller.ts';
import type { Context } from '../cli/context.ts';
import { showEvent } from '../cli/events.ts';
import { counted } from '../model/count.ts';
import { type DeclaredEnvironment, type EnvironmentSpec, nameOf } from '../model/declared.ts';
import type { SyncEvent } from '../model/event.ts';
import { type ExitCode, exitCodes } from '../model/failure.ts';
import { homeOf } from '../model/rendered.ts';
import type { Cluster, RenderedSource } from '../ports.ts';
import type { AgentOptions } from './agent.ts';
import { serving } from './serving.ts';
import { signersOf } from './signers.ts';
import { secretOf } from './source-secret.ts';
import { toldAt } from './telling.ts';

/** Keeps all environments that objects `Environment` declare, until it is stopped. */
export async function agentForAll(context: Context, options: AgentOptions): Promise<ExitCode> {
  const { world, signal } = context;
  const { clock, identity } = world;
  const open = (): Promise<Cluster> => world.cluster(options);
  const [cluster, pulse, leases] = await Promise.all([open(), open(), open()]);
  const { vitals, pokes, close } = await serving(context, {
    listen: options.listen,
    requests: () => cluster.requests + pulse.requests + leases.requests,
  });
  const report = (name: string, event: SyncEvent): void => {
    vitals.event(name, event);
    showEvent(context, event, name);
  };
  const teller = openTeller(clock, signal);
  const watch = shareWatches({ cluster, clock }, signal);
  try {
    await runFleet(
      {
        home: cluster,
        pulse,
        leases,
        clock,
        identity,
        source: (declared, spec) => openSource(context, { declared, spec, cluster, cache: options.cache }),
        // Whoever changes the objects need not be allowed to see them all: changes are watched for all environments at once.
        acting: (declared, spec) => ({ ...cluster.as(userOf(declared, spec)), watch }),
        signers: ({ namespace }, { source: { signersName: name } }) =>
          name === undefined ? undefined : signersOf(cluster, { namespace, name }),
        telling(declared, { source, report: at }) {
          if (at === undefined) return undefined;
          const secret = secretOf(cluster, { namespace: declared.namespace, name: at.secretName });
          const told = toldAt(world, { remote: source.url, type: at.forge, url: at.url, secret });
          return teller.begin({ ...told, environment: declared.name, report: (event) => report(nameOf(declared), event) });
        },
      },
      {
        namespace: options.allNamespaces ? '' : options.namespace,
        seat: options.namespace,
        vitals,
        onListed(count) {
          const where = options.allNamespaces ? 'in all namespaces' : `in the namespace \`${options.namespace}\``;
          context.say(`${counted(count, 'object')} \`Environment\` ${where}`);
        },
        pokes,
        signal,
        report,
      },
    );
    return exitCodes.done;
  } finally {
    await close();
    await Promise.all([cluster.close(), pulse.close(), leases.close()]);
  }
}

function userOf({ namespace }: DeclaredEnvironment, { serviceAccountName }: EnvironmentSpec): string {
  return `system:serviceaccount:${namespace}:${serviceAccountName}`;
}

/** Where the rendered branch of an environment is read from, shared with all that read the same repository by the same Secret. */
function openSource(
  { world }: Context,
  {
    declared,
    spec,
    cluster,
    cache,
  }: {
    readonly declared: DeclaredEnvironment;
    readonly spec: EnvironmentSpec;
    readonly cluster: Cluster;
    readonly cache: string | undefined;
  },
): Promise<RenderedSource> {
  const { url, branch, secretName, interval } = spec.source;
  const { namespace, name } = declared;
  return world.source({
    source: url,
    folder: homeOf(name, branch).folder,
    ...(cache === undefined ? {} : { cache }),
    reader: `${namespace}-${name}`,
    ...(secretName === undefined ? {} : { secret: secretOf(cluster, { namespace, name: secretName }) }),
    // Whoever looks twice as often as is asked for is never late by more than that.
    shared: { freshFor: interval / 2 },
  });
}
