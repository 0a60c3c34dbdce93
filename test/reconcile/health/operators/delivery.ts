import { conditions, fresh, no, type OperatorCase, type OperatorCases, readyCases, stale, yes } from './cases.ts';

const source = { repoURL: 'https://example.com/shop.git', path: 'web', targetRevision: 'main' };
const destination = { namespace: 'shop', server: 'https://kubernetes.default.svc' };
const app = { source, destination };
const auto = { ...app, syncPolicy: { automated: { selfHeal: true } } };

/** A status of an Application that was compared to what its spec says. */
function synced(status: string, more: object = {}) {
  return { sync: { status, comparedTo: { source, destination }, revision: 'c0ffee' }, ...more };
}

const healthy = { health: { status: 'Healthy' } };
const failedSync = { operationState: { phase: 'Failed', message: 'one or more objects failed', syncResult: { revision: 'c0ffee' } } };

/** What kstatus' conditions say of Flux' kinds. */
const flux: readonly OperatorCase[] = [
  ...readyCases,
  { says: 'Current: suspended', spec: { suspend: true }, status: { observedGeneration: 1, ...conditions(no('Ready')) } },
  { says: 'Failed: RetriesExhausted: 3 tries', status: conditions(yes('Stalled', { reason: 'RetriesExhausted', message: '3 tries' })) },
  { says: 'InProgress: Progressing: building', status: conditions(yes('Reconciling', { reason: 'Progressing', message: 'building' })) },
];

