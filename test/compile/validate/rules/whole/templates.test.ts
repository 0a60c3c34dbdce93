import type { JsonObject } from '../../../../../src/model/json.ts';
import { container, testWholes } from './said.ts';

const claimSpec: JsonObject = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } };
const claimAt = '/spec/volumeClaimTemplates/0';
const labels = { app: 'a' };
const owner = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'a', uid: 'b' };

testWholes({
  'claims of a StatefulSet': {
    right: {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: { name: 'a', ownerReferences: [owner, { ...owner, apiVersion: 'v1', name: 'c' }] },
      spec: {
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [container] } },
        volumeClaimTemplates: [
          { metadata: { name: 'a' }, spec: { ...claimSpec, dataSource: { kind: 'PersistentVolumeClaim', name: 'b' } } },
          {
            metadata: { name: 'b' },
            spec: {
              ...claimSpec,
              dataSourceRef: { apiGroup: 'snapshot.storage.k8s.io', kind: 'VolumeSnapshot', name: 'b', namespace: 'c' },
            },
          },
        ],
      },
    },
    breaks: [
      [`${claimAt}/spec/dataSource`, { kind: 'a', name: 'a' }, 'field-invalid ./kind'],
      [`${claimAt}/spec/dataSource`, {}, 'field-required ./name', 'field-required ./kind'],
      [`${claimAt}/spec/dataSource/name`, '', 'field-required'],
      [`${claimAt}/spec/dataSource/apiGroup`, 'Not valid!', 'field-invalid'],
      [
        `${claimAt}/spec/dataSourceRef`,
        { kind: 'a', name: 'a', namespace: 'a' },
        'field-invalid ./kind',
        `field-forbidden ${claimAt}/spec/dataSource`,
      ],
      ['/spec/volumeClaimTemplates/1/spec/dataSourceRef/namespace', 'Not valid!', 'field-invalid'],
      ['/spec/template/metadata/labels/app', null, 'selector-mismatch /spec/template/metadata/labels'],
      ['/metadata/ownerReferences/0/apiVersion', '/a/b', 'field-invalid'],
      ['/metadata/ownerReferences/0/apiVersion', 'apps/', 'field-invalid'],
    ],
  },
  'a template whose label is null': {
    right: {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: { name: 'a' },
      spec: {
        selector: { matchLabels: { app: '' } },
        template: { metadata: { labels: { app: null } }, spec: { containers: [container] } },
      },
    },
    breaks: [['/spec/selector/matchLabels/app', 'a', 'selector-mismatch /spec/template/metadata/labels']],
  },
  'a pod with a claim of its own, that ends at once': {
    right: {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'a' },
      spec: {
        terminationGracePeriodSeconds: -1,
        containers: [{ ...container, lifecycle: { preStop: { sleep: { seconds: 1 } } } }],
        volumes: [{ name: 'a', ephemeral: { volumeClaimTemplate: { metadata: { labels, name: '', generation: 0 }, spec: claimSpec } } }],
      },
    },
    breaks: [
      ['/spec/containers/0/lifecycle/preStop/sleep/seconds', 5, 'field-range'],
      ['/spec/volumes/0/ephemeral/volumeClaimTemplate/metadata/deletionGracePeriodSeconds', 0, 'field-forbidden'],
      ['/spec/volumes/0/ephemeral/volumeClaimTemplate/spec/dataSource', { kind: 'a', name: 'a' }, 'field-invalid ./kind'],
    ],
  },
  'a Namespace that says what its pods may do': {
    right: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'a', labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } } },
    breaks: [['/metadata/labels/pod-security.kubernetes.io~1enforce', null, 'field-invalid']],
  },
  'a Service on nodes': {
    right: {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'a' },
      spec: { type: 'NodePort', ports: [{ port: 80, nodePort: 30_000 }] },
    },
    breaks: [['/spec/ports/0/nodePort', 70_000, 'field-range']],
  },
});
