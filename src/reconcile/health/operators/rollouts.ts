import type { Health } from '../../../model/health.ts';
import { at, listAt, numberAt, stringAt } from '../../../model/json.ts';
import type { LiveObject } from '../../../model/manifest.ts';
import { count, current, failed, firstLine, inProgress, outdated } from '../rule.ts';
import { alike, inGroup, type Judgements } from './judgement.ts';
import { phase } from './phase.ts';

/** Argo Rollouts, by `pkg/apis/rollouts/v1alpha1` of github.com/argoproj/argo-rollouts. */
export const rollouts: Judgements = {
  ...inGroup('argoproj.io', { Rollout: rollout }),
  ...alike(
    'argoproj.io',
    ['AnalysisRun', 'Experiment'],
    phase({ current: ['Successful'], failed: ['Failed', 'Error', 'Inconclusive'], message: ['message'] }),
  ),
};

/** Its controller sums up in `status.phase`, to be relied upon only when it has seen the present generation. */
function rollout(object: LiveObject): Health {
  const waiting = unseen(object) ?? resuming(object);
  if (waiting !== undefined) return waiting;
  const word = stringAt(object, 'status', 'phase') ?? '';
  const why = firstLine(stringAt(object, 'status', 'message') ?? '') || `phase: ${word || 'none'}`;
  if (word === 'Healthy') return current(`replicas: ${count(object, 'availableReplicas')}/${numberAt(object, 'spec', 'replicas') ?? 1}`);
  if (word === 'Degraded') return failed(why);
  return word === 'Paused' ? paused(object, why) : inProgress(why);
}

/** The generations that it has seen, of itself and of the workload that it takes its template from, stand as text. */
function unseen(object: LiveObject): Health | undefined {
  const seen = stringAt(object, 'status', 'observedGeneration');
  if (seen === undefined) return inProgress('not seen by its controller yet');
  const workload = object.metadata.annotations?.['rollout.argoproj.io/workload-generation'];
  const seenWorkload = stringAt(object, 'status', 'workloadObservedGeneration');
  const isLate = at(object, 'spec', 'workloadRef') !== undefined && workload !== undefined && workload !== seenWorkload;
  return (
    outdated(object, /^\d+$/.test(seen) ? Number(seen) : undefined) ??
    (isLate ? inProgress(`generation of its workload: ${workload}, seen: ${seenWorkload ?? 'none'}`) : undefined)
  );
}

/** Somebody has taken away what it was paused for, and its controller has not gone on yet. */
function resuming(object: LiveObject): Health | undefined {
  const isPaused = at(object, 'status', 'controllerPause') === true;
  return isPaused && listAt(object, 'status', 'pauseConditions').length === 0 ? inProgress('resuming') : undefined;
}

/** Paused by its author is as wanted. A step waits for its time or for somebody; an analysis that is undecided waits for somebody alone. */
function paused(object: LiveObject, why: string): Health {
  if (at(object, 'spec', 'paused') === true) return current('paused');
  const isUndecided = listAt(object, 'status', 'pauseConditions').some((one) => stringAt(one, 'reason')?.startsWith('Inconclusive'));
  return (isUndecided ? failed : inProgress)(`paused: ${why}`);
}
