import { k8s } from 'cdk8s-plus-28';
import { defineChart, defineEnvironment } from 'lockstep';

const shop = defineChart({
  owner: 'team-shop',
  namespace: 'shop',
  build(chart) {
    new k8s.KubeNamespace(chart, 'namespace', { metadata: { name: 'shop' } });
    new k8s.KubeConfigMap(chart, 'config', { metadata: { name: 'shop' }, data: { a: 'b' } });
  },
});

/** There are no objects, and the agent may still delete those that there were. */
export default defineEnvironment({
  name: 'dissolved',
  cluster: 'eu-1',
  kubernetes: '1.35',
  charts: { shop },
  removed: 'prune',
  approvals: [{ delete: { kind: 'Namespace', name: 'shop' }, reason: 'LK-30: the shop has moved' }],
  handOver: [{ object: { kind: 'ConfigMap', namespace: 'shop', name: 'shop' }, to: 'prod' }],
});