/** Argo CD, Argo Rollouts, Argo Workflows and Flux. */
export const delivery: readonly OperatorCases[] = [
  {
    kinds: ['Application.argoproj.io'],
    version: 'v1alpha1',
    cases: [
      fresh,
      { says: 'Current: synced, healthy', spec: auto, status: synced('Synced', healthy) },
      { says: 'Current: suspended', spec: app, status: synced('Synced', { health: { status: 'Suspended' } }) },
      { says: 'Current: healthy, not synced automatically', spec: app, status: synced('OutOfSync', healthy) },
      {
        says: 'Current: healthy, not synced automatically',
        spec: { ...app, syncPolicy: { automated: { enabled: false } } },
        status: synced('OutOfSync', { ...healthy, ...failedSync }),
      },
      { says: 'InProgress: health: Progressing', spec: app, status: synced('Synced', { health: { status: 'Progressing' } }) },
      { says: 'InProgress: health: Missing', spec: app, status: synced('OutOfSync', { health: { status: 'Missing' } }) },
      {
        says: 'InProgress: sync: OutOfSync, SyncError: the namespace is gone',
        spec: auto,
        status: synced('OutOfSync', { ...healthy, ...conditions({ type: 'SyncError', message: 'the namespace is gone.' }) }),
      },
      {
        says: 'InProgress: sync: Unknown, ComparisonError: no such branch',
        spec: auto,
        status: { sync: { status: 'Unknown' }, ...conditions({ type: 'ComparisonError', message: 'no such branch' }) },
      },
      {
        says: 'InProgress: its source or destination has changed and is not compared yet',
        spec: { ...app, source: { ...source, targetRevision: 'v2' } },
        status: synced('Synced', healthy),
      },
      {
        says: 'InProgress: its source or destination has changed and is not compared yet',
        spec: { ...app, destination: { ...destination, namespace: 'other' } },
        status: synced('Synced', healthy),
      },
      {
        says: 'InProgress: its source or destination has changed and is not compared yet',
        spec: { sources: [source, { repoURL: 'https://example.com/charts', chart: 'web', targetRevision: '1.2.3' }], destination },
        status: { sync: { status: 'Synced', comparedTo: { sources: [source], destination } }, ...healthy },
      },
      // What a hydrator writes is what is synced.
      { says: 'Current: synced, healthy', spec: { sourceHydrator: { drySource: source }, destination }, status: synced('Synced', healthy) },
      { says: 'Failed: sync: OutOfSync', spec: auto, status: synced('OutOfSync', { ...healthy, ...failedSync }) },
      // A later revision is tried again.
      {
        says: 'InProgress: sync: OutOfSync',
        spec: auto,
        status: synced('OutOfSync', { operationState: { phase: 'Failed', syncResult: { revision: 'old' } } }),
      },
      {
        says: 'Failed: health: Degraded, Deployment web has no pods',
        spec: auto,
        status: synced('Synced', { health: { status: 'Degraded', message: 'Deployment web has no pods.' } }),
      },
    ],
  },
  {
    kinds: ['ApplicationSet.argoproj.io'],
    version: 'v1alpha1',
    cases: [
      fresh,
      { says: 'Current: resources up to date', status: conditions(no('ErrorOccurred'), yes('ResourcesUpToDate')) },
      { says: 'InProgress: Waiting: not there yet', status: conditions(no('ResourcesUpToDate')) },
      {
        says: 'InProgress: ApplicationGenerationFromParamsError: no cluster',
        status: conditions(
          yes('ErrorOccurred', { reason: 'ApplicationGenerationFromParamsError', message: 'no cluster' }),
          yes('ResourcesUpToDate'),
        ),
      },
      { says: 'InProgress: step 1', status: conditions(yes('RolloutProgressing', { message: 'step 1' }), yes('ResourcesUpToDate')) },
      { says: 'Failed: no step', status: conditions(yes('InvalidRolloutConfig', { message: 'no step' })) },
    ],
  },
  {
    kinds: ['Rollout.argoproj.io'],
    version: 'v1alpha1',
    cases: [
      fresh,
      {
        says: 'Current: replicas: 3/3',
        spec: { replicas: 3 },
        status: { observedGeneration: '2', phase: 'Healthy', availableReplicas: 3 },
      },
      { says: 'Current: paused', spec: { paused: true }, status: { observedGeneration: '2', phase: 'Paused', message: 'manually paused' } },
      { says: stale, status: { observedGeneration: '1', phase: 'Healthy' } },
      {
        says: 'InProgress: generation of its workload: 5, seen: 4',
        spec: { workloadRef: { kind: 'Deployment', name: 'web' } },
        annotations: { 'rollout.argoproj.io/workload-generation': '5' },
        status: { observedGeneration: '2', workloadObservedGeneration: '4', phase: 'Healthy' },
      },
      {
        says: 'InProgress: more replicas need to be updated',
        status: { observedGeneration: '2', phase: 'Progressing', message: 'more replicas need to be updated' },
      },
      { says: 'InProgress: phase: none', status: { observedGeneration: '2' } },
      // Before 1.0 it was a hash.
      { says: 'InProgress: phase: none', status: { observedGeneration: '6d9f7b' } },
      {
        says: 'InProgress: paused: CanaryPauseStep',
        status: {
          observedGeneration: '2',
          phase: 'Paused',
          message: 'CanaryPauseStep',
          controllerPause: true,
          pauseConditions: [{ reason: 'CanaryPauseStep' }],
        },
      },
      { says: 'InProgress: resuming', status: { observedGeneration: '2', phase: 'Paused', controllerPause: true } },
      {
        says: 'Failed: paused: InconclusiveAnalysisRun',
        status: {
          observedGeneration: '2',
          phase: 'Paused',
          message: 'InconclusiveAnalysisRun',
          controllerPause: true,
          pauseConditions: [{ reason: 'InconclusiveAnalysisRun' }],
        },
      },
      {
        says: 'Failed: RolloutAborted: Rollout aborted update to revision 2',
        status: { observedGeneration: '2', phase: 'Degraded', message: 'RolloutAborted: Rollout aborted update to revision 2' },
      },
    ],
  },
  {
    kinds: ['AnalysisRun.argoproj.io', 'Experiment.argoproj.io'],
    version: 'v1alpha1',
    cases: [
      fresh,
      { says: 'Current: phase: Successful', status: { phase: 'Successful' } },
      { says: 'InProgress: phase: Running', status: { phase: 'Running' } },
      { says: 'Failed: phase: Failed, too many errors', status: { phase: 'Failed', message: 'too many errors' } },
      { says: 'Failed: phase: Error', status: { phase: 'Error' } },
      { says: 'Failed: phase: Inconclusive', status: { phase: 'Inconclusive' } },
    ],
  },
  {
    kinds: ['Workflow.argoproj.io'],
    version: 'v1alpha1',
    cases: [
      fresh,
      { says: 'Current: phase: Succeeded', status: { phase: 'Succeeded' } },
      { says: 'Current: suspended', spec: { suspend: true }, status: { phase: 'Running' } },
      { says: 'Failed: phase: Failed', spec: { suspend: true }, status: { phase: 'Failed' } },
      { says: 'InProgress: phase: Running', status: { phase: 'Running' } },
      { says: 'Failed: phase: Failed, child failed', status: { phase: 'Failed', message: 'child failed' } },
      { says: 'Failed: phase: Error', status: { phase: 'Error' } },
    ],
  },
  {
    kinds: ['CronWorkflow.argoproj.io'],
    version: 'v1alpha1',
    cases: [
      { says: 'Current: schedule: 0 3 * * *', spec: { schedule: '0 3 * * *' } },
      { says: 'Current: schedule: 0 3 * * *, 0 4 * * *', spec: { schedules: ['0 3 * * *', '0 4 * * *'] } },
      { says: 'Current: stopped, as it says when to', spec: { schedule: '0 3 * * *' }, status: { phase: 'Stopped' } },
      { says: 'Current: suspended', spec: { suspend: true, schedule: '0 3 * * *' } },
      { says: 'InProgress: quota exceeded', status: conditions(yes('SubmissionError', { message: 'quota exceeded' })) },
      { says: 'Failed: no such template', spec: { suspend: true }, status: conditions(yes('SpecError', { message: 'no such template' })) },
      { says: 'Failed: no such template', status: conditions(yes('SpecError', { message: 'no such template' })) },
    ],
  },
  {
    kinds: [
      'Kustomization.kustomize.toolkit.fluxcd.io',
      'HelmRelease.helm.toolkit.fluxcd.io',
      'GitRepository.source.toolkit.fluxcd.io',
      'OCIRepository.source.toolkit.fluxcd.io',
      'HelmChart.source.toolkit.fluxcd.io',
      'Bucket.source.toolkit.fluxcd.io',
      'ImageRepository.image.toolkit.fluxcd.io',
      'ImagePolicy.image.toolkit.fluxcd.io',
      'ImageUpdateAutomation.image.toolkit.fluxcd.io',
      'Receiver.notification.toolkit.fluxcd.io',
    ],
    version: 'v1',
    cases: flux,
  },
  {
    kinds: ['HelmRepository.source.toolkit.fluxcd.io'],
    version: 'v1',
    cases: [...flux, { says: 'Current: static', spec: { type: 'oci' }, status: { observedGeneration: -1 } }],
  },
];
