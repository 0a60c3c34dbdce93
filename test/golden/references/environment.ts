import type { Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { defineBase, defineChart, defineEnvironment } from 'lockstep';

const image = `registry.example/app@sha256:${'a'.repeat(64)}`;
const selector = { app: 'web' };

/** A shop in which everything that is named is there: made here, made of something here, in every cluster, or told of. */
const shop = defineChart({
  namespace: 'shop',
  build(chart) {
    new k8s.KubeNamespace(chart, 'namespace', { metadata: { name: 'shop' } });
    new k8s.KubeConfigMap(chart, 'settings', { metadata: { name: 'settings' }, data: { level: 'info' } });
    new k8s.KubeServiceAccount(chart, 'account', { metadata: { name: 'web' } });
    addPods(chart);
    new k8s.KubeService(chart, 'service', {
      metadata: { name: 'web' },
      spec: { selector, ports: [{ name: 'http', port: 80, targetPort: k8s.IntOrString.fromString('http') }] },
    });
    new k8s.KubeService(chart, 'operated', {
      metadata: { name: 'database' },
      spec: { selector: { 'db.example.com/of': 'shop' }, ports: [{ port: 5432 }] },
    });
    new k8s.KubePodDisruptionBudget(chart, 'budget', { metadata: { name: 'web' }, spec: { selector: { matchLabels: selector } } });
    new k8s.KubeIngress(chart, 'ingress', {
      // cert-manager makes the certificate.
      metadata: { name: 'web', annotations: { 'cert-manager.io/cluster-issuer': 'ca' } },
      spec: {
        ingressClassName: 'nginx',
        tls: [{ hosts: ['shop.example.com'], secretName: 'web-tls' }],
        defaultBackend: { service: { name: 'web', port: { name: 'http' } } },
      },
    });
    new k8s.KubeRoleBinding(chart, 'viewer', {
      metadata: { name: 'viewer' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' },
      subjects: [{ kind: 'ServiceAccount', namespace: 'shop', name: 'web' }],
    });
  },
});

function addPods(chart: Chart): void {
  new k8s.KubeDeployment(chart, 'deployment', {
    metadata: { name: 'web' },
    spec: {
      selector: { matchLabels: selector },
      template: {
        metadata: { labels: selector },
        spec: {
          serviceAccountName: 'web',
          containers: [
            {
              name: 'web',
              image,
              ports: [{ name: 'http', containerPort: 8080 }],
              env: [
                { name: 'LEVEL', valueFrom: { configMapKeyRef: { name: 'settings', key: 'level' } } },
                { name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'database', key: 'password' } } },
                { name: 'TRIAL', valueFrom: { configMapKeyRef: { name: 'trial', key: 'on', optional: true } } },
              ],
            },
          ],
          volumes: [{ name: 'ca', projected: { sources: [{ configMap: { name: 'kube-root-ca.crt' } }] } }],
        },
      },
    },
  });
}

const ground = defineBase({
  kubernetes: '1.35',
  external: [
    { kind: 'IngressClass', name: 'nginx' },
    { kind: 'Secret', namespace: 'shop', name: 'old' },
  ],
});

export default defineEnvironment({
  name: 'whole',
  cluster: 'eu-1',
  extends: ground,
  external: [
    { kind: 'Secret', namespace: 'shop', name: 'database', keys: ['password', 'user'] },
    { kind: 'Cluster', group: 'db.example.com', namespace: 'shop', name: 'shop', labels: { 'db.example.com/of': 'shop' } },
  ],
  charts: { shop },
});
