import type { JsonObject } from '../../../../../src/model/json.ts';
import { type Break, container, many, testWholes } from './said.ts';

const labels = { a: 'b' };
const selector = { matchLabels: labels };
const template = { metadata: { labels }, spec: { containers: [container] } };
const claim = { metadata: { name: 'a' }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } };

function workload(apiVersion: string, kind: string, spec: JsonObject): JsonObject {
  return { apiVersion, kind, metadata: { name: 'a' }, spec };
}

/** What breaks the template of every workload. */
const ofTemplates: readonly Break[] = [
  ['/spec/template/spec/containers/0/name', '', 'field-required'],
  ['/spec/template/spec/hostname', 'a.b', 'field-invalid'],
  ['/spec/template/metadata/annotations/controller.kubernetes.io~1pod-deletion-cost', 'a', 'field-invalid'],
];

/** What breaks every workload whose pods run for ever. */
const ofAll: readonly Break[] = [
  ...ofTemplates,
  ['/spec', {}, 'field-required ./selector', 'field-required ./template'],
  [
    '/spec/selector',
    { matchLabels: { ...labels, 'a-': 'b' } },
    'field-invalid ./matchLabels/a-',
    'selector-mismatch /spec/template/metadata/labels',
  ],
  ['/spec/selector', { matchLabels: { a: 'c' } }, 'selector-mismatch /spec/template/metadata/labels'],
  ['/spec/template/spec/restartPolicy', 'Never', 'field-invalid'],
  ['/spec/minReadySeconds', -1, 'field-range'],
];

const ofRollouts: readonly Break[] = [
  ['/rollingUpdate/maxUnavailable', '101%', 'field-invalid'],
  ['/rollingUpdate/maxUnavailable', -1, 'field-range'],
  ['/rollingUpdate/maxSurge', 'a', 'field-invalid'],
];

const common = { minReadySeconds: 0, selector, template };

testWholes({
  'a Deployment': {
    right: workload('apps/v1', 'Deployment', {
      ...common,
      replicas: 1,
      revisionHistoryLimit: 1,
      progressDeadlineSeconds: 1,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '25%', maxSurge: 1 } },
    }),
    breaks: [
      ...ofAll,
      ...ofRollouts.map(([at, ...rest]): Break => [`/spec/strategy${at}`, ...rest]),
      ['/spec/replicas', -1, 'field-range'],
      ['/spec/revisionHistoryLimit', -1, 'field-range'],
      ['/spec/progressDeadlineSeconds', -1, 'field-range', 'field-range'],
    ],
  },
  'a DaemonSet': {
    right: workload('apps/v1', 'DaemonSet', {
      ...common,
      revisionHistoryLimit: 1,
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } },
    }),
    breaks: [
      ...ofAll,
      ...ofRollouts.map(([at, ...rest]): Break => [`/spec/updateStrategy${at}`, ...rest]),
      ['/spec/revisionHistoryLimit', -1, 'field-range'],
    ],
  },
  'a ReplicaSet': {
    right: workload('apps/v1', 'ReplicaSet', { ...common, replicas: 1 }),
    breaks: [...ofAll, ['/spec/replicas', -1, 'field-range'], ['/spec/template', undefined, 'field-required']],
  },
  'a ReplicationController': {
    right: workload('v1', 'ReplicationController', { ...common, replicas: 1, selector: labels }),
    breaks: [
      ...ofTemplates,
      ['/spec', {}, 'field-required ./template', 'field-required ./selector'],
      ['/spec/selector/a-', 'b', 'field-invalid', 'selector-mismatch /spec/template/metadata/labels'],
      ['/spec/template/spec/restartPolicy', 'Never', 'field-invalid'],
      ['/spec/minReadySeconds', -1, 'field-range'],
      ['/spec/replicas', -1, 'field-range'],
      ['/spec/template', undefined, 'field-required'],
    ],
  },
  'a StatefulSet': {
    right: workload('apps/v1', 'StatefulSet', {
      ...common,
      replicas: 1,
      serviceName: 'a',
      ordinals: { start: 1 },
      volumeClaimTemplates: [claim],
      persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Delete' },
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 1 } },
    }),
    breaks: [
      ...ofAll.filter(([at]) => !at.endsWith('/hostname')),
      ['/spec/replicas', -1, 'field-range'],
      ['/spec/volumeClaimTemplates/0/spec', undefined, 'field-required'],
      ['/spec/volumeClaimTemplates/0/spec/accessModes', [], 'field-required'],
      ['/spec/persistentVolumeClaimRetentionPolicy/whenDeleted', 'Never', 'field-invalid'],
      ['/spec/persistentVolumeClaimRetentionPolicy/whenScaled', 'Never', 'field-invalid'],
      ['/spec/updateStrategy/rollingUpdate/partition', -1, 'field-range'],
      ['/spec/updateStrategy/type', 'OnDelete', 'field-forbidden /spec/updateStrategy/rollingUpdate'],
    ],
  },
  'a StatefulSet that is updated by hand': {
    right: workload('apps/v1', 'StatefulSet', { ...common, updateStrategy: { type: 'OnDelete' } }),
    breaks: [['/spec/updateStrategy/rollingUpdate', {}, 'field-forbidden']],
  },
  'a PodTemplate': {
    right: { apiVersion: 'v1', kind: 'PodTemplate', metadata: { name: 'a' }, template },
    breaks: [
      ['/template', undefined, 'field-required'],
      ['/template/spec/containers/0/name', '', 'field-required'],
    ],
  },
});

