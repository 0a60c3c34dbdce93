/** How an object does, in the words of kstatus (sigs.k8s.io/cli-utils/pkg/kstatus). */
export type HealthStatus = 'Current' | 'InProgress' | 'Failed' | 'Terminating' | 'NotFound' | 'Unknown';

/** The health of one object; `message` says why, in a few words with numbers: `replicas: 1/3`. */
export interface Health {
  readonly status: HealthStatus;
  readonly message: string;
}
