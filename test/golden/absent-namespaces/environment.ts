import { k8s } from 'cdk8s-plus-28';
import { defineBase, defineChart, defineEnvironment } from 'lockstep';

/** Namespaces that nobody creates, beside those that are made here, told of, handed over, or in every cluster. */
const shop = defineChart({
  namespace: 'shop',
  build(chart) {
    new k8s.KubeNamespace(chart, 'namespace', { metadata: { name: 'shop' } });
    for (const namespace of ['shop', 'shpo', 'shpo', 'payments', 'data', 'old', 'default', 'kube-system']) {
      new k8s.KubeConfigMap(chart, `config-${chart.node.children.length}`, { metadata: { namespace } });
    }
  },
});

export default defineEnvironment({
  name: 'homeless',
  cluster: 'eu-1',
  extends: defineBase({ kubernetes: '1.35', external: [{ kind: 'Namespace', name: 'data' }] }),
  charts: { shop },
  handOver: [{ object: { kind: 'Namespace', name: 'old' }, to: 'archive' }],
});
