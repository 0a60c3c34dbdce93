import { many, testWholes } from './said.ts';

const selector = { matchLabels: { a: 'b' } };
const reference = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'a' };
const metric = { name: 'a' };
const reported = { reportingInstance: 'a', action: 'b', reason: 'c' };
const long = 'a'.repeat(129);
const security = 'pod-security.kubernetes.io';
const modes = ['enforce', 'audit', 'warn'];
const group = { name: 'a', policy: { basic: {} } };
const subjects = [
  { kind: 'User', user: { name: 'a' } },
  { kind: 'ServiceAccount', serviceAccount: { name: 'a', namespace: 'b' } },
];
const shares = { nominalConcurrencyShares: 1, lendablePercent: 1 };

testWholes({
  'a HorizontalPodAutoscaler': {
    right: {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: { name: 'a' },
      spec: {
        maxReplicas: 1,
        scaleTargetRef: reference,
        metrics: [
          { type: 'Object', object: { describedObject: reference, metric, target: { type: 'Value', value: 1 } } },
          { type: 'External', external: { metric, target: { type: 'Value', value: 1 } } },
          {
            type: 'ContainerResource',
            containerResource: { name: 'cpu', container: 'a', target: { type: 'Utilization', averageUtilization: 1 } },
          },
        ],
        behavior: { scaleUp: { selectPolicy: 'Max', tolerance: '0.1', policies: [{ type: 'Pods', value: 1, periodSeconds: 1 }] } },
      },
    },
    breaks: [
      ['/spec/metrics/0/object/describedObject/name', '', 'field-required'],
      ['/spec/metrics/0/object/metric/name', '', 'field-required'],
      ['/spec/metrics/0/object/target/value', -1, 'field-range'],
      ['/spec/metrics/0/object/target', { type: 'Value' }, 'field-required ./averageValue'],
      ['/spec/metrics/1/external/metric/name', '', 'field-required'],
      ['/spec/metrics/1/external/target', { type: 'Value' }, 'field-required ./averageValue'],
      ['/spec/metrics/2/containerResource/name', '', 'field-required'],
      ['/spec/metrics/2/containerResource/name', 'a', 'field-invalid'],
      ['/spec/metrics/2/containerResource/container', '', 'field-required'],
      ['/spec/metrics/2/containerResource/container', 'a.b', 'field-invalid'],
      ['/spec/metrics/2/containerResource/target/averageUtilization', 0, 'field-range'],
      ['/spec/behavior/scaleUp/selectPolicy', 'a', 'field-invalid'],
      ['/spec/behavior/scaleUp/tolerance', -1, 'field-range'],
    ],
  },
  'a HorizontalPodAutoscaler of the first version': {
    right: {
      apiVersion: 'autoscaling/v1',
      kind: 'HorizontalPodAutoscaler',
      metadata: { name: 'a' },
      spec: { maxReplicas: 1, scaleTargetRef: reference, targetCPUUtilizationPercentage: 1 },
    },
    breaks: [['/spec/targetCPUUtilizationPercentage', 0, 'field-range']],
  },
  'a PodDisruptionBudget': {
    right: { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name: 'a' }, spec: { maxUnavailable: 1, selector } },
    breaks: [['/spec/maxUnavailable', -1, 'field-range']],
  },
  'a PersistentVolumeClaim': {
    right: {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: 'a' },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, selector, storageClassName: 'a' },
    },
    breaks: [['/spec/selector/matchLabels/a-', 'b', 'field-invalid']],
  },
  'a Namespace': {
    right: {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: {
        name: 'a',
        labels: Object.fromEntries(
          modes.flatMap((mode) => [
            [`${security}/${mode}`, 'baseline'],
            [`${security}/${mode}-version`, 'v1.35'],
          ]),
        ),
      },
    },
    breaks: modes.flatMap((mode) => [
      [`/metadata/labels/${security}~1${mode}`, 'base', 'field-invalid'] as const,
      [`/metadata/labels/${security}~1${mode}-version`, '1.35', 'field-invalid'] as const,
    ]),
  },
  'an Event': {
    right: {
      apiVersion: 'events.k8s.io/v1',
      kind: 'Event',
      metadata: { name: 'a', namespace: 'default' },
      eventTime: '2026-01-01T00:00:00.000000Z',
      reportingController: 'a',
      ...reported,
      type: 'Normal',
      series: { count: 2, lastObservedTime: '2026-01-01T00:00:00.000000Z' },
    },
    breaks: [
      ['/metadata/namespace', 'a', 'field-invalid /regarding/namespace'],
      ['/reportingController', 'a b', 'field-invalid'],
      ['/reportingInstance', long, 'field-invalid'],
      ['/action', long, 'field-invalid'],
      ['/reason', long, 'field-invalid'],
      ['/series/count', 1, 'field-range'],
      ['/metadata/finalizers', ['a'], 'field-invalid ./0'],
    ],
  },
  'an Event of the core group': {
    right: {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: 'a', namespace: 'default' },
      eventTime: '2026-01-01T00:00:00.000000Z',
      reportingComponent: 'a',
      ...reported,
    },
    breaks: [
      ['/reportingComponent', 'a b', 'field-invalid'],
      ['/metadata/finalizers', ['a']],
    ],
  },
  'a FlowSchema': {
    right: {
      apiVersion: 'flowcontrol.apiserver.k8s.io/v1',
      kind: 'FlowSchema',
      metadata: { name: 'a' },
      spec: {
        priorityLevelConfiguration: { name: 'a' },
        rules: [
          {
            subjects,
            resourceRules: [{ verbs: ['get'], apiGroups: [''], resources: ['pods'], clusterScope: true }],
            nonResourceRules: [{ verbs: ['get'], nonResourceURLs: ['/a'] }],
          },
        ],
      },
    },
    breaks: [
      ['/spec/rules/0/subjects/0/user/name', '', 'field-required'],
      ['/spec/rules/0/subjects/1/serviceAccount/name', 'a b', 'field-invalid'],
      ['/spec/rules/0/subjects/1/serviceAccount/namespace', 'a.b', 'field-invalid'],
      ['/spec/rules/0/resourceRules/0/apiGroups', ['*', ''], 'field-invalid'],
      ['/spec/rules/0/resourceRules/0/resources', ['*', 'pods'], 'field-invalid'],
      ['/spec/rules/0/nonResourceRules/0/verbs', ['*', 'get'], 'field-invalid'],
      ['/spec/rules/0/nonResourceRules/0/nonResourceURLs', [], 'field-required'],
    ],
  },
  'a PriorityLevelConfiguration': {
    right: {
      apiVersion: 'flowcontrol.apiserver.k8s.io/v1',
      kind: 'PriorityLevelConfiguration',
      metadata: { name: 'a' },
      spec: { type: 'Limited', limited: { ...shares, borrowingLimitPercent: 1, limitResponse: { type: 'Reject' } } },
    },
    breaks: [
      ['/spec/limited/nominalConcurrencyShares', -1, 'field-range'],
      ['/spec/limited/lendablePercent', 101, 'field-range'],
      ['/spec/limited/borrowingLimitPercent', -1, 'field-range'],
    ],
  },
  'the exempt PriorityLevelConfiguration': {
    right: {
      apiVersion: 'flowcontrol.apiserver.k8s.io/v1',
      kind: 'PriorityLevelConfiguration',
      metadata: { name: 'exempt' },
      spec: { type: 'Exempt', exempt: shares },
    },
    breaks: [
      ['/spec/exempt/nominalConcurrencyShares', -1, 'field-range'],
      ['/spec/exempt/lendablePercent', 101, 'field-range'],
    ],
  },
  'a RoleBinding': {
    right: {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata: { name: 'a' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'a' },
      subjects: [
        { kind: 'ServiceAccount', name: 'a', namespace: 'b', apiGroup: '' },
        { kind: 'User', name: 'a', apiGroup: 'rbac.authorization.k8s.io' },
      ],
    },
    breaks: [
      ['/subjects/0/apiGroup', 'a', 'field-invalid'],
      ['/subjects/1/apiGroup', 'a', 'field-invalid'],
    ],
  },
  'a Workload': {
    right: {
      apiVersion: 'scheduling.k8s.io/v1alpha1',
      kind: 'Workload',
      metadata: { name: 'a' },
      spec: { controllerRef: { apiGroup: 'a', kind: 'B', name: 'c' }, podGroups: [group] },
    },
    breaks: [
      ['/spec/controllerRef/apiGroup', 'a b', 'field-invalid'],
      ['/spec/controllerRef/kind', '', 'field-required'],
      ['/spec/controllerRef/name', '', 'field-required'],
      ['/spec/podGroups', many(9, (i) => ({ ...group, name: `a${i}` })), 'field-range'],
      ['/spec/podGroups', [group, group], 'field-duplicate ./1/name'],
    ],
  },
  'a kind of somebody else': {
    right: { apiVersion: 'example.com/v1', kind: 'Part', metadata: { name: 'a' } },
    breaks: [
      ['/metadata/uid', 'a', 'field-read-only'],
      ['/spec', 'a'.repeat(3 * 1024 * 1024), 'object-too-large '],
    ],
  },
});
