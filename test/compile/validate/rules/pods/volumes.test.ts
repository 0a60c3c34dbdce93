import { volume } from '../../../../../src/compile/validate/rules/pods/volumes.ts';
import type { JsonObject } from '../../../../../src/model/json.ts';
import { testRules } from '../said.ts';

const of = (source: JsonObject) => ({ name: 'v', ...source });
const claim = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } };
const iscsi = { targetPortal: 'a', iqn: 'iqn.2001-04.com.example:storage', lun: 0 };

testRules({
  'a volume': {
    rule: volume,
    cases: [
      [{ name: 'v' }],
      [{ name: '' }, 'field-required /name'],
      [{ name: 'a.b' }, 'field-invalid /name'],
      [of({ emptyDir: {}, configMap: { name: 'a' } }), 'field-conflict /configMap'],
      [of({ emptyDir: {}, configMap: null })],
      [of({ configMap: 'a', secret: 7 }), 'field-conflict /configMap'],
    ],
  },
  'volumes of the node': {
    rule: volume,
    cases: [
      [of({ emptyDir: { sizeLimit: '0' } })],
      [of({ emptyDir: { sizeLimit: '-1' } }), 'field-range /emptyDir/sizeLimit'],
      [of({ hostPath: { path: 'a' } })],
      [of({ hostPath: { path: '' } }), 'field-required /hostPath/path'],
      [of({ hostPath: { path: '/a/../b' } }), 'field-invalid /hostPath/path'],
    ],
  },
  'volumes of objects': {
    rule: volume,
    cases: [
      [of({ configMap: { name: 'a', defaultMode: 0o644, items: [{ key: 'a', path: 'b/c', mode: 0 }] } })],
      [of({ configMap: {} }), 'field-required /configMap/name'],
      [of({ secret: { secretName: '' } }), 'field-required /secret/secretName'],
      [of({ secret: { secretName: 'a', defaultMode: 644 } }), 'field-invalid /secret/defaultMode'],
      [
        of({ secret: { secretName: 'a', items: [{ key: '', path: '../a' }] } }),
        'field-required /secret/items/0/key',
        'field-invalid /secret/items/0/path',
      ],
      [of({ persistentVolumeClaim: { claimName: '' } }), 'field-required /persistentVolumeClaim/claimName'],
    ],
  },
  'volumes with a claim of their own': {
    rule: volume,
    cases: [
      [of({ ephemeral: { volumeClaimTemplate: { metadata: { labels: { a: 'b' }, name: '', generation: 0 }, spec: claim } } })],
      [of({ ephemeral: {} }), 'field-required /ephemeral/volumeClaimTemplate'],
      [
        of({ ephemeral: { volumeClaimTemplate: { metadata: { name: 'a' }, spec: claim } } }),
        'field-forbidden /ephemeral/volumeClaimTemplate/metadata/name',
      ],
      [
        of({ ephemeral: { volumeClaimTemplate: { spec: { resources: claim.resources } } } }),
        'field-required /ephemeral/volumeClaimTemplate/spec/accessModes',
      ],
    ],
  },
  'volumes of storage systems': {
    rule: volume,
    cases: [
      [of({ csi: { driver: 'A.example.com', nodePublishSecretRef: { name: 'a' } } })],
      [
        of({ csi: { driver: 'a_b', nodePublishSecretRef: {} } }),
        'field-invalid /csi/driver',
        'field-required /csi/nodePublishSecretRef/name',
      ],
      [of({ nfs: { server: 'a', path: '/b' } })],
      [of({ nfs: { server: '', path: 'b' } }), 'field-required /nfs/server', 'field-invalid /nfs/path'],
      [of({ iscsi })],
      [
        of({ iscsi: { ...iscsi, iqn: 'a', lun: 256, chapAuthSession: true } }),
        'field-invalid /iscsi/iqn',
        'field-range /iscsi/lun',
        'field-required /iscsi/secretRef',
      ],
      [of({ iscsi: { ...iscsi, initiatorName: iscsi.iqn, targetPortal: 'a'.repeat(63) } }), 'field-invalid /name'],
      [of({ azureDisk: { diskName: 'a', diskURI: 'https://a', kind: 'Managed' } }), 'field-invalid /azureDisk/diskURI'],
      [of({ fc: { wwids: ['a'], targetWWNs: ['b'] } }), 'field-conflict /fc/wwids'],
      [of({ flexVolume: { driver: 'a', options: { 'kubernetes.io/a': 'b' } } }), 'field-invalid /flexVolume/options/kubernetes.io~1a'],
      [of({ flocker: {} }), 'field-required /flocker/datasetUUID'],
      [of({ quobyte: { registry: 'a', volume: 'b' } }), 'field-invalid /quobyte/registry'],
      [of({ awsElasticBlockStore: { volumeID: 'a', partition: 256 } }), 'field-range /awsElasticBlockStore/partition'],
      [of({ storageos: {} }), 'field-required /storageos/volumeName'],
    ],
  },
});
