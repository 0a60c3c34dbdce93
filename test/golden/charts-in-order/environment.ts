import { k8s } from 'cdk8s-plus-28';
import { defineChart, defineEnvironment } from 'lockstep';

const database = defineChart({
  namespace: 'shop',
  build(chart) {
    new k8s.KubeConfigMap(chart, 'settings', { metadata: { name: 'database' } });
    new k8s.KubeService(chart, 'service', { metadata: { name: 'database' }, spec: { ports: [{ port: 5432 }] } });
  },
});

const api = defineChart({
  namespace: 'shop',
  after: [database],
  build(chart) {
    new k8s.KubeConfigMap(chart, 'settings', { metadata: { name: 'api' } });
  },
});

export default defineEnvironment({
  name: 'ordered',
  cluster: 'eu-1',
  external: [{ kind: 'Namespace', name: 'shop' }],
  kubernetes: '1.35',
  charts: { api, database },
});
