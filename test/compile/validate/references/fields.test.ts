import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { JsonObject } from '../../../../src/model/json.ts';
import type { Manifest } from '../../../../src/model/manifest.ts';
import { deployment, entryIn, inShort, judged, object } from './judged.ts';

interface Case {
  readonly what: string;
  /** The object that refers, alone. */
  readonly from: readonly Manifest[];
  /** The one finding. */
  readonly told: string;
  /** What makes it right. */
  readonly to: Manifest;
}

const pod = '/spec/template/spec';
const rbac = 'rbac.authorization.k8s.io/v1';
const gateways = 'gateway.networking.k8s.io/v1';
const admission = 'admissionregistration.k8s.io/v1';

const config = (name: string, keys: readonly string[] = ['a']) =>
  object('v1', 'ConfigMap', { name, data: Object.fromEntries(keys.map((key) => [key, ''])) });
const secret = (name: string, more: JsonObject = {}) => object('v1', 'Secret', { name, data: { a: '', b: '' }, ...more });
const plain = (name: string, more: JsonObject = {}) =>
  object('v1', 'Service', { name, spec: { ports: [{ name: 'http', port: 80 }, { port: 443 }] }, ...more });
const env = (valueFrom: JsonObject) => deployment({ containers: [{ name: 'app', env: [{ name: 'A', valueFrom }] }] });
const envFrom = (source: JsonObject) => deployment({ initContainers: [{ name: 'app', envFrom: [source] }] });
const volume = (source: JsonObject) => deployment({ volumes: [{ name: 'a', ...source }] });
const ingress = (spec: JsonObject, metadata: JsonObject = {}) => object('networking.k8s.io/v1', 'Ingress', { spec, metadata });
const behind = (backend: JsonObject) => ingress({ rules: [{ http: { paths: [{ backend }] } }] });
const route = (spec: JsonObject, kind = 'HTTPRoute') => object(gateways, kind, { spec });
const webhooks = (kind: string) =>
  object(admission, kind, { namespace: '', webhooks: [{ clientConfig: { service: { namespace: 'shop', name: 'hook' } } }] });

