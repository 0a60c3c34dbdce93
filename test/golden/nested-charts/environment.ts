import { Chart } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import { k8s } from 'cdk8s-plus-28';
import { defineChart, defineEnvironment } from 'lockstep';

const image = 'nginx:1.27@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef';

/** Charts in a chart, and constructs of cdk8s-plus, with namespaces of their own: what belongs together stays in one. */
const shops = defineChart({
  namespace: 'shop',
  build(chart) {
    for (const namespace of ['east', 'west']) {
      const inner = new Chart(chart, namespace, { namespace, disableResourceNameHashes: true });
      new k8s.KubeConfigMap(inner, 'config', { metadata: { name: 'config' }, data: { region: namespace } });
    }
    const deployment = new kplus.Deployment(chart, 'web', {
      metadata: { namespace: 'north' },
      replicas: 1,
      securityContext: { user: 1000, group: 1000 },
      containers: [{ name: 'main', image, portNumber: 8080 }],
    });
    deployment.exposeViaService({ ports: [{ port: 80, targetPort: 8080 }] });
    // Kinds without a namespace get none, whatever their chart has.
    new kplus.Namespace(chart, 'north', { metadata: { name: 'north' } });
    new k8s.KubeClusterRole(chart, 'reader', { rules: [] });
  },
});

export default defineEnvironment({
  name: 'nested-charts',
  cluster: 'eu-1',
  kubernetes: '1.28',
  charts: { shops },
  external: ['east', 'west'].map((name) => ({ kind: 'Namespace', name })),
});
