import { runFleet } from '../agent/fleet.ts';
import { shareWatches } from '../agent/shared-watches.ts';
import type { Context } from '../cli/context.ts';
import { showEvent } from '../cli/events.ts';
import { counted } from '../model/count.ts';
import type { DeclaredEnvironment, EnvironmentSpec } from '../model/declared.ts';
import { type ExitCode, exitCodes } from '../model/failure.ts';
import type { Cluster, RenderedSource } from '../ports.ts';
import type { AgentOptions } from './agent.ts';
import { serving } from './serving.ts';
import { secretOf } from './source-secret.ts';

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
        report(name, event) {
          vitals.event(name, event);
          showEvent(context, event, name);
        },
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
  const { url, secretName, interval } = spec.source;
  const { namespace, name } = declared;
  return world.source({
    source: url,
    ...(cache === undefined ? {} : { cache }),
    reader: `${namespace}-${name}`,
    ...(secretName === undefined ? {} : { secret: secretOf(cluster, { namespace, name: secretName }) }),
    // Whoever looks twice as often as is asked for is never late by more than that.
    shared: { freshFor: interval / 2 },
  });
}