const cases: readonly Case[] = [
  {
    what: 'env of a ConfigMap',
    from: [env({ configMapKeyRef: { name: 'c', key: 'a' } })],
    told: `error reference-missing ${pod}/containers/0/env/0/valueFrom/configMapKeyRef/name`,
    to: config('c'),
  },
  {
    what: 'env of a Secret',
    from: [env({ secretKeyRef: { name: 's', key: 'a' } })],
    told: `error reference-missing ${pod}/containers/0/env/0/valueFrom/secretKeyRef/name`,
    to: secret('s'),
  },
  {
    what: 'envFrom of a ConfigMap',
    from: [envFrom({ configMapRef: { name: 'c' } })],
    told: `error reference-missing ${pod}/initContainers/0/envFrom/0/configMapRef/name`,
    to: config('c'),
  },
  {
    what: 'envFrom of a Secret',
    from: [envFrom({ secretRef: { name: 's' } })],
    told: `error reference-missing ${pod}/initContainers/0/envFrom/0/secretRef/name`,
    to: secret('s'),
  },
  {
    what: 'volume of a ConfigMap',
    from: [volume({ configMap: { name: 'c', items: [{ key: 'a', path: 'a' }] } })],
    told: `error reference-missing ${pod}/volumes/0/configMap/name`,
    to: config('c'),
  },
  {
    what: 'volume of a Secret',
    from: [volume({ secret: { secretName: 's' } })],
    told: `error reference-missing ${pod}/volumes/0/secret/secretName`,
    to: secret('s'),
  },
  {
    what: 'projected ConfigMap',
    from: [volume({ projected: { sources: [{ configMap: { name: 'c' } }] } })],
    told: `error reference-missing ${pod}/volumes/0/projected/sources/0/configMap/name`,
    to: config('c'),
  },
  {
    what: 'projected Secret',
    from: [volume({ projected: { sources: [{ secret: { name: 's' } }] } })],
    told: `error reference-missing ${pod}/volumes/0/projected/sources/0/secret/name`,
    to: secret('s'),
  },
  {
    what: 'volume of a claim',
    from: [volume({ persistentVolumeClaim: { claimName: 'p' } })],
    told: `error reference-missing ${pod}/volumes/0/persistentVolumeClaim/claimName`,
    to: object('v1', 'PersistentVolumeClaim', { name: 'p' }),
  },
  {
    what: 'volume of a CSI driver',
    from: [volume({ csi: { nodePublishSecretRef: { name: 's' } } })],
    told: `error reference-missing ${pod}/volumes/0/csi/nodePublishSecretRef/name`,
    to: secret('s'),
  },
  {
    what: 'volume with a secretRef',
    from: [volume({ rbd: { secretRef: { name: 's' } } })],
    told: `error reference-missing ${pod}/volumes/0/rbd/secretRef/name`,
    to: secret('s'),
  },
  {
    what: 'volume of Azure',
    from: [volume({ azureFile: { secretName: 's' } })],
    told: `error reference-missing ${pod}/volumes/0/azureFile/secretName`,
    to: secret('s'),
  },
  {
    what: 'ephemeral volume',
    from: [volume({ ephemeral: { volumeClaimTemplate: { spec: { storageClassName: 'fast' } } } })],
    told: `warning reference-missing ${pod}/volumes/0/ephemeral/volumeClaimTemplate/spec/storageClassName`,
    to: object('storage.k8s.io/v1', 'StorageClass', { name: 'fast', namespace: '' }),
  },
  {
    what: 'ServiceAccount',
    from: [deployment({ serviceAccountName: 'a' })],
    told: `error reference-missing ${pod}/serviceAccountName`,
    to: object('v1', 'ServiceAccount', { name: 'a' }),
  },
  {
    what: 'ServiceAccount by the old field',
    from: [deployment({ serviceAccount: 'a' })],
    told: `error reference-missing ${pod}/serviceAccount`,
    to: object('v1', 'ServiceAccount', { name: 'a' }),
  },
  {
    what: 'imagePullSecrets',
    from: [deployment({ imagePullSecrets: [{ name: 's' }] })],
    told: `warning reference-missing ${pod}/imagePullSecrets/0/name`,
    to: secret('s'),
  },
  {
    what: 'imagePullSecrets of an account',
    from: [object('v1', 'ServiceAccount', { imagePullSecrets: [{ name: 's' }] })],
    told: 'warning reference-missing /imagePullSecrets/0/name',
    to: secret('s'),
  },
  {
    what: 'PriorityClass',
    from: [deployment({ priorityClassName: 'p' })],
    told: `warning reference-missing ${pod}/priorityClassName`,
    to: object('scheduling.k8s.io/v1', 'PriorityClass', { name: 'p', namespace: '' }),
  },
  {
    what: 'RuntimeClass',
    from: [deployment({ runtimeClassName: 'r' })],
    told: `warning reference-missing ${pod}/runtimeClassName`,
    to: object('node.k8s.io/v1', 'RuntimeClass', { name: 'r', namespace: '' }),
  },
  {
    what: 'ResourceClaim',
    from: [deployment({ resourceClaims: [{ resourceClaimName: 'r' }] })],
    told: `error reference-missing ${pod}/resourceClaims/0/resourceClaimName`,
    to: object('resource.k8s.io/v1', 'ResourceClaim', { name: 'r' }),
  },
  {
    what: 'ResourceClaimTemplate',
    from: [deployment({ resourceClaims: [{ resourceClaimTemplateName: 'r' }] })],
    told: `error reference-missing ${pod}/resourceClaims/0/resourceClaimTemplateName`,
    to: object('resource.k8s.io/v1', 'ResourceClaimTemplate', { name: 'r' }),
  },
  {
    what: 'DeviceClass',
    from: [object('resource.k8s.io/v1', 'ResourceClaim', { spec: { devices: { requests: [{ exactly: { deviceClassName: 'd' } }] } } })],
    told: 'warning reference-missing /spec/devices/requests/0/exactly/deviceClassName',
    to: object('resource.k8s.io/v1', 'DeviceClass', { name: 'd', namespace: '' }),
  },
  {
    what: 'DeviceClass of an alternative',
    from: [
      object('resource.k8s.io/v1', 'ResourceClaimTemplate', {
        spec: { spec: { devices: { requests: [{ firstAvailable: [{ deviceClassName: 'd' }] }] } } },
      }),
    ],
    told: 'warning reference-missing /spec/spec/devices/requests/0/firstAvailable/0/deviceClassName',
    to: object('resource.k8s.io/v1', 'DeviceClass', { name: 'd', namespace: '' }),
  },
  {
    what: 'CronJob, far inside',
    from: [object('batch/v1', 'CronJob', { spec: { jobTemplate: { spec: { template: { spec: { serviceAccountName: 'a' } } } } } })],
    told: 'error reference-missing /spec/jobTemplate/spec/template/spec/serviceAccountName',
    to: object('v1', 'ServiceAccount', { name: 'a' }),
  },
  {
    what: 'Pod',
    from: [object('v1', 'Pod', { spec: { serviceAccountName: 'a' } })],
    told: 'error reference-missing /spec/serviceAccountName',
    to: object('v1', 'ServiceAccount', { name: 'a' }),
  },
  {
    what: 'StorageClass of a claim',
    from: [object('v1', 'PersistentVolumeClaim', { spec: { storageClassName: 'fast' } })],
    told: 'warning reference-missing /spec/storageClassName',
    to: object('storage.k8s.io/v1', 'StorageClass', { name: 'fast', namespace: '' }),
  },
  {
    what: 'VolumeAttributesClass',
    from: [object('v1', 'PersistentVolumeClaim', { spec: { volumeAttributesClassName: 'gold' } })],
    told: 'warning reference-missing /spec/volumeAttributesClassName',
    to: object('storage.k8s.io/v1', 'VolumeAttributesClass', { name: 'gold', namespace: '' }),
  },
  {
    what: 'PersistentVolume',
    from: [object('v1', 'PersistentVolumeClaim', { spec: { volumeName: 'v' } })],
    told: 'warning reference-missing /spec/volumeName',
    to: object('v1', 'PersistentVolume', { name: 'v', namespace: '' }),
  },
  {
    what: 'snapshot that a claim is filled from',
    from: [
      object('v1', 'PersistentVolumeClaim', {
        spec: { dataSource: { apiGroup: 'snapshot.storage.k8s.io', kind: 'VolumeSnapshot', name: 'v' } },
      }),
    ],
    told: 'warning reference-missing /spec/dataSource/name',
    to: object('snapshot.storage.k8s.io/v1', 'VolumeSnapshot', { name: 'v' }),
  },
  {
    what: 'claim in another namespace that one is filled from',
    from: [
      object('v1', 'PersistentVolumeClaim', { spec: { dataSourceRef: { kind: 'PersistentVolumeClaim', namespace: 'data', name: 'v' } } }),
    ],
    told: 'warning reference-missing /spec/dataSourceRef/name',
    to: object('v1', 'PersistentVolumeClaim', { name: 'v', namespace: 'data' }),
  },
  {
    what: 'Secret of a PersistentVolume',
    from: [object('v1', 'PersistentVolume', { namespace: '', spec: { csi: { nodeStageSecretRef: { namespace: 'shop', name: 's' } } } })],
    told: 'error reference-missing /spec/csi/nodeStageSecretRef/name',
    to: secret('s'),
  },
  {
    what: 'class of a snapshot',
    from: [object('snapshot.storage.k8s.io/v1', 'VolumeSnapshot', { spec: { volumeSnapshotClassName: 'c' } })],
    told: 'warning reference-missing /spec/volumeSnapshotClassName',
    to: object('snapshot.storage.k8s.io/v1', 'VolumeSnapshotClass', { name: 'c', namespace: '' }),
  },
  {
    what: 'claim of a snapshot',
    from: [object('snapshot.storage.k8s.io/v1', 'VolumeSnapshot', { spec: { source: { persistentVolumeClaimName: 'p' } } })],
    told: 'error reference-missing /spec/source/persistentVolumeClaimName',
    to: object('v1', 'PersistentVolumeClaim', { name: 'p' }),
  },
  {
    what: 'class of a claim template',
    from: [
      object('apps/v1', 'StatefulSet', {
        spec: { volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: { storageClassName: 'fast' } }] },
      }),
    ],
    told: 'warning reference-missing /spec/volumeClaimTemplates/0/spec/storageClassName',
    to: object('storage.k8s.io/v1', 'StorageClass', { name: 'fast', namespace: '' }),
  },
  {
    what: 'Service of a StatefulSet',
    from: [object('apps/v1', 'StatefulSet', { spec: { serviceName: 'db' } })],
    told: 'error reference-missing /spec/serviceName',
    to: plain('db'),
  },
  {
    what: 'Service of an Ingress',
    from: [behind({ service: { name: 'front', port: { name: 'http' } } })],
    told: 'error reference-missing /spec/rules/0/http/paths/0/backend/service/name',
    to: plain('front'),
  },
  {
    what: 'default backend',
    from: [ingress({ defaultBackend: { service: { name: 'front', port: { number: 80 } } } })],
    told: 'error reference-missing /spec/defaultBackend/service/name',
    to: plain('front'),
  },
  {
    what: 'resource behind an Ingress',
    from: [behind({ resource: { apiGroup: 'example.com', kind: 'Bucket', name: 'b' } })],
    told: 'warning reference-missing /spec/rules/0/http/paths/0/backend/resource/name',
    to: object('example.com/v1', 'Bucket', { name: 'b' }),
  },
  {
    what: 'IngressClass',
    from: [ingress({ ingressClassName: 'nginx' })],
    told: 'warning reference-missing /spec/ingressClassName',
    to: object('networking.k8s.io/v1', 'IngressClass', { name: 'nginx', namespace: '' }),
  },
  {
    what: 'certificate of an Ingress',
    from: [ingress({ tls: [{ secretName: 's' }] })],
    told: 'error reference-missing /spec/tls/0/secretName',
    to: secret('s'),
  },
  {
    what: 'Service of a route',
    from: [route({ rules: [{ backendRefs: [{ name: 'front', port: 80 }] }] })],
    told: 'error reference-missing /spec/rules/0/backendRefs/0/name',
    to: plain('front'),
  },
  {
    what: 'Service in another namespace',
    from: [route({ rules: [{ backendRefs: [{ name: 'front', namespace: 'data', port: 80 }] }] }, 'GRPCRoute')],
    told: 'error reference-missing /spec/rules/0/backendRefs/0/name',
    to: plain('front', { namespace: 'data' }),
  },
  {
    what: 'mirror of a route',
    from: [route({ rules: [{ filters: [{ requestMirror: { backendRef: { name: 'front', port: 80 } } }] }] })],
    told: 'error reference-missing /spec/rules/0/filters/0/requestMirror/backendRef/name',
    to: plain('front'),
  },
  {
    what: 'gateway at home',
    from: [route({ parentRefs: [{ name: 'public' }] }, 'TLSRoute')],
    told: 'error reference-missing /spec/parentRefs/0/name',
    to: object(gateways, 'Gateway', { name: 'public' }),
  },
  {
    what: 'gateway of others',
    from: [route({ parentRefs: [{ name: 'public', namespace: 'ingress' }] }, 'TCPRoute')],
    told: 'warning reference-missing /spec/parentRefs/0/name',
    to: object(gateways, 'Gateway', { name: 'public', namespace: 'ingress' }),
  },
  {
    what: 'GatewayClass',
    from: [object(gateways, 'Gateway', { spec: { gatewayClassName: 'envoy' } })],
    told: 'warning reference-missing /spec/gatewayClassName',
    to: object(gateways, 'GatewayClass', { name: 'envoy', namespace: '' }),
  },
  {
    what: 'certificate of a gateway',
    from: [object(gateways, 'Gateway', { spec: { listeners: [{ tls: { certificateRefs: [{ name: 's' }] } }] } })],
    told: 'error reference-missing /spec/listeners/0/tls/certificateRefs/0/name',
    to: secret('s'),
  },
  {
    what: 'what an autoscaler scales',
    from: [
      object('autoscaling/v2', 'HorizontalPodAutoscaler', {
        spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' } },
      }),
    ],
    told: 'error reference-missing /spec/scaleTargetRef/name',
    to: deployment(),
  },
  {
    what: 'Role',
    from: [object(rbac, 'RoleBinding', { roleRef: { kind: 'Role', name: 'r' } })],
    told: 'error reference-missing /roleRef/name',
    to: object(rbac, 'Role', { name: 'r' }),
  },
  {
    what: 'ClusterRole',
    from: [object(rbac, 'RoleBinding', { roleRef: { kind: 'ClusterRole', name: 'r' } })],
    told: 'error reference-missing /roleRef/name',
    to: object(rbac, 'ClusterRole', { name: 'r', namespace: '' }),
  },
  {
    what: 'ClusterRole of a ClusterRoleBinding',
    from: [object(rbac, 'ClusterRoleBinding', { namespace: '', roleRef: { kind: 'ClusterRole', name: 'r' } })],
    told: 'error reference-missing /roleRef/name',
    to: object(rbac, 'ClusterRole', { name: 'r', namespace: '' }),
  },
  {
    what: 'subject at home',
    from: [object(rbac, 'RoleBinding', { subjects: [{ kind: 'ServiceAccount', namespace: 'shop', name: 'a' }] })],
    told: 'error reference-missing /subjects/0/name',
    to: object('v1', 'ServiceAccount', { name: 'a' }),
  },
  {
    what: 'subject of others',
    from: [object(rbac, 'RoleBinding', { subjects: [{ kind: 'User' }, { kind: 'ServiceAccount', namespace: 'monitoring', name: 'a' }] })],
    told: 'warning reference-missing /subjects/1/name',
    to: object('v1', 'ServiceAccount', { name: 'a', namespace: 'monitoring' }),
  },
  {
    what: 'account of a token',
    from: [
      object('v1', 'Secret', {
        type: 'kubernetes.io/service-account-token',
        metadata: { annotations: { 'kubernetes.io/service-account.name': 'a' } },
      }),
    ],
    told: 'error reference-missing /metadata/annotations/kubernetes.io~1service-account.name',
    to: object('v1', 'ServiceAccount', { name: 'a' }),
  },
  {
    what: 'validating webhook',
    from: [webhooks('ValidatingWebhookConfiguration')],
    told: 'error reference-missing /webhooks/0/clientConfig/service/name',
    to: plain('hook'),
  },
  {
    what: 'mutating webhook',
    from: [webhooks('MutatingWebhookConfiguration')],
    told: 'error reference-missing /webhooks/0/clientConfig/service/name',
    to: plain('hook'),
  },
  {
    what: 'APIService',
    from: [
      object('apiregistration.k8s.io/v1', 'APIService', { namespace: '', spec: { service: { namespace: 'shop', name: 'api', port: 80 } } }),
    ],
    told: 'error reference-missing /spec/service/name',
    to: plain('api'),
  },
  {
    what: 'conversion',
    from: [
      object('apiextensions.k8s.io/v1', 'CustomResourceDefinition', {
        namespace: '',
        spec: { conversion: { webhook: { clientConfig: { service: { namespace: 'shop', name: 'hook' } } } } },
      }),
    ],
    told: 'error reference-missing /spec/conversion/webhook/clientConfig/service/name',
    to: plain('hook'),
  },
  {
    what: 'admission policy',
    from: [object(admission, 'ValidatingAdmissionPolicyBinding', { namespace: '', spec: { policyName: 'p' } })],
    told: 'error reference-missing /spec/policyName',
    to: object(admission, 'ValidatingAdmissionPolicy', { name: 'p', namespace: '' }),
  },
  {
    what: 'mutating admission policy',
    from: [object(admission, 'MutatingAdmissionPolicyBinding', { namespace: '', spec: { policyName: 'p' } })],
    told: 'error reference-missing /spec/policyName',
    to: object(admission, 'MutatingAdmissionPolicy', { name: 'p', namespace: '' }),
  },
  {
    what: 'parameters of an admission policy',
    from: [
      object(admission, 'ValidatingAdmissionPolicy', {
        name: 'p',
        namespace: '',
        spec: { paramKind: { apiVersion: 'v1', kind: 'ConfigMap' } },
      }),
      object(admission, 'ValidatingAdmissionPolicyBinding', {
        namespace: '',
        spec: { policyName: 'p', paramRef: { namespace: 'shop', name: 'c', parameterNotFoundAction: 'Deny' } },
      }),
    ],
    told: 'error reference-missing /spec/paramRef/name',
    to: config('c'),
  },
  {
    what: 'priority level',
    from: [object('flowcontrol.apiserver.k8s.io/v1', 'FlowSchema', { namespace: '', spec: { priorityLevelConfiguration: { name: 'l' } } })],
    told: 'warning reference-missing /spec/priorityLevelConfiguration/name',
    to: object('flowcontrol.apiserver.k8s.io/v1', 'PriorityLevelConfiguration', { name: 'l', namespace: '' }),
  },

  {
    what: 'key of a ConfigMap',
    from: [env({ configMapKeyRef: { name: 'c', key: 'x' } }), config('c')],
    told: `error key-missing ${pod}/containers/0/env/0/valueFrom/configMapKeyRef/key`,
    to: config('c', ['x']),
  },
  {
    what: 'item of a volume',
    from: [
      volume({
        secret: {
          secretName: 's',
          items: [
            { key: 'a', path: 'a' },
            { key: 'x', path: 'x' },
          ],
        },
      }),
      secret('s'),
    ],
    told: `error key-missing ${pod}/volumes/0/secret/items/1/key`,
    to: secret('s', { binaryData: { x: '' }, data: { a: '', x: '' } }),
  },
  {
    what: 'item of a projected volume',
    from: [volume({ projected: { sources: [{ configMap: { name: 'c', items: [{ key: 'x', path: 'x' }] } }] } }), config('c')],
    told: `error key-missing ${pod}/volumes/0/projected/sources/0/configMap/items/0/key`,
    to: object('v1', 'ConfigMap', { name: 'c', binaryData: { x: '' } }),
  },
  {
    what: 'port name',
    from: [behind({ service: { name: 'front', port: { name: 'htp' } } }), plain('front')],
    told: 'error port-missing /spec/rules/0/http/paths/0/backend/service/port/name',
    to: plain('front', { spec: { ports: [{ name: 'htp', port: 1 }] } }),
  },
  {
    what: 'port number',
    from: [behind({ service: { name: 'front', port: { number: 81 } } }), plain('front')],
    told: 'error port-missing /spec/rules/0/http/paths/0/backend/service/port/number',
    to: plain('front', { spec: { ports: [{ port: 81 }] } }),
  },
  {
    what: 'port of a route',
    from: [route({ rules: [{ backendRefs: [{ name: 'front', port: 81 }] }] }), plain('front')],
    told: 'error port-missing /spec/rules/0/backendRefs/0/port',
    to: plain('front', { spec: { ports: [{ port: 81 }] } }),
  },
  {
    what: 'the usual port of a webhook',
    from: [webhooks('ValidatingWebhookConfiguration'), plain('hook', { spec: { ports: [{ port: 80 }] } })],
    told: 'error port-missing /webhooks/0/clientConfig/service/port',
    to: plain('hook'),
  },
];

