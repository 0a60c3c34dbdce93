import type { JsonObject } from '../../../../../src/model/json.ts';
import { type Break, container, testWholes } from './said.ts';

const iqn = 'iqn.2001-04.com.example:a';
const reference = { name: 'a', namespace: 'b' };

/** Sources that pods and PersistentVolumes have alike. */
const both = {
  hostPath: { path: '/a' },
  gcePersistentDisk: { pdName: 'a', partition: 1 },
  awsElasticBlockStore: { volumeID: 'a', partition: 1 },
  glusterfs: { endpoints: 'a', path: 'b' },
  flocker: { datasetName: 'a' },
  nfs: { server: 'a', path: '/a' },
  rbd: { monitors: ['a'], image: 'b' },
  quobyte: { registry: 'a:1', volume: 'b', tenant: 'c' },
  cephfs: { monitors: ['a'] },
  iscsi: { targetPortal: 'a', iqn, lun: 0, initiatorName: iqn, chapAuthSession: true, secretRef: reference },
  cinder: { volumeID: 'a', secretRef: reference },
  fc: { targetWWNs: ['a'], lun: 0 },
  flexVolume: { driver: 'a', options: { a: 'b' } },
  azureFile: { secretName: 'a', shareName: 'b' },
  vsphereVolume: { volumePath: 'a' },
  photonPersistentDisk: { pdID: 'a' },
  portworxVolume: { volumeID: 'a' },
  azureDisk: { diskName: 'a', diskURI: 'https://a' },
  scaleIO: { volumeName: 'a', gateway: 'b', system: 'c' },
  storageos: { volumeName: 'a', volumeNamespace: 'b', secretRef: reference },
  csi: { driver: 'a', nodePublishSecretRef: reference },
};

/** What breaks them, below the source. */
const ofBoth: readonly Break[] = [
  ['/hostPath/path', '', 'field-required'],
  ['/hostPath/path', '/a/../b', 'field-invalid'],
  ['/gcePersistentDisk/pdName', '', 'field-required'],
  ['/gcePersistentDisk/partition', 256, 'field-range'],
  ['/awsElasticBlockStore/volumeID', '', 'field-required'],
  ['/awsElasticBlockStore/partition', -1, 'field-range'],
  ['/glusterfs/endpoints', '', 'field-required'],
  ['/glusterfs/path', '', 'field-required'],
  ['/flocker/datasetName', 'a/b', 'field-invalid'],
  ['/flocker/datasetUUID', 'a', 'field-conflict'],
  ['/rbd/monitors', [], 'field-required'],
  ['/rbd/image', '', 'field-required'],
  ['/quobyte/registry', 'a', 'field-invalid'],
  ['/quobyte/volume', '', 'field-required'],
  ['/quobyte/tenant', 'a'.repeat(65), 'field-invalid'],
  ['/cephfs/monitors', [], 'field-required'],
  ['/iscsi/targetPortal', '', 'field-required'],
  ['/iscsi/iqn', 'a', 'field-invalid'],
  ['/iscsi/lun', 256, 'field-range'],
  ['/iscsi/initiatorName', 'a', 'field-invalid'],
  ['/iscsi/secretRef', undefined, 'field-required'],
  ['/cinder/volumeID', '', 'field-required'],
  ['/cinder/secretRef/name', '', 'field-required'],
  ['/fc/lun', undefined, 'field-required'],
  ['/fc/lun', 256, 'field-range'],
  ['/flexVolume/driver', '', 'field-required'],
  ['/flexVolume/options/a.k8s.io~1b', 'c', 'field-invalid'],
  ['/azureFile/secretName', '', 'field-required'],
  ['/azureFile/shareName', '', 'field-required'],
  ['/vsphereVolume/volumePath', '', 'field-required'],
  ['/photonPersistentDisk/pdID', '', 'field-required'],
  ['/portworxVolume/volumeID', '', 'field-required'],
  ['/azureDisk/diskName', '', 'field-required'],
  ['/azureDisk/diskURI', '', 'field-required'],
  ['/scaleIO/volumeName', '', 'field-required'],
  ['/scaleIO/gateway', '', 'field-required'],
  ['/scaleIO/system', '', 'field-required'],
  ['/storageos/volumeName', undefined, 'field-required'],
  ['/storageos/volumeName', 'a.b', 'field-invalid'],
  ['/storageos/volumeNamespace', 'a.b', 'field-invalid'],
  ['/storageos/secretRef/name', '', 'field-required'],
  ['/csi/driver', '-', 'field-invalid'],
  ['/csi/nodePublishSecretRef/name', '', 'field-required'],
  ['/csi/nodePublishSecretRef/name', 'a_b', 'field-invalid'],
];

