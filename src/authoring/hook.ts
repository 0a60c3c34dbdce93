import type { IConstruct } from 'constructs';
import { type CodePoint, whereCalled } from './place.ts';

/** When a hook runs: before all else of its chart, after it, or only when it failed. */
export type HookTime = 'before' | 'after' | 'failure';

/** A span of time: `90s`, `10m`, `2h`. */
export type Duration = `${number}${'s' | 'm' | 'h'}`;

/** When a Job of a chart runs, how often, and for how long. */
export interface HookOptions {
  /**
   * `before`: nothing else of the chart is applied until the Job has completed, but for what the Job itself needs: what it depends on,
   * what it refers to (its ServiceAccount with the rights of it, ConfigMaps, Secrets, claims, network policies), and what those need.
   * `after`: the Job runs when all else of the chart is Current, and the environment is not Ready before it has completed.
   * `failure`: the Job runs when something of the chart has failed before all of it was Current once, and else never. What it needs waits
   * for no hook, nothing waits for it, and how it ends makes no difference to how the environment does. Other tools that apply the branch
   * know nothing of it, and would run it.
   */
  readonly when: HookTime;
  /** What makes it run again: a change of whatever object of the chart (`chart`), or of the Job alone (`job`). Default: `chart`. */
  readonly once?: 'chart' | 'job';
  /** How long it may take. It becomes the Job's `activeDeadlineSeconds`, where it has none. Default: what the Job says, else 30 minutes. */
  readonly deadline?: Duration;
}

/** What was said of a hook, and where in the code. */
export interface SaidHook {
  readonly options: HookOptions;
  readonly at: CodePoint;
}

/** The type of the metadata that constructs carry it in: the same in every copy of this package. */
const metadataType = 'lockstep.hook';

/** Makes a hook of a Job of a chart: `job` is its construct, or one that holds it and no other Job. */
export function hook(job: IConstruct, options: HookOptions): void {
  job.node.addMetadata(metadataType, { options, at: whereCalled(hook) } satisfies SaidHook);
}

/** What was said of `construct` itself, in the order in which it was said. */
export function saidHooks(construct: IConstruct): readonly SaidHook[] {
  return construct.node.metadata.filter(({ type }) => type === metadataType).map(({ data }): SaidHook => data);
}