const rule = (values: readonly number[]) => ({ action: 'FailJob', onExitCodes: { operator: 'In', values } });
const job = {
  template: { metadata: { labels }, spec: { containers: [container], restartPolicy: 'Never' } },
  parallelism: 1,
  completions: 2,
  completionMode: 'Indexed',
  activeDeadlineSeconds: 1,
  backoffLimit: 1,
  ttlSecondsAfterFinished: 1,
  backoffLimitPerIndex: 1,
  maxFailedIndexes: 1,
  managedBy: 'example.com/a',
  podFailurePolicy: { rules: [rule([1]), { action: 'Ignore', onPodConditions: [{ type: 'a', status: 'True' }] }] },
  successPolicy: { rules: [{ succeededIndexes: '0' }] },
};
const numbers = ['activeDeadlineSeconds', 'backoffLimit', 'backoffLimitPerIndex', 'maxFailedIndexes', 'ttlSecondsAfterFinished'];
const ofJobs: readonly Break[] = [
  ['/template/spec/containers/0/name', '', 'field-required'],
  ['/template/spec/restartPolicy', 'Always', 'field-invalid'],
  ...numbers.map((key): Break => [`/${key}`, -1, 'field-range']),
  ['/podFailurePolicy/rules', many(21, () => rule([1])), 'field-range'],
  ['/podFailurePolicy/rules/0/action', '', 'field-required'],
  ['/podFailurePolicy/rules/0/onExitCodes/operator', '', 'field-required'],
  ['/podFailurePolicy/rules/0/onExitCodes/values', many(256, (i) => i + 1), 'field-range'],
  ['/podFailurePolicy/rules/1/onPodConditions', many(21, () => ({ type: 'a', status: 'True' })), 'field-range'],
  ['/podFailurePolicy/rules/1/onPodConditions/0/status', 'true', 'field-invalid'],
  ['/successPolicy/rules', many(21, () => ({ succeededIndexes: '0' })), 'field-range'],
];

/** What breaks the spec of a Job that stands at `at`. */
function ofJobAt(at: string): readonly Break[] {
  const others = ['range ', 'invalid ', 'range '].map((code, i) => `field-${code}${at}${ofCompletions[i]}`);
  return [...ofJobs.map(([field, ...rest]): Break => [`${at}${field}`, ...rest]), [`${at}/completions`, -1, 'field-range', ...others]];
}

/** What is judged by the completions. */
const ofCompletions = ['/maxFailedIndexes', '/successPolicy/rules/0/succeededIndexes', '/successPolicy/rules/0/succeededCount'];

testWholes({
  'a Job': {
    right: workload('batch/v1', 'Job', { ...job, manualSelector: true, selector }),
    breaks: [...ofJobAt('/spec'), ['/spec/selector/matchLabels/a-', 'b', 'field-invalid', 'selector-mismatch /spec/selector']],
  },
  'a CronJob': {
    right: workload('batch/v1', 'CronJob', {
      schedule: '@daily',
      timeZone: 'UTC',
      startingDeadlineSeconds: 1,
      successfulJobsHistoryLimit: 1,
      failedJobsHistoryLimit: 1,
      jobTemplate: { spec: job },
    }),
    breaks: [
      ...ofJobAt('/spec/jobTemplate/spec'),
      ['/spec/startingDeadlineSeconds', -1, 'field-range'],
      ['/spec/successfulJobsHistoryLimit', -1, 'field-range'],
      ['/spec/failedJobsHistoryLimit', -1, 'field-range'],
    ],
  },
});
