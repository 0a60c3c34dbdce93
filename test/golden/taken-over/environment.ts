import { k8s } from 'cdk8s-plus-28';
import { defineChart, defineEnvironment } from 'lockstep';

const shop = defineChart({
  namespace: 'shop',
  build(chart) {
    new k8s.KubeConfigMap(chart, 'config', { metadata: { name: 'shop-config' } });
    new k8s.KubeService(chart, 'service', { metadata: { name: 'shop' }, spec: { ports: [{ port: 80 }] } });
  },
});

export default defineEnvironment({
  name: 'heir',
  cluster: 'eu-1',
  external: [{ kind: 'Namespace', name: 'shop' }],
  kubernetes: '1.35',
  charts: { shop },
  adopt: [
    { object: { kind: 'Service', namespace: 'shop', name: 'shop' }, reason: 'LK-31: came with Helm' },
    { all: true, reason: 'LK-32: all of it came with Helm' },
    { object: { kind: 'ConfigMap', namespace: 'shop', name: 'shop-confg' }, reason: 'LK-31' },
    { object: { kind: 'Secret', namespace: 'shop', name: 'token' }, reason: 'LK-31' },
  ],
  handOver: [
    { object: { kind: 'Deployment', namespace: 'shop', name: 'cache' }, to: 'caches' },
    { object: { group: 'example.com', kind: 'Backup', name: 'nightly', namespace: 'shop' }, to: 'backups' },
  ],
});
