import { type Sample, testObjects } from './said.ts';

const metadata = { name: 'objjob-a', namespace: 'default' };
const cluster = { name: 'objjob-a' };
const group = 'rbac.authorization.k8s.io';
const target = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'a' };

function metrics(...given: readonly Sample['fine'][]): Sample['fine'] {
  return { spec: { metrics: given } };
}

export const samples: Readonly<Record<string, Sample>> = {
  HorizontalPodAutoscaler: {
    fine: {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata,
      spec: {
        scaleTargetRef: target,
        minReplicas: 1,
        maxReplicas: 3,
        metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } }],
        behavior: { scaleDown: { policies: [{ type: 'Pods', value: 1, periodSeconds: 60 }], stabilizationWindowSeconds: 0 } },
      },
    },
    changes: [
      [{ spec: undefined }, 'field-required /spec'],
      [{ spec: { minReplicas: 4 } }, 'field-range /spec/maxReplicas'],
      [{ spec: { minReplicas: 0 } }, 'field-range /spec/minReplicas'],
      [{ spec: { maxReplicas: 0 } }, 'field-range /spec/maxReplicas'],
      [{ spec: { scaleTargetRef: { apiVersion: 'v1' } } }, 'field-invalid /spec/scaleTargetRef/apiVersion'],
      [{ spec: { scaleTargetRef: { apiVersion: 'v1', kind: 'ReplicationController' } } }],
      [{ spec: { scaleTargetRef: { apiVersion: undefined } } }, 'field-required /spec/scaleTargetRef/apiVersion'],
      [{ spec: { scaleTargetRef: { apiVersion: 'a/b/c' } } }, 'field-invalid /spec/scaleTargetRef/apiVersion'],
      [{ spec: { scaleTargetRef: { name: 'a/b' } } }, 'field-invalid /spec/scaleTargetRef/name'],
      [metrics({ type: 'Odd' }), 'field-invalid /spec/metrics/0/type'],
      [metrics({ type: 'Resource' }), 'field-required /spec/metrics/0/resource'],
      [
        metrics({ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization' } } }),
        'field-required /spec/metrics/0/resource/target/averageValue',
      ],
      [
        metrics({ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 0 } } }),
        'field-range /spec/metrics/0/resource/target/averageUtilization',
      ],
      [
        metrics({ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 1, averageValue: '1' } } }),
        'field-conflict /spec/metrics/0/resource/target/averageValue',
      ],
      [
        metrics({ type: 'Pods', pods: { metric: { name: 'a/b' }, target: { type: 'AverageValue', averageValue: '0' } } }),
        'field-invalid /spec/metrics/0/pods/metric/name',
        'field-range /spec/metrics/0/pods/target/averageValue',
      ],
      [
        metrics({ type: 'Pods', pods: { metric: { name: 'a' }, target: { type: 'Value', value: '1' } } }),
        'field-required /spec/metrics/0/pods/target/averageValue',
      ],
      [
        metrics({ type: 'External', external: { metric: { name: 'a' }, target: { type: 'Odd', value: '1', averageValue: '1' } } }),
        'field-invalid /spec/metrics/0/external/target/type',
        'field-conflict /spec/metrics/0/external/target/averageValue',
      ],
      [
        metrics({
          type: 'Object',
          object: { describedObject: { kind: 'Service', name: 'a' }, metric: { name: 'a' }, target: { type: 'Value', value: '1' } },
        }),
      ],
      [
        metrics({ type: 'Object', pods: { metric: { name: 'a' }, target: { type: 'AverageValue', averageValue: '1' } } }),
        'field-required /spec/metrics/0/object',
        'field-forbidden /spec/metrics/0/pods',
      ],
      [
        metrics({
          type: 'ContainerResource',
          containerResource: { name: 'gpu', container: 'A', target: { type: 'Utilization', averageUtilization: 1 } },
        }),
        'field-invalid /spec/metrics/0/containerResource/name',
        'field-invalid /spec/metrics/0/containerResource/container',
      ],
      [{ spec: { behavior: { scaleDown: { policies: [] } } } }, 'field-required /spec/behavior/scaleDown/policies'],
      [
        { spec: { behavior: { scaleUp: { stabilizationWindowSeconds: 3601 } } } },
        'field-range /spec/behavior/scaleUp/stabilizationWindowSeconds',
      ],
      [{ spec: { behavior: { scaleUp: { selectPolicy: 'Odd' } } } }, 'field-invalid /spec/behavior/scaleUp/selectPolicy'],
      [
        { spec: { behavior: { scaleUp: { policies: [{ type: 'Odd', value: 0, periodSeconds: 1801 }] } } } },
        'field-invalid /spec/behavior/scaleUp/policies/0/type',
        'field-range /spec/behavior/scaleUp/policies/0/value',
        'field-range /spec/behavior/scaleUp/policies/0/periodSeconds',
      ],
      [{ spec: { behavior: { scaleUp: { tolerance: '-1' } } } }, 'field-range /spec/behavior/scaleUp/tolerance'],
    ],
  },
  'HorizontalPodAutoscaler of the first version': {
    fine: { apiVersion: 'autoscaling/v1', kind: 'HorizontalPodAutoscaler', metadata, spec: { scaleTargetRef: target, maxReplicas: 3 } },
    changes: [
      [{ spec: { targetCPUUtilizationPercentage: 0 } }, 'field-range /spec/targetCPUUtilizationPercentage'],
      [{ spec: { minReplicas: 4 } }, 'field-range /spec/maxReplicas'],
    ],
  },
  PodDisruptionBudget: {
    fine: { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata, spec: { minAvailable: '100%', selector: {} } },
    changes: [
      [{ spec: { maxUnavailable: 1 } }, 'field-conflict /spec/maxUnavailable'],
      [{ spec: { minAvailable: '101%' } }, 'field-invalid /spec/minAvailable'],
      [{ spec: { minAvailable: '1' } }, 'field-invalid /spec/minAvailable'],
      [{ spec: { minAvailable: -1 } }, 'field-range /spec/minAvailable'],
      [{ spec: { minAvailable: 0 } }],
      [{ spec: { selector: { matchLabels: { 'a b': '' } } } }, 'field-invalid /spec/selector/matchLabels/a b'],
      [{ spec: undefined }],
      [{ metadata: { finalizers: ['a'] } }],
    ],
  },
  Role: {
    fine: { apiVersion: `${group}/v1`, kind: 'Role', metadata, rules: [{ verbs: ['get'], apiGroups: [''], resources: ['pods'] }] },
    changes: [
      [{ rules: [] }],
      [{ rules: [{ verbs: [], apiGroups: [''], resources: ['pods'] }] }, 'field-required /rules/0/verbs'],
      [{ rules: [{ verbs: ['get'] }] }, 'field-required /rules/0/apiGroups', 'field-required /rules/0/resources'],
      [{ rules: [{ verbs: ['get'], nonResourceURLs: ['/a'] }] }, 'field-forbidden /rules/0/nonResourceURLs'],
    ],
  },
  ClusterRole: {
    fine: {
      apiVersion: `${group}/v1`,
      kind: 'ClusterRole',
      metadata: cluster,
      rules: [{ verbs: ['get'], nonResourceURLs: ['/healthz'] }],
      aggregationRule: { clusterRoleSelectors: [{ matchLabels: { a: 'b' } }] },
    },
    changes: [
      [{ rules: [{ verbs: ['get'], nonResourceURLs: ['/a'], resources: ['pods'] }] }, 'field-forbidden /rules/0/nonResourceURLs'],
      [{ aggregationRule: {} }, 'field-required /aggregationRule/clusterRoleSelectors'],
      [{ aggregationRule: { clusterRoleSelectors: [] } }, 'field-required /aggregationRule/clusterRoleSelectors'],
      [
        { aggregationRule: { clusterRoleSelectors: [{ matchExpressions: [{ key: 'a', operator: 'Odd' }] }] } },
        'field-invalid /aggregationRule/clusterRoleSelectors/0/matchExpressions/0/operator',
      ],
    ],
  },
  RoleBinding: {
    fine: {
      apiVersion: `${group}/v1`,
      kind: 'RoleBinding',
      metadata,
      roleRef: { apiGroup: group, kind: 'ClusterRole', name: 'view' },
      subjects: [
        { kind: 'ServiceAccount', name: 'a' },
        { kind: 'User', name: 'A B' },
      ],
    },
    changes: [
      [{ roleRef: { apiGroup: 'a' } }, 'field-invalid /roleRef/apiGroup'],
      [{ roleRef: { kind: 'Odd' } }, 'field-invalid /roleRef/kind'],
      [{ roleRef: { name: '' } }, 'field-required /roleRef/name'],
      [{ roleRef: { name: 'a/b' } }, 'field-invalid /roleRef/name'],
      [{ subjects: [] }],
      [{ subjects: [{ kind: 'Odd', name: 'a' }] }, 'field-invalid /subjects/0/kind'],
      [{ subjects: [{ kind: 'ServiceAccount', name: 'A' }] }, 'field-invalid /subjects/0/name'],
      [{ subjects: [{ kind: 'ServiceAccount', apiGroup: group, name: 'a' }] }, 'field-invalid /subjects/0/apiGroup'],
      [{ subjects: [{ kind: 'Group', apiGroup: 'a', name: 'a' }] }, 'field-invalid /subjects/0/apiGroup'],
      [{ subjects: [{ kind: 'User', name: '' }] }, 'field-required /subjects/0/name'],
    ],
  },
  ClusterRoleBinding: {
    fine: {
      apiVersion: `${group}/v1`,
      kind: 'ClusterRoleBinding',
      metadata: cluster,
      roleRef: { apiGroup: group, kind: 'ClusterRole', name: 'view' },
      subjects: [{ kind: 'ServiceAccount', name: 'a', namespace: 'default' }],
    },
    changes: [
      [{ roleRef: { kind: 'Role' } }, 'field-invalid /roleRef/kind'],
      [{ subjects: [{ kind: 'ServiceAccount', name: 'a' }] }, 'field-required /subjects/0/namespace'],
    ],
  },
  PriorityClass: {
    fine: { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: cluster, value: 1_000_000_000 },
    changes: [
      [{ value: 1_000_000_001 }, 'field-range /value'],
      [{ value: -5 }],
      [{ metadata: { name: 'system-objjob' } }, 'field-invalid /metadata/name'],
      [{ metadata: { name: 'system-node-critical' }, value: 1 }, 'field-invalid /value'],
      [{ metadata: { name: 'system-node-critical' }, value: undefined }],
      [{ metadata: { name: 'system-node-critical' }, value: 2_000_001_000 }],
    ],
  },
  RuntimeClass: {
    fine: {
      apiVersion: 'node.k8s.io/v1',
      kind: 'RuntimeClass',
      metadata: cluster,
      handler: 'runc',
      overhead: { podFixed: { cpu: '1' } },
      scheduling: { nodeSelector: { a: 'b' }, tolerations: [{ key: 'a', operator: 'Exists' }] },
    },
    changes: [
      [{ handler: 'A' }, 'field-invalid /handler'],
      [{ overhead: { podFixed: { cpus: '1' } } }, 'field-invalid /overhead/podFixed/cpus'],
      [{ overhead: { podFixed: { cpu: '-1' } } }, 'field-range /overhead/podFixed/cpu'],
      [{ scheduling: { nodeSelector: { 'a b': '' } } }, 'field-invalid /scheduling/nodeSelector/a b'],
      [{ scheduling: { tolerations: [{ operator: 'Equal' }] } }, 'field-invalid /scheduling/tolerations/0/operator'],
      [{ scheduling: { tolerations: [{ key: 'a', operator: 'Exists', value: 'b' }] } }, 'field-invalid /scheduling/tolerations/0/value'],
      [{ scheduling: { tolerations: [{ key: 'a', value: 'b c' }] } }, 'field-invalid /scheduling/tolerations/0/value'],
      [
        { scheduling: { tolerations: [{ key: 'a', value: 'b', effect: 'NoSchedule', tolerationSeconds: 1 }] } },
        'field-invalid /scheduling/tolerations/0/effect',
      ],
      [{ scheduling: { tolerations: [{ key: 'a' }, { key: 'a' }] } }, 'field-duplicate /scheduling/tolerations/1'],
    ],
  },
  Lease: {
    fine: { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec: { leaseDurationSeconds: 1, leaseTransitions: 0 } },
    changes: [
      [{ spec: { leaseDurationSeconds: 0 } }, 'field-range /spec/leaseDurationSeconds'],
      [{ spec: { leaseTransitions: -1 } }, 'field-range /spec/leaseTransitions'],
    ],
  },
  APIService: {
    fine: {
      apiVersion: 'apiregistration.k8s.io/v1',
      kind: 'APIService',
      metadata: { name: 'v1.objjob.example.com' },
      spec: {
        group: 'objjob.example.com',
        version: 'v1',
        groupPriorityMinimum: 100,
        versionPriority: 10,
        service: { name: 'a', namespace: 'b' },
      },
    },
    changes: [
      [{ metadata: { name: 'v2.objjob.example.com' } }, 'field-invalid /metadata/name'],
      [{ metadata: { generateName: 'v1.objjob.example.com' } }],
      [{ metadata: { generateName: 'v1.' } }, 'field-invalid /metadata/generateName'],
      [{ metadata: { generation: -1 } }, 'field-range /metadata/generation'],
      [{ spec: { groupPriorityMinimum: undefined } }, 'field-required /spec/groupPriorityMinimum'],
      [
        { spec: { groupPriorityMinimum: 0, versionPriority: 1001 } },
        'field-range /spec/groupPriorityMinimum',
        'field-range /spec/versionPriority',
      ],
      [{ spec: { service: { name: 'a', namespace: undefined } } }, 'field-required /spec/service/namespace'],
      [{ spec: { service: { port: 0 } } }, 'field-range /spec/service/port'],
      [{ spec: { service: undefined } }],
      [{ spec: { service: undefined, insecureSkipTLSVerify: true } }, 'field-forbidden /spec/insecureSkipTLSVerify'],
      [{ spec: { insecureSkipTLSVerify: true, caBundle: 'YQ==' } }, 'field-forbidden /spec/caBundle'],
      [{ metadata: { name: 'V1.objjob.example.com' }, spec: { version: 'V1' } }, 'field-invalid /spec/version'],
    ],
  },
};

testObjects(samples);
