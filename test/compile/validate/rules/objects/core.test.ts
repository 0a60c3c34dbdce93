import { type Change, type Sample, testObjects } from './said.ts';

const metadata = { name: 'a', namespace: 'default' };
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const big = 'x'.repeat(1024 * 1024 + 1);

function secretOf(type: string, ...changes: Sample['changes']): Sample['changes'] {
  return changes.map(([change, ...problems]) => [{ type, ...change }, ...problems]);
}

function podSecurity(labels: Readonly<Record<string, string>>): Change[0] {
  return {
    metadata: { labels: Object.fromEntries(Object.entries(labels).map(([key, value]) => [`pod-security.kubernetes.io/${key}`, value])) },
  };
}

export const samples: Readonly<Record<string, Sample>> = {
  ConfigMap: {
    fine: { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { 'a.b_c-1': 'x' }, binaryData: { d: base64('x') } },
    changes: [
      [{ data: { 'a/b': '' } }, 'field-invalid /data/a~1b'],
      [{ data: { '..a': '' } }, 'field-invalid /data/..a'],
      [{ data: { d: 'x' } }, 'field-invalid /data/d'],
      [{ binaryData: { 'a b': base64('x') } }, 'field-invalid /binaryData/a b'],
      [{ data: { a: big } }, 'field-range /data'],
      [{ data: { a: big.slice(3) } }],
      [{ data: { a: big.slice(2) } }, 'field-range /data'],
      [{ metadata: { labels: { a: 'b c' } } }, 'field-invalid /metadata/labels/a'],
    ],
  },
  Secret: {
    fine: { apiVersion: 'v1', kind: 'Secret', metadata, data: { a: base64('x') }, stringData: { b: 'x' } },
    changes: [
      [{ data: { 'a b': base64('x') } }, 'field-invalid /data/a b'],
      [{ stringData: { '': 'x' } }, 'field-invalid /stringData/'],
      [{ stringData: { a: big } }, 'field-range /data'],
      [{ type: 'example.com/own' }],
      ...secretOf(
        'kubernetes.io/tls',
        [{}, 'field-required /data/tls.crt', 'field-required /data/tls.key'],
        [{ data: { 'tls.crt': null }, stringData: { 'tls.key': '' } }],
      ),
      ...secretOf('kubernetes.io/ssh-auth', [{}, 'field-required /data/ssh-privatekey'], [{ stringData: { 'ssh-privatekey': 'x' } }]),
      ...secretOf('kubernetes.io/ssh-auth', [{ stringData: { 'ssh-privatekey': '' } }, 'field-required /data/ssh-privatekey']),
      ...secretOf(
        'kubernetes.io/basic-auth',
        [{}, 'field-required /data/username', 'field-required /data/password'],
        [{ data: { password: '' } }],
      ),
      ...secretOf(
        'kubernetes.io/dockerconfigjson',
        [{}, 'field-required /data/.dockerconfigjson'],
        [{ data: { '.dockerconfigjson': null } }, 'field-required /data/.dockerconfigjson'],
        [{ data: { '.dockerconfigjson': base64('{"auths":{}}') } }],
        [{ stringData: { '.dockerconfigjson': '[]' } }, 'field-invalid /data/.dockerconfigjson'],
        [{ stringData: { '.dockerconfigjson': '{' } }, 'field-invalid /data/.dockerconfigjson'],
        [{ stringData: { '.dockerconfigjson': 'null' } }],
      ),
      ...secretOf('kubernetes.io/dockercfg', [{}, 'field-required /data/.dockercfg'], [{ stringData: { '.dockercfg': '{}' } }]),
      ...secretOf(
        'kubernetes.io/service-account-token',
        [{}, 'field-required /metadata/annotations/kubernetes.io~1service-account.name'],
        [{ metadata: { annotations: { 'kubernetes.io/service-account.name': 'default' } } }],
      ),
    ],
  },
  Namespace: {
    fine: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'objjob' } },
    changes: [
      [{ spec: { finalizers: ['kubernetes', 'example.com/a'] } }],
      [{ spec: { finalizers: ['a b'] } }, 'field-invalid /spec/finalizers/0', 'field-invalid /spec/finalizers/0'],
      [{ spec: { finalizers: ['a'] } }, 'field-invalid /spec/finalizers/0'],
      [podSecurity({ enforce: 'baseline', 'warn-version': 'latest', 'audit-version': 'v1.35' })],
      [podSecurity({ enforce: 'strict' }), 'field-invalid /metadata/labels/pod-security.kubernetes.io~1enforce'],
      [podSecurity({ audit: '' }), 'field-invalid /metadata/labels/pod-security.kubernetes.io~1audit'],
      [podSecurity({ 'warn-version': '1.35' }), 'field-invalid /metadata/labels/pod-security.kubernetes.io~1warn-version'],
      [{ metadata: { generation: -1 } }, 'field-range /metadata/generation'],
    ],
  },
  ControllerRevision: {
    fine: { apiVersion: 'apps/v1', kind: 'ControllerRevision', metadata, revision: 1, data: {} },
    changes: [
      [{ revision: -1 }, 'field-range /revision'],
      [{ data: undefined }, 'field-required /data'],
      [{ data: null }, 'field-required /data'],
      [{ data: ['a'] }, 'field-invalid /data'],
    ],
  },
  Node: {
    fine: {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name: 'objjob' },
      spec: { podCIDRs: ['10.0.0.0/24'], taints: [{ key: 'a/b', effect: 'NoSchedule' }] },
    },
    changes: [
      [{ spec: { podCIDRs: ['10.0.0.0'] } }, 'field-invalid /spec/podCIDRs/0'],
      [{ spec: { podCIDR: '10.0.0.0/24', podCIDRs: ['10.0.0.0/24', '10.0.0.0'] } }, 'field-invalid /spec/podCIDRs/1'],
      [{ spec: { podCIDR: '10.0.1.0/24', podCIDRs: ['10.0.0.0'] } }],
      [{ spec: { podCIDR: 'a' } }, 'field-invalid /spec/podCIDR'],
      [{ spec: { podCIDRs: ['10.0.0.0/24', '10.0.1.0/24'] } }, 'field-invalid /spec/podCIDRs/1'],
      [{ spec: { taints: [{ key: '', effect: 'NoSchedule' }] } }, 'field-invalid /spec/taints/0/key'],
      [{ spec: { taints: [{ key: 'a', value: 'b c', effect: 'NoSchedule' }] } }, 'field-invalid /spec/taints/0/value'],
      [{ spec: { taints: [{ key: 'a', effect: '' }] } }, 'field-required /spec/taints/0/effect'],
      [
        {
          spec: {
            taints: [
              { key: 'a', effect: 'NoSchedule' },
              { key: 'a', value: 'b', effect: 'NoSchedule' },
            ],
          },
        },
        'field-duplicate /spec/taints/1',
      ],
    ],
  },
  ResourceQuota: {
    fine: {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata,
      spec: { hard: { pods: '10', 'requests.cpu': '1', 'count/deployments.apps': '2', 'hugepages-2Mi': '2Mi' } },
    },
    changes: [
      [{ spec: { hard: { cpus: '1' } } }, 'field-invalid /spec/hard/cpus'],
      [{ spec: { hard: { storage: '1' } } }, 'field-invalid /spec/hard/storage'],
      [{ spec: { hard: { pods: '-1' } } }, 'field-range /spec/hard/pods'],
      [{ spec: { hard: { pods: '1500m' } } }, 'field-invalid /spec/hard/pods'],
      [{ spec: { hard: { 'nvidia.com/gpu': '1500m' } } }, 'field-invalid /spec/hard/nvidia.com~1gpu'],
      [{ spec: { hard: { 'requests.nvidia.com/gpu': '1500m' } } }],
      [{ spec: { scopes: ['BestEffort'] } }, 'field-invalid /spec/scopes'],
      [
        { spec: { hard: { pods: '1', 'requests.cpu': undefined, 'hugepages-2Mi': undefined }, scopes: ['BestEffort', 'NotBestEffort'] } },
        'field-conflict /spec/scopes',
      ],
      [
        {
          spec: {
            hard: { 'requests.cpu': undefined, 'hugepages-2Mi': undefined },
            scopeSelector: { matchExpressions: [{ scopeName: 'PriorityClass', operator: 'In', values: ['a'] }] },
          },
        },
      ],
      [
        {
          spec: {
            hard: { 'hugepages-2Mi': undefined },
            scopeSelector: { matchExpressions: [{ scopeName: 'PriorityClass', operator: 'In' }] },
          },
        },
        'field-required /spec/scopeSelector/matchExpressions/0/values',
      ],
      [
        {
          spec: {
            hard: { 'hugepages-2Mi': undefined },
            scopeSelector: { matchExpressions: [{ scopeName: 'Terminating', operator: 'DoesNotExist' }] },
          },
        },
        'field-invalid /spec/scopeSelector/matchExpressions/0/operator',
      ],
      [
        {
          spec: {
            hard: { 'hugepages-2Mi': undefined },
            scopeSelector: { matchExpressions: [{ scopeName: 'Terminating', operator: 'Exists', values: ['a'] }] },
          },
        },
        'field-forbidden /spec/scopeSelector/matchExpressions/0/values',
      ],
    ],
  },
  LimitRange: {
    fine: {
      apiVersion: 'v1',
      kind: 'LimitRange',
      metadata,
      spec: {
        limits: [
          {
            type: 'Container',
            min: { cpu: '100m' },
            max: { cpu: '2' },
            defaultRequest: { cpu: '200m' },
            default: { cpu: '1' },
            maxLimitRequestRatio: { cpu: '10' },
          },
        ],
      },
    },
    changes: [
      [{ spec: { limits: [{ type: 'Pods' }] } }, 'field-invalid /spec/limits/0/type'],
      [{ spec: { limits: [{ type: 'example.com/Own', max: { a: '1' } }] } }, 'field-invalid /spec/limits/0/max/a'],
      [{ spec: { limits: [{ type: 'Container' }, { type: 'Container' }] } }, 'field-duplicate /spec/limits/1/type'],
      [{ spec: { limits: [{ type: 'Container', max: { pods: '1' } }] } }, 'field-invalid /spec/limits/0/max/pods'],
      [{ spec: { limits: [{ type: 'Container', max: { 'kubernetes.io/a': '1' } }] } }],
      [{ spec: { limits: [{ type: 'Container', max: { cpu: '1' }, default: { cpu: '2' } }] } }, 'field-range /spec/limits/0/default/cpu'],
      [{ spec: { limits: [{ type: 'Pod', max: { cpu: '1' }, min: { cpu: '2' } }] } }, 'field-range /spec/limits/0/min/cpu'],
      [
        { spec: { limits: [{ type: 'Container', min: { cpu: '2' }, defaultRequest: { cpu: '1' } }] } },
        'field-range /spec/limits/0/min/cpu',
      ],
      [
        { spec: { limits: [{ type: 'Container', defaultRequest: { cpu: '2' }, default: { cpu: '1' } }] } },
        'field-range /spec/limits/0/defaultRequest/cpu',
      ],
      [{ spec: { limits: [{ type: 'Pod', max: { cpu: null }, min: { cpu: '2' } }] } }, 'field-range /spec/limits/0/min/cpu'],
      [
        { spec: { limits: [{ type: 'Pod', min: { cpu: '-1' }, max: { cpu: '2' }, maxLimitRequestRatio: { cpu: '10' } }] } },
        'field-invalid /spec/limits/0/maxLimitRequestRatio/cpu',
      ],
      [{ spec: { limits: [{ type: 'Pod', min: { cpu: '1' }, max: { cpu: '2' }, maxLimitRequestRatio: { cpu: '1e30' } }] } }],
      [
        { spec: { limits: [{ type: 'Pod', min: { cpu: '1' }, max: { cpu: '2' }, maxLimitRequestRatio: { cpu: '8Ei' } }] } },
        'field-invalid /spec/limits/0/maxLimitRequestRatio/cpu',
      ],
      [{ spec: { limits: [{ type: 'Pod', default: { cpu: '1' } }] } }, 'field-forbidden /spec/limits/0/default'],
      [
        { spec: { limits: [{ type: 'Container', default: { 'a.com/b': '2' }, defaultRequest: { 'a.com/b': '1' } }] } },
        'field-invalid /spec/limits/0/defaultRequest/a.com~1b',
      ],
      [{ spec: { limits: [{ type: 'PersistentVolumeClaim', max: { cpu: '1' } }] } }, 'field-required /spec/limits/0/max/storage'],
      [{ spec: { limits: [{ type: 'PersistentVolumeClaim', max: { storage: '1Gi' } }] } }],
      [
        { spec: { limits: [{ type: 'Pod', maxLimitRequestRatio: { cpu: '500m' } }] } },
        'field-invalid /spec/limits/0/maxLimitRequestRatio/cpu',
      ],
      [
        { spec: { limits: [{ type: 'Pod', min: { cpu: '1' }, max: { cpu: '2' }, maxLimitRequestRatio: { cpu: '3' } }] } },
        'field-invalid /spec/limits/0/maxLimitRequestRatio/cpu',
      ],
      [{ spec: { limits: [{ type: 'Pod', min: { cpu: '1' }, max: { cpu: '2' }, maxLimitRequestRatio: { cpu: '2' } }] } }],
    ],
  },
  'Event of the core group': {
    fine: {
      apiVersion: 'v1',
      kind: 'Event',
      metadata,
      involvedObject: { kind: 'Pod', namespace: 'default', name: 'a' },
      reason: 'A',
      message: 'b',
    },
    changes: [
      [{ involvedObject: { namespace: 'other' } }, 'field-invalid /involvedObject/namespace'],
      [{ involvedObject: { namespace: undefined } }],
      [
        { eventTime: '2026-01-01T00:00:00.000000Z', reason: undefined },
        'field-required /reportingComponent',
        'field-required /reportingInstance',
        'field-required /action',
        'field-required /reason',
      ],
      [{ eventTime: '2026-01-01T00:00:00.000000Z', reportingComponent: 'a.com/b', reportingInstance: 'a', action: 'A' }],
      [
        { eventTime: '2026-01-01T00:00:00.000000Z', reportingComponent: 'a b', reportingInstance: 'a', action: 'A' },
        'field-invalid /reportingComponent',
      ],
      [
        {
          eventTime: '2026-01-01T00:00:00.000000Z',
          reportingComponent: 'a',
          reportingInstance: 'a',
          action: 'A',
          message: 'x'.repeat(1025),
        },
        'field-invalid /message',
      ],
    ],
  },
  'Event of its own group': {
    fine: {
      apiVersion: 'events.k8s.io/v1',
      kind: 'Event',
      metadata,
      eventTime: '2026-01-01T00:00:00.000000Z',
      type: 'Normal',
      reason: 'A',
      action: 'B',
      reportingController: 'a.com/b',
      reportingInstance: 'a',
      regarding: { kind: 'Pod', namespace: 'default', name: 'a' },
      note: 'x',
    },
    changes: [
      [{ type: 'Odd' }, 'field-invalid /type'],
      [{ type: undefined }, 'field-required /type'],
      [{ action: undefined }, 'field-required /action'],
      [{ note: 'x'.repeat(1025) }, 'field-invalid /note'],
      [{ deprecatedCount: 2 }, 'field-forbidden /deprecatedCount'],
      [{ deprecatedSource: { component: 'a' } }, 'field-forbidden /deprecatedSource'],
      [{ deprecatedFirstTimestamp: '2026-01-01T00:00:00Z' }, 'field-forbidden /deprecatedFirstTimestamp'],
      [{ series: { count: 1, lastObservedTime: '2026-01-01T00:00:00.000000Z' } }, 'field-range /series/count'],
    ],
  },
  ServiceAccount: {
    fine: { apiVersion: 'v1', kind: 'ServiceAccount', metadata, imagePullSecrets: [{ name: 'A B' }] },
    changes: [[{ metadata: { finalizers: ['a'] } }, 'field-invalid /metadata/finalizers/0']],
  },
};

testObjects(samples);
