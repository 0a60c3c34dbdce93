import { type Sample, testObjects } from './said.ts';

const metadata = { name: 'objjob-a' };
const claimMetadata = { name: 'a', namespace: 'default' };
const affinity = { required: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'a', operator: 'In', values: ['b'] }] }] } };

/** A change of the source of a volume, which has the source `nfs` otherwise. */
function source(name: string, value: Sample['fine'], ...problems: readonly string[]): Sample['changes'][number] {
  return [{ spec: { nfs: undefined, [name]: value } }, ...problems.map((problem) => problem.replace('%', `/spec/${name}`))];
}

export const samples: Readonly<Record<string, Sample>> = {
  PersistentVolume: {
    fine: {
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      metadata,
      spec: { accessModes: ['ReadWriteMany'], capacity: { storage: '1Gi' }, storageClassName: '', nfs: { server: 'a', path: '/a' } },
    },
    changes: [
      [{ spec: { accessModes: [] } }, 'field-required /spec/accessModes'],
      [{ spec: { accessModes: ['ReadWriteOncePod', 'ReadOnlyMany'] } }, 'field-invalid /spec/accessModes'],
      [{ spec: { capacity: undefined } }, 'field-required /spec/capacity/storage'],
      [{ spec: { capacity: { cpu: '1' } } }, 'field-invalid /spec/capacity/cpu'],
      [{ spec: { capacity: { storage: '0' } } }, 'field-range /spec/capacity/storage'],
      [{ spec: { nfs: undefined } }, 'field-required /spec'],
      [{ spec: { hostPath: { path: '/a' } } }, 'field-conflict /spec/nfs'],
      [{ spec: { storageClassName: 'A' } }, 'field-invalid /spec/storageClassName'],
      [{ spec: { nodeAffinity: affinity } }],
      [{ spec: { nodeAffinity: { required: { nodeSelectorTerms: [] } } } }, 'field-required /spec/nodeAffinity/required/nodeSelectorTerms'],
      [
        {
          spec: {
            nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'a', operator: 'Gt', values: ['1', '2'] }] }] } },
          },
        },
        'field-invalid /spec/nodeAffinity/required/nodeSelectorTerms/0/matchExpressions/0/values',
      ],
      [
        {
          spec: {
            nodeAffinity: { required: { nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.uid', operator: 'In', values: ['a'] }] }] } },
          },
        },
        'field-invalid /spec/nodeAffinity/required/nodeSelectorTerms/0/matchFields/0/key',
      ],
      [{ spec: { volumeAttributesClassName: 'a' } }, 'field-invalid /spec/volumeAttributesClassName'],
      source('nfs', { server: 'a', path: 'a' }, 'field-invalid %/path'),
      source('nfs', { server: '', path: '/a' }, 'field-required %/server'),
      source('hostPath', { path: '/a/../b' }, 'field-invalid %/path'),
      [
        { spec: { nfs: undefined, hostPath: { path: '/' }, persistentVolumeReclaimPolicy: 'Recycle' } },
        'field-invalid /spec/persistentVolumeReclaimPolicy',
      ],
      source('local', { path: '/a' }, 'field-required /spec/nodeAffinity'),
      [{ spec: { nfs: undefined, local: { path: '/a' }, nodeAffinity: affinity } }],
      source('csi', { driver: 'a_b', volumeHandle: 'x' }, 'field-invalid %/driver'),
      source('csi', { driver: 'A.example.com', volumeHandle: '' }, 'field-required %/volumeHandle'),
      source(
        'csi',
        { driver: 'a', volumeHandle: 'x', nodePublishSecretRef: { name: 'A' } },
        'field-required %/nodePublishSecretRef/namespace',
        'field-invalid %/nodePublishSecretRef/name',
      ),
      source('iscsi', { targetPortal: 'a', iqn: 'iqn.2001-04.com.example:storage.disk1', lun: 0 }),
      source('iscsi', { targetPortal: 'a', iqn: 'iqn.x', lun: 256 }, 'field-invalid %/iqn', 'field-range %/lun'),
      source('iscsi', { targetPortal: 'a', iqn: 'eui.0123456789abcdef', lun: 0, chapAuthSession: true }, 'field-required %/secretRef'),
      source(
        'iscsi',
        { targetPortal: 'p'.repeat(60), iqn: 'eui.0123456789abcdef', lun: 0, initiatorName: 'eui.0123456789abcdef' },
        'field-invalid %/targetPortal',
      ),
      source('fc', {}, 'field-required %/targetWWNs'),
      source('fc', { targetWWNs: ['a'] }, 'field-required %/lun'),
      source('fc', { targetWWNs: ['a'], lun: 0 }),
      source('fc', { wwids: ['a'] }),
      source('fc', { targetWWNs: ['a'], wwids: ['a'], lun: 1 }, 'field-conflict %/wwids'),
      source('flexVolume', { driver: 'a/b', options: { 'kubernetes.io/a': 'b' } }, 'field-invalid %/options/kubernetes.io~1a'),
      source('gcePersistentDisk', { pdName: 'a', partition: 256 }, 'field-range %/partition'),
      source('awsElasticBlockStore', { volumeID: '' }, 'field-required %/volumeID'),
      source('azureDisk', { diskName: 'a', diskURI: 'https://a', kind: 'Managed' }, 'field-invalid %/diskURI'),
      source('azureDisk', { diskName: 'a', diskURI: '/subscriptions/a' }, 'field-invalid %/diskURI'),
      source('azureDisk', { diskName: 'a', diskURI: 'https://a', kind: 'Shared' }),
      source('azureFile', { secretName: 'a', shareName: 'b', secretNamespace: '' }, 'field-required %/secretNamespace'),
      source('cephfs', { monitors: [] }, 'field-required %/monitors'),
      source('cinder', { volumeID: 'a', secretRef: { name: 'a' } }, 'field-required %/secretRef/namespace'),
      source('flocker', {}, 'field-required %/datasetUUID'),
      source('flocker', { datasetName: 'a/b' }, 'field-invalid %/datasetName'),
      source('glusterfs', { endpoints: 'a', path: 'b', endpointsNamespace: 'A' }, 'field-invalid %/endpointsNamespace'),
      source('photonPersistentDisk', { pdID: '' }, 'field-required %/pdID'),
      source('portworxVolume', { volumeID: '' }, 'field-required %/volumeID'),
      source('quobyte', { registry: 'a:1,b', volume: 'c' }, 'field-invalid %/registry'),
      source('quobyte', { registry: 'a:1,b:2', volume: 'c' }),
      source('quobyte', { registry: '', volume: 'c' }, 'field-required %/registry'),
      source('rbd', { monitors: ['a'], image: '' }, 'field-required %/image'),
      source('scaleIO', { gateway: 'a', system: 'b', secretRef: { name: 'c' } }, 'field-required %/volumeName'),
      source('storageos', {}, 'field-required %/volumeName'),
      source('vsphereVolume', { volumePath: '' }, 'field-required %/volumePath'),
      [
        {
          metadata: { annotations: { 'volume.beta.kubernetes.io/mount-options': 'ro' } },
          spec: { nfs: undefined, hostPath: { path: '/a' } },
        },
        'field-invalid /metadata/annotations/volume.beta.kubernetes.io~1mount-options',
      ],
      [{ metadata: { annotations: { 'volume.beta.kubernetes.io/mount-options': 'ro' } } }],
    ],
  },
  PersistentVolumeClaim: {
    fine: {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: claimMetadata,
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
    },
    changes: [
      [{ spec: { accessModes: undefined } }, 'field-required /spec/accessModes'],
      [{ spec: { accessModes: ['ReadWriteOncePod', 'ReadOnlyMany'] } }, 'field-invalid /spec/accessModes'],
      [{ spec: { resources: undefined } }, 'field-required /spec/resources/requests/storage'],
      [{ spec: { resources: { requests: { storage: '0' } } } }, 'field-range /spec/resources/requests/storage'],
      [{ spec: { selector: { matchLabels: { 'a b': '' } } } }, 'field-invalid /spec/selector/matchLabels/a b'],
      [{ spec: { storageClassName: 'A' } }, 'field-invalid /spec/storageClassName'],
      [{ spec: { storageClassName: '' } }],
      [{ spec: { dataSource: { kind: 'VolumeSnapshot', name: 'a' } } }],
      [{ spec: { dataSource: { kind: 'VolumeSnapshot' } } }],
      [{ spec: { dataSource: { kind: 'PersistentVolumeClaim' } } }, 'field-required /spec/dataSource/name'],
      [{ spec: { dataSourceRef: { kind: 'VolumeSnapshot', name: 'a' } } }, 'field-invalid /spec/dataSourceRef/kind'],
      [
        {
          spec: {
            dataSource: { kind: 'PersistentVolumeClaim', name: 'a' },
            dataSourceRef: { kind: 'PersistentVolumeClaim', name: 'a', namespace: 'b' },
          },
        },
      ],
      [{ spec: { dataSource: { apiGroup: 'snapshot.storage.k8s.io', kind: 'VolumeSnapshot', name: 'a' } } }],
      [{ spec: { dataSourceRef: { apiGroup: 'A', kind: 'B', name: 'a' } } }, 'field-invalid /spec/dataSourceRef/apiGroup'],
      [
        { spec: { dataSource: { kind: 'PersistentVolumeClaim', name: 'a' }, dataSourceRef: { kind: 'PersistentVolumeClaim', name: 'b' } } },
        'field-invalid /spec/dataSource',
      ],
      [{ spec: undefined }, 'field-required /spec/accessModes', 'field-required /spec/resources/requests/storage'],
    ],
  },
  StorageClass: {
    fine: {
      apiVersion: 'storage.k8s.io/v1',
      kind: 'StorageClass',
      metadata,
      provisioner: 'Example.com/a',
      parameters: { a: '' },
      allowedTopologies: [{ matchLabelExpressions: [{ key: 'zone', values: ['a', 'b'] }] }],
    },
    changes: [
      [{ provisioner: '' }, 'field-required /provisioner'],
      [{ provisioner: 'a b' }, 'field-invalid /provisioner'],
      [{ parameters: { '': 'a' } }, 'field-invalid /parameters/'],
      [{ parameters: { a: 'x'.repeat(256 * 1024) } }, 'field-range /parameters'],
      [{ reclaimPolicy: 'Recycle' }, 'field-invalid /reclaimPolicy'],
      [{ allowedTopologies: [{}] }, 'field-required /allowedTopologies/0/matchLabelExpressions'],
      [
        { allowedTopologies: [{ matchLabelExpressions: [{ key: 'a', values: [] }] }] },
        'field-required /allowedTopologies/0/matchLabelExpressions/0/values',
      ],
      [
        { allowedTopologies: [{ matchLabelExpressions: [{ key: 'a', values: ['b', 'b'] }] }] },
        'field-duplicate /allowedTopologies/0/matchLabelExpressions/0/values/1',
      ],
      [
        {
          allowedTopologies: [
            {
              matchLabelExpressions: [
                { key: 'a', values: ['b'] },
                { key: 'a', values: ['c'] },
              ],
            },
          ],
        },
        'field-duplicate /allowedTopologies/0/matchLabelExpressions/1/key',
      ],
      [
        {
          allowedTopologies: [
            { matchLabelExpressions: [{ key: 'a', values: ['b', 'c'] }] },
            { matchLabelExpressions: [{ key: 'a', values: ['c', 'b'] }] },
          ],
        },
        'field-duplicate /allowedTopologies/1',
      ],
    ],
  },
  VolumeAttributesClass: {
    fine: { apiVersion: 'storage.k8s.io/v1', kind: 'VolumeAttributesClass', metadata, driverName: 'a.example.com', parameters: { a: 'b' } },
    changes: [
      [{ driverName: '' }, 'field-required /driverName'],
      [{ parameters: undefined }, 'field-required /parameters'],
    ],
  },
  CSIDriver: {
    fine: {
      apiVersion: 'storage.k8s.io/v1',
      kind: 'CSIDriver',
      metadata,
      spec: { fsGroupPolicy: 'File', tokenRequests: [{ audience: 'a', expirationSeconds: 600 }], volumeLifecycleModes: ['Ephemeral'] },
    },
    changes: [
      [{ spec: { fsGroupPolicy: 'Odd' } }, 'field-invalid /spec/fsGroupPolicy'],
      [{ spec: { volumeLifecycleModes: ['Odd'] } }, 'field-invalid /spec/volumeLifecycleModes/0'],
      [{ spec: { tokenRequests: [{ audience: 'a' }, { audience: 'a' }] } }, 'field-duplicate /spec/tokenRequests/1/audience'],
      [{ spec: { tokenRequests: [{ audience: 'a', expirationSeconds: 599 }] } }, 'field-range /spec/tokenRequests/0/expirationSeconds'],
      [{ spec: { tokenRequests: [], serviceAccountTokenInSecrets: true } }, 'field-forbidden /spec/serviceAccountTokenInSecrets'],
    ],
  },
  CSINode: {
    fine: {
      apiVersion: 'storage.k8s.io/v1',
      kind: 'CSINode',
      metadata,
      spec: { drivers: [{ name: 'a', nodeID: 'b', topologyKeys: ['c/d'], allocatable: { count: 0 } }] },
    },
    changes: [
      [{ spec: { drivers: [{ name: 'a b', nodeID: '' }] } }, 'field-invalid /spec/drivers/0/name', 'field-required /spec/drivers/0/nodeID'],
      [{ spec: { drivers: [{ name: 'a', nodeID: 'x'.repeat(257) }] } }, 'field-invalid /spec/drivers/0/nodeID'],
      [{ spec: { drivers: [{ name: 'a', nodeID: 'b', allocatable: { count: -1 } }] } }, 'field-range /spec/drivers/0/allocatable/count'],
      [{ spec: { drivers: [{ name: 'a', nodeID: 'b', topologyKeys: ['c', 'c'] }] } }, 'field-duplicate /spec/drivers/0/topologyKeys/1'],
    ],
  },
  VolumeAttachment: {
    fine: {
      apiVersion: 'storage.k8s.io/v1',
      kind: 'VolumeAttachment',
      metadata,
      spec: { attacher: 'a', nodeName: 'b', source: { persistentVolumeName: 'c' } },
    },
    changes: [
      [{ spec: { attacher: 'a b' } }, 'field-invalid /spec/attacher'],
      [{ spec: { nodeName: 'A' } }, 'field-invalid /spec/nodeName'],
      [{ spec: { source: {} } }, 'field-required /spec/source'],
      [{ spec: { source: { persistentVolumeName: '' } } }, 'field-required /spec/source/persistentVolumeName'],
      [
        {
          spec: {
            source: {
              persistentVolumeName: undefined,
              inlineVolumeSpec: { accessModes: ['ReadOnlyMany'], csi: { driver: 'a', volumeHandle: 'b' }, storageClassName: 'a' },
            },
          },
        },
        'field-forbidden /spec/source/inlineVolumeSpec/storageClassName',
      ],
      [
        { spec: { source: { persistentVolumeName: undefined, inlineVolumeSpec: { nfs: { server: 'a', path: '/b' } } } } },
        'field-required /spec/source/inlineVolumeSpec/csi',
        'field-required /spec/source/inlineVolumeSpec/accessModes',
      ],
    ],
  },
  CSIStorageCapacity: {
    fine: { apiVersion: 'storage.k8s.io/v1', kind: 'CSIStorageCapacity', metadata: claimMetadata, storageClassName: 'a', capacity: '1Gi' },
    changes: [
      [{ storageClassName: 'A' }, 'field-invalid /storageClassName'],
      [{ capacity: '-1' }, 'field-range /capacity'],
      [{ nodeTopology: { matchLabels: { a: 'b c' } } }, 'field-invalid /nodeTopology/matchLabels/a'],
    ],
  },
};

testObjects(samples);
