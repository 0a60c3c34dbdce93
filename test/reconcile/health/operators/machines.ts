import type { JsonObject } from '../../../../src/model/json.ts';
import { conditions, fresh, no, type OperatorCase, type OperatorCases, stale, yes } from './cases.ts';

const available = conditions(yes('Reconciled', { observedGeneration: 2 }), yes('Available', { observedGeneration: 2 }));

/** What a Prometheus says of what it selects. */
function binding(accepted: JsonObject): JsonObject {
  return { group: 'monitoring.coreos.com', resource: 'prometheuses', name: 'main', namespace: 'monitoring', ...conditions(accepted) };
}

const velero: readonly OperatorCase[] = [
  fresh,
  { says: 'Current: phase: Completed', status: { phase: 'Completed' } },
  { says: 'InProgress: phase: FinalizingPartiallyFailed', status: { phase: 'FinalizingPartiallyFailed' } },
  { says: 'Failed: phase: FailedValidation', status: { phase: 'FailedValidation' } },
  { says: 'Failed: phase: PartiallyFailed', status: { phase: 'PartiallyFailed' } },
  { says: 'Failed: phase: Failed, no such bucket', status: { phase: 'Failed', failureReason: 'no such bucket' } },
];

const rook: readonly OperatorCase[] = [
  fresh,
  { says: 'Current: phase: Ready', status: { observedGeneration: 2, phase: 'Ready' } },
  { says: 'Current: phase: Connected', status: { phase: 'Connected' } },
  { says: 'InProgress: phase: Failure', status: { phase: 'Failure' } },
  { says: stale, status: { observedGeneration: 1, phase: 'Ready' } },
];

