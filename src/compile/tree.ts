import { App, Chart } from 'cdk8s';
import type { IConstruct } from 'constructs';
import type { ChartContext } from '../authoring/chart.ts';
import { type CodePoint, fromRoot, placeOf } from '../authoring/place.ts';
import type { Checked, Diagnostic, Place } from '../model/diagnostic.ts';
import { messageOf } from '../model/failure.ts';
import { type Points, watchingConstructs } from './constructs.ts';
import type { Given } from './given.ts';
import type { ResolvedChart, ResolvedEnvironment } from './resolve.ts';

/** The constructs of an environment. */
export interface Tree {
  /** The root of them all. */
  readonly app: IConstruct;
  /** In preorder, without the app. */
  readonly constructs: readonly IConstruct[];
  /** The chart that a construct belongs to. */
  readonly chartOf: (construct: IConstruct) => ResolvedChart;
  /** The line of the project's code at `point`, or that made the construct, or that put its chart into the environment. */
  readonly placeOf: (construct: IConstruct, point?: CodePoint) => Place;
}

/** Builds the charts of an environment in one tree. A chart that throws is told about and left out; the others go on. */
export function buildTree(environment: ResolvedEnvironment, { root, file, isBackward }: Given): Checked<Tree> {
  const { name, cluster, charts } = environment;
  const app = new App();
  const points: Points = new WeakMap();
  const owners = new Map<IConstruct, ResolvedChart>();
  const diagnostics: Diagnostic[] = [];

  const take = (chart: ResolvedChart): void => {
    const problem = attempt(() => build(app, chart, { name, cluster }), { chart, root });
    if (problem !== undefined) diagnostics.push(problem);
    for (const made of app.node.children.filter((child) => !owners.has(child))) {
      if (problem === undefined) owners.set(made, chart);
      else app.node.tryRemoveChild(made.node.id);
    }
  };
  watchingConstructs(app, points, () => (isBackward === true ? charts.toReversed() : charts).forEach(take));
  link(owners);

  const chartOf = (construct: IConstruct): ResolvedChart => {
    const [, top = construct] = construct.node.scopes;
    const chart = owners.get(top);
    if (chart === undefined) throw new Error(`\`${construct.node.path}\` joined the tree after its chart was built`);
    return chart;
  };
  const placeOfConstruct = (construct: IConstruct, point?: CodePoint): Place => {
    const found = [point, points.get(construct)].map((one) => placeOf(one, root)).find((place) => place.file !== undefined);
    const otherwise = (): Place => (construct === app ? { file } : chartOf(construct).at);
    return { ...(found ?? otherwise()), environment: name, construct: construct.node.path };
  };
  return { value: { app, constructs: app.node.findAll().slice(1), chartOf, placeOf: placeOfConstruct }, diagnostics };
}

/** Lets what a chart made depend on what the charts made that it comes after. */
function link(owners: ReadonlyMap<IConstruct, ResolvedChart>): void {
  for (const [made, { definition }] of owners) {
    const before = typeof definition === 'function' ? [] : (definition.after ?? []);
    const needed = [...owners].filter(([, owner]) => before.some((chart) => chart === owner.definition));
    for (const [other] of needed) if (other !== made) made.node.addDependency(other);
  }
}

/**
 * A chart has a cdk8s chart of its own, without hashes in names. A plain function gets the app, as it would under cdk8s
 * alone, so that what it builds keeps its names.
 */
function build(app: App, { name, definition, values }: ResolvedChart, env: ChartContext<unknown>['env']): unknown {
  if (typeof definition === 'function') return definition(app, { values, env });
  const { namespace } = definition;
  const chart = new Chart(app, name, { disableResourceNameHashes: true, ...(namespace === undefined ? {} : { namespace }) });
  return definition.build(chart, { values, env });
}

/** What is wrong when `act` throws, or gives a promise: nobody waits for it, so that what it adds later would be lost. */
function attempt(act: () => unknown, { chart, root }: { readonly chart: ResolvedChart; readonly root: string }): Diagnostic | undefined {
  try {
    const result = act();
    if (!isPromise(result)) return undefined;
    // It may still fail: that would end the process, and says no more than this does.
    result.then(undefined, () => undefined);
    const message = `the chart \`${chart.name}\` is built by a function that returns a promise: what it adds later is lost`;
    const help = 'read what it waits for before, in the module, and build without waiting';
    return { code: 'chart-async', severity: 'error', message, at: chart.at, help };
  } catch (thrown) {
    const found = placeOf(thrown, root);
    const message = `the chart \`${chart.name}\` cannot be built: ${fromRoot(messageOf(thrown), root)}`;
    return { code: 'chart-failed', severity: 'error', message, at: { ...chart.at, ...found, construct: chart.name } };
  }
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
