import type { GroupKind } from './ref.ts';

/** How an object does, in the words of kstatus (sigs.k8s.io/cli-utils/pkg/kstatus). */
export type HealthStatus = 'Current' | 'InProgress' | 'Failed' | 'Terminating' | 'NotFound' | 'Unknown';

/** The health of one object; `message` says why, in a few words with numbers: `replicas: 1/3`. */
export interface Health {
  readonly status: HealthStatus;
  readonly message: string;
}

/** The kinds that make pods. Those stand in no branch, and tell why one of these does badly. */
export const workloadKinds: readonly GroupKind[] = [
  { group: '', kind: 'ReplicationController' },
  { group: 'apps', kind: 'DaemonSet' },
  { group: 'apps', kind: 'Deployment' },
  { group: 'apps', kind: 'ReplicaSet' },
  { group: 'apps', kind: 'StatefulSet' },
  { group: 'batch', kind: 'Job' },
];

/** The expressions of CEL that tell how an object does. */
export const healthExpressions = ['failed', 'inProgress', 'current', 'message'] as const;

/** The most characters of one. */
export const longestExpression = 2_048;

/** How the objects of a kind do, by expressions of CEL: those of its author in place of the rule that is built in. */
export interface HealthByKind extends GroupKind {
  readonly current: string;
  readonly failed: string | undefined;
  readonly inProgress: string | undefined;
  readonly message: string | undefined;
}
