import { ApiObject } from 'cdk8s';
import { defineChart, defineEnvironment } from 'lockstep';

/** Objects that every schema takes, and the API server's code does not. */
const refused = defineChart({
  namespace: 'shop',
  build(chart) {
    const object = (apiVersion: string, kind: string, fields: object): void => {
      new ApiObject(chart, kind.toLowerCase(), { apiVersion, kind, metadata: { name: 'web' }, ...fields });
    };
    new ApiObject(chart, 'namespace', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } });
    object('v1', 'Service', { spec: { type: 'ExternalName', clusterIP: 'None', ports: [{ port: 80 }, { port: 81, nodePort: 30_081 }] } });
    object('v1', 'ConfigMap', { data: { 'a/b': 'c' }, metadata: { name: 'web', generateName: 'Web-' } });
    object('v1', 'LimitRange', { spec: { limits: [{ type: 'Container', min: { cpu: '2' }, max: { cpu: '1' } }] } });
    object('v1', 'PersistentVolumeClaim', { spec: { accessModes: ['ReadWriteOnce', 'ReadWriteOncePod'], storageClassName: 'Fast' } });
    object('networking.k8s.io/v1', 'Ingress', {
      spec: { rules: [{ host: '10.0.0.1', http: { paths: [{ path: 'shop', pathType: 'Prefix', backend: {} }] } }] },
    });
    object('networking.k8s.io/v1', 'NetworkPolicy', {
      spec: {
        podSelector: {},
        egress: [{ to: [{ ipBlock: { cidr: '10.0.0.0/8', except: ['192.168.0.0/16'] } }], ports: [{ port: 9, endPort: 1 }] }],
      },
    });
    object('rbac.authorization.k8s.io/v1', 'Role', { rules: [{ verbs: ['get'], nonResourceURLs: ['/healthz'] }] });
    object('policy/v1', 'PodDisruptionBudget', { spec: { minAvailable: 1, maxUnavailable: '150%' }, status: { currentHealthy: 1 } });
    object('autoscaling/v2', 'HorizontalPodAutoscaler', {
      spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }, minReplicas: 5, maxReplicas: 3 },
    });
  },
});

const definitions = defineChart({
  build(chart) {
    new ApiObject(chart, 'widgets', {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'widgets.shop.example.com' },
      spec: {
        group: 'shop.example.com',
        scope: 'Namespaced',
        names: { plural: 'widgets', kind: 'Widget' },
        versions: [
          {
            name: 'v1',
            served: true,
            storage: true,
            schema: {
              openAPIV3Schema: {
                type: 'object',
                properties: {
                  spec: {
                    type: 'object',
                    properties: {
                      size: {},
                      parts: {
                        type: 'array',
                        'x-kubernetes-list-type': 'map',
                        'x-kubernetes-list-map-keys': ['name'],
                        items: { type: 'object', properties: { name: { type: 'string' } } },
                      },
                    },
                  },
                },
              },
            },
          },
        ],
      },
    });
    new ApiObject(chart, 'hook', {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingWebhookConfiguration',
      metadata: { name: 'web', resourceVersion: '7', uid: '3fa85f64-5717-4562-b3fc-2c963f66afa6' },
      webhooks: [
        {
          name: 'web',
          sideEffects: 'Some',
          admissionReviewVersions: ['v1'],
          timeoutSeconds: 60,
          clientConfig: { url: 'http://hooks.example.com' },
        },
      ],
    });
  },
});

export default defineEnvironment({
  name: 'refused',
  cluster: 'eu-1',
  external: [
    { kind: 'StorageClass', name: 'Fast' },
    { kind: 'Deployment', namespace: 'shop', name: 'web' },
  ],
  kubernetes: '1.35',
  charts: { refused, definitions },
});