describe('a reference that leads nowhere is told, and is right when somebody has what it names:', () => {
  for (const { what, from, told, to } of cases) {
    test(what, () => {
      const [found, ...others] = judged(from);
      assert.equal(found === undefined ? undefined : inShort(found), told);
      assert.deepEqual(others, []);
      const without = from.filter(({ kind, metadata }) => kind !== to.kind || metadata.name !== to.metadata.name);
      assert.deepEqual(judged([...without, to]), []);
      const entry = entryIn(found?.help);
      assert.equal(entry.length, 1, found?.help);
      assert.deepEqual(judged(from, { external: entry }), []);
    });
  }
});

describe('nothing is said of', () => {
  const optional = { optional: true };
  const rows: readonly (readonly [string, readonly Manifest[]])[] = [
    [
      'what is optional',
      [
        deployment({
          containers: [
            {
              env: [
                { valueFrom: { configMapKeyRef: { name: 'c', key: 'a', ...optional } } },
                { valueFrom: { secretKeyRef: { name: 's', key: 'a', ...optional } } },
              ],
              envFrom: [{ configMapRef: { name: 'c', ...optional } }, { secretRef: { name: 's', ...optional } }],
            },
          ],
          volumes: [
            { configMap: { name: 'c', items: [{ key: 'a' }], ...optional } },
            { secret: { secretName: 's', ...optional } },
            { projected: { sources: [{ configMap: { name: 'c', ...optional } }, { secret: { name: 's', ...optional } }] } },
          ],
        }),
      ],
    ],
    ['an optional key', [env({ configMapKeyRef: { name: 'c', key: 'x', ...optional } }), config('c')]],
    [
      'what every cluster has',
      [
        deployment({
          serviceAccountName: 'default',
          priorityClassName: 'system-node-critical',
          volumes: [{ configMap: { name: 'kube-root-ca.crt' } }],
        }),
        object(rbac, 'RoleBinding', { name: 'a', roleRef: { kind: 'ClusterRole', name: 'view' } }),
        object(rbac, 'ClusterRoleBinding', { name: 'b', namespace: '', roleRef: { kind: 'ClusterRole', name: 'system:auth-delegator' } }),
        object(rbac, 'RoleBinding', {
          name: 'c',
          namespace: 'kube-system',
          roleRef: { kind: 'Role', name: 'extension-apiserver-authentication-reader' },
        }),
        object(rbac, 'RoleBinding', {
          name: 'd',
          subjects: [{ kind: 'ServiceAccount', namespace: 'kube-system', name: 'resourcequota-controller' }],
        }),
        object('flowcontrol.apiserver.k8s.io/v1', 'FlowSchema', {
          namespace: '',
          spec: { priorityLevelConfiguration: { name: 'workload-low' } },
        }),
        behind({ service: { name: 'front', port: { number: 7 } } }),
        object('v1', 'Service', { name: 'front', spec: { type: 'ExternalName', externalName: 'example.com' } }),
      ],
    ],
    [
      'empty names and no names',
      [
        deployment({ serviceAccountName: '', priorityClassName: '', runtimeClassName: null }),
        object('v1', 'PersistentVolumeClaim', { spec: { storageClassName: '' } }),
        object('apps/v1', 'StatefulSet', { spec: { serviceName: '' } }),
        ingress({ tls: [{ hosts: ['a'] }], rules: [{ host: 'a' }] }),
      ],
    ],
    [
      'the claims that a StatefulSet makes',
      [
        object('apps/v1', 'StatefulSet', { name: 'db', spec: { volumeClaimTemplates: [{ metadata: { name: 'data' } }] } }),
        volume({ persistentVolumeClaim: { claimName: 'data-db-12' } }),
      ],
    ],
    [
      'a class by which a claim finds its volume',
      [
        object('v1', 'PersistentVolume', { namespace: '', spec: { storageClassName: 'manual' } }),
        object('v1', 'PersistentVolumeClaim', { spec: { storageClassName: 'manual' } }),
      ],
    ],
    [
      'kinds that others know',
      [
        route({
          parentRefs: [{ group: 'example.com', kind: 'Mesh', name: 'm' }],
          rules: [{ backendRefs: [{ group: 'multicluster.x-k8s.io', kind: 'ServiceImport', name: 'a' }] }],
        }),
        object('v1', 'PersistentVolumeClaim', { spec: { dataSourceRef: { apiGroup: 'example.com', kind: 'Dump', name: 'd' } } }),
        object('example.com/v1', 'Deployment', { spec: { template: { spec: { serviceAccountName: 'a' } } } }),
      ],
    ],
    [
      'policies whose parameters may be missing, or depend on the object',
      [
        object(admission, 'ValidatingAdmissionPolicy', {
          name: 'p',
          namespace: '',
          spec: { paramKind: { apiVersion: 'v1', kind: 'ConfigMap' } },
        }),
        object(admission, 'ValidatingAdmissionPolicyBinding', {
          name: 'a',
          namespace: '',
          spec: { policyName: 'p', paramRef: { namespace: 'shop', name: 'c', parameterNotFoundAction: 'Allow' } },
        }),
        object(admission, 'ValidatingAdmissionPolicyBinding', {
          name: 'b',
          namespace: '',
          spec: { policyName: 'p', paramRef: { name: 'c', parameterNotFoundAction: 'Deny' } },
        }),
      ],
    ],
    [
      'webhooks with a URL, and APIs of the server itself',
      [
        object(admission, 'ValidatingWebhookConfiguration', { namespace: '', webhooks: [{ clientConfig: { url: 'https://a' } }] }),
        object('apiregistration.k8s.io/v1', 'APIService', { namespace: '', spec: {} }),
      ],
    ],
    [
      'what has the wrong type',
      [
        deployment({
          serviceAccountName: 7,
          volumes: 'none',
          containers: [null, { env: [{ valueFrom: [] }], envFrom: { a: 1 } }],
          imagePullSecrets: [{ name: {} }],
          resourceClaims: 'r',
        }),
        object('v1', 'Service', { name: 'odd', spec: { selector: 'a', ports: 7 } }),
        ingress({ rules: [7, { http: { paths: [{ backend: { service: { name: [], port: 'a' } } }] } }], tls: {} }),
        object(rbac, 'RoleBinding', { subjects: 'all', roleRef: 'r' }),
        object('autoscaling/v2', 'HorizontalPodAutoscaler', { spec: { scaleTargetRef: [] } }),
      ],
    ],
  ];
  for (const [what, manifests] of rows)
    test(what, () =>
      assert.deepEqual(
        judged(manifests).map(({ message }) => message),
        [],
      ),
    );
});

