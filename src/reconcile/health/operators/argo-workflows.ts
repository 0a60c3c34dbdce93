import type { Health } from '../../../model/health.ts';
import { at, listAt, stringAt } from '../../../model/json.ts';
import type { LiveObject } from '../../../model/manifest.ts';
import { because, conditionOf, current, failed, inProgress } from '../rule.ts';
import { inGroup, type Judgements } from './judgement.ts';
import { judgePhase, phase } from './phase.ts';

/** Argo Workflows, by `pkg/apis/workflow/v1alpha1` of github.com/argoproj/argo-workflows. */
export const argoWorkflows: Judgements = inGroup('argoproj.io', { Workflow: workflow, CronWorkflow: cronWorkflow });

const ending = phase({ current: ['Succeeded'], failed: ['Failed', 'Error'], message: ['message'] });

/** A suspended one was wanted so; one that has ended has ended. */
function workflow(object: LiveObject): Health {
  const health = judgePhase(ending, object);
  return health.status === 'InProgress' && isSuspended(object) ? current('suspended') : health;
}

/** Its status stays empty until the schedule first fires. A submission that failed is made again when it next does. */
function cronWorkflow(object: LiveObject): Health {
  const wrong = conditionOf(object, 'SpecError');
  const unsubmitted = conditionOf(object, 'SubmissionError');
  if (wrong?.status === 'True') return failed(because(wrong));
  if (isSuspended(object)) return current('suspended');
  if (unsubmitted?.status === 'True') return inProgress(because(unsubmitted));
  const schedules = [stringAt(object, 'spec', 'schedule') ?? '', ...listAt(object, 'spec', 'schedules').map(String)].filter(
    (one) => one !== '',
  );
  const isStopped = stringAt(object, 'status', 'phase') === 'Stopped';
  return current(isStopped ? 'stopped, as it says when to' : `schedule: ${schedules.join(', ') || 'none'}`);
}

function isSuspended(object: LiveObject): boolean {
  return at(object, 'spec', 'suspend') === true;
}
