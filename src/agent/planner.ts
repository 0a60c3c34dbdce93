import type { Condition } from '../model/event.ts';
import { Failure, messageOf } from '../model/failure.ts';
import type { JsonObject } from '../model/json.ts';
import { type Change, refOfChange } from '../model/plan.ts';
import { formatRef } from '../model/ref.ts';
import { shortMessage } from '../reconcile/declared.ts';
import { busyWith, readyFor, restingBy, stalledBy } from '../reconcile/status.ts';
import { type AgentPorts, type AgentSpec, openAgent } from './agent.ts';
import { followBranch } from './branch.ts';
import type { Said } from './declared.ts';
import type { LoopOptions } from './loop.ts';
import { type Preview, preview } from './preview.ts';
import { openWakeup } from './wakeup.ts';

/** How a planner runs. */
export interface PlannerOptions extends Pick<LoopOptions, 'interval' | 'pokes' | 'signal'> {
  /** Told what would be changed, or why nobody knows. */
  readonly tell: (said: Said) => Promise<void>;
}

/** Changes in the cluster within this many milliseconds are answered by one plan: a dry run costs the API server as much as a change. */
const gather = 5_000;

/** Something may have changed unseen: planned anew after this many milliseconds. */
const slowest = 300_000;

/** What fails is tried again after this many milliseconds. */
const again = 30_000;

/** Tells what the newest commit of an environment's branch would change in its cluster, and changes nothing, until `signal` aborts. */
export async function runPlanner(ports: AgentPorts, spec: AgentSpec, options: PlannerOptions): Promise<void> {
  const { clock } = ports;
  const end = new AbortController();
  const signal = AbortSignal.any([options.signal, end.signal]);
  const wakeup = openWakeup(clock, gather);
  const agent = openAgent(ports, spec, { onChange: wakeup.call, signal });
  const branch = followBranch({ ...ports, branch: agent.branch, interval: options.interval, onChange: wakeup.call, signal });
  options.pokes?.(branch.look, signal);
  try {
    while (!signal.aborted) {
      const { commit, outage } = await branch.tip();
      const found = commit === undefined ? outage : await preview(agent, commit, signal).catch(asFailure);
      if (signal.aborted) return;
      if (found !== undefined)
        await options.tell(
          found instanceof Failure ? { conditions: busyWith({ reason: 'Unreachable', message: found.message }) } : planned(found),
        );
      await wakeup.sleep(found instanceof Failure ? again : slowest, signal);
    }
  } finally {
    end.abort();
    await branch.ended;
  }
}

function asFailure(thrown: unknown): Failure {
  return thrown instanceof Failure ? thrown : new Failure('agent-failed', messageOf(thrown), { cause: thrown });
}

/** A status names no more. */
const named = 20;

function planned({ commit, plan, refusal, problems, outages }: Preview): Said {
  const changes = plan?.changes ?? [];
  const stands = [...problems, ...outages];
  return {
    conditions: conditionsOf({ commit, changes, refusal, stands }),
    details: {
      latest: commit,
      objects: changes.length + (plan?.unchanged ?? 0),
      planned: changes.slice(0, named).map((change): JsonObject => ({ object: formatRef(refOfChange(change)), change: change.op })),
      problems: stands.slice(0, named).map(({ ref, path, message }) => ({ object: formatRef(ref), path, message: shortMessage(message) })),
    },
  };
}

function conditionsOf({
  commit,
  changes,
  refusal,
  stands,
}: Pick<Preview, 'commit' | 'refusal'> & {
  readonly changes: readonly Change[];
  readonly stands: Preview['problems'];
}): readonly Condition[] {
  const short = commit.slice(0, 12);
  const [first] = stands;
  const against = refusal?.message ?? (first && `\`${formatRef(first.ref)}\`: ${first.message}`);
  if (against !== undefined) return stalledBy({ reason: 'PlanOnly', message: `${short} would be refused: ${against}` });
  if (changes.length === 0) return readyFor(`${short} would change nothing`);
  return restingBy({ reason: 'PlanOnly', message: `${short} would change ${inWords(changes)}` });
}

const words = [
  ['create', 'created'],
  ['update', 'updated'],
  ['repair', 'repaired'],
  ['prune', 'deleted'],
  ['release', 'let go'],
] as const;

function inWords(changes: readonly Change[]): string {
  const parts = words.flatMap(([op, word]) => {
    const count = changes.filter((change) => change.op === op).length;
    return count === 0 ? [] : [`${count} ${word}`];
  });
  return `${changes.length === 1 ? '1 object' : `${changes.length} objects`}: ${parts.join(', ')}`;
}
