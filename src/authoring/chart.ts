import type { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { z } from 'zod';
import { brand } from './brand.ts';
import type { HealthRule } from './health.ts';

/** What a chart is built with: its values, checked and completed by its schema, and the environment it is built for. */
export interface ChartContext<V> {
  readonly values: V;
  readonly env: { readonly name: string; readonly cluster: string };
}

/** What `defineChart` takes. */
export interface ChartOptions<S extends z.ZodType> {
  /** The schema (zod 4) of the chart's values: environments give what it requires. Without one the chart takes none. */
  readonly values?: S;
  /** The team that is asked about these objects. Policies see it. */
  readonly owner?: string;
  /**
   * The slice of the environment that these objects belong to: slices are refused and fail one by one, so that nobody waits for
   * another team's mistake. Letters, digits and `-_./@`, at most 63. Default: the owner.
   */
  readonly slice?: string;
  /** The namespace of every object that names none. It never lands on kinds that have no namespace. */
  readonly namespace?: string;
  /**
   * Charts of the same environment that come first: nothing of this chart is applied before everything of those is Current.
   * Between single objects, say `construct.node.addDependency(…)`.
   */
  readonly after?: readonly ChartDef[];
  /** How the objects of kinds do that this chart brings along, where the agent cannot know it: it holds for all of the environment. */
  readonly health?: readonly HealthRule[];
  /** Adds the constructs to `chart`. It must not wait for anything: constructs that come later are lost. */
  build(chart: Chart, context: ChartContext<z.output<S>>): void;
}

/** A chart: the schema of its values, and how it is built. */
export interface ChartDef<S extends z.ZodType = z.ZodType> extends ChartOptions<S> {
  readonly [brand]: 'chart';
  readonly values: S;
}

/** A plain cdk8s function fits where a chart does: `(scope) => new MyChart(scope, 'mine')`. It takes no values. */
export type ChartFunction = (scope: Construct, context: ChartContext<unknown>) => unknown;

/** The charts of an environment, by name. */
export type Charts = Readonly<Record<string, ChartDef | ChartFunction>>;

/** What a schema without fields takes: nothing. */
type NoInput = Record<string, never>;
type InputOf<D> = D extends { readonly values: infer S extends z.ZodType } ? z.input<S> : NoInput;

/** The values that the charts `C` take, before their schemas fill in defaults. A chart that takes none is left out. */
export type ChartInput<C> = { [K in keyof C as InputOf<C[K]> extends NoInput ? never : K]: InputOf<C[K]> };

const noValues: z.ZodType<object, NoInput> = z.object({});

/** Defines a chart. */
export function defineChart<S extends z.ZodType = typeof noValues>(options: ChartOptions<S>): ChartDef<S> {
  // Without a schema, S is the type of `noValues`: there is nothing that it could be inferred from.
  const values = options.values ?? (noValues as z.ZodType as S);
  return Object.freeze({ ...options, [brand]: 'chart' as const, values });
}