const key = { key: 'a', path: 'b', mode: 0o400 };
const told = [
  { path: 'a', fieldRef: { fieldPath: 'metadata.name' } },
  { path: 'b', mode: 0, resourceFieldRef: { containerName: 'a', resource: 'limits.cpu' } },
];
const claim = {
  accessModes: ['ReadWriteOnce'],
  resources: { requests: { storage: '1Gi' } },
  selector: { matchLabels: { a: 'b' } },
  volumeAttributesClassName: 'a',
  dataSourceRef: { apiGroup: 'example.com', kind: 'A', name: 'b' },
};

const ofPods = {
  ...both,
  emptyDir: {},
  gitRepo: { repository: 'a', directory: 'b' },
  secret: { secretName: 'a', defaultMode: 0o400, items: [key] },
  configMap: { name: 'a', defaultMode: 0o400, items: [key] },
  downwardAPI: { defaultMode: 0o400, items: told },
  projected: {
    defaultMode: 0o400,
    sources: [
      { secret: { name: 'a', items: [key] } },
      { configMap: { name: 'a', items: [{ ...key, path: 'c' }] } },
      { downwardAPI: { items: [{ path: 'd', fieldRef: { fieldPath: 'metadata.name' } }] } },
    ],
  },
  persistentVolumeClaim: { claimName: 'a' },
  ephemeral: { volumeClaimTemplate: { metadata: { labels: { a: 'b' } }, spec: claim } },
  image: { reference: 'a' },
};
const volumes = Object.entries(ofPods).map(([name, source]): JsonObject => ({ name: name.toLowerCase(), [name]: source }));

/** A break of a source, as one of the pod that has a volume of each. */
function ofPod([at, value, ...problems]: Break): Break {
  const source = at.split('/')[1] ?? '';
  return [`/spec/volumes/${Object.keys(ofPods).indexOf(source)}${at}`, value, ...problems];
}

const template = '/ephemeral/volumeClaimTemplate';
const parts: readonly Break[] = [
  ['/gitRepo/repository', '', 'field-required'],
  ['/gitRepo/directory', '../a', 'field-invalid'],
  ['/secret/secretName', undefined, 'field-required'],
  ['/secret/defaultMode', 512, 'field-invalid'],
  ['/secret/items/0/key', '', 'field-required'],
  ['/secret/items/0/path', '', 'field-required'],
  ['/secret/items/0/mode', 512, 'field-invalid'],
  ['/configMap/name', undefined, 'field-required'],
  ['/configMap/defaultMode', 512, 'field-invalid'],
  ['/configMap/items/0/mode', 512, 'field-invalid'],
  ['/downwardAPI/defaultMode', 512, 'field-invalid'],
  ['/downwardAPI/items/0/path', '/a', 'field-invalid'],
  ['/downwardAPI/items/1/mode', 512, 'field-invalid'],
  ['/downwardAPI/items/1/resourceFieldRef/resource', '', 'field-required'],
  ['/downwardAPI/items/1/resourceFieldRef/containerName', undefined, 'field-required'],
  ['/projected/defaultMode', 512, 'field-invalid'],
  ['/projected/sources/0/secret/name', undefined, 'field-required'],
  ['/projected/sources/0/secret/items/0/key', '', 'field-required'],
  ['/projected/sources/1/configMap/items/0/key', '', 'field-required'],
  ['/projected/sources/2/downwardAPI/items/0/path', '', 'field-required'],
  ['/persistentVolumeClaim/claimName', '', 'field-required'],
  [`${template}/spec`, undefined, 'field-required'],
  [`${template}/metadata/labels/a b`, 'c', 'field-invalid'],
  [`${template}/metadata/name`, 'a', 'field-forbidden'],
  [`${template}/spec/accessModes`, [], 'field-required'],
  [`${template}/spec/selector/matchLabels/a b`, 'c', 'field-invalid'],
  [`${template}/spec/volumeAttributesClassName`, 'a b', 'field-invalid'],
  [`${template}/spec/dataSourceRef/apiGroup`, 'a b', 'field-invalid'],
  [`${template}/spec/dataSourceRef/kind`, '', 'field-required'],
  [`${template}/spec/dataSourceRef/name`, '', 'field-required'],
  ['/image/reference', '', 'field-required'],
  ['/nfs/server', '', 'field-required'],
  ['/nfs/path', '', 'field-required', 'field-invalid'],
];

