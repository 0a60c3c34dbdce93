import { Construct } from 'constructs';
import type { z } from 'zod';
import { type ChartContext, type ChartDef, type ChartOptions, defineChart } from './chart.ts';
import { include } from './inclusion.ts';
import type { Patch } from './patch.ts';
import { type CodePoint, whereCalled } from './place.ts';

/**
 * Where a Helm chart comes from: a registry, a repository (its URL with the name of the chart at the end), or a folder of the
 * project. What is fetched is fetched by `lockstep pin`, once.
 */
export type HelmSource =
  | { readonly chart: `oci://${string}` | `https://${string}`; readonly version: string }
  | { readonly chart: `./${string}`; readonly version?: never };

/** What is said of a release beside its chart and its values. */
export interface HelmSettings {
  /** The name of the release. Default: the id of the construct. */
  readonly release?: string;
  /** The namespace of the release, which objects have that name none. Default: that of the chart around it. */
  readonly namespace?: string;
  /** What the cluster serves beside Kubernetes' own, for `.Capabilities.APIVersions`: `monitoring.coreos.com/v1`. */
  readonly apiVersions?: readonly string[];
  /**
   * What becomes of hooks that install or upgrade: `keep` makes ordinary objects of them, which come before or after all others of the
   * release as those of `hook` do, and `drop` leaves them out. A Job that upgrades runs at each change of the release, and one that only
   * installs runs once. It stays until its next version replaces it, or its TTL removes it, whatever its `hook-delete-policy`. A chart that
   * has some needs to be told. Hooks that test, delete or roll back are always left out.
   */
  readonly hooks?: 'keep' | 'drop';
  /**
   * Where hooks come that are kept and run only when a release is upgraded, before that: an environment that is new has them, too. A chart
   * that has some needs to be told.
   */
  readonly upgradeHooks?: 'before' | 'after' | 'drop';
  /** Changes of what the chart renders. */
  readonly patches?: readonly Patch[];
}

/** What `HelmChart` takes. */
export type HelmChartOptions = HelmSource & HelmSettings & { readonly values?: object };

/** A Helm chart among the constructs: what it renders are objects like all others. */
export class HelmChart extends Construct {
  constructor(scope: Construct, id: string, options: HelmChartOptions) {
    super(scope, id);
    include(this, { type: 'helm', options, at: whereCalled(new.target) });
  }
}

/** What `defineHelm` takes: a Helm chart, and what `defineChart` takes but for how it is built. */
export type DefineHelmOptions<S extends z.ZodType> = Omit<ChartOptions<S>, 'build'> &
  HelmSource &
  Omit<HelmSettings, 'namespace'> & {
    /** The values of the Helm chart. Default: those of the environment. */
    readonly helm?: (context: ChartContext<z.output<S>>) => object;
  };

/** Defines a chart that is a Helm chart, and nothing else. The release has the name of the chart in the environment unless told. */
export function defineHelm<S extends z.ZodType>(options: DefineHelmOptions<S>): ChartDef<S> {
  const { helm, chart: source, version, release, apiVersions, hooks, upgradeHooks, patches, ...rest } = options;
  const at: CodePoint = whereCalled(defineHelm);
  return defineChart({
    ...rest,
    build(chart, context) {
      const told = { release: release ?? chart.node.id, apiVersions, hooks, upgradeHooks, patches };
      const settings = Object.fromEntries(Object.entries(told).filter(([, value]) => value !== undefined)) as HelmSettings;
      const values = helm === undefined ? (context.values as object) : helm(context);
      include(new Construct(chart, 'helm'), {
        type: 'helm',
        options: { ...({ chart: source, version } as HelmSource), ...settings, values },
        at,
      });
    },
  } as ChartOptions<S>);
}
