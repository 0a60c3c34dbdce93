import type { Health } from '../../model/health.ts';
import { formatGroupKind, type ObjectRef } from '../../model/ref.ts';
import { failed } from './rule.ts';

/** Seconds without progress after which an object counts as Failed, unless its rules say otherwise. */
export const usualDeadline = 600;

/** The kinds whose API has a deadline of its own, or that may rightly wait for ever. Only a deadline that is asked for holds for them. */
const patient: ReadonlySet<string> = new Set([
  'Deployment.apps',
  'Job.batch',
  'CronJob.batch',
  'PersistentVolumeClaim',
  'Rollout.argoproj.io',
  'AnalysisRun.argoproj.io',
  'Experiment.argoproj.io',
  'Workflow.argoproj.io',
  'PipelineRun.tekton.dev',
  'TaskRun.tekton.dev',
  'CustomRun.tekton.dev',
  'Backup.velero.io',
  'Restore.velero.io',
  'Backup.postgresql.cnpg.io',
  'VolumeSnapshot.snapshot.storage.k8s.io',
  'DataVolume.cdi.kubevirt.io',
]);

/** How long an object has done as it does, and how long it may. */
export interface Patience {
  readonly ref: ObjectRef;
  /** When its health or its generation last changed: milliseconds since 1970. */
  readonly since: number;
  readonly now: Date;
  /** Seconds, as its rules say; undefined for its kind's. */
  readonly deadline: number | undefined;
}

/**
 * `health`, or Failed when the object is not as wanted and nothing of it has moved for its deadline. One that is being
 * deleted stays so (`isStuck`): what holds it says more.
 */
export function lateHealth(health: Health, { ref, since, now, deadline: own }: Patience): Health {
  if (health.status !== 'InProgress' && health.status !== 'Unknown') return health;
  const deadline = own ?? deadlineOf(ref);
  if (deadline === undefined || now.getTime() - since < deadline * 1_000) return health;
  return failed(`no progress for ${inWords(deadline)}: ${health.message}`);
}

/** Whether an object that is being deleted is still there after its deadline, of whatever kind it is, and nothing has moved meanwhile. */
export function isStuck({ since, now, deadline = usualDeadline }: Omit<Patience, 'ref'>): boolean {
  return now.getTime() - since >= deadline * 1_000;
}

function deadlineOf(ref: ObjectRef): number | undefined {
  return patient.has(formatGroupKind(ref)) ? undefined : usualDeadline;
}

/** The deadline, not the time that has passed, so that the message stays as it is. */
function inWords(seconds: number): string {
  return seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`;
}