/** Volumes and their backups, virtual machines, Tekton and monitoring. */
export const machines: readonly OperatorCases[] = [
  {
    kinds: ['VolumeSnapshot', 'VolumeSnapshotContent']
      .map((kind) => `${kind}.snapshot.storage.k8s.io`)
      .concat(['VolumeGroupSnapshot', 'VolumeGroupSnapshotContent'].map((kind) => `${kind}.groupsnapshot.storage.k8s.io`)),
    version: 'v1',
    cases: [
      { says: 'InProgress: not ready to use yet' },
      { says: 'Current: ready to use', status: { readyToUse: true } },
      { says: 'InProgress: not ready to use yet', status: { readyToUse: false } },
      { says: 'InProgress: quota exceeded', status: { readyToUse: false, error: { message: 'quota exceeded.' } } },
    ],
  },
  { kinds: ['Backup.velero.io', 'Restore.velero.io'], version: 'v1', cases: velero },
  {
    kinds: ['Schedule.velero.io'],
    version: 'v1',
    cases: [
      fresh,
      { says: 'Current: phase: Enabled', status: { phase: 'Enabled' } },
      { says: 'Current: paused', spec: { paused: true }, status: { phase: 'New' } },
      { says: 'InProgress: phase: New', status: { phase: 'New' } },
      { says: 'Failed: phase: FailedValidation', status: { phase: 'FailedValidation' } },
    ],
  },
  {
    kinds: ['BackupStorageLocation.velero.io'],
    version: 'v1',
    cases: [
      fresh,
      { says: 'Current: phase: Available', status: { phase: 'Available' } },
      { says: 'InProgress: phase: Unavailable, no such bucket', status: { phase: 'Unavailable', message: 'no such bucket' } },
    ],
  },
  {
    kinds: ['CephCluster.ceph.rook.io'],
    version: 'v1',
    cases: [
      fresh,
      {
        says: 'Current: phase: Ready, health: HEALTH_OK',
        status: { observedGeneration: 2, phase: 'Ready', ceph: { health: 'HEALTH_OK' } },
      },
      { says: 'Current: phase: Ready, health: HEALTH_WARN', status: { phase: 'Ready', ceph: { health: 'HEALTH_WARN' } } },
      { says: 'InProgress: phase: Ready, health: HEALTH_ERR', status: { phase: 'Ready', ceph: { health: 'HEALTH_ERR' } } },
      { says: 'InProgress: phase: Progressing, Configuring Ceph OSDs', status: { phase: 'Progressing', message: 'Configuring Ceph OSDs' } },
      { says: stale, status: { observedGeneration: 1, phase: 'Ready', ceph: { health: 'HEALTH_OK' } } },
    ],
  },
  {
    kinds: ['CephBlockPool', 'CephFilesystem', 'CephObjectStore', 'CephObjectStoreUser', 'CephClient', 'CephNFS'].map(
      (kind) => `${kind}.ceph.rook.io`,
    ),
    version: 'v1',
    cases: rook,
  },
  {
    kinds: ['Volume.longhorn.io'],
    version: 'v1beta2',
    cases: [
      fresh,
      { says: 'Current: state: attached, robustness: healthy', status: { state: 'attached', robustness: 'healthy' } },
      { says: 'Current: state: detached, robustness: unknown', status: { state: 'detached', robustness: 'unknown' } },
      { says: 'InProgress: state: attached, robustness: degraded', status: { state: 'attached', robustness: 'degraded' } },
      { says: 'InProgress: state: creating, robustness: unknown', status: { state: 'creating' } },
      { says: 'Failed: state: detached, robustness: faulted', status: { state: 'detached', robustness: 'faulted' } },
    ],
  },
  {
    kinds: ['VirtualMachine.kubevirt.io'],
    version: 'v1',
    cases: [
      fresh,
      {
        says: 'Current: status: Running',
        spec: { runStrategy: 'Always' },
        status: { printableStatus: 'Running', ...conditions(yes('Ready')) },
      },
      {
        says: 'Current: status: Stopped',
        spec: { runStrategy: 'Manual' },
        status: { printableStatus: 'Stopped', ...conditions(no('Ready')) },
      },
      { says: 'Current: halted', spec: { runStrategy: 'Halted' }, status: { observedGeneration: 1, printableStatus: 'Stopped' } },
      { says: 'Current: halted', spec: { running: false }, status: { observedGeneration: 1, printableStatus: 'Stopped' } },
      { says: 'InProgress: status: Stopped', spec: { running: true }, status: { printableStatus: 'Stopped', ...conditions(no('Ready')) } },
      {
        says: 'InProgress: status: ErrorUnschedulable',
        spec: { runStrategy: 'Always' },
        status: { printableStatus: 'ErrorUnschedulable' },
      },
      // It was started by an older generation, and runs all the same.
      {
        says: 'Current: status: Running',
        spec: { runStrategy: 'Always' },
        status: { observedGeneration: 1, printableStatus: 'Running', ...conditions(yes('Ready')) },
      },
    ],
  },
  {
    kinds: ['DataVolume.cdi.kubevirt.io'],
    version: 'v1beta1',
    cases: [
      fresh,
      { says: 'Current: phase: Succeeded', status: { phase: 'Succeeded' } },
      { says: 'InProgress: phase: ImportInProgress', status: { phase: 'ImportInProgress' } },
      { says: 'Failed: phase: Failed', status: { phase: 'Failed' } },
    ],
  },
  {
    kinds: ['PipelineRun.tekton.dev', 'TaskRun.tekton.dev', 'CustomRun.tekton.dev'],
    version: 'v1',
    cases: [
      fresh,
      { says: 'Current: succeeded', status: conditions(yes('Succeeded', { reason: 'Completed' })) },
      {
        says: 'InProgress: Running: Tasks Completed: 1, Incomplete: 2',
        status: conditions({ type: 'Succeeded', status: 'Unknown', reason: 'Running', message: 'Tasks Completed: 1, Incomplete: 2' }),
      },
      {
        says: 'Failed: PipelineRunTimeout: failed to finish within 1h',
        status: conditions(no('Succeeded', 'PipelineRunTimeout', 'failed to finish within 1h')),
      },
    ],
  },
  { kinds: ['Pipeline.tekton.dev', 'Task.tekton.dev', 'ClusterTask.tekton.dev'], version: 'v1', cases: [{ says: 'Current: exists' }] },
  {
    kinds: ['Prometheus', 'PrometheusAgent', 'Alertmanager', 'ThanosRuler'].map((kind) => `${kind}.monitoring.coreos.com`),
    version: 'v1',
    cases: [
      fresh,
      { says: 'Current: reconciled, available', status: available },
      { says: 'Current: paused', spec: { paused: true }, status: { paused: true } },
      { says: 'InProgress: Waiting: not there yet', status: conditions(yes('Reconciled'), no('Available')) },
      { says: 'InProgress: Waiting: not there yet', status: conditions(no('Reconciled'), yes('Available')) },
      {
        says: 'InProgress: SomePodsNotReady: 1 of 2 pods',
        status: conditions(yes('Reconciled'), {
          type: 'Available',
          status: 'Degraded',
          reason: 'SomePodsNotReady',
          message: '1 of 2 pods',
        }),
      },
      { says: stale, status: conditions(yes('Reconciled', { observedGeneration: 1 }), yes('Available')) },
    ],
  },
  {
    kinds: ['ServiceMonitor', 'PodMonitor', 'Probe', 'PrometheusRule', 'ScrapeConfig', 'AlertmanagerConfig'].map(
      (kind) => `${kind}.monitoring.coreos.com`,
    ),
    version: 'v1',
    cases: [
      { says: 'Current: exists' },
      { says: 'Current: accepted by: 1', status: { bindings: [binding(yes('Accepted', { observedGeneration: 2 }))] } },
      { says: 'InProgress: `main`: generation: 2, seen: 1', status: { bindings: [binding(yes('Accepted', { observedGeneration: 1 }))] } },
      {
        says: 'InProgress: `main`: InvalidConfiguration: no such secret',
        status: { bindings: [binding(no('Accepted', 'InvalidConfiguration', 'no such secret'))] },
      },
    ],
  },
  {
    kinds: ['OpenTelemetryCollector.opentelemetry.io'],
    version: 'v1beta1',
    cases: [
      fresh,
      { says: 'Current: ready: 2/2', spec: { replicas: 2 }, status: { scale: { statusReplicas: '2/2' } } },
      { says: 'InProgress: ready: 1/2', spec: { replicas: 2 }, status: { scale: { statusReplicas: '1/2' } } },
      { says: 'InProgress: ready: 1/2', spec: { replicas: 2 }, status: { scale: { statusReplicas: '1/1' } } },
      { says: 'Current: ready: 0/0', spec: { mode: 'daemonset' }, status: { scale: { statusReplicas: '0/0' } } },
      { says: 'Current: exists', spec: { mode: 'sidecar' } },
    ],
  },
  { kinds: ['Instrumentation.opentelemetry.io'], version: 'v1alpha1', cases: [{ says: 'Current: exists' }] },
];
