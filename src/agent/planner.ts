import { counted } from '../model/count.ts';
import type { Condition } from '../model/event.ts';
import { asFailure, Failure } from '../model/failure.ts';
import type { JsonObject } from '../model/json.ts';
import { type Change, refOfChange } from '../model/plan.ts';
import { formatRef } from '../model/ref.ts';
import { busyWith, named, readyFor, restingBy, stalledBy } from '../reconcile/status.ts';
import { type AgentPorts, type AgentSpec, openAgent } from './agent.ts';
import { followBranch } from './branch.ts';
import { problemsIn, type Said } from './declared.ts';
import type { LoopOptions } from './loop.ts';
import { type Preview, preview } from './preview.ts';
import { openWakeup } from './wakeup.ts';

/** How a planner runs. */
export interface PlannerOptions extends Pick<LoopOptions, 'interval' | 'pokes' | 'signal'> {
  /** Told what would be changed, or why nobody knows. Says whether that could be recorded. */
  readonly tell: (said: Said) => Promise<boolean>;
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
      const found =
        commit === undefined ? outage : await preview(agent, commit, signal).catch((thrown: unknown) => asFailure(thrown, 'agent-failed'));
      if (signal.aborted) return;
      const isTold = found === undefined || (await options.tell(saidOf(found, await spec.gate?.closed())));
      const isKnown = found !== undefined && !(found instanceof Failure) && found.outages.length === 0;
      await wakeup.sleep(isTold && isKnown ? slowest : again, signal);
    }
  } finally {
    end.abort();
    await branch.ended;
  }
}

/** What is said of a plan, or of why there is none; `waits` is what else than its windows the commit would wait for. */
function saidOf(found: Preview | Failure, waits: string | undefined): Said {
  if (found instanceof Failure) return { conditions: busyWith({ reason: 'Unreachable', message: found.message }) };
  const { commit, revision, plan, problems, outages } = found;
  const changes = plan?.changes ?? [];
  return {
    conditions: conditionsOf(found, waits),
    details: {
      latest: commit,
      ...(revision === undefined ? {} : { revision }),
      objects: changes.length + (plan?.unchanged ?? 0),
      planned: changes.slice(0, named).map((change): JsonObject => ({ object: formatRef(refOfChange(change)), change: change.op })),
      problems: problemsIn([...problems, ...outages].slice(0, named)),
    },
  };
}

function conditionsOf({ commit, plan, refusal, postponed, problems, outages }: Preview, waits: string | undefined): readonly Condition[] {
  const short = commit.slice(0, 12);
  const [problem, outage] = [problems[0], outages[0]];
  const against = refusal?.message ?? (problem && `\`${formatRef(problem.ref)}\`: ${problem.message}`);
  if (against !== undefined) return stalledBy({ reason: 'PlanOnly', message: `${short} would be refused: ${against}` });
  if (outage !== undefined) return busyWith({ reason: 'Unreachable', message: `\`${formatRef(outage.ref)}\`: ${outage.message}` });
  const changes = plan?.changes ?? [];
  if (changes.length === 0) return readyFor(`${short} would change nothing`);
  const later = postponed ?? waits;
  const when = later === undefined ? '' : `, but not now: ${later}`;
  return restingBy({ reason: 'PlanOnly', message: `${short} would change ${inWords(changes)}${when}` });
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
  return `${counted(changes.length, 'object')}: ${parts.join(', ')}`;
}
