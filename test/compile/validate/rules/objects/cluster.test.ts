import { type Sample, testObjects } from './said.ts';

const metadata = { name: 'objjob-a' };
const subject = { kind: 'Group', group: { name: 'a' } };
const flowRule = { subjects: [subject], resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'], namespaces: ['*'] }] };
const driver = 'gpu.example.com';

/** The certificate of an authority, and a request for one, both of a key that nobody has. */
const authority = `-----BEGIN CERTIFICATE-----
MIIBcDCCARWgAwIBAgIUI9HTIA6hAAdzJmKJ+SbgzuyisAcwCgYIKoZIzj0EAwIw
DDEKMAgGA1UEAwwBYTAgFw0yNjExMjgxMzA1MTZaGA8yMTI2MTEwNDEzMDUxNlow
DDEKMAgGA1UEAwwBYTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABNuTnbOOgWD4
6lh8UmRszOc3zeiT3SzDDJMcF6y+Y7wuWlIu3IZCmYJIuvjAX1RGfoXYU0KcKQ4F
f0KlDiP4oDOjUzBRMB0GA1UdDgQWBBQEV4dlCdkHe2EG5ggbi6cikfzBsTAfBgNV
HSMEGDAWgBQEV4dlCdkHe2EG5ggbi6cikfzBsTAPBgNVHRMBAf8EBTADAQH/MAoG
CCqGSM49BAMCA0kAMEYCIQChqelZFs0stQITSD/inIMsAvnDaLW0HqSPcAvLugxD
IwIhANyuyW0u9dhOCaQzpuwJwk+q+ibEVwfQ0xGVHzk2VcXw
-----END CERTIFICATE-----
`;
const request =
  'LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlISE1HNENBUUF3RERFS01BZ0dBMVVFQXd3QllUQlpNQk1HQnlxR1NNNDlBZ0VHQ0NxR1NNNDlBd0VIQTBJQQpCTnVUbmJPT2dXRDQ2bGg4VW1Sc3pPYzN6ZWlUM1N6RERKTWNGNnkrWTd3dVdsSXUzSVpDbVlKSXV2akFYMVJHCmZvWFlVMEtjS1E0RmYwS2xEaVA0b0RPZ0FEQUtCZ2dxaGtqT1BRUURBZ05KQURCR0FpRUF6K2JJNyszcmNtZVoKZ3VBNDlwTXJWQkdISUh5MFRjUUZsUTUwcDlMbkFVSUNJUUQ1dk40UDQzL1FEcVBtQ3RxZDBYRkxGeE9kM2tTZgpYN1lGMk1FUjE3RlU0Zz09Ci0tLS0tRU5EIENFUlRJRklDQVRFIFJFUVVFU1QtLS0tLQo=';

function flow(change: Sample['fine'], ...problems: readonly string[]): Sample['changes'][number] {
  return [{ spec: { rules: [{ ...flowRule, ...change }] } }, ...problems.map((problem) => problem.replace('%', '/spec/rules/0'))];
}

function limited(change: Sample['fine'], ...problems: readonly string[]): Sample['changes'][number] {
  return [{ spec: { limited: change } }, ...problems.map((problem) => problem.replace('%', '/spec/limited'))];
}

export const samples: Readonly<Record<string, Sample>> = {
  FlowSchema: {
    fine: {
      apiVersion: 'flowcontrol.apiserver.k8s.io/v1',
      kind: 'FlowSchema',
      metadata,
      spec: {
        matchingPrecedence: 1000,
        priorityLevelConfiguration: { name: 'global-default' },
        distinguisherMethod: { type: 'ByUser' },
        rules: [flowRule],
      },
    },
    changes: [
      [{ spec: { matchingPrecedence: 10_001 } }, 'field-range /spec/matchingPrecedence'],
      [{ spec: { matchingPrecedence: 1 } }, 'field-range /spec/matchingPrecedence'],
      [{ spec: { distinguisherMethod: { type: 'Odd' } } }, 'field-invalid /spec/distinguisherMethod/type'],
      [{ spec: { priorityLevelConfiguration: { name: 'A' } } }, 'field-invalid /spec/priorityLevelConfiguration/name'],
      [{ spec: { priorityLevelConfiguration: { name: '' } } }, 'field-required /spec/priorityLevelConfiguration/name'],
      [{ spec: undefined }, 'field-required /spec'],
      flow({ subjects: [] }, 'field-required %/subjects'),
      flow({ subjects: [{ kind: 'Odd' }] }, 'field-invalid %/subjects/0/kind'),
      flow(
        { subjects: [{ kind: 'User', group: { name: 'a' } }] },
        'field-required %/subjects/0/user',
        'field-forbidden %/subjects/0/group',
      ),
      flow(
        { subjects: [{ kind: 'ServiceAccount', serviceAccount: { name: '*', namespace: 'A' } }] },
        'field-invalid %/subjects/0/serviceAccount/namespace',
      ),
      flow({ resourceRules: [] }, 'field-required %/resourceRules'),
      flow(
        { resourceRules: [{ verbs: ['odd'], apiGroups: [''], resources: ['pods'], clusterScope: true }] },
        'field-invalid %/resourceRules/0/verbs/0',
      ),
      flow(
        { resourceRules: [{ verbs: ['*', 'get'], apiGroups: [''], resources: ['pods'], clusterScope: true }] },
        'field-invalid %/resourceRules/0/verbs',
      ),
      flow({ resourceRules: [{ verbs: ['get'], apiGroups: [''], resources: ['pods'] }] }, 'field-required %/resourceRules/0/namespaces'),
      flow(
        { resourceRules: [{ verbs: ['get'], apiGroups: [''], resources: ['pods'], namespaces: ['A'] }] },
        'field-invalid %/resourceRules/0/namespaces/0',
      ),
      flow({ nonResourceRules: [{ verbs: ['get'], nonResourceURLs: ['/a/*', '/'] }] }),
      flow({ nonResourceRules: [{ verbs: ['get'], nonResourceURLs: ['a'] }] }, 'field-invalid %/nonResourceRules/0/nonResourceURLs/0'),
      flow({ nonResourceRules: [{ verbs: ['get'], nonResourceURLs: ['/a*'] }] }, 'field-invalid %/nonResourceRules/0/nonResourceURLs/0'),
      flow({ nonResourceRules: [{ verbs: [], nonResourceURLs: ['/a'] }] }, 'field-required %/nonResourceRules/0/verbs'),
    ],
  },
  PriorityLevelConfiguration: {
    fine: {
      apiVersion: 'flowcontrol.apiserver.k8s.io/v1',
      kind: 'PriorityLevelConfiguration',
      metadata,
      spec: { type: 'Limited', limited: { limitResponse: { type: 'Queue', queuing: { queues: 16, handSize: 4, queueLengthLimit: 50 } } } },
    },
    changes: [
      [{ spec: undefined }, 'field-required /spec'],
      [{ spec: { type: 'Exempt', limited: undefined } }, 'field-invalid /spec/type'],
      [{ spec: { type: 'Odd' } }, 'field-invalid /spec/type'],
      [{ spec: { limited: undefined } }, 'field-required /spec/limited'],
      [{ spec: { exempt: {} } }, 'field-forbidden /spec/exempt'],
      limited({ nominalConcurrencyShares: -1 }, 'field-range %/nominalConcurrencyShares'),
      limited({ lendablePercent: 101, borrowingLimitPercent: -1 }, 'field-range %/lendablePercent', 'field-range %/borrowingLimitPercent'),
      limited({ limitResponse: { type: 'Reject' } }, 'field-forbidden %/limitResponse/queuing'),
      limited({ limitResponse: { queuing: undefined } }, 'field-required %/limitResponse/queuing'),
      limited({ limitResponse: { queuing: { handSize: 17 } } }, 'field-range %/limitResponse/queuing/handSize'),
      limited({ limitResponse: { queuing: { queues: 1_000_000, handSize: 4 } } }, 'field-range %/limitResponse/queuing/handSize'),
      limited({ limitResponse: { queuing: { queues: 0, handSize: 0, queueLengthLimit: 0 } } }),
    ],
  },
  CertificateSigningRequest: {
    fine: {
      apiVersion: 'certificates.k8s.io/v1',
      kind: 'CertificateSigningRequest',
      metadata,
      spec: { request, signerName: 'example.com/a', usages: ['client auth'], expirationSeconds: 600 },
    },
    changes: [
      [{ spec: { usages: undefined } }, 'field-required /spec/usages'],
      [{ spec: { usages: ['client auth', 'client auth'] } }, 'field-duplicate /spec/usages/1'],
      [{ spec: { signerName: 'a' } }, 'field-invalid /spec/signerName'],
      [{ spec: { signerName: 'kubernetes.io/legacy-unknown' } }, 'field-invalid /spec/signerName'],
      [{ spec: { expirationSeconds: 599 } }, 'field-range /spec/expirationSeconds'],
      [{ spec: { request: 'YQ==' } }, 'field-invalid /spec/request'],
    ],
  },
  ClusterTrustBundle: {
    fine: {
      apiVersion: 'certificates.k8s.io/v1beta1',
      kind: 'ClusterTrustBundle',
      metadata: { name: 'example.com:a:b' },
      spec: { signerName: 'example.com/a', trustBundle: authority },
    },
    changes: [
      [{ metadata: { name: 'b' } }, 'field-invalid /metadata/name'],
      [{ metadata: { name: 'b' }, spec: { signerName: '' } }],
      [{ metadata: { name: 'a:b' }, spec: { signerName: '' } }, 'field-invalid /metadata/name'],
      [{ spec: { trustBundle: 'x' } }, 'field-invalid /spec/trustBundle'],
      [{ spec: { trustBundle: `${authority}${authority}` } }, 'field-invalid /spec/trustBundle'],
      [{ spec: { trustBundle: authority.replace('MII', 'MIX') } }, 'field-invalid /spec/trustBundle'],
      [{ spec: { trustBundle: authority.replaceAll('CERTIFICATE', 'PUBLIC KEY') } }, 'field-invalid /spec/trustBundle'],
    ],
  },
  LeaseCandidate: {
    fine: {
      apiVersion: 'coordination.k8s.io/v1beta1',
      kind: 'LeaseCandidate',
      metadata: { ...metadata, namespace: 'default' },
      spec: { leaseName: 'a', binaryVersion: '1.35.0', emulationVersion: '1.35.0', strategy: 'OldestEmulationVersion' },
    },
    changes: [
      [{ spec: { strategy: 'Odd' } }, 'field-invalid /spec/strategy'],
      [{ spec: { strategy: 'example.com/own', emulationVersion: undefined } }],
      [{ spec: { emulationVersion: undefined } }, 'field-required /spec/emulationVersion'],
      [{ spec: { binaryVersion: '1.35' } }, 'field-invalid /spec/binaryVersion'],
      [{ spec: { leaseName: '' } }, 'field-required /spec/leaseName'],
    ],
  },
  StorageVersionMigration: {
    fine: {
      apiVersion: 'storagemigration.k8s.io/v1beta1',
      kind: 'StorageVersionMigration',
      metadata,
      spec: { resource: { group: 'apps', resource: 'deployments' } },
    },
    changes: [
      [{ spec: { resource: { resource: '' } } }, 'field-required /spec/resource/resource'],
      [{ spec: { resource: { group: 'A' } } }, 'field-invalid /spec/resource/group'],
    ],
  },
  Workload: {
    fine: {
      apiVersion: 'scheduling.k8s.io/v1alpha1',
      kind: 'Workload',
      metadata: { ...metadata, namespace: 'default' },
      spec: { podGroups: [{ name: 'a', policy: { gang: { minCount: 1 } } }] },
    },
    changes: [
      [{ spec: { podGroups: [] } }, 'field-required /spec/podGroups'],
      [{ spec: { podGroups: [{ name: 'a', policy: {} }] } }, 'field-required /spec/podGroups/0/policy'],
      [{ spec: { podGroups: [{ name: 'A', policy: { basic: {} } }] } }, 'field-invalid /spec/podGroups/0/name'],
      [{ spec: { podGroups: [{ name: 'a', policy: { gang: { minCount: 0 } } }] } }, 'field-range /spec/podGroups/0/policy/gang/minCount'],
      [{ spec: { controllerRef: { kind: 'a/b', name: 'a' } } }, 'field-invalid /spec/controllerRef/kind'],
    ],
  },
  ResourceClaim: {
    fine: {
      apiVersion: 'resource.k8s.io/v1',
      kind: 'ResourceClaim',
      metadata: { ...metadata, namespace: 'default' },
      spec: {
        devices: {
          requests: [
            { name: 'a', exactly: { deviceClassName: driver } },
            { name: 'b', firstAvailable: [{ name: 'c', deviceClassName: driver, allocationMode: 'All' }] },
          ],
          constraints: [{ requests: ['a', 'b/c'], matchAttribute: `${driver}/model` }],
          config: [{ requests: ['b'], opaque: { driver, parameters: { a: 1 } } }],
        },
      },
    },
    changes: [
      [{ spec: { devices: { requests: [{ name: 'a' }], constraints: [], config: [] } } }, 'field-required /spec/devices/requests/0'],
      [
        { spec: { devices: { requests: [{ name: 'A', exactly: { deviceClassName: 'B' } }], constraints: [], config: [] } } },
        'field-invalid /spec/devices/requests/0/name',
        'field-invalid /spec/devices/requests/0/exactly/deviceClassName',
      ],
      [
        {
          spec: {
            devices: {
              requests: [{ name: 'a', exactly: { deviceClassName: 'b', allocationMode: 'All', count: 1 } }],
              constraints: [],
              config: [],
            },
          },
        },
        'field-forbidden /spec/devices/requests/0/exactly/count',
      ],
      [
        { spec: { devices: { requests: [{ name: 'a', exactly: { deviceClassName: 'b', count: -1 } }], constraints: [], config: [] } } },
        'field-range /spec/devices/requests/0/exactly/count',
      ],
      [
        {
          spec: { devices: { requests: [{ name: 'a', exactly: { deviceClassName: 'b', selectors: [{}] } }], constraints: [], config: [] } },
        },
        'field-required /spec/devices/requests/0/exactly/selectors/0/cel',
      ],
      [
        { spec: { devices: { constraints: [{ requests: ['d'], matchAttribute: `${driver}/a` }] } } },
        'field-invalid /spec/devices/constraints/0/requests/0',
      ],
      [
        { spec: { devices: { constraints: [{ requests: ['a', 'a'], matchAttribute: `${driver}/a` }] } } },
        'field-duplicate /spec/devices/constraints/0/requests/1',
      ],
      [{ spec: { devices: { constraints: [{ matchAttribute: 'a' }] } } }, 'field-invalid /spec/devices/constraints/0/matchAttribute'],
      [{ spec: { devices: { constraints: [{}] } } }, 'field-required /spec/devices/constraints/0/matchAttribute'],
      [{ spec: { devices: { config: [{}] } } }, 'field-required /spec/devices/config/0/opaque'],
      [
        { spec: { devices: { config: [{ opaque: { driver: '', parameters: {} } }] } } },
        'field-required /spec/devices/config/0/opaque/driver',
      ],
      [
        { spec: { devices: { config: [{ opaque: { driver, parameters: { a: 'x'.repeat(10_240) } } }] } } },
        'field-range /spec/devices/config/0/opaque/parameters',
      ],
    ],
  },
  ResourceClaimTemplate: {
    fine: {
      apiVersion: 'resource.k8s.io/v1',
      kind: 'ResourceClaimTemplate',
      metadata: { ...metadata, namespace: 'default' },
      spec: { metadata: { labels: { a: 'b' } }, spec: { devices: { requests: [{ name: 'a', exactly: { deviceClassName: driver } }] } } },
    },
    changes: [
      [{ spec: { metadata: { name: 'a' } } }, 'field-forbidden /spec/metadata/name'],
      [{ spec: { metadata: { generation: 0 } } }],
      [{ spec: { metadata: { finalizers: [] } } }, 'field-forbidden /spec/metadata/finalizers'],
      [{ spec: { metadata: { labels: { a: 'b c' } } } }, 'field-invalid /spec/metadata/labels/a'],
      [{ spec: { spec: { devices: { requests: [{ name: 'a' }] } } } }, 'field-required /spec/spec/devices/requests/0'],
      [{ spec: { spec: { devices: { requests: [{ name: 'a', exactly: { deviceClassName: driver }, firstAvailable: [] }] } } } }],
    ],
  },
  DeviceClass: {
    fine: {
      apiVersion: 'resource.k8s.io/v1',
      kind: 'DeviceClass',
      metadata,
      spec: { selectors: [{ cel: { expression: 'true' } }], config: [{ opaque: { driver, parameters: {} } }] },
    },
    changes: [
      [{ spec: { selectors: [{}] } }, 'field-required /spec/selectors/0/cel'],
      [{ spec: { config: [{}] } }, 'field-required /spec/config/0/opaque'],
      [{ spec: { config: [{ opaque: { driver, parameters: 'x' } }] } }, 'field-invalid /spec/config/0/opaque/parameters'],
    ],
  },
  ResourceSlice: {
    fine: {
      apiVersion: 'resource.k8s.io/v1',
      kind: 'ResourceSlice',
      metadata,
      spec: {
        driver,
        nodeName: 'a',
        pool: { name: 'a/b', generation: 0, resourceSliceCount: 1 },
        devices: [
          {
            name: 'a',
            attributes: { model: { string: 'x' }, [`${driver}/v`]: { version: '1.2.3' } },
            capacity: { memory: { value: '1Gi' } },
          },
        ],
      },
    },
    changes: [
      [{ spec: { driver: 'a b' } }, 'field-invalid /spec/driver'],
      [{ spec: { nodeName: undefined } }, 'field-required /spec'],
      [{ spec: { allNodes: true } }, 'field-conflict /spec/allNodes'],
      [{ spec: { perDeviceNodeSelection: true } }],
      [{ spec: { nodeName: undefined, perDeviceNodeSelection: true } }, 'field-required /spec/devices/0/nodeName'],
      [{ spec: { nodeName: undefined, allNodes: false } }, 'field-invalid /spec/allNodes'],
      [
        { spec: { pool: { name: 'A', resourceSliceCount: 0, generation: -1 } } },
        'field-invalid /spec/pool/name',
        'field-range /spec/pool/resourceSliceCount',
        'field-range /spec/pool/generation',
      ],
      [{ spec: { devices: [{ name: 'A' }] } }, 'field-invalid /spec/devices/0/name'],
      [{ spec: { devices: [{ name: 'a' }, { name: 'a' }] } }, 'field-duplicate /spec/devices/1/name'],
      [{ spec: { devices: [{ name: 'a', attributes: { 'a-b': { int: 1 } } }] } }, 'field-invalid /spec/devices/0/attributes/a-b'],
      [{ spec: { devices: [{ name: 'a', attributes: { a: {} } }] } }, 'field-required /spec/devices/0/attributes/a'],
      [{ spec: { devices: [{ name: 'a', attributes: { a: { version: '1.2' } } }] } }, 'field-invalid /spec/devices/0/attributes/a/version'],
      [
        { spec: { devices: [{ name: 'a', attributes: { a: { string: 'x'.repeat(65) } } }] } },
        'field-invalid /spec/devices/0/attributes/a/string',
      ],
      [
        { spec: { devices: [{ name: 'a', attributes: Object.fromEntries(Array.from({ length: 33 }, (_, i) => [`a${i}`, { int: i }])) }] } },
        'field-invalid /spec/devices/0/attributes',
      ],
      [{ spec: { devices: [{ name: 'a', allNodes: true }] } }],
      [{ spec: { nodeName: undefined, perDeviceNodeSelection: true } }, 'field-required /spec/devices/0/nodeName'],
    ],
  },
};

testObjects(samples);