testWholes({
  'the volumes of a pod': {
    right: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' }, spec: { containers: [container], volumes } },
    breaks: [...ofBoth, ...parts].map(ofPod),
  },
});

const nodes = { required: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'a', operator: 'Exists' }] }] } };
const ofVolumes = {
  ...both,
  local: { path: '/a' },
  glusterfs: { ...both.glusterfs, endpointsNamespace: 'c' },
  azureFile: { ...both.azureFile, secretNamespace: 'c' },
  csi: {
    driver: 'a',
    volumeHandle: 'b',
    controllerPublishSecretRef: reference,
    controllerExpandSecretRef: reference,
    nodePublishSecretRef: reference,
    nodeExpandSecretRef: reference,
  },
};
const ofVolumesOnly: readonly Break[] = [
  ['/local/path', '', 'field-required'],
  ['/local/path', '/a/../b', 'field-invalid'],
  ['/glusterfs/endpointsNamespace', 'a.b', 'field-invalid'],
  ['/iscsi/secretRef/name', '', 'field-required'],
  ['/cinder/secretRef/namespace', '', 'field-required'],
  ['/azureFile/secretNamespace', '', 'field-required'],
  ['/nfs/path', '', 'field-invalid'],
  ['/csi/volumeHandle', '', 'field-required'],
  ['/csi/controllerPublishSecretRef/namespace', '', 'field-required'],
  ['/csi/controllerExpandSecretRef/name', '', 'field-required'],
  ['/csi/nodeExpandSecretRef/name', 'a_b', 'field-invalid'],
  ['/csi/nodePublishSecretRef/namespace', 'a.b', 'field-invalid'],
];
const volume = {
  apiVersion: 'v1',
  kind: 'PersistentVolume',
  metadata: { name: 'a' },
  spec: { accessModes: ['ReadWriteOnce'], capacity: { storage: '1Gi' }, nodeAffinity: nodes },
};

testWholes(
  Object.fromEntries(
    Object.entries(ofVolumes).map(([name, source]) => [
      `a PersistentVolume of ${name}`,
      {
        right: { ...volume, spec: { ...volume.spec, [name]: source } },
        breaks: [...ofBoth, ...ofVolumesOnly]
          .filter(([at]) => at.startsWith(`/${name}/`))
          .map(([at, ...rest]): Break => [`/spec${at}`, ...rest]),
      },
    ]),
  ),
);

testWholes({
  'a PersistentVolume': {
    right: { ...volume, spec: { ...volume.spec, csi: ofVolumes.csi, storageClassName: 'a', volumeAttributesClassName: 'b' } },
    breaks: [
      ['/spec/volumeAttributesClassName', '', 'field-required'],
      ['/spec/nodeAffinity/required', undefined, 'field-required'],
      ['/spec/nodeAffinity/required/nodeSelectorTerms/0/matchExpressions/0/key', 'a b', 'field-invalid'],
    ],
  },
});