test('what is handed over stays in the cluster, and what leaves with its environment refers to nothing any more', () => {
  const handedOver = { ref: { group: '', kind: 'ConfigMap', namespace: 'shop', name: 'c' }, to: 'other' };
  assert.deepEqual(judged([envFrom({ configMapRef: { name: 'c' } })], { outside: { handOver: [handedOver] } }), []);
  assert.deepEqual(judged([envFrom({ configMapRef: { name: 'c' } })], { outside: { removed: 'prune' } }), []);
});

test('keys that are left to others may be there', () => {
  const objects = [env({ configMapKeyRef: { name: 'c', key: 'x/y' } }), config('c')];
  assert.equal(judged(objects).length, 1);
  for (const ignore of ['/data', '/data/x~1y', '/binaryData'])
    assert.deepEqual(judged(objects, { rules: { ignore: [ignore] } }), [], ignore);
  assert.equal(judged(objects, { rules: { ignore: ['/data/x'] } }).length, 1);
});

test('a target is told once per object, and each key of it once', () => {
  const from = (key: string) => ({ name: key, valueFrom: { secretKeyRef: { name: 's', key } } });
  const twice = deployment({ containers: [{ env: [from('x'), from('y')] }, { env: [from('x')] }] });
  assert.deepEqual(judged([twice]).map(inShort), [`error reference-missing ${pod}/containers/0/env/0/valueFrom/secretKeyRef/name`]);
  assert.deepEqual(judged([twice, secret('s')]).map(inShort), [
    `error key-missing ${pod}/containers/0/env/0/valueFrom/secretKeyRef/key`,
    `error key-missing ${pod}/containers/0/env/1/valueFrom/secretKeyRef/key`,
  ]);
});

