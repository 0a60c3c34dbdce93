import { many, testWholes } from './said.ts';

const cel = { cel: { expression: 'true' } };
const configuration = { opaque: { driver: 'a', parameters: {} } };
const request = { name: 'a', exactly: { deviceClassName: 'a', selectors: [cel] } };
const tried = { name: 'a', deviceClassName: 'a' };
const constraint = { requests: ['a'], matchAttribute: 'a/b' };
const node = { nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['a'] }] }] };
const nodeRight = { driver: 'a', pool: { name: 'a', resourceSliceCount: 1, generation: 0 } };
const attributes = { a: { version: '1.2.3' }, b: { string: 'c' } };
const driver = { name: 'a', nodeID: 'b' };
const selector = { matchLabels: { a: 'b' } };

testWholes({
  'a ResourceClaim': {
    right: {
      apiVersion: 'resource.k8s.io/v1',
      kind: 'ResourceClaim',
      metadata: { name: 'a' },
      spec: {
        devices: {
          requests: [request, { name: 'b', firstAvailable: [tried] }],
          constraints: [constraint],
          config: [{ ...configuration, requests: ['a'] }],
        },
      },
    },
    breaks: [
      ['/spec/devices/requests', many(33, (i) => (i === 0 ? request : { ...request, name: `a${i}` })), 'field-range'],
      ['/spec/devices/requests/1/name', 'a', 'field-duplicate'],
      ['/spec/devices/requests/0/exactly/selectors', many(33, () => cel), 'field-range'],
      ['/spec/devices/requests/0/exactly/selectors/0', {}, 'field-required ./cel'],
      ['/spec/devices/requests/1/firstAvailable', many(9, (i) => ({ ...tried, name: `a${i}` })), 'field-range'],
      ['/spec/devices/requests/1/firstAvailable', [tried, tried], 'field-duplicate ./1/name'],
      ['/spec/devices/constraints', many(33, () => constraint), 'field-range'],
      ['/spec/devices/constraints/0/requests', many(33, () => 'a'), 'field-range', ...many(32, (i) => `field-duplicate ./${i + 1}`)],
      ['/spec/devices/config', many(33, () => configuration), 'field-range'],
      ['/spec/devices/config/0/requests', ['a', 'a'], 'field-duplicate ./1'],
    ],
  },
  'a ResourceClaim of an older version': {
    right: {
      apiVersion: 'resource.k8s.io/v1beta1',
      kind: 'ResourceClaim',
      metadata: { name: 'a' },
      spec: { devices: { requests: [{ ...tried, count: 1 }] } },
    },
    breaks: [['/spec/devices/requests/0/count', -1, 'field-range']],
  },
  'a DeviceClass': {
    right: {
      apiVersion: 'resource.k8s.io/v1',
      kind: 'DeviceClass',
      metadata: { name: 'a' },
      spec: { selectors: [cel], config: [configuration] },
    },
    breaks: [['/spec/config', many(33, () => configuration), 'field-range']],
  },
  'a DeviceTaintRule': {
    right: {
      apiVersion: 'resource.k8s.io/v1alpha3',
      kind: 'DeviceTaintRule',
      metadata: { name: 'a' },
      spec: { deviceSelector: { driver: 'a', device: 'b' }, taint: { key: 'a', effect: 'NoExecute' } },
    },
    breaks: [
      ['/spec/deviceSelector/driver', '-', 'field-invalid'],
      ['/spec/deviceSelector/device', 'a.b', 'field-invalid'],
      ['/spec/taint/key', '', 'field-required'],
      ['/spec/taint/effect', '', 'field-required'],
    ],
  },
  'a ResourceSlice': {
    right: {
      apiVersion: 'resource.k8s.io/v1',
      kind: 'ResourceSlice',
      metadata: { name: 'a' },
      spec: { ...nodeRight, nodeSelector: node, devices: [{ name: 'a', attributes }] },
    },
    breaks: [
      ['/spec/nodeSelector/nodeSelectorTerms', [], 'field-required'],
      ['/spec/nodeSelector/nodeSelectorTerms', many(2, () => node.nodeSelectorTerms[0] ?? {}), 'field-invalid'],
      ['/spec/devices', many(129, (i) => ({ name: `a${i}` })), 'field-invalid'],
      ['/spec/devices/0/attributes/a/version', `1.2.3-${'a'.repeat(64)}`, 'field-invalid'],
      ['/spec/devices/0/attributes/a/version', '1.2', 'field-invalid'],
    ],
  },
  'a ResourceSlice that leaves nodes to its devices': {
    right: {
      apiVersion: 'resource.k8s.io/v1beta1',
      kind: 'ResourceSlice',
      metadata: { name: 'a' },
      spec: { ...nodeRight, perDeviceNodeSelection: true, devices: [{ name: 'a', nodeName: 'b', basic: { attributes } }] },
    },
    breaks: [
      ['/spec/devices/0/allNodes', true, 'field-forbidden'],
      ['/spec/devices/0/basic/attributes/a', {}, 'field-required'],
    ],
  },
  'a StorageClass': {
    right: {
      apiVersion: 'storage.k8s.io/v1',
      kind: 'StorageClass',
      metadata: { name: 'a' },
      provisioner: 'a',
      reclaimPolicy: 'Retain',
      parameters: { a: 'b' },
    },
    breaks: [
      ['/reclaimPolicy', 'Recycle', 'field-invalid'],
      ['/parameters', Object.fromEntries(many(513, (i) => [`a${i}`, 'b'])), 'field-range'],
    ],
  },
  'a CSINode': {
    right: { apiVersion: 'storage.k8s.io/v1', kind: 'CSINode', metadata: { name: 'a' }, spec: { drivers: [driver] } },
    breaks: [['/spec/drivers', [driver, driver], 'field-duplicate ./1/name']],
  },
  'a VolumeAttachment': {
    right: {
      apiVersion: 'storage.k8s.io/v1',
      kind: 'VolumeAttachment',
      metadata: { name: 'a' },
      spec: {
        attacher: 'a',
        nodeName: 'b',
        source: { inlineVolumeSpec: { accessModes: ['ReadWriteOnce'], csi: { driver: 'a', volumeHandle: 'b' } } },
      },
    },
    breaks: [['/spec/source/inlineVolumeSpec/csi', undefined, 'field-required']],
  },
  'a CSIStorageCapacity': {
    right: {
      apiVersion: 'storage.k8s.io/v1',
      kind: 'CSIStorageCapacity',
      metadata: { name: 'a' },
      storageClassName: 'a',
      nodeTopology: selector,
      capacity: '1Gi',
    },
    breaks: [['/nodeTopology/matchLabels/a-', 'b', 'field-invalid']],
  },
});
