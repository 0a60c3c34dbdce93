import { openAgent } from '../agent/agent.ts';
import { type Preview, preview } from '../agent/preview.ts';
import type { Command } from '../cli/context.ts';
import { formatPreview } from '../cli/plan.ts';
import { type ExitCode, exitCodes, Failure } from '../model/failure.ts';
import { branchesOf, homeOf } from '../model/rendered.ts';
import type { ClusterOptions, SourceOptions } from '../ports.ts';
import { signersIn } from './signers.ts';

/** `lockstep plan`. */
export interface PlanOptions extends ClusterOptions, SourceOptions {
  readonly environment: string;
  readonly namespace: string;
  /** Plans the proposal, `environments/<environment>-next`, in place of the active branch. */
  readonly next: boolean;
  /** The file with those who may sign what is taken, as the agent is told; without, nobody has to. */
  readonly signers?: string;
}

/** Shows what the agent would do. Nothing is written, neither here nor there. */
export const plan: Command<PlanOptions> = async (context, options) => {
  const { clock, identity } = context.world;
  const signers = options.signers === undefined ? undefined : await signersIn(context.world.files, options.signers);
  const cluster = await context.world.cluster(options);
  const home = homeOf(options.environment, options.branch);
  const source = await context.world.source({ ...options, folder: home.folder, reader: `plan-${options.environment}` });
  const watching = new AbortController();
  try {
    const branch = options.next ? branchesOf(options.environment).next : home.branch;
    const agent = openAgent({ cluster, home: cluster, source, clock, identity, signers }, options, {
      onChange: () => {},
      signal: AbortSignal.any([context.signal, watching.signal]),
    });
    const commit = await source.tip(branch, context.signal);
    if (commit === undefined)
      throw new Failure('branch-missing', `the repository has no branch \`${branch}\``, {
        help: `publish it first: \`lockstep publish ${options.environment}\``,
      });
    const found = await preview({ ...agent, branch }, commit, context.signal);
    if (context.output === 'json') context.out(JSON.stringify(found, undefined, 2));
    else for (const line of formatPreview(found, context.paint.out)) context.out(line);
    return exitOf(found);
  } finally {
    watching.abort();
    await source.close();
    await cluster.close();
  }
};

function exitOf({ plan, refusal, problems, outages }: Preview): ExitCode {
  if (refusal !== undefined) return exitCodes.refused;
  if (problems.length > 0) return exitCodes.input;
  if (outages.length > 0) return exitCodes.world;
  return plan === undefined || plan.changes.length === 0 ? exitCodes.done : exitCodes.difference;
}