test('messages tell what is there instead, and where else it is', () => {
  const found = judged([
    envFrom({ configMapRef: { name: 'confg' } }),
    ...['config', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => config(name)),
    object('v1', 'ConfigMap', { name: 'confg', namespace: 'data' }),
  ]);
  assert.deepEqual(
    found.map(({ message, help }) => [message, help]),
    [
      [
        '`Deployment/shop/web` refers to the ConfigMap `confg`, which is not known in the namespace `shop`: there are `b`, `c`, `config`, `d`, `e`, `f` and 1 more; there is one in the namespace `data`',
        "did you mean `config`? if not, make it in a chart, or say that somebody else does: `external: [{ kind: 'ConfigMap', namespace: 'shop', name: 'confg' }]`",
      ],
    ],
  );
  const [key] = judged([env({ secretKeyRef: { name: 's', key: 'pasword' } }), secret('s', { data: { password: '', user: '' } })]);
  assert.equal(key?.message, '`Deployment/shop/web` refers to the key `pasword` of the Secret `s`, which has `password`, `user`');
  assert.equal(
    key?.help,
    "did you mean `password`? if not, add it there, or say that somebody else does: `external: [{ kind: 'Secret', namespace: 'shop', name: 's', keys: ['pasword'] }]`",
  );
});
