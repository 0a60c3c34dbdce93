import type { Health } from '../../model/health.ts';
import type { JobEnd } from '../../model/inventory.ts';
import { at, numberAt, stringAt } from '../../model/json.ts';
import { type LiveObject, refOf } from '../../model/manifest.ts';
import { formatGroupKind } from '../../model/ref.ts';
import { because, conditionOf, count, current, failed, inProgress, type Rule } from './rule.ts';

/** The kinds whose pods end. */
export const jobs: Readonly<Record<string, Rule>> = {
  'Job.batch': job,
  'CronJob.batch': cronJob,
};

/**
 * A job is Current when it has succeeded: what depends on a migration waits for its end. (kstatus calls it Current as soon
 * as it runs.) A suspended one was wanted so and is not waited for.
 */
function job(object: LiveObject): Health {
  const failure = conditionOf(object, 'Failed');
  if (failure?.status === 'True') return failed(`${because(failure)}, failed: ${count(object, 'failed')}`);
  if (conditionOf(object, 'Complete')?.status === 'True') return current(`succeeded: ${succeeded(object)}`);
  if (conditionOf(object, 'Suspended')?.status === 'True') return current('suspended');
  const failing = conditionOf(object, 'FailureTarget');
  if (failing?.status === 'True') return inProgress(`${because(failing)}, its pods are being stopped`);
  if (stringAt(object, 'status', 'startTime') === undefined) return inProgress('not started yet');
  return inProgress(`active: ${count(object, 'active')}, succeeded: ${succeeded(object)}, failed: ${count(object, 'failed')}`);
}

/** How a Job ended, or undefined while it has not, and for all else. */
export function jobEnd(object: LiveObject): Extract<JobEnd, 'succeeded' | 'failed'> | undefined {
  if (formatGroupKind(refOf(object)) !== 'Job.batch') return undefined;
  if (conditionOf(object, 'Failed')?.status === 'True') return 'failed';
  return conditionOf(object, 'Complete')?.status === 'True' ? 'succeeded' : undefined;
}

/** Without `spec.completions` any success of a worker ends the job, so there is no number to reach. */
function succeeded(object: LiveObject): string {
  const completions = numberAt(object, 'spec', 'completions');
  return completions === undefined ? `${count(object, 'succeeded')}` : `${count(object, 'succeeded')}/${completions}`;
}

/** Its status stays empty until the schedule first fires: that it exists is enough. */
function cronJob(object: LiveObject): Health {
  return current(at(object, 'spec', 'suspend') === true ? 'suspended' : `schedule: ${stringAt(object, 'spec', 'schedule') ?? 'none'}`);
}
