import { k8s } from 'cdk8s-plus-28';
import { defineChart, defineEnvironment } from 'lockstep';

const image = `registry.example/app@sha256:${'a'.repeat(64)}`;
const selector = { app: 'web' };

/** A shop in which nearly everything that is named is written a little wrong. */
const shop = defineChart({
  namespace: 'shop',
  build(chart) {
    new k8s.KubeNamespace(chart, 'namespace', { metadata: { name: 'shop' } });
    new k8s.KubeConfigMap(chart, 'settings', { metadata: { name: 'settings' }, data: { level: 'info' } });
    new k8s.KubeDeployment(chart, 'deployment', {
      metadata: { name: 'web' },
      spec: {
        selector: { matchLabels: selector },
        template: {
          metadata: { labels: selector },
          spec: {
            serviceAccountName: 'web',
            priorityClassName: 'shop',
            containers: [
              {
                name: 'web',
                image,
                ports: [{ name: 'http', containerPort: 8080 }],
                env: [
                  { name: 'LEVEL', valueFrom: { configMapKeyRef: { name: 'settings', key: 'levle' } } },
                  { name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'database', key: 'password' } } },
                ],
                envFrom: [{ configMapRef: { name: 'setings' } }],
              },
            ],
          },
        },
      },
    });
    new k8s.KubeService(chart, 'service', {
      metadata: { name: 'web' },
      spec: { selector, ports: [{ name: 'http', port: 80, targetPort: k8s.IntOrString.fromString('htpp') }] },
    });
    new k8s.KubeService(chart, 'api', { metadata: { name: 'api' }, spec: { selector: { app: 'wbe' }, ports: [{ port: 80 }] } });
    new k8s.KubeIngress(chart, 'ingress', {
      metadata: { name: 'web' },
      spec: { ingressClassName: 'nginx', defaultBackend: { service: { name: 'web', port: { number: 8080 } } } },
    });
    new k8s.KubeNetworkPolicy(chart, 'callers', {
      metadata: { name: 'callers' },
      spec: { podSelector: { matchLabels: selector }, ingress: [{ from: [{ podSelector: { matchLabels: { app: 'office' } } }] }] },
    });
    new k8s.KubeHorizontalPodAutoscalerV2(chart, 'autoscaler', {
      metadata: { name: 'web' },
      spec: { maxReplicas: 9, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'DaemonSet', name: 'web' } },
    });
  },
});

export default defineEnvironment({
  name: 'lost',
  cluster: 'eu-1',
  kubernetes: '1.35',
  external: [{ kind: 'Secret', namespace: 'shop', name: 'databse' }],
  charts: { shop },
});
